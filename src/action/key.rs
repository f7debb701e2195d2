//! Identity: by what an action, a recipient and a reminder are the same for good.

use std::{cmp::Ordering, fmt, str::FromStr, sync::Arc};

use jiff::civil::Date;

use super::{After, Deadline, fold, tidy, with_folded};

/// Reference and addressee identify an action for good: the same reference asked of several
/// bodies is several actions. Case and spacing do not count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActionId {
    /// Both, one behind the other: there are as many of these as actions, and more that share the text.
    text: Arc<str>,
    /// Where the addressee begins.
    asked_of: u32,
}

impl ActionId {
    /// The identity of `reference` asked of `asked_of`.
    #[must_use]
    pub fn new(reference: &str, asked_of: &str) -> Self {
        let mut text = fold(reference);
        // What is longer than that was refused when it was read.
        let start = u32::try_from(text.len()).unwrap_or(u32::MAX);
        text.push_str(&fold(asked_of));
        Self { text: text.into(), asked_of: start }
    }

    /// The reference, folded.
    #[must_use]
    pub fn reference(&self) -> &str {
        self.parts().0
    }

    /// Of whom it is asked, folded.
    #[must_use]
    pub fn asked_of(&self) -> &str {
        self.parts().1
    }

    fn parts(&self) -> (&str, &str) {
        self.text.split_at_checked(self.asked_of as usize).unwrap_or((&self.text, ""))
    }
}

impl PartialOrd for ActionId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ActionId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl fmt::Display for ActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reference, asked_of) = self.parts();
        write!(f, "{reference} asked of {asked_of}")
    }
}

/// Who a letter is for: a person of the register, or the secretariat of a body. It does not
/// change when an address is corrected.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecipientId(String);

impl RecipientId {
    /// A person of the Representatives sheet.
    #[must_use]
    pub fn person(name: &str) -> Self {
        Self(with_folded(name, |name| ["person:", name].concat()))
    }

    /// The secretariat of a body of the Bodies sheet.
    #[must_use]
    pub fn secretariat_of(body: &str) -> Self {
        Self(format!("secretariat:{}", fold(body)))
    }

    /// The same person when a vacant seat is chased: what a representative of a body is told about a seat that
    /// the body has to fill is not what the holder of that seat is told, should it become the same person.
    #[must_use]
    pub fn for_vacant_seat(&self) -> Self {
        Self(format!("{VACANT}{}", self.0))
    }

    /// The same person as the reader of a copy of what somebody else is told.
    #[must_use]
    pub fn copy_of_letter_to(&self, other: &Self) -> Self {
        Self(format!("{COPY}{}{OF}{}", self.0, other.0))
    }

    /// Whether it is that of a copy.
    #[must_use]
    pub fn is_copy(&self) -> bool {
        self.0.starts_with(COPY)
    }

    /// Who reads what goes to this recipient, as themselves: not for a seat that is vacant, because it was escalated, or
    /// as a copy.
    #[must_use]
    pub fn reader(&self) -> Self {
        let apart = self.0.strip_prefix(ESCALATION).unwrap_or(&self.0);
        let as_oneself = apart.strip_prefix(VACANT).unwrap_or(apart);
        let copy = self.0.strip_prefix(COPY).map(|copy| copy.split(OF).next().unwrap_or_default());
        let reader = copy.unwrap_or(as_oneself);
        Self(reader.to_owned())
    }

    /// Whether what goes to this recipient is read by `other`, as themselves or otherwise: see [`RecipientId::reader`].
    #[must_use]
    pub fn is_read_by(&self, other: &Self) -> bool {
        self.reader() == *other
    }

    /// The same with `instead` wherever `who` stands in it, as itself or as a part; none if it does not.
    #[must_use]
    pub fn renamed(&self, who: &Self, instead: &Self) -> Option<Self> {
        let is_part = |at: usize, part: &str| {
            let before = self.0.get(..at).unwrap_or_default();
            let after = self.0.get(at + part.len()..).unwrap_or_default();
            (before.is_empty() || before.ends_with(':')) && (after.is_empty() || after.starts_with(OF))
        };
        let (mut out, mut from) = (String::with_capacity(self.0.len()), 0);
        for (at, part) in self.0.match_indices(&who.0).filter(|(at, part)| is_part(*at, part)) {
            out.push_str(self.0.get(from..at)?);
            out.push_str(&instead.0);
            from = at + part.len();
        }
        out.push_str(self.0.get(from..)?);
        (from > 0).then_some(Self(out))
    }

    /// The same person as somebody to whom an action was escalated: what the person is asked otherwise is not
    /// touched by that.
    #[must_use]
    pub fn for_escalation(&self) -> Self {
        Self(format!("{ESCALATION}{}", self.0))
    }

    /// As whom the reader of a copy gets letters of their own, when the copy told that nobody answers; everybody else as
    /// before.
    #[must_use]
    pub fn apart(&self) -> Self {
        if self.is_copy() { self.reader().for_escalation() } else { self.clone() }
    }

    /// Whether it is that of somebody to whom an action was escalated.
    #[must_use]
    pub fn is_for_escalation(&self) -> bool {
        self.0.starts_with(ESCALATION)
    }

    /// The secretariat that runs this daemon, as the receiver of notices.
    #[must_use]
    pub fn own_secretariat() -> Self {
        Self("secretariat".to_owned())
    }

    /// As it was stored: the text that [`RecipientId::as_str`] gave.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The stable text under which it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the identity of somebody who is told for a vacant seat begins with.
const VACANT: &str = "vacant seat:";

/// What the identity of somebody to whom an action was escalated begins with.
const ESCALATION: &str = "escalation:";

/// What the identity of somebody who gets a copy begins with.
const COPY: &str = "copy:";

/// What stands between the reader of a copy and whose letter it is.
const OF: &str = ":of:";

impl fmt::Display for RecipientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One point of a policy, relative to one deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// So many days before the day of the deadline.
    Before {
        /// 1 or more.
        days: u32,
    },
    /// So many working days before the day of the deadline, on the calendars of the secretariat and of
    /// the recipient's body.
    BeforeWorking {
        /// 1 or more.
        days: u32,
    },
    /// The day of the deadline itself.
    OnTheDay,
    /// So many days after the day of the deadline.
    Overdue {
        /// 1 or more.
        days: u32,
    },
    /// The deadline moved: told once to whoever was reminded of the one before.
    Moved {
        /// The day on which it is told, in the secretariat's zone.
        on: Date,
        /// The deadline of which the recipient was reminded last.
        from: Deadline,
    },
    /// The recipient is new to the seat of which it is asked: told once, with all that is open.
    Welcome {
        /// The day on which it is told, in the secretariat's zone.
        on: Date,
    },
    /// The action is closed: told once to whoever was reminded of it, if its policy says so.
    Closed {
        /// The day on which it was, in the secretariat's zone.
        on: Date,
    },
    /// Nobody has answered for so long that somebody else is told as well, or instead.
    Escalated {
        /// For how long.
        after: After,
    },
    /// An action without a deadline, at this day of its cadence.
    Outstanding {
        /// The day of the cadence, in the secretariat's zone.
        on: Date,
    },
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before { days } => write!(f, "{days}d before"),
            Self::BeforeWorking { days } => write!(f, "{days}wd before"),
            Self::OnTheDay => f.write_str("on the day"),
            Self::Overdue { days } => write!(f, "{days}d overdue"),
            Self::Moved { on, from } => write!(f, "moved {on} from {from}"),
            Self::Welcome { on } => write!(f, "welcome {on}"),
            Self::Closed { on } => write!(f, "closed {on}"),
            Self::Escalated { after } => write!(f, "escalated {after}"),
            Self::Outstanding { on } => write!(f, "outstanding {on}"),
        }
    }
}

/// A text that names no step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not a step. Write for example 7d before, on the day, 7d overdue or outstanding 2017-06-01."
)]
pub struct UnknownStep(pub String);

impl FromStr for Step {
    type Err = UnknownStep;

    fn from_str(text: &str) -> Result<Self, UnknownStep> {
        let unknown = || UnknownStep(text.to_owned());
        let text = tidy(text);
        if text == "on the day" {
            return Ok(Self::OnTheDay);
        }
        let (first, second) = text.split_once(' ').ok_or_else(unknown)?;
        if first == "moved" {
            let (on, from) = second.split_once(" from ").ok_or_else(unknown)?;
            let on = on.parse().map_err(|_| unknown())?;
            let instant = |text: &str| text.parse().map(Deadline::Instant).map_err(|_| unknown());
            let from = if from.contains('T') {
                instant(from)?
            } else {
                from.parse().map(Deadline::Day).map_err(|_| unknown())?
            };
            return Ok(Self::Moved { on, from });
        }
        let on = || second.parse().map_err(|_| unknown());
        match first {
            "outstanding" => return Ok(Self::Outstanding { on: on()? }),
            "welcome" => return Ok(Self::Welcome { on: on()? }),
            "closed" => return Ok(Self::Closed { on: on()? }),
            "escalated" => return Ok(Self::Escalated { after: second.parse().map_err(|_| unknown())? }),
            _ => {}
        }
        let working = first.strip_suffix("wd").and_then(|days| days.parse().ok());
        if let (Some(days), "before") = (working, second) {
            return Ok(Self::BeforeWorking { days });
        }
        let days = first.strip_suffix('d').and_then(|days| days.parse().ok());
        match (days, second) {
            (Some(days), "before") => Ok(Self::Before { days }),
            (Some(days), "overdue") => Ok(Self::Overdue { days }),
            _ => Err(unknown()),
        }
    }
}

/// One step of one action for one recipient: it exists once, whatever happens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReminderKey {
    /// Which action.
    pub action: ActionId,
    /// Whom.
    pub recipient: RecipientId,
    /// Relative to which deadline: a moved deadline is a new reminder.
    pub deadline: Option<Deadline>,
    /// Which step.
    pub step: Step,
}

impl ReminderKey {
    /// The whole key as one line of text, the same for the same key for good: what letter
    /// identities are derived from.
    #[must_use]
    pub fn canonical(&self) -> String {
        format!(
            "{}\u{1f}{}\u{1f}{}\u{1f}{}\u{1f}{}",
            self.action.reference(),
            self.action.asked_of(),
            self.recipient,
            Deadline::key(self.deadline),
            self.step
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_reads_back_as_it_was_written() {
        let on = jiff::civil::date(2017, 6, 1);
        let instant = Deadline::Instant("2017-06-23T15:00:00Z".parse().unwrap());
        for from in [Deadline::Day(on), instant] {
            let step = Step::Moved { on, from };
            assert_eq!(step.to_string().parse(), Ok(step));
        }
        for step in [
            Step::Before { days: 28 },
            Step::BeforeWorking { days: 10 },
            Step::OnTheDay,
            Step::Overdue { days: 7 },
            Step::Outstanding { on },
            Step::Welcome { on },
            Step::Closed { on },
            Step::Escalated { after: After::Overdue { days: 7 } },
            Step::Escalated { after: After::OverdueWorking { days: 2 } },
            Step::Escalated { after: After::Unanswered { letters: 1 } },
            Step::Escalated { after: After::Unanswered { letters: 3 } },
        ] {
            assert_eq!(step.to_string().parse(), Ok(step));
        }
    }

    #[test]
    fn a_text_that_is_no_step_is_named() {
        for text in ["7 before", "escalated 0d overdue", "escalated 3 letters"] {
            assert!(text.parse::<Step>().unwrap_err().to_string().contains(&format!("\"{text}\"")));
        }
    }
}
