//! Identity of letters: everything that looks random in one is derived from what it says to
//! whom, so that the same input is the same letter byte for byte.

use sha2::{Digest, Sha256};

use super::{Identity, body::BOUNDARY};
use crate::action::{ActionId, RecipientId, ReminderKey};

/// The key of a letter with these reminders, in whatever order: 32 hexadecimal digits.
pub(crate) fn of_reminders<'k>(
    keys: impl Iterator<Item = &'k ReminderKey>,
    recipient: &RecipientId,
) -> String {
    let mut keys: Vec<_> = keys.map(ReminderKey::canonical).collect();
    keys.sort_unstable();
    let parts = ["letter", recipient.as_str()].into_iter().chain(keys.iter().map(String::as_str));
    digest(parts)
}

/// The key of a letter about rappel itself, by what sort it is and what it says.
pub(crate) fn of_notice<'p>(sort: &'p str, parts: impl Iterator<Item = &'p str>) -> String {
    digest(["notice", sort].into_iter().chain(parts))
}

/// The Message-ID (RFC 5322, 3.6.4) of a letter, without angle brackets. The mark of the state is in it: the same
/// letter from another installation is another one, and no mail program takes it for one that it has.
pub(crate) fn message_id(key: &str, identity: &Identity) -> String {
    let Identity { domain, mark, .. } = identity;
    match mark {
        Some(mark) => format!("{key}.{mark}@{domain}"),
        None => format!("{key}@{domain}"),
    }
}

/// The root of an action's thread, with angle brackets. No message ever carries it as its own
/// Message-ID: mail programs thread the letters that refer to it all the same (RFC 5256).
pub(crate) fn thread_root(action: &ActionId, domain: &str) -> String {
    let id = digest(["action", action.reference(), action.asked_of()].into_iter());
    format!("<action.{id}@{domain}>")
}

/// A MIME boundary (RFC 2046, 5.1.1) that occurs in no body, whatever a cell says; `occurs` looks in all of them.
pub(crate) fn boundary(key: &str, occurs: impl Fn(&str) -> bool) -> String {
    let plain = format!("{BOUNDARY}{key}");
    if !occurs(&plain) {
        return plain;
    }
    // No body holds all of them.
    (0..u32::MAX)
        .map(|n| format!("{BOUNDARY}{n:x}_{key}"))
        .find(|boundary| !occurs(boundary))
        .unwrap_or(plain)
}

/// The UID of an action's entry in calendars (RFC 5545, 3.8.4.7): the same for good, and without a name in it.
pub(crate) fn calendar_uid(action: &ActionId, domain: &str) -> String {
    let id = digest(["calendar", action.reference(), action.asked_of()].into_iter());
    format!("{id}@{domain}")
}

/// The first 128 bits of SHA-256 over the parts, each with its length before it so that no two
/// lists of parts are one text.
fn digest<'p>(parts: impl Iterator<Item = &'p str>) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let hash = hash.finalize();
    let mut hex = String::with_capacity(32);
    for byte in hash.iter().take(16) {
        hex.push(char::from(HEX[usize::from(byte >> 4)]));
        hex.push(char::from(HEX[usize::from(byte & 15)]));
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Step;

    fn key(reference: &str, step: Step) -> ReminderKey {
        ReminderKey {
            action: ActionId::new(reference, "ITU-T"),
            recipient: RecipientId::person("Olivier Dubuisson"),
            deadline: None,
            step,
        }
    }

    #[test]
    fn the_order_of_reminders_does_not_count_but_each_of_them_does() {
        let to = RecipientId::person("Olivier Dubuisson");
        let (a, b) = (key("17/06", Step::OnTheDay), key("17/03", Step::OnTheDay));
        let other = key("17/03", Step::Overdue { days: 7 });
        let both = of_reminders([&a, &b].into_iter(), &to);
        assert_eq!(both, of_reminders([&b, &a].into_iter(), &to));
        assert_ne!(both, of_reminders([&a, &other].into_iter(), &to));
        assert_ne!(both, of_reminders([&a, &b].into_iter(), &RecipientId::own_secretariat()));
        assert!(both.len() == 32 && both.bytes().all(|b| b.is_ascii_hexdigit()));
    }

    #[test]
    fn a_thread_is_one_action_however_it_is_written() {
        let root = |reference: &str| thread_root(&ActionId::new(reference, "ITU-T"), "example.int");
        assert_eq!(root("AI 12/3"), root(" ai  12/3"));
        assert_ne!(root("AI 12/3"), root("AI 12/4"));
    }

    #[test]
    fn a_body_that_contains_the_boundary_gets_another() {
        assert_eq!(boundary("k", |it| "a".contains(it)), "=_k");
        let evil = "--=_k--\r\n--=_0_k--";
        let boundary = boundary("k", |it| evil.contains(it));
        assert!(!evil.contains(&boundary), "{boundary}");
    }
}
