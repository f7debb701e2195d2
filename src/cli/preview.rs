//! `rappel preview`: the letter that would be written about an action, as it would be written.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;
use serde::Serialize;

use super::{
    desk::{Desk, WantedAll, end_of},
    exit::{Ended, Failure},
    output,
};
use crate::{
    action::{Action, ActionId, Languages, alike, nearest},
    compose::{self, Composed},
    directory::Recipient,
    schedule::{self, Reminder},
};

mod occasion;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    action: WantedAll,
    /// Only the letter to this person
    #[arg(long, value_name = "PERSON")]
    to: Option<String>,
    /// The day on which it would be written, instead of today
    #[arg(long, value_name = "DATE", value_parser = output::date)]
    on: Option<Date>,
    /// The letter of the next step of the policy's ladder, as if nobody answered until then
    #[arg(long, conflicts_with = "closed")]
    escalated: bool,
    /// The letter that tells that the action is closed, as if it were closed on that day if it is not
    #[arg(long)]
    closed: bool,
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
    desk.remark_if_held()?;
    if let Some(day) = args.on {
        desk.now = end_of(day, desk.zone())? - jiff::SignedDuration::from_hours(12);
    }
    let found = desk.find(&args.action.text())?;
    let found: Vec<_> = found.into_iter().map(|(id, action)| (id, action.clone())).collect();
    let mut reminders = Vec::new();
    let mut refused = Vec::new();
    let is_closed = args.closed || is_nothing_but_closed(&found, args);
    let ended: Vec<_> = found.iter().map(|(_, action)| occasion::as_closed(&desk, action)).collect();
    for ((id, action), ended) in found.iter().zip(&ended) {
        let told = if is_closed {
            occasion::closed(&desk, id, ended)
        } else if !action.is_outstanding() {
            continue;
        } else if args.escalated {
            occasion::escalated(&desk, id, action)
        } else {
            let to = recipients(&desk, action).into_iter();
            Ok(to.map(|to| occasion::reminder(&desk, id, action, to)).collect())
        };
        match told {
            Ok(told) => reminders.extend(told),
            Err(Failure::NotFound(why)) => refused.push(why),
            Err(other) => return Err(other),
        }
    }
    let mut previews = Vec::new();
    let mut people = Vec::new();
    for reminder in &mut reminders {
        let recipient = &mut reminder.recipient;
        recipient.language = args.language.or(recipient.language);
        people.push(recipient.name.clone());
        if args.to.as_ref().is_none_or(|wanted| is_meant(recipient, wanted)) {
            previews.push(preview(reminder, letter(&desk, reminder)?));
        }
    }
    if people.is_empty() && !refused.is_empty() {
        return Err(Failure::NotFound(refused.join("\n")));
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
        say!("To:         {} <{}>", preview.to, preview.address);
        for copy in &preview.copy_to {
            say!("Cc:         {copy}");
        }
        say!("Subject:    {}", preview.subject);
        say!("Message-ID: <{}>\n", preview.message_id);
        write_out!("{}\n\n", preview.text);
        if let Some(calendar) = &preview.calendar {
            say!("{}\n", attached(calendar));
        }
    }
    Ok(())
}

/// Whether nothing is left to remind of, and something was closed: then that is what would be told.
fn is_nothing_but_closed(found: &[(ActionId, Action)], args: &Args) -> bool {
    !args.escalated
        && found.iter().all(|(_, action)| !action.is_outstanding())
        && found.iter().any(|(_, action)| schedule::is_closed(action))
}

fn recipients(desk: &Desk, action: &Action) -> Vec<Recipient> {
    let today = desk.zone().to_datetime(desk.now).date();
    desk.directory.recipients(action, today)
}

fn is_meant(recipient: &Recipient, wanted: &str) -> bool {
    alike(&recipient.name) == alike(wanted) || recipient.email.eq_ignore_ascii_case(wanted.trim())
}

fn nobody(args: &Args, people: &[String]) -> String {
    match (&args.to, people) {
        (_, []) => format!("{} is closed or for information: nobody is reminded of it.", args.action.text()),
        (Some(wanted), _) => {
            let near = nearest(wanted, people.iter().map(String::as_str));
            let near = near.map_or_else(String::new, |near| format!(" Did you mean {near}?"));
            format!(
                "\"{wanted}\" gets no letter about {}; {} would.{near}",
                args.action.text(),
                people.join(", ")
            )
        }
        (None, _) => format!("Nobody gets a letter about {}.", args.action.text()),
    }
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
        remark!("{} holds the letter to {}; name another with --to.", file.display(), previews[0].to);
    }
    Ok(())
}
