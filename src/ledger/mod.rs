//! What was said, to whom, about what, and when: never changed, only added to.
//!
//! # What holds, whatever happens
//!
//! 1. **A reminder is recorded once.** Action, recipient, deadline and step are the primary key: a second record
//!    of the same reminder changes nothing and says so.
//! 2. **A letter and its reminders are one.** [`record`] and [`outbox::enqueue`] belong in one write of the
//!    store: after a kill both are there, or neither, so no step is told twice and none is forgotten.
//! 3. **What was said stays as it was said.** Each entry keeps reference, title and names as
//!    they were shown, whatever becomes of the register.
//!
//! 4. **What is added is chained.** Every entry, every change of one, how letters ended and what people decided is
//!    also an entry of the journal, which the store closes with a hash link at each commit. [`verify`] goes through
//!    both. [`forget`] takes a person's name out of the journal and leaves the chain whole.
//!
//! [`told`] gives the view that planning needs, [`history`] what people ask for. Besides, the ledger
//! remembers what people decided beside the register, which send times were worked through, which actions were open, and small facts by name.
//!
//! Names are compared folded, as [`ActionId`](crate::action::ActionId) folds them. Instants are microseconds.

mod closings;
mod corrections;
mod decisions;
mod ends;
mod entry;
mod evidence;
mod facts;
mod fingerprint;
mod history;
mod journal;
mod letters;
mod open;
mod rejected;
mod runs;
mod told;
mod vanished;

pub use closings::{closings, forget_closings, record_closings};
pub use corrections::{Arrived, Corrected, arrived, corrections, record_correction};
pub use decisions::{DecisionEnd, Ended, decide, decision_history, decisions, end_decision, newest_decision};
pub use ends::{ends, hear, letters_decided};
pub use entry::{How, Said, record};
pub use evidence::{Difference, Evidence, Past, Reminder, entry_at, last_entry_of, verify};
pub use facts::{get_fact, set_fact};
pub use history::{
    HistoryEntry, HistoryFilter, HowSaid, Impossible, history, impossible_untold, recipient_names,
};
pub use journal::{begin_journal, decided, forget};
pub use letters::{
    Kept, LastLetters, Listed, Mentioned, Overtaking, Waiting, carried_by, carry_over, last_letter_at,
    last_letters, mentioned_in, merge_into, overtaking, references_in, take_back, waiting_for,
    waiting_reminders, waiting_since,
};
pub use open::{change_known_open, known_open};
pub use rejected::{Rejected, reject, rejected, take_back_rejection};
pub use runs::{Run, any_letters, last_run, latest_record, recent_runs, record_run};
pub use told::{note_status, told, told_until};
pub use vanished::{Vanished, missed, set_vanished, vanished};

#[cfg(doc)]
use crate::outbox;
