//! From the report of a meeting to proposals for the register, each with the sentence that it was taken from.
//!
//! Nothing here decides for anybody: what is found stands in a form ([`workbook`], [`csv()`]) beside the register, and
//! comes back with a decision for each row ([`Form`]).

mod alike;
mod compare;
mod dates;
mod document;
mod enter;
mod form;
mod identity;
mod kept;
mod lexicon;
mod place;
mod proposal;
mod quoted;
mod readers;
mod rules;
mod seat;
mod settings;
mod standing;

pub use compare::compare;
pub use document::{Block, Content, Document, Paragraph};
pub use enter::{Entered, enter};
pub use form::{
    Decided, Decision, Form, FormRow, SEATS, SETTLED, SHEET, changes, csv, seat_changes, seats_shape, shape,
    workbook,
};
pub use identity::Identity;
pub use kept::{Kept, keep, leave_out};
pub use place::Place;
pub use proposal::{Confidence, Due, Evidence, Field, Proposal, Rule};
pub use readers::{Limits, Refused, read};
pub use rules::{Background, Found, find};
pub use seat::{Held, Seated};
pub use settings::Settings;
pub use standing::{Change, Entry, Findings, Matched, Standing};
