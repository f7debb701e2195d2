//! Deadlines that moved after somebody was reminded of them.

use jiff::{SignedDuration, tz::TimeZone};

use super::{moment::Moment, policy::days_between};
use crate::action::{Action, Deadline};

/// Two days are more than a day apart from the second day on, whatever the clocks do in between; what has a time,
/// from 24 hours on.
fn is_more_than_a_day(before: Deadline, now: Deadline, zone: &TimeZone) -> bool {
    match (before, now) {
        (Deadline::Day(before), Deadline::Day(now)) => days_between(before, now).abs() > 1,
        _ => before.end(zone).duration_until(now.end(zone)).abs() > SignedDuration::from_hours(24),
    }
}

/// The deadline of which somebody was reminded last, if the action's is another one by now and that has to be
/// told: by more than a day, or at all when it follows a meeting.
///
/// A deadline that comes back does not move when the next meeting is the coming one.
pub(super) fn moved_from(
    moment: &Moment<'_>,
    action: &Action,
    deadline: Option<Deadline>,
    reminded: Option<Deadline>,
) -> Option<Deadline> {
    let (now, before) = (deadline?, reminded?);
    let zone = moment.rules.send().zone();
    let (day_before, day) = (before.day(zone), now.day(zone));
    let days = days_between(day_before, day).abs();
    let told = match &action.more.follows {
        None => is_more_than_a_day(before, now, zone),
        Some(follows) => {
            let still = follows.occasions.iter().any(|one| Deadline::Day(one.deadline) == before);
            let over = follows.each && day_before < moment.today;
            days > 0 && !still && !over
        }
    };
    told.then_some(before)
}
