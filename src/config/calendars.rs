//! When nobody works: the holiday calendars.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::civil::{Date, Weekday};

use super::{
    check::Check,
    file::{self, Unread},
    given::Given,
    keys::join,
    raw,
};
use crate::{
    action::{Calendar, Calendars, Weekend, fold, tidy},
    cadence::ics,
};

/// The largest calendar file that is read: 4 MiB.
const MAX_BYTES: u64 = 4 << 20;
/// The longest name of a calendar.
const NAME_CHARS: usize = 64;

const ICS: &str = "Write the paths of iCalendar files, for example ics = [\"geneva.ics\"].";
const WEEKEND: &str = "Write days of the week, for example weekend = [\"Sat\", \"Sun\"].";
const OWN: &str = "Write the name of a calendar, for example calendar = \"Geneva\".";

const WEEKDAYS: [(&str, &str, Weekday); 7] = [
    ("Mon", "Monday", Weekday::Monday),
    ("Tue", "Tuesday", Weekday::Tuesday),
    ("Wed", "Wednesday", Weekday::Wednesday),
    ("Thu", "Thursday", Weekday::Thursday),
    ("Fri", "Friday", Weekday::Friday),
    ("Sat", "Saturday", Weekday::Saturday),
    ("Sun", "Sunday", Weekday::Sunday),
];

/// The calendars of the settings, the secretariat's among them, and the files that they are read from.
pub(super) fn calendars(
    check: &mut Check<'_>,
    raw: &raw::Named<raw::Calendar>,
    own: &Given,
) -> (Calendars, Vec<PathBuf>) {
    let mut files = Vec::new();
    let mut keys: BTreeMap<String, String> = BTreeMap::new();
    let mut all = Vec::new();
    for (name, raw) in &raw.0 {
        let key = join("calendars", name);
        check_name(check, &key, name);
        if let Some(other) = keys.insert(fold(name), key.clone()) {
            let place = check.places.of(&other);
            check.error(&key, format!("there is a calendar of this name already ({place}). Rename one."));
        }
        all.push(Calendar {
            name: name.clone(),
            weekend: weekend(check, &join(&key, "weekend"), &raw.weekend),
            holidays: holidays(check, &join(&key, "ics"), &raw.ics, &mut files),
        });
    }
    let own = check.text("secretariat.calendar", own, OWN);
    (Calendars::new(all, own.as_deref()), files)
}

fn check_name(check: &mut Check<'_>, key: &str, name: &str) {
    let is_good = tidy(name) == name && !name.is_empty() && !name.chars().any(char::is_control);
    if !is_good || name.chars().count() > NAME_CHARS {
        let message = format!(
            "this is not a name for a calendar. Write a few words, at most {NAME_CHARS} characters, with single spaces \
             between them."
        );
        check.error(key, message);
    }
}

fn weekend(check: &mut Check<'_>, key: &str, given: &Given) -> Weekend {
    if *given == Given::Nothing {
        return Weekend::default();
    }
    let mut days = Vec::new();
    for (key, item) in check.list(key, given, WEEKEND) {
        days.extend(check.parsed(&key, &item, WEEKEND, weekday));
    }
    let weekend = Weekend::of(days);
    if weekend.is_whole_week() {
        check.error(key, format!("no day is left to work on. {WEEKEND}"));
    }
    weekend
}

fn weekday(text: &str) -> Result<Weekday, String> {
    let is = |name: &str| fold(text) == fold(name);
    let found = WEEKDAYS.into_iter().find(|(short, long, _)| is(short) || is(long));
    found
        .map(|(_, _, day)| day)
        .ok_or_else(|| format!("{} is not a day of the week. {WEEKEND}", super::given::quoted(text)))
}

fn holidays(
    check: &mut Check<'_>,
    key: &str,
    given: &Given,
    files: &mut Vec<PathBuf>,
) -> BTreeMap<Date, String> {
    let mut all = BTreeMap::new();
    for (key, item) in check.list(key, given, ICS) {
        let Some(path) = check.path(&key, &item, ICS) else { continue };
        match read(&path) {
            Ok(found) if found.days.is_empty() => check.warning(
                &key,
                format!(
                    "{} holds no holidays: no event in it lasts whole days. Is it the right file?",
                    path.display()
                ),
            ),
            Ok(found) => all.extend(found.days),
            Err(mistakes) => {
                for why in mistakes {
                    check.error(&key, format!("{}{why}", path.display()));
                }
            }
        }
        files.push(path);
    }
    all
}

/// The holidays of a file, or what is wrong with it: how sentences go on that begin with its path.
fn read(path: &std::path::Path) -> Result<ics::Holidays, Vec<String>> {
    let unread = |why: &Unread| vec![format!(" {}. {ICS}", why.words())];
    let bytes = file::read_limited(path, MAX_BYTES).map_err(|why| unread(&why))?;
    let text =
        String::from_utf8(bytes).map_err(|_| vec![" is no UTF-8 text. Save it as UTF-8.".to_owned()])?;
    ics::holidays(&text).map_err(|errors| errors.iter().map(|error| format!(", {error}")).collect())
}
