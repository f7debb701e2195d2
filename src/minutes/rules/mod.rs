//! The rules: what a report asks, of whom, until when, and how it stands. Pure: a document in, proposals out.

mod actors;
mod addressees;
mod asks;
mod bodies;
mod cases;
mod columns;
mod day;
mod draft;
mod fields;
mod finder;
mod header;
mod items;
mod key_dates;
mod known;
mod lists;
mod marked;
mod marks;
mod names;
mod numbered;
mod numbers;
mod order;
mod outgoing;
mod people;
mod promises;
mod pronouns;
mod reference;
mod refused;
mod report;
mod rows;
mod said;
mod seats;
mod several;
mod states;
mod stood;
mod tables;
mod tasks;
mod text;
mod titles;

use super::{Document, Proposal, Seated};
use crate::{
    action::{Meeting, Register},
    register::DateOrder,
};

/// What is known besides the report.
#[derive(Debug, Clone, Copy)]
pub struct Background<'r> {
    /// The register: its bodies and people give names, its meetings give dates.
    pub register: Option<&'r Register>,
    /// How "05/06/2017" is understood.
    pub dates: DateOrder,
}

impl<'r> Background<'r> {
    fn known(&self) -> known::Known<'r> {
        self.register.map_or_else(known::Known::default, |register| known::Known {
            bodies: &register.bodies,
            people: &register.people,
        })
    }

    fn meetings(&self) -> &'r [Meeting] {
        self.register.map_or(&[], |register| &register.meetings)
    }
}

/// What the rules found in a report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// What is asked, in the order of the report.
    pub proposals: Vec<Proposal>,
    /// Who holds which seat.
    pub seats: Vec<Seated>,
    /// The body that met or wrote, if the report says it.
    pub body: Option<String>,
    /// What the report calls itself: its number, its meeting, its day.
    pub origin: Option<String>,
}

/// Whether a name is that of a body, by its shape: "SG17", "ISO/TC 307".
pub(super) fn is_body(name: &str) -> bool {
    bodies::in_front(name) == Some(name)
}

/// Whether a line begins with what may be a reference: "17/06 ITU-T", "RESOLUTION 132/2022".
pub(super) fn begins_with_reference(line: &str) -> bool {
    reference::in_front(line).is_some()
        || line.starts_with(char::is_uppercase) && reference::reference(line).is_some()
}

/// Whether a line is a reference, with a title in brackets at most.
pub(super) fn is_reference_alone(line: &str) -> bool {
    line.ends_with(')') && reference::is_alone(line)
}

/// Applies all rules to a document.
#[must_use]
pub fn find(document: &Document, background: &Background<'_>) -> Found {
    finder::find(document, background)
}
