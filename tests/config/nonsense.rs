//! Whatever the file says: no panic, and settings that make sense or none.

use std::time::Duration;

use proptest::prelude::*;
use rappel::{config::Settings, deliver::MailSettings};

use super::workplace::Workplace;

const FULL: &str = r#"[secretariat]
name = "TSB, the ITU-T secretariat"
address = "tsb@example.int"
reply_to = "TSB registry <registry@example.int>"
time_zone = "Europe/Zurich"
[register]
path = "register.xlsx"
dates = "day-first"
[schedule]
send = "0 8 * * Mon-Fri"
[policy.default]
before = ["28d", "2w"]
on_the_day = true
overdue = "7d"
[policy.nomination]
before = ["7d"]
without_deadline = "0 8 1 * *"
kinds = ["nomination"]
[mail.smtp]
host = "mail.example.org"
port = 587
tls = "starttls"
connections = 4
hello = "reminders.example.int"
timeouts = { connect = "30s", final_dot = "10m" }
[retry]
first = "1m"
max = "4h"
give_up_after = "5d"
[state]
dir = "/var/lib/rappel"
[log]
level = "info"
"#;

/// What must hold of any settings that are given out.
fn makes_sense(settings: &Settings) {
    let clean = |text: &str| !text.trim().is_empty() && !text.chars().any(char::is_control);
    let identity = &settings.secretariat;
    assert!(clean(&identity.name) && clean(&identity.domain), "{identity:?}");
    for mailbox in [&identity.from, &identity.reply_to] {
        assert!(mailbox.address.contains('@') && clean(&mailbox.address), "{mailbox:?}");
        assert!(!mailbox.address.ends_with(".invalid"), "{mailbox:?}");
        assert!(mailbox.name.as_deref().is_none_or(clean), "{mailbox:?}");
    }
    assert!(identity.from.address.ends_with(&format!("@{}", identity.domain)));
    assert!(
        settings.state.is_absolute() && settings.register.path.is_absolute() && settings.file.is_absolute()
    );
    assert!(settings.policies.contains_key("default"));
    for (name, policy) in &settings.policies {
        assert_eq!(*name, policy.name);
        assert_eq!(rappel::action::fold(name), *name);
        assert!(settings.register.policies.contains(name));
        assert!(policy.before.iter().all(|days| (1..=3650).contains(days)), "{policy:?}");
        assert!(policy.before.is_sorted_by(|a, b| a > b), "{policy:?}");
        assert!(policy.overdue.is_none_or(|days| (1..=3650).contains(&days)), "{policy:?}");
    }
    let retry = &settings.retry;
    assert!(Duration::from_secs(1) <= retry.first && retry.first <= retry.max, "{retry:?}");
    assert!(retry.first <= retry.give_up_after, "{retry:?}");
    let MailSettings::Smtp(smtp) = &settings.mail else { return };
    assert!(clean(&smtp.host) && !smtp.host.contains([' ', '@', '/']), "{smtp:?}");
    assert!(smtp.port > 0 && (1..=64).contains(&smtp.connections), "{smtp:?}");
    assert!(smtp.timeouts.connect >= Duration::from_secs(1), "{smtp:?}");
}

fn tried(text: &str) {
    let place = Workplace::new("");
    std::fs::write(place.file(), text).unwrap();
    match place.load() {
        Ok((settings, problems)) => {
            assert!(!problems.any_error());
            makes_sense(&settings);
        }
        Err(problems) => {
            assert!(problems.any_error());
            let said = problems.to_string();
            assert!(!said.chars().any(|c| c.is_control() && c != '\n'), "{said:?}");
        }
    }
}

/// One value of the file, replaced by anything that is TOML.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:?}").replace("NaN", "nan")),
        any::<bool>().prop_map(|yes| yes.to_string()),
        any::<String>().prop_map(|text| toml::Value::String(text).to_string()),
        "[0-9]{1,5} ?[smhdw]{0,2}".prop_map(|text| format!("{text:?}")),
        "[a-z@. <>:-]{0,30}".prop_map(|text| format!("{text:?}")),
        Just("[]".to_owned()),
        Just("{}".to_owned()),
        Just("[[\"7d\"], {a = 1}, 3]".to_owned()),
        Just("{ host = { a = [1] } }".to_owned()),
        Just("2017-06-17".to_owned()),
        Just("99999999999999999999".to_owned()),
        Just("\"a\\u0000b\\r\\nBcc: x@example.org\"".to_owned()),
    ]
}

#[test]
fn the_file_that_is_changed_below_is_good() {
    assert_eq!(Workplace::new(FULL).said(), "");
    makes_sense(&super::workplace::good(FULL));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_that_is_anything_never_becomes_nonsense(line in 0..35_usize, value in value()) {
        let changed: Vec<String> = FULL.lines().enumerate().map(|(at, text)| match text.split_once(" = ") {
            Some((key, _)) if at == line => format!("{key} = {value}"),
            _ => text.to_owned(),
        }).collect();
        tried(&changed.join("\n"));
    }

    #[test]
    fn bytes_that_are_changed_anywhere_never_make_a_panic(
        changes in prop::collection::vec((0..FULL.len(), any::<char>(), 0..4_u8), 1..6)
    ) {
        let mut text: Vec<char> = FULL.chars().collect();
        for (at, new, how) in changes {
            let at = at % text.len();
            match how {
                0 => text[at] = new,
                1 => text.insert(at, new),
                2 => { text.remove(at); }
                _ => { let other = text.len() - 1 - at; text.swap(at, other); }
            }
        }
        tried(&text.into_iter().collect::<String>());
    }

    #[test]
    fn lines_in_any_order_never_make_a_panic(picks in prop::collection::vec(0..35_usize, 0..60)) {
        let lines: Vec<&str> = FULL.lines().collect();
        let text: Vec<&str> = picks.into_iter().filter_map(|at| lines.get(at).copied()).collect();
        tried(&text.join("\n"));
    }
}
