//! The keys there are, how they are written, and which one was probably meant.

use std::collections::BTreeSet;

use super::raw::{Known, Raw, Shape};
use crate::action::nearest;

/// What stands for the name of a policy or a calendar in [`documented_keys`].
pub(super) const ANY_NAME: &str = "NAME";

/// What stands for the place of a section among several.
pub(super) const ANY_PLACE: &str = "[]";

/// Every key that a settings file may have, as "policy.NAME.before".
#[must_use]
pub fn documented_keys() -> BTreeSet<String> {
    let keys = known().into_iter().filter(|known| !known.section);
    keys.map(|known| known.path.replace(ANY_PLACE, "")).collect()
}

/// Whether `key` is one of a section among several, which has no name by which a variable could set it.
pub(super) fn is_among_several(key: &str) -> bool {
    key.contains(ANY_PLACE)
}

/// Whether `key` is that of sections that stand one after the other.
pub(super) fn are_several(key: &str) -> bool {
    let (pattern, _) = generalized(key);
    known().iter().any(|known| known.path.strip_suffix(ANY_PLACE) == Some(&pattern))
}

fn known() -> Vec<Known> {
    let mut out = Vec::new();
    Raw::known("", &mut out);
    out
}

/// Whether `key` is one that holds a value.
pub(super) fn is_key(key: &str) -> bool {
    let (pattern, _) = generalized(key);
    known().iter().any(|known| !known.section && known.path == pattern)
}

/// Whether `key` is a section.
pub(super) fn is_section(key: &str) -> bool {
    let (pattern, _) = generalized(key);
    known().iter().any(|known| known.section && known.path == pattern)
}

/// The key or section that was probably meant by `key`, which is none.
pub(super) fn meant(key: &str) -> Option<String> {
    let (pattern, name) = generalized(key);
    let known = known();
    let (parent, last) = pattern.rsplit_once('.').unwrap_or(("", &pattern));
    let sibling = |path: &str| path.rsplit_once('.').unwrap_or(("", path)).0 == parent;
    let siblings = known.iter().map(|known| known.path.as_str()).filter(|path| sibling(path));
    let words = siblings.filter_map(|path| path.rsplit('.').next());
    let found = match nearest(last, words) {
        Some(word) => join(parent, word),
        None => elsewhere(&known, last)?,
    };
    let place = key.find('[').and_then(|from| Some(&key[from..=from + key[from..].find(']')?]));
    let found = place.map_or_else(|| found.clone(), |place| found.replacen(ANY_PLACE, place, 1));
    Some(match name {
        Some(name) => found.replacen(ANY_NAME, &name, 1),
        None => found,
    })
}

/// The one key of such a name in another section.
fn elsewhere(known: &[Known], last: &str) -> Option<String> {
    let words = known.iter().filter_map(|known| known.path.rsplit('.').next());
    let word = nearest(last, words)?;
    let mut same = known.iter().filter(|known| known.path.rsplit('.').next() == Some(word));
    match (same.next(), same.next()) {
        (Some(one), None) => Some(one.path.clone()),
        _ => None,
    }
}

/// The key with the name of its policy or calendar replaced, and that name.
fn generalized(key: &str) -> (String, Option<String>) {
    let mut named = ["policy", "calendars"].into_iter();
    let found = named.find_map(|section| Some((section, key.strip_prefix(section)?.strip_prefix('.')?)));
    let Some((section, rest)) = found else { return (key.to_owned(), None) };
    let end = match rest.strip_prefix('"') {
        Some(quoted) => quoted.find('"').map_or(rest.len(), |end| end + 2),
        None => rest.find('.').unwrap_or(rest.len()),
    };
    let (name, after) = rest.split_at(end);
    (format!("{section}.{ANY_NAME}{}", any_place(after)), Some(name.to_owned()))
}

/// The key with the place of a section among several replaced.
fn any_place(key: &str) -> String {
    let mut parts = key.split('[');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let index = part.bytes().take_while(u8::is_ascii_digit).count();
        let part = if part[index..].starts_with(']') { &part[index..] } else { part };
        text.extend(["[", part]);
    }
    text
}

/// `parent.key`, with quotes around a key that needs them, as it would stand in the file.
pub(super) fn join(parent: &str, key: &str) -> String {
    let key = if is_bare(key) { key.to_owned() } else { format!("{key:?}") };
    if parent.is_empty() { key } else { format!("{parent}.{key}") }
}

/// Whether a key can stand without quotes (TOML 1.0, "Keys").
pub(super) fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_that_was_meant_is_found_beside_it_or_in_another_section() {
        assert_eq!(meant("mail.smtp.hots").as_deref(), Some("mail.smtp.host"));
        assert_eq!(meant("mail.host").as_deref(), Some("mail.smtp.host"));
        assert_eq!(meant("policy.\"two words\".befor").as_deref(), Some("policy.\"two words\".before"));
        assert_eq!(meant("timeouts").as_deref(), Some("mail.smtp.timeouts"));
        assert_eq!(meant("xyzzy"), None);
    }

    #[test]
    fn only_a_key_that_holds_a_value_is_a_key() {
        assert!(is_key("mail.smtp.timeouts.final_dot") && is_key("policy.x.kinds"));
        assert!(!is_key("mail.smtp") && !is_key("policy") && !is_key("policy.x") && !is_key(""));
    }
}
