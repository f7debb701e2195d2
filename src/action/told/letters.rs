//! Which letters reached somebody. One that waits in the outbox, or is held or in doubt there, has told nobody anything
//! yet, and one that was refused, given up or withdrawn never will: only what the mail server took counts as heard.
//!
//! A letter in doubt may have arrived. It counts when that is known, by a second attempt, the archive or a person: that
//! somebody else is told a little later does no harm, that somebody is said not to have answered who had no letter does.

use jiff::{SignedDuration, Timestamp};

/// How a letter ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterEnd {
    /// The mail server took it.
    Taken {
        /// When it was to leave.
        planned: Timestamp,
        /// When it was taken.
        at: Timestamp,
    },
    /// It was refused, given up or withdrawn.
    Failed {
        /// When that was known.
        at: Timestamp,
    },
}

impl LetterEnd {
    /// When it ended.
    #[must_use]
    pub fn at(self) -> Timestamp {
        match self {
            Self::Taken { at, .. } | Self::Failed { at } => at,
        }
    }
}

/// What somebody heard of one action and deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// In how many letters. None when it is taken as told since a state was restored or a register moved here.
    pub letters: u32,
    /// When the first of them was taken.
    pub first: Timestamp,
    /// When the last of them was taken, rounded up to whole hours after the first.
    pub last: Timestamp,
    /// How many whole days the last one waited in the outbox beyond its time.
    pub late: u32,
}

/// The letters to one recipient about one action and deadline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Letters {
    /// Letters whose end is not known.
    waiting: u16,
    /// Letters that the mail server took.
    taken: u16,
    /// Whole days that the last of them waited beyond its time.
    late: u16,
    /// Hours after the first at which the last was taken, rounded up.
    hours: u16,
    /// When the first of them was taken, or it was taken as told, in microseconds since 1970: there are as many of these
    /// as actions.
    first: Option<Micros>,
}

/// Microseconds since 1970, from 1 on.
type Micros = std::num::NonZeroU64;

impl Letters {
    /// What the ledger knows: so many letters whose end is not known, and what was heard.
    #[must_use]
    pub fn of(waiting: u32, heard: Option<Heard>) -> Self {
        let short = |count: u32| u16::try_from(count).unwrap_or(u16::MAX);
        let waiting = short(waiting);
        heard.map_or(Self { waiting, ..Self::default() }, |heard| Self {
            waiting,
            taken: short(heard.letters),
            late: short(heard.late),
            hours: hours(heard.first, heard.last),
            first: Some(micros(heard.first)),
        })
    }

    /// How many letters have no known end.
    #[must_use]
    pub fn waiting(self) -> u32 {
        u32::from(self.waiting)
    }

    /// What was heard; none if nothing was.
    #[must_use]
    pub fn heard(self) -> Option<Heard> {
        let first = i64::try_from(self.first?.get()).ok()?;
        let first = Timestamp::from_microsecond(first).ok()?;
        let last = first + SignedDuration::from_hours(i64::from(self.hours));
        Some(Heard { letters: u32::from(self.taken), first, last, late: u32::from(self.late) })
    }

    pub(super) fn written(&mut self) {
        self.waiting = self.waiting.saturating_add(1);
    }

    pub(super) fn ended(&mut self, end: LetterEnd) {
        self.waiting = self.waiting.saturating_sub(1);
        let LetterEnd::Taken { planned, at } = end else { return };
        self.taken = self.taken.saturating_add(1);
        self.late = u16::try_from(days_late(planned, at)).unwrap_or(u16::MAX);
        let before = self.heard();
        let first = before.map_or(at, |before| before.first.min(at));
        self.hours = hours(first, before.map_or(at, |before| before.last.max(at)));
        self.first = Some(micros(first));
    }
}

/// Hours from the first letter to the last, rounded up.
fn hours(first: Timestamp, last: Timestamp) -> u16 {
    let seconds = u64::try_from(first.duration_until(last).as_secs()).unwrap_or_default();
    u16::try_from(seconds.div_ceil(3600)).unwrap_or(u16::MAX)
}

/// Whole days by which a letter that was to leave at one instant was taken late.
#[must_use]
pub fn days_late(planned: Timestamp, taken: Timestamp) -> u32 {
    u32::try_from(planned.duration_until(taken).as_hours() / 24).unwrap_or_default()
}

fn micros(at: Timestamp) -> Micros {
    u64::try_from(at.as_microsecond()).ok().and_then(Micros::new).unwrap_or(Micros::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(hour: i64) -> Timestamp {
        Timestamp::from_second(1_497_600_000 + hour * 3600).unwrap()
    }

    #[test]
    fn a_letter_is_heard_when_it_is_taken_and_not_when_it_is_written_or_fails() {
        let mut letters = Letters::default();
        letters.written();
        letters.written();
        assert_eq!((letters.heard(), letters.waiting()), (None, 2));
        letters.ended(LetterEnd::Failed { at: hour(1) });
        assert_eq!((letters.heard(), letters.waiting()), (None, 1));
        letters.ended(LetterEnd::Taken { planned: hour(0), at: hour(49) });
        assert_eq!(letters.heard(), Some(Heard { letters: 1, first: hour(49), last: hour(49), late: 2 }));
        letters.written();
        letters.ended(LetterEnd::Taken { planned: hour(60), at: hour(61) });
        assert_eq!(letters.heard(), Some(Heard { letters: 2, first: hour(49), last: hour(61), late: 0 }));
        assert_eq!(letters, Letters::of(0, letters.heard()));
    }

    #[test]
    fn these_are_small_because_there_is_one_for_each_action_and_recipient() {
        assert_eq!(size_of::<Letters>(), 16);
    }
}
