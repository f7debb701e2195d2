//! Which name was probably meant by one that nobody has, as long as that can be told in good time.

use std::cell::Cell;

use crate::action;

/// So many pairs of characters are compared in one reading: it takes about a second. A register with thousands of names
/// and a few mistakes needs far less; what is told beyond it is told without a hint.
const MOST: usize = 500_000_000;

/// Looks for the names that were meant.
#[derive(Debug)]
pub(super) struct Hints {
    left: Cell<usize>,
}

impl Default for Hints {
    fn default() -> Self {
        Self { left: Cell::new(MOST) }
    }
}

impl Hints {
    /// The name that is most like `wanted`, if one is near enough. `length` is that of all names together.
    pub(super) fn nearest<'n>(
        &self,
        wanted: &str,
        length: usize,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Option<&'n str> {
        let pairs = wanted.len().saturating_mul(length);
        self.left.set(self.left.get().checked_sub(pairs)?);
        action::nearest(wanted, names)
    }

    /// How a sentence about an unknown name goes on: "; did you mean X?", or a full stop.
    pub(super) fn did_you_mean<'n>(&self, wanted: &str, names: impl IntoIterator<Item = &'n str>) -> String {
        let names: Vec<_> = names.into_iter().collect();
        let length = names.iter().map(|name| name.len()).sum();
        action::hint(self.nearest(wanted, length, names))
    }
}

/// The first of some names, and how many more there are: a sentence is to be read.
pub(super) fn some<'n>(names: impl ExactSizeIterator<Item = &'n str>, between: &str) -> String {
    const SHOWN: usize = 10;
    let more = names.len().saturating_sub(SHOWN);
    let shown: Vec<_> = names.take(SHOWN).collect();
    let shown = shown.join(between);
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_names_are_shown_and_the_rest_counted() {
        let names: Vec<_> = (1..=12).map(|number| format!("M{number}")).collect();
        let all = || names.iter().map(String::as_str);
        assert_eq!(some(all().take(2), ", "), "M1, M2");
        assert_eq!(some(all(), ", "), "M1, M2, M3, M4, M5, M6, M7, M8, M9, M10 and 2 more");
    }

    #[test]
    fn a_hint_is_given_as_long_as_that_costs_little() {
        let hints = Hints::default();
        assert_eq!(hints.did_you_mean("SG71", ["SG17", "SG13"]), "; did you mean SG17?");
        let long = "x".repeat(30_000);
        assert_eq!(hints.did_you_mean(&long, [long.as_str(); 30]), ".");
        assert_eq!(hints.did_you_mean("SG71", ["SG17", "SG13"]), "; did you mean SG17?");
    }
}
