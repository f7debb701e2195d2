//! Why somebody is told of an action, and what has happened since the last letter.

use std::borrow::Cow;

use serde::Serialize;

use super::{DayView, SeatView};

/// Why somebody is told of an action.
#[derive(Debug, Clone, PartialEq, Hash, Serialize)]
pub struct BecauseView<'a> {
    /// "named", "handed" (over to the person), "holds" (a seat), "secretariat" (of the body that is asked),
    /// "vacant" (the seat has no holder, and this is the body that fills it), "escalated" (those who are asked do not
    /// answer) or "nobody" (else was found).
    pub kind: &'static str,
    /// The seat, for "holds", "vacant" and, if there is one, "escalated": "ITU-T representative at MoU/MG".
    pub seat: Option<Cow<'a, str>>,
    /// The same taken apart.
    pub parts: Option<SeatView<'a>>,
    /// The body that is asked, for "secretariat"; the one that fills the seat, for "vacant"; the one whose
    /// secretariat it is, for "escalated".
    pub body: Option<Cow<'a, str>>,
    /// The body above it whose secretariat this is, for "secretariat", if it has none itself.
    pub through: Option<Cow<'a, str>>,
    /// Who held the seat last, for "vacant", if anybody did.
    pub last_holder: Option<Cow<'a, str>>,
    /// That term's last day in words, for "vacant".
    pub ended: Option<String>,
    /// For "vacant": the other seat of that body which the recipient holds: "ITU-T representative at MoU/MG".
    /// Empty for the body's secretariat.
    pub speaker: Option<Cow<'a, str>>,
    /// The same taken apart.
    pub speaker_parts: Option<SeatView<'a>>,
    /// For "escalated", when the recipient is told as somebody's deputy: whose.
    pub deputy_of: Option<Cow<'a, str>>,
    /// For "escalated": nobody is at present what `parts`, `body` or `deputy_of` say, and the recipient is the
    /// secretariat that keeps the register.
    pub missing: bool,
    /// Of whom it is asked, for "nobody".
    pub asked_of: Option<Cow<'a, str>>,
    /// Whether the recipient is asked to help (the column Also to), not to act.
    pub helping: bool,
    /// The absent person for whom the recipient stands in as deputy; what else is said here is about that person.
    pub instead_of: Option<Cow<'a, str>>,
}

/// That a deadline moved.
#[derive(Debug, Hash, Serialize)]
pub struct MovedView<'a> {
    /// The day of the deadline of which the recipient was reminded last.
    pub from: DayView,
    /// The meeting that it follows, if it follows one.
    pub meeting: Option<MeetingView<'a>>,
}

/// A meeting that a deadline follows.
#[derive(Debug, Hash, Serialize)]
pub struct MeetingView<'a> {
    /// "TSAG-2".
    pub name: Cow<'a, str>,
    /// What the register says: "4 weeks before TSAG-2".
    pub said: Cow<'a, str>,
    /// Its first day.
    pub starts: DayView,
    /// Its last day; the same for a meeting of one day.
    pub ends: DayView,
}

/// That nobody has answered.
#[derive(Debug, Hash, Serialize)]
pub struct EscalatedView<'a> {
    /// How many letters there were before.
    pub letters: u32,
    /// The day of the first, if there was one.
    pub since: Option<DayView>,
    /// The names of those who had them.
    pub asked: Vec<Cow<'a, str>>,
    /// The names of those who get a copy because of that. When there are none, the letter is to somebody who was
    /// not asked: `because.kind` is "escalated".
    pub copied: Vec<Cow<'a, str>>,
    /// To whom the letter goes of which they get a copy, when it is another than this one.
    pub copy_of: Option<Cow<'a, str>>,
    /// Who else gets the same letter, when they get a copy of this one.
    pub beside: Vec<Cow<'a, str>>,
    /// Whether the recipient is told from now on in place of those who were asked.
    pub instead: bool,
    /// The name that the policy gives to these words, if it does: to tell one step from another.
    pub template: Option<Cow<'a, str>>,
}
