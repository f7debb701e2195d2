//! `rappel forget`: a person's name, addresses and letters are taken out of all that rappel remembers.

use std::path::Path;

use serde::Serialize;

use super::{
    exit::{Ended, Failure},
    output::{self, count},
};
use crate::{
    action::{Mention, nearest},
    clock::Clock,
    daemon::{self, Forgotten, Setup},
    directory::Directory,
    ledger,
    store::{self, StoreError},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The person's name, as the register writes it
    name: String,
    /// Show what would be taken out, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Also somebody who is still asked for something: waiting letters to them are withdrawn
    #[arg(long)]
    force: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report<'a> {
    done: bool,
    #[serde(flatten)]
    forgotten: &'a Forgotten,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let (setup, mut directory) = read(config, args.force)?;
    let dir = &setup.settings.state;
    let now = Clock::System.now();
    let today = setup.rules.send().zone().to_datetime(now).date();
    let state = store::open_reader(dir)?;
    if let Some(directory) = &mut directory {
        // Somebody may be asked by a decision beside the register.
        daemon::decide_from(&state, directory)?;
    }
    let names = state.read(ledger::recipient_names)?;
    let person = state.read(|c| daemon::person(c, &args.name, directory.as_ref(), today))?;
    drop(state);
    if !args.dry_run && !args.force && !person.outstanding.is_empty() {
        return Err(still_asked(&args.name, &person.outstanding));
    }
    if !args.dry_run
        && let Some(pid) = store::lock_holder(dir)
    {
        return Err(StoreError::Locked { dir: dir.clone(), pid: Some(pid) }.into());
    }
    let in_register = person.in_register;
    let would = daemon::forgettable(dir, &person, now)?;
    if !args.force
        && let Some(whole) =
            directory.as_ref().and_then(|directory| whole_name(&args.name, &names, directory))
    {
        return Err(Failure::NotFound(format!(
            "\"{}\" is a part of a name only; did you mean {whole}? Write the whole name. --force takes just these words out.",
            args.name
        )));
    }
    if !would.found_any() {
        return Err(Failure::NotFound(unknown(&args.name, &names)));
    }
    let forgotten = if args.dry_run { would } else { daemon::forget(dir, person, now)? };
    if args.json {
        output::json(&Report { done: !args.dry_run, forgotten: &forgotten })?;
    } else {
        print(&args.name, &forgotten, args.dry_run, in_register);
    }
    let all = forgotten.waiting.is_empty() && forgotten.left.is_empty();
    if all { Ok(()) } else { Err(Failure::Attention) }
}

/// A register with errors says nothing about who is still asked: `force` goes on without it.
fn read(config: &Path, force: bool) -> Result<(Setup, Option<Directory>), Failure> {
    match daemon::load(config) {
        Ok((setup, directory, _)) => Ok((setup, Some(directory))),
        Err(_) if force => Ok((Setup::load(config)?, None)),
        Err(problems) => Err(problems.into()),
    }
}

fn still_asked(name: &str, references: &[String]) -> Failure {
    Failure::Failed(anyhow::anyhow!(
        "{name} is still asked for something: {}. If rappel forgot that {name} was reminded, it would begin anew. \
         Close these actions in the register or ask somebody else first; --force forgets all the same.",
        references.join(", ")
    ))
}

/// The whole name of somebody of the register, if only a part of it was written and nobody is called just that.
fn whole_name<'d>(name: &str, told: &[String], directory: &'d Directory) -> Option<&'d str> {
    let wanted = Mention::new([name], []);
    let mut people = directory.register().people.iter().map(|person| person.name.as_str());
    let is_whole = told.iter().any(|one| wanted.is(one)) || people.clone().any(|one| wanted.is(one));
    people.find(|one| !is_whole && wanted.is_in(one))
}

fn unknown(name: &str, names: &[String]) -> String {
    let near = nearest(name, names.iter().map(String::as_str))
        .filter(|near| !Mention::new([name], []).is(near))
        .map_or_else(String::new, |near| format!(" Did you mean {near}?"));
    format!("Nothing that rappel remembers names {name}.{near}")
}

/// What to do about a file that could not be cleaned. The database itself is never to be deleted.
fn left(file: &Path, why: &str) -> String {
    let shown = file.display();
    if file.file_name().is_some_and(|name| name == "rappel.db") {
        return format!(
            "{shown} still holds the name in a place that rappel does not know. Do not delete it: everything would be \
             told again."
        );
    }
    format!("{shown} could not be cleaned: {why}. Delete it, if it is not needed.")
}

fn print(name: &str, found: &Forgotten, dry_run: bool, in_register: bool) {
    let Forgotten { instead, texts, entries, letters, named_in, .. } = found;
    let (calls, call, lose) =
        if dry_run { ("would call", "would call", "would lose") } else { ("calls", "call", "lost") };
    let texts = usize::try_from(*texts).unwrap_or(usize::MAX);
    say!("{} {name} \"{instead}\".", count(texts, &format!("text {calls}"), &format!("texts {call}")));
    say!(
        "{} to {name} {lose} text and address, {} to others that name {name} {lose} the text.",
        count(*letters, "letter", "letters"),
        count(*named_in, "letter", "letters")
    );
    say!(
        "{} {lose} the name, and keep what happened; the chain stays whole.",
        count(
            usize::try_from(*entries).unwrap_or(usize::MAX),
            "entry of the journal",
            "entries of the journal"
        )
    );
    for copy in &found.copies {
        let changed = if dry_run { "would be changed" } else { "was changed" };
        say!("The copy {} {changed} as well.", copy.display());
    }
    for (file, why) in &found.left {
        say!("{}", left(file, why));
    }
    if !found.references.is_empty() {
        let all: Vec<_> = found.references.iter().map(String::as_str).collect();
        say!("References of actions are not changed, and these name the person: {}.", all.join(", "));
    }
    if !found.waiting.is_empty() {
        let all: Vec<_> = found.waiting.iter().map(ToString::to_string).collect();
        say!(
            "Letters to others that name {name} and have not left yet: {}. Do this again when they have.",
            all.join(", ")
        );
    }
    let register =
        if in_register { "the register, which still names them" } else { "the register and its versions" };
    say!(
        "Not in rappel's hands: {register}; backups elsewhere; letters in mailboxes, in [mail.maildir] and \
         [mail.archive]; the log of the mail server."
    );
    if dry_run {
        say!("Nothing was changed.");
    }
}
