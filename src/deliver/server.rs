//! Which server it was: the name by which it greets (RFC 5321, 4.2), and the address at which it was
//! reached. Behind one name there may be many machines, and only one of them may be at fault.

use std::net::SocketAddr;
use std::sync::Arc;

/// The longest name of a host (RFC 5321, 4.5.3.1.2).
const NAME_LIMIT: usize = 255;

/// The server for the record of an attempt: "mx.example.org (192.0.2.1:587)". A server that has not
/// greeted, or not with a name, goes by the name under which it was looked up.
pub(super) fn label(greeting: &[u8], host: &str, address: SocketAddr) -> Arc<str> {
    let greeting = String::from_utf8_lossy(greeting);
    let address = SocketAddr::new(address.ip().to_canonical(), address.port());
    format!("{} ({address})", name(&greeting).unwrap_or(host)).into()
}

/// The name in a greeting: a domain or an address in brackets.
fn name(greeting: &str) -> Option<&str> {
    let rest = greeting.strip_prefix("220")?;
    let word = rest.get(1..)?.split_whitespace().next()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    let begins = |b: &u8| b.is_ascii_alphanumeric() || *b == b'[';
    (word.len() <= NAME_LIMIT && word.bytes().all(plain) && word.as_bytes().first().is_some_and(begins))
        .then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_goes_by_the_name_of_its_greeting_or_else_by_that_of_the_settings() {
        for (greeting, expected) in [
            ("220 mx1.example.org ESMTP\r\n", "mx1.example.org (192.0.2.1:587)"),
            ("220-mx1.example.org\r\n", "mx1.example.org (192.0.2.1:587)"),
            ("220 [192.0.2.7] hello\r\n", "[192.0.2.7] (192.0.2.1:587)"),
            ("220 ****************\r\n", "mail.example.org (192.0.2.1:587)"),
            ("220\r\n", "mail.example.org (192.0.2.1:587)"),
            ("554 no service\r\n", "mail.example.org (192.0.2.1:587)"),
            ("220 \u{202e}gro.elpmaxe\r\n", "mail.example.org (192.0.2.1:587)"),
            ("", "mail.example.org (192.0.2.1:587)"),
        ] {
            let label = label(greeting.as_bytes(), "mail.example.org", "192.0.2.1:587".parse().unwrap());
            assert_eq!(&*label, expected, "{greeting}");
        }
        let long = format!("220 {}\r\n", "x".repeat(300));
        let mapped = "[::ffff:192.0.2.1]:25".parse().unwrap();
        assert_eq!(&*label(long.as_bytes(), "mail.example.org", mapped), "mail.example.org (192.0.2.1:25)");
    }
}
