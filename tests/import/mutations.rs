//! Every reader on files with random damage: no panic, and an end. PDF is read in a process of its own for what cannot be
//! caught (tests/import/hostile.rs); here its panics are.

use std::{
    fs,
    time::{Duration, Instant},
};

use rappel::minutes::{self, Limits};

use crate::support::{documents, find};

/// A generator that gives the same numbers each time (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap() % most.max(1)
    }
}

/// Bytes changed, cut out, doubled, or cut off.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len());
        let end = (at + dice.below(64)).min(bytes.len());
        match dice.below(5) {
            0 => bytes.truncate(at.max(4)),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
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

#[test]
fn no_damage_brings_a_reader_or_a_rule_down() {
    let seconds = std::env::var("RAPPEL_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(6);
    let files: Vec<_> = documents()
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending != "pdf"))
        .collect();
    let share = Duration::from_secs(seconds) / u32::try_from(files.len()).unwrap();
    let limits = Limits::default();
    for (number, path) in (1..).zip(&files) {
        let whole = fs::read(path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(number));
        let begun = Instant::now();
        while begun.elapsed() < share {
            let mut bytes = whole.clone();
            damage(&mut bytes, &mut dice);
            if let Ok(document) = minutes::read(name, &bytes, &limits) {
                find(&document);
            }
        }
    }
}
