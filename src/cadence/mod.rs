//! When things repeat: cron text in a named zone. The only place that knows `cron` and chrono.
//!
//! A cadence is a set of wall-clock times ("08:00 on Monday to Friday") and a zone whose clocks
//! show them. Two syntaxes are read, told apart by the number of fields:
//!
//! - **five fields**, as Vixie cron has them (crontab(5)): minute, hour, day of month, month, day of
//!   week; or one of `@hourly`, `@daily` (`@midnight`), `@weekly`, `@monthly`, `@yearly`
//!   (`@annually`);
//! - **six or seven fields**, seconds first and the year last: second, minute, hour, day of month,
//!   month, day of week, and optionally the year. `?` means `*` in the two day fields.
//!
//! The fields mean the same in both. Sunday is 0 or 7 and Monday is 1 (the `cron` crate counts from
//! Sunday = 1; that numbering never gets through: the crate is handed names). When both day fields
//! are restricted, a day that fits *either* will do; a field that begins with `*` (or is `?`) is not
//! restricted, not even `*/2`, and then a day has to fit both, as in Vixie cron. Years run
//! from 1970 to 2100, and no cadence fires outside of them.
//!
//! # Clocks that are changed
//!
//! Every wall time of the cadence fires exactly once (RFC 5545's rule, jiff's "compatible"):
//!
//! - One that is skipped in spring fires as much later as the clocks go forward: 02:30 at 03:30.
//!   Where that is also a wall time of the cadence (every 30 minutes: 02:30 and 03:30), the two
//!   are one firing. A zone that skips a whole day (Pacific/Apia had no 30 December 2011) sends
//!   what belongs to it a day later, which for a daily cadence is the next day's own firing. In the
//!   few zones whose clocks jump over midnight (America/Nuuk, 23:00 to 00:00), a time in the skipped
//!   hour fires after midnight, so on the next calendar day.
//! - One that is repeated in autumn fires at its first occurrence only. That goes for frequent
//!   cadences too: an hourly one rests during the repeated hour, so that no local time is
//!   ever told twice.
//!
//! ```
//! use rappel::cadence::{self, Cadence};
//!
//! let send = Cadence::parse("0 8 * * Mon-Fri", &cadence::zone("Europe/Zurich")?)?;
//! assert_eq!(send.words(), "Monday to Friday at 08:00, Europe/Zurich");
//! let friday_evening = "2027-03-26T18:00:00Z".parse()?;
//! assert_eq!(send.next_after(friday_evening), Some("2027-03-29T06:00:00Z".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod fields;
pub mod ics;
mod lengths;
mod local;
mod pattern;
mod words;
mod working_days;
mod zones;

use jiff::{Timestamp, tz::TimeZone};

pub use self::{
    error::{CadenceError, FieldError},
    lengths::{Ahead, AheadError, DaysError, DurationError, ahead, days, duration},
    words::MONTHS,
    working_days::{Closed, WorkingDays},
    zones::{ZoneError, zone},
};
use self::{fields::Fields, pattern::Pattern};
use crate::action::tidy;

/// The longest cron text that is read, in characters.
pub const LONGEST_TEXT: usize = 512;

/// A cron expression in a zone: see the [module](self) for what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct Cadence {
    text: String,
    zone: TimeZone,
    fields: Fields,
    pattern: Pattern,
}

impl Cadence {
    /// Reads cron text whose times are those of the clocks in `zone`.
    ///
    /// A cadence with a year field may lie in the past as a whole; only [`Cadence::next_after`] can
    /// tell, as nothing here knows the time.
    ///
    /// # Errors
    /// Says which field is wrong, what stands there and what is allowed, with an example. Text of
    /// more than [`LONGEST_TEXT`] characters is refused, and so is what never fires (30 February).
    pub fn parse(cron_text: &str, zone: &TimeZone) -> Result<Self, CadenceError> {
        let length = cron_text.chars().take(LONGEST_TEXT + 1).count();
        if length > LONGEST_TEXT {
            return Err(CadenceError::TooLong);
        }
        let text = tidy(cron_text);
        let fields = Fields::parse(&text)?;
        let pattern = Pattern::new(&fields)?;
        if pattern.is_empty() {
            return Err(CadenceError::Never { text, what: words::date(&fields) });
        }
        Ok(Self { text, zone: zone.clone(), fields, pattern })
    }

    /// The first firing strictly later than `t`; none when there is no more before 2101.
    #[must_use]
    pub fn next_after(&self, t: Timestamp) -> Option<Timestamp> {
        instant(local::next(&self.pattern, &self.zone, whole_second(t))?)
    }

    /// The first firing at `t` or later; none when there is no more before 2101.
    #[must_use]
    pub fn first_at_or_after(&self, t: Timestamp) -> Option<Timestamp> {
        let second = whole_second(t);
        let just_before = if t.subsec_nanosecond() == 0 { second - 1 } else { second };
        instant(local::next(&self.pattern, &self.zone, just_before)?)
    }

    /// The last firing at `t` or earlier; none when there was none since 1970.
    #[must_use]
    pub fn last_at_or_before(&self, t: Timestamp) -> Option<Timestamp> {
        instant(local::last(&self.pattern, &self.zone, whole_second(t))?)
    }

    /// The cron text as it was written, with one space between the fields.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The zone whose clocks are meant.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// What was understood, in plain English: `Monday to Friday at 08:00, Europe/Zurich`.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{}, {}", words::sentence(&self.fields), zones::shown_zone(&self.zone))
    }
}

/// The second in which `t` lies, since 1970; rounded down before 1970 too.
fn whole_second(t: Timestamp) -> i64 {
    t.as_second() - i64::from(t.subsec_nanosecond() < 0)
}

fn instant(second: i64) -> Option<Timestamp> {
    Timestamp::from_second(second).ok()
}

#[cfg(test)]
mod tests;
