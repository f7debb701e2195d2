//! What is due for one recipient, as the ledger will remember it.

use jiff::{Timestamp, civil::Date};

use super::{
    Choice, Policy, Rules, Shift,
    letters::copies,
    turn::{Escalated, Unanswered},
};
use crate::{
    action::{Action, LetterEnd, RecipientId, ReminderKey, Status, Step, Told},
    directory::{Reader, Recipient},
};

/// One step of one action that is due for one recipient.
#[derive(Debug, Clone)]
pub struct Reminder<'r> {
    /// Of what.
    pub action: &'r Action,
    /// Whom.
    pub recipient: Recipient,
    /// Identity for good.
    pub key: ReminderKey,
    /// The day of the step, in the secretariat's zone.
    pub step_day: Date,
    /// Why it is told on another day than that, if it is.
    pub shift: Option<Shift>,
    /// Earlier steps that were never told and that this one stands for, with their days.
    pub merged: Vec<(Step, Date)>,
    /// The policy that asked for it.
    pub policy: &'r Policy,
    /// How the action came to that policy.
    pub choice: Choice,
    /// The same, remembered for others whom this letter reaches: for an absent person whose deputy is told anyway.
    pub also: Vec<Alike>,
    /// Who gets a copy.
    pub copies: Vec<Copy>,
    /// That nobody answered, when that is what it tells.
    pub unanswered: Option<Box<Unanswered>>,
}

/// A reminder of the same action that another one tells as well.
#[derive(Debug, Clone)]
pub struct Alike {
    /// Identity for good.
    pub key: ReminderKey,
    /// For whom.
    pub name: String,
    /// The day of the step.
    pub step_day: Date,
    /// What it stands for.
    pub merged: Vec<(Step, Date)>,
}

/// A copy of a reminder.
#[derive(Debug, Clone)]
pub struct Copy {
    /// Who gets it.
    pub to: Reader,
    /// Identity for good.
    pub key: ReminderKey,
}

impl<'r> Reminder<'r> {
    /// One that tells nothing beside, on the day of its step; with the copies that an absence brings.
    pub fn new(
        action: &'r Action,
        recipient: Recipient,
        key: ReminderKey,
        step_day: Date,
        (policy, choice): (&'r Policy, Choice),
    ) -> Self {
        Self {
            copies: copies(&recipient, &key),
            action,
            recipient,
            key,
            step_day,
            shift: None,
            merged: Vec::new(),
            policy,
            choice,
            also: Vec::new(),
            unanswered: None,
        }
    }

    /// Adds copies for those to whom it is escalated, when it tells that and is the first that does: they get one copy,
    /// not one of each. `original` is to whom that first one goes; the others say so.
    pub(super) fn share_copies(&mut self, escalated: &Escalated<'_>, original: &mut Option<String>) {
        let Some(unanswered) = self.unanswered.as_mut() else { return };
        if original.is_some() {
            unanswered.copy_of.clone_from(original);
            return;
        }
        *original = Some(self.recipient.name.clone());
        for one in &escalated.copied {
            let to = Reader { id: one.id.clone(), name: one.name.clone(), email: one.email.clone() };
            let recipient = to.id.copy_of_letter_to(&self.recipient.id);
            let key = ReminderKey { recipient, ..self.key.clone() };
            if self.copies.iter().all(|copy| copy.to != to) {
                self.copies.push(Copy { to, key });
            }
        }
    }

    /// Says in the letter of which somebody gets a copy who else gets the same letter: that reader would take the others for
    /// not asked.
    pub(super) fn name_others(reminders: &mut [Self]) {
        let others =
            reminders.iter().filter(|one| one.unanswered.as_ref().is_some_and(|one| one.copy_of.is_some()));
        let others: Vec<_> = others.map(|one| one.recipient.name.clone()).collect();
        for unanswered in reminders.iter_mut().filter_map(|one| one.unanswered.as_mut()) {
            if !unanswered.copied.is_empty() && unanswered.copy_of.is_none() {
                unanswered.beside.clone_from(&others);
            }
        }
    }

    /// Whether it, or a copy of it, is what the ledger knows under this name.
    pub fn is_known_as(&self, name: &RecipientId) -> bool {
        self.key.recipient == *name || self.copies.iter().any(|copy| copy.key.recipient == *name)
    }

    /// How the action stands, if its policy wants to know by that whether somebody answered. That others, to whom it was
    /// escalated, hear of another deadline asks nobody for an answer.
    pub fn status_to_note(&self) -> Option<Status> {
        let asks = !(self.key.recipient.is_for_escalation() && matches!(self.key.step, Step::Moved { .. }));
        (asks && !self.policy.escalate.is_empty()).then_some(self.action.status)
    }

    /// Records that it is told at the instant `at`, with the steps that it stands for, by letters that leave at once.
    pub fn record_in(&self, told: &mut Told, at: Timestamp) {
        self.record_written_in(told, at);
        self.record_end_in(told, LetterEnd::Taken { planned: at, at });
    }

    /// As [`Reminder::record_in`], for the send time `at`, by letters that leave as these rules have it.
    pub fn foresee_in(&self, told: &mut Told, rules: &Rules, at: Timestamp) {
        let leaves = rules.arrives(at, &self.recipient);
        self.record_written_in(told, at);
        self.record_end_in(told, LetterEnd::Taken { planned: leaves, at: leaves });
    }

    /// Records how the letters ended that tell it.
    pub fn record_end_in(&self, told: &mut Told, end: LetterEnd) {
        let copies = self.copies.iter().map(|copy| &copy.key);
        let alike = self.also.iter().map(|alike| &alike.key);
        for key in std::iter::once(&self.key).chain(copies).chain(alike) {
            told.record_end(key, end);
        }
    }

    /// As [`Reminder::record_in`], by letters that wait.
    pub fn record_written_in(&self, told: &mut Told, at: Timestamp) {
        told.record_step(&self.key, self.step_day, at);
        told.record_written(&self.key.action, &self.key.recipient, self.key.deadline);
        if let Some(status) = self.status_to_note() {
            told.record_status(&self.key.action, self.key.deadline, status);
        }
        for (step, day) in &self.merged {
            told.record_step(&ReminderKey { step: *step, ..self.key.clone() }, *day, at);
        }
        for Copy { key, .. } in &self.copies {
            told.record_step(key, self.step_day, at);
            told.record_written(&key.action, &key.recipient, key.deadline);
        }
        for Alike { key, step_day, merged, .. } in &self.also {
            told.record_step(key, *step_day, at);
            told.record_written(&key.action, &key.recipient, key.deadline);
            for (step, day) in merged {
                told.record_step(&ReminderKey { step: *step, ..key.clone() }, *day, at);
            }
        }
    }
}
