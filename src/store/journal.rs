//! The journal: entries that are only added, and the hash chain that closes every commit over them.
//!
//! # What is kept
//!
//! An entry is a `line`, what happened as a JSON object, and, apart from it, what is `private` in it:
//! names and free text. Of the private part the chain covers only a commitment, SHA-256 over a random `salt`
//! of 16 bytes and the text. **To forget a person, set `salt` and `private` of an entry to NULL** (nothing else can be
//! updated): the chain stays whole, [`walk`](super::walk) gives the entry without its private part, and without
//! the salt nobody can try names against the commitment. Rows elsewhere that are compared with the
//! journal are compared by the line alone from then on.
//!
//! # The chain
//!
//! [`seal`] runs in every transaction of the store before it commits, so no writer can leave it out. Entries added in
//! one transaction are one link; a transaction without entries has none. Its head is SHA-256 over, one after the other:
//!
//! | bytes | what |
//! | --- | --- |
//! | 32 | the head of the link before it; zeros for the first |
//! | 8 | the number of this link, big-endian, from 1 |
//! | and for each entry: 8 | the length of its line in bytes, big-endian |
//! | | its line, UTF-8 as it is stored |
//! | 1 | 32 if it has a commitment, otherwise 0 |
//! | 32 or 0 | the commitment |
//!
//! Who can write to the database can compute the whole chain anew. A head that was printed or sent elsewhere shows
//! it: it is no longer in the chain.

use rusqlite::{Connection, OptionalExtension, params};
use rustix::rand::{GetRandomFlags, getrandom};
use sha2::{Digest, Sha256};

/// The bytes of a head or a commitment.
pub(super) type Hash = [u8; 32];

/// Bytes of a salt.
const SALT: usize = 16;

/// Adds an entry: what happened as a JSON object, and what of it is private. It is sealed with the
/// commit of the transaction.
pub fn append(c: &Connection, line: &str, private: Option<&str>) -> rusqlite::Result<()> {
    let mut insert =
        c.prepare_cached("INSERT INTO journal (line, commitment, salt, private) VALUES (?1, ?2, ?3, ?4)")?;
    match private {
        None => insert.execute(params![line, None::<&[u8]>, None::<&[u8]>, None::<&str>])?,
        Some(text) => {
            let salt = salt()?;
            insert.execute(params![line, commitment(&salt, text).as_slice(), salt.as_slice(), text])?
        }
    };
    Ok(())
}

fn salt() -> rusqlite::Result<[u8; SALT]> {
    let mut salt = [0; SALT];
    match getrandom(&mut salt, GetRandomFlags::empty()) {
        Ok(SALT) => Ok(salt),
        _ => Err(rusqlite::Error::ToSqlConversionFailure("the system gives no random bytes".into())),
    }
}

/// What the chain covers of a private text.
pub(super) fn commitment(salt: &[u8], private: &str) -> Hash {
    Sha256::new().chain_update(salt).chain_update(private).finalize().into()
}

/// Closes what was added since the last link with a link. Nothing was added: nothing is done.
pub(super) fn seal(c: &Connection) -> rusqlite::Result<()> {
    let (number, last, head) = newest(c)?.unwrap_or_default();
    let mut link = Hasher::new(&head, number + 1);
    let mut sealed = last;
    let mut added =
        c.prepare_cached("SELECT number, line, commitment FROM journal WHERE number > ?1 ORDER BY number")?;
    let mut rows = added.query([last])?;
    while let Some(row) = rows.next()? {
        sealed = row.get(0)?;
        link.entry(row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_blob_or_null()?);
    }
    if sealed == last {
        return Ok(());
    }
    c.prepare_cached("INSERT INTO link (number, last, head) VALUES (?1, ?2, ?3)")?.execute(params![
        number + 1,
        sealed,
        link.head().as_slice()
    ])?;
    Ok(())
}

/// Number, last entry and head of the newest link.
fn newest(c: &Connection) -> rusqlite::Result<Option<(i64, i64, Vec<u8>)>> {
    c.prepare_cached("SELECT number, last, head FROM link ORDER BY number DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()
}

/// A link that is being computed.
pub(super) struct Hasher(Sha256);

impl Hasher {
    /// The link of this number after the one whose head is `before`; an empty one for none.
    pub(super) fn new(before: &[u8], number: i64) -> Self {
        let before = if before.is_empty() { &[0; 32] } else { before };
        Self(Sha256::new().chain_update(before).chain_update(number.to_be_bytes()))
    }

    /// Takes in the next entry.
    pub(super) fn entry(&mut self, line: &str, commitment: Option<&[u8]>) {
        let commitment = commitment.unwrap_or_default();
        self.0.update((line.len() as u64).to_be_bytes());
        self.0.update(line);
        self.0.update([u8::try_from(commitment.len()).unwrap_or(u8::MAX)]);
        self.0.update(commitment);
    }

    /// The head.
    pub(super) fn head(self) -> Hash {
        self.0.finalize().into()
    }
}
