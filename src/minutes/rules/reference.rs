//! The references that reports print in front of what they ask.

use std::sync::LazyLock;

use regex::Regex;

use super::{super::lexicon::pattern, bodies::canonical};

/// The reference that a paragraph begins with, as "Resolution 17/06", and the words for its origin.
pub(super) fn reference(text: &str) -> Option<(String, String)> {
    static RESOLUTION: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^(?:[\w/-]+\s+)?(?P<what>Resolution|Résolution|Resolución|Резолюция|Decision|Décision|Recommendation)\s+(?P<number>(?:[A-Z]{1,3}-?)?\d+(?:[/.-]\d+)*)\b|^(?P<zh>第\s?(?P<zn>[\d/]+)\s?号决议)|^(?P<ar>القرار\s+(?P<an>[\d/]+))",
        )
    });
    let found = RESOLUTION.captures(text)?;
    let number = ["number", "zn", "an"].iter().find_map(|name| found.name(name))?.as_str();
    let what = found
        .name("what")
        .or_else(|| found.name("zh"))
        .or_else(|| found.name("ar"))
        .map_or("", |what| what.as_str());
    let whole = if found.name("what").is_some() { format!("{what} {number}") } else { what.to_owned() };
    // "17/06" is quoted by itself, "50" is not.
    let reference = if number.contains('/') { number.to_owned() } else { whole.clone() };
    Some((canonical(&reference), whole))
}
