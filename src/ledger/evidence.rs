//! Whether the history is what it was: the chain of the journal, and the rows beside it.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::{
    fingerprint::{Fingerprint, Fingerprints},
    journal::{COLUMNS, Line, NOT_REJECTED, REJECTED, REJECTIONS, Recorded},
    rejected::rejected,
};
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
    /// Journal and state disagree on a rejected proposal of a report.
    Rejection {
        /// Under which it was proposed.
        reference: String,
        /// How.
        past: Past,
    },
}

/// What was done past the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// The journal and the state tell different things.
    Changed,
    /// The journal knows it, the state does not.
    Removed,
    /// The state has it, the journal does not know it.
    Added,
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
            Self::Rejection { reference, past: Past::Changed } => {
                write!(f, "The rejection of {reference} was changed past the journal.")
            }
            Self::Rejection { reference, past: Past::Removed } => {
                write!(f, "The rejection of {reference} was removed past the journal.")
            }
            Self::Rejection { reference, past: Past::Added } => {
                write!(f, "The rejection of {reference} was added past the journal.")
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
    compare_letters(c, &mut journal, &mut evidence)?;
    compare_rejections(c, &mut journal, &mut evidence)?;
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

/// What the journal says about each reminder and letter in the end, in the memory of a few numbers each.
#[derive(Default)]
struct Journal {
    fingerprints: Fingerprints,
    began: Option<(Timestamp, u64)>,
    /// By what identifies a reminder: what is said of it.
    reminders: HashMap<Fingerprint, Saying>,
    /// What the lines say of entries whose private part was forgotten, and how often each is there.
    anonymised: HashMap<Fingerprint, u32>,
    /// By the letter's number: the place of its state among `states`.
    letters: BTreeMap<i64, usize>,
    /// The states that letters ended in: a handful.
    states: Vec<String>,
    /// By the identity of the proposal: what is said of its rejection. None before rejections were chained.
    rejections: Option<BTreeMap<String, Rejection>>,
}

/// What the last entry about a rejection says.
struct Rejection {
    reference: String,
    /// None where its private part was forgotten.
    what: Option<Fingerprint>,
}

/// What the last entry about a reminder says.
struct Saying {
    what: Fingerprint,
    /// The number of the entry.
    entry: i64,
}

impl Journal {
    fn take(&mut self, entry: &Entry<'_>) {
        // An entry of a later version is chained, and otherwise not our business.
        let Ok(line) = serde_json::from_str::<Line<'_>>(entry.line) else { return };
        match &*line.did {
            "began" => self.began = Some((line.at, line.reminders.unwrap_or_default())),
            "settled" => {
                if let (Some(letter), Some(state)) = (line.letter, &line.state) {
                    let state = self.state(state);
                    self.letters.insert(letter, state);
                }
            }
            "told" | "merged" | "impossible" | "left out" | "adopted" | "taken back" | "carried over" => {
                self.reminder(&line, entry);
            }
            REJECTIONS => drop(self.rejections.get_or_insert_default()),
            REJECTED | NOT_REJECTED => self.rejection(&line, entry),
            _ => {}
        }
    }

    fn rejection(&mut self, line: &Line<'_>, entry: &Entry<'_>) {
        let rejections = self.rejections.get_or_insert_default();
        let identity = line.what.as_deref().unwrap_or_default().to_owned();
        if line.did == NOT_REJECTED {
            rejections.remove(&identity);
            return;
        }
        let reference = line.label.as_deref().unwrap_or_default().to_owned();
        let private = private(entry.private);
        let what = (!entry.is_anonymised).then(|| {
            self.fingerprints.of(std::iter::once(&*reference).chain(private.iter().map(String::as_str)))
        });
        rejections.insert(identity, Rejection { reference, what });
    }

    fn state(&mut self, state: &str) -> usize {
        self.states.iter().position(|known| known == state).unwrap_or_else(|| {
            self.states.push(state.to_owned());
            self.states.len() - 1
        })
    }

    fn reminder(&mut self, line: &Line<'_>, entry: &Entry<'_>) {
        let how = match &*line.did {
            "taken back" => "impossible",
            "carried over" => "told",
            did => did,
        };
        let [reference, deadline, step, day] = [&line.reference, &line.deadline, &line.step, &line.day]
            .map(|field| field.as_deref().unwrap_or_default());
        let letter = line.letter.unwrap_or_default().to_string();
        let public = [reference, deadline, step, day, how, &letter];
        if entry.is_anonymised {
            *self.anonymised.entry(self.fingerprints.of(public)).or_default() += 1;
            return;
        }
        let private = private(entry.private);
        let [recipient, _, asked_of, ..] = private.as_slice() else { return };
        let which = self.fingerprints.of([reference, asked_of, recipient, deadline, step]);
        let what = self.fingerprints.of(public.into_iter().chain(private.iter().map(String::as_str)));
        self.reminders.insert(which, Saying { what, entry: entry.number });
    }
}

/// The texts of the private part of an entry; none if there is none, or it cannot be read.
fn private(text: Option<&str>) -> Vec<String> {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn compare_reminders(c: &Connection, journal: &mut Journal, evidence: &mut Evidence) -> rusqlite::Result<()> {
    let mut rows = c.prepare(&format!("SELECT {COLUMNS} FROM reminder"))?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let row = Recorded::read(row)?;
        let letter = row.letter.map_or(0, |letter| letter.0).to_string();
        let public = [&*row.reference, &*row.deadline, &*row.step, &*row.step_day, &*row.how, &*letter];
        let of = &journal.fingerprints;
        let which = of.of([&*row.reference, &*row.asked_of, &*row.recipient, &*row.deadline, &*row.step]);
        let named =
            || Reminder { label: row.label.clone(), to: row.recipient_name.clone(), step: row.step.clone() };
        match journal.reminders.remove(&which) {
            Some(saying) if saying.what == of.of(public.into_iter().chain(row.private())) => {}
            Some(_) => evidence.differs(Difference::Changed(named())),
            None => match journal.anonymised.get_mut(&of.of(public)) {
                Some(left) if *left > 0 => *left -= 1,
                _ => evidence.differs(Difference::Added(named())),
            },
        }
    }
    let mut removed: Vec<i64> = journal.reminders.drain().map(|(_, saying)| saying.entry).collect();
    removed.sort_unstable();
    for entry in removed.into_iter().take(DIFFERENCES) {
        evidence.differs(Difference::Removed(reminder_of(c, entry)?));
    }
    Ok(())
}

/// The reminder that an entry is about.
fn reminder_of(c: &Connection, entry: i64) -> rusqlite::Result<Reminder> {
    let (line, texts): (String, Option<String>) = c
        .prepare_cached("SELECT line, private FROM journal WHERE number = ?1")?
        .query_row([entry], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let line = serde_json::from_str::<Line<'_>>(&line).ok();
    let [label, step] = match line {
        Some(line) => [line.label, line.step].map(|field| field.unwrap_or_default().into_owned()),
        None => Default::default(),
    };
    let to = private(texts.as_deref()).into_iter().nth(1).unwrap_or_default();
    Ok(Reminder { label, to, step })
}

fn compare_letters(c: &Connection, journal: &mut Journal, evidence: &mut Evidence) -> rusqlite::Result<()> {
    let mut known = std::mem::take(&mut journal.letters);
    let state = |place: usize| journal.states.get(place).cloned();
    let mut letters = c.prepare("SELECT id, state, settled FROM letter ORDER BY id")?;
    let mut letters = letters.query([])?;
    while let Some(row) = letters.next()? {
        let (letter, says): (i64, &str) = (row.get(0)?, row.get_ref(1)?.as_str()?);
        let settled: Option<At> = row.get(2)?;
        let recorded = known.remove(&letter).and_then(state);
        // One that waits again was settled before.
        if settled.is_some() && recorded.as_deref() != Some(says) {
            let says = Some(says.to_owned());
            evidence.differs(Difference::Letter { letter, says, journal: recorded });
        }
    }
    for (letter, place) in known {
        evidence.differs(Difference::Letter { letter, says: None, journal: state(place) });
    }
    Ok(())
}

fn compare_rejections(
    c: &Connection,
    journal: &mut Journal,
    evidence: &mut Evidence,
) -> rusqlite::Result<()> {
    let Some(mut known) = journal.rejections.take() else { return Ok(()) };
    for (_, one, _) in rejected(c)? {
        let says = journal.fingerprints.of(std::iter::once(&*one.reference).chain(one.private()));
        let past = match known.remove(&one.identity) {
            None => Some(Past::Added),
            // Of what was forgotten the reference is left.
            Some(Rejection { what: None, reference }) => {
                (reference != one.reference).then_some(Past::Changed)
            }
            Some(Rejection { what: Some(what), .. }) => (what != says).then_some(Past::Changed),
        };
        if let Some(past) = past {
            evidence.differs(Difference::Rejection { reference: one.reference, past });
        }
    }
    for Rejection { reference, .. } in known.into_values() {
        evidence.differs(Difference::Rejection { reference, past: Past::Removed });
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
