//! Which state a letter was written from: the part of its Message-ID between the key and the domain.

use std::fmt;

use jiff::Timestamp;

/// The mark of a state, which every letter written from it carries: of two installations with the same sender each
/// knows its own letters, and of a copy in an archive it can be said whether the state should know it.
///
/// It is made from when the state was created, and from when it began anew, if it did: from then on, copies of what
/// was sent before say nothing about it.
///
/// ```
/// use rappel::letter::Mark;
///
/// let created = "2026-11-23T08:00:00Z".parse().unwrap();
/// let mark = Mark::new(created, None);
/// assert_eq!(mark.to_string(), "fb01a000");
/// let id = format!("0123456789abcdef0123456789abcdef.{mark}@example.int");
/// assert_eq!(Mark::of(&id), Some(mark));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The lower half of the microseconds between 1970 and the creation of the state.
    origin: u32,
    /// When the state began anew, in microseconds since 1970; 0 if it never did.
    since: u64,
}

impl Mark {
    /// The mark of a state that was created, and last began anew, then.
    #[must_use]
    pub fn new(created: Timestamp, anew: Option<Timestamp>) -> Self {
        let [.., a, b, c, d] = created.as_microsecond().to_be_bytes();
        let since = anew.map_or(0, |at| at.as_microsecond().try_into().unwrap_or(0));
        Self { origin: u32::from_be_bytes([a, b, c, d]), since }
    }

    /// The mark in a Message-ID without angle brackets: none in one that no state of rappel made.
    #[must_use]
    pub fn of(message_id: &str) -> Option<Self> {
        let (local, _) = message_id.split_once('@')?;
        let mut parts = local.split('.');
        let (key, origin, since) = (parts.next()?, parts.next()?, parts.next());
        let is_ours = key.len() == 32 && origin.len() == 8 && parts.next().is_none();
        let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_ours || !is_hex(key) || !is_hex(origin) {
            return None;
        }
        let since = since.map_or(Some(0), |since| u64::from_str_radix(since, 16).ok())?;
        Some(Self { origin: u32::from_str_radix(origin, 16).ok()?, since })
    }

    /// Whether a letter with this mark is one that a state with the mark `own` should know: of the same state, and not of
    /// the time before it began anew.
    #[must_use]
    pub fn should_be_known_to(self, own: Self) -> bool {
        self.origin == own.origin && self.since >= own.since
    }
}

/// As it stands in a Message-ID: "fb01a000", or "fb01a000.6610118d90000" of a state that began anew.
impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.origin)?;
        if self.since > 0 {
            write!(f, ".{:x}", self.since)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_mark_is_read_back_from_a_message_id() {
        for anew in [None, Some(at("2026-11-24T09:30:00.000001Z"))] {
            let mark = Mark::new(at("2026-11-23T08:00:00Z"), anew);
            assert_eq!(Mark::of(&format!("{KEY}.{mark}@example.int")), Some(mark));
        }
    }

    #[test]
    fn a_message_id_of_somebody_else_has_no_mark() {
        for id in [
            "",
            "a@example.int",
            &format!("{KEY}@example.int"),
            &format!("{KEY}.0000000@example.int"),
            &format!("{KEY}.0000000g@example.int"),
            &format!("{KEY}.+0000000@example.int"),
            &format!("{KEY}.00000000"),
            &format!("{KEY}.00000000.@example.int"),
            &format!("{KEY}.00000000.1.2@example.int"),
            &format!("action.{KEY}@example.int"),
            "20261123080000.00000001@example.int",
        ] {
            assert_eq!(Mark::of(id), None, "{id}");
        }
    }

    #[test]
    fn a_state_should_know_its_own_letters_since_it_began_anew_and_those_of_its_future() {
        let (created, first, second) =
            (at("2026-11-23T08:00:00Z"), at("2026-11-24T08:00:00Z"), at("2026-11-25T08:00:00Z"));
        let [at_first, once, twice] = [None, Some(first), Some(second)].map(|anew| Mark::new(created, anew));
        for (letter, own, known) in [
            (at_first, at_first, true),
            (at_first, once, false),
            (once, once, true),
            (twice, once, true),
            (once, twice, false),
            (Mark::new(second, None), at_first, false),
        ] {
            assert_eq!(letter.should_be_known_to(own), known, "{letter} to {own}");
        }
    }
}
