//! One letter with its history.

use std::fmt;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

use super::{LetterId, State, Summary, list, pack::Unpack};
use crate::{letter::write_answer, store::At};

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// accepted, later, refused or unknown.
    pub outcome: String,
    /// Whose trouble it was: server, sender or recipient.
    pub trouble: Option<String>,
    /// The SMTP reply code.
    pub code: Option<u16>,
    /// The enhanced status code (RFC 3463).
    pub enhanced: Option<String>,
    /// The reply's text, or what went wrong.
    pub text: String,
    /// The server that said so, or to which the connection was lost: its name and address; none where there was
    /// none, or it is not known.
    pub server: Option<String>,
    /// When; none when the program stopped before the answer was recorded.
    pub at: Option<Timestamp>,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_answer(f, self.code, self.enhanced.as_deref(), &self.text)
    }
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// When it was written down, just before the dial.
    pub started: Timestamp,
    /// What came of it; none while it is under way.
    pub answer: Option<Answer>,
}

/// A letter with everything that is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// What the list shows.
    #[serde(flatten)]
    pub summary: Summary,
    /// What identifies it for good.
    pub key: String,
    /// MAIL FROM.
    pub from: String,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// Every attempt, the first first.
    pub history: Vec<Attempt>,
    /// The whole message, as long as it is kept. Not part of the JSON form.
    #[serde(skip)]
    pub bytes: Option<Vec<u8>>,
}

/// Where a letter stands, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Its number.
    pub id: LetterId,
    /// Where it stands.
    pub state: State,
    /// How many attempts were begun.
    pub attempts: u32,
    /// When it was settled.
    pub settled: Option<Timestamp>,
    /// What came of the last attempt that has ended.
    pub last_answer: Option<Answer>,
    /// Why it stands there, where that is not what the mail server answered.
    pub note: Option<String>,
}

/// Everything about one letter.
pub fn show(c: &Connection, id: LetterId) -> rusqlite::Result<Option<Detail>> {
    let Some(summary) = list::one(c, id)? else { return Ok(None) };
    let history = c
        .prepare_cached(
            "SELECT outcome, trouble, code, enhanced, text, ended, server, number, started FROM attempt \
             WHERE letter = ?1 ORDER BY number",
        )?
        .query_map([id], attempt)?
        .collect::<rusqlite::Result<_>>()?;
    c.prepare_cached(
        "SELECT l.key, l.envelope_from, l.message_id, b.dictionary, b.bytes \
         FROM letter l LEFT JOIN letter_bytes b ON b.letter = l.id WHERE l.id = ?1",
    )?
    .query_row([id], |row| {
        Ok(Detail {
            summary,
            key: row.get(0)?,
            from: row.get(1)?,
            message_id: row.get(2)?,
            history,
            bytes: match row.get_ref(4)?.as_blob_or_null()? {
                Some(packed) => Some(Unpack::default().letter(c, row.get(3)?, packed)?),
                None => None,
            },
        })
    })
    .map(Some)
}

/// Who says that an accepted letter arrived, where that is not the server's last answer: a person, or the archive.
#[must_use]
pub fn vouched<'n>(state: State, answer: Option<&Answer>, note: Option<&'n str>) -> Option<&'n str> {
    let accepted = State::Accepted.as_str();
    note.filter(|_| state == State::Accepted && answer.is_none_or(|answer| answer.outcome != accepted))
}

/// Where one letter stands.
pub fn standing(c: &Connection, id: LetterId) -> rusqlite::Result<Option<Standing>> {
    let found = c
        .prepare_cached("SELECT state, attempts, settled, note FROM letter WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<At>>(2)?, row.get(3)?)))
        .optional()?;
    let Some((state, attempts, settled, note)) = found else { return Ok(None) };
    let last_answer = last_answer(c, id)?;
    Ok(Some(Standing { id, state, attempts, settled: settled.map(|At(at)| at), last_answer, note }))
}

pub(super) fn last_answer(c: &Connection, id: LetterId) -> rusqlite::Result<Option<Answer>> {
    c.prepare_cached(
        "SELECT outcome, trouble, code, enhanced, text, ended, server FROM attempt \
         WHERE letter = ?1 AND outcome IS NOT NULL ORDER BY number DESC LIMIT 1",
    )?
    .query_row([id], answer)
    .optional()
    .map(Option::flatten)
}

fn attempt(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    let At(started) = row.get(8)?;
    Ok(Attempt { number: row.get(7)?, started, answer: answer(row)? })
}

/// Columns 0 to 6 of a row; none when the attempt is under way.
fn answer(row: &Row<'_>) -> rusqlite::Result<Option<Answer>> {
    let Some(outcome) = row.get(0)? else { return Ok(None) };
    let at: Option<At> = row.get(5)?;
    Ok(Some(Answer {
        outcome,
        trouble: row.get(1)?,
        code: row.get(2)?,
        enhanced: row.get(3)?,
        text: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
        server: row.get(6)?,
        at: at.map(|At(at)| at),
    }))
}
