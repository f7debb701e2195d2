//! People who want fewer letters: one a week, or no more than so many in any seven days.
//!
//! Nothing is dropped: what is not told at a send time is planned again at the next, and then the latest step reached
//! stands for those before it. *Weekly* letters leave with the first send time of their day, or the first one that is
//! worked through after it. Seven days are seven days of the secretariat's calendar, so that a clock that is put
//! back or forward moves nothing.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use super::{
    Due, Manner as RungManner, Reminder, Rules, Rung, Shift,
    ladder::Moved,
    letters::to_letters,
    moment::{Moment, start_of},
    policy::Policy,
};
use crate::{
    action::{
        ActionId, After, Pace, RecipientId, Step, Told, Wishes,
        maps::{HashMap, HashSet},
    },
    directory::Recipient,
};

/// How many weeks a weekly letter is looked for when letters leave more rarely than once a week.
const WEEKS: i64 = 60;

/// Days by which what is due may wait, beyond which it would be too old: a week for the letter, and a week for the
/// maximum.
const PATIENCE: u32 = 14;

/// What the settings say about people who want fewer letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// The day on which weekly letters leave.
    pub weekly_on: Weekday,
    /// The most letters to one person in any 7 days.
    pub most_a_week: Option<u32>,
    /// The most letters and copies to one person on one day; above that copies of what nobody answers wait.
    pub most_a_day: Option<u32>,
}

/// Monday, and no maximum.
impl Default for Quiet {
    fn default() -> Self {
        Self { weekly_on: Weekday::Monday, most_a_week: None, most_a_day: None }
    }
}

impl Rules {
    /// The most letters in any 7 days to somebody with these wishes.
    pub fn most_a_week(&self, wishes: Wishes) -> Option<u32> {
        wishes.most_a_week.or(self.quiet().most_a_week)
    }

    /// When the weekly letters leave of the week to which `day` belongs: at the first send time on or after their day.
    fn weekly_of(&self, day: Date) -> Option<Timestamp> {
        let back = i64::from(self.quiet().weekly_on.until(day.weekday()));
        let first = day.checked_sub(back.days()).ok()?;
        self.send().first_at_or_after(start_of(first, self.send().zone())?)
    }

    /// The last time for weekly letters up to an instant.
    fn weekly_before(&self, at: Timestamp) -> Option<Timestamp> {
        let today = day_of(at, self.send().zone());
        let weeks =
            (0..WEEKS).filter_map(|weeks| self.weekly_of(today.checked_sub((7 * weeks).days()).ok()?));
        weeks.into_iter().find(|weekly| *weekly <= at)
    }

    /// The first time for weekly letters from an instant on.
    fn weekly_from(&self, at: Timestamp) -> Option<Timestamp> {
        let today = day_of(at, self.send().zone());
        let weeks = (0..3).filter_map(|weeks| self.weekly_of(today.checked_add((7 * weeks).days()).ok()?));
        weeks.into_iter().find(|weekly| *weekly >= at)
    }
}

pub(super) fn day_of(at: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(at).date()
}

/// How often one recipient is told of what one policy chases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Manner {
    pace: Pace,
    most: Option<u32>,
}

impl Manner {
    pub(super) fn new(rules: &Rules, policy: &Policy, wishes: Wishes) -> Self {
        Self::of(rules, Wishes { pace: wishes.pace.or(Some(policy.pace)), ..wishes })
    }

    /// Whatever the policy.
    pub(super) fn of(rules: &Rules, wishes: Wishes) -> Self {
        Self { pace: wishes.pace.unwrap_or(Pace::EachSendTime), most: rules.most_a_week(wishes) }
    }

    /// That of what waits for no weekly letter.
    pub(super) fn at_once(rules: &Rules, wishes: Wishes) -> Self {
        Self::of(rules, Wishes { pace: Some(Pace::EachSendTime), ..wishes })
    }

    /// Whether what is due is told at each send time, however often that is.
    pub(super) fn is_usual(self) -> bool {
        self.pace != Pace::Weekly && self.most.is_none()
    }

    /// Whether what is due is told on a later day than it is by rights; of weekly letters: not on the day of these. What may
    /// have waited because there were too many letters is not: it is told as often as its reader wants.
    pub(super) fn is_late(self, moment: &Moment<'_>, due: &Due) -> Option<bool> {
        if self.most.is_some() {
            return Some(false);
        }
        let day = if self.pace == Pace::Weekly {
            day_of(moment.rules.weekly_before(moment.at)?, moment.zone())
        } else {
            moment.first_send_day(due.told_on)?
        };
        Some(day < moment.today)
    }

    /// The send time after the moment at which what is to be told from `day` on is told.
    pub(super) fn send_time(self, moment: &Moment<'_>, day: Date) -> Option<Timestamp> {
        let next = moment.send_time(day)?;
        if self.pace == Pace::Weekly { moment.rules.weekly_from(next) } else { Some(next) }
    }

    /// Whether nothing is told before its deadline is over.
    pub(super) fn is_only_overdue(self) -> bool {
        self.pace == Pace::OnlyOverdue
    }

    /// By how many days a step may be older than others before it is no news any more.
    pub(super) fn patience(self) -> u32 {
        if self.pace == Pace::Weekly || self.most.is_some() { PATIENCE } else { 0 }
    }
}

/// The weekly letters at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gate {
    /// Whether they leave with the send time of that moment.
    is_open: bool,
    /// The day on which they left last, or leave now.
    day: Option<Date>,
}

impl Gate {
    /// At a send time that is to be worked through.
    pub(super) fn at(moment: &Moment<'_>, told: &Told) -> Self {
        let after = Self::after(moment, told);
        let is_now = moment.rules.weekly_before(moment.at) == Some(moment.at);
        Self { is_open: after.is_open || is_now, ..after }
    }

    /// At the next send time after an instant up to which all were worked through that are known to be.
    pub(super) fn after(moment: &Moment<'_>, told: &Told) -> Self {
        let last = moment.rules.weekly_before(moment.at);
        let is_missed = |last: Timestamp| told.served().is_some_and(|served| served < last);
        Self { is_open: last.is_some_and(is_missed), day: last.map(|last| day_of(last, moment.zone())) }
    }

    /// Whether what is due is told with the send time of the moment: weekly letters leave with it, or this one waits
    /// since they left.
    pub(super) fn lets(self, moment: &Moment<'_>, told: &Told, to: &RecipientId, manner: Manner) -> bool {
        let waits_since = |day: Date| moment.waits_since(told, to, manner, day);
        manner.pace != Pace::Weekly || self.is_open || self.day.is_some_and(waits_since)
    }
}

impl Moment<'_> {
    pub(super) fn zone(&self) -> &TimeZone {
        self.rules.send().zone()
    }

    /// Whether somebody's weekly letter of `day` waits, or would: there had been too many letters then, and there was
    /// none since.
    fn waits_since(&self, told: &Told, to: &RecipientId, manner: Manner, day: Date) -> bool {
        let days = || days_of_letters(self, told, to);
        let in_the_week = days().filter(|letter| *letter < day && days_after(*letter, 7) > day).count();
        manner.most.is_some_and(|most| in_the_week >= most as usize) && !days().any(|letter| letter >= day)
    }

    /// When what is told from `day` on is told to somebody, after this moment.
    pub(super) fn chance(
        &self,
        told: &Told,
        gate: Gate,
        to: &RecipientId,
        manner: Manner,
        day: Date,
    ) -> Option<Timestamp> {
        let next = self.send_time(day)?;
        let last = self.rules.weekly_before(next).map(|last| day_of(last, self.zone()));
        let is_let = day <= self.today && gate.is_open
            || last.is_some_and(|last| self.waits_since(told, to, manner, last));
        let at = if is_let || manner.pace != Pace::Weekly { next } else { self.rules.weekly_from(next)? };
        let free = manner.most.and_then(|most| free_from(self, told, to, most));
        match free.filter(|free| *free > day_of(at, self.zone())) {
            Some(free) => self.send_time(free),
            None => Some(at),
        }
    }

    /// From when on somebody may get another letter, if there were too many of late.
    pub(super) fn free_on(&self, told: &Told, to: &RecipientId, manner: Manner) -> Option<Date> {
        free_from(self, told, to, manner.most?)
    }

    /// The first day on which one of those who are told at a rung may get another letter, if none of them may today. A
    /// letter with a copy waits for no maximum.
    pub(super) fn full_until(&self, told: &Told, rung: &Rung, to: &[Recipient]) -> Option<Date> {
        if rung.how == RungManner::Copy {
            return None;
        }
        let free_on = |one: &Recipient| {
            self.free_on(told, &one.id, Manner::at_once(self.rules, one.wishes)).filter(|on| *on > self.today)
        };
        to.iter().map(free_on).min().flatten()
    }

    /// When what is told from `day` on is told to somebody and why, if that is later than the next send time.
    pub(super) fn waits(
        &self,
        told: &Told,
        gate: Gate,
        to: &RecipientId,
        manner: Manner,
        day: Date,
    ) -> Option<(Timestamp, Moved)> {
        let at = self.chance(told, gate, to, manner, day)?;
        let is_full = manner.most.filter(|most| {
            free_from(self, told, to, *most).is_some_and(|free| free == day_of(at, self.zone()))
        });
        let why = is_full.map_or(Moved::Weekly, Moved::MostAWeek);
        (at > self.send_time(day.max(self.today))?).then_some((at, why))
    }

    /// That a step is told today and could have been told before, if it is so because of the recipient's manner.
    pub(super) fn waited(&self, told: &Told, to: &RecipientId, manner: Manner, due: &Due) -> Option<Shift> {
        let why = if manner.pace == Pace::Weekly {
            Moved::Weekly
        } else {
            let most = manner.most?;
            free_from(self, told, to, most).filter(|free| *free > due.told_on)?;
            Moved::MostAWeek(most)
        };
        (due.told_on < self.today).then_some(Shift { from: due.day, to: self.today, why })
    }
}

/// The first day on which somebody may get another letter; none when that is any day.
fn free_from(moment: &Moment<'_>, told: &Told, to: &RecipientId, most: u32) -> Option<Date> {
    let days: Vec<_> = days_of_letters(moment, told, to).collect();
    days.len().checked_sub(most.max(1) as usize).map(|last| days_after(days[last], 7))
}

fn days_of_letters<'t>(
    moment: &'t Moment<'_>,
    told: &'t Told,
    to: &RecipientId,
) -> impl Iterator<Item = Date> + 't {
    told.letters_to(to).iter().map(|at| day_of(*at, moment.zone()))
}

fn days_after(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

/// What is due without the letters that are too many for their recipients this week, and those. Of several letters to one
/// person what has waited longest goes first. What is escalated to several people is told to all of them as soon as one may
/// get a letter: a rung is told once.
pub(super) fn within_limits<'r>(
    due: Vec<Reminder<'r>>,
    told: &Told,
    moment: &Moment<'_>,
) -> (Vec<Reminder<'r>>, Vec<Reminder<'r>>) {
    let most = |recipient: &Recipient| moment.rules.most_a_week(recipient.wishes);
    if due.iter().all(|one| most(&one.recipient).is_none()) {
        return (due, Vec::new());
    }
    let mut letters: Vec<_> = to_letters(due).into_iter().enumerate().collect();
    letters.sort_by_key(|(place, letter)| (letter.iter().map(waits_since).min(), *place));
    let mut room: HashMap<RecipientId, usize> = HashMap::default();
    let (mut letters, mut too_many): (Vec<_>, Vec<_>) = letters.into_iter().partition(|(_, letter)| {
        let Some((recipient, most)) =
            letter.first().and_then(|one| Some((&one.recipient, most(&one.recipient)?)))
        else {
            return true;
        };
        let left = room.entry(recipient.id.clone()).or_insert_with(|| {
            let in_the_week = |day: &Date| days_after(*day, 7) > moment.today;
            (most as usize)
                .saturating_sub(days_of_letters(moment, told, &recipient.id).filter(in_the_week).count())
        });
        let fits = *left > 0 || letter.iter().any(tells_of_copies);
        *left = left.saturating_sub(1);
        fits
    });
    let rungs = |letter: &[Reminder<'_>]| -> Vec<_> { letter.iter().filter_map(escalated_to).collect() };
    let mut told: HashSet<_> = letters.iter().flat_map(|(_, letter)| rungs(letter)).collect();
    let tells_one_of =
        |told: &HashSet<_>, letter: &[Reminder<'_>]| rungs(letter).iter().any(|one| told.contains(one));
    while let Some(place) = too_many.iter().position(|(_, letter)| tells_one_of(&told, letter)) {
        let letter = too_many.swap_remove(place);
        told.extend(rungs(&letter.1));
        letters.push(letter);
    }
    letters.sort_by_key(|(place, _)| *place);
    let reminders =
        |letters: Vec<(usize, Vec<_>)>| letters.into_iter().flat_map(|(_, letter)| letter).collect();
    (reminders(letters), reminders(too_many))
}

/// Which rung of which action a reminder tells by a letter of its own.
pub(super) fn escalated_to(reminder: &Reminder<'_>) -> Option<(ActionId, After)> {
    let Step::Escalated { after } = reminder.key.step else { return None };
    reminder.key.recipient.is_for_escalation().then(|| (reminder.key.action.clone(), after))
}

/// Whether a reminder tells that somebody else gets a copy because nobody answers: nobody who is asked can say that they
/// did not know.
fn tells_of_copies(reminder: &Reminder<'_>) -> bool {
    reminder.unanswered.as_deref().is_some_and(|unanswered| !unanswered.copied.is_empty())
}

/// The first day of what a reminder tells.
fn waits_since(reminder: &Reminder<'_>) -> Date {
    let also = reminder
        .also
        .iter()
        .flat_map(|alike| alike.merged.iter().map(|(_, day)| *day).chain([alike.step_day]));
    let merged = reminder.merged.iter().map(|(_, day)| *day);
    let reached = reminder.unanswered.as_ref().and_then(|unanswered| unanswered.reached);
    let reached = reached.filter(|_| escalated_to(reminder).is_some());
    merged.chain(also).chain(reached).fold(reminder.step_day, Date::min)
}

#[cfg(test)]
mod tests;
