//! Damage that a file may come with, by the number of a seed.

use std::io::{Cursor, Read as _, Write as _};

use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// A generator that gives the same numbers each time (xorshift64*).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap() % most.max(1)
    }
}

/// Pieces that mean something to a reader.
pub(crate) type Pieces = &'static [&'static str];

/// Bytes changed, cut out, doubled, moved or cut off, and pieces put in.
pub(crate) fn damage(pieces: Pieces, bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len());
        let end = (at + dice.below(64)).min(bytes.len());
        match dice.below(16) {
            0 => bytes.truncate(at.max(4)),
            1..=3 => drop(bytes.drain(at..end)),
            4..=6 => {
                let (piece, place) = (bytes[at..end].to_vec(), dice.below(bytes.len()));
                bytes.splice(place..place, piece.repeat(times(dice)));
            }
            7..=10 => {
                let piece = pieces[dice.below(pieces.len())];
                bytes.splice(at..at, piece.repeat(times(dice)).into_bytes());
            }
            _ => {
                let byte = u8::try_from(dice.below(256)).unwrap();
                if let Some(one) = bytes.get_mut(at) {
                    *one = byte;
                }
            }
        }
    }
}

/// Once, or now and then up to two thousand times.
fn times(dice: &mut Dice) -> usize {
    if dice.below(8) == 0 { 1 << dice.below(12) } else { 1 }
}

/// The archive with one part damaged, and whole otherwise.
pub(crate) fn in_a_part(pieces: Pieces, whole: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(whole)).unwrap();
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        parts.push((part.name().unwrap().into_owned(), bytes));
    }
    // Most of what a report says is in one part: it is the one that is damaged, most of the time.
    let largest = (0..parts.len()).max_by_key(|at| parts[*at].1.len()).unwrap();
    let chosen = if dice.below(3) == 0 { dice.below(parts.len()) } else { largest };
    damage(pieces, &mut parts[chosen].1, dice);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        zip.start_file(name, stored).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
