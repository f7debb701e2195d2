//! How long one letter takes: rendering its subject and both bodies, and putting the message
//! together. Templates are compiled once, before.
//!
//! `cargo bench --bench compose`

use divan::{Bencher, black_box};
use jiff::{Timestamp, civil::date, tz::TimeZone};
use rappel::{
    action::{
        Action, Addressee, Deadline, Kind, Pace, Particulars, Purpose, RecipientId, ReminderKey, Seat,
        Status, Step, Wishes,
    },
    compose::{Around, Entry, Identity, Mailbox, OtherAsked, Templates, letter},
    directory::{Because, Recipient},
    schedule::{Choice, ClosedDay, Policy, Reminder},
};

fn main() {
    divan::main();
}

/// Letters about so many actions, each rendered anew.
#[divan::bench(args = [1, 10, 500])]
fn letter_about(bencher: Bencher<'_, '_>, actions: usize) {
    letter_by(bencher, actions, &Templates::built_in());
}

/// A letter of a mailing, of which there was another one that differs only in names and texts.
#[divan::bench]
fn letter_of_many(bencher: Bencher<'_, '_>) {
    letter_by(bencher, 1, &Templates::built_in().for_many());
}

fn letter_by(bencher: Bencher<'_, '_>, actions: usize, templates: &Templates) {
    let (actions, recipient, policy) = (self::actions(actions), recipient(), policy());
    let reminders: Vec<_> = actions.iter().map(|action| reminder(action, &recipient, &policy)).collect();
    let (identity, now) = (identity(), Timestamp::constant(1_497_592_800, 0));
    let around = |_: &Action| Around {
        others: vec![other()],
        policy: Some(&policy),
        calendar: Some(Entry::default()),
    };
    bencher.bench(|| letter(black_box(&reminders), &recipient, &around, &identity, templates, now));
}

/// Compiling all templates, as at the start of the daemon.
#[divan::bench]
fn templates_built_in() -> Templates {
    Templates::built_in()
}

/// Trying all templates with all samples, as at the start when some are replaced.
#[divan::bench(sample_count = 10)]
fn templates_checked() -> bool {
    Templates::with(Vec::new()).is_ok()
}

fn identity() -> Identity {
    let mailbox = Mailbox { name: Some("TSB".to_owned()), address: "tsb@example.int".to_owned() };
    let zone = TimeZone::get("Europe/Zurich").unwrap_or(TimeZone::UTC);
    Identity::new("TSB, the ITU-T secretariat".to_owned(), mailbox.clone(), mailbox, zone)
}

fn policy() -> Policy {
    Policy {
        name: "default".to_owned(),
        before: vec![28, 14, 7, 3, 1],
        working_before: Vec::new(),
        closed_day: ClosedDay::Keep,
        on_the_day: true,
        overdue: Some(7),
        without_deadline: None,
        announce_closure: false,
        pace: Pace::EachSendTime,
        kinds: Vec::new(),
        escalate: Vec::new(),
    }
}

fn recipient() -> Recipient {
    Recipient {
        id: RecipientId::person("Olivier Dubuisson"),
        name: "Olivier Dubuisson".to_owned(),
        email: "olivier.dubuisson@example.org".to_owned(),
        second_email: None,
        language: None,
        zone: None,
        because: Because::Holds(Seat {
            body: "ITU-T".to_owned(),
            role: "representative".to_owned(),
            at: Some("MoU/MG".to_owned()),
        }),
        told_as: None,
        absence: None,
        wishes: Wishes::default(),
    }
}

fn other() -> OtherAsked {
    OtherAsked {
        asked_of: "ITU-R".to_owned(),
        status: Status::Done,
        outcome: Some("representative appointed".to_owned()),
    }
}

fn reminder<'a>(action: &'a Action, recipient: &Recipient, policy: &'a Policy) -> Reminder<'a> {
    Reminder {
        action,
        recipient: recipient.clone(),
        key: ReminderKey {
            action: action.id(),
            recipient: recipient.id.clone(),
            deadline: action.deadline,
            step: Step::Before { days: 7 },
        },
        step_day: date(2017, 6, 16),
        shift: None,
        merged: Vec::new(),
        policy,
        choice: Choice::Default,
        also: Vec::new(),
        unanswered: None,
        copies: Vec::new(),
    }
}

fn actions(count: usize) -> Vec<Action> {
    let action = |number| Action {
        reference: format!("17/{number:02}"),
        title: "nominate an ITU-T representative to IEC/SEG 8".into(),
        details: Some(
            "IEC/SEG 8 (Communication Technologies and Architectures of Electrotechnical Systems) is newly \
             formed. The nomination of an ITU-T representative is still pending."
                .into(),
        ),
        kind: Kind::Nomination,
        purpose: Purpose::Action,
        asked_of: Addressee::Body("ITU-T".into()),
        deadline: Some(Deadline::Day(date(2017, 6, 23))),
        status: Status::Pending,
        policy: None,
        origin: Some("MoU/MG Resolution 17/06, 38th meeting, Geneva".into()),
        opened: Some(date(2017, 4, 27)),
        more: Particulars {
            link: Some("https://www.example.int/mou-mg/38/17-06".into()),
            ..Particulars::default()
        }
        .into(),
    };
    (0..count).map(action).collect()
}
