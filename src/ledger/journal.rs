//! The history as entries of the store's journal, which chains them: whatever is added to the ledger, and how letters
//! ended, is an entry as well.
//!
//! A line says what happened without naming anybody; names, titles and reasons are its private part:
//!
//! | did | beside `at` | private |
//! | --- | --- | --- |
//! | told, merged, impossible, left out, adopted, taken back, carried over | ref, label, deadline, step, day, letter | recipient, their name, asked of, as people write it, title, why |
//! | settled | letter, state | – |
//! | decided | what, letter | – |
//! | decided | what, ref, label, day | who, asked of, as people write it, to what, what the register said, why |
//! | corrected | ref, label, letter | who, recipient's name, asked of, as people write it, text |
//! | over | what, ref, label: how a decision about an action ended | – |
//! | rejected, rejection taken back | what: the identity of the proposal, label | who, of whom it would have been asked, title, words, form |
//! | began | reminders, letters: how many entries follow that tell of the time before the journal | – |
//! | rejections began | – : from here on rejections are chained; those of before follow | – |
//!
//! Whoever adds a sort of history (an answer, an extension, a deputy) adds a `did` here and appends it in the same
//! write. Whoever changes a row of `reminder` in place appends what it says from then on, as [`take_back`] does.
//!
//! To forget a person is [`forget`], in the same write that takes the name out of the rows: the entry stays, and is
//! compared with the rows by its line alone.
//!
//! [`take_back`]: super::take_back

use std::borrow::Cow;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::{
    corrections::Corrected,
    ends,
    entry::Said,
    facts::{get_fact, set_fact},
    letters::TAKEN_BACK,
    rejected::{Rejected, rejected},
};
use crate::{
    action::Deadline,
    decision::Decision,
    outbox::LetterId,
    store::{self, At},
};

/// The fact that says since when there is a journal.
const BEGAN: &str = "journal began";

/// The fact and the entry that say since when rejections are chained.
pub(super) const REJECTIONS: &str = "rejections began";
/// What is said of a rejection.
pub(super) const REJECTED: &str = "rejected";
/// And that it counts no more.
pub(super) const NOT_REJECTED: &str = "rejection taken back";

/// The public part of an entry, as it stands in the journal.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line<'a> {
    /// When it happened.
    pub(super) at: Timestamp,
    /// What.
    #[serde(borrow)]
    pub(super) did: Cow<'a, str>,
    /// The action's reference, folded.
    #[serde(rename = "ref", borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<Cow<'a, str>>,
    /// As people write it.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) deadline: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) step: Option<Cow<'a, str>>,
    /// The day of the step.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) day: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) letter: Option<i64>,
    /// Where the letter stands from then on.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<Cow<'a, str>>,
    /// What was decided.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) what: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reminders: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) letters: Option<u64>,
}

impl<'a> Line<'a> {
    fn new(at: Timestamp, did: &'a str) -> Self {
        let At(at) = At(at).to_micros();
        Self {
            at,
            did: did.into(),
            reference: None,
            label: None,
            deadline: None,
            step: None,
            day: None,
            letter: None,
            state: None,
            what: None,
            reminders: None,
            letters: None,
        }
    }

    fn append(&self, c: &Connection, private: Option<&[&str]>) -> rusqlite::Result<()> {
        let private = private.map(json).transpose()?;
        store::append(c, &json(self)?, private.as_deref())
    }
}

fn json(value: &(impl Serialize + ?Sized)) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// A row of `reminder`, as far as it is history.
pub(super) struct Recorded {
    pub(super) reference: String,
    pub(super) asked_of: String,
    pub(super) recipient: String,
    pub(super) deadline: String,
    pub(super) step: String,
    pub(super) step_day: String,
    pub(super) label: String,
    pub(super) title: String,
    pub(super) asked_of_label: String,
    pub(super) recipient_name: String,
    pub(super) how: String,
    pub(super) letter: Option<LetterId>,
    pub(super) why: Option<String>,
    /// When it was recorded.
    pub(super) at: Timestamp,
}

/// The columns of [`Recorded`], in its order.
pub(super) const COLUMNS: &str = "reference, asked_of, recipient, deadline, step, step_day, label, title, \
     asked_of_label, recipient_name, how, letter, why, recorded_at";

impl Recorded {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let At(at) = row.get(13)?;
        Ok(Self {
            reference: row.get(0)?,
            asked_of: row.get(1)?,
            recipient: row.get(2)?,
            deadline: row.get(3)?,
            step: row.get(4)?,
            step_day: row.get(5)?,
            label: row.get(6)?,
            title: row.get(7)?,
            asked_of_label: row.get(8)?,
            recipient_name: row.get(9)?,
            how: row.get(10)?,
            letter: row.get(11)?,
            why: row.get(12)?,
            at,
        })
    }

    /// Whether it counts as never told.
    pub(super) fn is_taken_back(&self) -> bool {
        self.why.as_ref().is_some_and(|why| why.starts_with(TAKEN_BACK))
    }

    /// Appends that from `at` on this is what the history says.
    pub(super) fn append(&self, c: &Connection, did: &str, at: Timestamp) -> rusqlite::Result<()> {
        let line = Line {
            reference: Some((&*self.reference).into()),
            label: Some((&*self.label).into()),
            deadline: Some((&*self.deadline).into()),
            step: Some((&*self.step).into()),
            day: Some((&*self.step_day).into()),
            letter: self.letter.map(|LetterId(letter)| letter),
            ..Line::new(at, did)
        };
        line.append(c, Some(&self.private()))
    }

    /// The private part of its entries.
    pub(super) fn private(&self) -> [&str; 6] {
        let why = self.why.as_deref().unwrap_or_default();
        [&self.recipient, &self.recipient_name, &self.asked_of, &self.asked_of_label, &self.title, why]
    }
}

/// Appends what was recorded.
pub(super) fn recorded(
    c: &Connection,
    said: &Said,
    (how, letter, why): (&str, Option<LetterId>, Option<&str>),
    now: Timestamp,
) -> rusqlite::Result<()> {
    let (deadline, step) = (Deadline::key(said.key.deadline), said.key.step.to_string());
    let day = said.step_day.to_string();
    let line = Line {
        reference: Some(said.key.action.reference().into()),
        label: Some((&*said.reference).into()),
        deadline: Some(deadline.into()),
        step: Some(step.into()),
        day: Some(day.into()),
        letter: letter.map(|LetterId(letter)| letter),
        ..Line::new(now, how)
    };
    let private = [
        said.key.recipient.as_str(),
        &said.recipient_name,
        said.key.action.asked_of(),
        &said.asked_of,
        &said.title,
        why.unwrap_or_default(),
    ];
    line.append(c, Some(&private))
}

/// Appends that somebody decided something on the command line, as "outbox drop", about a letter or as a whole.
pub fn decided(c: &Connection, what: &str, letter: Option<LetterId>, now: Timestamp) -> rusqlite::Result<()> {
    let letter = letter.map(|LetterId(letter)| letter);
    if let Some(letter) = letter {
        // Beside the program that sends letters: it has to look at them anew.
        set_fact(c, ends::DECIDED, &format!("{what} {letter} {now}"))?;
    }
    Line { what: Some(what.into()), letter, ..Line::new(now, "decided") }.append(c, None)
}

/// Appends what somebody decided about an action.
pub(super) fn decided_about(c: &Connection, decision: &Decision) -> rusqlite::Result<()> {
    let day = decision.day.to_string();
    let line = Line {
        what: Some(decision.change.verb().into()),
        reference: Some(decision.action.reference().into()),
        label: Some((&*decision.reference).into()),
        day: Some(day.into()),
        ..Line::new(decision.at, "decided")
    };
    let value = decision.change.value().unwrap_or_default();
    let why = decision.why.as_deref().unwrap_or_default();
    let asked_of = decision.action.asked_of();
    line.append(c, Some(&[&decision.who, asked_of, &decision.asked_of, &value, &decision.seen, why]))
}

/// Appends that a correction was sent.
pub(super) fn corrected(c: &Connection, corrected: &Corrected) -> rusqlite::Result<()> {
    let Corrected { letter, action, reference, asked_of, recipient_name, who, text, at } = corrected;
    let line = Line {
        reference: Some(action.reference().into()),
        label: Some((&**reference).into()),
        letter: Some(letter.0),
        ..Line::new(*at, "corrected")
    };
    line.append(c, Some(&[who, recipient_name, action.asked_of(), asked_of, text]))
}

/// Appends how a decision about an action ended.
pub(super) fn over(c: &Connection, decision: &Decision, how: &str, now: Timestamp) -> rusqlite::Result<()> {
    let line = Line {
        what: Some(format!("{}: {how}", decision.change.verb()).into()),
        reference: Some(decision.action.reference().into()),
        label: Some((&*decision.reference).into()),
        ..Line::new(now, "over")
    };
    line.append(c, None)
}

/// Appends that a proposal was rejected, or that this was taken back.
pub(super) fn rejection(
    c: &Connection,
    did: &str,
    rejected: &Rejected,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let line = Line {
        label: Some((&*rejected.reference).into()),
        what: Some((&*rejected.identity).into()),
        ..Line::new(at, did)
    };
    line.append(c, Some(&rejected.private()))
}

/// Begins to chain rejections, once for good: those of before become entries. To be called before one is added or taken
/// back.
pub(super) fn begin_rejections(c: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    if get_fact(c, REJECTIONS)?.is_some() {
        return Ok(());
    }
    set_fact(c, REJECTIONS, &now.to_string())?;
    Line::new(now, REJECTIONS).append(c, None)?;
    rejected(c)?.iter().try_for_each(|(_, one, at)| rejection(c, REJECTED, one, *at))
}

/// Begins the journal, once for good: what is in the history already becomes its first entries, and so its
/// first link. To be called by each owner of the state before it adds anything.
pub fn begin_journal(c: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    if get_fact(c, BEGAN)?.is_none() {
        begin(c, now)?;
    }
    begin_rejections(c, now)
}

fn begin(c: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    set_fact(c, BEGAN, &now.to_string())?;
    let settled = "FROM letter WHERE settled IS NOT NULL";
    let count = |sql: &str| c.query_row(sql, [], |row| row.get::<_, u32>(0).map(u64::from));
    let (reminders, letters) =
        (count("SELECT count(*) FROM reminder")?, count(&format!("SELECT count(*) {settled}"))?);
    Line { reminders: Some(reminders), letters: Some(letters), ..Line::new(now, "began") }.append(c, None)?;
    let mut rows =
        c.prepare(&format!("SELECT {COLUMNS} FROM reminder ORDER BY recorded_at, reference, asked_of"))?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let row = Recorded::read(row)?;
        let did = if row.is_taken_back() { "taken back" } else { &*row.how };
        row.append(c, did, row.at)?;
    }
    let mut letters = c.prepare(&format!("SELECT id, state, settled {settled} ORDER BY settled, id"))?;
    let mut letters = letters.query([])?;
    while let Some(row) = letters.next()? {
        let (letter, state, At(at)) = (row.get(0)?, row.get_ref(1)?.as_str()?, row.get(2)?);
        Line { letter: Some(letter), state: Some(state.into()), ..Line::new(at, "settled") }
            .append(c, None)?;
    }
    Ok(())
}

/// Forgets, for good, the private part of every entry with a text of which `is_theirs` is true; in how many
/// entries. The texts of an entry are: the recipient as [`RecipientId`](crate::action::RecipientId) writes it, the
/// recipient's name, of whom the action is asked (folded, and as people write it), the title, and a reason.
pub fn forget(c: &Connection, is_theirs: impl Fn(&str) -> bool) -> rusqlite::Result<u64> {
    let mut entries = c.prepare("SELECT number, private FROM journal WHERE private IS NOT NULL")?;
    let mut rows = entries.query([])?;
    let mut theirs: Vec<i64> = Vec::new();
    while let Some(row) = rows.next()? {
        let texts: Vec<String> = serde_json::from_str(row.get_ref(1)?.as_str()?).unwrap_or_default();
        if texts.iter().any(|text| is_theirs(text)) {
            theirs.push(row.get(0)?);
        }
    }
    let mut forget = c.prepare("UPDATE journal SET salt = NULL, private = NULL WHERE number = ?1")?;
    for number in &theirs {
        forget.execute(params![number])?;
    }
    Ok(theirs.len() as u64)
}
