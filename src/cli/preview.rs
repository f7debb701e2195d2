//! `rappel preview`: the letter that would be written about an action, as it would be written.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;
use serde::Serialize;

use super::{
    desk::{Desk, end_of},
    exit::{Ended, Failure},
    output,
};
use crate::{
    action::{Action, ActionId, Languages, RecipientId, ReminderKey, Step, fold, nearest},
    compose::{self, Composed},
    directory::Recipient,
    schedule::{self, Moment, Reminder, Stands, Verdict},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The action's reference; with several, also of whom it is asked: "17/06 ITU-T"
    action: String,
    /// Only the letter to this person
    #[arg(long, value_name = "PERSON")]
    to: Option<String>,
    /// The day on which it would be written, instead of today
    #[arg(long, value_name = "DATE", value_parser = output::date)]
    on: Option<Date>,
    /// The letter of the next step of the policy's ladder, as if nobody answered until then
    #[arg(long)]
    escalated: bool,
    /// In this language instead of the recipient's; two, as in "fr,en", in both
    #[arg(long, value_name = "LANGUAGE", value_parser = Languages::parse)]
    language: Option<Languages>,
    /// Write the HTML part into this file, to be looked at in a browser
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Preview {
    to: String,
    address: String,
    /// Who gets a copy.
    copy_to: Vec<String>,
    subject: String,
    message_id: String,
    text: String,
    html: String,
    /// The calendar file that comes with it, if one does.
    calendar: Option<String>,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let mut desk = Desk::open(config, None)?;
    if let Some(day) = args.on {
        desk.now = end_of(day, desk.zone())? - jiff::SignedDuration::from_hours(12);
    }
    let mut previews = Vec::new();
    let mut people = Vec::new();
    for (id, action) in desk.find(&args.action)? {
        if !action.is_outstanding() {
            continue;
        }
        let reminders = if args.escalated {
            escalated(&desk, &id, action)?
        } else {
            recipients(&desk, action).into_iter().map(|to| reminder(&desk, &id, action, to)).collect()
        };
        for mut reminder in reminders {
            let recipient = &mut reminder.recipient;
            recipient.language = args.language.or(recipient.language);
            people.push(recipient.name.clone());
            if args.to.as_ref().is_none_or(|wanted| is_meant(recipient, wanted)) {
                previews.push(preview(&reminder, letter(&desk, &reminder)?));
            }
        }
    }
    if previews.is_empty() {
        return Err(Failure::NotFound(nobody(args, &people)));
    }
    if let Some(file) = &args.html {
        write_html(file, &previews)?;
    }
    if args.json {
        return output::json(&previews);
    }
    for preview in &previews {
        anstream::println!("To:         {} <{}>", preview.to, preview.address);
        for copy in &preview.copy_to {
            anstream::println!("Cc:         {copy}");
        }
        anstream::println!("Subject:    {}", preview.subject);
        anstream::println!("Message-ID: <{}>\n", preview.message_id);
        anstream::println!("{}\n", preview.text);
        if let Some(calendar) = &preview.calendar {
            anstream::println!("{}\n", attached(calendar));
        }
    }
    Ok(())
}

fn recipients(desk: &Desk, action: &Action) -> Vec<Recipient> {
    let today = desk.zone().to_datetime(desk.now).date();
    desk.directory.recipients(action, today)
}

fn is_meant(recipient: &Recipient, wanted: &str) -> bool {
    fold(&recipient.name) == fold(wanted) || recipient.email.eq_ignore_ascii_case(wanted.trim())
}

fn nobody(args: &Args, people: &[String]) -> String {
    match (&args.to, people) {
        (_, []) => format!("{} is closed or for information: nobody is reminded of it.", args.action),
        (Some(wanted), _) => {
            let near = nearest(wanted, people.iter().map(String::as_str));
            let near = near.map_or_else(String::new, |near| format!(" Did you mean {near}?"));
            format!("\"{wanted}\" gets no letter about {}; {} would.{near}", args.action, people.join(", "))
        }
        (None, _) => format!("Nobody gets a letter about {}.", args.action),
    }
}

/// The reminder of the latest step that is reached, or as it would be without one.
fn reminder<'d>(desk: &'d Desk, id: &ActionId, action: &'d Action, recipient: Recipient) -> Reminder<'d> {
    let moment = Moment::new(&desk.setup.rules, desk.now);
    let (policy, choice) = desk.setup.rules.policy_for(action, desk.directory.wishes(&recipient));
    let days = desk.directory.working_days(&recipient);
    let due = moment.latest_step(action, policy, days);
    let not_yet = (Step::Outstanding { on: moment.today }, moment.today);
    let (step, step_day) = due.map_or(not_yet, |due| (due.step, due.day));
    let key = ReminderKey {
        action: id.clone(),
        recipient: recipient.remembered_as().clone(),
        deadline: action.deadline_on(moment.today),
        step,
    };
    let shift = due.and_then(|due| due.shift(days));
    Reminder { shift, ..Reminder::new(action, recipient, key, step_day, (policy, choice)) }
}

/// What the first step of the ladder tells that was not told yet.
fn escalated<'d>(desk: &'d Desk, id: &ActionId, action: &'d Action) -> Result<Vec<Reminder<'d>>, Failure> {
    let (rules, mut told) = (&desk.setup.rules, desk.told()?);
    let moment = Moment::new(rules, desk.now);
    let none = || {
        let Action { reference, asked_of, .. } = action;
        let why =
            format!("{reference}, asked of {asked_of}, is not escalated any further. `rappel why` says why.");
        Failure::NotFound(why)
    };
    let Verdict::Chased(chase) = schedule::decide(&desk.directory, &told, &moment, id, action) else {
        return Err(none());
    };
    let rungs = chase.escalations.into_iter().flat_map(|ladder| ladder.rungs);
    let is_over = |stands: Stands| matches!(stands, Stands::Told { .. } | Stands::Needless | Stands::Stopped);
    let mut ahead = rungs.filter(|rung| !is_over(rung.stands) && !rung.to.is_empty());
    let rung = ahead.next().ok_or_else(none)?;
    let (after, deadline) = (rung.rung.after, action.deadline_on(moment.today));
    told.record_escalated(id, &RecipientId::own_secretariat(), deadline, after, desk.now);
    let mut reminders =
        schedule::escalated_again(&desk.directory, rules, &told, desk.now, (id, action), after)
            .map_err(|_| none())?;
    for unanswered in reminders.iter_mut().filter_map(|one| one.unanswered.as_mut()) {
        // By then there was at least one.
        unanswered.letters = unanswered.letters.max(1);
    }
    Ok(reminders)
}

fn letter(desk: &Desk, reminder: &Reminder<'_>) -> Result<Composed, Failure> {
    let told = desk.told()?;
    let around = |action: &Action| desk.setup.around(&desk.directory, &told, action);
    let identity = &desk.setup.settings.secretariat;
    let (reminders, recipient) = (std::slice::from_ref(reminder), &reminder.recipient);
    Ok(compose::composed(reminders, recipient, &around, identity, &desk.setup.templates, desk.now)?)
}

fn preview(reminder: &Reminder<'_>, composed: Composed) -> Preview {
    let copies = reminder.copies.iter().map(|copy| format!("{} <{}>", copy.to.name, copy.to.email));
    Preview {
        to: reminder.recipient.name.clone(),
        address: reminder.recipient.email.clone(),
        copy_to: copies.collect(),
        subject: composed.letter.subject,
        message_id: composed.letter.message_id,
        text: composed.text,
        html: composed.html,
        calendar: composed.calendar,
    }
}

/// That a calendar file comes with the letter, and what it does.
fn attached(calendar: &str) -> &'static str {
    let value = |name: &str| calendar.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    match (value("METHOD:"), value("SEQUENCE:")) {
        ("CANCEL", _) => "Attached:   a calendar file (.ics) that takes the entry out again",
        (_, "0") => "Attached:   a calendar file (.ics) with the deadline",
        _ => "Attached:   a calendar file (.ics) that moves the entry to the new deadline",
    }
}

/// One file holds one letter; of several the first.
fn write_html(file: &Path, previews: &[Preview]) -> Ended {
    std::fs::write(file, &previews[0].html)
        .with_context(|| format!("{} could not be written", file.display()))?;
    if previews.len() > 1 {
        anstream::eprintln!(
            "{} holds the letter to {}; name another with --to.",
            file.display(),
            previews[0].to
        );
    }
    Ok(())
}
