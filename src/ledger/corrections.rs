//! Who got which letter about an action, and what was corrected.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{journal, letters::action};
use crate::{
    action::{ActionId, RecipientId, fold},
    outbox::{self, LetterId, Standing},
    store::At,
};

/// A letter about an action that arrived, or may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// The letter.
    pub letter: LetterId,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// The address to which it went.
    pub address: String,
    /// For whom it was.
    pub recipient: RecipientId,
    /// The recipient's name then.
    pub recipient_name: String,
    /// When it was written.
    pub written: Timestamp,
}

/// The letters that told of an action and arrived, or of which nobody knows whether they did, the oldest first.
pub fn arrived(c: &Connection, action: &ActionId) -> rusqlite::Result<Vec<Arrived>> {
    c.prepare_cached(
        "SELECT DISTINCT l.id, l.message_id, l.envelope_to, l.recipient, r.recipient_name, r.recorded_at \
         FROM reminder r JOIN letter l ON l.id = r.letter \
         WHERE r.reference = ?1 AND r.asked_of = ?2 AND r.how = 'told' AND (l.state = 'accepted' OR EXISTS \
         (SELECT 1 FROM attempt a WHERE a.letter = l.id AND (a.outcome IS NULL OR a.outcome = 'unknown'))) \
         ORDER BY l.id",
    )?
    .query_map([action.reference(), action.asked_of()], |row| {
        let At(written) = row.get(5)?;
        Ok(Arrived {
            letter: row.get(0)?,
            message_id: row.get(1)?,
            address: row.get(2)?,
            recipient: RecipientId::stored(row.get_ref(3)?.as_str()?),
            recipient_name: row.get(4)?,
            written,
        })
    })?
    .collect()
}

/// A correction that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrected {
    /// The letter that it is in.
    pub letter: LetterId,
    /// Of which action.
    pub action: ActionId,
    /// Its reference, as people write it.
    pub reference: String,
    /// Of whom it is asked, as people write it.
    pub asked_of: String,
    /// To whom.
    pub recipient_name: String,
    /// Who sent it.
    pub who: String,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
}

/// Records a correction. False, and nothing changed, when it is recorded already.
pub fn record_correction(c: &Connection, corrected: &Corrected) -> rusqlite::Result<bool> {
    let Corrected { letter, action, reference, asked_of, recipient_name, who, text, at } = corrected;
    let added = c
        .prepare_cached(
            "INSERT INTO correction (letter, reference, asked_of, label, asked_of_label, recipient_name, who, text, \
             at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (letter) DO NOTHING",
        )?
        .execute(params![
            letter,
            action.reference(),
            action.asked_of(),
            reference,
            asked_of,
            recipient_name,
            who,
            text,
            At(*at)
        ])?;
    if added == 1 {
        journal::corrected(c, corrected)?;
    }
    Ok(added == 1)
}

/// The corrections about a reference, the oldest first, each with how its letter stands now.
pub fn corrections(c: &Connection, reference: &str) -> rusqlite::Result<Vec<(Corrected, Option<Standing>)>> {
    let found: Vec<Corrected> = c
        .prepare_cached(
            "SELECT reference, asked_of, letter, label, asked_of_label, recipient_name, who, text, at FROM correction \
             WHERE reference = ?1 ORDER BY at, letter",
        )?
        .query_map([fold(reference)], |row| {
            let At(at) = row.get(8)?;
            Ok(Corrected {
                letter: row.get(2)?,
                action: action(row, 0)?,
                reference: row.get(3)?,
                asked_of: row.get(4)?,
                recipient_name: row.get(5)?,
                who: row.get(6)?,
                text: row.get(7)?,
                at,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let with_letter = |one: Corrected| {
        let letter = outbox::standing(c, one.letter)?;
        Ok((one, letter))
    };
    found.into_iter().map(with_letter).collect()
}
