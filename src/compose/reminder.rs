//! A letter about one action.

use std::borrow::Cow;

use jiff::Timestamp;

use super::{
    Around, ComposeError, Composed, Identity, Occasion, clean,
    context::ReminderContext,
    templates::{Rendered, SUBJECT, Sort, Templates, in_templates},
    view::{self, Detail},
    when,
};
use crate::{action::Step, directory::Recipient, letter::LetterKind, schedule::Reminder};

/// A title is not cut below so many characters, however long the rest of the subject is.
const TITLE_LEFT: usize = 20;

pub(super) fn compose(
    reminder: &Reminder<'_>,
    around: Around<'_>,
    occasion: Occasion<'_>,
) -> Result<Composed, ComposeError> {
    let language = occasion.language();
    let context = context(reminder, around, occasion.recipient, occasion.identity, language, occasion.now);
    let moved = matches!(reminder.key.step, Step::Moved { .. });
    let sort = if moved { Sort::Moved } else { Sort::Reminder };
    let rendered = render(sort, context, language, occasion.templates)?;
    occasion.message(&[reminder], LetterKind::Reminder, rendered)
}

/// What `reminder.*` templates see.
pub(super) fn context<'a>(
    reminder: &'a Reminder<'_>,
    around: Around<'a>,
    recipient: &'a Recipient,
    identity: &'a Identity,
    language: &'a str,
    now: Timestamp,
) -> ReminderContext<'a> {
    ReminderContext {
        language,
        secretariat: view::secretariat(identity),
        recipient: view::recipient(recipient),
        today: when::day_view(identity.zone.to_datetime(now).date()),
        action: view::action(reminder, around, identity, now, Detail::FULL),
        many: false,
        explain: true,
    }
}

fn render(
    sort: Sort,
    mut context: ReminderContext<'_>,
    language: &str,
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
        rendered.subject = clean::shorten(&subject, 2 * SUBJECT).into_owned();
    }
    Ok(rendered)
}
