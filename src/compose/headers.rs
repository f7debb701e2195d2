//! The headers of a message (RFC 5322, 2.2 and 3.6): lines that are short, and names in quotation marks. Only what is not
//! ASCII is encoded (RFC 2047): people who look at the source of a letter can read the rest, and filters take encoded
//! words that need not be for a sign of unwanted mail.

use std::{borrow::Cow, io::Write as _};

use lettre::message::{
    Mailbox, Mailboxes,
    header::{Header, Headers, Subject},
};

use super::{clean, error::ComposeError, mailbox, view};

/// Where lines are folded, as lettre folds those that it encodes.
const LINE: usize = 76;

/// Somebody to whom or from whom a letter is: a name and an address.
pub(super) type Named<'a> = (&'a str, &'a str);

/// Writes a field of which the value is ASCII, without runs of spaces, folded at spaces where it is long.
pub(super) fn field(name: &str, value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_bytes());
    out.push(b':');
    let begins = name.len() + 1;
    let mut column = begins;
    for word in value.split(' ') {
        if column > begins && column + 1 + word.len() > LINE {
            out.extend_from_slice(b"\r\n");
            column = 0;
        }
        out.push(b' ');
        out.extend_from_slice(word.as_bytes());
        column += 1 + word.len();
    }
    out.extend_from_slice(b"\r\n");
}

/// Writes the subject, which is on one line.
pub(super) fn subject(subject: &str, out: &mut Vec<u8>) {
    if is_ascii(subject) {
        field("Subject", subject, out);
    } else {
        encoded(Subject::from(subject.to_owned()), out);
    }
}

/// Writes a field of mailboxes. The error names whoever has no address that mail can be sent to.
pub(super) fn mailboxes<H>(all: &[Named<'_>], out: &mut Vec<u8>) -> Result<(), ComposeError>
where
    H: Header + From<Mailboxes>,
{
    let all: Vec<_> = all.iter().map(|(name, address)| (shown(name), *address)).collect();
    if !all.iter().all(|(name, _)| is_ascii(name)) {
        let mailboxes = all.iter().map(|(name, address)| lettre_mailbox(name, address));
        encoded(H::from(mailboxes.collect::<Result<Mailboxes, _>>()?), out);
        return Ok(());
    }
    let mut value = String::with_capacity(96);
    for (name, address) in &all {
        mailbox::check_address(address).map_err(|why| no_address(name, address, why))?;
        if !value.is_empty() {
            value.push_str(", ");
        }
        push_mailbox(name, address, &mut value);
    }
    field(H::name().as_ref(), &value, out);
    Ok(())
}

/// `"TSB, the secretariat" <tsb@example.int>` (RFC 5322, 3.4); a name that is one word needs no quotation marks.
fn push_mailbox(name: &str, address: &str, value: &mut String) {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if name.is_empty() {
        return value.push_str(address);
    }
    if name.bytes().all(is_word) {
        value.push_str(name);
    } else {
        value.push('"');
        for c in name.chars() {
            if matches!(c, '"' | '\\') {
                value.push('\\');
            }
            value.push(c);
        }
        value.push('"');
    }
    value.push_str(" <");
    value.push_str(address);
    value.push('>');
}

/// The name as a header shows it: on one line, and not too long.
fn shown(name: &str) -> Cow<'_, str> {
    match clean::header(name) {
        Cow::Borrowed(name) => clean::cut(name, view::NAME),
        Cow::Owned(name) => Cow::Owned(clean::cut(&name, view::NAME).into_owned()),
    }
}

fn is_ascii(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// A mailbox as lettre wants it. It panics on CR, LF and NUL in a name: they are gone here.
fn lettre_mailbox(name: &str, address: &str) -> Result<Mailbox, ComposeError> {
    let email = mailbox::address(address).map_err(|why| no_address(name, address, why))?;
    Ok(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), email))
}

fn no_address(name: &str, address: &str, why: String) -> ComposeError {
    ComposeError::Address { recipient: if name.is_empty() { address } else { name }.to_owned(), why }
}

/// Writes a header as lettre encodes it.
pub(super) fn encoded(header: impl Header, out: &mut Vec<u8>) {
    let mut headers = Headers::with_capacity(1);
    headers.set(header);
    // It cannot fail: a vector takes what is written to it.
    let _ = write!(out, "{headers}");
}

#[cfg(test)]
mod tests {
    use lettre::message::header::To;
    use proptest::prelude::*;

    use super::*;

    fn to(all: &[Named<'_>]) -> String {
        let mut out = Vec::new();
        mailboxes::<To>(all, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// What an independent reader makes of a header: its mailboxes, or its text.
    fn read(header: &str) -> (Vec<(String, String)>, String) {
        let message = format!("{header}\r\n");
        let message = mail_parser::MessageParser::default().parse(message.as_bytes()).unwrap();
        let mailboxes = message.to().into_iter().flat_map(|to| to.clone().into_list());
        let mailbox = |one: mail_parser::Addr<'_>| {
            (one.name.unwrap_or_default().into_owned(), one.address.unwrap_or_default().into_owned())
        };
        (mailboxes.map(mailbox).collect(), message.subject().unwrap_or_default().to_owned())
    }

    #[test]
    fn a_name_in_ascii_is_written_as_it_is() {
        for (name, written) in [
            ("TSB, the secretariat of ITU-T", "To: \"TSB, the secretariat of ITU-T\" <tsb@example.int>\r\n"),
            ("O'Neill \"Jr.\" \\ Co", "To: \"O'Neill \\\"Jr.\\\" \\\\ Co\" <tsb@example.int>\r\n"),
            ("TSB", "To: TSB <tsb@example.int>\r\n"),
            ("", "To: tsb@example.int\r\n"),
            ("a\r\nBcc: x", "To: \"a Bcc: x\" <tsb@example.int>\r\n"),
        ] {
            assert_eq!(to(&[(name, "tsb@example.int")]), written);
        }
    }

    #[test]
    fn a_name_that_is_not_ascii_is_encoded() {
        let header = to(&[("André", "andre@example.org")]);
        assert!(header.contains("=?utf-8?b?"), "{header}");
        assert_eq!(read(&header).0, [("André".to_owned(), "andre@example.org".to_owned())]);
    }

    #[test]
    fn whoever_has_no_address_is_named() {
        let error = mailboxes::<To>(&[("Rosa", "rosa")], &mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("Rosa"), "{error}");
    }

    proptest! {
        #[test]
        fn mailboxes_are_read_back_whoever_they_are(
            names in proptest::collection::vec("[ -~]{0,100}|[a-z\u{e9}\u{8bf7} ]{1,60}", 1..8),
        ) {
            let all: Vec<_> = names.iter().map(|name| (name.as_str(), "somebody@example.org")).collect();
            let header = to(&all);
            for line in header.lines() {
                // lettre fills lines with encoded words to the brim; a long word has no place to fold.
                let may_be_long = line.contains("=?") || !line.trim_start_matches("To:").trim().contains(' ');
                prop_assert!(line.len() <= 78 || may_be_long, "{}", line);
                prop_assert!(!line.trim().is_empty());
            }
            let named: Vec<_> = names
                .iter()
                .map(|name| (shown(name).into_owned(), "somebody@example.org".to_owned()))
                .collect();
            prop_assert_eq!(read(&header).0, named);
        }

        #[test]
        fn a_subject_is_read_back(words in proptest::collection::vec("[!-~]{1,40}", 1..20)) {
            let subject = clean::subject(&words.join(" "));
            let mut out = Vec::new();
            super::subject(&subject, &mut out);
            let out = String::from_utf8(out).unwrap();
            prop_assert_eq!(read(&out).1, subject);
        }
    }
}
