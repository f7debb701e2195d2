//! What the server said, from its lines to a [`Reply`] (RFC 5321, 4.2; RFC 2034).

use crate::letter::Reply;

/// The longest text kept of a reply, in characters.
const TEXT_LIMIT: usize = 500;

/// The reply in `heard`, the whole lines of one reply as they came; `None` when they are not one.
pub(super) fn parse(heard: &[u8]) -> Option<Reply> {
    let text = String::from_utf8_lossy(heard);
    let mut code = None;
    let mut words: Vec<&str> = Vec::new();
    let mut finished = false;
    for line in text.lines() {
        let (this, rest) = split(line)?;
        if finished || code.is_some_and(|code| code != this) {
            return None;
        }
        code = Some(this);
        finished = !rest.starts_with('-');
        words.push(rest.get(1..).unwrap_or("").trim());
    }
    if finished { Some(from_lines(code?, &words)) } else { None }
}

/// The code of a line, and the line from its separator on.
fn split(line: &str) -> Option<(u16, &str)> {
    let digits = line.get(..3).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    let code = digits.parse().ok().filter(|code| (200..600).contains(code))?;
    let rest = line.get(3..)?;
    (rest.is_empty() || rest.starts_with([' ', '-'])).then_some((code, rest))
}

/// A reply with the given code and lines of text.
pub(super) fn from_lines<'l>(code: u16, lines: &[&'l str]) -> Reply {
    let enhanced = lines.first().and_then(|line| enhanced(code, line)).map(str::to_owned);
    let rest = |line: &'l str| match &enhanced {
        Some(known) => line.strip_prefix(known.as_str()).map_or(line, str::trim_start),
        None => line,
    };
    let text = match lines {
        [only] => one_line(rest(only)),
        several => {
            let said: Vec<_> =
                several.iter().map(|line| rest(line)).filter(|line| !line.is_empty()).collect();
            one_line(&said.join(" "))
        }
    };
    Reply { code: Some(code), enhanced, text, server: None, quotes: false }
}

/// The enhanced status code that a line begins with: class.subject.detail, where the class agrees
/// with the reply code (RFC 2034, 4).
fn enhanced(code: u16, line: &str) -> Option<&str> {
    let word = line.split_whitespace().next()?;
    let mut parts = word.split('.');
    let class = parts.next()?.parse::<u16>().ok()?;
    let number = |part: Option<&str>| {
        part.is_some_and(|p| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
    };
    let well_formed = number(parts.next()) && number(parts.next()) && parts.next().is_none();
    (well_formed && matches!(class, 2 | 4 | 5) && class == code / 100).then_some(word)
}

/// The text on one line, without control characters, at most 500 characters long.
pub(super) fn one_line(text: &str) -> String {
    if text.len() <= TEXT_LIMIT && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| if matches!(c, '\t' | '\n') { ' ' } else { c })
        .filter(|c| !c.is_control())
        .take(TEXT_LIMIT)
        .collect()
}

/// A reply of our own, where the server gave none.
pub(super) fn our_own(text: &str) -> Reply {
    Reply { text: one_line(text), ..Reply::default() }
}

/// A reply of our own with an address or words of the server in it.
pub(super) fn quoting(text: &str) -> Reply {
    Reply { quotes: true, ..our_own(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(u16, Option<String>, String)> {
        parse(text.as_bytes()).map(|r| (r.code.unwrap_or(0), r.enhanced, r.text))
    }

    #[test]
    fn a_reply_is_taken_apart() {
        for (heard, code, enhanced, text) in [
            ("250 2.1.5 Ok\r\n", 250, Some("2.1.5"), "Ok"),
            ("250 Ok\r\n", 250, None, "Ok"),
            ("250\r\n", 250, None, ""),
            ("571 not authorized\r\n", 571, None, "not authorized"),
            ("550 2.1.1 class does not agree\r\n", 550, None, "2.1.1 class does not agree"),
            ("550 5.1.1.1 too long\r\n", 550, None, "5.1.1.1 too long"),
            ("550-5.1.10 No such\r\n550 5.1.10 user.\r\n", 550, Some("5.1.10"), "No such user."),
            ("550-first\n550 second\n", 550, None, "first second"),
        ] {
            assert_eq!(parsed(heard), Some((code, enhanced.map(str::to_owned), text.to_owned())), "{heard}");
        }
    }

    #[test]
    fn what_is_not_a_reply_is_refused() {
        for heard in [
            "",
            "hello\r\n",
            "25 x\r\n",
            "199 x\r\n",
            "600 x\r\n",
            "250x\r\n",
            "250-open\r\n",
            "250-a\r\n550 b\r\n",
        ] {
            assert_eq!(parsed(heard), None, "{heard}");
        }
    }

    #[test]
    fn the_text_is_one_clean_line_of_at_most_500_characters() {
        let reply = parse(format!("550 a\u{1b}[31mb\u{7}\tc{}\r\n", "x".repeat(900)).as_bytes()).unwrap();
        assert!(reply.text.starts_with("a[31mb cxxx"), "{}", reply.text);
        assert_eq!(reply.text.chars().count(), 500);
    }

    #[test]
    fn text_that_is_not_utf_8_is_still_read() {
        let reply = parse(b"550 bo\xeete inconnue\r\n").unwrap();
        assert_eq!((reply.code, reply.text.as_str()), (Some(550), "bo\u{fffd}te inconnue"));
    }
}
