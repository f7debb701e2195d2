//! `rappel close | reopen | snooze | extend | acknowledge | assign`: what a person decides about an action beside the register.

use std::path::Path;

use jiff::{civil::Date, tz::TimeZone};

use super::{
    desk::{Desk, Fits, Wanted},
    exit::{Ended, Failure},
    output,
};
use crate::{
    action::{Action, ActionId, Purpose, alike, did_you_mean},
    config,
    decision::{Change, Decision, Standing, overlay, reopened},
    ledger, schedule, store,
};

/// About which action, by whom and why.
#[derive(Debug, clap::Args)]
pub(super) struct About {
    #[command(flatten)]
    action: Wanted,
    /// Of whom it is asked, if the same reference is asked of several
    #[arg(long, value_name = "BODY")]
    asked_of: Option<String>,
    #[command(flatten)]
    deciding: Deciding,
}

/// By whom something is decided, and why.
#[derive(Debug, clap::Args)]
pub(super) struct Deciding {
    /// Why: it is kept with the decision, and shown by `why` and `history`
    #[arg(long, aliases = ["note", "reason"], value_name = "TEXT", value_parser = output::line)]
    why: Option<String>,
    /// Who decides, instead of the name of the login
    #[arg(long, value_name = "NAME", value_parser = output::line)]
    by: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct CloseArgs {
    #[command(flatten)]
    about: About,
    /// What came of it, as in the column Outcome: others who are asked the same read it
    #[arg(long, value_name = "TEXT", value_parser = output::line)]
    outcome: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct ReopenArgs {
    #[command(flatten)]
    about: About,
}

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("when").required(true).args(["until", "off"]))]
pub(super) struct SnoozeArgs {
    #[command(flatten)]
    about: About,
    /// The first day on which people are reminded again
    #[arg(long, value_name = "DATE", value_parser = output::date)]
    until: Option<Date>,
    /// End a snooze: people are reminded from now on
    #[arg(long)]
    off: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct ExtendArgs {
    #[command(flatten)]
    about: About,
    /// The new deadline
    #[arg(long, alias = "until", value_name = "DATE", value_parser = output::date)]
    to: Date,
}

#[derive(Debug, clap::Args)]
pub(super) struct AcknowledgeArgs {
    #[command(flatten)]
    about: About,
    /// Nobody has answered after all
    #[arg(long)]
    off: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct AssignArgs {
    #[command(flatten)]
    about: About,
    /// Who is reminded instead: a name of the sheet Representatives; or of whom it is asked, to take an assignment back
    #[arg(long, value_name = "PERSON")]
    to: String,
}

/// An action as it counts and as the register has it, and the day.
struct Case<'d> {
    action: &'d Action,
    written: &'d Action,
    desk: &'d Desk,
    today: Date,
}

pub(super) fn close(config: &Path, args: &CloseArgs) -> Ended {
    decide(config, &args.about, OPEN, |case| match case.action.status {
        status if !status.is_open() => Err(case.refused(&format!("is {status} already"))),
        _ => Ok(Change::Close { outcome: args.outcome.clone() }),
    })
}

pub(super) fn reopen(config: &Path, args: &ReopenArgs) -> Ended {
    const CLOSED: Which = ("is closed", |case| schedule::is_closed(case.action));
    decide(config, &args.about, CLOSED, |case| match case.action.status {
        status if status.is_open() => Err(case.refused(&format!("is {status}: it is not closed"))),
        _ => Ok(Change::Reopen),
    })
}

pub(super) fn snooze(config: &Path, args: &SnoozeArgs) -> Ended {
    const SNOOZED: Which = ("is snoozed", |case| case.action.snoozed_on(case.today).is_some());
    decide(config, &args.about, if args.off { SNOOZED } else { OPEN }, |case| {
        case.must_be_open()?;
        match args.until {
            None if case.action.snoozed_on(case.today).is_none() => Err(case.refused("is not snoozed")),
            Some(until) if until <= case.today => Err(failed(format!(
                "--until {until} is not after today, {}. Name a later day, or end a snooze with --off.",
                case.today
            ))),
            until => Ok(Change::Snooze { until }),
        }
    })
}

pub(super) fn extend(config: &Path, args: &ExtendArgs) -> Ended {
    decide(config, &args.about, OPEN, |case| {
        case.must_be_open()?;
        let to = args.to;
        let day = |action: &Action| Some(action.deadline_on(case.today)?.day(case.desk.zone()));
        if to < case.today {
            return Err(failed(format!("--to {to} is before today, {}. Name a later day.", case.today)));
        }
        if day(case.action) == Some(to) {
            return Err(case.refused(&format!("has the deadline {to} already")));
        }
        match day(case.written) {
            Some(written) if to < written => Err(failed(format!(
                "--to {to} is before the deadline in the register, {written}: that is no extension. Change the \
                 Deadline in the register instead."
            ))),
            _ => Ok(Change::Extend { to }),
        }
    })
}

pub(super) fn acknowledge(config: &Path, args: &AcknowledgeArgs) -> Ended {
    const ACKNOWLEDGED: Which = ("is acknowledged", |case| case.is_decided(&case.acknowledgement()));
    decide(config, &args.about, if args.off { ACKNOWLEDGED } else { OPEN }, |case| {
        case.must_be_open()?;
        let about_it = case.acknowledgement();
        match (case.is_decided(&about_it), args.off) {
            (true, false) => Err(case.refused("is acknowledged already")),
            (false, true) => Err(case.refused("is not acknowledged")),
            (false, false) => Ok(about_it),
            (true, true) => Ok(Change::Unacknowledge),
        }
    })
}

pub(super) fn assign(config: &Path, args: &AssignArgs) -> Ended {
    decide(config, &args.about, OPEN, |case| {
        case.must_be_open()?;
        let to = case.assignee(&args.to)?;
        if to.as_deref() == case.action.more.handed_to.as_deref() {
            return Err(case.refused(&match to {
                Some(name) => format!("is assigned to {name} already"),
                None => "is assigned to nobody else".to_owned(),
            }));
        }
        Ok(Change::Assign { to })
    })
}

/// What a command can be about, and as a sentence goes on.
type Which = (&'static str, fn(&Case<'_>) -> bool);

const OPEN: Which = ("is open", |case| case.action.is_outstanding());

/// Records what `change` makes of an action, and says what follows. `which` is what it can be about.
fn decide(
    config: &Path,
    about: &About,
    (said, which): Which,
    change: impl FnOnce(&Case<'_>) -> Result<Change, Failure>,
) -> Ended {
    let desk = Desk::open(config, None)?;
    let fits = Fits { said, are: &|id, action| which(&Case::of(&desk, id, action)) };
    let (id, action) = desk.find_one(&about.action.text(), about.asked_of.as_deref(), &fits)?;
    let case = Case::of(&desk, &id, action);
    let Case { written, today, .. } = case;
    if action.purpose == Purpose::Information {
        return Err(case.refused("is for information: nobody is reminded of it"));
    }
    let decision = decision(&desk, &about.deciding, (&id, action), change(&case)?);
    store::write_beside(&desk.setup.settings.state, |c| ledger::decide(c, &decision))?;
    let before = action.deadline_on(today).map(|deadline| deadline.day(desk.zone()));
    tell(&decision, written, before, desk.zone());
    Ok(())
}

/// What is decided about an action now.
pub(super) fn decision(
    desk: &Desk,
    deciding: &Deciding,
    (id, action): (&ActionId, &Action),
    change: Change,
) -> Decision {
    let written = desk.directory.as_written(id).unwrap_or(action);
    Decision {
        id: 0,
        reference: action.reference.clone(),
        asked_of: action.asked_of.to_string(),
        seen: change.subject().written(written),
        why: deciding.why.clone(),
        day: desk.zone().to_datetime(desk.now).date(),
        at: desk.now,
        action: id.clone(),
        change,
        who: deciding.by.clone().unwrap_or_else(config::user),
    }
}

/// Says what was decided; `before` is the deadline that counted.
fn tell(decision: &Decision, written: &Action, before: Option<Date>, zone: &TimeZone) {
    let Decision { reference, asked_of, change, seen, .. } = decision;
    match (change, before) {
        (Change::Extend { to }, Some(before)) if *to < before => say!(
            "{reference}, asked of {asked_of}, has the deadline {to} now, which is earlier than {before}."
        ),
        _ => say!("{reference}, asked of {asked_of}, is {change}."),
    }
    let Some(column) = change.subject().column() else {
        say!("A running daemon follows within a minute.");
        return;
    };
    if overlay(written, &[decision], &|_| true).standings == [Standing::Holds] {
        match change {
            Change::Assign { .. } => say!(
                "The register goes on saying {seen} under {column}; `rappel status` shows the difference."
            ),
            _ => say!(
                "The register says {} under {column}: {}. Until then `rappel status` shows the difference, and an edit \
                 of that cell counts more than this decision.",
                output::deadline(seen, zone),
                to_enter(change, written)
            ),
        }
    }
    say!("A running daemon follows within a minute.");
}

/// What has to be done in the cell that the decision is about, so that the register says the same.
fn to_enter(change: &Change, written: &Action) -> String {
    match change {
        Change::Close { .. } => "write done there as well".to_owned(),
        Change::Reopen => format!("write {} there as well", reopened(written.status)),
        Change::Snooze { until: None } => "empty that cell as well".to_owned(),
        Change::Snooze { until: Some(day) } | Change::Extend { to: day } => {
            format!("write {day} there as well")
        }
        _ => "write it there as well".to_owned(),
    }
}

fn failed(message: String) -> Failure {
    Failure::Failed(anyhow::Error::msg(message))
}

impl<'d> Case<'d> {
    fn of(desk: &'d Desk, id: &ActionId, action: &'d Action) -> Self {
        let written = desk.directory.as_written(id).unwrap_or(action);
        Self { action, written, desk, today: desk.zone().to_datetime(desk.now).date() }
    }

    /// That somebody answered about its deadline.
    fn acknowledgement(&self) -> Change {
        Change::Acknowledge { deadline: self.action.deadline_on(self.today) }
    }

    fn refused(&self, why: &str) -> Failure {
        let Action { reference, asked_of, .. } = self.action;
        failed(format!("{reference}, asked of {asked_of}, {why}. Nothing was changed."))
    }

    /// Whether just that was decided, and holds.
    fn is_decided(&self, change: &Change) -> bool {
        let id = self.action.id();
        self.desk.directory.decided_about(&id).any(|one| one.decision.change == *change)
    }

    fn must_be_open(&self) -> Ended {
        match self.action.status {
            status if status.is_open() => Ok(()),
            status => Err(self.refused(&format!("is {status}; `rappel reopen` comes first"))),
        }
    }

    /// Who is meant by a name on the command line: a person, or none for whomever it is asked of.
    fn assignee(&self, wanted: &str) -> Result<Option<String>, Failure> {
        if alike(wanted) == alike(&self.action.asked_of.to_string()) {
            return Ok(None);
        }
        let people = &self.desk.directory.register().people;
        if let Some(person) = people.iter().find(|person| alike(&person.name) == alike(wanted)) {
            return Ok(Some(person.name.clone()));
        }
        let near = did_you_mean(wanted, people.iter().map(|person| person.name.as_str()));
        Err(Failure::NotFound(format!(
            "\"{wanted}\" is not a person of the sheet Representatives{near} Add a row there first, or correct the name."
        )))
    }
}
