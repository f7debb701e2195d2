//! The case that the letters are about, and what is true of every letter.

use std::fmt::Write as _;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, date},
    tz::TimeZone,
};
use mail_parser::{MessageParser, MimeHeaders};
use rappel::{
    action::{
        Action, Addressee, Deadline, Follows, Kind, Occasion, Pace, Particulars, Purpose, RecipientId,
        ReminderKey, Seat, Status, Step, Wishes,
    },
    compose::{Around, ComposeError, Entry, Identity, Mailbox, OtherAsked, Templates, calendar_part, letter},
    directory::{Because, Recipient},
    letter::{Letter, LetterKind},
    schedule::{Choice, ClosedDay, Policy, Reminder},
};

/// Friday, 16 June 2017, 08:00 in Zurich: a week before the deadline of 17/06.
pub(crate) fn now() -> Timestamp {
    "2017-06-16T06:00:00Z".parse().unwrap()
}

pub(crate) fn identity() -> Identity {
    Identity::new(
        "TSB, the ITU-T secretariat".to_owned(),
        Mailbox::parse("TSB <reminders@example.int>").unwrap(),
        Mailbox::parse("TSB <tsb@example.int>").unwrap(),
        TimeZone::get("Europe/Zurich").unwrap(),
    )
}

pub(crate) fn policy() -> Policy {
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

pub(crate) fn mou_mg() -> Seat {
    Seat { body: "ITU-T".to_owned(), role: "representative".to_owned(), at: Some("MoU/MG".to_owned()) }
}

pub(crate) fn nomination() -> Action {
    Action { reference: "17/06".to_owned(), title: "nominate an ITU-T representative to IEC/SEG 8".to_owned(), details: Some(
            "IEC/SEG 8 (Communication Technologies and Architectures of Electrotechnical Systems) is newly \
             formed. IEC pointed out that ITU-T has received an invitation and that the nomination of an ITU-T \
             representative is still pending.\nITU-R has already appointed a representative."
                .into(),
        ), kind: Kind::Nomination, purpose: Purpose::Action, asked_of: Addressee::Body("ITU-T".into()), deadline: Some(Deadline::Day(date(2017, 6, 23))), status: Status::Pending, policy: None, origin: Some("MoU/MG Resolution 17/06, 38th meeting, Geneva, 26-27 April 2017".into()), opened: Some(date(2017, 4, 27)), more: Particulars { link: Some("https://www.example.int/mou-mg/38/17-06".into()), ..Particulars::default() }.into() }
}

pub(crate) fn liaison() -> Action {
    Action {
        reference: "17/03".to_owned(),
        title: "establish active liaisons with ISO/TC 307 (blockchain and DLT)".to_owned(),
        details: Some("ITU-T SG17 has already asked for a Category A liaison with ISO/TC 307.".into()),
        kind: Kind::LiaisonReply,
        asked_of: Addressee::Seat(Box::new(mou_mg())),
        deadline: None,
        status: Status::Open,
        origin: Some("MoU/MG Resolution 17/03".into()),
        more: Particulars { follows: None, link: None, ..(*nomination().more).clone() }.into(),
        ..nomination()
    }
}

pub(crate) fn dubuisson() -> Recipient {
    Recipient {
        id: RecipientId::person("Olivier Dubuisson"),
        name: "Olivier Dubuisson".to_owned(),
        email: "olivier.dubuisson@example.org".to_owned(),
        second_email: None,
        language: None,
        zone: None,
        because: Because::Holds(mou_mg()),
        told_as: None,
        absence: None,
        wishes: Wishes::default(),
    }
}

pub(crate) fn secretariat(because: Because) -> Recipient {
    Recipient {
        id: RecipientId::secretariat_of("ITU-T"),
        name: "Secretariat of ITU-T".to_owned(),
        email: "itu-t@example.int".to_owned(),
        because,
        ..dubuisson()
    }
}

pub(crate) fn reminder<'a>(action: &'a Action, recipient: &Recipient, policy: &'a Policy) -> Reminder<'a> {
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

/// That the deadline of an action moved from the day `from`, after its recipient was reminded of that.
pub(crate) fn compose_moved(
    actions: &[Action],
    from: Date,
    recipient: &Recipient,
    policy: &Policy,
) -> Letter {
    let around = |action: &Action| Around {
        others: others(action),
        policy: Some(policy),
        calendar: Some(Entry::default()),
    };
    let on = date(2017, 6, 16);
    let step = Step::Moved { on, from: Deadline::Day(from) };
    let moved = |action| {
        let reminder = reminder(action, recipient, policy);
        Reminder { key: ReminderKey { step, ..reminder.key }, ..reminder }
    };
    let reminders: Vec<_> = actions.iter().map(moved).collect();
    letter(&reminders, recipient, &around, &identity(), &Templates::built_in(), now()).unwrap()
}

/// A deadline that follows a meeting of these days.
pub(crate) fn follows_tsag(starts: Date, ends: Date) -> Action {
    let Some(Deadline::Day(deadline)) = nomination().deadline else { unreachable!() };
    let occasion = Occasion { meeting: "TSAG-2".to_owned(), starts, ends, deadline };
    let follows =
        Follows { said: "10 days before TSAG-2".to_owned(), each: false, occasions: vec![occasion] };
    Action {
        more: Particulars { follows: Some(Box::new(follows)), ..(*nomination().more).clone() }.into(),
        ..nomination()
    }
}

pub(crate) fn others(action: &Action) -> Vec<OtherAsked> {
    let itu_r = OtherAsked {
        asked_of: "ITU-R".to_owned(),
        status: Status::Done,
        outcome: Some("representative appointed".to_owned()),
    };
    if action.reference == "17/06" { vec![itu_r] } else { Vec::new() }
}

pub(crate) fn compose_at(
    actions: &[Action],
    recipient: &Recipient,
    now: Timestamp,
) -> Result<Letter, ComposeError> {
    let policy = policy();
    let around = |action: &Action| Around {
        others: others(action),
        policy: Some(&policy),
        calendar: Some(Entry::default()),
    };
    let reminders: Vec<_> = actions.iter().map(|action| reminder(action, recipient, &policy)).collect();
    letter(&reminders, recipient, &around, &identity(), &Templates::built_in(), now)
}

pub(crate) fn compose(actions: &[Action], recipient: &Recipient) -> Letter {
    compose_at(actions, recipient, now()).unwrap()
}

/// The header block as it is on the wire, then each part decoded.
pub(crate) fn readable(letter: &Letter) -> String {
    let text = String::from_utf8(letter.bytes.clone()).unwrap();
    let (headers, _) = text.split_once("\r\n\r\n").unwrap();
    let mut out = format!("{}\n", headers.replace("\r\n", "\n"));
    let message = MessageParser::new().parse(&letter.bytes).unwrap();
    for part in message.parts.iter().filter(|part| !part.is_multipart()) {
        let kind = part.content_type().unwrap();
        let body = part.text_contents().unwrap().replace("\r\n", "\n");
        let _ = write!(out, "\n===== {}/{} =====\n\n{body}", kind.ctype(), kind.subtype().unwrap());
    }
    out
}

/// What every letter is, whatever it says: read back by a parser that is not ours.
pub(crate) fn check_message(letter: &Letter) {
    let raw = &letter.bytes;
    assert!(raw.is_ascii() && raw.ends_with(b"\r\n"), "seven bits, whole lines");
    for line in String::from_utf8_lossy(raw).split_inclusive("\r\n") {
        assert!(
            line.ends_with("\r\n") && !line.trim_end_matches("\r\n").contains(['\r', '\n', '\0']),
            "{line:?}"
        );
        assert!(line.len() <= 1_000, "{}", line.len());
    }
    let message = MessageParser::new().parse(raw).unwrap();
    let names: Vec<_> = message.headers().iter().map(|header| header.name.as_str().to_owned()).collect();
    let mut expected = vec!["Date", "From", "To", "Reply-To", "Subject", "Message-ID"];
    match letter.kind {
        LetterKind::Reminder => expected.extend(["In-Reply-To", "References"]),
        LetterKind::Digest | LetterKind::Closure | LetterKind::Correction => {
            let is_single = message.header("In-Reply-To").is_some();
            expected.extend(is_single.then_some("In-Reply-To"));
            expected.push("References");
        }
        LetterKind::Notice | LetterKind::Test => {}
    }
    expected.extend([
        "Auto-Submitted",
        "Precedence",
        "X-Auto-Response-Suppress",
        "MIME-Version",
        "Content-Language",
        "Content-Type",
    ]);
    assert_eq!(names, expected);
    assert_eq!(message.subject(), Some(letter.subject.as_str()));
    assert_eq!(message.message_id(), Some(letter.message_id.as_str()));
    assert_eq!(letter.message_id, format!("{}@example.int", letter.key));
    let addresses = |list: Option<&mail_parser::Address<'_>>| -> Vec<String> {
        list.unwrap().iter().map(|one| one.address().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(addresses(message.from()), ["reminders@example.int"]);
    assert_eq!(addresses(message.reply_to()), ["tsb@example.int"]);
    assert_eq!(addresses(message.to()), [letter.envelope.to.as_str()]);
    assert_eq!(letter.envelope.from, "reminders@example.int");
    let kinds: Vec<_> = message.parts.iter().map(|part| part.content_type().unwrap()).collect();
    let kinds: Vec<_> = kinds.iter().map(|kind| kind.subtype().unwrap()).collect();
    match calendar_part(raw) {
        None => assert_eq!(kinds, ["alternative", "plain", "html"]),
        Some(calendar) => {
            assert_eq!(kinds, ["mixed", "alternative", "plain", "html", "calendar"]);
            check_calendar(&calendar);
        }
    }
    assert_eq!((message.text_body_count(), message.html_body_count()), (1, 1));
    assert!(message.body_html(0).unwrap().trim_end().ends_with("</html>"));
}

/// What every calendar part is, whatever a cell says: one line for each property, each of which is ours.
fn check_calendar(calendar: &str) {
    let whole = calendar.replace("\n ", "");
    let events = whole.matches("\nBEGIN:VEVENT\n").count();
    assert!(events > 0 && whole.ends_with("\nEND:VEVENT\nEND:VCALENDAR\n"), "{calendar}");
    for name in
        ["UID:", "DTSTAMP:", "SEQUENCE:", "STATUS:", "ORGANIZER;CN=\"", "DTSTART", "DTEND", "SUMMARY:"]
    {
        let found =
            whole.split("BEGIN:VEVENT").skip(1).flat_map(str::lines).filter(|line| line.starts_with(name));
        assert_eq!(found.count(), events, "{name} in {calendar}");
    }
    for line in calendar.lines() {
        assert!(line.len() <= 75 && !line.contains(char::is_control), "{line:?}");
    }
    for line in whole.lines() {
        let name = line.split([':', ';']).next().unwrap();
        assert!(name.bytes().all(|byte| byte.is_ascii_uppercase()), "{line}");
        assert!(!matches!(name, "ATTENDEE" | "ATTACH" | "X-ALT-DESC"), "{line}");
    }
}

pub(crate) fn text_of(letter: &Letter) -> String {
    let message = MessageParser::new().parse(&letter.bytes).unwrap();
    message.body_text(0).unwrap().replace("\r\n", "\n")
}

pub(crate) fn html_of(letter: &Letter) -> String {
    MessageParser::new().parse(&letter.bytes).unwrap().body_html(0).unwrap().into_owned()
}

pub(crate) fn in_days(days: i64) -> Deadline {
    Deadline::Day(date(2017, 6, 16).checked_add(days.days()).unwrap())
}
