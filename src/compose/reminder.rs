//! A letter about one action.

use std::borrow::Cow;

use super::{
    Around, ComposeError, clean,
    context::ReminderContext,
    templates::{Phrases, Rendered, SUBJECT, Sort, Templates, in_templates},
    view::{self, Detail, Scene},
};
use crate::{
    action::{Language, Step},
    directory::Recipient,
    schedule::Reminder,
};

/// A title is not cut below so many characters, however long the rest of the subject is.
const TITLE_LEFT: usize = 20;

pub(super) fn render(
    reminder: &Reminder<'_>,
    around: Around<'_>,
    recipient: &Recipient,
    scene: Scene<'_>,
    templates: &Templates,
) -> Result<Rendered, ComposeError> {
    parts(sort(reminder), context(reminder, around, recipient, scene), scene.language, templates)
}

/// The letter in which a reminder alone is told.
pub(super) fn sort(reminder: &Reminder<'_>) -> Sort {
    match reminder.key.step {
        Step::Moved { .. } => Sort::Moved,
        Step::Escalated { .. } => Sort::Escalation,
        // The one who is new is absent: the deputy is not welcomed.
        Step::Welcome { .. } if reminder.recipient.stands_in().is_none() => Sort::Welcome,
        _ => Sort::Reminder,
    }
}

/// What `reminder.*` and `moved.*` templates see.
pub(super) fn context<'a>(
    reminder: &'a Reminder<'_>,
    around: Around<'a>,
    recipient: &'a Recipient,
    scene: Scene<'a>,
) -> ReminderContext<'a> {
    ReminderContext {
        language: scene.language.code(),
        script: view::script(scene.language),
        words: Phrases::none_yet(),
        secretariat: view::secretariat(scene.identity),
        recipient: view::recipient(recipient),
        absent: view::absent(std::iter::once(reminder), scene),
        today: view::today(scene),
        action: view::action(reminder, around, scene, Detail::FULL),
        many: false,
        explain: true,
    }
}

fn parts(
    sort: Sort,
    mut context: ReminderContext<'_>,
    language: Language,
    templates: &Templates,
) -> Result<Rendered, ComposeError> {
    let mut rendered = templates.render(language, sort, &context)?;
    let over = rendered.subject.chars().count().saturating_sub(SUBJECT);
    if over > 0 {
        // The subject is rendered again with a shorter title, so that it still says when.
        let title = context.action.title.chars().count();
        let room = title.saturating_sub(over).max(TITLE_LEFT);
        context.action.short_title = Cow::Owned(clean::shorten(&context.action.title, room).into_owned());
        let subject = templates.subject(language, sort, &in_templates(&context))?;
        rendered.subject = clean::shorten_subject(&subject, 2 * SUBJECT);
    }
    Ok(rendered)
}
