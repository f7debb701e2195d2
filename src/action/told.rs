//! What was already said: the view of the ledger that planning needs.

mod letters;
mod rungs;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

pub use letters::{Heard, LetterEnd, Letters, days_late};
pub use rungs::Escalated;
use rungs::Rung;

use super::{
    ActionId, After, Deadline, RecipientId, ReminderKey, Status, Step,
    maps::{HashMap, HashSet},
};

/// For each action, recipient and deadline: the latest step that was told (or merged, or
/// recorded as impossible to tell). Steps up to that day are never told again.
#[derive(Debug, Clone, Default)]
pub struct Told {
    by_action: HashMap<ActionId, Vec<Latest>>,
    /// How often the deadline that was told was another than the one before, or that the action is closed or open again,
    /// where it ever was.
    moves: HashMap<ActionId, u32>,
    /// Actions of which it was told last that they are closed.
    closed: HashSet<ActionId>,
    /// Actions that were closed and of which somebody may have to be told, and when that was seen.
    closings: BTreeMap<ActionId, Timestamp>,
    /// Those whose last letter about an action said that it is closed.
    ended: HashMap<ActionId, HashSet<RecipientId>>,
    /// What was escalated.
    escalated: HashMap<ActionId, Vec<Rung>>,
    /// How an action stood when somebody was first reminded of a deadline of it, where its policy asks for that.
    stood: HashMap<ActionId, Vec<(Option<Deadline>, Status)>>,
    /// When letters were written to somebody, of late: each in the order of time.
    letters: HashMap<RecipientId, Vec<Timestamp>>,
    /// The last send time that was worked through.
    served: Option<Timestamp>,
}

#[derive(Debug, Clone)]
struct Latest {
    recipient: RecipientId,
    deadline: Option<Deadline>,
    step_day: Date,
    /// The steps of working days that were told. Their days depend on calendars, which may be
    /// corrected: a step that was told is not told again because its day has moved.
    working: Vec<u32>,
    /// When a letter first told of it, if one did.
    reminded: Option<Timestamp>,
    /// Which letters did, and reached whom they were for.
    letters: Letters,
}

impl Latest {
    /// That this step is settled; nobody was reminded of it.
    fn new(recipient: RecipientId, deadline: Option<Deadline>, step_day: Date) -> Self {
        Self {
            recipient,
            deadline,
            step_day,
            working: Vec::new(),
            reminded: None,
            letters: Letters::default(),
        }
    }
}

impl Told {
    /// Records that the step of `step_day` was told, at the instant `at`.
    pub fn record(
        &mut self,
        action: ActionId,
        recipient: RecipientId,
        deadline: Option<Deadline>,
        step_day: Date,
        at: Timestamp,
    ) {
        if self.deadline_told(&action).is_some_and(|before| before != deadline) {
            *self.moves.entry(action.clone()).or_default() += 1;
        }
        let entries = self.by_action.entry(action).or_default();
        let found = entries.iter().position(|e| e.recipient == recipient && e.deadline == deadline);
        let mut entry = match found {
            Some(at) => entries.remove(at),
            None => Latest::new(recipient, deadline, step_day),
        };
        entry.step_day = entry.step_day.max(step_day);
        entry.reminded = Some(entry.reminded.map_or(at, |first| first.min(at)));
        // The deadline that was told last stands last.
        entries.push(entry);
    }

    /// Records that a step of `step_day` could not be told: it is not tried again, but nobody was reminded.
    pub fn record_impossible(
        &mut self,
        action: ActionId,
        recipient: RecipientId,
        deadline: Option<Deadline>,
        step_day: Date,
    ) {
        let entries = self.by_action.entry(action).or_default();
        let found = entries.iter_mut().find(|e| e.recipient == recipient && e.deadline == deadline);
        if let Some(entry) = found {
            entry.step_day = entry.step_day.max(step_day);
        } else {
            entries.insert(0, Latest::new(recipient, deadline, step_day));
        }
    }

    /// Whether anything was told of an action to anybody.
    #[must_use]
    pub fn knows(&self, action: &ActionId) -> bool {
        self.by_action.contains_key(action)
    }

    /// Whether anything about an action, by whatever deadline, is recorded for a recipient.
    #[must_use]
    pub fn knows_of(&self, action: &ActionId, recipient: &RecipientId) -> bool {
        self.by_action.get(action).is_some_and(|entries| entries.iter().any(|e| e.recipient == *recipient))
    }

    /// Everybody who was reminded of an action before an instant.
    pub fn reminded_before(
        &self,
        action: &ActionId,
        before: Timestamp,
    ) -> impl Iterator<Item = &RecipientId> {
        let entries = self.by_action.get(action).into_iter().flatten();
        let reminded = entries.filter(move |e| e.reminded.is_some_and(|first| first < before));
        reminded.map(|e| &e.recipient)
    }

    /// The deadline of which somebody was reminded last, if it was one.
    #[must_use]
    pub fn reminded_of(&self, action: &ActionId, recipient: &RecipientId) -> Option<Deadline> {
        let entries = self.by_action.get(action)?;
        entries.iter().rfind(|e| e.reminded.is_some() && e.recipient == *recipient)?.deadline
    }

    /// How often a deadline of an action was told that was another than the one told before, or that it is closed or open
    /// again, to whomever.
    #[must_use]
    pub fn moves(&self, action: &ActionId) -> u32 {
        self.moves.get(action).copied().unwrap_or_default()
    }

    /// Whether it was told last of an action that it is closed.
    #[must_use]
    pub fn closed_told(&self, action: &ActionId) -> bool {
        self.closed.contains(action)
    }

    /// Records that it was told last of an action that it is closed.
    pub fn record_closed_told(&mut self, action: &ActionId) {
        self.closed.insert(action.clone());
    }

    /// Records how often the deadline of an action moved, when the order of all that was told says it.
    pub fn record_moves(&mut self, action: &ActionId, moves: u32) {
        self.moves.insert(action.clone(), moves);
    }

    /// What anybody was told last of the deadline of an action: which it is, or that it has none. None when
    /// nobody was told of it.
    #[must_use]
    pub fn deadline_told(&self, action: &ActionId) -> Option<Option<Deadline>> {
        Some(self.by_action.get(action)?.iter().rfind(|entry| entry.reminded.is_some())?.deadline)
    }

    /// Records that a send time was worked through, when it is later than those before.
    pub fn record_served(&mut self, at: Timestamp) {
        self.served = self.served.max(Some(at));
    }

    /// The last send time that was worked through, if any was.
    #[must_use]
    pub fn served(&self) -> Option<Timestamp> {
        self.served
    }

    /// Records that a letter was written to somebody at the instant `at`.
    pub fn record_letter(&mut self, to: &RecipientId, at: Timestamp) {
        let letters = self.letters.entry(to.clone()).or_default();
        let place = letters.partition_point(|before| *before <= at);
        letters.insert(place, at);
    }

    /// When letters were written to somebody in the last week, at least; in the order of time. Copies of letters to
    /// others are not among them.
    #[must_use]
    pub fn letters_to(&self, recipient: &RecipientId) -> &[Timestamp] {
        self.letters.get(recipient).map_or(&[], Vec::as_slice)
    }

    /// Records that an action was closed, as it was seen at the instant `at`.
    pub fn record_closing(&mut self, action: ActionId, at: Timestamp) {
        self.closings.entry(action).or_insert(at);
    }

    /// Records that an action is open: nobody has to be told that it was closed.
    pub fn record_reopened(&mut self, action: &ActionId) {
        self.closings.remove(action);
    }

    /// Records that everybody was told of what was closed who is to be told.
    pub fn forget_closings(&mut self, actions: &[ActionId]) {
        for action in actions {
            self.closings.remove(action);
        }
    }

    /// The actions that were closed and of which somebody may have to be told, each with when that was seen.
    pub fn closings(&self) -> impl Iterator<Item = (&ActionId, Timestamp)> {
        self.closings.iter().map(|(action, at)| (action, *at))
    }

    /// Everybody who was reminded of an action, or told that nobody answers, and was not told since that it is closed,
    /// each once. Copies during an absence are none of their own: they go with the letter to whoever stands in.
    #[must_use]
    pub fn not_told_closed(&self, action: &ActionId) -> Vec<RecipientId> {
        let entries = self.by_action.get(action).into_iter().flatten();
        let reminded = entries.filter(|one| one.reminded.is_some() && !one.recipient.is_copy());
        let mut found: Vec<_> = reminded.map(|one| one.recipient.clone()).collect();
        found.extend(self.told_apart(action).into_iter().map(|(name, _)| name));
        if let Some(told) = self.ended.get(action) {
            found.retain(|one| !told.contains(one));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Everybody who was told that nobody answers about an action and of whom nothing was asked, each once and as whom
    /// they get letters of their own, with the deadline that they were told last.
    #[must_use]
    pub fn told_apart(&self, action: &ActionId) -> Vec<(RecipientId, Option<Deadline>)> {
        let Some(rungs) = self.escalated.get(action) else { return Vec::new() };
        let mut names: Vec<_> = rungs.iter().flat_map(Rung::told_apart).collect();
        names.sort_unstable();
        names.dedup();
        let entries = self.by_action.get(action).map(Vec::as_slice).unwrap_or_default();
        let last = |name: RecipientId| {
            let is_theirs = |one: &&Latest| one.reminded.is_some() && one.recipient.apart() == name;
            let deadline = entries.iter().rfind(is_theirs)?.deadline;
            Some((name, deadline))
        };
        names.into_iter().filter_map(last).collect()
    }

    /// Records that the last letter to a recipient about an action said that it is closed, or that it did not.
    pub fn record_told_closed(&mut self, action: &ActionId, recipient: &RecipientId, closed: bool) {
        if closed {
            self.ended.entry(action.clone()).or_default().insert(recipient.apart());
        } else if let Some(told) = self.ended.get_mut(action) {
            told.remove(&recipient.apart());
        }
    }

    /// Records that a step was told, which is that of `step_day`, at the instant `at`.
    pub fn record_step(&mut self, key: &ReminderKey, step_day: Date, at: Timestamp) {
        let is_closed = matches!(key.step, Step::Closed { .. });
        self.record_told_closed(&key.action, &key.recipient, is_closed);
        if is_closed != self.closed_told(&key.action) {
            if self.deadline_told(&key.action) == Some(key.deadline) {
                *self.moves.entry(key.action.clone()).or_default() += 1;
            }
            if is_closed {
                self.closed.insert(key.action.clone());
            } else {
                self.closed.remove(&key.action);
            }
        }
        let ReminderKey { action, recipient, deadline, step } = key.clone();
        self.record(action, recipient, deadline, step_day, at);
        if let Step::Escalated { after } = step {
            self.record_escalated(&key.action, &key.recipient, deadline, after, at);
        }
        if let Step::BeforeWorking { days } = step {
            self.record_working(&key.action, &key.recipient, deadline, days);
        }
    }

    /// Records that an action was escalated, by a letter that waits from now on. A copy of that letter is no escalation of
    /// its own.
    pub fn record_escalated(
        &mut self,
        action: &ActionId,
        recipient: &RecipientId,
        deadline: Option<Deadline>,
        after: After,
        at: Timestamp,
    ) {
        let rungs = self.escalated.entry(action.clone()).or_default();
        let known = rungs.iter().position(|rung| rung.deadline == deadline && rung.after == after);
        let known = known.unwrap_or_else(|| {
            rungs.push(Rung::new(deadline, after));
            rungs.len() - 1
        });
        if let Some(rung) = rungs.get_mut(known) {
            rung.written_to(recipient, at);
        }
    }

    /// What was escalated of an action by one deadline.
    pub fn escalated(
        &self,
        action: &ActionId,
        deadline: Option<Deadline>,
    ) -> impl Iterator<Item = Escalated> {
        let rungs = self.escalated.get(action).into_iter().flatten();
        rungs.filter(move |rung| rung.deadline == deadline).filter_map(Rung::escalated)
    }

    /// How many letters that told that nobody answers went to a reader in copy, of those written when `is_meant` says.
    pub fn copies_on(&self, reader: &RecipientId, is_meant: impl Fn(Timestamp) -> bool) -> usize {
        let copies = self.escalated.values().flatten().flat_map(|rung| rung.copies_to(reader));
        // One letter may tell of several actions.
        copies.filter(|(at, _)| is_meant(*at)).collect::<HashSet<_>>().len()
    }

    /// Whether the mail server took the letter that tells a recipient of an escalation.
    #[must_use]
    pub fn has_heard_of_escalation(
        &self,
        action: &ActionId,
        recipient: &RecipientId,
        deadline: Option<Deadline>,
        after: After,
    ) -> bool {
        let mut rungs = self.escalated.get(action).into_iter().flatten();
        rungs.any(|rung| rung.deadline == deadline && rung.after == after && rung.was_taken_to(recipient))
    }

    /// Records how an action stands when somebody is reminded of a deadline of it. Only the first time counts.
    pub fn record_status(&mut self, action: &ActionId, deadline: Option<Deadline>, status: Status) {
        if self.stood(action, deadline).is_none() {
            self.stood.entry(action.clone()).or_default().push((deadline, status));
        }
    }

    /// How an action stood when somebody was first reminded of a deadline of it, if that is known.
    #[must_use]
    pub fn stood(&self, action: &ActionId, deadline: Option<Deadline>) -> Option<Status> {
        let known = self.stood.get(action)?;
        known.iter().find(|(of, _)| *of == deadline).map(|(_, status)| *status)
    }

    /// Records that one more letter tells a recipient of an action and a deadline. It waits from now on.
    pub fn record_written(&mut self, action: &ActionId, recipient: &RecipientId, deadline: Option<Deadline>) {
        if let Some(entry) = self.entry(action, recipient, deadline) {
            entry.letters.written();
        }
    }

    /// Records how the letter ended that tells this.
    pub fn record_end(&mut self, key: &ReminderKey, end: LetterEnd) {
        let ReminderKey { action, recipient, deadline, .. } = key;
        if let Some(entry) = self.entry(action, recipient, *deadline) {
            entry.letters.ended(end);
        }
        self.record_escalation_end(key, end);
    }

    /// Records how the letter ended by which somebody was told that this was escalated, if that it was.
    pub fn record_escalation_end(&mut self, key: &ReminderKey, end: LetterEnd) {
        let ReminderKey { action, recipient, deadline, step } = key;
        if let Step::Escalated { after } = *step {
            let (at, is_taken) = (end.at(), matches!(end, LetterEnd::Taken { .. }));
            self.record_escalation_ended(action, recipient, *deadline, after, (at, is_taken));
        }
    }

    /// Records when the letter ended that tells a recipient of an escalation, and whether the mail server took it.
    pub fn record_escalation_ended(
        &mut self,
        action: &ActionId,
        recipient: &RecipientId,
        deadline: Option<Deadline>,
        after: After,
        (at, is_taken): (Timestamp, bool),
    ) {
        let rungs = self.escalated.get_mut(action).into_iter().flatten();
        for rung in rungs.filter(|rung| rung.deadline == deadline && rung.after == after) {
            rung.ended(recipient, at, is_taken);
        }
    }

    /// Records which letters told a recipient of an action and a deadline, all in all.
    pub fn record_letters(
        &mut self,
        action: &ActionId,
        recipient: &RecipientId,
        deadline: Option<Deadline>,
        letters: Letters,
    ) {
        if let Some(entry) = self.entry(action, recipient, deadline) {
            entry.letters = letters;
        }
    }

    /// Which letters told a recipient of an action and a deadline.
    #[must_use]
    pub fn letters(&self, action: &ActionId, recipient: &RecipientId, deadline: Option<Deadline>) -> Letters {
        let mut entries = self.by_action.get(action).into_iter().flatten();
        let entry = entries.find(|e| e.recipient == *recipient && e.deadline == deadline);
        entry.map(|entry| entry.letters).unwrap_or_default()
    }

    fn entry(
        &mut self,
        action: &ActionId,
        recipient: &RecipientId,
        deadline: Option<Deadline>,
    ) -> Option<&mut Latest> {
        let entries = self.by_action.get_mut(action)?;
        entries.iter_mut().find(|entry| entry.recipient == *recipient && entry.deadline == deadline)
    }

    /// Records that a step of so many working days was told, beside what [`Told::record`] was told of.
    pub fn record_working(
        &mut self,
        action: &ActionId,
        recipient: &RecipientId,
        deadline: Option<Deadline>,
        days: u32,
    ) {
        if let Some(entry) = self.entry(action, recipient, deadline)
            && !entry.working.contains(&days)
        {
            entry.working.push(days);
        }
    }

    /// The steps of working days that were told, by their numbers of days.
    #[must_use]
    pub fn working(&self, action: &ActionId, recipient: &RecipientId, deadline: Option<Deadline>) -> &[u32] {
        let mut entries = self.by_action.get(action).into_iter().flatten();
        entries
            .find(|entry| entry.recipient == *recipient && entry.deadline == deadline)
            .map_or(&[], |entry| &entry.working)
    }

    /// The day of the latest step that was told, if any was.
    #[must_use]
    pub fn latest(
        &self,
        action: &ActionId,
        recipient: &RecipientId,
        deadline: Option<Deadline>,
    ) -> Option<Date> {
        self.by_action
            .get(action)?
            .iter()
            .find(|e| e.recipient == *recipient && e.deadline == deadline)
            .map(|e| e.step_day)
    }
}
