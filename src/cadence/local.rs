//! Wall times in a zone whose clocks are changed: which instants they are, and in which order.
//!
//! A wall time means one instant (jiff's "compatible"): its first occurrence where it is repeated, and
//! as much later as the clocks jump where it is skipped. So the instants of a pattern are not in the order
//! of its wall times: after the jump from 02:00 to 03:00, the skipped 02:45 comes at 03:45, later than
//! 03:00. Both searches below therefore look at the *skipped* and the *shown* times beside each other:
//! [`next`] gives the least instant of the whole set later than a given one, [`last`] the greatest that is
//! not, and both do so from the pattern's neighbours of at most a few wall times.

use std::ops::Range;

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, Offset, TimeZone},
};

use super::pattern::{Pattern, Wall, earlier};

/// Seconds since 1970-01-01T00:00:00Z.
type Second = i64;

/// How far back a change of the clocks can still matter, in seconds: the largest ever made were of
/// 24 hours (Pacific/Apia, Asia/Manila).
const REACH: i64 = 2 * 86_400;

/// A change of the clocks that changes what they show.
struct Shift {
    at: Second,
    /// What clocks showed ahead of UTC before it, in seconds.
    before: i64,
    /// What they have shown since.
    after: i64,
}

impl Shift {
    /// Clocks went forward: wall times were skipped.
    fn is_gap(&self) -> bool {
        self.after > self.before
    }

    /// The wall times that were skipped, or repeated.
    fn walls(&self) -> Range<Wall> {
        self.at + self.before.min(self.after)..self.at + self.before.max(self.after)
    }

    /// The first skipped time of the pattern whose instant is later than `t`.
    fn skipped_after(&self, pattern: &Pattern, t: Second) -> Option<Second> {
        let walls = self.walls();
        let wall = pattern.after((t + self.before).max(walls.start - 1))?;
        (wall < walls.end).then_some(wall - self.before)
    }

    /// The last skipped time of the pattern whose instant is `t` or earlier.
    fn skipped_until(&self, pattern: &Pattern, t: Second) -> Option<Second> {
        let walls = self.walls();
        let wall = pattern.at_or_before((t + self.before).min(walls.end - 1))?;
        (wall >= walls.start).then_some(wall - self.before)
    }
}

/// The first instant of the pattern strictly later than `t`.
pub(super) fn next(pattern: &Pattern, zone: &TimeZone, t: Second) -> Option<Second> {
    let mut found = None;
    let mut from = t + offset(zone, t)?;
    for shift in shifts_until(zone, t) {
        if shift.is_gap() {
            found = earlier(found, shift.skipped_after(pattern, t));
        } else {
            // All repeated times were told the first time.
            from = from.max(shift.walls().end - 1);
        }
    }
    while let Some(wall) = pattern.after(from) {
        match resolve(zone, wall)? {
            Meaning::Instant(instant) => return earlier(found, Some(instant)),
            Meaning::Skipped(gap) => {
                found = earlier(found, Some(wall - gap.before));
                // The times right after the jump come before most of those that it skipped.
                from = gap.walls().end - 1;
            }
        }
    }
    found
}

/// The last instant of the pattern that is `t` or earlier.
pub(super) fn last(pattern: &Pattern, zone: &TimeZone, t: Second) -> Option<Second> {
    let mut until = t + offset(zone, t)?;
    for fold in shifts_until(zone, t).filter(|shift| !shift.is_gap()) {
        until = until.max(fold.walls().end - 1);
    }
    while let Some(wall) = pattern.at_or_before(until) {
        match resolve(zone, wall)? {
            Meaning::Instant(instant) => {
                let gaps = shifts_until(zone, instant).filter(Shift::is_gap);
                return gaps.map(|gap| gap.skipped_until(pattern, t)).fold(Some(instant), Option::max);
            }
            Meaning::Skipped(gap) => match gap.skipped_until(pattern, t) {
                Some(instant) => return Some(instant),
                None => until = gap.walls().start - 1,
            },
        }
    }
    None
}

/// What a wall time means in a zone.
enum Meaning {
    Instant(Second),
    Skipped(Shift),
}

fn resolve(zone: &TimeZone, wall: Wall) -> Option<Meaning> {
    let shown: DateTime = Offset::UTC.to_datetime(Timestamp::from_second(wall).ok()?);
    let meaning = zone.to_ambiguous_timestamp(shown);
    if let AmbiguousOffset::Gap { before, .. } = meaning.offset() {
        let instant = wall - i64::from(before.seconds());
        let gap = shifts_until(zone, instant).find(|shift| shift.is_gap() && shift.walls().contains(&wall));
        if let Some(gap) = gap {
            return Some(Meaning::Skipped(gap));
        }
    }
    Some(Meaning::Instant(meaning.compatible().ok()?.as_second()))
}

/// The changes of the last two days, `t` included, latest first.
fn shifts_until(zone: &TimeZone, t: Second) -> impl Iterator<Item = Shift> {
    Timestamp::from_second(t + 1)
        .ok()
        .into_iter()
        .flat_map(|end| zone.preceding(end))
        .map(|change| (change.timestamp().as_second(), i64::from(change.offset().seconds())))
        .take_while(move |(at, _)| *at > t - REACH)
        .filter_map(|(at, after)| Some(Shift { at, before: offset(zone, at - 1)?, after }))
        .filter(|shift| shift.before != shift.after)
}

/// What clocks show ahead of UTC, in seconds.
fn offset(zone: &TimeZone, t: Second) -> Option<i64> {
    Some(i64::from(zone.to_offset(Timestamp::from_second(t).ok()?).seconds()))
}
