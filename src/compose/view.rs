//! From the domain to what templates see: cleaned, bounded, and worded by `now`.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use minijinja::{
    Value,
    value::{Enumerator, Object},
};

use super::{
    Around, Identity, OtherAsked, clean,
    context::{
        AbsentView, ActionView, AskedView, BecauseView, DayView, EscalatedView, LinkView, MeetingView,
        MovedView, OtherView, PolicyView, RecipientView, ScriptView, SeatView, SecretariatView,
    },
    speech::Speech,
    templates::Phrases,
    when,
};
use crate::{
    action::{Action, Addressee, Language, Occasion, Pace, Seat, Step, fold},
    directory::{Because, EscalatedTo, Recipient},
    schedule::{Reminder, Unanswered},
};

/// Characters of a one-line text: more is no title, and would make a letter unreadable.
pub(crate) const LINE: usize = 300;
/// Characters of a name in a header or a sentence.
pub(crate) const NAME: usize = 120;
/// Characters of a reference.
pub(crate) const REFERENCE: usize = 60;
/// Characters of a link; a longer one is shown, cut, and does not become a link.
const LINK: usize = 1_000;
/// How many others are named.
const OTHERS: usize = 20;

/// By whom, in which language and when something is said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub identity: &'a Identity,
    pub language: Language,
    pub now: Timestamp,
}

/// How much of the details is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Detail(pub usize);

impl Detail {
    /// In a letter about one action.
    pub(crate) const FULL: Self = Self(4_000);
    /// In a digest.
    pub(crate) const SHORT: Self = Self(600);
    /// In a digest of very many.
    pub(crate) const NONE: Self = Self(0);
}

pub(crate) fn secretariat(identity: &Identity) -> SecretariatView<'_> {
    SecretariatView { name: bounded(&identity.name, NAME), address: &identity.reply_to.address }
}

pub(crate) fn recipient(recipient: &Recipient) -> RecipientView<'_> {
    RecipientView {
        name: bounded(&recipient.name, NAME),
        address: Cow::Borrowed(&recipient.email),
        is_person: recipient.id.as_str().starts_with("person:"),
    }
}

/// The absence during which the recipient of these reminders stands in, if that is so for one of them.
pub(crate) fn absent<'a>(
    mut reminders: impl Iterator<Item = &'a Reminder<'a>>,
    scene: Scene<'_>,
) -> Option<AbsentView<'a>> {
    let absence = reminders.find_map(|reminder| reminder.recipient.stands_in())?;
    let until = absence.until.map(|day| Speech::of(scene.language).day(day).short);
    Some(AbsentView { name: bounded(&absence.who.name, NAME), until })
}

/// The way in which a language is written.
pub(crate) fn script(language: Language) -> ScriptView {
    if language.is_right_to_left() {
        ScriptView { direction: "rtl", start: "right", end: "left" }
    } else {
        ScriptView { direction: "ltr", start: "left", end: "right" }
    }
}

/// The day on which a letter is written.
pub(crate) fn today(scene: Scene<'_>) -> DayView {
    day(scene.now, scene)
}

/// The day of an instant, in the secretariat's zone.
pub(crate) fn day(at: Timestamp, scene: Scene<'_>) -> DayView {
    Speech::of(scene.language).day(scene.identity.zone.to_datetime(at).date())
}

/// The action of a reminder, with what surrounds it.
pub(crate) fn action<'a>(
    reminder: &'a Reminder<'_>,
    around: Around<'a>,
    scene: Scene<'_>,
    detail: Detail,
) -> ActionView<'a> {
    let Scene { identity, language, now } = scene;
    let theirs = reminder.recipient.zone.as_ref();
    let action = reminder.action;
    let title = bounded(&action.title, LINE);
    let others_left_out = around.others.len().saturating_sub(OTHERS);
    ActionView {
        reference: bounded(&action.reference, REFERENCE),
        short_title: title.clone(),
        title,
        details: details(action, detail),
        kind: action.kind,
        status: action.status,
        asked_of: asked(&action.asked_of),
        deadline: reminder
            .key
            .deadline
            .map(|deadline| when::deadline(deadline, now, &identity.zone, theirs, language)),
        moved: moved(reminder, scene),
        welcome: matches!(reminder.key.step, Step::Welcome { .. })
            && reminder.recipient.stands_in().is_none(),
        escalated: reminder.unanswered.as_deref().map(|unanswered| escalated(unanswered, language)),
        outcome: optional(action.more.outcome.as_deref()),
        origin: optional(action.origin.as_deref()),
        opened: action.opened.map(|day| Speech::of(language).day(day)),
        link: action.more.link.as_deref().and_then(link),
        topic: optional(action.more.topic.as_deref()),
        helping: action.more.also_to.iter().take(OTHERS).map(asked).collect(),
        others: around.others.into_iter().take(OTHERS).map(other).collect(),
        others_left_out,
        because: because(&reminder.recipient, action, language),
        policy: around.policy.map(|_| policy(reminder)),
        extra: Value::from_object(Extra::new(&action.more.extra)),
        say: Phrases::none_yet(),
    }
}

/// That the deadline moved, when that is what the reminder tells.
fn moved<'a>(reminder: &Reminder<'a>, scene: Scene<'_>) -> Option<MovedView<'a>> {
    let Step::Moved { from, .. } = reminder.key.step else { return None };
    let action: &'a Action = reminder.action;
    let (zone, speech) = (&scene.identity.zone, Speech::of(scene.language));
    let day = reminder.key.deadline.map(|deadline| deadline.day(zone));
    let meeting = action.more.follows.as_deref().and_then(|follows| {
        let of_day = |one: &&Occasion| Some(one.deadline) == day;
        let Occasion { meeting, starts, ends, .. } = follows.occasions.iter().find(of_day)?;
        Some(MeetingView {
            name: bounded(meeting, NAME),
            said: bounded(&follows.said, NAME),
            starts: speech.day(*starts),
            ends: speech.day(*ends),
        })
    });
    Some(MovedView { from: speech.day(from.day(zone)), meeting })
}

/// That nobody has answered.
fn escalated(unanswered: &Unanswered, language: Language) -> EscalatedView<'_> {
    let Unanswered { letters, since, asked, copied, copy_of, beside, instead, template, reached: _ } =
        unanswered;
    EscalatedView {
        letters: *letters,
        since: since.map(|day| Speech::of(language).day(day)),
        asked: asked.iter().take(OTHERS).map(|name| bounded(name, NAME)).collect(),
        copied: copied.iter().take(OTHERS).map(|name| bounded(name, NAME)).collect(),
        copy_of: copy_of.as_deref().map(|name| bounded(name, NAME)),
        beside: beside.iter().take(OTHERS).map(|name| bounded(name, NAME)).collect(),
        instead: *instead,
        template: template.as_deref().map(|name| bounded(name, NAME)),
    }
}

/// One clean line of at most `limit` characters.
pub(crate) fn bounded(text: &str, limit: usize) -> Cow<'_, str> {
    match clean::line(text) {
        Cow::Borrowed(text) => clean::cut(text, limit),
        Cow::Owned(text) => Cow::Owned(clean::cut(&text, limit).into_owned()),
    }
}

/// Clean lines of at most `limit` characters together.
pub(crate) fn bounded_lines(text: &str, limit: usize) -> Cow<'_, str> {
    match clean::lines(text) {
        Cow::Borrowed(text) => clean::cut(text, limit),
        Cow::Owned(text) => Cow::Owned(clean::cut(&text, limit).into_owned()),
    }
}

fn optional(text: Option<&str>) -> Option<Cow<'_, str>> {
    text.map(|text| bounded(text, LINE)).filter(|text| !text.is_empty())
}

fn details(action: &Action, Detail(limit): Detail) -> Option<Cow<'_, str>> {
    let text = action.details.as_deref().filter(|_| limit > 0)?;
    Some(bounded_lines(text, limit)).filter(|text| !text.is_empty())
}

fn asked(addressee: &Addressee) -> AskedView<'_> {
    match addressee {
        Addressee::Person(name) => AskedView { name: bounded(name, NAME), kind: "person", parts: None },
        Addressee::Body(name) => AskedView { name: bounded(name, NAME), kind: "body", parts: None },
        Addressee::Seat(seat) => {
            AskedView { name: owned(&seat.to_string()), kind: "seat", parts: Some(parts(seat)) }
        }
    }
}

fn parts(seat: &Seat) -> SeatView<'_> {
    SeatView {
        role: bounded(&seat.role, NAME),
        body: bounded(&seat.body, NAME),
        at: seat.at.as_deref().map(|at| bounded(at, NAME)),
    }
}

fn owned<'a>(text: &str) -> Cow<'a, str> {
    Cow::Owned(bounded(text, NAME).into_owned())
}

fn other<'a>(OtherAsked { asked_of, status, outcome }: OtherAsked) -> OtherView<'a> {
    let outcome = optional(outcome.as_deref()).map(|text| Cow::Owned(text.into_owned()));
    OtherView { name: owned(&asked_of), status, outcome }
}

fn policy<'a>(reminder: &Reminder<'a>) -> PolicyView<'a> {
    let policy = reminder.policy;
    PolicyView {
        name: bounded(&policy.name, NAME),
        before: &policy.before,
        working_before: &policy.working_before,
        on_the_day: policy.on_the_day,
        overdue: policy.overdue,
        without_deadline: policy.without_deadline.is_some(),
        weekly: reminder.recipient.wishes.pace.unwrap_or(policy.pace) == Pace::Weekly,
    }
}

/// Only http and https become links, and what begins with "www.", as people type it; anything else (javascript:, data:,
/// file:, a path) is shown as the text that it is.
pub(crate) fn link(text: &str) -> Option<LinkView<'_>> {
    let text = clean::line(text);
    if text.is_empty() {
        return None;
    }
    let whole = text.len() <= LINK;
    let address = match text.get(..4) {
        Some(www) if www.eq_ignore_ascii_case("www.") => Cow::Owned(format!("https://{text}")),
        _ => text.clone(),
    };
    let href = (whole && is_web(&address)).then_some(address);
    let text = if whole { text } else { Cow::Owned(clean::cut(&text, LINE).into_owned()) };
    Some(LinkView { text, href })
}

fn is_web(text: &str) -> bool {
    let after_scheme = ["https://", "http://"].into_iter().find_map(|scheme| {
        let start = text.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    });
    after_scheme.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_alphanumeric() || c == '[')
            && !rest.contains(|c: char| {
                c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\' | '`' | '{' | '}')
            })
    })
}

fn because<'a>(recipient: &'a Recipient, action: &Action, language: Language) -> BecauseView<'a> {
    let mut view = BecauseView {
        kind: "named",
        seat: None,
        parts: None,
        body: None,
        through: None,
        last_holder: None,
        ended: None,
        speaker: None,
        speaker_parts: None,
        deputy_of: None,
        missing: false,
        asked_of: None,
        helping: is_helping(recipient, action),
        instead_of: recipient.stands_in().map(|absence| bounded(&absence.who.name, NAME)),
    };
    match &recipient.because {
        Because::Named => {}
        Because::HandedOver => view.kind = "handed",
        Because::Holds(seat) => {
            view.kind = "holds";
            view.seat = Some(owned(&seat.to_string()));
            view.parts = Some(parts(seat));
        }
        Because::SecretariatOf { body, through } => {
            view.kind = "secretariat";
            view.body = Some(bounded(body, NAME));
            view.through = through.as_deref().map(|through| bounded(through, NAME));
        }
        Because::Vacant { seat, ended, speaker } => {
            view.kind = "vacant";
            view.seat = Some(owned(&seat.to_string()));
            view.parts = Some(parts(seat));
            view.body = Some(bounded(&seat.body, NAME));
            view.last_holder = ended.as_ref().map(|(name, _)| bounded(name, NAME));
            view.ended = ended.as_ref().map(|(_, until)| Speech::of(language).day(*until).short);
            view.speaker = speaker.as_ref().map(|seat| owned(&seat.to_string()));
            view.speaker_parts = speaker.as_ref().map(parts);
        }
        Because::Escalated { to, is_missing } => {
            view.kind = "escalated";
            view.missing = *is_missing;
            as_escalated(&mut view, to);
        }
        Because::NobodyElse { asked_of } => {
            view.kind = "nobody";
            view.asked_of = Some(bounded(asked_of, NAME));
        }
    }
    view
}

/// As what somebody is told of what others do not answer.
fn as_escalated<'a>(view: &mut BecauseView<'a>, to: &'a EscalatedTo) {
    match to {
        EscalatedTo::Holder(seat) => {
            view.seat = Some(owned(&seat.to_string()));
            view.parts = Some(parts(seat));
        }
        EscalatedTo::ChairOf(body) => {
            view.seat = Some(owned(&to.to_string()));
            view.parts = Some(SeatView { role: Cow::Borrowed("chair"), body: bounded(body, NAME), at: None });
        }
        EscalatedTo::SecretariatOf(body) => view.body = Some(bounded(body, NAME)),
        EscalatedTo::DeputyOf(name) => view.deputy_of = Some(bounded(name, NAME)),
        EscalatedTo::Person(_) | EscalatedTo::OwnSecretariat => {}
    }
}

/// Whether the recipient was found through the column Also to.
fn is_helping(recipient: &Recipient, action: &Action) -> bool {
    let name = recipient.stands_in().map_or(&recipient.name, |absence| &absence.who.name);
    let found_through = |addressee: &Addressee| match (&recipient.because, addressee) {
        (Because::Named, Addressee::Person(named)) => fold(named) == fold(name),
        (Because::Holds(seat) | Because::Vacant { seat, .. }, Addressee::Seat(asked)) => *seat == **asked,
        (Because::SecretariatOf { body, .. }, Addressee::Body(asked)) => **body == **asked,
        (Because::NobodyElse { asked_of }, addressee) => *asked_of == addressee.to_string(),
        _ => false,
    };
    !found_through(&action.asked_of) && action.more.also_to.iter().any(found_through)
}

/// Columns that rappel does not know. One that is not there is an empty text.
#[derive(Debug)]
struct Extra(BTreeMap<String, String>);

impl Extra {
    fn new(columns: &BTreeMap<String, String>) -> Self {
        let clean = |(header, text): (&String, &String)| {
            (clean::line(header).into_owned(), bounded_lines(text, Detail::SHORT.0).into_owned())
        };
        Self(columns.iter().map(clean).collect())
    }
}

impl Object for Extra {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        let text = self.0.get(key).or_else(|| {
            let wanted = fold(key);
            self.0.iter().find(|(header, _)| fold(header) == wanted).map(|(_, text)| text)
        });
        Some(Value::from(text.map_or("", String::as_str)))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.keys().map(|header| Value::from(header.as_str())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_become_links() {
        for text in ["https://example.int/a?b=c#d", "HTTP://example.int", "https://[2001:db8::1]/"] {
            assert_eq!(link(text).unwrap().href.as_deref(), Some(text));
        }
        let typed = link("www.example.int/td/12").unwrap();
        assert_eq!(
            (&*typed.text, typed.href.as_deref()),
            ("www.example.int/td/12", Some("https://www.example.int/td/12"))
        );
        for text in [
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "//example.int",
            "https:// example.int",
            "https://\"onclick=x",
            "https://",
            "see https://example.int",
            "mailto:a@example.int",
            "\\\\server\\share",
        ] {
            let view = link(text).unwrap();
            assert_eq!(view.href, None, "{text}");
            assert_eq!(view.text, clean::line(text));
        }
        assert!(link(" \r\n").is_none());
        assert!(link(&format!("https://example.int/{}", "a".repeat(LINK))).unwrap().href.is_none());
    }

    #[test]
    fn an_extra_column_that_is_not_there_is_empty() {
        let columns = BTreeMap::from([("Meeting  room".to_owned(), "H1\r\nH2".to_owned())]);
        let extra = Value::from_object(Extra::new(&columns));
        assert_eq!(extra.get_item(&"meeting Room".into()).unwrap().as_str(), Some("H1\nH2"));
        assert_eq!(extra.get_item(&"Floor".into()).unwrap().as_str(), Some(""));
    }
}
