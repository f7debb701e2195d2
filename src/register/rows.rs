//! From rows to the words of the domain, one function per sheet. Names of people, bodies and
//! seats are taken as they are written here; [`super::link`] resolves them once all sheets are
//! read.

use jiff::civil::Date;

use super::{
    columns::{ActionColumn as A, BodyColumn as B, MeetingColumn as M, PersonColumn as P, RoleColumn as R},
    fields::Fields,
};
use crate::action::{
    Action, Addressee, Body, Kind, Meeting, Particulars, Person, Purpose, Role, Seat, Status, Wishes,
};

/// A text as a register of many actions keeps it, without room to grow.
fn boxed(text: Option<String>) -> Option<Box<str>> {
    text.map(String::into_boxed_str)
}

/// Characters of a title that letters show.
const LONGEST_TITLE: usize = 300;

/// Stands for a day that was told to be none or missing: a Wednesday far off, and far from the ends of what a date can be,
/// so that nothing is wrong with what is counted from it.
pub(super) const NO_GOOD_DAY: Date = jiff::civil::date(2070, 7, 2);

/// A row of the sheet Actions; addressees are bodies by whatever name stands there.
pub(super) fn action(fields: &mut Fields<'_>) -> Option<Action> {
    let reference = fields.reference(A::Ref);
    let title = fields.required(A::Title, "each action needs a title that says what is asked.");
    let asked_of = fields.required(A::AskedOf, "each action is asked of a person, a role or a body.");
    let action = Action {
        details: boxed(fields.lines(A::Details)),
        kind: fields.word(A::Kind, Kind::Other),
        purpose: fields.word(A::Purpose, Purpose::Action),
        deadline: fields.deadline(A::Deadline),
        status: fields.word(A::Status, Status::Open),
        policy: fields.policy(A::Policy).map(|name| fields.shared.text(name)),
        origin: fields.line(A::Origin).map(|origin| fields.shared.text(origin)),
        opened: fields.day(A::Opened),
        reference: reference?,
        title: title.unwrap_or_default(),
        asked_of: Addressee::Body(fields.shared.text(asked_of?)),
        more: Particulars {
            also_to: fields.list(A::AlsoTo).into_iter().map(|name| Addressee::Body(name.into())).collect(),
            follows: fields.follows(A::Deadline),
            outcome: boxed(fields.lines(A::Outcome)),
            link: boxed(fields.line(A::Link)),
            closed: fields.day(A::Closed),
            topic: fields.line(A::Topic).map(|topic| fields.shared.text(topic)),
            snoozed: fields.day(A::Snooze),
            extra: fields.extra(),
            ..Particulars::default()
        }
        .into(),
    };
    if let (Some(closed), true) = (action.more.closed, action.status.is_open()) {
        fields.doubt(A::Closed, || {
            format!(
                "The action was closed on {closed}, but its status is {}: it is still reminded of.",
                action.status
            )
        });
    }
    let long = action.title.chars().count();
    if long > LONGEST_TITLE {
        fields.doubt(A::Title, || {
            format!(
                "The title has {long} characters, and letters show about the first {LONGEST_TITLE}. Keep it to one line, \
                 and write the rest under Details."
            )
        });
    }
    let due = action.deadline.map(|deadline| deadline.day(&fields.settings.zone));
    if let (Some(opened), Some(due)) = (action.opened, due)
        && opened >= due
    {
        fields.doubt(A::Opened, || {
            format!(
                "The action was opened on {opened}, and its deadline is {due}: what is asked has some time, so one of \
                 the two is probably wrong."
            )
        });
    }
    Some(action)
}

/// A row of the sheet Representatives.
pub(super) fn person(fields: &mut Fields<'_>) -> Option<Person> {
    let name = fields.name(P::Name, "each representative needs a name.");
    let email = fields
        .required(P::Email, "each representative needs an e-mail address.")
        .and_then(|_| fields.email(P::Email));
    let (absent_from, absent_until) = fields.days(P::AbsentFrom, P::AbsentUntil);
    Some(Person {
        second_email: fields.email(P::SecondEmail),
        organization: fields.line(P::Organization),
        language: fields.language(P::Language),
        zone: fields.zone(P::TimeZone),
        deputy: fields.line(P::Deputy),
        absent_from,
        absent_until,
        wishes: Wishes {
            pace: fields.optional_word(P::Letters),
            most_a_week: fields.letters(P::LettersAWeek),
        },
        place: fields.place(),
        name: name?,
        email: email.unwrap_or_default(),
    })
}

/// A row of the sheet Roles.
pub(super) fn role(fields: &mut Fields<'_>) -> Option<Role> {
    let body = fields.required(R::Body, "each role belongs to a body.");
    let role = fields.name(R::Role, "write which role it is, as in chair.");
    let at = fields.line(R::At);
    let holder = fields.line(R::Representative);
    let (from, until) = fields.days(R::From, R::Until);
    Some(Role { seat: Seat { body: body?, role: role?, at }, holder, from, until, place: fields.place() })
}

/// A row of the sheet Bodies.
pub(super) fn body(fields: &mut Fields<'_>) -> Option<Body> {
    let name = fields.name(B::Body, "each body needs its short name.");
    Some(Body {
        full_name: fields.line(B::FullName),
        parent: fields.line(B::Parent),
        secretariat: fields.line(B::Secretariat),
        secretariat_email: fields.email(B::SecretariatEmail),
        holidays: fields.line(B::Holidays),
        place: fields.place(),
        name: name?,
    })
}

/// A row of the sheet Meetings.
pub(super) fn meeting(fields: &mut Fields<'_>) -> Option<Meeting> {
    let name = fields.name(M::Meeting, "each meeting needs a name, as in TSAG-2.");
    let body = fields.required(M::Body, "write which body meets.");
    let starts = fields.required_day(M::Starts, "write the first day of the meeting.");
    let ends = fields.day(M::Ends);
    if let (Some(starts), Some(ends)) = (starts, ends)
        && ends < starts
    {
        fields.wrong(M::Ends, || {
            format!("{ends} is before {starts}, the first day. Exchange them, or correct one.")
        });
    }
    let venue = fields.line(M::Place);
    // Without a day that can be used it is there all the same: what refers to it is not to blame.
    let starts = starts.unwrap_or(NO_GOOD_DAY);
    Some(Meeting {
        name: name?,
        // Nor without a body; nobody holds it then.
        body: body.unwrap_or_default(),
        starts,
        ends: ends.unwrap_or(starts),
        venue,
        place: fields.place(),
    })
}
