//! A letter about one action.

use std::borrow::Cow;

use super::{
    Around, ComposeError, clean,
    context::{ActionView, ReminderContext},
    templates::{Form, Phrases, Rendered, SUBJECT, Sort, Templates, Texts, in_templates},
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
    if templates.have_forms(language) {
        let extra = std::mem::take(&mut context.action.extra);
        let mut texts = Texts::default();
        each_printed(&mut context, &mut |text| texts.take(text));
        if let Some(form) = templates.form(language, sort, &context) {
            return filled(sort, &form, texts, &context.action, language, templates);
        }
        each_printed(&mut context, &mut |text| *text = Cow::Owned(texts.of(text).to_owned()));
        context.action.extra = extra;
    }
    let mut rendered = templates.render(language, sort, &context)?;
    if let Some(title) = short_title(&rendered.subject, &context.action.title) {
        context.action.short_title = Cow::Owned(title);
        let subject = templates.subject(language, sort, &in_templates(&context))?;
        rendered.subject = clean::shorten_subject(&subject, 2 * SUBJECT);
    }
    Ok(rendered)
}

/// The letter that a form is with these texts; `blank` is its action, with blanks.
fn filled(
    sort: Sort,
    form: &Form,
    mut texts: Texts<'_>,
    blank: &ActionView<'_>,
    language: Language,
    templates: &Templates,
) -> Result<Rendered, ComposeError> {
    let mut rendered = templates.filled(language, sort, form, &texts)?;
    if let Some(title) = short_title(&rendered.subject, texts.of(&blank.title)) {
        texts.replace(&blank.short_title, title);
        let subject = templates.filled_subject(language, sort, form, &texts)?;
        rendered.subject = clean::shorten_subject(&subject, 2 * SUBJECT);
    }
    Ok(rendered)
}

/// The texts of a letter that the built-in templates print as they are, and at which they look for nothing but whether
/// there are any. Columns that rappel does not know are not among them: they do not look at those at all.
fn each_printed<'a>(context: &mut ReminderContext<'a>, visit: &mut dyn FnMut(&mut Cow<'a, str>)) {
    let ReminderContext { recipient, action, .. } = context;
    let always = [&mut recipient.name, &mut recipient.address, &mut action.reference, &mut action.title];
    always.into_iter().for_each(&mut *visit);
    visit(&mut action.short_title);
    // The name of a seat is compared with that of the seat that the recipient holds, and said in another language.
    if action.asked_of.kind == "person" && action.because.seat.is_none() {
        visit(&mut action.asked_of.name);
    }
    let (text, href) =
        action.link.as_mut().map_or((None, None), |link| (Some(&mut link.text), link.href.as_mut()));
    let optional = [
        action.details.as_mut(),
        action.origin.as_mut(),
        action.outcome.as_mut(),
        action.topic.as_mut(),
        text,
        href,
    ];
    optional.into_iter().flatten().for_each(visit);
}

/// The title cut so that the subject is rendered again with it and still says when; none where it is short enough.
fn short_title(subject: &str, title: &str) -> Option<String> {
    let over = subject.chars().count().saturating_sub(SUBJECT);
    let room = title.chars().count().saturating_sub(over).max(TITLE_LEFT);
    (over > 0).then(|| clean::shorten(title, room).into_owned())
}
