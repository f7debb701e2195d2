//! Letters that ask for nothing: that actions are closed, and what was wrong in letters of before.

use jiff::Timestamp;

use super::{
    Around, ComposeError, Identity, Occasion, Templates, clean,
    context::TidingsContext,
    digest, key, mime,
    templates::{Phrases, Rendered, SUBJECT, Sort},
    view::{self, Detail, Scene},
};
use crate::{
    action::{Action, Languages},
    directory::Recipient,
    letter::{Letter, LetterKind},
    schedule::Reminder,
};

/// How many references a subject names.
const REFERENCES: usize = 3;
/// Characters of a correction's own text.
const TEXT: usize = 10_000;

/// What was wrong, and in which letters.
#[derive(Debug, Clone, Copy)]
pub struct Correction<'a> {
    /// What is right, in the secretariat's own words; may have several lines.
    pub text: &'a str,
    /// The Message-IDs of the letters, without angle brackets, the oldest first.
    pub letters: &'a [String],
    /// When the last of them was written.
    pub last: Timestamp,
}

/// The letter that corrects what was written to `reminder`'s recipient about its action, in their thread. The same
/// correction of the same letters has the same key.
pub fn correction<'p>(
    correction: Correction<'p>,
    reminder: &'p Reminder<'_>,
    around: &dyn Fn(&Action) -> Around<'p>,
    identity: &'p Identity,
    templates: &'p Templates,
    now: Timestamp,
) -> Result<Letter, ComposeError> {
    let Correction { text, letters, last } = correction;
    let recipient = &reminder.recipient;
    let render = |scene: Scene<'p>| {
        let mut context = context(&[reminder], around, recipient, scene, Detail::FULL);
        context.text = Some(view::bounded_lines(text, TEXT));
        context.last = Some(view::day(last, scene));
        rendered(Sort::Correction, &context, scene, templates)
    };
    let occasion = Occasion { recipient, identity, templates, now, step: None };
    let (rendered, languages) = occasion.rendered(Sort::Correction, &render)?;
    let id = &reminder.key.action;
    let parts = [id.reference(), id.asked_of(), recipient.id.as_str(), recipient.email.as_str(), text];
    let cover = cover(
        key::of_notice("correction", parts.into_iter().chain(letters.iter().map(String::as_str))),
        LetterKind::Correction,
        recipient,
        languages,
        std::iter::once(key::thread_root(id, &identity.domain))
            .chain(letters.iter().map(|letter| format!("<{letter}>")))
            .collect(),
    );
    mime::message(cover, &rendered, None, identity, now)
}

fn cover(
    key: String,
    kind: LetterKind,
    recipient: &Recipient,
    languages: Languages,
    threads: Vec<String>,
) -> mime::Cover<'_> {
    let (name, address) = (recipient.name.as_str(), recipient.email.as_str());
    let copies = Vec::new();
    mime::Cover { key, kind, recipient: recipient.id.clone(), name, address, copies, threads, languages }
}

/// The letter that tells that actions are closed, as it is in one language.
pub(super) fn closed<'a>(
    reminders: &[&'a Reminder<'_>],
    around: &dyn Fn(&Action) -> Around<'a>,
    recipient: &'a Recipient,
    scene: Scene<'a>,
    templates: &Templates,
) -> Result<Rendered, ComposeError> {
    let context = context(reminders, around, recipient, scene, Detail::NONE);
    rendered(Sort::Closed, &context, scene, templates)
}

fn rendered(
    sort: Sort,
    context: &TidingsContext<'_>,
    scene: Scene<'_>,
    templates: &Templates,
) -> Result<Rendered, ComposeError> {
    let mut rendered = templates.render(scene.language, sort, context)?;
    rendered.subject = clean::shorten_subject(&rendered.subject, 2 * SUBJECT);
    Ok(rendered)
}

/// What `closed.*` and `correction.*` templates see.
pub(super) fn context<'a>(
    reminders: &[&'a Reminder<'_>],
    around: &dyn Fn(&Action) -> Around<'a>,
    recipient: &'a Recipient,
    scene: Scene<'a>,
    detail: Detail,
) -> TidingsContext<'a> {
    let view = |reminder: &&'a Reminder<'_>| view::action(reminder, around(reminder.action), scene, detail);
    let actions: Vec<_> = reminders.iter().map(view).collect();
    TidingsContext {
        language: scene.language.code(),
        script: view::script(scene.language),
        words: Phrases::none_yet(),
        secretariat: view::secretariat(scene.identity),
        recipient: view::recipient(recipient),
        today: view::today(scene),
        count: actions.len(),
        references: digest::references(actions.iter(), REFERENCES, scene.language),
        actions,
        text: None,
        last: None,
        many: true,
        say: Phrases::none_yet(),
    }
}
