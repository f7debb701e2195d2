//! The letters: one action at each time of its life, with a title in the letter's language and one that is much
//! too long, to a reader in another zone.

use jiff::{
    Timestamp,
    civil::{Date, date},
    tz::TimeZone,
};
use rappel::{
    action::{
        Action, Addressee, After, Deadline, Follows, Kind, Language, Languages, Occasion, Pace, Particulars,
        Purpose, RecipientId, ReminderKey, Seat, Status, Step, Wishes,
    },
    compose::{
        Around, Composed, Correction, Identity, Mailbox, OtherAsked, Templates, composed,
        correction as correction_of, html_part, text_part,
    },
    directory::{Absence, Because, EscalatedTo, Reader, Recipient},
    schedule::{Choice, ClosedDay, Policy, Reminder, Unanswered},
};

/// A letter to be looked at.
pub(crate) struct Case {
    pub name: &'static str,
    pub letter: Composed,
}

/// Friday, 16 June 2017, 08:00 in Zurich.
const NOW: Timestamp = Timestamp::constant(1_497_592_800, 0);

/// All letters in a language.
pub(crate) fn all(language: Language) -> Result<Vec<Case>, Box<dyn std::error::Error + Send + Sync>> {
    let desk = Desk::new(language)?;
    let on = |day| Action { deadline: Some(Deadline::Day(day)), ..nomination(language) };
    let (before, today, late) = (on(date(2017, 6, 23)), on(date(2017, 6, 16)), on(date(2017, 5, 26)));
    let without = Action { deadline: None, ..liaison() };
    let soon = Action { deadline: Some(Deadline::Day(date(2017, 6, 17))), ..long() };
    let vacant = Action { asked_of: Addressee::Seat(Box::new(seat("IEC/SEG 8"))), ..before.clone() };
    let moved = following(language);
    let others = [without, soon, late.clone()];
    let outcome = Some("representative appointed".into());
    let more = Particulars { outcome, closed: Some(date(2017, 6, 15)), ..(*before.more).clone() }.into();
    let done = Action { status: Status::Done, more, ..before.clone() };
    let second = if language == Language::English { Language::Arabic } else { Language::English };
    let both = Languages { first: language, second: Some(second) };
    Ok(vec![
        desk.case("before", &[&before], Told::Holder)?,
        desk.case("on-the-day", &[&today], Told::Holder)?,
        desk.case("overdue", &[&late], Told::Holder)?,
        desk.case("moved", &[&moved], Told::Moved)?,
        desk.case("vacant-seat", &[&vacant], Told::Vacant)?,
        desk.case("digest", &others.iter().collect::<Vec<_>>(), Told::Holder)?,
        desk.case("long", &[&long()], Told::Holder)?,
        desk.case("welcome", &[&before], Told::New)?,
        desk.case("welcome-digest", &others.iter().collect::<Vec<_>>(), Told::New)?,
        desk.case("weekly", &[&others[0], &late], Told::Weekly)?,
        desk.case("deputy", &[&before], Told::Deputy)?,
        desk.case("unanswered", &[&late], Told::Unanswered)?,
        desk.case("unanswered-other", &[&late], Told::UnansweredElsewhere)?,
        desk.case("escalated", &[&late], Told::Escalated)?,
        desk.case("escalated-digest", &[&late, &others[0]], Told::Escalated)?,
        desk.case("closed", &[&done], Told::Closed)?,
        desk.case("closed-digest", &[&done, &others[0]], Told::Closed)?,
        desk.correction(&before)?,
        Desk { languages: both, ..desk }.case("bilingual", &[&before], Told::Holder)?,
    ])
}

/// Why somebody is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Holder,
    /// New to the seat.
    New,
    /// By one letter a week.
    Weekly,
    /// In place of somebody who is absent.
    Deputy,
    Vacant,
    Moved,
    /// Asked, and somebody else gets a copy because nobody answers.
    Unanswered,
    /// The same, and the copy is of a letter to another who is asked.
    UnansweredElsewhere,
    /// Not asked, and told because nobody answers.
    Escalated,
    Closed,
}

struct Desk {
    languages: Languages,
    identity: Identity,
    abroad: TimeZone,
    templates: Templates,
}

impl Desk {
    fn new(language: Language) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let from = Mailbox::parse("TSB <reminders@example.int>")?;
        let reply_to = Mailbox::parse("TSB <tsb@example.int>")?;
        let name = "TSB, the ITU-T secretariat".to_owned();
        Ok(Self {
            languages: language.into(),
            identity: Identity::new(name, from, reply_to, TimeZone::get("Europe/Zurich")?),
            abroad: TimeZone::get("Asia/Tokyo")?,
            templates: Templates::built_in(),
        })
    }

    fn case(
        &self,
        name: &'static str,
        actions: &[&Action],
        told: Told,
    ) -> Result<Case, Box<dyn std::error::Error + Send + Sync>> {
        let (recipient, policy) = (self.recipient(told), policy());
        let around =
            |action: &Action| Around { others: others(action), policy: Some(&policy), calendar: None };
        let reminders: Vec<_> =
            actions.iter().map(|action| reminder(action, &recipient, &policy, told)).collect();
        let letter = composed(&reminders, &recipient, &around, &self.identity, &self.templates, NOW)?;
        Ok(Case { name, letter })
    }

    fn correction(&self, action: &Action) -> Result<Case, Box<dyn std::error::Error + Send + Sync>> {
        let (recipient, policy) = (self.recipient(Told::Holder), policy());
        let around =
            |action: &Action| Around { others: others(action), policy: Some(&policy), calendar: None };
        let reminder = reminder(action, &recipient, &policy, Told::Holder);
        let text = "The deadline is 30 June, not 23 June.\nThe form that was attached is the right one.";
        let correction = Correction { text, letters: &["1@example.int".to_owned()], last: NOW };
        let letter = correction_of(correction, &reminder, &around, &self.identity, &self.templates, NOW)?;
        let (text, html) = (text_part(&letter.bytes), html_part(&letter.bytes));
        let (text, html) = (text.ok_or("no text")?, html.ok_or("no HTML")?);
        Ok(Case { name: "corrected", letter: Composed { letter, text, html, calendar: None } })
    }

    fn recipient(&self, told: Told) -> Recipient {
        let ended = Some(("Martin Euchner".to_owned(), date(2017, 5, 31)));
        let chair = Seat { body: "TSAG".to_owned(), role: "chair".to_owned(), at: None };
        let (id, name, because) = match told {
            Told::Vacant => {
                let because = Because::Vacant { seat: seat("IEC/SEG 8"), ended, speaker: None };
                (RecipientId::secretariat_of("ITU-T"), "Secretariat of ITU-T", because)
            }
            Told::Escalated => {
                let because = Because::Escalated { to: EscalatedTo::Holder(chair), is_missing: false };
                (RecipientId::person("Carla Sample"), "Carla Sample", because)
            }
            Told::Holder
            | Told::New
            | Told::Weekly
            | Told::Deputy
            | Told::Moved
            | Told::Unanswered
            | Told::UnansweredElsewhere
            | Told::Closed => {
                let because = Because::Holds(seat("MoU/MG"));
                (RecipientId::person("Olivier Dubuisson"), "Olivier Dubuisson", because)
            }
        };
        Recipient {
            id,
            name: name.to_owned(),
            email: "olivier.dubuisson@example.org".to_owned(),
            second_email: None,
            language: Some(self.languages),
            zone: (told == Told::Holder).then(|| self.abroad.clone()),
            because,
            told_as: None,
            absence: (told == Told::Deputy).then(|| Box::new(absence())),
            wishes: Wishes { pace: (told == Told::Weekly).then_some(Pace::Weekly), most_a_week: None },
        }
    }
}

fn reminder<'a>(action: &'a Action, recipient: &Recipient, policy: &'a Policy, told: Told) -> Reminder<'a> {
    let from = Deadline::Day(date(2017, 6, 12));
    let step = match told {
        Told::Moved => Step::Moved { on: date(2017, 6, 16), from },
        Told::Unanswered | Told::UnansweredElsewhere | Told::Escalated => {
            Step::Escalated { after: After::Overdue { days: 21 } }
        }
        Told::Closed => Step::Closed { on: date(2017, 6, 15) },
        Told::New => Step::Welcome { on: date(2017, 6, 16) },
        Told::Holder | Told::Weekly | Told::Deputy | Told::Vacant => Step::Before { days: 7 },
    };
    let is_unanswered = matches!(told, Told::Unanswered | Told::UnansweredElsewhere | Told::Escalated);
    let unanswered = is_unanswered.then(|| {
        let copied = if told == Told::Escalated { Vec::new() } else { vec!["Carla Sample".to_owned()] };
        Box::new(Unanswered {
            letters: 7,
            since: Some(date(2017, 4, 28)),
            asked: vec!["Olivier Dubuisson".to_owned(), "Martin Euchner".to_owned()],
            copied,
            beside: Vec::new(),
            copy_of: (told == Told::UnansweredElsewhere).then(|| "Martin Euchner".to_owned()),
            instead: false,
            template: None,
            reached: None,
        })
    });
    Reminder {
        action,
        recipient: recipient.clone(),
        key: ReminderKey {
            action: action.id(),
            recipient: recipient.id.clone(),
            deadline: action.deadline,
            step,
        },
        step_day: date(2017, 6, 16),
        shift: None,
        merged: Vec::new(),
        policy,
        choice: Choice::Default,
        also: Vec::new(),
        unanswered,
        copies: Vec::new(),
    }
}

/// Martin Euchner is away; whoever reads this stands in.
fn absence() -> Absence {
    let who = Reader {
        id: RecipientId::person("Martin Euchner"),
        name: "Martin Euchner".to_owned(),
        email: "martin.euchner@example.org".to_owned(),
    };
    Absence { who, from: Some(date(2017, 6, 12)), until: Some(date(2017, 6, 30)), is_covered: true }
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

fn seat(at: &str) -> Seat {
    Seat { body: "ITU-T".to_owned(), role: "representative".to_owned(), at: Some(at.to_owned()) }
}

fn others(action: &Action) -> Vec<OtherAsked> {
    let other = |asked_of: &str, status, outcome: Option<&str>| OtherAsked {
        asked_of: asked_of.to_owned(),
        status,
        outcome: outcome.map(str::to_owned),
    };
    match action.reference.as_str() {
        "17/06" => vec![other("ITU-R", Status::Done, Some("representative appointed"))],
        "17/03" => vec![other("ISO", Status::Open, None), other("UN/CEFACT", Status::InProgress, None)],
        _ => Vec::new(),
    }
}

/// The case of the example, its title in the letter's language.
fn nomination(language: Language) -> Action {
    let title = match language {
        Language::Arabic => {
            "\u{62a}\u{631}\u{634}\u{64a}\u{62d} \u{645}\u{645}\u{62b}\u{644} \u{644}\u{642}\u{637}\u{627}\u{639} \u{62a}\u{642}\u{64a}\u{64a}\u{633} \u{627}\u{644}\u{627}\u{62a}\u{635}\u{627}\u{644}\u{627}\u{62a} \u{644}\u{62f}\u{649} \u{627}\u{644}\u{641}\u{631}\u{64a}\u{642} IEC/SEG 8"
        }
        Language::Chinese => {
            "\u{63d0}\u{540d}\u{4e00}\u{4f4d}\u{56fd}\u{9645}\u{7535}\u{8054}\u{7535}\u{4fe1}\u{6807}\u{51c6}\u{5316}\u{90e8}\u{95e8}\u{9a7b}IEC/SEG 8\u{4ee3}\u{8868}"
        }
        Language::French => {
            "d\u{e9}signer un repr\u{e9}sentant de l\u{2019}UIT-T aupr\u{e8}s de la CEI/SEG 8"
        }
        Language::Russian => {
            "\u{43d}\u{430}\u{437}\u{43d}\u{430}\u{447}\u{438}\u{442}\u{44c} \u{43f}\u{440}\u{435}\u{434}\u{441}\u{442}\u{430}\u{432}\u{438}\u{442}\u{435}\u{43b}\u{44f} \u{41c}\u{421}\u{42d}-T \u{432} IEC/SEG 8"
        }
        Language::Spanish => "designar a un representante del UIT-T ante el IEC/SEG 8",
        Language::English => "nominate an ITU-T representative to IEC/SEG 8",
    };
    Action {
        reference: "17/06".to_owned(),
        title: title.to_owned(),
        details: Some(
            "IEC/SEG 8 (Communication Technologies and Architectures of Electrotechnical Systems) is newly \
             formed. IEC pointed out that ITU-T has received an invitation and that the nomination of an ITU-T \
             representative is still pending.\nITU-R has already appointed a representative."
                .into(),
        ),
        kind: Kind::Nomination,
        purpose: Purpose::Action,
        asked_of: Addressee::Body("ITU-T".into()),
        deadline: Some(Deadline::Day(date(2017, 6, 23))),
        status: Status::Pending,
        policy: None,
        origin: Some("MoU/MG Resolution 17/06, 38th meeting, Geneva, 26-27 April 2017".into()),
        opened: Some(date(2017, 4, 27)),
        more: Particulars {
            link: Some("https://www.example.int/en/ITU-T/mou-mg/38/Pages/resolution-17-06.aspx?lang=all".into()),
            ..Particulars::default()
        }
        .into(),
    }
}

fn liaison() -> Action {
    Action {
        reference: "17/03".to_owned(),
        title: "establish active liaisons with ISO/TC 307 (blockchain and DLT)".to_owned(),
        details: Some("ITU-T SG17 has already asked for a Category A liaison with ISO/TC 307.".into()),
        asked_of: Addressee::Seat(Box::new(seat("MoU/MG"))),
        status: Status::Open,
        origin: Some("MoU/MG Resolution 17/03".into()),
        more: Particulars::default().into(),
        ..nomination(Language::English)
    }
}

/// Everything as long as real registers have it.
fn long() -> Action {
    Action {
        reference: "TSAG-R12-AI-2017-04/Rev.2".to_owned(),
        title: "comment on the draft terms of reference of the Joint Coordination Activity on Accessibility and \
                Human Factors (JCA-AHF), taking into account the liaison statement from ISO/IEC JTC 1/SC 35/WG 6"
            .to_owned(),
        details: Some(
            "https://www.example.int/aVeryLongAddressOfThePagesOfSomeGroupWithoutAnyPlaceToBreakIt/and-more-of-it".into(),
        ),
        asked_of: Addressee::Seat(Box::new(seat("ISO/IEC JTC 1/SC 35"))),
        status: Status::InProgress,
        more: Particulars {
            outcome: Some("first draft circulated among the rapporteurs of Question 26/16".into()),
            ..(*nomination(Language::English).more).clone()
        }
        .into(),
        ..nomination(Language::English)
    }
}

/// A deadline that moved with its meeting.
fn following(language: Language) -> Action {
    let (starts, ends): (Date, Date) = (date(2017, 7, 3), date(2017, 7, 6));
    let occasion = Occasion { meeting: "TSAG-2".to_owned(), starts, ends, deadline: date(2017, 6, 23) };
    let follows =
        Follows { said: "10 days before TSAG-2".to_owned(), each: false, occasions: vec![occasion] };
    let nomination = nomination(language);
    let more = Particulars { follows: Some(Box::new(follows)), ..(*nomination.more).clone() }.into();
    Action { more, ..nomination }
}
