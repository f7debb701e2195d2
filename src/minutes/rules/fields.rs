//! The fields at the head of a report: "Source:", "To:", "Deadline:".

use super::{
    super::{
        Block, Content, Document, Place,
        lexicon::{Lexicon, OfHeaders, is_one},
    },
    report::HEAD,
    tables,
};
use crate::action::fold;

/// What a field at the head of a report means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Action,
    Purpose,
    To,
    CommentTo,
    InformationTo,
    Deadline,
    Title,
    Source,
    Contact,
}

/// A field at the head of a report.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) key: Key,
    pub(super) value: String,
    pub(super) place: Place,
}

/// The fields of a document, and how many blocks, from the start, hold them.
pub(super) fn of(document: &Document) -> (Vec<Field>, Vec<usize>) {
    let mut fields = Fields { all: Vec::new(), blocks: Vec::new() };
    fields.read(document);
    fields.keep_one_action(document);
    (fields.all, fields.blocks)
}

struct Fields {
    all: Vec<Field>,
    blocks: Vec<usize>,
}

impl Fields {
    fn read(&mut self, document: &Document) {
        for (at, block) in document.blocks.iter().enumerate().take(HEAD) {
            match &block.content {
                Content::Paragraph(paragraph) => {
                    if let Some((key, value)) = field(&paragraph.text) {
                        self.all.push(Field { key, value, place: block.place.clone() });
                        self.blocks.push(at);
                    }
                }
                // The header of a list of actions is none of a report.
                Content::Table(rows) if tables::read(rows).is_none() => {
                    let before = self.all.len();
                    for (row, cells) in (1..).zip(rows) {
                        self.all.extend(row_fields(cells).map(|(key, value)| Field {
                            key,
                            value,
                            place: block.place.at_row(row),
                        }));
                    }
                    let narrow =
                        rows.iter().all(|cells| cells.iter().filter(|cell| !cell.is_empty()).count() <= 4);
                    if self.all.len() - before >= 2 && narrow {
                        self.blocks.push(at);
                    } else {
                        self.all.truncate(before);
                    }
                }
                Content::Heading { .. } | Content::Table(_) => {}
            }
        }
    }

    /// "Action:" is a field of the head where it stands once, above all headings but the title; elsewhere it marks a
    /// paragraph.
    fn keep_one_action(&mut self, document: &Document) {
        let is_action = |block: &Block| match &block.content {
            Content::Paragraph(paragraph) => {
                field(&paragraph.text).is_some_and(|(key, _)| key == Key::Action)
            }
            _ => false,
        };
        let all: Vec<usize> = document
            .blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| is_action(block))
            .map(|(at, _)| at)
            .collect();
        let [first, ..] = all[..] else { return };
        let is_heading = |block: &&Block| matches!(block.content, Content::Heading { .. });
        let headings = document.blocks.iter().take(first).skip(1).filter(is_heading).count();
        if all.len() == 1 && first < 10 && headings == 0 {
            return;
        }
        let places: Vec<_> = all.iter().map(|at| &document.blocks[*at].place).collect();
        self.all.retain(|field| field.key != Key::Action || !places.contains(&&field.place));
        self.blocks.retain(|at| !all.contains(at));
    }
}

fn key(name: &str) -> Option<Key> {
    let name = fold(name.trim_end_matches([':', '：', ' ', '\u{a0}']));
    let name = name.trim_end_matches("(s)");
    let is = |words: OfHeaders| is_one(name, |lexicon: &Lexicon| words(&lexicon.headers));
    let all: [(Key, OfHeaders); 8] = [
        (Key::CommentTo, |headers| headers.comment_to),
        (Key::InformationTo, |headers| headers.information_to),
        (Key::To, |headers| headers.to),
        (Key::Purpose, |headers| headers.purpose),
        (Key::Title, |headers| headers.subject),
        (Key::Source, |headers| headers.source),
        (Key::Contact, |headers| headers.contact),
        (Key::Deadline, |headers| headers.due),
    ];
    if is_one(name, |lexicon| lexicon.action_lead) {
        return Some(Key::Action);
    }
    all.into_iter().find(|(_, words)| is(*words)).map(|(key, _)| key)
}

/// "Deadline: 15 March 2018".
pub(super) fn field(text: &str) -> Option<(Key, String)> {
    let at = text.find([':', '：'])?;
    let (name, value) = text.split_at(at);
    let value = value.trim_start_matches([':', '：']).trim();
    if name.chars().count() > 40 || value.is_empty() {
        return None;
    }
    // "For information: the workshop takes place in May." tells something, and not to whom it goes.
    let is_sentence = value.ends_with(['.', '。']) && value.split_whitespace().count() > 4
        || value.ends_with('。') && value.chars().count() > 12;
    let is_name = |key: &Key| matches!(key, Key::To | Key::CommentTo | Key::InformationTo);
    key(name).filter(|key| !(is_name(key) && is_sentence)).map(|key| (key, value.to_owned()))
}

/// The fields of a row: names and values take turns.
fn row_fields(cells: &[String]) -> impl Iterator<Item = (Key, String)> {
    let filled: Vec<&String> = cells.iter().filter(|cell| !cell.is_empty()).collect();
    let mut found = Vec::new();
    if let [one] = filled[..] {
        found.extend(field(one));
    }
    for pair in filled.windows(2) {
        if let Some(key) = key(pair[0]).filter(|_| key(pair[1]).is_none()) {
            found.push((key, pair[1].replace('\n', "; ")));
        }
    }
    found.into_iter()
}
