//! What a server offers in its answer to EHLO (RFC 5321, 4.1.1.1).

use std::fmt;

use lettre::transport::smtp::authentication::Mechanism;

/// The extensions that matter here.
#[expect(clippy::struct_excessive_bools, reason = "each stands for a keyword of its own")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Offers {
    /// Commands may be sent in groups (RFC 2920).
    pub(super) pipelining: bool,
    /// Letters may hold bytes above 127 (RFC 6152).
    pub(super) eight_bit: bool,
    /// Addresses may (RFC 6531).
    pub(super) utf8: bool,
    /// TLS can begin (RFC 3207).
    pub(super) start_tls: bool,
    /// The best way to log in of those we know (RFC 4954).
    pub(super) login: Option<Mechanism>,
}

impl Offers {
    /// Reads the lines of the reply. Keywords are the same in small letters.
    pub(super) fn read(heard: &[u8]) -> Self {
        let mut offers = Self::default();
        for line in String::from_utf8_lossy(heard).lines().skip(1) {
            let line = line.get(4..).unwrap_or("").to_ascii_uppercase();
            let mut words = line.split_whitespace();
            match words.next() {
                Some("PIPELINING") => offers.pipelining = true,
                Some("8BITMIME") => offers.eight_bit = true,
                Some("SMTPUTF8") => offers.utf8 = true,
                Some("STARTTLS") => offers.start_tls = true,
                Some("AUTH") => offers.login = mechanism(&words.collect::<Vec<_>>()),
                _ => {}
            }
        }
        offers
    }
}

/// "PIPELINING, 8BITMIME, AUTH PLAIN": those that matter here.
impl fmt::Display for Offers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = match self.login {
            Some(Mechanism::Plain) => Some("AUTH PLAIN"),
            Some(_) => Some("AUTH LOGIN"),
            None => None,
        };
        let offered = [
            self.pipelining.then_some("PIPELINING"),
            self.eight_bit.then_some("8BITMIME"),
            self.utf8.then_some("SMTPUTF8"),
            self.start_tls.then_some("STARTTLS"),
            login,
        ];
        let words: Vec<_> = offered.into_iter().flatten().collect();
        if words.is_empty() {
            f.write_str("nothing that matters here")
        } else {
            f.write_str(&words.join(", "))
        }
    }
}

fn mechanism(offered: &[&str]) -> Option<Mechanism> {
    [("PLAIN", Mechanism::Plain), ("LOGIN", Mechanism::Login)]
        .into_iter()
        .find_map(|(name, mechanism)| offered.contains(&name).then_some(mechanism))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_is_read_in_any_case_and_the_name_is_not_an_offer() {
        let heard = b"250-PIPELINING\r\n250-pipelining\r\n250-8BitMime\r\n250-AUTH XOAUTH2 LOGIN PLAIN\r\n250 SIZE 1\r\n";
        let offers = Offers::read(heard);
        assert!(offers.pipelining && offers.eight_bit && !offers.utf8 && !offers.start_tls);
        assert_eq!(offers.login, Some(Mechanism::Plain));
        assert_eq!(Offers::read(b"250 PIPELINING\r\n"), Offers::default());
        assert_eq!(Offers::read(b"250-x\r\n250 AUTH LOGIN\r\n").login, Some(Mechanism::Login));
    }
}
