//! Taking out of letters what is about people: all of it for one person, or the texts of all for which they are old
//! enough. That a letter was there, how it fared, and what it told of stays.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{LetterId, pack::Unpack};
use crate::{
    action::RecipientId,
    store::{At, has_table},
};

/// A letter in which somebody is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Naming {
    /// The letter.
    pub id: LetterId,
    /// Whether it is to that person.
    pub theirs: bool,
    /// Whether it has left the outbox.
    pub settled: bool,
}

/// The addresses to which letters that `recipient` reads went.
pub fn addresses_of(c: &Connection, recipient: &RecipientId) -> rusqlite::Result<BTreeSet<String>> {
    let mut letters = c.prepare("SELECT DISTINCT recipient, envelope_to FROM letter")?;
    let mut rows = letters.query([])?;
    let mut theirs = BTreeSet::new();
    while let Some(row) = rows.next()? {
        if RecipientId::stored(row.get_ref(0)?.as_str()?).is_read_by(recipient) {
            theirs.insert(row.get(1)?);
        }
    }
    Ok(theirs)
}

/// Whether letters that somebody else than `recipient` reads went to this address.
pub fn is_shared(c: &Connection, address: &str, recipient: &RecipientId) -> rusqlite::Result<bool> {
    let mut letters =
        c.prepare("SELECT DISTINCT recipient FROM letter WHERE lower(envelope_to) = lower(?1)")?;
    let mut readers =
        letters.query_map([address], |row| Ok(RecipientId::stored(row.get_ref(0)?.as_str()?)))?;
    readers.try_fold(false, |shared, reader| Ok(shared || !reader?.is_read_by(recipient)))
}

/// All letters that `recipient` reads, and those of others of whose message `names` is true. Reads every letter that is
/// kept. Works on every version of the schema.
pub fn naming(
    c: &Connection,
    recipient: &RecipientId,
    names: impl Fn(&[u8]) -> bool,
) -> rusqlite::Result<Vec<Naming>> {
    let dictionary = if has_table(c, "dictionary")? { "b.dictionary" } else { "NULL" };
    let mut letters = c.prepare(&format!(
        "SELECT l.id, l.recipient, l.settled IS NOT NULL, {dictionary}, b.bytes \
         FROM letter l LEFT JOIN letter_bytes b ON b.letter = l.id ORDER BY l.id"
    ))?;
    let mut rows = letters.query([])?;
    let (mut found, mut unpack) = (Vec::new(), Unpack::default());
    while let Some(row) = rows.next()? {
        let theirs = RecipientId::stored(row.get_ref(1)?.as_str()?).is_read_by(recipient);
        let is_named = match row.get_ref(4)?.as_blob_or_null()? {
            Some(packed) if !theirs => names(&unpack.letter(c, row.get(3)?, packed)?),
            _ => false,
        };
        if theirs || is_named {
            found.push(Naming { id: row.get(0)?, theirs, settled: row.get(2)? });
        }
    }
    Ok(found)
}

/// Takes the message of a letter out.
pub fn erase_text(c: &Connection, id: LetterId) -> rusqlite::Result<()> {
    c.prepare_cached("DELETE FROM letter_bytes WHERE letter = ?1")?.execute([id]).map(drop)
}

/// Takes out everything of a letter by which its recipient could be known: message, address, subject, note, what
/// servers said, and the identities that are made from the name. For a letter that is settled.
pub fn erase_recipient(c: &Connection, id: LetterId, instead: &str) -> rusqlite::Result<()> {
    erase_text(c, id)?;
    c.prepare_cached("UPDATE attempt SET text = NULL WHERE letter = ?1")?.execute([id])?;
    c.prepare_cached(
        "UPDATE letter SET key = 'forgotten ' || id, message_id = 'forgotten.' || id, envelope_to = ?2, \
         subject = ?2, note = CASE WHEN note IS NULL THEN NULL ELSE ?2 END WHERE id = ?1",
    )?
    .execute(params![id, instead])
    .map(drop)
}

/// Takes the message, the address and what servers said out of letters that were settled before `then`, of so many at
/// most; of how many. What has no address any more was taken before.
pub fn erase_old(c: &Connection, then: Timestamp, most: u32) -> rusqlite::Result<usize> {
    let old: Vec<LetterId> = c
        .prepare_cached("SELECT id FROM letter WHERE settled < ?1 AND envelope_to LIKE '%@%' LIMIT ?2")?
        .query_map(params![At(then), most], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for id in &old {
        erase_text(c, *id)?;
        c.prepare_cached("UPDATE attempt SET text = NULL WHERE letter = ?1")?.execute([id])?;
        c.prepare_cached("UPDATE letter SET envelope_to = '' WHERE id = ?1")?.execute([id])?;
    }
    Ok(old.len())
}
