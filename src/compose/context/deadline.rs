//! A deadline, as templates see it.

use serde::Serialize;

use super::DayView;

/// Until when, and how far off that is now.
#[derive(Debug, Hash, Serialize)]
pub struct DeadlineView {
    /// "before" (the day of the deadline), "today", "passed" (today, but earlier than now) or
    /// "overdue".
    pub state: State,
    /// Calendar days from now to the deadline or since then; never negative.
    pub days: u64,
    /// Whether it is over: `state` is "passed" or "overdue".
    pub overdue: bool,
    /// Whether a time of day was set; otherwise it is the end of the day.
    pub exact: bool,
    /// The day, in the secretariat's zone.
    pub day: DayView,
    /// The time of day at which it ends there: "23:59".
    pub time: String,
    /// That zone: "Europe/Zurich". The same as `offset` when the zone has no name.
    pub zone: String,
    /// Its distance from UTC then: "UTC+02:00".
    pub offset: String,
    /// The same instant in the recipient's zone; empty when that is not known, or when the clocks
    /// there show the same.
    pub theirs: Option<ThereView>,
}

/// An instant in the recipient's zone.
#[derive(Debug, Hash, Serialize)]
pub struct ThereView {
    /// The day there.
    pub day: DayView,
    /// The time of day there: "17:59".
    pub time: String,
    /// That zone: "Asia/Tokyo". The same as `offset` when the zone has no name.
    pub zone: String,
    /// Its distance from UTC then: "UTC-04:00".
    pub offset: String,
}

/// How far off a deadline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Its day is yet to come.
    Before,
    /// Its day is today, and it is not over.
    Today,
    /// It was today, earlier than now.
    Passed,
    /// Its day is gone.
    Overdue,
}
