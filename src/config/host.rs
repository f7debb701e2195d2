//! Names of hosts, as far as a text alone can be right or wrong.

use std::net::{IpAddr, Ipv6Addr};

use super::given::quoted;

const RIGHT: &str = "Write its name alone, for example \"mail.example.org\".";

/// Checks the name or address of a mail server.
pub(super) fn server(text: &str) -> Result<String, String> {
    // Before anything shows the text: in this form it holds a password.
    if text.contains('@') {
        return Err(format!("a mail server has no @ in its name (the value is not shown here). {RIGHT}"));
    }
    if text.contains("://") || text.contains('/') {
        return Err(format!("{} is a web address or a path, not a mail server. {RIGHT}", quoted(text)));
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    if bare.parse::<IpAddr>().is_ok() {
        return Ok(bare.to_owned());
    }
    if let Some((host, port)) = text.rsplit_once(':')
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(format!(
            "{} is a mail server with its port. Write host = {} and port = {port}.",
            quoted(text),
            quoted(host)
        ));
    }
    if text.ends_with(".invalid") {
        return Err(format!("{} is a placeholder. {RIGHT}", quoted(text)));
    }
    name(text).map_err(|why| format!("{} is not a mail server: {why}. {RIGHT}", quoted(text)))
}

/// Checks the name that rappel gives in EHLO: a host name or an address literal such as
/// `[192.0.2.1]` (RFC 5321, 4.1.3).
pub(super) fn hello(text: &str) -> Result<String, String> {
    let right = "Write the name of this machine, for example \"reminders.example.int\".";
    if let Some(literal) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        let v6 = literal.strip_prefix("IPv6:").is_some_and(|text| text.parse::<Ipv6Addr>().is_ok());
        if v6 || literal.parse::<std::net::Ipv4Addr>().is_ok() {
            return Ok(text.to_owned());
        }
        return Err(format!("{} is not an address in brackets. {right}", quoted(text)));
    }
    name(text).map_err(|why| format!("{} is not the name of a host: {why}. {right}", quoted(text)))
}

/// Checks a host name (RFC 1123, 2.1; an underscore is let through, because some have one).
pub(super) fn name(text: &str) -> Result<String, &'static str> {
    let host = text.strip_suffix('.').unwrap_or(text);
    if host.len() > 253 {
        return Err("it is longer than 253 characters");
    }
    if !host.is_ascii() {
        return Err("it has letters beyond a to z; such names have a form that begins with xn--");
    }
    let wrong_char = |byte: u8| !byte.is_ascii_alphanumeric() && !b"-_".contains(&byte);
    for label in host.split('.') {
        if label.is_empty() || label.len() > 63 {
            return Err("between two dots stand 1 to 63 characters");
        }
        if label.bytes().any(wrong_char) || label.starts_with('-') || label.ends_with('-') {
            return Err("it may hold letters, digits, dots and, inside, hyphens");
        }
    }
    if host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err("it is not a whole address of four numbers");
    }
    Ok(text.to_owned())
}

/// Whether the host is this machine, so that nobody can listen on the way.
pub(super) fn is_this_machine(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_names_or_addresses_and_nothing_else() {
        for good in ["mail.example.org", "localhost", "192.0.2.1", "::1", "xn--bcher-kva.example.org"] {
            assert_eq!(server(good).as_deref(), Ok(good));
        }
        assert_eq!(server("[::1]").as_deref(), Ok("::1"));
        for bad in [
            "smtp://mail",
            "mail..example.org",
            "-mail",
            "mail example",
            "bücher.example.org",
            "1.2.3",
            "",
            "a/b",
        ] {
            assert!(server(bad).is_err(), "{bad} was taken");
        }
        assert!(server("mail.example.org:587").unwrap_err().contains("port = 587"));
    }

    #[test]
    fn a_password_in_the_place_of_a_server_is_not_shown() {
        assert!(!server("smtp://rappel:hunter2@mail.example.org").unwrap_err().contains("hunter2"));
    }

    #[test]
    fn only_loopback_is_this_machine() {
        assert!(["localhost", "127.0.0.2", "::1", "mx.localhost."].into_iter().all(is_this_machine));
        assert!(
            !["localhost.example.org", "10.0.0.1", "127.0.0.1.example.org"].into_iter().any(is_this_machine)
        );
    }
}
