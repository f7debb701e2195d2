//! One sample of everything that a letter can have to say, for templates to be tried with.
//!
//! The samples are made by the code that makes real letters, from a small register: what
//! templates see here is what they will see.

mod cases;

use jiff::{
    Timestamp,
    civil::{Date, date},
    tz::TimeZone,
};
use minijinja::Value;

use super::{
    Identity, Item, Mailbox, Notice, Templates,
    context::TidingsContext,
    digest, notice, reminder,
    templates::{Sort, in_templates},
    view::{self, Detail, Scene},
};
use crate::{
    action::{Action, Deadline, Language, Pace, Particulars, Place, Problem, Problems, Status},
    directory::{Because, EscalatedTo},
    letter::Letter,
    schedule::{ClosedDay, Policy},
};

#[cfg(test)]
use crate::{directory::Recipient, schedule::Reminder};

use cases::{
    Sample, action, bare, beside_others, by_name, copy_of_another, deputy, escalated, helping, hostile,
    in_ascii, marked, moved, moved_after, moved_from, sample, seat, vacant_for_a_representative, weekly,
    welcome,
};

/// What must never appear in HTML as it stands: samples carry it where a cell could.
pub(super) const CANARY: &str = "<i>canary</i>";

/// Sample letters are written on Friday, 16 June 2017, at 08:00 in Zurich.
const NOW: Timestamp = Timestamp::constant(1_497_592_800, 0);

/// Each sample: for which letter, its name, and what the templates see.
pub(super) fn all(language: Language) -> Vec<(Sort, &'static str, Value)> {
    let identity = identity();
    let scene = Scene { identity: &identity, language, now: NOW };
    let policy = policy();
    let mut samples: Vec<_> = reminders()
        .iter()
        .map(|(label, sample)| {
            let reminder = sample.reminder(&policy);
            let around = sample.around(&policy);
            let context = reminder::context(&reminder, around, &reminder.recipient, scene);
            (reminder::sort(&reminder), *label, in_templates(&context))
        })
        .collect();
    samples.extend(digests(scene, &policy));
    samples.extend(tidings(scene, &policy));
    samples.extend(notices(scene));
    samples
}

/// Letters in these words from this secretariat, about a made-up action: what its letters have in common. In one the
/// register says nothing but in ASCII, in the other it does not: their lines are not encoded alike.
pub(super) fn specimens(identity: &Identity, templates: &Templates) -> Vec<Letter> {
    let policy = policy();
    let letter = |sample: Sample| {
        let reminder = sample.reminder(&policy);
        let around = |_: &Action| sample.around(&policy);
        super::letter(std::slice::from_ref(&reminder), &reminder.recipient, &around, identity, templates, NOW)
            .ok()
    };
    [in_ascii(), sample()].into_iter().filter_map(letter).collect()
}

/// The letter of each sample that is told alone, in `language`, as `change` changes what it tells of and to whom.
#[cfg(test)]
pub(super) fn letters(
    language: Language,
    templates: &Templates,
    change: &dyn Fn(&mut Action, &mut Recipient),
) -> Vec<(&'static str, Letter)> {
    let (identity, policy) = (identity(), policy());
    let letter = |(label, mut sample): (&'static str, Sample)| {
        let around = sample.around(&policy);
        let mut recipient = sample.reminder(&policy).recipient;
        recipient.language = Some(language.into());
        change(&mut sample.action, &mut recipient);
        let reminder = Reminder { recipient: recipient.clone(), ..sample.reminder(&policy) };
        let letter =
            super::letter(&[reminder], &recipient, &|_| around.clone(), &identity, templates, NOW).unwrap();
        (label, letter)
    };
    reminders().into_iter().map(letter).collect()
}

fn reminders() -> Vec<(&'static str, Sample)> {
    let day = |day: Date| Some(Deadline::Day(day));
    let at = |seconds: i64| Some(Deadline::Instant(Timestamp::constant(seconds, 0)));
    let with = |label, deadline| (label, Sample { action: Action { deadline, ..action() }, ..sample() });
    let because = |label, because| (label, Sample { because, is_person: false, ..sample() });
    let seat = || seat("IEC/SEG 8");
    let body = || "ITU-T".to_owned();
    vec![
        with("7 days before", day(date(2017, 6, 23))),
        with("the day before", day(date(2017, 6, 17))),
        with("today", day(date(2017, 6, 16))),
        with("later today", at(1_497_625_200)),
        with("earlier today", at(1_497_589_200)),
        with("1 day overdue", day(date(2017, 6, 15))),
        with("5 days overdue", day(date(2017, 6, 11))),
        with("no deadline", None),
        ("nothing but a title", bare()),
        ("asked by name", by_name()),
        because("secretariat", Because::SecretariatOf { body: body(), through: None }),
        because(
            "secretariat above",
            Because::SecretariatOf { body: "SG17".to_owned(), through: Some(body()) },
        ),
        because("vacant seat", Because::Vacant { seat: seat(), ended: None, speaker: None }),
        because(
            "term ended",
            Because::Vacant {
                seat: seat(),
                ended: Some(("Paul Sample".to_owned(), date(2017, 5, 31))),
                speaker: None,
            },
        ),
        ("vacant seat, to a representative", vacant_for_a_representative()),
        because("handed over", Because::HandedOver),
        because("nobody else", Because::NobodyElse { asked_of: "UN/CEFACT".to_owned() }),
        ("asked to help", helping()),
        ("markup in cells", hostile()),
        ("moved", Sample { step: Some(moved_from(date(2017, 6, 16))), ..sample() }),
        ("welcome", welcome(Some(Deadline::Day(date(2017, 6, 23))))),
        ("welcome, no deadline", welcome(None)),
        ("escalated, in copy", escalated(1, None)),
        ("escalated, in copy, after several letters", escalated(3, None)),
        ("escalated, in copy of the letter to another", copy_of_another()),
        ("escalated, with a copy, beside others", beside_others()),
        ("moved after it was escalated", moved_after(EscalatedTo::Holder(seat()))),
        ("moved after it was escalated to a person", moved_after(EscalatedTo::Person(marked("Paul Sample")))),
        ("once a week", Sample { wishes: weekly(), ..sample() }),
        ("escalated to a role", escalated(3, Some((EscalatedTo::Holder(seat()), false)))),
        ("escalated to a deputy", escalated(1, Some((EscalatedTo::DeputyOf(marked("Paul Sample")), false)))),
        ("escalated to a body", escalated(2, Some((EscalatedTo::SecretariatOf(marked("ITU-R")), false)))),
        ("escalated to a person", escalated(2, Some((EscalatedTo::Person(marked("Paul Sample")), false)))),
        ("escalated to nobody", escalated(2, Some((EscalatedTo::ChairOf(marked("SG17")), true)))),
        ("to a deputy", deputy(Some(date(2017, 6, 30)), sample())),
        ("to a deputy, asked by name, no end of the absence", deputy(None, bare())),
        ("moved with a meeting", moved(date(2017, 6, 30))),
        ("moved with a meeting of one day", moved(date(2017, 6, 27))),
    ]
}

fn digests(scene: Scene<'_>, policy: &Policy) -> Vec<(Sort, &'static str, Value)> {
    let all = reminders();
    let some = |labels: &[&str]| -> Vec<_> {
        let named = all.iter().filter(|(label, _)| labels.is_empty() || labels.contains(label));
        named.map(|(_, sample)| sample).collect()
    };
    let cases = [
        ("all sorts", some(&[])),
        ("all overdue", some(&["1 day overdue", "5 days overdue"])),
        ("none with a deadline", some(&["no deadline", "nothing but a title"])),
        ("all new to one who is new", some(&["welcome", "welcome, no deadline"])),
        ("all escalated", some(&["escalated, in copy", "escalated to a role"])),
        ("all to come", some(&["7 days before", "the day before"])),
        ("some today", some(&["today", "later today", "no deadline"])),
        ("very many", some(&[]).into_iter().cycle().take(31).collect()),
    ];
    let digest = |(label, samples): (&'static str, Vec<&Sample>)| {
        let reminders: Vec<_> = samples.iter().map(|sample| sample.reminder(policy)).collect();
        let around = |action: &Action| {
            samples
                .iter()
                .find(|sample| sample.action == *action)
                .map(|s| s.around(policy))
                .unwrap_or_default()
        };
        let sorted = digest::by_urgency(&reminders, scene.identity);
        let recipient = &reminders[0].recipient;
        let context = digest::context(&sorted, &around, recipient, scene);
        (Sort::Digest, label, in_templates(&context))
    };
    cases.into_iter().map(digest).collect()
}

fn tidings(scene: Scene<'_>, policy: &Policy) -> Vec<(Sort, &'static str, Value)> {
    let done = Action {
        status: Status::Done,
        more: Particulars { outcome: Some("appointed".into()), ..(*action().more).clone() }.into(),
        ..action()
    };
    let all = [Sample { action: done, ..sample() }, bare(), hostile()];
    let reminders: Vec<_> = all.iter().map(|sample| sample.reminder(policy)).collect();
    let around = |_: &Action| all[0].around(policy);
    let context = |count: usize| {
        let some: Vec<_> = reminders.iter().take(count).collect();
        super::tidings::context(&some, &around, &reminders[0].recipient, scene, Detail::FULL)
    };
    let text = Some(format!("30.06.2017\n{CANARY}").into());
    let correction = TidingsContext { text, last: Some(view::day(NOW, scene)), ..context(1) };
    vec![
        (Sort::Closed, "one action", in_templates(&context(1))),
        (Sort::Closed, "several actions", in_templates(&context(3))),
        (Sort::Correction, "a correction", in_templates(&correction)),
    ]
}

fn notices(scene: Scene<'_>) -> Vec<(Sort, &'static str, Value)> {
    let identity = scene.identity;
    let place = |spot: &str| Place {
        file: "actions.xlsx".into(),
        sheet: Some("Actions".into()),
        line: None,
        spot: Some(spot.into()),
    };
    let problem = |count: usize| {
        let error = Problem::error(place("cell F7"), format!("\"31/02/2018\" is not a date. {CANARY}"));
        let warning = Problem::warning(place("cell B2"), "The title is very long.");
        let note = Problem::note(place("cell H1"), "The column Room is not known; templates can use it.");
        Problems([error, warning, note].into_iter().cycle().take(count).collect())
    };
    let items = |count: usize| Notice {
        sort: "sample".to_owned(),
        about: String::new(),
        subject: format!("2 letters could not be delivered {CANARY}"),
        lead: "Two letters were refused.".to_owned(),
        items: vec![
            Item { title: format!("17/06 {CANARY}"), text: "550 5.1.1 no such user".to_owned() };
            count
        ],
        advice: vec!["Correct the addresses in the sheet Representatives.".to_owned(); count.min(2)],
    };
    let problems = |count| {
        in_templates(&notice::problems_context(&problem(count), "the register actions.xlsx", identity))
    };
    let notices = |count| in_templates(&notice::notice_context(&items(count), identity));
    let test = |name: Option<&str>| {
        let to = Mailbox { name: name.map(str::to_owned), address: "paul.sample@example.org".to_owned() };
        in_templates(&notice::test_context(&to, scene))
    };
    vec![
        (Sort::Problems, "one problem", problems(1)),
        (Sort::Problems, "several problems", problems(3)),
        (Sort::Problems, "very many problems", problems(250)),
        (Sort::Notice, "no items", notices(0)),
        (Sort::Notice, "some items", notices(2)),
        (Sort::Notice, "very many items", notices(250)),
        (Sort::Test, "with a name", test(Some("Paul Sample"))),
        (Sort::Test, "without a name", test(None)),
    ]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_specimen_for_each_way_in_which_letters_are_encoded() {
        let specimens = specimens(&identity(), &Templates::built_in());
        let is_quoted = |letter: &Letter| {
            let text = String::from_utf8(letter.bytes.clone()).unwrap();
            text.contains("text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n")
        };
        assert_eq!(specimens.iter().map(is_quoted).collect::<Vec<_>>(), [false, true]);
    }
}
