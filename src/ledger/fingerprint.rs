//! What identifies a row, and what is said in it, as numbers: so that a million of them are compared in the memory of
//! two numbers each.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Two keyed hashes, 128 bits: nobody can make two texts that are taken for one, because the keys are new each time.
pub(super) type Fingerprint = [u64; 2];

/// Takes fingerprints that can be compared with each other.
#[derive(Debug, Default)]
pub(super) struct Fingerprints([RandomState; 2]);

impl Fingerprints {
    /// Of these texts in this order.
    pub(super) fn of<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Fingerprint {
        let [mut one, mut other] = [&self.0[0], &self.0[1]].map(BuildHasher::build_hasher);
        for text in texts {
            for hasher in [&mut one, &mut other] {
                hasher.write(text.as_bytes());
                // No text has this byte: "ab", "c" is not "a", "bc".
                hasher.write_u8(0xff);
            }
        }
        [one.finish(), other.finish()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_texts_in_the_same_order_have_the_same_fingerprint() {
        let of = Fingerprints::default();
        let ab_c = of.of(["ab", "c"]);
        assert_eq!(ab_c, of.of(["ab".to_owned(), "c".to_owned()].iter().map(String::as_str)));
        for other in [&["a", "bc"][..], &["abc"], &["c", "ab"], &["ab", "c", ""], &[]] {
            assert_ne!(ab_c, of.of(other.iter().copied()), "{other:?}");
        }
        assert_ne!(ab_c, Fingerprints::default().of(["ab", "c"]), "the keys are new each time");
    }
}
