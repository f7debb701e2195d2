//! The steps of one policy for one deadline, on the working days of one recipient.
//!
//! A step has its *day*: so many days, or working days, from the deadline. By its day it is ordered and
//! remembered. The day on which it is *told* is the same, unless that day is closed and the policy says
//! otherwise. Days keep their order when they move, so a calendar that is corrected moves what is still to
//! come and repeats nothing.

use std::fmt;

use jiff::{ToSpan, civil::Date};

use super::policy::{ClosedDay, Policy, days_between};
use crate::{
    action::Step,
    cadence::{Closed, WorkingDays},
};

/// A step with its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The step.
    pub step: Step,
    /// Its day, by which it is ordered and remembered.
    pub day: Date,
    /// The day from which it is told: the same, or where the policy moves it from a closed day.
    pub told_on: Date,
}

/// That a step is told on another day than its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Its own day.
    pub from: Date,
    /// The day from which it is told.
    pub to: Date,
    /// Why.
    pub why: Moved,
}

/// Why a step is told on another day than its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// Its own day is closed.
    Closed(Closed),
    /// The recipient gets one letter a week.
    Weekly,
    /// The recipient had so many letters, the most that are allowed in 7 days.
    MostAWeek(u32),
}

/// "weekend", "weekly letter", "at most 2 letters in 7 days".
impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed(closed) => closed.fmt(f),
            Self::Weekly => f.write_str("one letter a week"),
            Self::MostAWeek(1) => f.write_str("at most 1 letter in 7 days"),
            Self::MostAWeek(most) => write!(f, "at most {most} letters in 7 days"),
        }
    }
}

/// "moved from Saturday 10 June to Friday 9 June: weekend".
impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = |day: Date| day.strftime("%A %-d %B").to_string();
        write!(f, "moved from {} to {}: {}", words(self.from), words(self.to), self.why)
    }
}

impl Due {
    /// Why it is told on another day than its own, if it is.
    pub fn shift(&self, days: &WorkingDays) -> Option<Shift> {
        let why = days.closed(self.day).filter(|_| self.day != self.told_on)?;
        Some(Shift { from: self.day, to: self.told_on, why: Moved::Closed(why) })
    }

    /// The later of its days.
    pub fn latest_day(&self) -> Date {
        self.day.max(self.told_on)
    }
}

/// The day on which a step is told that falls on `day`; none leaves it out.
pub(super) fn told_on(closed_day: ClosedDay, days: &WorkingDays, day: Date) -> Option<Date> {
    if closed_day == ClosedDay::Keep || days.closed(day).is_none() {
        return Some(day);
    }
    match closed_day {
        ClosedDay::Earlier => Some(days.last_open(day).unwrap_or(day)),
        ClosedDay::Later => Some(days.first_open(day).unwrap_or(day)),
        ClosedDay::Skip => None,
        ClosedDay::Keep => Some(day),
    }
}

/// The last day whose steps are told on `today` or before: on a Friday it may be the Sunday after it.
pub(super) fn horizon(closed_day: ClosedDay, days: &WorkingDays, today: Date) -> Date {
    let found = match closed_day {
        ClosedDay::Keep | ClosedDay::Skip => None,
        ClosedDay::Later => days.last_open(today),
        ClosedDay::Earlier => {
            let next = today.tomorrow().ok().and_then(|tomorrow| days.first_open(tomorrow));
            next.and_then(|next| next.yesterday().ok())
        }
    };
    found.unwrap_or(today)
}

/// The steps of a policy for a deadline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ladder<'a> {
    pub(super) policy: &'a Policy,
    pub(super) days: &'a WorkingDays,
    /// The day of the deadline.
    pub(super) deadline: Date,
    /// Steps of working days that were told, by their numbers of days: they are no steps any more.
    pub(super) said: &'a [u32],
}

/// Where a step stands: days after the deadline, and which of two on the same day is the later one.
type Place = (i64, u8);

/// Steps that are looked at when each is left out because its day is closed: ten years of weeks.
pub(super) const MOST_LEFT_OUT: usize = 520;

impl Ladder<'_> {
    /// The latest step that is told on `today` or before.
    pub(super) fn reached(&self, today: Date) -> Option<Due> {
        let horizon = horizon(self.policy.closed_day, self.days, today);
        let mut limit = (days_between(self.deadline, horizon) + 1, 0);
        for _ in 0..MOST_LEFT_OUT {
            let (place, step) = self.last_below(limit)?;
            if let Some(due) = self.due(place, step) {
                return Some(due);
            }
            limit = place;
        }
        None
    }

    /// The first step that is told after `today`.
    pub(super) fn following(&self, today: Date) -> Option<Due> {
        let horizon = horizon(self.policy.closed_day, self.days, today);
        self.first_above((days_between(self.deadline, horizon), u8::MAX))
    }

    /// The first step after another.
    pub(super) fn after(&self, due: &Due) -> Option<Due> {
        self.first_above((days_between(self.deadline, due.day), rank(due.step)))
    }

    /// The steps after the day `after` (from the first, if none) and before the step `before`, earliest
    /// first; at most the last `limit` of them.
    pub(super) fn between(&self, after: Option<Date>, before: &Due, limit: usize) -> Vec<(Step, Date)> {
        let mut steps = Vec::new();
        let mut place = (days_between(self.deadline, before.day), rank(before.step));
        while steps.len() < limit {
            let Some((earlier, step)) = self.last_below(place) else { break };
            let Some(day) = self.day(earlier) else { break };
            if after.is_some_and(|after| day <= after) {
                break;
            }
            place = earlier;
            if told_on(self.policy.closed_day, self.days, day).is_some() {
                steps.push((step, day));
            }
        }
        steps.reverse();
        steps
    }

    /// The steps before and on the deadline that are left out because their days are closed.
    pub(super) fn left_out(&self) -> Vec<(Step, Date, Closed)> {
        let left_out = self.fixed().filter_map(|(place, step)| {
            let day = self.day(place)?;
            let why = self.days.closed(day)?;
            told_on(self.policy.closed_day, self.days, day).is_none().then_some((step, day, why))
        });
        left_out.collect()
    }

    fn last_below(&self, limit: Place) -> Option<(Place, Step)> {
        let overdue = self.policy.overdue.and_then(|every| {
            let every = i64::from(every.max(1));
            let rounds = (limit.0 - 1).div_euclid(every);
            (rounds >= 1).then_some(rounds * every)
        });
        match overdue {
            Some(offset) => Some(((offset, 1), overdue_step(offset)?)),
            None => self.fixed().filter(|(place, _)| *place < limit).max_by_key(|(place, _)| *place),
        }
    }

    fn first_above(&self, mut limit: Place) -> Option<Due> {
        for _ in 0..MOST_LEFT_OUT {
            let fixed = self.fixed().filter(|(place, _)| *place > limit).min_by_key(|(place, _)| *place);
            let overdue = || {
                let every = i64::from(self.policy.overdue?.max(1));
                let offset = (limit.0.max(0) / every + 1) * every;
                Some(((offset, 1), overdue_step(offset)?))
            };
            let (place, step) = fixed.or_else(overdue)?;
            // Beyond the calendar there is nothing.
            self.day(place)?;
            if let Some(due) = self.due(place, step) {
                return Some(due);
            }
            limit = place;
        }
        None
    }

    fn due(&self, place: Place, step: Step) -> Option<Due> {
        let day = self.day(place)?;
        Some(Due { step, day, told_on: told_on(self.policy.closed_day, self.days, day)? })
    }

    fn day(&self, place: Place) -> Option<Date> {
        self.deadline.checked_add(place.0.days()).ok()
    }

    /// The steps before and on the day of the deadline.
    fn fixed(&self) -> impl Iterator<Item = (Place, Step)> {
        let working = self.policy.working_before.iter().filter(|days| !self.said.contains(days));
        let working = working.filter_map(|days| {
            let day = self.days.back(self.deadline, *days)?;
            Some((days_between(self.deadline, day), Step::BeforeWorking { days: *days }))
        });
        let before = self.policy.before.iter().map(|days| (-i64::from(*days), Step::Before { days: *days }));
        let on_the_day = self.policy.on_the_day.then_some((0, Step::OnTheDay));
        working.chain(before).chain(on_the_day).map(|(offset, step)| ((offset, rank(step)), step))
    }
}

/// Of two steps on the same day, the one of working days gives way.
fn rank(step: Step) -> u8 {
    u8::from(!matches!(step, Step::BeforeWorking { .. }))
}

fn overdue_step(offset: i64) -> Option<Step> {
    u32::try_from(offset).ok().map(|days| Step::Overdue { days })
}

#[cfg(test)]
mod tests;
