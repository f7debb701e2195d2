//! The chain, looked at: is every link what it says it is?

use std::fmt;

use rusqlite::{Connection, OptionalExtension};

use super::journal::{Hasher, commitment};

/// How many breaks are told apart; a chain that was rewritten has as many as links.
const BREAKS: usize = 20;

/// How many hexadecimal digits of a head are printed for people: 80 bits.
const SHORT: usize = 20;

/// The fewest digits by which a head can be looked for: 48 bits.
const FEWEST: usize = 12;

/// The end of the chain at some moment: everything before it is fixed by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The number of its link.
    pub link: i64,
    /// The hash, in 64 hexadecimal digits.
    pub hex: String,
}

impl Head {
    fn new(link: i64, bytes: &[u8]) -> Self {
        use std::fmt::Write;
        let mut hex = String::with_capacity(2 * bytes.len());
        for byte in bytes {
            let _ = write!(hex, "{byte:02x}");
        }
        Self { link, hex }
    }
}

/// The short form, for print: the number of the link and the first 20 digits, "1043-9f3a-27c1-55d0-8be2-10aa".
impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.link)?;
        let digits = self.hex.get(..SHORT).unwrap_or(&self.hex);
        digits.as_bytes().chunks(4).try_for_each(|four| write!(f, "-{}", String::from_utf8_lossy(four)))
    }
}

/// What was found of the chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain {
    /// The newest link; none on a state without entries.
    pub head: Option<Head>,
    /// How many links there are.
    pub links: u64,
    /// How many entries they cover.
    pub entries: u64,
    /// How many of the entries have had their private part forgotten.
    pub anonymised: u64,
    /// What is wrong, the first twenty.
    pub breaks: Vec<Break>,
}

/// Where the chain does not hold, by the number of the first entry concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Break {
    /// Links are missing before this one, or entries in it, and it was computed without them.
    Missing {
        /// The number of the link.
        link: i64,
    },
    /// Of these entries at least one is not what it was when the link was made, or the link is not.
    Changed {
        /// The number of the link.
        link: i64,
        /// The first entry that it covers.
        first: i64,
        /// The last one.
        last: i64,
    },
    /// The private part of this entry is not what it was.
    Private {
        /// The entry.
        entry: i64,
    },
    /// This entry and what follows it was added past the chain.
    Unsealed {
        /// The first of them.
        entry: i64,
    },
}

/// One entry on the way along the chain.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Its number.
    pub number: i64,
    /// What happened, as a JSON object.
    pub line: &'a str,
    /// What is private of it; none if there is nothing private, or it was forgotten.
    pub private: Option<&'a str>,
    /// Whether its private part was forgotten.
    pub is_anonymised: bool,
}

/// Goes along the whole chain, checks each link, and gives each entry to `each` in its order, in the memory of one
/// entry.
pub fn walk(
    c: &Connection,
    mut each: impl FnMut(Entry<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<Chain> {
    let mut chain = Chain::default();
    let mut links = c.prepare("SELECT number, last, head FROM link ORDER BY number")?;
    let mut links = links.query([])?;
    let (mut covered, mut before) = (0, Vec::new());
    while let Some(row) = links.next()? {
        let (number, last, head): (i64, i64, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let missing = chain.head.as_ref().map_or(1, |head| head.link + 1) != number;
        let mut hasher = Hasher::new(&before, number);
        let there = chain.take_in(c, covered, last, &mut hasher, &mut each)?;
        if hasher.head().as_slice() != head {
            chain.broken(Break::Changed { link: number, first: covered + 1, last });
        } else if missing || !there {
            chain.broken(Break::Missing { link: number });
        }
        chain.links += 1;
        chain.head = Some(Head::new(number, &head));
        (covered, before) = (last, head);
    }
    let rest = c
        .prepare("SELECT number FROM journal WHERE number > ?1 ORDER BY number LIMIT 1")?
        .query_row([covered], |row| row.get(0))
        .optional()?;
    if let Some(entry) = rest {
        chain.broken(Break::Unsealed { entry });
    }
    Ok(chain)
}

impl Chain {
    /// The entries of one link; whether none of them is missing.
    fn take_in(
        &mut self,
        c: &Connection,
        after: i64,
        last: i64,
        hasher: &mut Hasher,
        each: &mut impl FnMut(Entry<'_>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<bool> {
        let mut entries = c.prepare_cached(
            "SELECT number, line, commitment, salt, private FROM journal WHERE number > ?1 AND number <= ?2 \
             ORDER BY number",
        )?;
        let mut rows = entries.query([after, last])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            let (number, line) = (row.get(0)?, row.get_ref(1)?.as_str()?);
            let promise = row.get_ref(2)?.as_blob_or_null()?;
            let (salt, private) = (row.get_ref(3)?.as_blob_or_null()?, row.get_ref(4)?.as_str_or_null()?);
            hasher.entry(line, promise);
            let is_anonymised = promise.is_some() && private.is_none();
            let kept =
                private.is_none_or(|text| promise == Some(&commitment(salt.unwrap_or_default(), text)));
            if !kept {
                self.broken(Break::Private { entry: number });
            }
            self.entries += 1;
            self.anonymised += u64::from(is_anonymised);
            each(Entry { number, line, private, is_anonymised })?;
            count += 1;
        }
        Ok(count == last - after)
    }

    fn broken(&mut self, what: Break) {
        if self.breaks.len() < BREAKS {
            self.breaks.push(what);
        }
    }
}

/// The newest link of the chain; none on a state without entries.
pub fn head(c: &Connection) -> rusqlite::Result<Option<Head>> {
    c.prepare_cached("SELECT number, head FROM link ORDER BY number DESC LIMIT 1")?
        .query_row([], |row| Ok(Head::new(row.get(0)?, row.get_ref(1)?.as_blob()?)))
        .optional()
}

/// Looks for a head that was written down: short or in full, with or without the number of its link, in any
/// case and spacing. The links whose heads begin so: none, one, or with bad luck several. The error says what is
/// wrong with the text.
pub fn find(c: &Connection, text: &str) -> rusqlite::Result<Result<Vec<Head>, String>> {
    let (link, digits) = match written(text) {
        Ok(read) => read,
        Err(why) => return Ok(Err(why)),
    };
    let found = c
        .prepare("SELECT number, head FROM link WHERE lower(hex(head)) LIKE ?1 || '%' ORDER BY number")?
        .query_map([&digits], |row| Ok(Head::new(row.get(0)?, row.get_ref(1)?.as_blob()?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(Ok(found.into_iter().filter(|head| link.is_none_or(|link| link == head.link)).collect()))
}

/// The number of the link, if it is there, and the digits.
fn written(text: &str) -> Result<(Option<i64>, String), String> {
    let wrong = || {
        format!(
            "\"{text}\" is not a head of the chain. Write it as it is printed, 1043-9f3a-27c1-55d0-8be2-10aa, or its \
             first {FEWEST} hexadecimal digits or more."
        )
    };
    let parts: Vec<_> =
        text.split(|c: char| c == '-' || c.is_whitespace()).filter(|part| !part.is_empty()).collect();
    let (link, digits) = match parts.split_first() {
        // Printed heads come in fours after the number.
        Some((number, fours)) if fours.len() >= 3 && fours.iter().all(|four| four.len() == 4) => {
            match number.parse() {
                Ok(link) if fours.concat().len() % SHORT == 0 => (Some(link), fours.concat()),
                _ => (None, parts.concat()),
            }
        }
        _ => (None, parts.concat()),
    };
    let digits = digits.to_lowercase();
    let good = (FEWEST..=64).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if good { Ok((link, digits)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        in_memory,
        journal::{append, seal},
    };

    fn three_links() -> Connection {
        let c = in_memory().unwrap();
        for link in 0..3 {
            append(&c, &format!("{{\"did\":\"told\",\"letter\":{link}}}"), Some("[\"Ann\"]")).unwrap();
            append(&c, "{\"did\":\"settled\"}", None).unwrap();
            seal(&c).unwrap();
        }
        c
    }

    fn breaks(c: &Connection) -> Vec<Break> {
        walk(c, |_| Ok(())).unwrap().breaks
    }

    /// As somebody does it who can write to the file.
    fn tamper(c: &Connection, sql: &str) {
        let triggers: Vec<String> = c
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for name in triggers {
            c.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
        }
        c.execute_batch(sql).unwrap();
    }

    #[test]
    fn a_chain_that_nobody_touched_holds_and_a_commit_without_entries_adds_no_link() {
        let c = three_links();
        seal(&c).unwrap();
        let chain = walk(&c, |_| Ok(())).unwrap();
        assert_eq!((chain.links, chain.entries, chain.anonymised, chain.breaks), (3, 6, 0, vec![]));
        assert_eq!(chain.head, head(&c).unwrap());
    }

    #[test]
    fn whatever_is_changed_is_found_where_it_was_changed() {
        let changed = |link, first, last| vec![Break::Changed { link, first, last }];
        for (sql, expected) in [
            ("UPDATE journal SET line = replace(line, '1', '7') WHERE number = 3", changed(2, 3, 4)),
            ("UPDATE journal SET commitment = zeroblob(32) WHERE number = 4", changed(2, 3, 4)),
            ("UPDATE journal SET private = '[\"Bob\"]' WHERE number = 3", vec![Break::Private { entry: 3 }]),
            ("UPDATE journal SET salt = zeroblob(16) WHERE number = 5", vec![Break::Private { entry: 5 }]),
            ("DELETE FROM journal WHERE number = 4", changed(2, 3, 4)),
            ("DELETE FROM journal WHERE number = 6", changed(3, 5, 6)),
            ("INSERT INTO journal (line) VALUES ('{}')", vec![Break::Unsealed { entry: 7 }]),
            ("UPDATE link SET last = 3 WHERE number = 2", [changed(2, 3, 3), changed(3, 4, 6)].concat()),
            ("DELETE FROM link WHERE number = 2", changed(3, 3, 6)),
            (
                "UPDATE link SET head = zeroblob(32) WHERE number = 2",
                [changed(2, 3, 4), changed(3, 5, 6)].concat(),
            ),
        ] {
            let c = three_links();
            tamper(&c, sql);
            assert_eq!(breaks(&c), expected, "{sql}");
        }
    }

    #[test]
    fn a_chain_that_was_computed_anew_holds_but_a_head_written_down_before_is_no_longer_in_it() {
        let c = three_links();
        let printed = head(&c).unwrap().unwrap();
        let written = [printed.to_string(), printed.hex[..12].to_uppercase()];
        for text in &written {
            assert_eq!(find(&c, text).unwrap().unwrap().len(), 1, "{text}");
        }
        tamper(&c, "DELETE FROM link; UPDATE journal SET line = '{}' WHERE number = 1");
        seal(&c).unwrap();
        assert_eq!(breaks(&c), []);
        for text in &written {
            assert_eq!(find(&c, text).unwrap().unwrap(), [], "{text}");
        }
    }

    #[test]
    fn the_links_after_a_written_head_do_not_take_it_out_of_the_chain() {
        let c = three_links();
        let printed = head(&c).unwrap().unwrap();
        append(&c, "{}", None).unwrap();
        seal(&c).unwrap();
        assert_eq!(find(&c, &format!(" {printed} ")).unwrap().unwrap(), [printed]);
    }

    #[test]
    fn what_is_forgotten_leaves_the_chain_whole_and_is_counted() {
        let c = three_links();
        let before = head(&c).unwrap();
        c.execute("UPDATE journal SET salt = NULL, private = NULL WHERE number = 3", []).unwrap();
        let mut seen = Vec::new();
        let chain = walk(&c, |entry| {
            seen.push((entry.private.is_some(), entry.is_anonymised));
            Ok(())
        });
        let chain = chain.unwrap();
        assert_eq!((chain.anonymised, chain.breaks, chain.head), (1, vec![], before));
        assert_eq!(seen[..4], [(true, false), (false, false), (false, true), (false, false)]);
    }

    #[test]
    fn nothing_but_forgetting_can_be_done_to_an_entry_by_mistake() {
        let c = three_links();
        for sql in [
            "DELETE FROM journal",
            "UPDATE journal SET line = '{}'",
            "UPDATE journal SET private = '[]'",
            "DELETE FROM link",
            "UPDATE link SET last = 9",
        ] {
            c.execute_batch(sql).expect_err(sql);
        }
    }

    #[test]
    fn a_text_that_is_no_head_is_told_with_what_would_be_right() {
        let c = three_links();
        for text in ["", "abc", "3-zzzz-0000-1111-2222-3333", "12345678901"] {
            assert!(find(&c, text).unwrap().unwrap_err().contains("is not a head of the chain"), "{text}");
        }
    }
}
