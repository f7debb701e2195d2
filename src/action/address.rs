//! E-mail addresses, as every mail server carries them.

use std::borrow::Cow;

/// The longest address that fits a path of the mail transfer (RFC 5321, 4.5.3.1.3, without the angle brackets).
const LONGEST: usize = 254;

/// The address with its domain in the form in which every mail server carries it: "münchen.example" becomes
/// "xn--mnchen-3ya.example" (RFC 5891). What stands before the @ has no such form.
///
/// # Errors
/// A sentence that says why no letter could reach it, and what would be right.
///
/// ```
/// use rappel::action::carried_address;
///
/// assert_eq!(carried_address("tsb@m\u{fc}nchen.example").unwrap(), "tsb@xn--mnchen-3ya.example");
/// assert!(carried_address("j\u{fc}rgen@example.org").unwrap_err().contains("unaccented"));
/// ```
pub fn carried_address(address: &str) -> Result<Cow<'_, str>, String> {
    if address.len() > LONGEST {
        let begin: String = address.chars().take(40).collect();
        return Err(format!(
            "The address \"{begin}…\" is longer than {LONGEST} characters, and no mail server takes it."
        ));
    }
    if address.is_ascii() {
        return Ok(Cow::Borrowed(address));
    }
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    if let Some(c) = local.chars().find(|c| !c.is_ascii()) {
        return Err(format!(
            "The address {address:?} contains \"{}\" before the @, which many mail servers cannot carry. Write the \
             address with unaccented letters.",
            c.escape_debug()
        ));
    }
    match idna::domain_to_ascii_strict(domain) {
        Ok(ascii) if !ascii.is_empty() => Ok(Cow::Owned(format!("{local}@{ascii}"))),
        _ => Err(format!(
            "What follows the @ in {address:?} is not a domain. Write it as in name@example.org."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_in_any_script_has_a_form_that_every_server_carries() {
        for (written, carried) in [
            ("a.b+c@example.org", "a.b+c@example.org"),
            ("A@EXAMPLE.org", "A@EXAMPLE.org"),
            ("tsb@M\u{dc}NCHEN.example", "tsb@xn--mnchen-3ya.example"),
            ("tsb@\u{4f8b}\u{5b50}.example", "tsb@xn--fsqu00a.example"),
        ] {
            assert_eq!(carried_address(written).as_deref(), Ok(carried));
        }
    }

    #[test]
    fn what_no_server_carries_is_refused() {
        for wrong in ["andr\u{e9}@example.int", "\u{e9}", "a@\u{e9}..org", "a@b.\u{2028}"] {
            let error = carried_address(wrong).unwrap_err();
            assert!(error.ends_with('.') && !error.contains(char::is_control), "{error}");
        }
        assert!(carried_address(&format!("{}@example.int", "a".repeat(300))).is_err());
    }
}
