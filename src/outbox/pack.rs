//! Letters as they are kept: packed.
//!
//! Letters of one installation are the same for the most part: style sheet, sentences, address of the secretariat.
//! Each is kept as what differs from a specimen, so that a tenth of the bytes go to the disk and stay there. A
//! specimen is a letter about a made-up action to a made-up person: nobody's data is kept because
//! another letter needs it. There is one for each way in which letters are encoded, because lines of quoted-printable end
//! elsewhere than those that need no encoding, and have little in common with them.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

/// The largest letter that is unpacked: damage must not ask for all the memory.
const LARGEST: usize = 256 * 1024 * 1024;

/// What letters have in common, for each way in which they are encoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dictionaries(Vec<Dictionary>);

impl Dictionaries {
    /// The dictionaries that these letters make. Without any, letters are kept as they are.
    #[must_use]
    pub fn new(specimens: Vec<Vec<u8>>) -> Self {
        Self(specimens.into_iter().map(Dictionary::new).collect())
    }

    /// Writes them down, once; before the first letter that is packed with one.
    pub fn keep(&self, c: &Connection) -> rusqlite::Result<()> {
        self.0.iter().try_for_each(|one| one.keep(c))
    }

    /// The one for letters that are encoded as this one is, else any.
    fn for_letter(&self, letter: &[u8]) -> Option<&Dictionary> {
        let is_encoded = is_encoded(letter);
        self.0.iter().find(|one| one.is_encoded == is_encoded).or(self.0.first())
    }
}

/// Whether the HTML part of a letter, which is most of it, is encoded.
fn is_encoded(letter: &[u8]) -> bool {
    const AS_IT_STANDS: &[u8] = b"text/html; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n";
    memchr::memmem::find(letter, AS_IT_STANDS).is_none()
}

/// What letters have in common that are encoded alike.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Dictionary {
    /// Made from the bytes: the same bytes are the same dictionary.
    id: i64,
    is_encoded: bool,
    bytes: Vec<u8>,
}

impl Dictionary {
    /// The dictionary that such a letter makes.
    fn new(specimen: Vec<u8>) -> Self {
        let hash: [u8; 32] = Sha256::digest(&specimen).into();
        let mut id = [0; 8];
        id.copy_from_slice(&hash[..8]);
        Self { id: i64::from_be_bytes(id), is_encoded: is_encoded(&specimen), bytes: specimen }
    }

    fn keep(&self, c: &Connection) -> rusqlite::Result<()> {
        c.prepare_cached("INSERT OR IGNORE INTO dictionary (id, bytes) VALUES (?1, ?2)")?
            .execute(params![self.id, self.bytes])?;
        Ok(())
    }
}

/// The bytes of a letter as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    dictionary: Option<i64>,
    bytes: Vec<u8>,
}

impl Packed {
    /// Packs a letter; the `dictionaries` have to be kept before the letter is enqueued.
    #[must_use]
    pub fn new(letter: &[u8], dictionaries: &Dictionaries) -> Self {
        let Some(dictionary) = dictionaries.for_letter(letter) else { return Self::plain(letter.to_vec()) };
        let bytes = lz4_flex::block::compress_prepend_size_with_dict(letter, &dictionary.bytes);
        if bytes.len() >= letter.len() {
            return Self::plain(letter.to_vec());
        }
        Self { dictionary: Some(dictionary.id), bytes }
    }

    /// The letter as it is.
    #[must_use]
    pub fn plain(letter: Vec<u8>) -> Self {
        Self { dictionary: None, bytes: letter }
    }

    /// Writes the bytes of letter `id`, which has none yet.
    pub(super) fn add(&self, c: &Connection, id: super::LetterId) -> rusqlite::Result<()> {
        c.prepare_cached("INSERT INTO letter_bytes (letter, dictionary, bytes) VALUES (?1, ?2, ?3)")?
            .execute(params![id, self.dictionary, self.bytes])?;
        Ok(())
    }

    /// Writes the bytes of letter `id` in place of those that it has, or had.
    pub(super) fn replace(&self, c: &Connection, id: super::LetterId) -> rusqlite::Result<()> {
        c.prepare_cached("DELETE FROM letter_bytes WHERE letter = ?1")?.execute([id])?;
        self.add(c, id)
    }
}

/// Reads packed letters; knows the dictionaries that it met.
#[derive(Debug, Default)]
pub(super) struct Unpack {
    known: Vec<Arc<Dictionary>>,
}

impl Unpack {
    /// The message, from the columns `dictionary` and `bytes`.
    pub(super) fn letter(
        &mut self,
        c: &Connection,
        dictionary: Option<i64>,
        packed: &[u8],
    ) -> rusqlite::Result<Vec<u8>> {
        let Some(id) = dictionary else { return Ok(packed.to_vec()) };
        let dictionary = self.dictionary(c, id)?;
        let (size, rest) = lz4_flex::block::uncompressed_size(packed).map_err(|error| damaged(&error))?;
        if size > LARGEST {
            return Err(damaged(&format!("it says that it has {size} bytes")));
        }
        let letter = lz4_flex::block::decompress_with_dict(rest, size, &dictionary.bytes);
        letter.map_err(|error| damaged(&error))
    }

    fn dictionary(&mut self, c: &Connection, id: i64) -> rusqlite::Result<Arc<Dictionary>> {
        if let Some(known) = self.known.iter().find(|known| known.id == id) {
            return Ok(Arc::clone(known));
        }
        let bytes: Option<Vec<u8>> = c
            .prepare_cached("SELECT bytes FROM dictionary WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        let found = Dictionary::new(bytes.ok_or_else(|| damaged(&"what it was packed with is not there"))?);
        if found.id != id {
            return Err(damaged(&"what it was packed with has changed"));
        }
        let found = Arc::new(found);
        self.known.push(Arc::clone(&found));
        Ok(found)
    }
}

fn damaged(why: &dyn std::fmt::Display) -> rusqlite::Error {
    let why = format!("a letter that is kept cannot be read: {why}");
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, why.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store;

    const SPECIMEN: &[u8] =
        b"Dear delegate, may we remind you of an action asked of you? With kind regards, the secretariat";
    const LETTER: &[u8] =
        b"Dear Martin, may we remind you of an action asked of you? With kind regards, the secretariat";

    #[test]
    fn a_letter_is_kept_without_what_all_have_in_common_and_read_as_it_was() {
        let c = store::in_memory().unwrap();
        let dictionaries = Dictionaries::new(vec![SPECIMEN.to_vec()]);
        dictionaries.keep(&c).unwrap();
        dictionaries.keep(&c).unwrap();
        let packed = Packed::new(LETTER, &dictionaries);
        assert!(packed.bytes.len() < LETTER.len() / 2, "{}", packed.bytes.len());
        let read = Unpack::default().letter(&c, packed.dictionary, &packed.bytes).unwrap();
        assert_eq!(read, LETTER);
    }

    #[test]
    fn a_letter_is_kept_by_the_specimen_that_is_encoded_as_it_is() {
        let letter = |encoding: &str, text: &str| {
            let head = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding:";
            format!("{head} {encoding}\r\n\r\n{}", text.repeat(20)).into_bytes()
        };
        let plain = letter("7bit", "a line as it stands, of any length\r\n");
        let quoted = letter("quoted-printable", "a line as it =\r\nstands, of any length\r\n");
        let dictionaries = Dictionaries::new(vec![quoted.clone(), plain.clone()]);
        for (letter, number) in [(quoted, 0), (plain, 1)] {
            let packed = Packed::new(&letter, &dictionaries);
            assert_eq!(packed.dictionary, Some(dictionaries.0[number].id));
            assert!(packed.bytes.len() < 40, "{}", packed.bytes.len());
        }
    }

    #[test]
    fn what_does_not_become_smaller_is_kept_as_it_is() {
        let dictionaries = Dictionaries::new(vec![SPECIMEN.to_vec()]);
        let packed = Packed::new(b"x7", &dictionaries);
        assert_eq!(packed, Packed::plain(b"x7".to_vec()));
        let c = store::in_memory().unwrap();
        assert_eq!(Unpack::default().letter(&c, None, b"x7").unwrap(), b"x7");
    }

    #[test]
    fn damage_is_an_error_and_never_another_letter() {
        let c = store::in_memory().unwrap();
        let dictionaries = Dictionaries::new(vec![SPECIMEN.to_vec()]);
        let packed = Packed::new(LETTER, &dictionaries);
        let read = |bytes: &[u8]| Unpack::default().letter(&c, packed.dictionary, bytes);
        read(&packed.bytes).unwrap_err();

        dictionaries.keep(&c).unwrap();
        read(&packed.bytes).unwrap();
        read(&packed.bytes[..9]).unwrap_err();
        read(b"").unwrap_err();
        let mut huge = packed.bytes.clone();
        huge[..4].copy_from_slice(&u32::MAX.to_le_bytes());
        read(&huge).unwrap_err();
        c.execute("UPDATE dictionary SET bytes = CAST('something else' AS BLOB)", []).unwrap();
        read(&packed.bytes).unwrap_err();
    }
}
