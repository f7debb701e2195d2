//! Which module may use which, and which outside crate may appear where. The arrows are those of
//! the map in the README; without this test they would be wishes.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Module, and the modules that it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("action", &[]),
    ("letter", &["action"]),
    ("cadence", &["action"]),
    ("clock", &[]),
    ("ical", &[]),
    ("store", &[]),
    ("decision", &["action"]),
    ("directory", &["action", "cadence", "decision"]),
    ("office", &[]),
    ("register", &["action", "cadence", "office"]),
    ("schedule", &["action", "cadence", "decision", "directory"]),
    ("minutes", &["action", "office", "register"]),
    ("compose", &["action", "cadence", "directory", "ical", "letter", "schedule"]),
    ("ledger", &["action", "decision", "outbox", "store"]),
    ("outbox", &["action", "letter", "store"]),
    ("report", &["action", "compose", "decision", "ledger", "outbox"]),
    ("deliver", &["letter"]),
    ("config", &["action", "cadence", "compose", "deliver", "minutes", "outbox", "register", "schedule"]),
    (
        "daemon",
        &[
            "action",
            "cadence",
            "clock",
            "compose",
            "config",
            "decision",
            "deliver",
            "directory",
            "ledger",
            "letter",
            "outbox",
            "register",
            "schedule",
            "store",
        ],
    ),
    (
        "doctor",
        &["action", "compose", "config", "daemon", "deliver", "ledger", "outbox", "register", "store"],
    ),
    (
        "cli",
        &[
            "action",
            "cadence",
            "clock",
            "compose",
            "config",
            "daemon",
            "decision",
            "deliver",
            "directory",
            "doctor",
            "ical",
            "ledger",
            "letter",
            "minutes",
            "outbox",
            "register",
            "report",
            "schedule",
            "store",
        ],
    ),
];

/// Outside crate, and the modules that may name it. A crate that is not here may be named anywhere.
const CRATES: &[(&str, &[&str])] = &[
    ("cron", &["cadence"]),
    ("chrono", &["cadence"]),
    ("calamine", &["register"]),
    ("csv", &["register", "report"]),
    ("encoding_rs", &["office"]),
    ("chardetng", &["office"]),
    ("rust_xlsxwriter", &["minutes", "register", "report"]),
    ("zip", &["office", "report"]),
    ("quick_xml", &["office"]),
    ("toml", &["register", "config"]),
    ("minijinja", &["compose"]),
    ("icu_calendar", &["compose"]),
    ("icu_datetime", &["compose"]),
    ("icu_list", &["compose"]),
    ("icu_locale_core", &["compose"]),
    ("icu_normalizer", &["action"]),
    ("icu_plurals", &["compose"]),
    ("html5gum", &["minutes"]),
    ("pdf_extract", &["minutes"]),
    ("regex", &["minutes"]),
    ("regex_syntax", &["minutes"]),
    ("unicode_width", &["cli", "compose", "minutes", "report"]),
    ("idna", &["action"]),
    ("lettre", &["compose", "deliver", "register"]),
    ("rustls", &["deliver"]),
    ("tokio_rustls", &["deliver"]),
    ("rustls_native_certs", &["deliver"]),
    ("rusqlite", &["store", "ledger", "outbox", "daemon"]),
    ("config", &["config"]),
    ("serde_ignored", &["config"]),
    ("clap", &["cli"]),
    ("comfy_table", &["cli"]),
    ("anstream", &["cli"]),
    ("anyhow", &["cli"]),
    ("tempfile", &["cli", "register"]),
    ("tracing_subscriber", &["cli"]),
    ("tracing_journald", &["cli"]),
    ("sd_notify", &["daemon"]),
    ("rustix", &["cli", "clock", "doctor", "store"]),
    ("notify", &["daemon"]),
    ("tokio", &["clock", "store", "deliver", "daemon", "cli"]),
];

#[test]
fn modules_use_only_what_the_map_allows() {
    let arrows: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (module, file, text) in sources() {
        let Some(allowed) = arrows.get(module.as_str()) else {
            wrong.push(format!("{}: module {module} is not on the map", file.display()));
            continue;
        };
        for used in used_modules(&text, &arrows) {
            if used != module && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{}: {module} must not use {used}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_map_has_no_cycles() {
    let arrows: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut settled: BTreeSet<&str> = BTreeSet::new();
    while settled.len() < arrows.len() {
        let next: Vec<_> = arrows
            .iter()
            .filter(|(module, uses)| {
                !settled.contains(*module) && uses.iter().all(|used| settled.contains(used))
            })
            .map(|(module, _)| *module)
            .collect();
        assert!(!next.is_empty(), "the modules that are not in {settled:?} use each other in a circle");
        settled.extend(next);
    }
}

#[test]
fn outside_crates_stay_in_their_modules() {
    let mut wrong = Vec::new();
    for (module, file, text) in sources() {
        for (name, allowed) in CRATES {
            // The crate `config` and the module of that name can only be told apart by the double colon.
            let named = if *name == "config" {
                text.contains("::config::") && !text.contains("crate::config::")
            } else {
                names(&text, name)
            };
            if named && !allowed.contains(&module.as_str()) {
                wrong.push(format!("{}: {module} must not name the crate {name}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every source file below a module, with the module's name, tests left out.
fn sources() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    let mut found = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&src).unwrap();
        let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = first.trim_end_matches(".rs").to_owned();
        if module == "lib" || module == "main" || inside.ends_with("tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        found.push((module, file, code(&text)));
    }
    assert!(found.len() > 50, "the sources were not found");
    found
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

/// The file without comments and without what follows its test module.
fn code(text: &str) -> String {
    let text = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Modules named as `crate::name` or inside `use crate::{...}`.
fn used_modules(text: &str, arrows: &BTreeMap<&str, &[&str]>) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (start, _) in text.match_indices("crate::") {
        let rest = &text[start + "crate::".len()..];
        if let Some(inside) = rest.strip_prefix('{') {
            used.extend(top_level(inside));
        } else {
            used.insert(word(rest));
        }
    }
    used.retain(|name| arrows.contains_key(name.as_str()));
    used
}

/// The first words of the comma-separated parts up to the closing brace.
fn top_level(text: &str) -> BTreeSet<String> {
    let (mut depth, mut part, mut found) = (0, String::new(), BTreeSet::new());
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.insert(word(part.trim()));
                part.clear();
                continue;
            }
            _ => {}
        }
        part.push(letter);
    }
    found.insert(word(part.trim()));
    found
}

fn word(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

/// Whether `name::` or `use name` stands in the text as a path of its own.
fn names(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = &text[start + name.len()..];
        let begins = !before.is_some_and(|letter| letter.is_alphanumeric() || "_:\"/.".contains(letter));
        let is_use = text[..start].ends_with("use ") && after.starts_with(';');
        begins && (after.starts_with("::") || is_use)
    })
}
