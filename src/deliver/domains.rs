//! To which domains letters may go at all: a trial must not surprise anybody outside.

use std::{collections::BTreeSet, fmt};

use super::reply::our_own;
use crate::letter::{Outcome, Trouble};

/// The domains to which letters may go; none at all means every domain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedDomains(BTreeSet<String>);

impl AllowedDomains {
    /// Only these domains, in any case; a domain does not stand for those below it.
    #[must_use]
    pub fn only(domains: impl IntoIterator<Item = String>) -> Self {
        Self(domains.into_iter().map(|domain| domain.to_ascii_lowercase()).collect())
    }

    /// Whether letters may go to every domain.
    #[must_use]
    pub fn are_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a letter may go to this address.
    #[must_use]
    pub fn allow(&self, address: &str) -> bool {
        self.are_all() || self.0.contains(&domain(address).to_ascii_lowercase())
    }

    /// What becomes of a letter to this address that may not go there: it is refused by rappel itself. It is the
    /// sender's doing: no other address of the person is tried in its place.
    #[must_use]
    pub fn refusal(&self, address: &str) -> Option<Outcome> {
        let why = format!("not sent: mail.allow_domains does not allow {}, but only {self}", domain(address));
        (!self.allow(address)).then(|| Outcome::Refused(Trouble::Sender, our_own(&why)))
    }
}

/// "example.int, example.org".
impl fmt::Display for AllowedDomains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<_> = self.0.iter().map(String::as_str).collect();
        f.write_str(if all.is_empty() { "every domain" } else { "" })?;
        f.write_str(&all.join(", "))
    }
}

fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_domains_of_the_list_are_allowed_in_any_case() {
        let allowed = AllowedDomains::only(["Example.int".to_owned(), "example.org".to_owned()]);
        for address in ["a@example.int", "a@EXAMPLE.ORG", "\"x@evil.example\"@example.org"] {
            assert!(allowed.allow(address) && allowed.refusal(address).is_none(), "{address}");
        }
        for address in [
            "a@sub.example.org",
            "a@notexample.org",
            "a@example.org.evil.example",
            "a@example.com",
            "a",
            "",
            "a@example.org@evil.example",
        ] {
            assert!(!allowed.allow(address), "{address}");
        }
        let Some(Outcome::Refused(Trouble::Sender, reply)) = allowed.refusal("a@example.com") else {
            panic!()
        };
        assert_eq!(
            reply.text,
            "not sent: mail.allow_domains does not allow example.com, but only example.int, example.org"
        );
    }

    #[test]
    fn an_empty_list_allows_every_domain() {
        assert!(AllowedDomains::default().allow("a@example.com"));
        assert_eq!(AllowedDomains::default().to_string(), "every domain");
    }
}
