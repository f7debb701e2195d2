//! The words of the domain: what is asked, of whom, until when, and what was said about it.
//!
//! Everything here is a plain value. Nothing reads a file, a clock or a network; every other
//! module speaks in these types.
//!
//! ```
//! use rappel::action::{ActionId, Step};
//!
//! let id = ActionId::new("17/06", "ITU-T");
//! assert_eq!(id, ActionId::new(" 17/06 ", "itu-t"), "identity ignores case and spacing");
//! assert_eq!("7d before".parse::<Step>().unwrap(), Step::Before { days: 7 });
//! ```

mod address;
mod calendar;
mod deadline;
mod entry;
mod escalation;
mod key;
mod language;
pub mod maps;
mod meant;
mod meeting;
mod mention;
mod more;
mod people;
mod problem;
pub mod recipient_name;
mod text;
mod told;

pub use address::carried_address;
pub use calendar::{Calendar, Calendars, Weekend};
pub use deadline::Deadline;
pub use entry::{Action, Kind, Pace, Purpose, Register, Status};
pub use escalation::{After, Target};
pub use key::{ActionId, RecipientId, ReminderKey, Step, UnknownStep};
pub use language::{Language, Languages, LanguagesError};
pub use meant::meant;
pub use meeting::{Follows, Meeting, Occasion};
pub use mention::Mention;
pub use more::{More, Particulars};
pub use people::{Addressee, Body, Person, Role, Seat, Wishes};
pub use problem::{Place, Problem, Problems, Severity};
pub use text::{
    alike, counted, did_you_mean, doubt_about_address, fold, hint, is_mark_of_direction, is_plain_line,
    is_unseen, nearest, seen, tidy, with_alike, with_folded,
};
pub use told::{Escalated, Heard, LetterEnd, Letters, Told, days_late};
