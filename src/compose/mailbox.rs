//! Whose letters these are: checked addresses, and the secretariat that signs.

use std::fmt;

use jiff::tz::TimeZone;
use lettre::Address;

use super::clean;
use crate::{
    action::{Language, carried_address},
    ical,
    letter::Mark,
};

/// An address that mail can be sent to, with the name shown beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name, on one line.
    pub name: Option<String>,
    /// The address, ASCII, `local@domain`.
    pub address: String,
}

impl Mailbox {
    /// Reads `Name <local@domain>` or `local@domain`. The name may stand in quotation marks. The
    /// error is a sentence that says what is wrong and what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let Some(rest) = text.strip_suffix('>') else {
            return Ok(Self { name: None, address: address(text)?.to_string() });
        };
        let Some((name, inside)) = rest.rsplit_once('<') else {
            return Err(format!(
                "\"{text}\" has a \">\" without a \"<\". Write for example Name <name@example.org>."
            ));
        };
        if name.chars().any(char::is_control) {
            return Err(format!(
                "The name in {text:?} contains a line break or a control character. Remove it."
            ));
        }
        let address = address(inside)?.to_string();
        let name = unquoted(name.trim());
        let name = clean::line(&name).into_owned();
        Ok(Self { name: (!name.is_empty()).then_some(name), address })
    }

    /// The part after the last `@`.
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// `Name <local@domain>`, for people to read.
impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => f.write_str(&self.address),
        }
    }
}

/// The secretariat in whose name letters go out.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// Its name, as letters are signed: "TSB, the ITU-T secretariat".
    pub name: String,
    /// The From header; its address is where bounces go.
    pub from: Mailbox,
    /// Where answers go: an address that somebody reads. Notices go there too.
    pub reply_to: Mailbox,
    /// The domain of Message-IDs: that of `from`.
    pub domain: String,
    /// The mark of the state from which letters are written, if there is one.
    pub mark: Option<Mark>,
    /// The zone in which days begin and deadlines end.
    pub zone: TimeZone,
    /// That zone, as calendars carry it.
    pub clock: ical::Zone,
    /// The language of letters to those of whom no language is known.
    pub language: Language,
}

impl Identity {
    /// An identity whose Message-IDs are of the domain of `from` and of no state, and which writes in English to those
    /// of whom no language is known.
    pub fn new(name: String, from: Mailbox, reply_to: Mailbox, zone: TimeZone) -> Self {
        let domain = from.domain().to_owned();
        let clock = ical::Zone::of(&zone);
        Self { name, from, reply_to, domain, mark: None, zone, clock, language: Language::default() }
    }
}

/// Whether mail can be sent to `text`; the error is a sentence.
pub(crate) fn check_address(text: &str) -> Result<(), String> {
    address(text).map(|_| ())
}

/// The address for lettre, refused unless every mail server can carry it: no white space, no quoted local part, not too
/// long, in ASCII but for a domain, which is turned into it.
pub(crate) fn address(text: &str) -> Result<Address, String> {
    let example = "Write it as in name@example.org.";
    if text.is_empty() {
        return Err(format!("The e-mail address is empty. {example}"));
    }
    let wrong = |c: char| {
        c.is_ascii_control()
            || c.is_ascii_whitespace()
            || matches!(c, '"' | '(' | ')' | ',' | ':' | ';' | '<' | '>' | '[' | ']' | '\\')
    };
    if text.contains(wrong) {
        return Err(format!("{text:?} is not an e-mail address. {example}"));
    }
    let text = carried_address(text)?;
    text.parse().map_err(|_| format!("{text:?} is not an e-mail address. {example}"))
}

fn unquoted(name: &str) -> String {
    let Some(inner) = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) else {
        return name.to_owned();
    };
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_read_with_and_without_a_name() {
        let named = Mailbox::parse("\"TSB, the \\\"secretariat\\\"\" <tsb@example.int>").unwrap();
        assert_eq!(named.name.as_deref(), Some("TSB, the \"secretariat\""));
        assert_eq!(named.address, "tsb@example.int");
        assert_eq!(named.domain(), "example.int");
        assert_eq!(Mailbox::parse("tsb@m\u{fc}nchen.example").unwrap().domain(), "xn--mnchen-3ya.example");
        let bare = Mailbox::parse(" tsb@example.int ").unwrap();
        assert_eq!(bare.name, None);
        assert_eq!(Mailbox::parse("<tsb@example.int>").unwrap(), bare);
    }

    #[test]
    fn an_address_that_no_server_carries_is_refused_with_the_reason() {
        let cases = [
            "",
            "tsb",
            "tsb@",
            "@example.int",
            "a b@example.int",
            "a@example.int,b@example.int",
            "T <a@example.int",
            "T a@example.int>",
            "a@example.int\r\nBcc: b@example.int",
            "T\r\nBcc: x <a@example.int>",
            "\"a b\"@example.int",
            "andr\u{e9}@example.int",
        ];
        for text in cases {
            let error = Mailbox::parse(text).unwrap_err();
            assert!(error.ends_with('.') && !error.contains(char::is_control), "{error}");
        }
        assert!(Mailbox::parse(&format!("{}@example.int", "a".repeat(300))).is_err());
    }
}
