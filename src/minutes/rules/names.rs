//! The full names of bodies that a report uses: "IEC/SEG 8", by which "SEG 8" is meant as well.

use std::collections::HashMap;

use super::{super::Document, bodies, report};

/// No body has a name of more parts: "ISO/IEC JTC 1/SC 27/WG 1".
const MOST_PARTS: usize = 8;

/// What a body is called in full, by the last parts of its name.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, Full>);

#[derive(Debug)]
enum Full {
    One(String),
    /// Working groups have the same numbers in each committee.
    Several,
}

impl Names {
    /// Those of a report.
    pub(super) fn of(document: &Document) -> Self {
        let mut names = Self::default();
        for block in &document.blocks {
            let text = report::said(&block.content);
            for name in bodies::named(&text) {
                // "C/SG13" is the chair of SG13, and not what SG13 is called in full.
                let is_full = name
                    .split_once('/')
                    .is_some_and(|(first, rest)| first.len() > 1 && !rest.starts_with("SG"));
                if is_full {
                    names.add(name);
                }
            }
        }
        names
    }

    fn add(&mut self, full: &str) {
        for (at, _) in full.rmatch_indices('/').take(MOST_PARTS) {
            let Some(end) = full.get(at + 1..) else { continue };
            let known = self.0.entry(end.to_owned()).or_insert_with(|| Full::One(full.to_owned()));
            let Full::One(longest) = known else { continue };
            if full.ends_with(longest.as_str()) {
                full.clone_into(longest);
            } else if !longest.ends_with(full) {
                *known = Full::Several;
            }
        }
    }

    /// The only full name that ends with this one: its longest form.
    pub(super) fn in_full(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Full::One(full) => Some(full),
            Full::Several => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_the_only_full_name_that_ends_with_it() {
        let mut names = Names::default();
        for full in ["JTC 1/SC 27", "ISO/IEC JTC 1/SC 27", "IEC/SEG 8", "TC 1/WG 2", "TC 3/WG 2", "TC 3/WG 2"]
        {
            names.add(full);
        }
        assert_eq!(names.in_full("SC 27"), Some("ISO/IEC JTC 1/SC 27"));
        assert_eq!(names.in_full("SEG 8"), Some("IEC/SEG 8"));
        assert_eq!(names.in_full("WG 2"), None);
        assert_eq!(names.in_full("IEC/SEG 8"), None);
    }
}
