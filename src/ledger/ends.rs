//! How letters ended that told something: what was heard, and what was not.
//!
//! Ladders alone ask for it, and of the actions that they are about: each letter has to be looked up.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::{entry::deadline, facts::get_fact, letters::key};
use crate::{
    action::{
        ActionId, After, Deadline, Heard, LetterEnd, Letters, RecipientId, ReminderKey, Step, Told, days_late,
    },
    outbox::{LetterId, State},
    store::{At, unreadable},
};

/// What a person decided last about letters: the name of that fact.
pub(super) const DECIDED: &str = "letters decided";

/// What is another one after each decision of a person about a letter; none before the first.
pub fn letters_decided(c: &Connection) -> rusqlite::Result<Option<String>> {
    get_fact(c, DECIDED)
}

/// How these letters ended, those that did, and what they told. An escalation for which a later step stands in the letter
/// was told by it all the same: the next rung waits for its end.
pub fn ends(c: &Connection, letters: &[LetterId]) -> rusqlite::Result<Vec<Ended>> {
    let mut statement = c.prepare_cached(
        "SELECT r.reference, r.asked_of, r.recipient, r.deadline, r.step, l.state, l.planned_for, l.settled, \
         r.how = 'merged' FROM reminder r JOIN letter l ON l.id = r.letter \
         WHERE r.letter = ?1 AND l.settled IS NOT NULL \
         AND (r.how = 'told' OR (r.how = 'merged' AND r.step LIKE 'escalated %'))",
    )?;
    let mut ends = Vec::new();
    for letter in letters {
        let mut rows = statement.query([letter])?;
        while let Some(row) = rows.next()? {
            let (state, At(planned), At(at)): (State, _, _) = (row.get(5)?, row.get(6)?, row.get(7)?);
            let is_taken = state == State::Accepted;
            let end = if is_taken { LetterEnd::Taken { planned, at } } else { LetterEnd::Failed { at } };
            ends.push(Ended { key: key(row)?, end, is_merged: row.get(8)? });
        }
    }
    Ok(ends)
}

/// How a letter ended, for one of the things that it told.
#[derive(Debug, Clone)]
pub struct Ended {
    key: ReminderKey,
    end: LetterEnd,
    /// Whether a later step stands for it in the letter, which counts for that one.
    is_merged: bool,
}

impl Ended {
    /// Adds it to a view.
    pub fn note(&self, told: &mut Told) {
        if self.is_merged {
            told.record_escalation_end(&self.key, self.end);
        } else {
            told.record_end(&self.key, self.end);
        }
    }
}

/// Adds to a view what was heard of these actions up to the instant `until`.
pub fn hear(c: &Connection, told: &mut Told, actions: &[ActionId], until: Timestamp) -> rusqlite::Result<()> {
    // An attempt whose letter was settled since was not settled then.
    let mut statement = c.prepare_cached(
        "SELECT r.recipient, r.deadline, r.step, r.how, r.recorded_at, l.state, l.planned_for, \
         CASE WHEN l.settled <= ?3 THEN l.settled END FROM reminder r LEFT JOIN letter l ON l.id = r.letter \
         WHERE r.reference = ?1 AND r.asked_of = ?2 AND r.recorded_at <= ?3 \
         AND (how <> 'merged' OR r.step LIKE 'escalated %') \
         AND (r.why IS NULL OR (r.why NOT LIKE 'taken back: %' AND r.how <> 'left out')) \
         ORDER BY r.recipient, r.deadline",
    )?;
    for action in actions {
        let mut rows = statement.query(params![action.reference(), action.asked_of(), At(until)])?;
        let mut heard = OfOne::default();
        while let Some(row) = rows.next()? {
            let one = Telling::read(row)?;
            if let Step::Escalated { after } = one.step {
                one.note_escalation(told, action, after);
            }
            if !one.is_merged {
                heard.add(told, action, one);
            }
        }
        heard.note(told, action);
    }
    Ok(())
}

/// That a recipient was told one thing.
struct Telling {
    recipient: RecipientId,
    deadline: Option<Deadline>,
    step: Step,
    end: Option<LetterEnd>,
    /// Whether a later step stands for it in the letter.
    is_merged: bool,
    /// When it was taken as told.
    adopted: Option<Timestamp>,
}

impl Telling {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let text = |column| row.get_ref(column).and_then(|value| Ok(value.as_str()?));
        let (how, At(recorded)) = (text(3)?, row.get(4)?);
        let settled = row.get::<_, Option<At>>(7)?.map(|At(at)| at);
        let end = match (how, settled) {
            ("told" | "merged", None) => None,
            ("told" | "merged", Some(at)) if row.get::<_, State>(5)? == State::Accepted => {
                let At(planned) = row.get(6)?;
                Some(LetterEnd::Taken { planned, at })
            }
            ("told" | "merged", Some(at)) => Some(LetterEnd::Failed { at }),
            _ => Some(LetterEnd::Failed { at: recorded }),
        };
        Ok(Self {
            recipient: RecipientId::stored(text(0)?),
            deadline: deadline(1, text(1)?)?,
            step: step(2, text(2)?)?,
            end,
            is_merged: how == "merged",
            adopted: (how == "adopted").then_some(recorded),
        })
    }

    fn note_escalation(&self, told: &mut Told, action: &ActionId, after: After) {
        if let Some(end) = self.end {
            let is_taken = matches!(end, LetterEnd::Taken { .. }) || self.adopted.is_some();
            let end = (end.at(), is_taken);
            told.record_escalation_ended(action, &self.recipient, self.deadline, after, end);
        }
    }
}

/// What one recipient heard of one deadline.
#[derive(Default)]
struct OfOne {
    about: Option<(RecipientId, Option<Deadline>)>,
    waiting: u32,
    taken: u32,
    first: Option<Timestamp>,
    /// When the letter that was taken last was to leave, and did.
    last: Option<(Timestamp, Timestamp)>,
}

impl OfOne {
    fn add(&mut self, told: &mut Told, action: &ActionId, one: Telling) {
        let Telling { recipient, deadline, end, adopted, .. } = one;
        let about = Some((recipient, deadline));
        if self.about != about {
            std::mem::replace(self, Self { about, ..Self::default() }).note(told, action);
        }
        let mut heard_at = adopted;
        match end {
            None => self.waiting += 1,
            Some(LetterEnd::Taken { planned, at }) => {
                self.taken += 1;
                self.last = self.last.filter(|(_, last)| *last > at).or(Some((planned, at)));
                heard_at = Some(at);
            }
            Some(LetterEnd::Failed { .. }) => {}
        }
        self.first = [self.first, heard_at].into_iter().flatten().min();
    }

    fn note(self, told: &mut Told, action: &ActionId) {
        let Some((recipient, deadline)) = self.about else { return };
        let late = self.last.map_or(0, |(planned, taken)| days_late(planned, taken));
        let last = self.last.map(|(_, taken)| taken);
        let heard =
            self.first.map(|first| Heard { letters: self.taken, first, last: last.unwrap_or(first), late });
        told.record_letters(action, &recipient, deadline, Letters::of(self.waiting, heard));
    }
}

fn step(column: usize, text: &str) -> rusqlite::Result<Step> {
    text.parse().map_err(|_| unreadable(column, "a step"))
}
