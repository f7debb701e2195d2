//! What is due: register, ledger view, policies and now give reminders, each with its reason.
//!
//! A policy's steps are days relative to a deadline. A step is *reached* once the send time that
//! is being served falls on its day or later, so that the question is never "is it due exactly
//! today?" but "what is the latest step reached, and was it told?". Of several steps reached
//! since the last letter only the latest is told; the others merge into it.

mod again;
mod apart;
mod case;
mod closures;
mod decide;
mod difference;
mod escalation;
mod forecast;
mod ladder;
mod letters;
mod moment;
mod morning;
mod moved;
mod plan;
mod policy;
mod quiet;
mod reminder;
#[cfg(test)]
pub(crate) use tests::POISON;
mod spread;
#[cfg(test)]
mod tests;
mod turn;
mod upcoming;
mod welcome;

pub use again::{escalated_again, escalation, reminded, told_apart};
pub use closures::{closures, told_of_all};
pub use decide::{Chase, Chased, Decision, Silence, Verdict, decide, is_closed};
pub use difference::{Became, Difference, Side, ToldThen, differences};
pub use escalation::{
    Answer, Escalation, Escalations, Manner, Misdirected, Misdirection, Rung, Stands, StepTemplate,
    misdirected, on_ladders, vacant_targets,
};
pub use forecast::{Mailing, forecast};
pub use ladder::{Due, Moved, Shift};
pub use letters::{copies, to_letters};
pub use moment::Moment;
pub use morning::Morning;
pub use plan::{Plan, alone, plan, plan_all};
pub use policy::{Choice, ClosedDay, Policy, Rules};
pub use quiet::Quiet;
pub use reminder::{Alike, Copy, Reminder};
pub use turn::{Over, Unanswered};
pub use upcoming::{Upcoming, upcoming};
