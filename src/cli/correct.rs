//! `rappel correct`: one letter, in the thread, to exactly those who got letters that were wrong.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use jiff::{Timestamp, civil::Date};

use super::{
    desk::{Desk, Fits, Wanted, start_of},
    exit::{Ended, Failure},
    output::{self, count, moment},
    screen,
};
use crate::{
    action::{Action, ActionId, RecipientId, ReminderKey, Step, Wishes},
    compose::{self, Correction},
    config,
    directory::{Because, Recipient},
    ledger::{self, Arrived, Corrected},
    letter::Letter,
    outbox::{self, Enqueued},
    register,
    schedule::Reminder,
    store,
};

/// Characters of the text: more is no correction.
const LONGEST: usize = 10_000;

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("words").required(true).args(["text", "text_file"]))]
pub(super) struct Args {
    #[command(flatten)]
    action: Wanted,
    /// Of whom it is asked, if the same reference is asked of several
    #[arg(long, value_name = "BODY")]
    asked_of: Option<String>,
    /// What is right, in your own words
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// A file with these words (UTF-8), which may have several lines
    #[arg(long, value_name = "FILE")]
    text_file: Option<PathBuf>,
    /// Correct all letters about the action from this day on, instead of the last one that each person got together
    /// with the others
    #[arg(long, value_name = "DATE", value_parser = output::date)]
    since: Option<Date>,
    /// Show who would get it, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Who sends it, instead of the name of the login
    #[arg(long, value_name = "NAME", value_parser = output::line)]
    by: Option<String>,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let text = text(args)?;
    let desk = Desk::open(config, None)?;
    let arrived = |id: &ActionId| match &desk.state {
        Some(state) => state.read(|c| ledger::arrived(c, id)),
        None => Ok(Vec::new()),
    };
    let are = |id: &ActionId, _: &Action| arrived(id).is_ok_and(|letters| !letters.is_empty());
    let fits = Fits { said: "was told in letters that arrived", are: &are };
    let (id, action) = desk.find_one(&args.action.text(), args.asked_of.as_deref(), &fits)?;
    let (people, unknown) = people(arrived(&id)?, since(&desk, args)?);
    if unknown > 0 {
        say!(
            "{} without an address by now: it was erased, and nobody there can be corrected.",
            count(unknown, "letter is", "letters are")
        );
    }
    if people.is_empty() {
        return Err(nobody(&args.action.text()));
    }
    if args.dry_run {
        show(&desk, &people);
        return Ok(());
    }
    let letters = people
        .values()
        .map(|letters| letter(&desk, &id, action, letters, &text))
        .collect::<Result<Vec<_>, _>>()?;
    let who = args.by.clone().unwrap_or_else(config::user);
    let new = send(&desk, &id, action, &letters, (&text, &who))?;
    let already = letters.len() - new;
    if already > 0 {
        say!("{} already: nothing is sent twice.", count(already, "person has it", "people have it"));
    }
    if new == 0 {
        say!("No correction waits to be sent: everybody who got the letter has this one.");
        return Ok(());
    }
    say!(
        "{} to be sent; a running daemon sends within a minute, `rappel run --once` at once.",
        count(new, "correction waits", "corrections wait")
    );
    Ok(())
}

fn text(args: &Args) -> Result<String, Failure> {
    let given = match (&args.text, &args.text_file) {
        (Some(text), _) => text.clone(),
        (None, Some(file)) => {
            fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?
        }
        (None, None) => String::new(),
    };
    let text = register::lines(&given).map_err(anyhow::Error::msg)?;
    match text.chars().count() {
        0 => Err(Failure::Failed(anyhow::anyhow!("The text is empty. Write what is right."))),
        length if length > LONGEST => Err(Failure::Failed(anyhow::anyhow!(
            "The text has {length} characters. Write at most {LONGEST}."
        ))),
        _ => Ok(text),
    }
}

fn since(desk: &Desk, args: &Args) -> Result<Option<Timestamp>, Failure> {
    args.since.map(|day| start_of(day, desk.zone())).transpose()
}

fn nobody(action: &str) -> Failure {
    Failure::NotFound(format!(
        "No letter about {action} arrived that could be corrected. `rappel history {action}` shows what was told; what still \
         waits can be held with `rappel outbox hold`."
    ))
}

/// The letters that are wrong, by the address to which they went: those since an instant, or those that were written
/// together with the last one. And how many of them have no address any more: their recipients were forgotten, or they are
/// old.
fn people(arrived: Vec<Arrived>, since: Option<Timestamp>) -> (BTreeMap<String, Vec<Arrived>>, usize) {
    let last = arrived.iter().map(|one| one.written).max().unwrap_or(Timestamp::MIN);
    let since = since.unwrap_or(last);
    let wrong = arrived.into_iter().filter(|one| one.written >= since);
    let (known, unknown): (Vec<_>, Vec<_>) = wrong.partition(|one| one.address.contains('@'));
    let mut people: BTreeMap<String, Vec<Arrived>> = BTreeMap::new();
    for one in known {
        people.entry(one.address.to_lowercase()).or_default().push(one);
    }
    (people, unknown.len())
}

fn show(desk: &Desk, people: &BTreeMap<String, Vec<Arrived>>) {
    let mut table = screen::table(["To", "Address", "Letters", "The last was written"]);
    for letters in people.values() {
        let Some(last) = letters.last() else { continue };
        let numbers: Vec<_> = letters.iter().map(|one| one.letter.to_string()).collect();
        table.add_row([
            last.recipient_name.clone(),
            last.address.clone(),
            numbers.join(", "),
            moment(last.written, desk.zone()),
        ]);
    }
    screen::print_table(table);
    say!("{} would get the correction.", count(people.len(), "person", "people"));
}

fn letter(
    desk: &Desk,
    id: &ActionId,
    action: &Action,
    letters: &[Arrived],
    text: &str,
) -> Result<(Letter, String), Failure> {
    let Some(last) = letters.last() else { return Err(nobody(&action.reference)) };
    let today = desk.zone().to_datetime(desk.now).date();
    let key = ReminderKey {
        action: id.clone(),
        recipient: last.recipient.clone(),
        deadline: action.deadline_on(today),
        step: Step::Outstanding { on: today },
    };
    let policy = desk.setup.rules.policy_of(action);
    let reminder = Reminder::new(action, recipient(desk, last), key, today, policy);
    // Each reader of a letter, of copies too, gets a correction of their own.
    let reminder = Reminder { copies: Vec::new(), ..reminder };
    let message_ids: Vec<_> = letters.iter().map(|one| one.message_id.clone()).collect();
    let told = desk.told()?;
    let around = |action: &Action| desk.setup.around(&desk.directory, &told, action);
    let correction = Correction { text, letters: &message_ids, last: last.written };
    let identity = &desk.setup.settings.secretariat;
    let letter =
        compose::correction(correction, &reminder, &around, identity, &desk.setup.templates, desk.now)?;
    Ok((letter, last.recipient_name.clone()))
}

/// Whoever got the letter, at the address to which it went, in the language of today.
fn recipient(desk: &Desk, letter: &Arrived) -> Recipient {
    let people = &desk.directory.register().people;
    let person = people.iter().find(|person| RecipientId::person(&person.name) == letter.recipient);
    Recipient {
        id: letter.recipient.clone(),
        // The ledger's name may say for whom a deputy got it, or that it was a copy.
        name: person.map_or_else(|| letter.recipient_name.clone(), |person| person.name.clone()),
        email: letter.address.clone(),
        second_email: None,
        language: person.and_then(|person| person.language),
        zone: person.and_then(|person| person.zone.clone()),
        because: Because::Named,
        told_as: None,
        absence: None,
        wishes: Wishes::default(),
    }
}

/// Puts the letters into the outbox, all or none; how many are new.
fn send(
    desk: &Desk,
    id: &ActionId,
    action: &Action,
    letters: &[(Letter, String)],
    (text, who): (&str, &str),
) -> Result<usize, Failure> {
    let (now, state) = (desk.now, &desk.setup.settings.state);
    let new = store::write_beside(state, |c| {
        let mut new = 0;
        for (letter, recipient_name) in letters {
            let Enqueued::New(letter) = outbox::enqueue(c, letter, now, now)? else { continue };
            new += 1;
            let corrected = Corrected {
                letter,
                action: id.clone(),
                reference: action.reference.clone(),
                asked_of: action.asked_of.to_string(),
                recipient_name: recipient_name.clone(),
                who: who.to_owned(),
                text: text.to_owned(),
                at: now,
            };
            ledger::record_correction(c, &corrected)?;
        }
        Ok(new)
    })?;
    Ok(new)
}
