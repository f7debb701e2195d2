//! What is told late, what is held, and what the secretariat is told in any case.

use std::{path::PathBuf, time::Duration};

use jiff::tz::TimeZone;

use super::{
    check::{Check, naming},
    given::Given,
    import::import,
    raw::{self, Raw},
    settings::{CatchUp, Limits},
};
use crate::{
    cadence::{self, Cadence},
    minutes,
};

/// The settings that keep a mistake from becoming a flood, and silence from going unnoticed.
pub(super) struct Caution {
    pub(super) catch_up: CatchUp,
    pub(super) limits: Limits,
    pub(super) import: minutes::Settings,
    pub(super) max_jump: u32,
    pub(super) check_every: Duration,
    pub(super) keep_letters: u32,
    pub(super) patience: Duration,
    pub(super) metrics_file: Option<PathBuf>,
    pub(super) summary: Option<Cadence>,
}

/// Checks all of them.
pub(super) fn caution(check: &mut Check<'_>, raw: &Raw, zone: &TimeZone) -> Option<Caution> {
    let catch_up = catch_up(check, &raw.catch_up);
    let limits = limits(check, &raw.limits);
    let import = import(check, &raw.import);
    let max_jump = days(check, "clock.max_jump", &raw.clock.max_jump, 2);
    let range = Duration::from_secs(1)..=Duration::from_hours(30 * 24);
    let right = "Write a time from 1s to 30d, for example \"24h\".";
    let check_every = check.duration("state.check_every", &raw.state.check_every, &range, right);
    let keep_letters = days(check, "state.keep_letters", &raw.state.keep_letters, 30);
    let range = Duration::from_mins(1)..=Duration::from_hours(7 * 24);
    let right = "Write a time from 1m to 7d, for example \"30m\".";
    let patience = check.duration("monitoring.patience", &raw.monitoring.patience, &range, right);
    let metrics_file = metrics_file(check, &raw.monitoring.metrics_file);
    let key = "secretariat.weekly_summary";
    let right = "Write a cron expression, for example \"0 8 * * Mon\".";
    let summary = check
        .parsed(key, &raw.secretariat.weekly_summary, right, |text| naming(text, Cadence::parse(text, zone)));
    Some(Caution {
        catch_up: catch_up?,
        limits: limits?,
        import: import?,
        max_jump: max_jump?,
        check_every: check_every?,
        keep_letters: keep_letters?,
        patience: patience?,
        metrics_file,
        summary,
    })
}

/// Its folder may come with the service (`/run/rappel`), so that it need not be there yet.
fn metrics_file(check: &mut Check<'_>, given: &Given) -> Option<PathBuf> {
    let key = "monitoring.metrics_file";
    let right = "Write a path, for example \"/run/rappel/rappel.prom\".";
    let file = check.path(key, given, right)?;
    if file.extension().is_none_or(|ending| ending != "prom") {
        check.error(
            key,
            format!("{} does not end in \".prom\", and no collector would read it. {right}", file.display()),
        );
    }
    Some(file)
}

fn catch_up(check: &mut Check<'_>, raw: &raw::CatchUp) -> Option<CatchUp> {
    let max_age = days(check, "catch_up.max_age", &raw.max_age, 1);
    let range = Duration::from_secs(1)..=Duration::from_hours(24);
    let right = "Write a time from 1s to 24h, for example \"30m\".";
    let spread = check.duration("catch_up.spread", &raw.spread, &range, right);
    let spread_above = number(check, "catch_up.spread_above", &raw.spread_above, 1, 1_000_000);
    Some(CatchUp { max_age: max_age?, spread: spread?, spread_above: spread_above? })
}

fn limits(check: &mut Check<'_>, raw: &raw::Limits) -> Option<Limits> {
    let first_run = number(check, "limits.first_run", &raw.first_run, 1, 1_000_000);
    let per_run = number(check, "limits.per_run", &raw.per_run, 1, 1_000_000);
    let per_person_and_day = number(check, "limits.per_person_and_day", &raw.per_person_and_day, 1, 1_000);
    let per_person_and_week = match &raw.per_person_and_week {
        Given::Nothing => Some(None),
        given if is_none(given) => Some(None),
        given => number(check, "limits.per_person_and_week", given, 1, MOST_A_WEEK).map(Some),
    };
    let times_usual = number(check, "limits.times_usual", &raw.times_usual, 2, 1_000);
    Some(Limits {
        first_run: first_run?,
        per_run: per_run?,
        per_person_and_day: per_person_and_day?,
        per_person_and_week: per_person_and_week?,
        times_usual: times_usual?,
    })
}

/// The most letters a week that can be a maximum.
const MOST_A_WEEK: u32 = 100;

fn is_none(given: &Given) -> bool {
    matches!(given, Given::Text(text) if text.trim().eq_ignore_ascii_case("none"))
}

fn days(check: &mut Check<'_>, key: &str, given: &Given, least: u32) -> Option<u32> {
    let right = format!("Write days or weeks, from {least}d to 3650d.");
    check.parsed(key, given, &right, |text| match cadence::days(text) {
        Ok(days) if days < least => Err(format!("\"{text}\" is too short.")),
        Ok(days) => Ok(days),
        Err(error) => naming(text, Err(error)),
    })
}

fn number(check: &mut Check<'_>, key: &str, given: &Given, least: u32, most: u32) -> Option<u32> {
    let right = format!("Write a whole number from {least} to {most}.");
    check.whole(key, given, least..=most, "a number that is possible here", &right)
}
