//! `config/default.toml`: every key documented, none forgotten, and every example right.

use std::collections::BTreeSet;

use rappel::config::{DEFAULTS, documented_keys};

use super::workplace::{MINIMAL, Workplace, good};

/// A line that sets a key, or shows how.
struct Entry {
    key: String,
    /// Whether a comment stands above it.
    explained: bool,
}

/// Sections that stand for those of any name.
const NAMED: [(&str, &str); 2] =
    [("policy.default.", "policy.NAME."), ("calendars.Geneva.", "calendars.NAME.")];

fn is_assignment(line: &str) -> bool {
    line.split_once(" = ")
        .is_some_and(|(key, _)| !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
}

fn section_of(line: &'static str) -> Option<&'static str> {
    let within = |text: &'static str| text.strip_prefix('[')?.strip_suffix(']');
    let name = within(line.strip_prefix("# ").unwrap_or(line))?;
    // One of several stands in two pairs of brackets.
    Some(within(name).unwrap_or(name))
}

fn entries() -> Vec<Entry> {
    let (mut section, mut explained, mut all) = (String::new(), false, Vec::new());
    for line in DEFAULTS.lines() {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        if let Some(name) = section_of(line) {
            name.clone_into(&mut section);
            explained = false;
        } else if is_assignment(bare) {
            let key = format!("{section}.{}", bare.split_once(" = ").unwrap().0);
            all.push(Entry { key, explained });
            explained = false;
        } else {
            explained = line.starts_with("# ") || (explained && line == "#");
        }
    }
    all
}

#[test]
fn every_key_has_a_comment_above_it() {
    for entry in entries() {
        assert!(entry.explained, "{} has no comment", entry.key);
    }
}

#[test]
fn every_key_is_there_and_there_is_no_other() {
    let there: BTreeSet<String> = entries()
        .into_iter()
        .map(|entry| NAMED.iter().fold(entry.key, |key, (one, any)| key.replace(one, any)))
        .collect();
    assert_eq!(there, documented_keys());
}

#[test]
fn every_example_in_the_comments_is_right() {
    let mut text = String::from(
        "#: file smtp-password 600 x\n#: file example-ca.pem 644 -----BEGIN CERTIFICATE-----\n#: folder \
        templates\n#: folder archive/new\n#: folder archive/cur\n#: file geneva.ics 644 BEGIN:VCALENDAR\\nBEGIN:VEVENT\\nDTSTART:20170605\\nEND:VEVENT\n",
    );
    for line in DEFAULTS.lines() {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        // Either the one way out or the other, either the one place of the password or the other.
        let other = bare == "[mail.maildir]"
            || bare == "path = \"letters\""
            || bare.starts_with("password_credential");
        if section_of(line).is_some_and(|_| !other) || (is_assignment(bare) && !other) {
            text += bare;
            text += "\n";
        }
    }
    let place = Workplace::new(&text);
    assert_eq!(place.said(), "", "{text}");
    place.load().unwrap();
}

#[test]
fn the_defaults_written_out_change_nothing() {
    let live: Vec<&str> = DEFAULTS.lines().filter(|line| !line.starts_with('#')).collect();
    let live = live.join("\n");
    let live = live.split("[mail.smtp]").next().unwrap().replace(
        "[secretariat]",
        "[secretariat]\nname = \"TSB, the ITU-T secretariat\"\naddress = \"tsb@example.int\"",
    );
    let live = live.replace("[register]", "[register]\npath = \"register.xlsx\"")
        + "[mail.maildir]\npath = \"letters\"\n";
    let values = |text: &str| {
        let sources = good(text).sources;
        sources.into_iter().map(|source| (source.key, source.value)).collect::<Vec<_>>()
    };
    assert_eq!(values(&live), values(MINIMAL));
}
