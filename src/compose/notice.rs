//! Letters to the secretariat itself, and the letter that shows that letters arrive.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use super::{
    ComposeError, Identity, Mailbox, Templates,
    context::{ItemView, NoticeContext, ProblemView, ProblemsContext, RecipientView, TestContext},
    key, mime,
    templates::{Phrases, SUBJECT, Sort},
    view::{self, Scene},
    when,
};
use crate::{
    action::{Language, Problem, Problems, RecipientId, Severity},
    compose::clean,
    letter::{Letter, LetterKind},
};

/// How many problems or items a notice lists; the rest is counted.
const LISTED: usize = 200;
/// Characters of one problem or item.
const MESSAGE: usize = 1_000;
/// What a notice lists is said by rappel in English, and so is the rest of it.
const LANGUAGE: Language = Language::English;

/// Something that the secretariat has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What sort of notice it is: "undeliverable", "held" ... Part of the letter's identity.
    pub sort: String,
    /// What it is about, beyond what it says: part of the letter's identity. Two notices of one
    /// sort about one thing are the same letter ("2017-06-16" for a notice of once a day).
    pub about: String,
    /// What has happened, in a few words.
    pub subject: String,
    /// What has happened, in a sentence or two.
    pub lead: String,
    /// What it is about, one by one.
    pub items: Vec<Item>,
    /// What can be done about it, sentence by sentence.
    pub advice: Vec<String>,
}

/// One thing that a notice is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What or who, in a few words.
    pub title: String,
    /// What is to be said about it.
    pub text: String,
}

/// Tells the secretariat that `what` ("the register actions.xlsx") cannot be used as it is, and
/// that the last good one stays in force. The same problems are the same letter, however often they
/// are found, as long as it was never good meanwhile; `since` is the day on which it was not any more.
pub fn problems_notice(
    problems: &Problems,
    (what, since): (&str, Date),
    identity: &Identity,
    templates: &Templates,
    now: Timestamp,
) -> Result<Letter, ComposeError> {
    let mut texts: Vec<_> = problems.0.iter().map(ToString::to_string).collect();
    texts.sort_unstable();
    let since = since.to_string();
    let parts = [what, &since].into_iter().chain(texts.iter().map(String::as_str));
    let key = key::of_notice("problems", parts);
    let context = problems_context(problems, what, identity);
    to_secretariat(key, Sort::Problems, &context, identity, templates, now)
}

/// Tells the secretariat something else.
pub fn notice(
    notice: &Notice,
    identity: &Identity,
    templates: &Templates,
    now: Timestamp,
) -> Result<Letter, ComposeError> {
    let key = key::of_notice(&notice.sort, std::iter::once(notice.about.as_str()));
    to_secretariat(key, Sort::Notice, &notice_context(notice, identity), identity, templates, now)
}

/// A letter that shows that letters arrive. Each is a letter of its own: `now` is part of its
/// identity.
pub fn test_letter(
    to: &Mailbox,
    identity: &Identity,
    templates: &Templates,
    now: Timestamp,
) -> Result<Letter, ComposeError> {
    let language = templates.language(identity.language, Sort::Test, None);
    let scene = Scene { identity, language, now };
    let rendered = templates.render(language, Sort::Test, &test_context(to, scene))?;
    let cover = mime::Cover {
        key: key::of_notice("test", [to.address.as_str(), &now.to_string()].into_iter()),
        kind: LetterKind::Test,
        recipient: RecipientId::own_secretariat(),
        name: to.name.as_deref().unwrap_or_default(),
        address: &to.address,
        copies: Vec::new(),
        threads: Vec::new(),
        languages: language.into(),
    };
    mime::message(cover, &rendered, None, identity, now)
}

fn to_secretariat(
    key: String,
    sort: Sort,
    context: &impl Serialize,
    identity: &Identity,
    templates: &Templates,
    now: Timestamp,
) -> Result<Letter, ComposeError> {
    let mut rendered = templates.render(LANGUAGE, sort, context)?;
    rendered.subject = clean::shorten_subject(&rendered.subject, SUBJECT);
    let cover = mime::Cover {
        key,
        kind: LetterKind::Notice,
        recipient: RecipientId::own_secretariat(),
        name: identity.reply_to.name.as_deref().unwrap_or(&identity.name),
        address: &identity.reply_to.address,
        copies: Vec::new(),
        threads: Vec::new(),
        languages: LANGUAGE.into(),
    };
    mime::message(cover, &rendered, None, identity, now)
}

/// What `problems.*` templates see.
pub(super) fn problems_context<'a>(
    problems: &'a Problems,
    what: &'a str,
    identity: &'a Identity,
) -> ProblemsContext<'a> {
    let mut sorted: Vec<_> = problems.0.iter().collect();
    sorted.sort_by_key(|problem| problem.severity);
    ProblemsContext {
        language: LANGUAGE.code(),
        script: view::script(LANGUAGE),
        secretariat: view::secretariat(identity),
        what: view::bounded(what, view::NAME),
        count: sorted.len(),
        left_out: sorted.len().saturating_sub(LISTED),
        problems: sorted.into_iter().take(LISTED).map(problem).collect(),
    }
}

fn problem(problem: &Problem) -> ProblemView<'_> {
    ProblemView {
        place: view::bounded(&problem.place.to_string(), MESSAGE).into_owned(),
        message: view::bounded(&problem.message, MESSAGE),
        severity: match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
    }
}

/// What `notice.*` templates see.
pub(super) fn notice_context<'a>(notice: &'a Notice, identity: &'a Identity) -> NoticeContext<'a> {
    let item = |item: &'a Item| ItemView {
        title: view::bounded(&item.title, MESSAGE),
        text: view::bounded(&item.text, MESSAGE),
    };
    NoticeContext {
        language: LANGUAGE.code(),
        script: view::script(LANGUAGE),
        secretariat: view::secretariat(identity),
        subject: view::bounded(&notice.subject, MESSAGE),
        lead: view::bounded(&notice.lead, MESSAGE),
        items: notice.items.iter().take(LISTED).map(item).collect(),
        left_out: notice.items.len().saturating_sub(LISTED),
        advice: notice.advice.iter().map(|sentence| view::bounded(sentence, MESSAGE)).collect(),
    }
}

/// What `test.*` templates see.
pub(super) fn test_context<'a>(to: &'a Mailbox, scene: Scene<'a>) -> TestContext<'a> {
    let Scene { identity, language, now } = scene;
    let local = identity.zone.to_datetime(now);
    let name = to.name.as_deref().map(|name| view::bounded(name, view::NAME)).unwrap_or_default();
    TestContext {
        language: language.code(),
        script: view::script(language),
        words: Phrases::none_yet(),
        secretariat: view::secretariat(identity),
        recipient: RecipientView { name, address: to.address.as_str().into(), is_person: true },
        today: view::today(scene),
        time: when::time_of_day(local),
        zone: when::zone_words(&identity.zone, now).0,
        say: Phrases::none_yet(),
    }
}
