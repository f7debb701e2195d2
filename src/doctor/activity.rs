//! What rappel did last, and what waits.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::Finding;
use crate::{
    action::counted,
    config::Settings,
    daemon::{self, fact},
    ledger::{self, Run},
    outbox::{self, Counts, Filter, State},
    store,
};

const ABOUT: &str = "letters";

/// For how long a failure is worth mentioning.
const A_WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the state says about the last days.
#[derive(Debug, Default)]
struct Facts {
    run: Option<Run>,
    accepted: Option<Timestamp>,
    recorded: Option<Timestamp>,
    failed: usize,
    waiting: Counts,
    held: Option<String>,
    trouble: Option<String>,
}

/// Nothing when the state cannot be opened: that was said about the database.
pub(super) fn check(settings: &Settings, now: Timestamp) -> Vec<Finding> {
    let Ok(reader) = store::open_reader(&settings.state) else { return Vec::new() };
    let read = reader.read(|c| {
        // All that planning goes by: damage that left every page whole shows here.
        ledger::told(c)?;
        let fact = |name| ledger::get_fact(c, name).map(|fact| fact.filter(|text| !text.is_empty()));
        let accepted = Filter { states: vec![State::Accepted], limit: Some(1), ..Filter::default() };
        Ok(Facts {
            run: ledger::recent_runs(c, 1)?.first().copied(),
            accepted: outbox::list(c, &accepted)?.first().and_then(|letter| letter.settled),
            recorded: ledger::latest_record(c)?,
            failed: outbox::failed_since(c, now - A_WEEK)?.len(),
            waiting: outbox::waiting(c)?,
            held: fact(fact::HOLD)?,
            trouble: fact(fact::REGISTER_TROUBLE)?,
        })
    });
    match read {
        Ok(facts) => judge(&facts, settings.max_jump, &settings.secretariat.zone, now),
        Err(error) => {
            let remedy =
                "Restore a backup, as for a damaged database: the administrator's page has the steps.";
            vec![Finding::error("database", error.to_string(), remedy)]
        }
    }
}

fn judge(facts: &Facts, max_jump: u32, zone: &TimeZone, now: Timestamp) -> Vec<Finding> {
    let moment = |at: Timestamp| zone.to_datetime(at).strftime("%a %-d %b %Y %H:%M").to_string();
    let run = facts.run.map_or_else(
        || "No send time was served yet".to_owned(),
        |run| {
            format!(
                "The last send time that was served is {} ({})",
                moment(run.send_time),
                counted(usize::try_from(run.letters).unwrap_or(usize::MAX), "letter", "letters")
            )
        },
    );
    let last = facts.accepted.map_or_else(
        || "no letter was delivered yet".to_owned(),
        |at| format!("the newest letter that was delivered left {}", moment(at)),
    );
    let mut findings = vec![Finding::good(ABOUT, format!("{run}; {last}."))];
    let wrong = facts.recorded.and_then(|recorded| daemon::implausible(now, recorded, max_jump));
    findings.extend(wrong.map(|why| {
        Finding::error("clock", why, "If the clock is right, `rappel outbox release` says so to the daemon.")
    }));
    findings.extend(facts.held.as_ref().map(|held| {
        Finding::error(ABOUT, held.clone(), "`rappel outbox release` lets it go, if it is right.")
    }));
    findings.extend(facts.trouble.as_ref().map(|trouble| {
        let first = trouble.lines().next().unwrap_or_default();
        Finding::warning("register", first, "`rappel status` says more.")
    }));
    if facts.failed > 0 {
        let what = format!("Letters of the last 7 days that could not be delivered: {}.", facts.failed);
        let remedy = "`rappel outbox list --state refused --state expired` shows them; correct the addresses, then \
                      `rappel outbox retry NUMBER`.";
        findings.push(Finding::warning(ABOUT, what, remedy));
    }
    if facts.waiting.all() > 0 {
        findings.push(
            Finding::note(ABOUT, format!("In the outbox: {}.", facts.waiting))
                .with("`rappel outbox list` shows them; `rappel status` says if something waits too long."),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    fn levels(facts: &Facts) -> Vec<Level> {
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        judge(facts, 35, &TimeZone::UTC, now).iter().map(|finding| finding.level).collect()
    }

    #[test]
    fn a_state_without_letters_is_good_and_what_failed_or_is_held_is_not() {
        assert_eq!(levels(&Facts::default()), [Level::Good]);
        assert_eq!(levels(&Facts { failed: 1, ..Facts::default() }), [Level::Good, Level::Warning]);
        let held = Some("Nothing leaves: many.".to_owned());
        assert_eq!(levels(&Facts { held, ..Facts::default() }), [Level::Good, Level::Error]);
    }

    #[test]
    fn a_clock_before_the_last_record_is_an_error() {
        let recorded = Some("2026-12-23T08:00:00Z".parse().unwrap());
        assert_eq!(levels(&Facts { recorded, ..Facts::default() }), [Level::Good, Level::Error]);
    }
}
