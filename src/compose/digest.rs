//! A letter about several actions: the most urgent first, one list to see at a glance, then each
//! action by itself.

use super::{
    Around, ComposeError, Identity, clean,
    context::{
        ActionView, BecauseView, Counts, DigestContext, NextView, PolicyUse, PolicyView, ReasonView,
        SeatView, State,
    },
    templates::{Phrases, Rendered, SUBJECT, Sort, Templates},
    view::{self, Detail, Scene},
};
use crate::{
    action::{Action, Language},
    directory::Recipient,
    schedule::Reminder,
};

/// With more actions than this, a digest leaves their details out.
const DETAILED: usize = 30;
/// How many references a subject names.
const REFERENCES: usize = 3;
/// How many references a reason names.
const REASON_REFERENCES: usize = 12;

pub(super) fn render<'a>(
    reminders: &[&'a Reminder<'_>],
    around: &dyn Fn(&Action) -> Around<'a>,
    recipient: &'a Recipient,
    scene: Scene<'a>,
    templates: &Templates,
) -> Result<Rendered, ComposeError> {
    let context = context(reminders, around, recipient, scene);
    let mut rendered = templates.render(scene.language, Sort::Digest, &context)?;
    rendered.subject = clean::shorten_subject(&rendered.subject, SUBJECT);
    Ok(rendered)
}

/// Overdue first, then by deadline, those without one last; equal ones by reference.
pub(super) fn by_urgency<'r, 'a>(
    reminders: &'r [Reminder<'a>],
    identity: &Identity,
) -> Vec<&'r Reminder<'a>> {
    let mut sorted: Vec<_> = reminders.iter().collect();
    sorted.sort_by_cached_key(|reminder| {
        let end = reminder.key.deadline.map(|deadline| deadline.end(&identity.zone));
        (end.is_none(), end, reminder.key.action.clone())
    });
    sorted
}

/// What `digest.*` templates see.
pub(super) fn context<'a>(
    reminders: &[&'a Reminder<'_>],
    around: &dyn Fn(&Action) -> Around<'a>,
    recipient: &'a Recipient,
    scene: Scene<'a>,
) -> DigestContext<'a> {
    let brief = reminders.len() > DETAILED;
    let detail = if brief { Detail::NONE } else { Detail::SHORT };
    let view = |reminder: &&'a Reminder<'_>| view::action(reminder, around(reminder.action), scene, detail);
    let actions: Vec<_> = reminders.iter().map(view).collect();
    DigestContext {
        language: scene.language.code(),
        script: view::script(scene.language),
        words: Phrases::none_yet(),
        secretariat: view::secretariat(scene.identity),
        recipient: view::recipient(recipient),
        absent: view::absent(reminders.iter().copied(), scene),
        today: view::today(scene),
        counts: counts(&actions),
        next: next(&actions),
        references: references(actions.iter(), REFERENCES, scene.language),
        brief,
        welcome: welcome(&actions),
        escalated: actions.iter().all(|action| action.escalated.is_some()),
        reasons: reasons(&actions, scene.language),
        policies: policies(&actions, scene.language),
        actions,
        many: true,
        say: Phrases::none_yet(),
    }
}

/// The seat to which the recipient is new, if all actions are told because of it.
fn welcome<'a>(actions: &[ActionView<'a>]) -> Option<SeatView<'a>> {
    let seat = |action: &ActionView<'a>| action.because.parts.clone().filter(|_| action.welcome);
    let first = actions.first().and_then(seat)?;
    actions.iter().all(|action| seat(action).as_ref() == Some(&first)).then_some(first)
}

fn counts(actions: &[ActionView<'_>]) -> Counts {
    let mut counts = Counts { all: actions.len(), overdue: 0, today: 0, later: 0, without_deadline: 0 };
    for action in actions {
        let count = match action.deadline.as_ref().map(|deadline| deadline.state) {
            None => &mut counts.without_deadline,
            Some(State::Before) => &mut counts.later,
            Some(State::Today) => &mut counts.today,
            Some(State::Passed | State::Overdue) => &mut counts.overdue,
        };
        *count += 1;
    }
    counts
}

fn next(actions: &[ActionView<'_>]) -> Option<NextView> {
    let open = || actions.iter().filter_map(|action| action.deadline.as_ref()).filter(|d| !d.overdue);
    let days = open().map(|deadline| deadline.days).min()?;
    Some(NextView { count: open().filter(|deadline| deadline.days == days).count(), days })
}

/// "17/06, 17/03, ...": each reference once, in order, at most `limit`; as Chinese lists things, "17/06、17/03等".
pub(super) fn references<'v>(
    actions: impl Iterator<Item = &'v ActionView<'v>>,
    limit: usize,
    language: Language,
) -> String {
    let (between, and_more) = if language == Language::Chinese { ("、", "等") } else { (", ", ", ...") };
    let mut seen: Vec<&str> = Vec::with_capacity(limit);
    for action in actions {
        if seen.contains(&&*action.reference) {
            continue;
        }
        if seen.len() == limit {
            return seen.join(between) + and_more;
        }
        seen.push(&action.reference);
    }
    seen.join(between)
}

fn reasons<'a>(actions: &[ActionView<'a>], language: Language) -> Vec<ReasonView<'a>> {
    let mut distinct: Vec<(usize, &BecauseView<'a>)> = Vec::new();
    for (at, action) in actions.iter().enumerate() {
        if !distinct.iter().any(|(_, because)| **because == action.because) {
            distinct.push((at, &action.because));
        }
    }
    let only = distinct.len() == 1;
    let view = |(first, because): (usize, &BecauseView<'a>)| {
        let of_it = || actions.iter().filter(|action| action.because == *because);
        ReasonView {
            because: because.clone(),
            first,
            count: of_it().count(),
            references: (!only).then(|| references(of_it(), REASON_REFERENCES, language)),
        }
    };
    distinct.into_iter().map(view).collect()
}

fn policies<'a>(actions: &[ActionView<'a>], language: Language) -> Vec<PolicyUse<'a>> {
    let mut distinct: Vec<&PolicyView<'a>> = Vec::new();
    for policy in actions.iter().filter_map(|action| action.policy.as_ref()) {
        if !distinct.contains(&policy) {
            distinct.push(policy);
        }
    }
    let only = distinct.len() == 1;
    let view = |policy: &PolicyView<'a>| {
        let of_it = || actions.iter().filter(|action| action.policy.as_ref() == Some(policy));
        let place = |with_deadline: bool| {
            let fits = |action: &ActionView<'_>| !with_deadline || action.deadline.is_some();
            actions.iter().position(|action| action.policy.as_ref() == Some(policy) && fits(action))
        };
        let first_with_deadline = place(true);
        PolicyUse {
            policy: policy.clone(),
            with_deadline: first_with_deadline.is_some(),
            first: first_with_deadline.or_else(|| place(false)).unwrap_or_default(),
            references: (!only).then(|| references(of_it(), REASON_REFERENCES, language)),
        }
    };
    distinct.into_iter().map(view).collect()
}
