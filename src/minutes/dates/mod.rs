//! Dates as reports write them, found in running text: "3 March 2014", "by mid-October", "2011/04", "no later than
//! 26.1.2018", "end of Q2", "two weeks before the next meeting", in the six languages.
//!
//! Nothing is guessed: what may be read in two ways, or needs a day that is not known, stays words.

mod calendar;
mod deadline;
mod east_asian;
mod relative;
mod scan;
mod spot;
mod token;

pub(super) use deadline::{Agenda, Dates, Until, deadline_in, due_alone, due_of_cell, is_deadline};
pub(super) use spot::{Spotted, When, spotted};
pub(super) use token::lowered;
