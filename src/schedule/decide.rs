//! What is to be done about one action, and why. The same value drives the letter, the forecast
//! and the `why` command.

use jiff::{Timestamp, civil::Date};

use super::{
    Choice, Due, Escalations, Policy, Shift,
    apart::moved_apart,
    escalation::Silent,
    ladder::{Ladder, Moved},
    moment::{Moment, Steps},
    moved::moved_from,
    policy::days_between,
    quiet::Manner,
    turn::{Escalated, Turn},
};
use crate::{
    action::{Action, ActionId, After, Deadline, Purpose, Status, Step, Told},
    cadence::{Closed, WorkingDays},
    directory::{Because, Directory, Recipient},
};

/// So many days after a catch-up letter a reminder in a rhythm is left out at most.
const FEW_DAYS: i64 = 7;

/// Merged steps that are listed one by one; of more than these only the latest are.
const MERGED_LIMIT: usize = 12;

/// What is to be done about an action.
#[derive(Debug, Clone)]
pub enum Verdict<'r> {
    /// Nobody is reminded.
    Quiet(Silence),
    /// Its recipients are reminded by a policy.
    Chased(Chase<'r>),
}

/// Why nobody is reminded of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// It is for information.
    Information,
    /// It is closed.
    Closed(Status),
}

/// How an action is chased.
#[derive(Debug, Clone)]
pub struct Chase<'r> {
    /// By which policy.
    pub policy: &'r Policy,
    /// Why by this one.
    pub choice: Choice,
    /// Whom, and what is to be done for each.
    pub recipients: Vec<Chased>,
    /// Where the policy's ladder stands, if it has one.
    pub escalations: Option<Escalations<'r>>,
}

/// One recipient of an action, and what is to be done. The days of steps may differ between recipients:
/// the calendar of each one's body counts.
#[derive(Debug, Clone)]
pub struct Chased {
    /// Whom.
    pub recipient: Recipient,
    /// What is to be done.
    pub decision: Decision,
    /// The latest step reached, and why it is told on another day than its own, if it is.
    pub reached: Option<(Due, Option<Shift>)>,
    /// The first step not yet reached, in the same way, and the send time at which it will be told.
    pub next: Option<(Due, Option<Shift>, Timestamp)>,
    /// Steps that are left out because their days are closed.
    pub left_out: Vec<(Step, Date, Closed)>,
    /// When what is due leaves and why, if that is later than the next send time.
    pub waits: Option<(Timestamp, Moved)>,
}

/// What is to be done for one recipient of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Tell the step reached.
    Remind {
        /// The step.
        step: Step,
        /// Its day.
        day: Date,
        /// Earlier steps that were never told, which this one stands for; and the one that would follow a catch-up letter
        /// within a few days.
        merged: Vec<(Step, Date)>,
    },
    /// The step reached was told, or one after it.
    Told {
        /// The day of the latest step told.
        day: Date,
    },
    /// No step is reached yet.
    NotYet,
    /// Nobody is reminded of the action until a day.
    Snoozed {
        /// The first day on which people are reminded again.
        until: Date,
    },
    /// The step reached is too old to be told.
    TooOld {
        /// The step.
        step: Step,
        /// Its day.
        day: Date,
    },
}

/// What is to be done about `action` at `moment`.
pub fn decide<'r>(
    directory: &Directory,
    told: &Told,
    moment: &Moment<'r>,
    id: &ActionId,
    action: &Action,
) -> Verdict<'r> {
    if let Some(silence) = silence(action) {
        return Verdict::Quiet(silence);
    }
    let (policy, choice) = moment.rules.policy_of(action);
    let gate = moment.gate(told);
    let until = action.deadline_on(moment.today);
    let with_days = |recipient: Recipient| (recipient.clone(), directory.working_days(&recipient));
    let asked: Vec<_> = directory.recipients(action, moment.today).into_iter().map(with_days).collect();
    let silent = Silent { directory, told, id, action, policy, asked: &asked };
    let escalations = (!policy.escalate.is_empty()).then(|| silent.escalations(moment));
    let turn = if escalations.is_some() { silent.turn(moment) } else { Turn::of(&asked) };
    let chased = turn.asked.iter().map(|(recipient, days)| {
        let who = recipient.remembered_as();
        let said = told.working(id, who, until);
        let wishes = recipient.wishes;
        let manner = Manner::new(moment.rules, policy, wishes);
        let (policy, _) = moment.rules.policy_for(action, wishes);
        let steps = moment.steps(action, policy, days, said);
        let latest = told.latest(id, who, until);
        let moved = moved_from(moment, action, until, told.reminded_of(id, who)).map(News::Moved);
        let is_new = || {
            let may_be = matches!(recipient.because, Because::Holds(_))
                && !told.knows_of(id, who)
                && !manner.is_only_overdue();
            may_be && moment.newcomers(directory, told).has(recipient)
        };
        let news = moved.or_else(|| is_new().then_some(News::Welcome));
        let heard = || moment.heard(told, id, who, until);
        let unanswered = |one: &Escalated<'_>| one.to_asked(heard()).map(|_| News::Escalated(one.after));
        let news = news.or_else(|| turn.escalated.as_ref().and_then(unanswered));
        let ladder = Asked { action, policy, days, said, manner };
        let decision = for_recipient(moment, ladder, steps, latest, news);
        let deadline = until.map(|deadline| deadline.day(moment.rules.send().zone()));
        let next = match decision {
            Decision::Snoozed { until } => after_snooze(moment, ladder, until, latest),
            _ => ladder
                .next(moment, steps, latest)
                .and_then(|due| Some((due, moment.chance(told, gate, &recipient.id, manner, due.told_on)?))),
        };
        let told_on = steps.reached.filter(|_| news.is_none()).map_or(moment.today, |due| due.told_on);
        let may_wait =
            matches!(decision, Decision::Remind { .. }) && !matches!(news, Some(News::Escalated(_)));
        let waits = may_wait.then(|| moment.waits(told, gate, &recipient.id, manner, told_on)).flatten();
        Chased {
            waits,
            decision,
            reached: steps.reached.map(|due| (due, due.shift(days))),
            next: next.map(|(due, at)| (due, due.shift(days), at)),
            left_out: deadline
                .map_or_else(Vec::new, |deadline| Ladder { policy, days, deadline, said: &[] }.left_out()),
            recipient: recipient.clone(),
        }
    });
    let apart = moved_apart(directory, told, moment, (id, action), policy, &asked).into_iter();
    let apart = apart.map(|(recipient, from)| {
        let manner = Manner::new(moment.rules, policy, recipient.wishes);
        let step = Step::Moved { on: moment.today, from };
        Chased {
            decision: Decision::Remind { step, day: moment.today, merged: Vec::new() },
            reached: None,
            next: None,
            left_out: Vec::new(),
            waits: moment.waits(told, gate, &recipient.id, manner, moment.today),
            recipient,
        }
    });
    Verdict::Chased(Chase { policy, choice, recipients: chased.chain(apart).collect(), escalations })
}

/// What is told first when an action is snoozed no more, and when.
fn after_snooze(
    moment: &Moment<'_>,
    asked: Asked<'_>,
    until: Date,
    latest_told: Option<Date>,
) -> Option<(Due, Timestamp)> {
    let at = moment.send_time(until)?;
    let then = Moment::new(moment.rules, at);
    let steps = then.steps(asked.action, asked.policy, asked.days, asked.said);
    let untold = steps.reached.filter(|due| latest_told.is_none_or(|told| told < due.day));
    untold
        .map(|due| (due, at))
        .or_else(|| steps.next.and_then(|due| Some((due, then.send_time(due.told_on)?))))
}

/// Whether an action was asked for, and is closed.
#[must_use]
pub fn is_closed(action: &Action) -> bool {
    matches!(silence(action), Some(Silence::Closed(_)))
}

pub(super) fn silence(action: &Action) -> Option<Silence> {
    match (action.purpose, action.status) {
        (Purpose::Information, _) => Some(Silence::Information),
        (Purpose::Action, status) if !status.is_open() => Some(Silence::Closed(status)),
        _ => None,
    }
}

/// What is asked, and when it is told to one recipient.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) action: &'a Action,
    pub(super) policy: &'a Policy,
    pub(super) days: &'a WorkingDays,
    pub(super) said: &'a [u32],
    /// How often the recipient is told.
    pub(super) manner: Manner,
}

impl Asked<'_> {
    /// The first step that is not reached, and for which no letter stands that was told before.
    pub(super) fn next(self, moment: &Moment<'_>, steps: Steps, latest_told: Option<Date>) -> Option<Due> {
        let Self { action, policy, days, said, .. } = self;
        let is_told = |due: &Due| latest_told.is_some_and(|told| due.day <= told);
        let mut next = steps.next?;
        while is_told(&next) {
            next = moment.step_after(action, policy, days, said, &next)?;
        }
        Some(next)
    }

    /// The reminder in a rhythm that follows a catch-up letter so soon that this letter counts as it: within a few days,
    /// and nearer than to the one after. What is told on its own day (in a weekly letter: on the day of these) counts for
    /// nothing else, nor do steps up to the deadline: each of them says something new.
    fn counted_with(self, moment: &Moment<'_>, due: &Due, next: Option<Due>) -> Option<(Step, Date)> {
        let next =
            next.filter(|next| matches!(next.step, Step::Overdue { .. } | Step::Outstanding { .. }))?;
        if !self.manner.is_late(moment, due)? {
            return None;
        }
        let few = ((days_between(due.day, next.day) - 1) / 2).min(FEW_DAYS);
        let day = moment.zone().to_datetime(self.manner.send_time(moment, next.told_on)?).date();
        (days_between(moment.today, day) <= few).then_some((next.step, next.day))
    }

    /// The steps before `due` that were never told.
    fn untold(&self, moment: &Moment<'_>, due: &Due, latest_told: Option<Date>) -> Vec<(Step, Date)> {
        let Self { action, policy, days, said, .. } = *self;
        action.deadline_on(moment.today).map_or_else(Vec::new, |deadline| {
            let deadline = deadline.day(moment.rules.send().zone());
            let before_opening = action.opened.and_then(|opened| opened.yesterday().ok());
            let after = latest_told.max(before_opening);
            Ladder { policy, days, deadline, said }.between(after, due, MERGED_LIMIT)
        })
    }
}

/// What is told at once, whatever the policy's steps are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// The deadline moved from here.
    Moved(Deadline),
    /// The recipient is new to the seat.
    Welcome,
    /// Nobody has answered for so long, and somebody else gets a copy.
    Escalated(After),
}

impl News {
    fn step(self, on: Date) -> Step {
        match self {
            Self::Moved(from) => Step::Moved { on, from },
            Self::Welcome => Step::Welcome { on },
            Self::Escalated(after) => Step::Escalated { after },
        }
    }
}

/// Since when a step could be told: what was reached while its action was snoozed is news when that ends.
pub(super) fn news_since(action: &Action, due: &Due) -> Date {
    due.latest_day().max(action.more.snoozed.unwrap_or(Date::MIN))
}

/// What is to be done for one recipient. News stand for every step that is reached.
pub(super) fn for_recipient(
    moment: &Moment<'_>,
    asked: Asked<'_>,
    steps: Steps,
    latest_told: Option<Date>,
    news: Option<News>,
) -> Decision {
    let reached = steps.reached;
    if let Some(until) = asked.action.snoozed_on(moment.today) {
        return Decision::Snoozed { until };
    }
    if let Some(news) = news {
        let untold = reached.filter(|due| latest_told.is_none_or(|told| told < due.day));
        let mut merged = untold.map_or_else(Vec::new, |due| asked.untold(moment, &due, latest_told));
        merged.extend(untold.map(|due| (due.step, due.day)));
        let day = untold.map_or(moment.today, |due| due.day.max(moment.today));
        return Decision::Remind { step: news.step(moment.today), day, merged };
    }
    match (reached, latest_told) {
        (None, _) => Decision::NotYet,
        (Some(due), Some(told)) if due.day <= told => Decision::Told { day: told },
        (Some(due), told)
            if moment.is_too_old(news_since(asked.action, &due), told, asked.manner.patience()) =>
        {
            Decision::TooOld { step: due.step, day: due.day }
        }
        (Some(due), _) => {
            let mut merged = asked.untold(moment, &due, latest_told);
            merged.extend(asked.counted_with(moment, &due, steps.next));
            Decision::Remind { step: due.step, day: due.day, merged }
        }
    }
}
