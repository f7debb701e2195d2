//! Letters: what is due, worded for one recipient, as the finished bytes of an e-mail.
//!
//! Everything here is pure. Templates, the identity of the secretariat and `now` are handed in;
//! the same input is the same letter byte for byte, with the same Message-ID, so that a retry can
//! be recognised for what it is. The way of a letter: reminders become views ([`context`], cleaned
//! and bounded), views become a subject, a text and an HTML body ([`Templates`]), and these a
//! message.
//!
//! All letters about one action refer to one thread: their References name a Message-ID that is
//! derived from the action and that no message ever has. A digest names those of its most urgent
//! actions.
//!
//! ```
//! use jiff::tz::TimeZone;
//! use rappel::compose::{Identity, Mailbox, Templates, test_letter};
//!
//! let from = Mailbox::parse("TSB <tsb@example.int>").unwrap();
//! let zone = TimeZone::get("Europe/Zurich").unwrap();
//! let identity = Identity::new("TSB, the ITU-T secretariat".to_owned(), from.clone(), from, zone);
//! let to = Mailbox::parse("Martin Euchner <martin.euchner@example.org>").unwrap();
//! let now = "2017-06-16T06:00:00Z".parse().unwrap();
//!
//! let letter = test_letter(&to, &identity, &Templates::built_in(), now).unwrap();
//! assert_eq!(letter.envelope.to, "martin.euchner@example.org");
//! assert!(letter.message_id.ends_with("@example.int"));
//! ```

mod bilingual;
mod body;
mod calendar;
mod clean;
pub mod context;
mod copy;
mod digest;
mod error;
mod headers;
mod key;
mod mailbox;
mod mime;
mod notice;
mod parts;
mod quoted;
mod reminder;
mod samples;
mod speaker;
mod speech;
mod templates;
mod tidings;
mod view;
mod when;
mod wrap;

use jiff::Timestamp;

pub use calendar::{Entry, feed};
pub use error::ComposeError;
pub use mailbox::{Identity, Mailbox};
pub use notice::{Item, Notice, notice, problems_notice, test_letter};
pub use parts::{all_texts, calendar_part, html_part, text_part};
pub use speaker::{Sentences, Speaker};
pub use templates::{TemplateFile, Templates};
pub use tidings::{Correction, correction};

use crate::{
    action::{Action, Languages, Status, Step},
    directory::{Reader, Recipient},
    letter::{Letter, LetterKind},
    schedule::{Copy, Policy, Reminder},
};
use templates::{Rendered, Sort};
use view::Scene;

/// Somebody else of whom the same is asked: another action with the same reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherAsked {
    /// Who.
    pub asked_of: String,
    /// How it stands there.
    pub status: Status,
    /// What came of it there.
    pub outcome: Option<String>,
}

impl From<&Action> for OtherAsked {
    fn from(action: &Action) -> Self {
        Self {
            asked_of: action.asked_of.to_string(),
            status: action.status,
            outcome: action.more.outcome.as_deref().map(str::to_owned),
        }
    }
}

/// What a letter says about an action beyond the action's own row.
#[derive(Debug, Clone, Default)]
pub struct Around<'p> {
    /// Who else is asked.
    pub others: Vec<OtherAsked>,
    /// The policy by which it is reminded, to say so at the foot.
    pub policy: Option<&'p Policy>,
    /// How its entry in calendars stands; none for a letter without a calendar part.
    pub calendar: Option<Entry>,
}

/// A letter together with its parts as people read them, for a preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// The letter.
    pub letter: Letter,
    /// Its text part.
    pub text: String,
    /// Its HTML part.
    pub html: String,
    /// Its calendar part, if it has one; lines end with `\n`.
    pub calendar: Option<String>,
}

/// The bytes of letters about a made-up action to a made-up person, in these words and from this secretariat: what
/// all its letters have in common, encoded in each of the ways in which they are. Without those that the templates
/// cannot make.
pub fn specimens(identity: &Identity, templates: &Templates) -> Vec<Vec<u8>> {
    samples::specimens(identity, templates).into_iter().map(|letter| letter.bytes).collect()
}

/// The letter that carries `reminders`, one or more, to `recipient`: a digest when there is more
/// than one. `around` says what surrounds each of their actions.
///
/// Wording follows from `now`. Whoever asks again for the same reminders gets the same key and
/// Message-ID.
pub fn letter<'p>(
    reminders: &[Reminder<'_>],
    recipient: &Recipient,
    around: &dyn Fn(&Action) -> Around<'p>,
    identity: &Identity,
    templates: &Templates,
    now: Timestamp,
) -> Result<Letter, ComposeError> {
    written(reminders, recipient, around, identity, templates, now).map(|written| written.letter)
}

/// As [`letter`], with the copies that the reminders want: the same words to the same recipient, each to be handed
/// to its own reader, so that one address that is refused holds up nobody else.
pub fn letters<'p>(
    reminders: &[Reminder<'_>],
    recipient: &Recipient,
    around: &dyn Fn(&Action) -> Around<'p>,
    identity: &Identity,
    templates: &Templates,
    now: Timestamp,
) -> Result<(Letter, Vec<(Reader, Letter)>), ComposeError> {
    poison(reminders);
    let letter = letter(reminders, recipient, around, identity, templates, now)?;
    let mut copies: Vec<(Reader, Letter)> = Vec::new();
    for Copy { to, .. } in reminders.iter().flat_map(|reminder| &reminder.copies) {
        if copies.iter().all(|(reader, _)| reader != to) {
            copies.push((to.clone(), copy::of(&letter, reminders, to, identity)));
        }
    }
    Ok((letter, copies))
}

/// The title of an action about which composing fails, in tests.
#[cfg(test)]
pub(crate) const POISON: &str = "composing fails here";

#[cfg(test)]
fn poison(reminders: &[Reminder<'_>]) {
    assert!(reminders.iter().all(|reminder| reminder.action.title != POISON), "composing fails");
}

#[cfg(not(test))]
fn poison(_: &[Reminder<'_>]) {}

/// As [`letter`], with the parts.
pub fn composed<'p>(
    reminders: &[Reminder<'_>],
    recipient: &Recipient,
    around: &dyn Fn(&Action) -> Around<'p>,
    identity: &Identity,
    templates: &Templates,
    now: Timestamp,
) -> Result<Composed, ComposeError> {
    let Written { letter, rendered, calendar } =
        written(reminders, recipient, around, identity, templates, now)?;
    let (text, html) = (rendered.text, rendered.html.text().into_owned());
    Ok(Composed { letter, text, html, calendar: calendar.map(|calendar| calendar.text) })
}

/// A letter and what it was put together from.
struct Written {
    letter: Letter,
    rendered: Rendered,
    calendar: Option<calendar::Part>,
}

fn written<'p>(
    reminders: &[Reminder<'_>],
    recipient: &Recipient,
    around: &dyn Fn(&Action) -> Around<'p>,
    identity: &Identity,
    templates: &Templates,
    now: Timestamp,
) -> Result<Written, ComposeError> {
    let step = match reminders {
        [only] if reminder::sort(only) == Sort::Escalation => {
            only.unanswered.as_deref().and_then(|unanswered| unanswered.template.as_deref())
        }
        _ => None,
    };
    let occasion = Occasion { recipient, identity, templates, now, step };
    match reminders {
        [] => Err(ComposeError::NothingToSay { recipient: recipient.name.clone() }),
        all if all.iter().all(|one| matches!(one.key.step, Step::Closed { .. })) => {
            let all: Vec<_> = all.iter().collect();
            let around_it = |action: &Action| around(action);
            let render = |scene| tidings::closed(&all, &around_it, recipient, scene, templates);
            occasion.message(&all, LetterKind::Closure, Sort::Closed, &render, around)
        }
        [only] => {
            let around_it = around(only.action);
            let render = |scene| reminder::render(only, around_it.clone(), recipient, scene, templates);
            occasion
                .message(&[only], LetterKind::Reminder, reminder::sort(only), &render, &|_| around_it.clone())
        }
        several => {
            let sorted = digest::by_urgency(several, identity);
            let around_it = |action: &Action| around(action);
            let render = |scene| digest::render(&sorted, &around_it, recipient, scene, templates);
            occasion.message(&sorted, LetterKind::Digest, Sort::Digest, &render, around)
        }
    }
}

/// For whom, from whom, with what words and when a letter is written.
#[derive(Debug, Clone, Copy)]
struct Occasion<'a> {
    recipient: &'a Recipient,
    identity: &'a Identity,
    templates: &'a Templates,
    now: Timestamp,
    /// The name of the escalation step that is told, if it has one.
    step: Option<&'a str>,
}

impl<'a> Occasion<'a> {
    /// The languages of the letter: the recipient's, else the secretariat's; English where its words
    /// are newer.
    fn languages(&self, sort: Sort) -> Languages {
        let of = |language| self.templates.language(language, sort, self.step);
        let wanted = self.recipient.language.unwrap_or_else(|| self.identity.language.into());
        let (first, second) = (of(wanted.first), wanted.second.map(of));
        Languages { first, second: second.filter(|second| *second != first) }
    }

    /// What `render` makes in the languages of the letter, together.
    fn rendered(
        &self,
        sort: Sort,
        render: &dyn Fn(Scene<'a>) -> Result<Rendered, ComposeError>,
    ) -> Result<(Rendered, Languages), ComposeError> {
        let languages = self.languages(sort);
        let scene = |language| Scene { identity: self.identity, language, now: self.now };
        let mut rendered = render(scene(languages.first))?;
        if let Some(second) = languages.second {
            rendered = bilingual::joined(rendered, &render(scene(second))?, second);
        }
        Ok((rendered, languages))
    }

    /// The message about these actions, with what `render` makes in each language.
    fn message<'p>(
        &self,
        reminders: &[&Reminder<'_>],
        kind: LetterKind,
        sort: Sort,
        render: &dyn Fn(Scene<'a>) -> Result<Rendered, ComposeError>,
        around: &dyn Fn(&Action) -> Around<'p>,
    ) -> Result<Written, ComposeError> {
        /// More would make a header that some servers cut.
        const THREADS: usize = 25;
        let (rendered, languages) = self.rendered(sort, render)?;
        let domain = &self.identity.domain;
        let threads = reminders.iter().take(THREADS).map(|one| key::thread_root(&one.key.action, domain));
        let cover = mime::Cover {
            key: key::of_reminders(reminders.iter().map(|one| &one.key), &self.recipient.id),
            kind,
            recipient: self.recipient.id.clone(),
            name: &self.recipient.name,
            address: &self.recipient.email,
            copies: readers(reminders),
            threads: threads.collect(),
            languages,
        };
        let calendar = calendar::part(reminders, around, &rendered.wordings, self.identity, self.now);
        let letter = mime::message(cover, &rendered, calendar.as_ref(), self.identity, self.now)?;
        Ok(Written { letter, rendered, calendar })
    }
}

/// Who gets copies of these reminders, each once.
fn readers<'r>(reminders: &[&'r Reminder<'_>]) -> Vec<&'r Reader> {
    let mut readers: Vec<&Reader> = Vec::new();
    for Copy { to, .. } in reminders.iter().flat_map(|reminder| &reminder.copies) {
        if !readers.contains(&to) {
            readers.push(to);
        }
    }
    readers
}
