//! Lengths of time as people write them: "28d", "4 weeks", "30s".

use std::time::Duration;

use super::error::shown;

/// The most days that a policy or a time-out may name: about ten years.
const MOST_DAYS: u32 = 3650;

/// Why a number of days is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{text}\" is not a number of days: {why}. Write days or weeks, 1 to {MOST_DAYS} days, for example \"28d\" or \"4w\"."
)]
pub struct DaysError {
    /// What was written, shortened for showing.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

/// The most working days that a policy may name: about ten years.
const MOST_WORKING_DAYS: u32 = 2600;

/// How long before a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ahead {
    /// Calendar days, 1 to 3650.
    Days(u32),
    /// Working days, 1 to 2600.
    WorkingDays(u32),
}

/// Why a time before a deadline is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{text}\" is not a number of days: {why}. Write days, weeks or working days, for example \"28d\", \"4w\" or \"10 working days\"."
)]
pub struct AheadError {
    /// What was written, shortened for showing.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

/// How long before a deadline: "28d", "4w", "10 working days", "10wd".
///
/// # Errors
/// Says what is wrong and what would be right.
pub fn ahead(text: &str) -> Result<Ahead, AheadError> {
    let read = || {
        let (number, unit) = number_and_unit(text)?;
        match unit.split_whitespace().collect::<Vec<_>>()[..] {
            ["wd" | "workday" | "workdays"] | ["working" | "business", "day" | "days"] => {
                let days = within(number, 1, u64::from(MOST_WORKING_DAYS))?;
                u32::try_from(days).map(Ahead::WorkingDays).map_err(|_| too_long())
            }
            _ => days(text).map(Ahead::Days).map_err(|error| error.why),
        }
    };
    read().map_err(|why| AheadError { text: shown(text.trim()), why })
}

/// Why a duration is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{text}\" is not a duration: {why}. Write seconds, minutes, hours or days, 1 second to {MOST_DAYS} days, for example \"30s\", \"5m\", \"4h\" or \"5d\"."
)]
pub struct DurationError {
    /// What was written, shortened for showing.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

/// A number of days, 1 to 3650: "28d", "4w", "1 day", "2 weeks".
///
/// # Errors
/// Says what is wrong and what would be right.
pub fn days(text: &str) -> Result<u32, DaysError> {
    let read = || {
        let (number, unit) = number_and_unit(text)?;
        let days_each = match unit.as_str() {
            "d" | "day" | "days" => 1,
            "w" | "week" | "weeks" => 7,
            "m" | "month" | "months" | "y" | "year" | "years" => {
                return Err("months and years differ in length".to_owned());
            }
            _ => return Err(unknown_unit(&unit)),
        };
        let days = within(number, days_each, u64::from(MOST_DAYS))?;
        u32::try_from(days).map_err(|_| too_long())
    };
    read().map_err(|why| DaysError { text: shown(text.trim()), why })
}

/// A duration for time-outs and back-off, 1 second to 3650 days of 24 hours: "30s", "5m", "4h", "5d".
///
/// # Errors
/// Says what is wrong and what would be right.
pub fn duration(text: &str) -> Result<Duration, DurationError> {
    let read = || {
        let (number, unit) = number_and_unit(text)?;
        let seconds_each = match unit.as_str() {
            "s" | "sec" | "second" | "seconds" => 1,
            "m" | "min" | "minute" | "minutes" => 60,
            "h" | "hour" | "hours" => 3_600,
            "d" | "day" | "days" => 86_400,
            "w" | "week" | "weeks" => 7 * 86_400,
            _ => return Err(unknown_unit(&unit)),
        };
        within(number, seconds_each, u64::from(MOST_DAYS) * 86_400).map(Duration::from_secs)
    };
    read().map_err(|why| DurationError { text: shown(text.trim()), why })
}

/// "28d" or "28 days" in its two parts, the unit in lower case.
fn number_and_unit(text: &str) -> Result<(u64, String), String> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    if text.is_empty() {
        return Err("there is nothing".to_owned());
    }
    if number.is_empty() {
        return Err("it does not begin with a whole number".to_owned());
    }
    let unit = unit.trim_start().to_lowercase();
    if unit.is_empty() {
        return Err("the unit is missing".to_owned());
    }
    if unit.contains(|c: char| c.is_ascii_digit()) {
        return Err("there is more than one number; write one whole number and one unit".to_owned());
    }
    // Digits alone fail only when there are too many.
    number.parse().map(|number| (number, unit)).map_err(|_| too_long())
}

fn within(number: u64, each: u64, most: u64) -> Result<u64, String> {
    match number.checked_mul(each) {
        Some(0) => Err("it is zero".to_owned()),
        Some(total) if total <= most => Ok(total),
        _ => Err(too_long()),
    }
}

fn too_long() -> String {
    "it is too long".to_owned()
}

fn unknown_unit(unit: &str) -> String {
    format!("\"{}\" is not a unit", shown(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_weeks_are_days() {
        for (text, expected) in [
            ("28d", 28),
            ("4w", 28),
            ("1 day", 1),
            ("2 weeks", 14),
            (" 7 Days ", 7),
            ("1 week", 7),
            ("3650d", 3650),
            ("521w", 3647),
        ] {
            assert_eq!(days(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn working_days_are_told_apart_from_days() {
        for (text, expected) in [
            ("10 working days", Ahead::WorkingDays(10)),
            ("1 Working  Day", Ahead::WorkingDays(1)),
            ("2wd", Ahead::WorkingDays(2)),
            ("2 wd", Ahead::WorkingDays(2)),
            ("3 business days", Ahead::WorkingDays(3)),
            ("4w", Ahead::Days(28)),
            ("2 days", Ahead::Days(2)),
        ] {
            assert_eq!(ahead(text), Ok(expected), "{text}");
        }
        for (text, why) in [
            ("0wd", "it is zero"),
            ("2601wd", "it is too long"),
            ("10 working", "\"working\" is not a unit"),
            ("working days", "it does not begin with a whole number"),
            ("1 month", "months and years differ in length"),
        ] {
            assert_eq!(ahead(text).unwrap_err().why, why, "{text}");
        }
    }

    #[test]
    fn what_is_not_days_says_why() {
        for (text, why) in [
            ("", "there is nothing"),
            ("28", "the unit is missing"),
            ("0d", "it is zero"),
            ("3651d", "it is too long"),
            ("522w", "it is too long"),
            ("99999999999999999999d", "it is too long"),
            ("18446744073709551615w", "it is too long"),
            ("1 month", "months and years differ in length"),
            ("-3d", "it does not begin with a whole number"),
            ("1.5d", "there is more than one number; write one whole number and one unit"),
            ("5 dogs", "\"dogs\" is not a unit"),
            ("4h", "\"h\" is not a unit"),
        ] {
            assert_eq!(days(text).unwrap_err().why, why, "{text}");
        }
        assert_eq!(
            days("28").unwrap_err().to_string(),
            "\"28\" is not a number of days: the unit is missing. \
             Write days or weeks, 1 to 3650 days, for example \"28d\" or \"4w\"."
        );
    }

    #[test]
    fn durations_have_one_unit() {
        for (text, seconds) in [
            ("30s", 30),
            ("5m", 300),
            ("4h", 14_400),
            ("5d", 432_000),
            ("1 week", 604_800),
            ("10 Minutes", 600),
            ("3650d", 315_360_000),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_duration_says_why() {
        for (text, why) in [
            ("0s", "it is zero"),
            ("5", "the unit is missing"),
            ("3651d", "it is too long"),
            ("1h30m", "there is more than one number; write one whole number and one unit"),
            ("soon", "it does not begin with a whole number"),
            ("5 fortnights", "\"fortnights\" is not a unit"),
        ] {
            assert_eq!(duration(text).unwrap_err().why, why, "{text}");
        }
    }
}
