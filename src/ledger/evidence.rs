//! Whether the history is what it was: the chain of the journal, and the rows beside it.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::journal::{COLUMNS, Line, Recorded};
use crate::store::{self, At, Chain, Entry};

/// How many differences are told apart.
const DIFFERENCES: usize = 20;

/// What the history proves.
#[derive(Debug, Default)]
pub struct Evidence {
    /// The chain, with where it breaks.
    pub chain: Chain,
    /// When the journal began, and how many reminders of before it took in then.
    pub began: Option<(Timestamp, u64)>,
    /// Where the history says something else than the journal; the first twenty.
    pub differences: Vec<Difference>,
}

impl Evidence {
    /// Whether nothing was changed past the journal.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.chain.breaks.is_empty() && self.differences.is_empty()
    }
}

/// A row of the history that is not what the journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Journal and history tell different things of one reminder.
    Changed(Reminder),
    /// The journal knows a reminder, the history does not.
    Removed(Reminder),
    /// The history has a reminder that the journal does not know.
    Added(Reminder),
    /// Journal and outbox disagree on how a letter ended.
    Letter {
        /// The letter's number.
        letter: i64,
        /// What the outbox says; none if the letter is not there.
        says: Option<String>,
        /// What the journal says, if anything.
        journal: Option<String>,
    },
}

/// Which reminder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// The action's reference.
    pub label: String,
    /// The recipient's name.
    pub to: String,
    /// Which step.
    pub step: String,
}

impl fmt::Display for Reminder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {} ({})", self.label, self.to, self.step)
    }
}

/// A sentence.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(which) => write!(f, "The reminder of {which} was changed past the journal."),
            Self::Removed(which) => write!(f, "The reminder of {which} was removed from the history."),
            Self::Added(which) => write!(f, "The reminder of {which} was added past the journal."),
            Self::Letter { letter, says: None, .. } => {
                write!(f, "Letter {letter} was removed from the outbox.")
            }
            Self::Letter { letter, says: Some(says), journal: Some(journal) } => {
                write!(f, "Letter {letter} is {says} in the outbox, and {journal} in the journal.")
            }
            Self::Letter { letter, says: Some(says), journal: None } => {
                write!(f, "Letter {letter} is {says} in the outbox, and the journal does not know it.")
            }
        }
    }
}

/// Goes through the whole history. Takes about a second for each few hundred thousand entries.
pub fn verify(c: &Connection) -> rusqlite::Result<Evidence> {
    let mut journal = Journal::default();
    let chain = store::walk(c, |entry| {
        journal.take(&entry);
        Ok(())
    })?;
    let mut evidence = Evidence { chain, began: journal.began, differences: Vec::new() };
    compare_reminders(c, &mut journal, &mut evidence)?;
    compare_letters(c, &journal, &mut evidence)?;
    Ok(evidence)
}

/// When an entry was made; none if it cannot be read.
pub fn entry_at(c: &Connection, number: i64) -> rusqlite::Result<Option<Timestamp>> {
    let line: Option<String> = c
        .prepare_cached("SELECT line FROM journal WHERE number = ?1")?
        .query_row([number], |row| row.get(0))
        .optional()?;
    Ok(line.and_then(|line| Some(serde_json::from_str::<Line<'_>>(&line).ok()?.at)))
}

/// The last entry that a link covers.
pub fn last_entry_of(c: &Connection, link: i64) -> rusqlite::Result<Option<i64>> {
    c.prepare_cached("SELECT last FROM link WHERE number = ?1")?
        .query_row([link], |row| row.get(0))
        .optional()
}

/// What the journal says about each reminder and letter in the end.
#[derive(Default)]
struct Journal {
    began: Option<(Timestamp, u64)>,
    /// By what identifies a reminder: what of it stands in the line, the private part, and how to call it.
    reminders: HashMap<[String; 5], (String, Vec<String>, Reminder)>,
    /// The lines of entries whose private part was forgotten, and how often each is there.
    anonymised: HashMap<String, u32>,
    letters: BTreeMap<i64, String>,
}

impl Journal {
    fn take(&mut self, entry: &Entry<'_>) {
        // An entry of a later version is chained, and otherwise not our business.
        let Ok(line) = serde_json::from_str::<Line<'_>>(entry.line) else { return };
        match &*line.did {
            "began" => self.began = Some((line.at, line.reminders.unwrap_or_default())),
            "settled" => {
                if let (Some(letter), Some(state)) = (line.letter, line.state) {
                    self.letters.insert(letter, state.into_owned());
                }
            }
            "told" | "merged" | "impossible" | "left out" | "adopted" | "taken back" | "carried over" => {
                self.reminder(&line, entry);
            }
            _ => {}
        }
    }

    fn reminder(&mut self, line: &Line<'_>, entry: &Entry<'_>) {
        let text =
            |field: &Option<std::borrow::Cow<'_, str>>| field.as_deref().unwrap_or_default().to_owned();
        let how = match &*line.did {
            "taken back" => "impossible",
            "carried over" => "told",
            did => did,
        };
        let (reference, deadline, step) = (text(&line.reference), text(&line.deadline), text(&line.step));
        let public = public(&reference, &deadline, &step, &text(&line.day), how, line.letter);
        if entry.is_anonymised {
            *self.anonymised.entry(public).or_default() += 1;
            return;
        }
        let private: Vec<String> =
            entry.private.and_then(|private| serde_json::from_str(private).ok()).unwrap_or_default();
        let [recipient, name, asked_of, ..] = private.as_slice() else { return };
        let which = Reminder { label: text(&line.label), to: name.clone(), step: step.clone() };
        let key = [reference, asked_of.clone(), recipient.clone(), deadline, step];
        self.reminders.insert(key, (public, private, which));
    }
}

/// What a line says of a reminder, as one text.
fn public(reference: &str, deadline: &str, step: &str, day: &str, how: &str, letter: Option<i64>) -> String {
    format!(
        "{reference}\u{1f}{deadline}\u{1f}{step}\u{1f}{day}\u{1f}{how}\u{1f}{}",
        letter.unwrap_or_default()
    )
}

fn compare_reminders(c: &Connection, journal: &mut Journal, evidence: &mut Evidence) -> rusqlite::Result<()> {
    let mut rows = c.prepare(&format!("SELECT {COLUMNS} FROM reminder"))?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let row = Recorded::read(row)?;
        let letter = row.letter.map(|letter| letter.0);
        let public = public(&row.reference, &row.deadline, &row.step, &row.step_day, &row.how, letter);
        let which =
            || Reminder { label: row.label.clone(), to: row.recipient_name.clone(), step: row.step.clone() };
        let key = [&row.reference, &row.asked_of, &row.recipient, &row.deadline, &row.step].map(Clone::clone);
        match journal.reminders.remove(&key) {
            Some((line, private, _)) if line == public && private == row.private() => {}
            Some(_) => evidence.differs(Difference::Changed(which())),
            None => match journal.anonymised.get_mut(&public) {
                Some(left) if *left > 0 => *left -= 1,
                _ => evidence.differs(Difference::Added(which())),
            },
        }
    }
    let mut removed: Vec<_> = journal.reminders.drain().map(|(_, (.., which))| which).collect();
    removed.sort_by(|a, b| (&a.label, &a.to, &a.step).cmp(&(&b.label, &b.to, &b.step)));
    for which in removed {
        evidence.differs(Difference::Removed(which));
    }
    Ok(())
}

fn compare_letters(c: &Connection, journal: &Journal, evidence: &mut Evidence) -> rusqlite::Result<()> {
    let mut known = journal.letters.clone();
    let mut letters = c.prepare("SELECT id, state, settled FROM letter ORDER BY id")?;
    let mut letters = letters.query([])?;
    while let Some(row) = letters.next()? {
        let (letter, says): (i64, String) = (row.get(0)?, row.get(1)?);
        let settled: Option<At> = row.get(2)?;
        let journal = known.remove(&letter);
        // One that waits again was settled before.
        if settled.is_some() && journal.as_ref() != Some(&says) {
            evidence.differs(Difference::Letter { letter, says: Some(says), journal });
        }
    }
    for (letter, state) in known {
        evidence.differs(Difference::Letter { letter, says: None, journal: Some(state) });
    }
    Ok(())
}

impl Evidence {
    fn differs(&mut self, difference: Difference) {
        if self.differences.len() < DIFFERENCES {
            self.differences.push(difference);
        }
    }
}
