//! The cases: an action, why somebody is told of it, and what is special about it.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::super::{Around, Entry, OtherAsked};
use crate::{
    action::{
        Action, Addressee, After, Deadline, Follows, Kind, Occasion, Pace, Particulars, Purpose, RecipientId,
        ReminderKey, Seat, Status, Step, Wishes,
    },
    directory::{Absence, Because, EscalatedTo, Reader, Recipient},
    schedule::{Choice, Policy, Reminder, Unanswered},
};

use super::CANARY;

/// An action and why its recipient is told.
pub(super) struct Sample {
    pub(super) action: Action,
    pub(super) because: Because,
    pub(super) is_person: bool,
    pub(super) others: Vec<OtherAsked>,
    /// The step, if it is not one before the deadline.
    pub(super) step: Option<Step>,
    /// That nobody answered.
    pub(super) unanswered: Option<Box<Unanswered>>,
    /// Of the person for whom the recipient stands in.
    pub(super) absence: Option<Box<Absence>>,
    pub(super) wishes: Wishes,
}

impl Sample {
    pub(super) fn reminder<'a>(&'a self, policy: &'a Policy) -> Reminder<'a> {
        let name = if self.is_person { "Rosa Sample" } else { "Secretariat of ITU-T" };
        let id =
            if self.is_person { RecipientId::person(name) } else { RecipientId::secretariat_of("ITU-T") };
        let key = ReminderKey {
            action: self.action.id(),
            recipient: id.clone(),
            deadline: self.action.deadline,
            step: self.step.unwrap_or(Step::Before { days: 7 }),
        };
        Reminder {
            action: &self.action,
            recipient: Recipient {
                id,
                name: name.to_owned(),
                email: "rosa.sample@example.org".to_owned(),
                second_email: None,
                language: None,
                zone: None,
                because: self.because.clone(),
                told_as: None,
                absence: self.absence.clone(),
                wishes: self.wishes,
            },
            key,
            step_day: date(2017, 6, 16),
            shift: None,
            merged: Vec::new(),
            policy,
            choice: Choice::Default,
            also: Vec::new(),
            unanswered: self.unanswered.clone(),
            copies: Vec::new(),
        }
    }

    pub(super) fn around<'p>(&self, policy: &'p Policy) -> Around<'p> {
        let policy = (self.action.reference != "17/07").then_some(policy);
        Around { others: self.others.clone(), policy, calendar: Some(Entry::default()) }
    }
}

pub(super) fn seat(at: &str) -> Seat {
    Seat { body: "ITU-T".to_owned(), role: "representative".to_owned(), at: Some(at.to_owned()) }
}

pub(super) fn sample() -> Sample {
    let others = vec![
        OtherAsked {
            asked_of: "ITU-R".to_owned(),
            status: Status::Done,
            outcome: Some("representative appointed".to_owned()),
        },
        OtherAsked { asked_of: "ITU-D".to_owned(), status: Status::Open, outcome: None },
    ];
    Sample {
        action: action(),
        because: Because::Holds(seat("MoU/MG")),
        is_person: true,
        others,
        step: None,
        unanswered: None,
        absence: None,
        wishes: Wishes::default(),
    }
}

/// Without what came of it: templates print that after a dash.
pub(super) fn in_ascii() -> Sample {
    let more = Particulars { outcome: None, ..(*action().more).clone() };
    let others = sample().others.into_iter().map(|other| OtherAsked { outcome: None, ..other });
    Sample { action: Action { more: more.into(), ..action() }, others: others.collect(), ..sample() }
}

pub(super) fn by_name() -> Sample {
    let asked_of = Addressee::Person("Rosa Sample".into());
    Sample { action: Action { asked_of, ..action() }, because: Because::Named, ..sample() }
}

pub(super) fn bare() -> Sample {
    let action = Action {
        reference: "17/07".to_owned(),
        asked_of: Addressee::Person("Rosa Sample".into()),
        details: None,
        origin: None,
        opened: None,
        deadline: None,
        more: Particulars {
            outcome: None,
            link: None,
            topic: None,
            extra: BTreeMap::new(),
            ..(*action().more).clone()
        }
        .into(),
        ..action()
    };
    Sample { action, because: Because::Named, others: Vec::new(), ..sample() }
}

pub(super) fn helping() -> Sample {
    let seat = Seat { body: CANARY.to_owned(), role: "chair".to_owned(), at: None };
    let also_to = vec![Addressee::Person("Rosa Sample".into()), Addressee::Seat(seat.into())];
    let others = vec![sample().others[0].clone(); 25];
    let link = Some("TSAG-TD98".into());
    Sample {
        action: Action { more: Particulars { also_to, link, ..(*action().more).clone() }.into(), ..action() },
        because: Because::Named,
        others,
        ..sample()
    }
}

/// A deadline that followed a meeting, with markup in its name.
pub(super) fn moved(ends: Date) -> Sample {
    let occasion = Occasion {
        meeting: format!("TSAG-2 {CANARY}"),
        starts: date(2017, 6, 27),
        ends,
        deadline: date(2017, 6, 23),
    };
    let said = format!("2 working days before TSAG-2 {CANARY}");
    let follows = Some(Box::new(Follows { said, each: false, occasions: vec![occasion] }));
    Sample {
        action: Action { more: Particulars { follows, ..(*action().more).clone() }.into(), ..action() },
        step: Some(moved_from(date(2017, 6, 16))),
        ..sample()
    }
}

pub(super) fn moved_from(day: Date) -> Step {
    Step::Moved { on: date(2017, 6, 16), from: Deadline::Day(day) }
}

/// The first letter to the new holder of the seat.
pub(super) fn welcome(deadline: Option<Deadline>) -> Sample {
    let step = Some(Step::Welcome { on: date(2017, 6, 16) });
    Sample { action: Action { deadline, ..action() }, step, ..sample() }
}

pub(super) fn marked(name: &str) -> String {
    format!("{name} {CANARY}")
}

/// A letter after so many that nobody answered: with a copy to somebody, or to whom it is escalated.
pub(super) fn escalated(letters: u32, to: Option<(EscalatedTo, bool)>) -> Sample {
    let copied = if to.is_none() { vec![marked("Vera Sample")] } else { Vec::new() };
    let because =
        to.map_or_else(|| sample().because, |(to, is_missing)| Because::Escalated { to, is_missing });
    let unanswered = Some(Box::new(Unanswered {
        letters,
        since: Some(date(2017, 5, 26)),
        asked: vec![marked("Paul Sample"), "Vera Sample".to_owned()],
        copied,
        copy_of: None,
        beside: Vec::new(),
        instead: false,
        template: Some("second".to_owned()),
        reached: None,
    }));
    let step = Some(Step::Escalated { after: After::Overdue { days: 1 } });
    let overdue = Action { deadline: Some(Deadline::Day(date(2017, 6, 15))), ..action() };
    Sample { action: overdue, because, step, unanswered, ..sample() }
}

pub(super) fn copy_of_another() -> Sample {
    let mut sample = escalated(3, None);
    if let Some(unanswered) = &mut sample.unanswered {
        unanswered.copy_of = Some(marked("Paul Sample"));
    }
    sample
}

pub(super) fn beside_others() -> Sample {
    let mut sample = escalated(3, None);
    if let Some(unanswered) = &mut sample.unanswered {
        unanswered.beside = vec![marked("Paul Sample"), "Rosa Sample".to_owned()];
    }
    sample
}

/// The deadline moved after somebody was told that nobody answers.
pub(super) fn moved_after(to: EscalatedTo) -> Sample {
    let because = Because::Escalated { to, is_missing: false };
    Sample { because, step: Some(moved_from(date(2017, 6, 16))), ..sample() }
}

pub(super) fn weekly() -> Wishes {
    Wishes { pace: Some(Pace::Weekly), most_a_week: None }
}

pub(super) fn deputy(until: Option<Date>, sample: Sample) -> Sample {
    let name = format!("Paul Sample {CANARY}");
    let email = "paul.sample@example.org".to_owned();
    let who = Reader { id: RecipientId::person(&name), name, email };
    Sample { absence: Some(Box::new(Absence { who, from: None, until, is_covered: true })), ..sample }
}

pub(super) fn vacant_for_a_representative() -> Sample {
    let because = Because::Vacant { seat: seat("IEC/SEG 8"), ended: None, speaker: Some(seat("MoU/MG")) };
    let asked_of = Addressee::Seat(Box::new(seat("IEC/SEG 8")));
    Sample { action: Action { asked_of, ..action() }, because, ..sample() }
}

pub(super) fn hostile() -> Sample {
    let canary = |text: &str| format!("{text} {CANARY}");
    let boxed = |text: &str| canary(text).into_boxed_str();
    let of = action();
    let action = Action {
        reference: canary("17/08"),
        title: canary(&of.title),
        details: of.details.as_deref().map(boxed),
        asked_of: Addressee::Body(canary("ITU-T").into()),
        origin: of.origin.as_deref().map(|text| canary(text).into()),
        more: Particulars {
            outcome: of.more.outcome.as_deref().map(boxed),
            link: Some(boxed("javascript:alert(1)")),
            topic: of.more.topic.as_deref().map(|text| canary(text).into()),
            extra: BTreeMap::from([("Room".to_owned(), canary("H1"))]),
            ..(*of.more).clone()
        }
        .into(),
        ..of
    };
    let others = vec![OtherAsked {
        asked_of: canary("ITU-R"),
        status: Status::Done,
        outcome: Some(canary("representative appointed")),
    }];
    Sample { action, because: Because::NobodyElse { asked_of: canary("ITU-T") }, others, ..sample() }
}

pub(super) fn action() -> Action {
    Action {
        reference: "17/06".to_owned(),
        title: "nominate an ITU-T representative to IEC/SEG 8".to_owned(),
        details: Some(
            "IEC has invited ITU-T to nominate a representative.\n\nThe invitation is open.".into(),
        ),
        kind: Kind::Nomination,
        purpose: Purpose::Action,
        asked_of: Addressee::Seat(Box::new(seat("MoU/MG"))),
        deadline: Some(Deadline::Day(date(2017, 6, 23))),
        status: Status::Pending,
        policy: None,
        origin: Some("MoU/MG Resolution 17/06".into()),
        opened: Some(date(2017, 4, 27)),
        more: Particulars {
            outcome: Some("candidate found".into()),
            link: Some("https://www.example.int/mou-mg/17-06".into()),
            topic: Some("IEC/SEG 8".into()),
            extra: BTreeMap::from([("Room".to_owned(), "H1".to_owned())]),
            ..Particulars::default()
        }
        .into(),
    }
}
