//! Proposals of meeting reports that somebody rejected.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::journal;
use crate::store::At;

/// A proposal that was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// What makes it the same one when its report is read again.
    pub identity: String,
    /// The reference under which it was proposed.
    pub reference: String,
    /// Of whom it would have been asked.
    pub asked_of: String,
    /// Its title.
    pub title: String,
    /// The words that it was taken from.
    pub words: String,
    /// The file of the form in which it was rejected.
    pub form: String,
    /// Who rejected it.
    pub who: String,
}

impl Rejected {
    /// The private part of its entries in the journal.
    pub(super) fn private(&self) -> [&str; 5] {
        [&self.who, &self.asked_of, &self.title, &self.words, &self.form]
    }
}

/// Remembers that a proposal is rejected. False, and nothing changed, when that is remembered already.
pub fn reject(c: &Connection, rejected: &Rejected, now: Timestamp) -> rusqlite::Result<bool> {
    journal::begin_rejections(c, now)?;
    let added = c
        .prepare_cached(
            "INSERT INTO rejected_proposal (identity, reference, asked_of, title, words, form, who, at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (identity) DO NOTHING",
        )?
        .execute(params![
            rejected.identity,
            rejected.reference,
            rejected.asked_of,
            rejected.title,
            rejected.words,
            rejected.form,
            rejected.who,
            At(now)
        ])?;
    if added > 0 {
        journal::rejection(c, journal::REJECTED, rejected, now)?;
    }
    Ok(added > 0)
}

/// The rejected proposals by their numbers, in the order in which they were rejected.
pub fn rejected(c: &Connection) -> rusqlite::Result<Vec<(i64, Rejected, Timestamp)>> {
    c.prepare_cached(
        "SELECT id, identity, reference, asked_of, title, words, form, who, at FROM rejected_proposal ORDER BY id",
    )?
    .query_map([], |row| {
        let rejected = Rejected {
            identity: row.get(1)?,
            reference: row.get(2)?,
            asked_of: row.get(3)?,
            title: row.get(4)?,
            words: row.get(5)?,
            form: row.get(6)?,
            who: row.get(7)?,
        };
        let At(at) = row.get(8)?;
        Ok((row.get(0)?, rejected, at))
    })?
    .collect()
}

/// Takes a rejection back; whether there was one.
pub fn take_back_rejection(c: &Connection, identity: &str, now: Timestamp) -> rusqlite::Result<bool> {
    journal::begin_rejections(c, now)?;
    let there = rejected(c)?.into_iter().find(|(_, one, _)| one.identity == identity);
    let Some((_, one, _)) = there else { return Ok(false) };
    c.prepare_cached("DELETE FROM rejected_proposal WHERE identity = ?1")?.execute([identity])?;
    journal::rejection(c, journal::NOT_REJECTED, &one, now)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store;

    #[test]
    fn a_rejection_is_remembered_once_until_it_is_taken_back() {
        let c = store::in_memory().unwrap();
        let text = str::to_owned;
        let one = Rejected {
            identity: text("p1"),
            reference: text("17/06"),
            asked_of: text("ITU-T"),
            title: text("nominate"),
            words: text("ITU-T is invited to nominate."),
            form: text("form.xlsx"),
            who: text("ann"),
        };
        let now = Timestamp::UNIX_EPOCH;
        assert!(reject(&c, &one, now).unwrap());
        assert!(!reject(&c, &Rejected { form: text("other.csv"), ..one.clone() }, now).unwrap());
        assert_eq!(rejected(&c).unwrap(), [(1, one, now)]);
        assert_eq!(
            ["p1", "p1", "p2"].map(|identity| take_back_rejection(&c, identity, now).unwrap()),
            [true, false, false]
        );
        assert_eq!(rejected(&c).unwrap(), []);
    }
}
