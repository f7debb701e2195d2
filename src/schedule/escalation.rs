//! The ladder of an action of which nobody answers: who is told next, and why not yet.
//!
//! Silence begins with the first letter about a deadline that the mail server took: nobody is said not to answer what
//! still waits in the outbox, or never left it. It ends with an answer, which somebody acknowledged or by which the
//! status became another open one, or when the action is closed. A deadline that moves begins anew. Rungs are reached in
//! their order, each once for a deadline, one at a send time, and none sooner after the letters of the one before ended
//! than the policy has it: after a time without rappel, or without mail, nobody's superior is told before they had time
//! themselves.
//!
//! A letter of its own waits for its reader's maximum of letters a week, and nobody else waits for it: those who are asked
//! are reminded until it is told, and the next rung comes when its time has come.

use std::cmp::Reverse;

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    decide::{Asked as OfOne, silence},
    moment::Moment,
    policy::{Policy, Rules},
    quiet::Manner as Pace,
};
use crate::{
    action::{Action, ActionId, After, Deadline, Escalated, Place, Status, Target, Told, maps::HashSet},
    cadence::WorkingDays,
    decision::{Change, Decision},
    directory::{Decided, Directory, Recipient},
};

/// Days after the last letter of a policy at which one more would go, if the policy had one.
const LAST_PATIENCE: i64 = 7;

/// One rung of a policy's ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// When it is reached.
    pub after: After,
    /// Who is told; one or more.
    pub to: Vec<Target>,
    /// How.
    pub how: Manner,
    /// Whether letters to other bodies than the secretariat's own wait until somebody approves.
    pub approval: bool,
    /// Its own templates, if it has some.
    pub template: Option<StepTemplate>,
    /// Where the settings say so.
    pub place: Place,
}

/// The templates of a rung's own: the files of the folder of templates that have its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepTemplate {
    /// The name.
    pub name: String,
    /// Where the settings say so.
    pub place: Place,
}

/// How somebody is told of an action of which nobody answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Manner {
    /// In copy of one more letter to whoever is asked.
    #[default]
    Copy,
    /// By a letter of their own; whoever is asked is reminded as before.
    Letter,
    /// By a letter of their own, and from then on in place of whoever is asked.
    Instead,
}

/// The ladder of one action on a day.
#[derive(Debug, Clone)]
pub struct Escalations<'r> {
    /// What ended the silence, if anything did.
    pub answer: Option<Answer>,
    /// The rungs, in their order.
    pub rungs: Vec<Escalation<'r>>,
    /// How many letters the mail server took to whoever of those who are asked had most about the deadline.
    pub letters: u32,
    /// How many more wait in the outbox, or may have arrived.
    pub waiting: u32,
    /// The day on which the first letter was taken, if one was.
    pub since: Option<Date>,
    /// Whether somebody was to be told at all.
    pub begun: bool,
}

/// Where one rung stands.
#[derive(Debug, Clone)]
pub struct Escalation<'r> {
    /// Which.
    pub rung: &'r Rung,
    /// Who is told; nobody, when all whom it names are reminded anyway.
    pub to: Vec<Recipient>,
    /// Where it stands.
    pub stands: Stands,
    /// Whether somebody has to approve it first, and nobody has.
    pub needs_approval: bool,
}

impl Escalation<'_> {
    /// Whether those who are told are told in place of whoever is asked.
    pub fn is_in_place(&self) -> bool {
        self.rung.how == Manner::Instead && is_in_place(&self.to)
    }
}

/// Where a rung of a ladder stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// It was told.
    Told {
        /// On which day.
        on: Date,
        /// Whether a letter that tells it still waits in the outbox.
        waits: bool,
    },
    /// It is told at the next send time.
    Due {
        /// The day from which on it could be told.
        since: Date,
    },
    /// It would be told, and waits because whoever it names had as many letters this week as they want.
    Full {
        /// The first day on which one of them may get another.
        until: Date,
    },
    /// It would be told, and waits until somebody approves.
    Waits {
        /// Since when.
        since: Date,
    },
    /// It is told when nobody answers.
    Ahead {
        /// On which day; none before so many letters were written, or because there is no deadline.
        on: Option<Date>,
    },
    /// All whom it names are reminded anyway: it is passed over.
    Needless,
    /// It is not told any more.
    Stopped,
}

/// What ended the silence about an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Somebody said so on the command line.
    Acknowledged(Box<Decision>),
    /// The status is another one than when somebody was reminded first.
    Status(Status),
}

/// What was heard and not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Patience {
    /// How many letters the mail server took.
    pub(super) letters: u32,
    /// The day on which it took the first.
    pub(super) since: Date,
    /// The day on which it took the last.
    pub(super) last: Date,
    /// How many days that one waited in the outbox beyond its time.
    pub(super) late: u32,
}

/// Somebody who is asked, and the days on which neither the secretariat nor their body is closed.
pub(super) type Asked<'d> = (Recipient, &'d WorkingDays);

/// What is asked, of whom, and how often they were told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Silent<'a, 'r> {
    pub(super) directory: &'a Directory,
    pub(super) told: &'a Told,
    pub(super) id: &'a ActionId,
    pub(super) action: &'a Action,
    pub(super) policy: &'r Policy,
    /// Who is reminded when nothing is escalated, the one who is asked first.
    pub(super) asked: &'a [Asked<'a>],
}

impl<'r> Silent<'_, 'r> {
    /// Where the ladder stands.
    pub(super) fn escalations(&self, moment: &Moment<'r>) -> Escalations<'r> {
        let deadline = self.action.deadline_on(moment.today);
        let heard = self.heard(moment);
        let (letters, since) = heard.map_or((0, None), |heard| (heard.letters, Some(heard.since)));
        let waiting = self.expected(moment).letters.saturating_sub(letters);
        let begun = self
            .asked
            .iter()
            .any(|(one, _)| self.told.latest(self.id, one.remembered_as(), deadline).is_some());
        let answer = self.answer(deadline);
        let rungs = self.standings(moment, answer.is_some()).into_iter();
        let rungs = rungs.map(|(rung, stands)| {
            let to = self.to(moment, rung);
            let needs_approval = self.lacks_approval(rung, &to, deadline);
            Escalation { rung, to, stands, needs_approval }
        });
        Escalations { rungs: rungs.collect(), answer, letters, waiting, since, begun }
    }

    /// Where each rung stands. Who is told is not looked for where that is of no matter: planning asks this of
    /// thousands of actions.
    pub(super) fn standings(&self, moment: &Moment<'r>, is_answered: bool) -> Vec<(&'r Rung, Stands)> {
        let deadline = self.action.deadline_on(moment.today);
        let day = |at| moment.rules.send().zone().to_datetime(at).date();
        let (heard, expected) = (self.heard(moment), self.expected(moment));
        // The last one that was told, in whatever order they came; of two on a day the later one of the ladder.
        let told = self.policy.escalate.iter().filter_map(|rung| self.escalation(moment, rung));
        let last = told.max_by_key(|told| (day(told.at), told.after));
        let is_waiting = last.is_some_and(|told| told.ended.is_none());
        let mut before = last.map(|told| (told.after, told.ended.map_or(moment.today, day)));
        let mut stands = |rung: &Rung| {
            if let Some(told) = self.escalation(moment, rung) {
                return Stands::Told { on: day(told.at), waits: told.ended.is_none() };
            }
            if is_answered {
                return Stands::Stopped;
            }
            let on = |by: &Patience| {
                let on = self.reached(moment, rung.after, by);
                on.map(|on| before.map_or(on, |before| on.max(next(before, rung.after))))
            };
            let reached = heard.as_ref().filter(|_| !is_waiting).and_then(on);
            let Some(since) = reached.filter(|on| *on <= moment.today) else {
                // What waits in the outbox leaves today at the soonest.
                let tomorrow = moment.today.tomorrow().unwrap_or(moment.today);
                return Stands::Ahead { on: on(&expected).map(|on| on.max(tomorrow)) };
            };
            let to = self.to(moment, rung);
            if to.is_empty() {
                return Stands::Needless;
            }
            if self.lacks_approval(rung, &to, deadline) {
                return Stands::Waits { since };
            }
            if let Some(until) = moment.full_until(self.told, rung, &to) {
                return Stands::Full { until };
            }
            before = Some((rung.after, moment.today));
            Stands::Due { since }
        };
        self.policy.escalate.iter().map(|rung| (rung, stands(rung))).collect()
    }

    /// Who is reminded at an instant: those who are asked, or those to whom it was escalated in their place before.
    pub(super) fn reminded_before(&self, moment: &Moment<'_>, before: Timestamp) -> Vec<Recipient> {
        let instead = self.policy.escalate.iter().filter(|rung| rung.how == Manner::Instead);
        let told = instead.filter_map(|rung| Some((self.told_at(moment, rung)?, rung)));
        let mut told: Vec<_> = told.filter(|(at, _)| *at < before).collect();
        told.sort_by_key(|(at, _)| Reverse(*at));
        let mut in_place =
            told.into_iter().map(|(_, rung)| self.to(moment, rung)).filter(|to| is_in_place(to));
        in_place.next().unwrap_or_else(|| self.asked.iter().map(|(one, _)| one.clone()).collect())
    }

    /// When a rung was told, if it was.
    pub(super) fn told_at(&self, moment: &Moment<'_>, rung: &Rung) -> Option<Timestamp> {
        self.escalation(moment, rung).map(|told| told.at)
    }

    /// That a rung was told, if it was.
    fn escalation(&self, moment: &Moment<'_>, rung: &Rung) -> Option<Escalated> {
        let mut told = self.told.escalated(self.id, self.action.deadline_on(moment.today));
        told.find(|told| told.after == rung.after)
    }

    /// Who is told at a rung: each address once, and nobody who is reminded anyway, unless it is in place of all others.
    pub(super) fn to(&self, moment: &Moment<'_>, rung: &Rung) -> Vec<Recipient> {
        let before = self.told_at(moment, rung).unwrap_or(Timestamp::MAX);
        let reminded = self.reminded_before(moment, before);
        let found = rung
            .to
            .iter()
            .flat_map(|target| self.directory.escalated(target, self.action, &reminded, moment.today));
        let (substitutes, found): (Vec<_>, Vec<_>) = found.partition(Recipient::is_substitute);
        let is_in_place = rung.how == Manner::Instead && !found.is_empty();
        let mut seen: HashSet<_> = reminded.iter().map(|one| one.email.to_lowercase()).collect();
        if is_in_place {
            seen.clear();
        }
        found.into_iter().chain(substitutes).filter(|one| seen.insert(one.email.to_lowercase())).collect()
    }

    /// What those who are asked heard and did not answer: the letters of whoever had most, and the first of all.
    pub(super) fn heard(&self, moment: &Moment<'_>) -> Option<Patience> {
        let deadline = self.action.deadline_on(moment.today);
        let who = self.asked.iter().map(|(one, _)| one.remembered_as());
        let heard = who.filter_map(|who| moment.heard(self.told, self.id, who, deadline));
        heard.reduce(|one, other| {
            let since = one.since.min(other.since);
            Patience { since, ..if other.letters > one.letters { other } else { one } }
        })
    }

    /// The same, if what waits in the outbox were taken now, and whoever was not told were told: nothing of the ladder is
    /// reached before it would be then.
    fn expected(&self, moment: &Moment<'_>) -> Patience {
        let deadline = self.action.deadline_on(moment.today);
        let letters = self.asked.iter().map(|(one, _)| {
            let letters = self.told.letters(self.id, one.remembered_as(), deadline);
            letters.heard().map_or(0, |heard| heard.letters) + letters.waiting()
        });
        let heard = self.heard(moment);
        let letters = letters.max().unwrap_or_default();
        match heard {
            Some(heard) if heard.letters == letters => heard,
            heard => {
                let since = heard.map_or(moment.today, |heard| heard.since);
                Patience { letters, since, last: moment.today, late: 0 }
            }
        }
    }

    pub(super) fn answer(&self, deadline: Option<Deadline>) -> Option<Answer> {
        let acknowledged = self.decided(|change| match change {
            Change::Acknowledge { deadline: about } => *about == deadline,
            _ => false,
        });
        if let Some(decided) = acknowledged {
            return Some(Answer::Acknowledged(Box::new(decided.decision.clone())));
        }
        let status = self.action.status;
        let answers = match self.told.stood(self.id, deadline) {
            // Taken back: nothing is known again.
            Some(_) if status == Status::Open => false,
            Some(then) => then != status,
            // Nobody noted how it stood; somebody is at it.
            None => status == Status::InProgress,
        };
        answers.then_some(Answer::Status(status))
    }

    /// Whether somebody has to approve a rung, and nobody has.
    pub(super) fn is_unapproved(&self, moment: &Moment<'_>, after: After) -> bool {
        let deadline = self.action.deadline_on(moment.today);
        let mut rungs = self.policy.escalate.iter().filter(|rung| rung.after == after && rung.approval);
        rungs.any(|rung| self.lacks_approval(rung, &self.to(moment, rung), deadline))
    }

    /// Whether somebody has to approve that these are told, and nobody has.
    pub(super) fn lacks_approval(&self, rung: &Rung, to: &[Recipient], deadline: Option<Deadline>) -> bool {
        let is_approved =
            || self.decided(|change| *change == Change::Approve { after: rung.after, deadline });
        rung.approval && to.iter().any(|one| self.directory.is_outside(one)) && is_approved().is_none()
    }

    fn decided(&self, is_meant: impl Fn(&Change) -> bool) -> Option<&Decided> {
        self.directory.decided_about(self.id).find(|one| is_meant(&one.decision.change))
    }

    /// The day on which a rung is reached when nobody answers what was heard.
    fn reached(&self, moment: &Moment<'r>, after: After, heard: &Patience) -> Option<Date> {
        let (asked, days) = self.asked.first()?;
        let deadline = self.action.deadline_on(moment.today);
        // Whoever is told for the first time long after the deadline has as much time from then on.
        let from = || Some(deadline?.day(moment.rules.send().zone()).max(heard.since));
        match after {
            After::Overdue { days } => from()?.checked_add(i64::from(days).days()).ok(),
            After::OverdueWorking { days: count } => days.forth(from()?, count),
            After::Unanswered { letters: most } if heard.letters >= most => {
                let next = self.next_letter(moment, asked, days, deadline)?;
                if heard.letters > most && self.has_waited(moment, after, heard) {
                    // Whoever is asked was reminded meanwhile: it was reached then. Had they all the letters at once, after
                    // a time without mail, they have as long as for one.
                    let latest = self.told.latest(self.id, asked.remembered_as(), deadline)?;
                    let as_for_one = heard.since.saturating_add(latest.until(next).ok()?);
                    return Some(heard.last.tomorrow().ok()?.max(as_for_one).min(next));
                }
                // Whoever got the last of them late has as much time for it; a letter more, and they had that.
                let late = if heard.letters == most { heard.late } else { 0 };
                next.checked_add(i64::from(late).days()).ok()
            }
            After::Unanswered { .. } => None,
        }
    }

    /// Whether a rung may have waited because its readers had enough letters: one has a maximum, and whoever is asked got
    /// the last letter in time.
    fn has_waited(&self, moment: &Moment<'_>, after: After, heard: &Patience) -> bool {
        let mut own =
            self.policy.escalate.iter().filter(|rung| rung.after == after && rung.how != Manner::Copy);
        let has_maximum = |one: &Recipient| moment.rules.most_a_week(one.wishes).is_some();
        heard.late == 0 && own.any(|rung| self.to(moment, rung).iter().any(has_maximum))
    }

    /// The day on which whoever is asked would get the next letter.
    fn next_letter(
        &self,
        moment: &Moment<'r>,
        asked: &Recipient,
        days: &WorkingDays,
        deadline: Option<Deadline>,
    ) -> Option<Date> {
        let who = asked.remembered_as();
        let said = self.told.working(self.id, who, deadline);
        let latest = self.told.latest(self.id, who, deadline);
        let steps = moment.steps(self.action, self.policy, days, said);
        let untold = steps.reached.filter(|due| latest.is_none_or(|latest| latest < due.day));
        let manner = Pace::new(moment.rules, self.policy, asked.wishes);
        let of_one = OfOne { action: self.action, policy: self.policy, days, said, manner };
        match (untold.or_else(|| of_one.next(moment, steps, latest)), latest) {
            // A letter that waits for the maximum of a week would not go before that.
            (Some(due), _) => moment.free_on(self.told, &asked.id, manner).max(Some(due.told_on)),
            (None, latest) => latest?.checked_add(LAST_PATIENCE.days()).ok(),
        }
    }
}

/// Whether these can be told in place of whoever is asked: not if they only stand in for somebody who is not found.
pub(super) fn is_in_place(to: &[Recipient]) -> bool {
    to.iter().any(|one| !one.is_substitute())
}

/// The outstanding actions that have a ladder and of which something was told.
pub fn on_ladders<'d>(
    directory: &'d Directory,
    rules: &'d Rules,
    told: &'d Told,
) -> impl Iterator<Item = &'d ActionId> {
    let actions = directory.actions().filter(|(_, action)| silence(action).is_none());
    let has_ladder = |action: &Action| !rules.policy_of(action).0.escalate.is_empty();
    actions.filter(move |(id, action)| has_ladder(action) && told.knows(id)).map(|(id, _)| id)
}

/// The first day on which a rung can be told after the one before, which was told on a day.
fn next((before, told): (After, Date), after: After) -> Date {
    let gap = match after {
        After::Overdue { .. } | After::OverdueWorking { .. } => after.beyond(before).unwrap_or(1).max(1),
        After::Unanswered { .. } => 1,
    };
    told.saturating_add(i64::from(gap).days())
}

/// Somebody to whom a policy escalates that the register does not have as it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misdirected<'r> {
    /// Which rung.
    pub rung: &'r Rung,
    /// Whom it names.
    pub target: &'r Target,
    /// What is the matter.
    pub why: Misdirection,
}

/// What is the matter with somebody to whom a policy escalates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misdirection {
    /// Nobody and nothing in the register has the name.
    Unknown,
    /// Approval is asked for, and the secretariat itself serves that body.
    OwnBody,
}

/// What the ladders of these policies name that the register does not have.
pub fn misdirected<'r>(
    policies: impl Iterator<Item = &'r Policy>,
    directory: &Directory,
) -> Vec<Misdirected<'r>> {
    let mut found = Vec::new();
    for rung in policies.flat_map(|policy| &policy.escalate) {
        for target in &rung.to {
            let is_own = || rung.approval && rung.to.len() == 1 && directory.serves(target);
            let why = if !directory.knows(target) {
                Misdirection::Unknown
            } else if is_own() {
                Misdirection::OwnBody
            } else {
                continue;
            };
            found.push(Misdirected { rung, target, why });
        }
    }
    found
}

/// Roles to which these policies escalate, and which nobody holds on a day: the secretariat is told in their place.
pub fn vacant_targets<'r>(
    policies: impl Iterator<Item = &'r Policy>,
    directory: &Directory,
    day: Date,
) -> Vec<(&'r Rung, &'r Target)> {
    let named = policies
        .flat_map(|policy| &policy.escalate)
        .flat_map(|rung| rung.to.iter().map(move |to| (rung, to)));
    named.filter(|(_, target)| directory.is_vacant(target, day)).collect()
}

#[cfg(test)]
mod tests;
