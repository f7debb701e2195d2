//! `rappel forecast`: who will get what, when.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::Serialize;

use super::{
    desk::{Desk, end_of},
    exit::Ended,
    forecast_diff,
    output::{self, count, moment, zone_name},
    screen,
};
use crate::{
    directory::Recipient,
    schedule::{self, Mailing, Reminder},
};

/// How many days --diff looks ahead unless the command line says otherwise.
const DIFF_DAYS: i64 = 90;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The last day to look at; with --diff, 90 days from the first unless it is given
    #[arg(long, value_name = "DATE", value_parser = output::date, required_unless_present = "diff")]
    until: Option<Date>,
    /// The first day, instead of now
    #[arg(long, value_name = "DATE", value_parser = output::date)]
    from: Option<Date>,
    /// How the letters are listed
    #[arg(long, value_enum, default_value_t = By::Time)]
    by: By,
    /// Only what the register tells otherwise than this one, an older copy of it: what an edit changes, by person
    #[arg(long, value_name = "OLD_REGISTER", conflicts_with = "by")]
    diff: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// By send time
    Time,
    /// By person
    Person,
}

#[derive(Debug, Serialize)]
struct Line {
    /// The send time.
    at: Timestamp,
    /// When the letter leaves: then, or in the recipient's morning.
    leaves: Timestamp,
    to: String,
    address: String,
    /// Who gets a copy.
    copy_to: Vec<String>,
    /// Whether `mail.allow_domains` lets the letter leave.
    allowed: bool,
    /// Whether it leaves only if somebody approves by then that it is escalated to another body.
    after_approval: bool,
    reminders: Vec<Told>,
}

#[derive(Debug, Serialize)]
struct Told {
    reference: String,
    asked_of: String,
    title: String,
    step: String,
    /// Why it is told on another day than that of the step, if it is.
    moved: Option<String>,
    deadline: Option<String>,
    merged: Vec<String>,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    if let (Some(from), Some(until)) = (args.from, args.until) {
        output::in_order(from, until)?;
    }
    let desk = Desk::open(config, args.from)?;
    desk.remark_if_held()?;
    let today = desk.zone().to_datetime(desk.now).date();
    let last = args.until.unwrap_or_else(|| today.saturating_add(DIFF_DAYS.days()));
    if last < args.from.unwrap_or(today) {
        return Err(anyhow::anyhow!(
            "{} is over. To look at a time in the past, say where it begins: --from DATE.",
            output::day(last)
        )
        .into());
    }
    let until = end_of(last, desk.zone())?;
    if let Some(old) = &args.diff {
        return forecast_diff::run(&desk, old, until, args.json);
    }
    let from = desk.now - jiff::SignedDuration::from_nanos(1);
    let mailings = schedule::forecast(&desk.directory, &desk.setup.rules, &desk.told()?, from, until);
    let lines: Vec<_> = mailings.iter().flat_map(|mailing| lines(&desk, mailing)).collect();
    if args.json {
        return output::json(&lines);
    }
    if lines.is_empty() {
        say!("No letters until {}, if the register stays as it is.", output::day(last));
        return Ok(());
    }
    match args.by {
        By::Time => by_time(&desk, &lines),
        By::Person => by_person(&desk, &lines),
    }
    let (waiting, leaving): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.after_approval);
    let reminders: usize = leaving.iter().map(|line| line.reminders.len()).sum();
    say!(
        "{} with {} until {}, if the register stays as it is. Times are in {}.",
        count(leaving.len(), "letter", "letters"),
        count(reminders, "reminder", "reminders"),
        output::day(last),
        zone_name(desk.zone())
    );
    let differences = desk.directory.decided().iter().filter(|one| one.differs()).count();
    if differences > 0 {
        say!(
            "With {} of the command line that the register does not have: `rappel status` lists them.",
            count(differences, "decision", "decisions")
        );
    }
    if !waiting.is_empty() {
        say!(
            "Beside these {} only after approval: `rappel approve` lists what waits for it.",
            count(waiting.len(), "letter leaves", "letters leave")
        );
    }
    let kept_in = leaving.iter().filter(|line| !line.allowed).count();
    if kept_in > 0 {
        say!(
            "{} of them not sent: mail.allow_domains allows {} only.",
            if kept_in == 1 { "1 is".to_owned() } else { format!("{kept_in} are") },
            desk.setup.settings.allowed
        );
    }
    Ok(())
}

fn lines<'a>(desk: &'a Desk, mailing: &'a Mailing<'_>) -> impl Iterator<Item = Line> + 'a {
    let allowed = &desk.setup.settings.allowed;
    let leaving = mailing.letters.iter().map(|letter| (letter, false));
    let waiting = mailing.after_approval.iter().map(|letter| (letter, true));
    leaving.chain(waiting).filter_map(move |(letter, after_approval)| {
        let recipient = &letter.first()?.recipient;
        Some(Line {
            at: mailing.at,
            leaves: desk.setup.rules.leaves(mailing.at, recipient),
            to: to(recipient),
            copy_to: letter[0].copies.iter().map(|copy| copy.to.name.clone()).collect(),
            address: recipient.email.clone(),
            allowed: allowed.allow(&recipient.email),
            after_approval,
            reminders: letter.iter().map(|reminder| told(reminder, desk.zone())).collect(),
        })
    })
}

/// To whom: a deputy with the name of the one who is absent.
fn to(recipient: &Recipient) -> String {
    match recipient.stands_in() {
        Some(absence) => format!("{} (deputy of {})", recipient.name, absence.who.name),
        None => recipient.name.clone(),
    }
}

impl Line {
    /// To whom, and whether the letter really leaves.
    fn to(&self) -> String {
        if self.allowed { self.to.clone() } else { format!("{} (not sent)", self.to) }
    }

    /// What has to happen first, after the step.
    fn condition(&self) -> &'static str {
        if self.after_approval { " (after approval)" } else { "" }
    }
}

fn told(reminder: &Reminder<'_>, zone: &TimeZone) -> Told {
    Told {
        reference: reminder.action.reference.clone(),
        asked_of: reminder.action.asked_of.to_string(),
        title: reminder.action.title.clone(),
        step: step(reminder, zone),
        moved: reminder.shift.as_ref().map(ToString::to_string),
        deadline: reminder.key.deadline.map(|deadline| deadline.to_string()),
        merged: reminder.merged.iter().map(|(step, _)| output::step(*step, zone)).collect(),
    }
}

/// The step, and who gets a copy because nobody answered.
fn step(reminder: &Reminder<'_>, zone: &TimeZone) -> String {
    let step = output::step(reminder.key.step, zone);
    match reminder.unanswered.as_deref() {
        Some(unanswered) if !unanswered.copied.is_empty() => {
            format!("{step}, with a copy to {}", unanswered.copied.join(" and "))
        }
        _ => step,
    }
}

impl Told {
    /// The step, and why it is told on another day than its own.
    fn said(&self) -> String {
        match &self.moved {
            Some(moved) => format!("{}, {moved}", self.step),
            None => self.step.clone(),
        }
    }
}

fn by_time(desk: &Desk, lines: &[Line]) {
    let mut table = screen::table(["When", "To", "About", "Step"]);
    for line in lines {
        for (index, told) in line.reminders.iter().enumerate() {
            let first = |text: String| if index == 0 { text } else { String::new() };
            table.add_row([
                first(moment(line.leaves, desk.zone())),
                first(line.to()),
                format!("{} {}", told.reference, output::title(&told.title)),
                format!("{}{}", told.said(), line.condition()),
            ]);
        }
    }
    screen::print_table(table);
}

fn by_person(desk: &Desk, lines: &[Line]) {
    let mut people: BTreeMap<String, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        people.entry(line.to()).or_default().push(line);
    }
    let mut table = screen::table(["To", "When", "About", "Step"]);
    for (person, lines) in people {
        for (index, line) in lines.iter().enumerate() {
            let references: Vec<_> = line.reminders.iter().map(|told| told.reference.as_str()).collect();
            let said = |told: &Told| format!("{}{}", told.said(), line.condition());
            let steps: Vec<_> = line.reminders.iter().map(said).collect();
            table.add_row([
                if index == 0 { person.clone() } else { String::new() },
                moment(line.leaves, desk.zone()),
                references.join("\n"),
                steps.join("\n"),
            ]);
        }
    }
    screen::print_table(table);
}
