//! Forgetting a person: what was told about which action, and when, stays; that it was this person does not.
//!
//! Every text of the state is gone through, and so are the copies beside it; letters to the person lose their text and
//! address, letters to others that name the person lose their text. The journal keeps its entries and its chain
//! (`ledger::forget`).

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::Date};
use rusqlite::Connection;
use serde::Serialize;

use super::{fact, mark::begin_anew};
use crate::{
    action::{
        Mention, RecipientId,
        recipient_name::{self, names_in},
    },
    compose,
    directory::Directory,
    ledger,
    outbox::{self, LetterId, Naming},
    store::{self, StoreError},
};

/// Whether a column holds references of actions: an action is known by them, in the journal as well, and they stay.
fn is_reference(table: &str, column: &str) -> bool {
    column == "reference" || (table == "reminder" && column == "label")
}

/// How much of a file is looked at in one piece, and how much of it again with the next: more than a name is long.
const PIECE: usize = 4 * 1024 * 1024;
const OVERLAP: usize = 4096;

/// The person to forget.
#[derive(Debug)]
pub struct Person {
    recipient: RecipientId,
    mention: Mention,
    /// Open actions about which the person is reminded.
    pub outstanding: Vec<String>,
    /// Whether the register names the person.
    pub in_register: bool,
}

/// What was taken out, or would be.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// What stands in place of the name.
    pub instead: String,
    /// Texts in which it stands now.
    pub texts: u64,
    /// Entries of the journal whose private part is gone.
    pub entries: u64,
    /// Letters to the person, of which neither text nor address is left.
    pub letters: usize,
    /// Letters to others that named the person, of which no text is left.
    pub named_in: usize,
    /// Letters to others that name the person and have not left yet: they keep their text until they have.
    pub waiting: Vec<LetterId>,
    /// References of actions that name the person: they stay.
    pub references: BTreeSet<String>,
    /// Copies beside the database that were changed as well.
    pub copies: Vec<PathBuf>,
    /// Files in the state folder in which the name may still stand, each with why.
    pub left: Vec<(PathBuf, String)>,
}

impl Forgotten {
    /// Whether there was anything about the person.
    #[must_use]
    pub fn found_any(&self) -> bool {
        self.texts + self.entries > 0
            || self.letters + self.named_in + self.waiting.len() > 0
            || !self.copies.is_empty()
    }
}

/// Who is meant by a name: with the addresses that nobody else has, and apart from others of similar names.
pub fn person(
    c: &Connection,
    name: &str,
    directory: Option<&Directory>,
    today: Date,
) -> rusqlite::Result<Person> {
    let recipient = RecipientId::person(name);
    let itself = Mention::new([name], []);
    let people = || directory.iter().flat_map(|directory| &directory.register().people);
    let row = people().find(|person| itself.is(&person.name));
    let mut addresses = outbox::addresses_of(c, &recipient)?;
    addresses
        .extend(row.iter().flat_map(|row| [Some(&row.email), row.second_email.as_ref()]).flatten().cloned());
    let of_others: BTreeSet<String> = people()
        .filter(|person| !itself.is(&person.name))
        .flat_map(|person| [Some(&person.email), person.second_email.as_ref()])
        .chain(
            directory
                .iter()
                .flat_map(|one| &one.register().bodies)
                .map(|body| body.secretariat_email.as_ref()),
        )
        .flatten()
        .map(|address| address.to_lowercase())
        .collect();
    let mut wanted = vec![name.to_owned()];
    for address in addresses.into_iter().filter(|address| address.contains('@')) {
        let is_shared = outbox::is_shared(c, &address, &recipient)?;
        if !is_shared && !of_others.contains(&address.to_lowercase()) {
            wanted.push(address);
        }
    }
    let told = ledger::recipient_names(c)?;
    let mut others: Vec<_> = told.iter().flat_map(|told| names_in(told)).map(str::to_owned).collect();
    others.extend(people().map(|person| person.name.clone()));
    let asked = directory.iter().flat_map(|directory| {
        let is_asked = |one: &&crate::action::Action| {
            one.is_outstanding() && directory.recipients(one, today).iter().any(|found| found.id == recipient)
        };
        directory.actions().map(|(_, action)| action).filter(is_asked).map(|action| action.reference.clone())
    });
    Ok(Person {
        outstanding: asked.collect(),
        in_register: row.is_some(),
        mention: Mention::new(wanted.iter().map(String::as_str), others.iter().map(String::as_str)),
        recipient,
    })
}

/// What forgetting would take out. Changes nothing.
pub fn forgettable(dir: &Path, person: &Person, now: Timestamp) -> Result<Forgotten, StoreError> {
    let mut would = store::try_beside(dir, |c| take_out(c, person, &next_name(c)?, now))?;
    for copy in store::copies_beside(dir) {
        match store::try_copy(&copy, |c| take_out_of_copy(c, person, &would.instead)) {
            Ok(0) => {}
            Ok(_) => would.copies.push(copy),
            Err(error) => would.left.push((copy, error.to_string())),
        }
    }
    Ok(would)
}

/// Forgets. Takes the lock: no daemon may run. The copies come first: as long as the database still names the person,
/// whoever was interrupted can do it again.
pub fn forget(dir: &Path, person: Person, now: Timestamp) -> Result<Forgotten, StoreError> {
    let store = store::open(dir)?;
    let instead = store.read(next_name)?;
    let (copies, left) = forget_in_copies(dir, &person, &instead);
    let (mut forgotten, person) = store.write_blocking(move |c| {
        let forgotten = Forgotten { copies, left, ..take_out(c, &person, &instead, now)? };
        if forgotten.letters > 0 {
            // An archive may still have them.
            begin_anew(c, now)?;
        }
        let count: u64 =
            ledger::get_fact(c, fact::FORGOTTEN)?.and_then(|count| count.parse().ok()).unwrap_or(0);
        ledger::set_fact(c, fact::FORGOTTEN, &(count + 1).to_string())?;
        Ok((forgotten, person))
    })?;
    drop(store);
    store::compact(dir)?;
    let waiting = !forgotten.waiting.is_empty() || !forgotten.references.is_empty();
    // Said about itself by a daemon that runs no more.
    let _ = fs::remove_file(dir.join("status"));
    if !waiting {
        look_for_the_rest(dir, &person.mention, &mut forgotten.left).map_err(|source| StoreError::Io {
            what: "look through the state folder",
            path: dir.to_owned(),
            source,
        })?;
    }
    Ok(forgotten)
}

/// The copies that were changed, and those that could not be, with why.
fn forget_in_copies(dir: &Path, person: &Person, instead: &str) -> (Vec<PathBuf>, Vec<(PathBuf, String)>) {
    let (mut changed, mut left) = (Vec::new(), Vec::new());
    for copy in store::copies_beside(dir) {
        match store::rewrite_copy(&copy, |c| take_out_of_copy(c, person, instead)) {
            Ok(0) => {}
            Ok(_) => changed.push(copy),
            Err(error) => left.push((copy, error.to_string())),
        }
    }
    (changed, left)
}

/// "forgotten person 3": nothing that is made from the name.
fn next_name(c: &Connection) -> rusqlite::Result<String> {
    let count: u64 = ledger::get_fact(c, fact::FORGOTTEN)?.and_then(|count| count.parse().ok()).unwrap_or(0);
    Ok(format!("forgotten person {}", count + 1))
}

fn take_out(c: &Connection, person: &Person, instead: &str, now: Timestamp) -> rusqlite::Result<Forgotten> {
    let mut forgotten = Forgotten { instead: instead.to_owned(), ..Forgotten::default() };
    for Naming { id, theirs, settled } in named_letters(c, person)? {
        if theirs {
            outbox::withdraw(c, id, "the person was forgotten", now)?;
            outbox::erase_recipient(c, id, instead)?;
            forgotten.letters += 1;
        } else if settled {
            outbox::erase_text(c, id)?;
            forgotten.named_in += 1;
        } else {
            forgotten.waiting.push(id);
        }
    }
    forgotten.entries = ledger::forget(c, |text| person.mention.is_in(text))?;
    let references = &mut forgotten.references;
    forgotten.texts = rewrite(c, person, instead, |reference| {
        references.insert(reference.to_owned());
    })?;
    Ok(forgotten)
}

/// As it would be after a restore nobody knows: what waits in a copy is not sent before somebody looked at it
/// (`rappel adopt`), so that all of it is taken out; in how many places.
fn take_out_of_copy(c: &Connection, person: &Person, instead: &str) -> rusqlite::Result<u64> {
    let letters = named_letters(c, person)?;
    let mut places = letters.len() as u64;
    for Naming { id, theirs, .. } in letters {
        if theirs {
            outbox::erase_recipient(c, id, instead)?;
        } else {
            outbox::erase_text(c, id)?;
        }
    }
    if store::has_table(c, "journal")? {
        places += ledger::forget(c, |text| person.mention.is_in(text))?;
    }
    Ok(places + rewrite(c, person, instead, |_| ())?)
}

fn named_letters(c: &Connection, person: &Person) -> rusqlite::Result<Vec<Naming>> {
    outbox::naming(c, &person.recipient, |bytes| {
        compose::all_texts(bytes).iter().any(|text| person.mention.is_in(text))
    })
}

/// Puts the other name everywhere, but into what identifies an entry of the journal: that is told to `stays`. In columns
/// that hold names and nothing else, a longer name that begins with it is somebody else's.
fn rewrite(
    c: &Connection,
    Person { mention, recipient, .. }: &Person,
    instead: &str,
    mut stays: impl FnMut(&str),
) -> rusqlite::Result<u64> {
    let anew = RecipientId::person(instead);
    store::rewrite_texts(c, |table, column, text| {
        if is_reference(table, column) {
            if mention.is_in(text) {
                stays(text);
            }
            return None;
        }
        match column {
            "recipient" => {
                RecipientId::stored(text).renamed(recipient, &anew).map(|id| id.as_str().to_owned())
            }
            "recipient_name" => {
                recipient_name::renamed(text, |name| mention.is(name).then(|| instead.to_owned()))
            }
            "asked_of" | "asked_of_label" => mention.is(text).then(|| instead.to_owned()),
            _ => mention.replaced(text, instead),
        }
    })
}

/// Looks into every file of the folder, as `grep` does.
fn look_for_the_rest(dir: &Path, mention: &Mention, left: &mut Vec<(PathBuf, String)>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let is_known = left.iter().any(|(known, _)| *known == path);
        if path.is_file() && !is_known && names(&path, mention)? {
            left.push((path, "the name is still in it".to_owned()));
        }
    }
    left.sort();
    Ok(())
}

fn names(file: &Path, mention: &Mention) -> io::Result<bool> {
    let mut file = File::open(file)?;
    let mut piece = Vec::new();
    loop {
        let kept = piece.len().min(OVERLAP);
        piece.drain(..piece.len() - kept);
        let read = file.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        if mention.is_in(&String::from_utf8_lossy(&piece)) {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
    }
}
