//! Meetings, and deadlines that follow them.

use jiff::civil::Date;

use super::Place;

/// A row of the Meetings sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Meeting {
    /// The name by which people and deadlines refer to it: "TSAG-2".
    pub name: String,
    /// The body that meets, a name of the Bodies sheet.
    pub body: String,
    /// Its first day.
    pub starts: Date,
    /// Its last day; the first if none is given.
    pub ends: Date,
    /// Where it is held, in words.
    pub venue: Option<String>,
    /// Where in the register.
    pub place: Place,
}

/// That the deadline of an action follows one or more meetings: "4 weeks before TSAG-2".
#[derive(Debug, Clone, PartialEq)]
pub struct Follows {
    /// As it is written.
    pub said: String,
    /// Whether it comes back with each meeting of a body.
    pub each: bool,
    /// The deadlines, in the order of their meetings; one, unless it comes back.
    pub occasions: Vec<Occasion>,
}

/// The deadline of one meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion {
    /// The meeting's name.
    pub meeting: String,
    /// Its first day.
    pub starts: Date,
    /// Its last day.
    pub ends: Date,
    /// The deadline.
    pub deadline: Date,
}

impl Occasion {
    /// The last day of the occasion: that of the meeting, or of the deadline after it.
    #[must_use]
    pub fn until(&self) -> Date {
        self.deadline.max(self.ends)
    }
}

impl Follows {
    /// The occasion that counts on `day`: the only one, or the first that is not over; none when all are.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<&Occasion> {
        if self.each {
            self.occasions.iter().find(|occasion| occasion.until() >= day)
        } else {
            self.occasions.first()
        }
    }
}
