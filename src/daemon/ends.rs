//! How letters ended, for the ladders: nobody is said not to answer a letter that never reached them.
//!
//! The view of the ledger in memory learns what was written from the mailing itself, and how it ended from here: the
//! numbers of the letters are kept until somebody asks, and then looked up at once. Of actions whose history is older
//! than the view, or than their ladder, all letters are looked up, once. Without a ladder nobody asks.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Connection;

use super::{Daemon, Setup};
use crate::{
    action::{ActionId, Told, maps::HashSet},
    directory::Directory,
    ledger,
    outbox::LetterId,
    schedule,
};

/// Letters of which so many ended are not looked up one by one any more.
const MANY: usize = 100_000;

/// What the view of the ledger knows of the ends of letters.
#[derive(Debug)]
pub(super) struct Ends {
    /// Those that may have ended since it was asked last.
    letters: Vec<LetterId>,
    /// Actions of which it knows how letters ended, those apart.
    known: HashSet<ActionId>,
    /// There may be actions that are not among these, and should be.
    others: bool,
    /// What a person decided last about letters, as far as it knows.
    decided: Option<String>,
}

/// When the view was just read.
impl Default for Ends {
    fn default() -> Self {
        Self { letters: Vec::new(), known: HashSet::default(), others: true, decided: None }
    }
}

impl Ends {
    /// Other policies, or other actions, are in force.
    pub(super) fn look_anew(&mut self) {
        self.others = true;
    }

    /// Somebody is told of an action for the first time: all of its letters are seen from here.
    pub(super) fn begins(&mut self, action: &ActionId) {
        self.known.insert(action.clone());
    }
}

/// What was told, and of the actions that have a ladder in `directory`, what was heard.
pub fn told_and_heard(
    c: &Connection,
    setup: &Setup,
    directory: &Directory,
    until: Timestamp,
) -> rusqlite::Result<Told> {
    let mut told = ledger::told_until(c, until)?;
    if setup.rules.has_ladders() {
        let actions: Vec<_> = schedule::on_ladders(directory, &setup.rules, &told).cloned().collect();
        ledger::hear(c, &mut told, &actions, until)?;
    }
    Ok(told)
}

impl Daemon {
    /// Attempts at these letters are over, which may have been their end.
    pub(super) fn note_ends(&mut self, letters: impl Iterator<Item = LetterId>) {
        if !self.setup.rules.has_ladders() {
            return;
        }
        self.agenda.ends.letters.extend(letters);
        if self.agenda.ends.letters.len() > MANY {
            self.agenda.ends = Ends::default();
        }
    }

    /// Takes into the view how letters ended since it was asked last. Not while a mailing is under way: what that tells is
    /// not in the view yet.
    pub(super) fn take_in_ends(&mut self) {
        let rules = &self.setup.rules;
        let Some(directory) = self.register.directory.as_ref().filter(|_| rules.has_ladders()) else {
            // When there is a ladder one day, everything is looked up.
            self.agenda.ends = Ends::default();
            return;
        };
        if self.agenda.mailing.is_some() {
            return;
        }
        let mut letters = std::mem::take(&mut self.agenda.ends.letters);
        letters.sort_unstable();
        letters.dedup();
        let Ends { known, others, decided, .. } = &mut self.agenda.ends;
        let (told, is_any) = (&mut self.agenda.told, !letters.is_empty());
        self.agenda.is_told_anew |= is_any;
        let read = self.store.read(|c| {
            let now_decided = ledger::letters_decided(c)?;
            if now_decided != *decided {
                known.clear();
                (*others, *decided) = (true, now_decided);
            }
            if is_any {
                let ends = ledger::ends(c, &letters)?;
                let told = Arc::make_mut(told);
                for ended in &ends {
                    ended.note(told);
                }
            }
            if *others {
                let on_ladders = schedule::on_ladders(directory, rules, told);
                let new: Vec<_> = on_ladders.filter(|id| !known.contains(*id)).cloned().collect();
                if !new.is_empty() {
                    self.agenda.is_told_anew = true;
                    ledger::hear(c, Arc::make_mut(told), &new, Timestamp::MAX)?;
                }
                known.extend(new);
                *others = false;
            }
            Ok(())
        });
        if let Err(error) = read {
            // Everything is looked up when the state can be read again.
            self.agenda.ends = Ends::default();
            self.store_failed(&error);
        }
    }
}
