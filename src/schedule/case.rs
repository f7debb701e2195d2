//! One action at a send time: who is told of it, and what.

use jiff::civil::Date;

use super::{
    Choice, Decision, Due, Policy, Reminder,
    apart::moved_apart,
    decide::{self, News, for_recipient},
    escalation::{Asked, Silent},
    moment::{Moment, Steps},
    moved::moved_from,
    quiet::Manner,
    turn::{Escalated, Turn},
    welcome::{Newcomers, may_be_new},
};
use crate::{
    action::{Action, ActionId, Deadline, ReminderKey, Step, Told},
    cadence::WorkingDays,
    directory::{Directory, Recipient},
};

/// One action at a send time.
pub(super) struct Case<'a, 'r> {
    directory: &'r Directory,
    pub(super) told: &'a Told,
    pub(super) moment: &'a Moment<'r>,
    pub(super) id: &'a ActionId,
    action: &'r Action,
    pub(super) policy: &'r Policy,
    choice: Choice,
    pub(super) deadline: Option<Deadline>,
    /// Where it stands, when that is the same on every calendar.
    pub(super) same: Option<Steps>,
}

impl<'a, 'r> Case<'a, 'r> {
    pub(super) fn of(
        directory: &'r Directory,
        told: &'a Told,
        moment: &'a Moment<'r>,
        (id, action): (&'a ActionId, &'r Action),
    ) -> Self {
        let (policy, choice) = moment.rules.policy_of(action);
        let deadline = action.deadline_on(moment.today);
        let same = policy.is_plain().then(|| moment.steps(action, policy, directory.own_days(), &[]));
        Self { directory, told, moment, id, action, policy, choice, deadline, same }
    }

    /// Who is told.
    pub(super) fn turn<'t>(&'t self, asked: &'t [Asked<'t>]) -> Turn<'t> {
        if self.policy.escalate.is_empty() {
            return Turn::of(asked);
        }
        self.silent(asked).turn(self.moment)
    }

    /// How long those who are asked have not answered.
    pub(super) fn silent<'t>(&'t self, asked: &'t [Asked<'t>]) -> Silent<'t, 'r> {
        let Self { directory, told, id, action, policy, .. } = *self;
        Silent { directory, told, id, action, policy, asked }
    }

    /// Whether somebody to whom it is escalated has a copy of the letter to one of those who are asked.
    pub(super) fn has_copy_of(&self, one: &Recipient, escalated: &Escalated<'_>) -> bool {
        let name = |reader: &Recipient| reader.id.copy_of_letter_to(&one.id);
        let mut readers = escalated.copied.iter();
        readers.any(|reader| self.told.latest(self.id, &name(reader), self.deadline).is_some())
    }

    pub(super) fn may_be_new(&self, recipient: &Recipient) -> bool {
        let latest = self.told.latest(self.id, recipient.remembered_as(), self.deadline);
        latest.is_none() && may_be_new(self.told, self.id, recipient)
    }

    /// What one recipient is told, and whether that is too old to be; that nobody answers, if that is escalated now in
    /// copy of the letters to those who are asked.
    pub(super) fn reminder(
        &self,
        recipient: &Recipient,
        days: &WorkingDays,
        newcomers: &Newcomers,
        escalated: Option<&Escalated<'_>>,
    ) -> Option<(Reminder<'r>, bool)> {
        let &Self { told, moment, id, action, deadline, .. } = self;
        let wishes = recipient.wishes;
        let manner = Manner::new(moment.rules, self.policy, wishes);
        let who = recipient.remembered_as();
        let heard = || moment.heard(told, id, who, deadline);
        let unanswered = escalated.and_then(|one| Some((one.after, one.to_asked(heard())?)));
        // What is escalated waits for no weekly letter.
        if unanswered.is_none() && !moment.gate(told).lets(moment, told, &recipient.id, manner) {
            return None;
        }
        let (policy, _) = moment.rules.policy_for(action, wishes);
        let said = told.working(id, who, deadline);
        let same = self.same.filter(|_| !manner.is_only_overdue());
        let steps = same.unwrap_or_else(|| moment.steps(action, policy, days, said));
        let reached = steps.reached;
        let latest = told.latest(id, who, deadline);
        let news = moved_from(moment, action, deadline, told.reminded_of(id, who)).map(News::Moved);
        let welcome = newcomers.has(recipient) && !manner.is_only_overdue();
        let news = news.or_else(|| welcome.then_some(News::Welcome));
        let unanswered = unanswered.filter(|_| news.is_none());
        let news = news.or_else(|| unanswered.as_ref().map(|(after, _)| News::Escalated(*after)));
        let asked = decide::Asked { action, policy, days, said, manner };
        let (step, step_day, merged, is_too_old) = match for_recipient(moment, asked, steps, latest, news) {
            Decision::Remind { step, day, merged } => (step, day, merged, false),
            Decision::TooOld { step, day } => (step, day, Vec::new(), true),
            Decision::Told { .. } | Decision::NotYet | Decision::Snoozed { .. } => return None,
        };
        let moved = |due: Due| moment.waited(told, &recipient.id, manner, &due).or_else(|| due.shift(days));
        let shift = reached.filter(|_| news.is_none()).and_then(moved);
        let unanswered = unanswered.map(|(_, unanswered)| Box::new(unanswered));
        let reminder = self.told(recipient, step, step_day);
        Some((Reminder { shift, merged, policy, unanswered, ..reminder }, is_too_old))
    }

    /// That the deadline moved, to those who were told before that nobody answers and of whom nothing is asked.
    pub(super) fn moved_apart(&self, asked: &[Asked<'_>]) -> Vec<Reminder<'r>> {
        let &Self { told, moment, policy, .. } = self;
        let mut moved = moved_apart(self.directory, told, moment, (self.id, self.action), policy, asked);
        moved.retain(|(one, _)| {
            let manner = Manner::new(moment.rules, policy, one.wishes);
            moment.gate(told).lets(moment, told, &one.id, manner)
        });
        let step = |from| Step::Moved { on: moment.today, from };
        moved.iter().map(|(one, from)| self.told(one, step(*from), moment.today)).collect()
    }

    /// The letters of their own to those to whom it is escalated.
    pub(super) fn letters<'t>(
        &'t self,
        escalated: &'t Escalated<'_>,
    ) -> impl Iterator<Item = Reminder<'r>> + use<'t, 'a, 'r> {
        escalated.told.iter().map(|(recipient, _)| {
            let step = Step::Escalated { after: escalated.after };
            let unanswered = Some(Box::new(escalated.unanswered.clone()));
            Reminder { unanswered, ..self.told(recipient, step, self.moment.today) }
        })
    }

    pub(super) fn told(&self, recipient: &Recipient, step: Step, step_day: Date) -> Reminder<'r> {
        let &Self { id, action, policy, choice, deadline, .. } = self;
        let key =
            ReminderKey { action: id.clone(), recipient: recipient.remembered_as().clone(), deadline, step };
        Reminder::new(action, recipient.clone(), key, step_day, (policy, choice))
    }
}
