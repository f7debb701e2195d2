//! The register and its actions.

use std::{fmt, str::FromStr, sync::Arc};

use jiff::civil::Date;

use super::{ActionId, Addressee, Body, Calendars, Deadline, Meeting, More, Person, Role, fold, meant};

/// Everything the secretariat keeps, read whole and free of problems: every name in it refers
/// to something that is there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Register {
    /// The Actions sheet, in its order.
    pub actions: Vec<Action>,
    /// The Representatives sheet.
    pub people: Vec<Person>,
    /// The Roles sheet.
    pub roles: Vec<Role>,
    /// The Bodies sheet.
    pub bodies: Vec<Body>,
    /// The Meetings sheet.
    pub meetings: Vec<Meeting>,
    /// The holiday calendars: those of the settings and those of the Holidays sheet.
    pub calendars: Calendars,
    /// Sheets that are .csv files without a line break at the end. So some programs write them; or they are cut off.
    pub open_ended: Vec<&'static str>,
}

/// One thing asked of one body or person: a row of the Actions sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// What people quote: "17/06", "AI 12/3", "TSAG-LS23".
    pub reference: String,
    /// What is asked, in one line.
    pub title: String,
    /// What is asked, at length.
    pub details: Option<Box<str>>,
    /// What sort of thing it is.
    pub kind: Kind,
    /// Whether anything has to be done at all.
    pub purpose: Purpose,
    /// Of whom.
    pub asked_of: Addressee,
    /// Until when; of a deadline that comes back with each meeting, the first. What counts on a day is
    /// [`Action::deadline_on`].
    pub deadline: Option<Deadline>,
    /// How it stands.
    pub status: Status,
    /// The policy that the row names; none leaves the choice to the kind.
    pub policy: Option<Arc<str>>,
    /// Document, meeting, resolution and paragraph where it was agreed.
    pub origin: Option<Arc<str>>,
    /// The day it was agreed.
    pub opened: Option<Date>,
    /// What few actions have.
    pub more: More,
}

impl Action {
    /// What identifies it for good.
    #[must_use]
    pub fn id(&self) -> ActionId {
        ActionId::new(&self.reference, &self.asked_of.to_string())
    }

    /// Until when, as it counts on `day`: a deadline that comes back is that of the coming meeting, and there is
    /// none when no meeting is to come.
    #[must_use]
    pub fn deadline_on(&self, day: Date) -> Option<Deadline> {
        match &self.more.follows {
            Some(follows) if follows.each => follows.on(day).map(|one| Deadline::Day(one.deadline)),
            _ => self.deadline,
        }
    }

    /// The day until which nobody is reminded of it, if that is after `day`.
    #[must_use]
    pub fn snoozed_on(&self, day: Date) -> Option<Date> {
        self.more.snoozed.filter(|until| day < *until)
    }

    /// Whether it can be reminded of at all: asked for action, and not closed.
    #[must_use]
    pub fn is_outstanding(&self) -> bool {
        self.purpose == Purpose::Action && self.status.is_open()
    }
}

/// A closed set of words that a cell may hold.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$vdoc:meta])* $variant:ident = $text:literal $(or $other:literal)*),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every word of the set, as it is written in a cell.
            pub const WORDS: &[&str] = &[$($text),+];
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $text),+ })
            }
        }

        /// Case and spacing do not count. The error says which words there are.
        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match fold(text).as_str() {
                    $($text $(| $other)* => Ok(Self::$variant),)+
                    other => Err(unknown_word($what, text, other, Self::WORDS)),
                }
            }
        }
    };
}

fn unknown_word(what: &str, text: &str, folded: &str, words: &[&str]) -> String {
    let all = words.join(", ");
    match meant(folded, words) {
        Some(word) => format!("\"{text}\" is not a {what}; did you mean {word}? Write one of: {all}."),
        None => format!("\"{text}\" is not a {what}. Write one of: {all}."),
    }
}

words! {
    /// How an action stands.
    Status, "status" {
        /// Agreed, nothing known yet.
        Open = "open",
        /// Waiting for somebody.
        Pending = "pending",
        /// Being done.
        InProgress = "in progress",
        /// Done.
        Done = "done",
        /// No longer asked.
        Withdrawn = "withdrawn",
        /// Replaced by another action.
        Superseded = "superseded",
    }
}

impl Status {
    /// Whether there is still something to do.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Pending | Self::InProgress)
    }
}

words! {
    /// When what is due goes to somebody.
    Pace, "choice of letters" {
        /// At each send time; an empty cell.
        EachSendTime = "each send time",
        /// Once a week, all that is due by then in one letter.
        Weekly = "weekly",
        /// At each send time, but nothing before its deadline is over.
        OnlyOverdue = "only overdue",
    }
}

words! {
    /// What sort of thing is asked.
    Kind, "kind" {
        /// Name a representative.
        Nomination = "nomination",
        /// Answer a liaison statement.
        LiaisonReply = "liaison reply",
        /// Comment on a text.
        Comment = "comment",
        /// Submit a contribution.
        Contribution = "contribution",
        /// Report on something.
        Report = "report",
        /// Review a text.
        Review = "review",
        /// Decide.
        Decision = "decision",
        /// Anything else; an empty cell.
        Other = "other",
    }
}

words! {
    /// What a paragraph of a report is for.
    Purpose, "purpose" {
        /// Somebody has to do something; an empty cell.
        Action = "for action" or "action",
        /// Nobody has to do anything: never reminded.
        Information = "for information" or "information" or "for info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_in_any_case_and_an_unknown_one_names_the_nearest() {
        assert_eq!("In  Progress".parse(), Ok(Status::InProgress));
        assert_eq!("Information".parse(), Ok(Purpose::Information), "as the head of an ITU document says it");
        assert_eq!(
            "pendign".parse::<Status>().unwrap_err(),
            "\"pendign\" is not a status; did you mean pending? \
             Write one of: open, pending, in progress, done, withdrawn, superseded."
        );
    }
}
