//! A time zone as calendars carry it: `VTIMEZONE` (RFC 5545, 3.6.5), made from the time zone database.
//!
//! Exchange takes in one `STANDARD` and one `DAYLIGHT`, each with a yearly rule for one weekday of a month
//! (\[MS-OXCICAL\] 2.1.3.1.1.19). That says the clock changes of nearly all zones, from some year on. Times
//! before it, and those of a zone whose changes follow no such rule (Morocco's follow the moon), are
//! written in UTC instead, which every program shows rightly. So are times that occur twice.

use std::{
    fmt::{self, Write as _},
    sync::Arc,
};

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, Weekday},
    tz::{Offset, TimeZone},
};

use super::{local, utc};

/// Changes of the clock are looked at from 1970 ...
const FIRST: Timestamp = Timestamp::UNIX_EPOCH;
/// ... to the end of this year: rules that hold then hold for good.
const LAST_YEAR: i16 = 2070;
/// For so many years up to that one: after 28 the days of the week come back on the same dates, and what is no
/// rule cannot look like one.
const YEARS: usize = 28;

/// A zone, with its component made once.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    zone: TimeZone,
    rules: Option<Arc<Rules>>,
}

/// What a calendar says of a zone.
#[derive(Debug, PartialEq, Eq)]
struct Rules {
    name: String,
    /// From when on it is true.
    since: Timestamp,
    component: String,
}

impl Zone {
    /// The zone as calendars carry it.
    #[must_use]
    pub fn of(zone: &TimeZone) -> Self {
        Self { zone: zone.clone(), rules: rules(zone).map(Arc::new) }
    }

    /// Its `VTIMEZONE`; none if times are written in UTC.
    pub(super) fn component(&self) -> Option<&str> {
        self.rules.as_ref().map(|rules| rules.component.as_str())
    }

    /// What follows the name of a property, and whether the zone is named in it: ";TZID=Europe/Zurich:20170623T235900",
    /// ":20170623T215900Z".
    pub(super) fn time(&self, instant: Timestamp) -> (String, bool) {
        let rules = self.rules.as_ref().filter(|rules| instant >= rules.since);
        let named = rules.and_then(|rules| {
            let shown = self.zone.to_datetime(instant);
            let occurs_twice = self.zone.to_ambiguous_timestamp(shown).is_ambiguous();
            (!occurs_twice).then(|| format!(";TZID={}:{}", rules.name, local(shown)))
        });
        let is_named = named.is_some();
        (named.unwrap_or_else(|| format!(":{}", utc(instant))), is_named)
    }
}

/// One change of the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    at: Timestamp,
    /// What the clock shows when it is changed.
    shows: DateTime,
    from: Offset,
    to: Offset,
    /// The name of the time that begins: "CEST".
    name: String,
}

fn rules(zone: &TimeZone) -> Option<Rules> {
    let name = zone.iana_name().filter(|name| *name != "UTC")?;
    let changes = changes(zone);
    let is_over = |last: &Change| last.shows.year() < LAST_YEAR - 1;
    let (since, parts) = match changes.last() {
        None => (FIRST, unchanged(zone)),
        Some(last) if is_over(last) => (last.at, part("STANDARD", last, None)),
        Some(_) => yearly(&changes)?,
    };
    let component = format!("BEGIN:VTIMEZONE\nTZID:{name}\n{parts}END:VTIMEZONE\n");
    Some(Rules { name: name.to_owned(), since, component })
}

fn changes(zone: &TimeZone) -> Vec<Change> {
    let mut from = zone.to_offset(FIRST);
    let mut changes = Vec::new();
    for change in zone.following(FIRST) {
        let (at, to) = (change.timestamp(), change.offset());
        let shows = from.to_datetime(at);
        if shows.year() > LAST_YEAR {
            break;
        }
        // Some changes are of the name alone.
        if from != to {
            changes.push(Change { at, shows, from, to, name: change.abbreviation().to_owned() });
        }
        from = to;
    }
    changes
}

/// A clock that was not changed since 1970.
fn unchanged(zone: &TimeZone) -> String {
    let info = zone.to_offset_info(FIRST);
    let (offset, name) = (info.offset(), info.abbreviation().to_owned());
    let shows = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    part("STANDARD", &Change { at: FIRST, shows, from: offset, to: offset, name }, None)
}

/// When a clock is changed each year.
#[derive(Debug, Clone, Copy)]
struct Rule {
    month: i8,
    weekday: Weekday,
    /// The first to the fourth of the month, or -1 for the last.
    nth: i8,
    time: Time,
    from: Offset,
    to: Offset,
}

impl Rule {
    /// The rules of which this change is a case.
    fn of(change: &Change) -> impl Iterator<Item = Self> {
        let day = change.shows.date();
        let rule = move |nth| Self {
            month: day.month(),
            weekday: day.weekday(),
            nth,
            time: change.shows.time(),
            from: change.from,
            to: change.to,
        };
        let fits = move |nth: &i8| is_nth(day, *nth);
        [-1, 1, 2, 3, 4].into_iter().filter(fits).map(rule)
    }

    fn makes(&self, change: &Change) -> bool {
        let day = change.shows.date();
        day.month() == self.month
            && day.weekday() == self.weekday
            && is_nth(day, self.nth)
            && (change.shows.time(), change.from, change.to) == (self.time, self.from, self.to)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weekday = match self.weekday {
            Weekday::Monday => "MO",
            Weekday::Tuesday => "TU",
            Weekday::Wednesday => "WE",
            Weekday::Thursday => "TH",
            Weekday::Friday => "FR",
            Weekday::Saturday => "SA",
            Weekday::Sunday => "SU",
        };
        write!(f, "FREQ=YEARLY;BYMONTH={};BYDAY={}{weekday}", self.month, self.nth)
    }
}

/// Whether a day is the first (1), second ... or last (-1) of its weekday in its month.
fn is_nth(day: Date, nth: i8) -> bool {
    day.nth_weekday_of_month(nth, day.weekday()).is_ok_and(|found| found == day)
}

/// The two rules by which a clock is changed, and since when; none if there are no such rules.
fn yearly(changes: &[Change]) -> Option<(Timestamp, String)> {
    let [.., one, other] = changes else { return None };
    let pairs = Rule::of(one).flat_map(|first| Rule::of(other).map(move |second| [first, second]));
    let with_years = pairs.map(|pair| (years(pair, changes), pair));
    let (years, [first, second]) =
        with_years.max_by_key(|(years, _)| *years).filter(|(years, _)| *years >= YEARS)?;
    let [.., one, other] = changes.get(..changes.len() - 2 * (years - 1))? else { return None };
    // Only the words tell summer from winter: where winter time is the legal exception, too.
    let (summer, winter) =
        if one.to > other.to { ("DAYLIGHT", "STANDARD") } else { ("STANDARD", "DAYLIGHT") };
    Some((one.at, part(summer, one, Some(first)) + &part(winter, other, Some(second))))
}

/// For how many years, counted back from the last, these two rules and nothing else changed the clock.
fn years([first, second]: [Rule; 2], changes: &[Change]) -> usize {
    let fits = |pair: &&[Change]| matches!(pair, [one, other] if first.makes(one) && second.makes(other));
    let consecutive = |pair: &&[Change], last: i16| pair.iter().all(|one| one.shows.year() == last);
    let pairs = changes.rchunks_exact(2).zip(0i16..);
    pairs.take_while(|(pair, back)| fits(pair) && consecutive(pair, LAST_YEAR - back)).count()
}

fn part(kind: &str, first: &Change, rule: Option<Rule>) -> String {
    let mut out = format!("BEGIN:{kind}\nDTSTART:{}\n", local(first.shows));
    // None of these can fail: it is a string.
    let _ = write!(out, "TZOFFSETFROM:{}\nTZOFFSETTO:{}\n", offset(first.from), offset(first.to));
    let _ = writeln!(out, "TZNAME:{}", first.name);
    if let Some(rule) = rule {
        let _ = writeln!(out, "RRULE:{rule}");
    }
    let _ = writeln!(out, "END:{kind}");
    out
}

/// "+0200".
fn offset(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60)
}
