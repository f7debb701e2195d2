//! Time zones by the names of the IANA database (RFC 6557).

use jiff::tz::{self, TimeZone};

use super::error::shown;
use crate::action::{nearest, tidy};

/// The longest zone name that is looked up, in bytes; the longest that exists has 32.
const LONGEST_NAME: usize = 64;

/// Places that people in this field write and that have no zone of their own name.
const PLACES: &[(&str, &str)] = &[
    ("Bangalore", "Asia/Kolkata"),
    ("Beijing", "Asia/Shanghai"),
    ("Berne", "Europe/Zurich"),
    ("Bern", "Europe/Zurich"),
    ("Delhi", "Asia/Kolkata"),
    ("Genève", "Europe/Zurich"),
    ("Geneva", "Europe/Zurich"),
    ("New Delhi", "Asia/Kolkata"),
    ("Sophia Antipolis", "Europe/Paris"),
    ("Switzerland", "Europe/Zurich"),
    ("Washington", "America/New_York"),
];

/// Why a zone name is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    /// Nothing but spaces.
    #[error(
        "There is no time zone. Write a place of the IANA time zone database, for example Europe/Zurich."
    )]
    Empty,
    /// An offset or an abbreviation, which knows no summer time.
    #[error(
        "\"{name}\" says how far clocks are from UTC, but not when they are changed. Write a place, for example \
         Europe/Zurich, or UTC."
    )]
    Offset {
        /// What was written, shortened for showing.
        name: String,
    },
    /// Not in the database.
    #[error(
        "There is no time zone \"{name}\"{hint} Write a place of the IANA time zone database, for example \
         Europe/Zurich.",
        hint = nearest.as_ref().map_or_else(|| ".".to_owned(), |zone| format!("; did you mean {zone}?"))
    )]
    Unknown {
        /// What was written, shortened for showing.
        name: String,
        /// The zone that was probably meant.
        nearest: Option<String>,
    },
}

/// The zone of that name, in any case: "Europe/Zurich".
///
/// # Errors
/// For a name that is not in the database, with the zone that was probably meant.
pub fn zone(name: &str) -> Result<TimeZone, ZoneError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(ZoneError::Empty);
    }
    if is_offset(name) {
        return Err(ZoneError::Offset { name: shown(name) });
    }
    if name.len() > LONGEST_NAME {
        return Err(ZoneError::Unknown { name: shown(name), nearest: None });
    }
    let unknown = || ZoneError::Unknown { name: shown(name), nearest: likely(name) };
    if !is_place(name) {
        return Err(unknown());
    }
    TimeZone::get(name).map_err(|_| unknown())
}

/// The zone as it is shown to people: its name, or its offset when it has none.
pub(super) fn shown_zone(zone: &TimeZone) -> String {
    match zone.iana_name() {
        Some(name) => name.to_owned(),
        None => zone
            .to_fixed_offset()
            .map_or_else(|_| "in an unnamed zone".to_owned(), |offset| format!("UTC{offset}")),
    }
}

/// "+01:00", "UTC+1", "GMT-5".
fn is_offset(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let rest = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT")).unwrap_or(&upper);
    rest.starts_with(['+', '-']) && rest.len() > 1 && rest != "+0" && rest != "-0"
}

/// Whether it can be one of the database's names; it must never be a way to other files.
fn is_place(name: &str) -> bool {
    name != "Etc/Unknown"
        && !name.starts_with('/')
        && !name.contains("..")
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_-+".contains(&byte))
}

/// The zone that was probably meant: a known place, the same words otherwise spaced, a place without its
/// continent, or the most similar name.
fn likely(name: &str) -> Option<String> {
    let wanted = tidy(name).replace(" / ", "/").replace(' ', "_");
    let spaced = wanted.replace('_', " ");
    let place = spaced.rsplit('/').next().unwrap_or(&spaced);
    if let Some((_, zone)) = PLACES.iter().find(|(known, _)| known.to_lowercase() == place.to_lowercase()) {
        return Some((*zone).to_owned());
    }
    let names: Vec<String> = tz::db()
        .available()
        .map(|name| name.to_string())
        .filter(|name| !name.starts_with("posix/") && !name.starts_with("right/") && name != "Etc/Unknown")
        .collect();
    let of_place =
        |name: &&String| name.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(&wanted));
    let same =
        names.iter().find(|name| name.eq_ignore_ascii_case(&wanted)).or_else(|| names.iter().find(of_place));
    if let Some(same) = same {
        return Some(same.clone());
    }
    let whole = || names.iter().map(String::as_str);
    if wanted.contains('/') {
        return nearest(&wanted, whole()).map(str::to_owned);
    }
    // A place alone is compared with places alone.
    let last = nearest(&wanted, whole().map(|name| name.rsplit('/').next().unwrap_or(name)))?;
    names.iter().find(|name| name.rsplit('/').next() == Some(last)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str) -> String {
        zone(name).unwrap_err().to_string()
    }

    #[test]
    fn a_zone_is_found_in_any_case() {
        for name in ["Europe/Zurich", " europe/zurich "] {
            assert_eq!(zone(name).unwrap().iana_name(), Some("Europe/Zurich"), "{name}");
        }
        assert_eq!(zone("UTC").unwrap().iana_name(), Some("UTC"));
        assert!(zone("America/Argentina/Buenos_Aires").is_ok());
        assert!(zone("Etc/GMT+5").is_ok());
    }

    #[test]
    fn an_unknown_zone_names_the_nearest() {
        for (name, near) in [
            ("Europe/Zürich", "Europe/Zurich"),
            ("Europe/Zuerich", "Europe/Zurich"),
            ("Zurich", "Europe/Zurich"),
            ("zürich", "Europe/Zurich"),
            ("Europe/Geneva", "Europe/Zurich"),
            ("Genève", "Europe/Zurich"),
            ("America/New York", "America/New_York"),
            ("America / New York", "America/New_York"),
            ("Asia/Kathmadu", "Asia/Kathmandu"),
            ("Beijing", "Asia/Shanghai"),
        ] {
            assert!(refusal(name).contains(&format!("did you mean {near}")), "{name}: {}", refusal(name));
        }
        assert_eq!(
            refusal("Europe/Zurch"),
            "There is no time zone \"Europe/Zurch\"; did you mean Europe/Zurich? \
             Write a place of the IANA time zone database, for example Europe/Zurich."
        );
    }

    #[test]
    fn every_zone_that_is_suggested_for_a_place_exists() {
        for (place, name) in PLACES {
            assert!(zone(name).is_ok() && zone(place).is_err(), "{place}");
        }
    }

    #[test]
    fn an_offset_is_not_a_zone_because_it_knows_no_summer_time() {
        for name in ["+01:00", "UTC+1", "gmt-5"] {
            assert!(matches!(zone(name), Err(ZoneError::Offset { .. })), "{name}");
        }
    }

    #[test]
    fn a_zone_name_is_no_way_to_other_files() {
        for name in ["../../../etc/passwd", "/etc/localtime", "Europe/../Europe/Zurich", "", "Etc/Unknown"] {
            assert!(zone(name).is_err(), "{name}");
        }
        assert!(zone(&"a".repeat(100_000)).unwrap_err().to_string().len() < 300);
    }

    #[test]
    fn a_zone_without_a_name_is_shown_by_its_offset() {
        assert_eq!(shown_zone(&TimeZone::UTC), "UTC");
        assert_eq!(shown_zone(&TimeZone::fixed(tz::offset(2))), "UTC+02");
    }
}
