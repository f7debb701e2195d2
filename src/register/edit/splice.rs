//! A text with some of its parts replaced.

use std::ops::Range;

/// A part of a text, by its bytes, and what takes its place.
pub(super) type Change = (Range<usize>, String);

/// The text with these parts replaced; of several at one place the first comes first.
pub(super) fn with(text: &str, changes: Vec<Change>) -> String {
    piece(text, 0..text.len(), changes)
}

/// A piece of the text with these parts of it replaced; of several at one place the first comes first.
pub(super) fn piece(text: &str, piece: Range<usize>, mut changes: Vec<Change>) -> String {
    changes.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(piece.len() + 1024);
    let mut copied = piece.start;
    for (range, new) in changes {
        out.push_str(text.get(copied..range.start).unwrap_or_default());
        out.push_str(&new);
        copied = range.end;
    }
    out.push_str(text.get(copied..piece.end).unwrap_or_default());
    out
}
