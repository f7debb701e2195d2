//! Wall times in a zone whose clocks are changed: which instants they are, and in which order.
//!
//! A wall time means one instant (what jiff calls "compatible"): its first occurrence where it is repeated, and
//! as much later as the clocks jump where it is skipped. So the instants of a pattern are not in the order
//! of its wall times: after the jump from 02:00 to 03:00, the skipped 02:45 comes at 03:45, later than
//! 03:00. Both searches below therefore look at the *skipped* and the *shown* times beside each other:
//! [`next`] gives the least instant of the whole set later than a given one, [`last`] the greatest that is
//! not, and both do so from the pattern's neighbours of at most a few wall times.
//!
//! Nothing but the offset at an instant is asked of jiff. Its own answers about a wall time and about the
//! last change are wrong where the listed changes of a zone end and its rule for the future begins with
//! another offset (0.2.46: America/Nuuk 2023-10-28 23:30, America/Indiana/Winamac 2007-03-11).

use std::ops::Range;

use jiff::{Timestamp, tz::TimeZone};

use super::pattern::{Pattern, Wall, earlier};

/// Seconds since 1970-01-01T00:00:00Z.
type Second = i64;

const HOUR: i64 = 3_600;

/// How long a change of the clocks matters: the largest since 1970 are of 24 hours (Pacific/Apia). No zone
/// has had two in so short a time.
const REACH: i64 = 24 * HOUR;

/// What clocks show ahead of UTC at the most and at the least, with an hour to spare (since 1970 from
/// -12 to +14 hours).
const AHEAD: i64 = 15 * HOUR;
const BEHIND: i64 = 13 * HOUR;

/// A change of the clocks that changes what they show.
struct Shift {
    at: Second,
    /// What clocks showed ahead of UTC before it, in seconds.
    before: i64,
    /// What they have shown since.
    after: i64,
}

impl Shift {
    /// The change after `from` and not after `until`, seen by the offsets at both ends.
    fn between(zone: &TimeZone, from: Second, until: Second) -> Option<Self> {
        let (before, after) = (offset(zone, from)?, offset(zone, until)?);
        if before == after {
            return None;
        }
        let (mut low, mut high) = (from, until);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if offset(zone, middle)? == before {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(Self { at: high, before, after })
    }

    /// The change that may still put wall times out of order at `t`.
    fn recent(zone: &TimeZone, t: Second) -> Option<Self> {
        Self::between(zone, t - REACH, t)
    }

    /// Clocks went forward: wall times were skipped.
    fn is_gap(&self) -> bool {
        self.after > self.before
    }

    /// The wall times that were skipped, or repeated.
    fn walls(&self) -> Range<Wall> {
        self.at + self.before.min(self.after)..self.at + self.before.max(self.after)
    }

    /// The first skipped time of the pattern whose instant is later than `t`, which is not before the change.
    fn skipped_after(&self, pattern: &Pattern, t: Second) -> Option<Second> {
        let wall = pattern.after(t + self.before)?;
        (wall < self.walls().end).then_some(wall - self.before)
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
    if let Some(shift) = Shift::recent(zone, t) {
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
    if let Some(fold) = Shift::recent(zone, t).filter(|shift| !shift.is_gap()) {
        until = until.max(fold.walls().end - 1);
    }
    while let Some(wall) = pattern.at_or_before(until) {
        match resolve(zone, wall)? {
            Meaning::Instant(instant) => {
                let gap = Shift::recent(zone, instant).filter(Shift::is_gap);
                return gap.and_then(|gap| gap.skipped_until(pattern, t)).max(Some(instant));
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
    // The instant lies between these two, as does any change that matters to it.
    let (from, until) = (wall - AHEAD, wall + BEHIND);
    let Some(shift) = Shift::between(zone, from, until) else {
        return Some(Meaning::Instant(wall - offset(zone, from)?));
    };
    Some(if wall < shift.at + shift.before {
        Meaning::Instant(wall - shift.before)
    } else if shift.is_gap() && shift.walls().contains(&wall) {
        Meaning::Skipped(shift)
    } else {
        Meaning::Instant(wall - shift.after)
    })
}

/// What clocks show ahead of UTC, in seconds.
fn offset(zone: &TimeZone, t: Second) -> Option<i64> {
    let t = t.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Some(i64::from(zone.to_offset(Timestamp::from_second(t).ok()?).seconds()))
}
