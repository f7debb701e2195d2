//! `rappel forecast --diff`: what an edit of the register changes, person by person.

use std::path::Path;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::Serialize;

use super::{
    desk::Desk,
    exit::{Ended, Failure},
    output::{self, count, zone_name},
    screen,
};
use crate::{
    daemon,
    schedule::{self, Became, Difference, Side, ToldThen},
};

#[derive(Debug, Serialize)]
struct Line {
    to: String,
    address: String,
    /// "added", "gone" or "moved".
    change: &'static str,
    reference: String,
    asked_of: String,
    title: String,
    step: String,
    /// As it was, unless it is added.
    old: Option<When>,
    /// As it is, unless it is gone.
    new: Option<When>,
    why: String,
}

#[derive(Debug, Serialize)]
struct When {
    leaves: Timestamp,
    deadline: Option<String>,
}

/// Compares what the register in the settings tells with what `old` would, until `until`.
pub(super) fn run(desk: &Desk, old: &Path, until: Timestamp, json: bool) -> Ended {
    let (mut directory, _) = desk.setup.read_register_at(old)?;
    if let Some(state) = &desk.state {
        daemon::decide_from(state, &mut directory)?;
    }
    let lines = lines(desk, &directory, until)?;
    if json {
        return output::json(&lines);
    }
    let last = desk.zone().to_datetime(until).date();
    if lines.is_empty() {
        say!("Nothing changes until {}.", output::day(last));
        return Ok(());
    }
    print(desk, &lines);
    let of = |change: &str| lines.iter().filter(|line| line.change == change).count();
    say!(
        "{} added, {} gone, {} moved until {}. Times are in {}.",
        count(of("added"), "reminder", "reminders"),
        of("gone"),
        of("moved"),
        output::day(last),
        zone_name(desk.zone())
    );
    Ok(())
}

fn lines(desk: &Desk, old: &crate::directory::Directory, until: Timestamp) -> Result<Vec<Line>, Failure> {
    let rules = &desk.setup.rules;
    let from = desk.now - SignedDuration::from_nanos(1);
    let before = schedule::forecast(old, rules, &desk.told_with(old)?, from, until);
    let after = schedule::forecast(&desk.directory, rules, &desk.told()?, from, until);
    let old = Side { directory: old, mailings: &before };
    let new = Side { directory: &desk.directory, mailings: &after };
    let today = desk.zone().to_datetime(desk.now).date();
    Ok(schedule::differences(old, new, rules, today).iter().map(|one| line(one, desk.zone())).collect())
}

fn line(Difference { became, why }: &Difference<'_>, zone: &TimeZone) -> Line {
    let (change, old, new) = match became {
        Became::Added(new) => ("added", None, Some(when(new))),
        Became::Gone(old) => ("gone", Some(when(old)), None),
        Became::Moved { old, new } => ("moved", Some(when(old)), Some(when(new))),
    };
    let reminder = became.told().reminder;
    Line {
        to: reminder.recipient.name.clone(),
        address: reminder.recipient.email.clone(),
        change,
        reference: reminder.action.reference.clone(),
        asked_of: reminder.action.asked_of.to_string(),
        title: reminder.action.title.clone(),
        step: output::step(reminder.key.step, zone),
        old,
        new,
        why: why.clone(),
    }
}

fn when(told: &ToldThen<'_>) -> When {
    let deadline = told.reminder.key.deadline.map(|deadline| deadline.to_string());
    When { leaves: told.leaves, deadline }
}

fn print(desk: &Desk, lines: &[Line]) {
    let shown = |when: &When| desk.zone().to_datetime(when.leaves).strftime("%Y-%m-%d %H:%M").to_string();
    let at = |when: &Option<When>| when.as_ref().map_or_else(String::new, shown);
    let mut table = screen::table(["To", "", "About", "Step", "Old", "New", "Why"]);
    // What is the same as in the line above is not said again.
    let mut before = ("", "", "");
    for line in lines {
        let (to, about) = (line.to == before.0, line.to == before.0 && line.reference == before.1);
        let unless = |is_said: bool, text: &str| if is_said { String::new() } else { text.to_owned() };
        table.add_row([
            unless(to, &line.to),
            line.change.to_owned(),
            line.reference.clone(),
            line.step.clone(),
            at(&line.old),
            at(&line.new),
            unless(about && line.why == before.2, &line.why),
        ]);
        before = (&line.to, &line.reference, &line.why);
    }
    screen::print_table(table);
}
