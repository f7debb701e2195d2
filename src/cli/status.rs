//! `rappel status`: what is outstanding, what was told last, what comes next; and whether the
//! daemon is well.

use std::{collections::HashMap, path::Path};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use super::{
    approve, check,
    desk::{Desk, end_of, open_state, start_of},
    exit::{Ended, Failure},
    health::{self, Health},
    output::{self, count, moment, zone_name},
    put_off::Spread,
    screen,
};
use crate::{
    action::{Action, ActionId, After, Problems, Told},
    clock::Clock,
    daemon::Setup,
    decision::{Decision, Standing},
    deliver::MailSettings,
    directory::Decided,
    ledger::{self, LastLetters},
    outbox::State,
    schedule::{self, Chase, Moment, Stands, Verdict},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Closed actions and those for information as well
    #[arg(long)]
    all: bool,
    /// The day to look from, instead of now
    #[arg(long, value_name = "DATE", value_parser = output::date)]
    on: Option<Date>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    as_of: Timestamp,
    #[serde(flatten)]
    health: Health,
    /// None while the register in the files cannot be read.
    actions: Option<Vec<Line>>,
    /// Where decisions of the command line and the register differ.
    differences: Vec<Difference>,
    /// How many escalations wait until somebody approves.
    waiting_for_approval: usize,
    /// Of how many outstanding actions nobody is ever reminded, because no policy does.
    never_reminded: usize,
}

#[derive(Debug, Serialize)]
struct Difference {
    reference: String,
    asked_of: String,
    decided: String,
    by: String,
    why: Option<String>,
    at: Timestamp,
    /// The column of the register, and what it says there.
    column: &'static str,
    register: String,
    /// False when the decision cannot be followed: the person to whom it was assigned is not in the register.
    in_force: bool,
}

#[derive(Debug, Serialize)]
struct Line {
    reference: String,
    asked_of: String,
    title: String,
    status: String,
    outstanding: bool,
    deadline: Option<String>,
    /// Whether the deadline is over.
    overdue: bool,
    next_reminder: Option<Timestamp>,
    last_letter: Option<Timestamp>,
    /// Where the letters written then stand, one for each.
    last_letter_states: Vec<State>,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let mut desk = match Desk::open(config, None) {
        Err(Failure::Problems(problems)) => return without_register(config, args, problems),
        opened => opened?,
    };
    desk.remark_if_held()?;
    if let Some(on) = args.on {
        desk.now = end_of(on, desk.zone())?;
    }
    let report = report(&desk, args)?;
    if args.json {
        output::json(&report)?;
    } else {
        print(&desk, &report);
    }
    if report.health.needs_attention() { Err(Failure::Attention) } else { Ok(()) }
}

/// What can be said while the register in the files has errors and a daemon goes on with the last
/// good one. Without a daemon no register is in force, and the errors are all there is to say.
fn without_register(config: &Path, args: &Args, problems: Problems) -> Ended {
    let setup = Setup::load(config)?;
    let state = open_state(&setup)?;
    let now = Clock::System.now();
    let mut health = health::look(&setup.settings, state.as_ref(), now)?;
    let (Some(_), Some(state)) = (health.daemon, state) else { return Err(Failure::Problems(problems)) };
    let open = state.read(|c| Ok(ledger::known_open(c)?.len()))?;
    health.register_trouble =
        Some(format!("The register has errors; the last good one is in force.\n{problems}"));
    let report = Report {
        as_of: now,
        health,
        actions: None,
        differences: Vec::new(),
        waiting_for_approval: 0,
        never_reminded: 0,
    };
    if args.json {
        output::json(&report)?;
    } else {
        report.health.print(true, setup.rules.send().zone(), setup.settings.patience);
        say!("{} in the last good register.", count(open, "open action", "open actions"));
    }
    Err(Failure::Attention)
}

fn report(desk: &Desk, args: &Args) -> Result<Report, Failure> {
    let told = desk.told()?;
    let rules = &desk.setup.rules;
    let mut moment = Moment::new(rules, desk.now);
    let next = rules.send().next_after(desk.now).filter(|_| rules.has_ladders());
    let spread = next.map(|send| Spread::from(desk, &told, send));
    if let Some(send) = next {
        moment = moment.putting_off(&desk.directory, &told, send);
    }
    let last = match &desk.state {
        None => HashMap::new(),
        Some(state) => state.read(ledger::last_letters)?,
    };
    let health = health::look(&desk.setup.settings, desk.state.as_ref(), Clock::System.now())?;
    let actions = desk.directory.actions().filter(|(_, action)| args.all || action.is_outstanding());
    let lines = actions
        .map(|(id, action)| line((desk, spread.as_ref()), &moment, &told, &last, id, action))
        .collect();
    let differences = desk.directory.decided().iter().filter(|one| one.differs()).map(difference).collect();
    let waiting_for_approval = approve::how_many_wait(desk)?;
    let never_reminded =
        check::unreminded(&desk.setup, &desk.directory, moment.today).values().map(Vec::len).sum();
    Ok(Report {
        as_of: desk.now,
        health,
        actions: Some(lines),
        differences,
        waiting_for_approval,
        never_reminded,
    })
}

fn difference(decided: &Decided) -> Difference {
    let Decision { reference, asked_of, change, who, why, at, .. } = &decided.decision;
    Difference {
        reference: reference.clone(),
        asked_of: asked_of.clone(),
        decided: change.to_string(),
        by: who.clone(),
        why: why.clone(),
        at: *at,
        column: change.subject().column().unwrap_or_default(),
        register: decided.written.clone(),
        in_force: decided.standing == Standing::Holds,
    }
}

fn line(
    (desk, spread): (&Desk, Option<&Spread<'_>>),
    at: &Moment<'_>,
    told: &Told,
    last: &HashMap<ActionId, LastLetters>,
    id: &ActionId,
    action: &Action,
) -> Line {
    let next = match schedule::decide(&desk.directory, told, at, id, action) {
        Verdict::Quiet(_) => None,
        Verdict::Chased(chase) => {
            let earliest = action.snoozed_on(at.today).unwrap_or(at.today);
            let on = |after| match spread.filter(|_| at.is_put_off(id, after)) {
                Some(spread) => spread.of(id, after).map(|at| desk.zone().to_datetime(at).date()),
                None => Some(earliest),
            };
            next_reminder(desk, &chase, earliest, &on)
        }
    };
    let deadline = action.deadline_on(at.today);
    Line {
        reference: action.reference.clone(),
        asked_of: action.asked_of.to_string(),
        title: action.title.clone(),
        status: action.status.to_string(),
        outstanding: action.is_outstanding(),
        deadline: deadline.map(|deadline| deadline.to_string()),
        overdue: deadline.is_some_and(|deadline| deadline.end(desk.zone()) < desk.now),
        next_reminder: next,
        last_letter: last.get(id).map(|last| last.at),
        last_letter_states: last.get(id).map(|last| last.states.clone()).unwrap_or_default(),
    }
}

/// When the next letter about an action leaves, whoever gets it; one that is escalated on `earliest` at the earliest, and one
/// that is due on the day that `on` says.
fn next_reminder(
    desk: &Desk,
    chase: &Chase<'_>,
    earliest: Date,
    on: &dyn Fn(After) -> Option<Date>,
) -> Option<Timestamp> {
    let rules = &desk.setup.rules;
    let due = chase.recipients.iter().any(|one| matches!(one.decision, schedule::Decision::Remind { .. }));
    let leaves = chase.recipients.iter().filter_map(|one| {
        let at = match one.decision {
            schedule::Decision::Remind { .. } => rules.send().next_after(desk.now),
            _ if due => None,
            _ => one.next.as_ref().map(|(_, _, at)| *at),
        };
        Some(rules.leaves(at?, &one.recipient))
    });
    leaves.chain(escalations(desk, chase, earliest, on)).min()
}

/// When it is escalated, if nobody answers, by letters that need no approval; on `earliest` at the earliest. What is
/// due is told on the day that `on` says, if that is known.
fn escalations(
    desk: &Desk,
    chase: &Chase<'_>,
    earliest: Date,
    on: &dyn Fn(After) -> Option<Date>,
) -> impl Iterator<Item = Timestamp> {
    let (rules, zone) = (&desk.setup.rules, desk.zone());
    let rungs = chase.escalations.iter().flat_map(|ladder| &ladder.rungs);
    rungs.filter_map(move |rung| {
        let day = match rung.stands {
            Stands::Due { .. } => on(rung.rung.after)?,
            Stands::Full { until } => until,
            Stands::Ahead { on: Some(on) } if !rung.needs_approval => on,
            _ => return None,
        };
        let at = rules.send().first_at_or_after(start_of(day.max(earliest), zone).ok()?.max(desk.now))?;
        rung.to.iter().map(|one| rules.leaves(at, one)).min()
    })
}

fn print(desk: &Desk, report: &Report) {
    let zone = desk.zone();
    report.health.print(desk.state.is_some(), zone, desk.setup.settings.patience);
    let allowed = &desk.setup.settings.allowed;
    if let MailSettings::Maildir(folder) = &desk.setup.settings.mail {
        say!("Nobody is sent anything: letters are put into {} ([mail.maildir]).", folder.path.display());
    }
    if !allowed.are_all() {
        say!("Letters leave to {allowed} only (mail.allow_domains).");
    }
    let lines = report.actions.as_deref().unwrap_or_default();
    let mut table =
        screen::table(["Ref", "Asked of", "Title", "Status", "Deadline", "Next reminder", "Last letter"]);
    for line in lines {
        let time = |at: Option<Timestamp>| at.map_or_else(|| "–".to_owned(), |at| moment(at, zone));
        table.add_row([
            line.reference.clone(),
            line.asked_of.clone(),
            output::title(&line.title),
            line.status.clone(),
            deadline(line, zone),
            time(line.next_reminder),
            format!("{}{}", time(line.last_letter), unless_accepted(&line.last_letter_states)),
        ]);
    }
    screen::print_table(table);
    print_differences(&report.differences, zone);
    if report.waiting_for_approval > 0 {
        let waits = count(report.waiting_for_approval, "escalation waits", "escalations wait");
        say!("{waits} for approval: `rappel approve` lists them.");
    }
    if report.never_reminded > 0 {
        let never = count(report.never_reminded, "action", "actions");
        say!("Nobody is ever reminded of {never}: `rappel check` says of which, and why.");
    }
    let outstanding = lines.iter().filter(|line| line.outstanding).count();
    let overdue = match lines.iter().filter(|line| line.outstanding && line.overdue).count() {
        0 => String::new(),
        many => format!(", {many} of them overdue"),
    };
    say!(
        "{} outstanding{overdue}, as of {} ({}).",
        count(outstanding, "action", "actions"),
        moment(report.as_of, zone),
        zone_name(zone)
    );
}

/// How the last letters fare, where that is not as everybody expects: " (refused)", " (1 of 2 held)".
fn unless_accepted(states: &[State]) -> String {
    let mut others: Vec<_> =
        states.iter().copied().filter(|state| *state != State::Accepted).map(in_words).collect();
    others.sort_unstable();
    let said = others.chunk_by(|one, next| one == next).filter_map(|same| {
        let words = same.first()?;
        let all = same.len() == states.len();
        Some(if all { (*words).to_owned() } else { format!("{} of {} {words}", same.len(), states.len()) })
    });
    let said: Vec<_> = said.collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
}

fn in_words(state: State) -> &'static str {
    match state {
        State::Queued | State::Sending => "not sent yet",
        State::Unknown => "in doubt",
        State::Expired => "given up",
        State::Held | State::Accepted | State::Refused | State::Withdrawn => state.as_str(),
    }
}

fn deadline(line: &Line, zone: &TimeZone) -> String {
    let over = if line.outstanding && line.overdue { " (overdue)" } else { "" };
    match &line.deadline {
        None => "none".to_owned(),
        Some(text) => format!("{}{over}", output::deadline(text, zone)),
    }
}

fn print_differences(differences: &[Difference], zone: &TimeZone) {
    if differences.is_empty() {
        return;
    }
    say!("Decided on the command line, and not in the register:");
    let mut table = screen::table(["Ref", "Asked of", "Decided", "By", "When", "Register"]);
    for one in differences {
        let not = if one.in_force { "" } else { ", not in force: nobody of that name is in the register" };
        table.add_row([
            one.reference.clone(),
            one.asked_of.clone(),
            format!("{}{not}", one.decided),
            one.by.clone(),
            moment(one.at, zone),
            format!("{}: {}", one.column, output::deadline(&one.register, zone)),
        ]);
    }
    screen::print_table(table);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_arrive_is_not_shown_as_a_letter_like_others() {
        use State::{Accepted, Expired, Held, Queued, Refused, Sending, Unknown};
        for (states, expected) in [
            (&[][..], ""),
            (&[Accepted, Accepted], ""),
            (&[Refused], " (refused)"),
            (&[Queued, Sending], " (not sent yet)"),
            (&[Expired, Accepted, Unknown], " (1 of 3 given up, 1 of 3 in doubt)"),
            (&[Held, Accepted, Held], " (2 of 3 held)"),
        ] {
            assert_eq!(unless_accepted(states), expected, "{states:?}");
        }
    }
}
