//! Which letters are about which actions.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use super::{
    entry::{day, deadline},
    journal::{self, Recorded},
};
use crate::{
    action::{ActionId, Deadline, RecipientId, ReminderKey},
    outbox::{self, LetterId, State},
    store::{At, unreadable},
};

/// When the last letter that tells of this action was written.
pub fn last_letter_at(c: &Connection, action: &ActionId) -> rusqlite::Result<Option<Timestamp>> {
    let last: Option<At> = c
        .prepare_cached(
            "SELECT max(recorded_at) FROM reminder WHERE reference = ?1 AND asked_of = ?2 AND how = 'told'",
        )?
        .query_row(params![action.reference(), action.asked_of()], |row| row.get(0))?;
    Ok(last.map(|At(at)| at))
}

/// The last letters about an action: those of the latest send time that had some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastLetters {
    /// When the last of them was written.
    pub at: Timestamp,
    /// Where each of them stands: it may not have left, or was refused.
    pub states: Vec<State>,
}

/// The last letters about every action that has had one.
pub fn last_letters(c: &Connection) -> rusqlite::Result<HashMap<ActionId, LastLetters>> {
    let mut all: HashMap<ActionId, LastLetters> = HashMap::new();
    let mut statement = c.prepare_cached(
        "WITH last AS (SELECT reference, asked_of, max(recorded_at) AS at, letter FROM reminder WHERE how = 'told' \
         GROUP BY reference, asked_of) \
         SELECT DISTINCT last.reference, last.asked_of, last.at, l.id, l.state FROM last \
         JOIN letter latest ON latest.id = last.letter \
         JOIN reminder r ON r.reference = last.reference AND r.asked_of = last.asked_of AND r.how = 'told' \
         JOIN letter l ON l.id = r.letter AND l.planned_for = latest.planned_for ORDER BY l.id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let At(at) = row.get(2)?;
        let about = all.entry(action(row, 0)?);
        about.or_insert_with(|| LastLetters { at, states: Vec::new() }).states.push(row.get(4)?);
    }
    Ok(all)
}

/// The actions that a letter tells of.
pub fn carried_by(c: &Connection, letter: LetterId) -> rusqlite::Result<Vec<ActionId>> {
    c.prepare_cached(
        "SELECT DISTINCT reference, asked_of FROM reminder WHERE letter = ?1 AND how = 'told' \
         ORDER BY reference, asked_of",
    )?
    .query_map([letter], |row| action(row, 0))?
    .collect()
}

/// What a letter tells, for a list that people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mentioned {
    /// The action's reference, as people write it.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Whom the letter is for.
    pub recipient_name: String,
}

/// The actions that a letter tells of, as people know them.
pub fn mentioned_in(c: &Connection, letter: LetterId) -> rusqlite::Result<Vec<Mentioned>> {
    c.prepare_cached(
        "SELECT DISTINCT label, title, recipient_name FROM reminder WHERE letter = ?1 AND how = 'told' \
         ORDER BY label, title",
    )?
    .query_map([letter], |row| {
        Ok(Mentioned { reference: row.get(0)?, title: row.get(1)?, recipient_name: row.get(2)? })
    })?
    .collect()
}

/// The references of the actions that a letter tells of, as people write them.
pub fn references_in(c: &Connection, letter: LetterId) -> rusqlite::Result<Vec<String>> {
    c.prepare_cached("SELECT DISTINCT label FROM reminder WHERE letter = ?1 AND how = 'told' ORDER BY label")?
        .query_map([letter], |row| row.get(0))?
        .collect()
}

/// Every letter that waits in the outbox, with each action that it tells of: what has to be looked at when
/// actions were closed meanwhile.
pub fn waiting_for(c: &Connection) -> rusqlite::Result<Vec<(LetterId, ActionId)>> {
    c.prepare_cached(
        "SELECT DISTINCT l.id, r.reference, r.asked_of FROM letter l JOIN reminder r ON r.letter = l.id \
         WHERE l.id IN (SELECT id FROM letter WHERE next_attempt IS NOT NULL AND state <> 'sending' \
         UNION ALL SELECT id FROM letter WHERE state = 'sending' \
         UNION ALL SELECT id FROM letter WHERE state = 'held') AND r.how = 'told' ORDER BY l.id, r.reference, r.asked_of",
    )?
    .query_map([], |row| Ok((row.get(0)?, action(row, 1)?)))?
    .collect()
}

/// A letter that waits, as a preview lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The recipient's name.
    pub name: String,
    /// Its subject.
    pub subject: String,
    /// When it was to leave.
    pub leaves: Timestamp,
}

/// The letters about actions that were written after an instant and wait, in the order in which they were written.
pub fn waiting_since(c: &Connection, since: Timestamp) -> rusqlite::Result<Vec<Listed>> {
    c.prepare_cached(
        "SELECT r.recipient_name, l.subject, l.planned_for FROM letter l JOIN reminder r ON r.letter = l.id \
         WHERE l.next_attempt IS NOT NULL AND l.state <> 'sending' AND l.created > ?1 AND r.how = 'told' \
         GROUP BY l.id ORDER BY l.id",
    )?
    .query_map([At(since)], |row| {
        let At(leaves) = row.get(2)?;
        Ok(Listed { name: row.get(0)?, subject: row.get(1)?, leaves })
    })?
    .collect()
}

/// Whether and why a letter that waits is kept from leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is not.
    No,
    /// Because a row is missing.
    Back,
    /// Until it was looked at: a person released it.
    Released,
    /// Because it may have arrived, or with a send time that looks like a flood.
    Held,
}

/// A reminder that a waiting letter tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The letter.
    pub letter: LetterId,
    /// Whom it goes to.
    pub addressee: RecipientId,
    /// Whether it is kept from leaving.
    pub kept: Kept,
    /// The reminder.
    pub key: ReminderKey,
    /// The day of its step.
    pub day: Date,
    /// Where the letter goes.
    pub to: String,
    /// When it was to leave, and in whose words it is written.
    pub planned_for: Timestamp,
    /// Whether an attempt is under way, or has no known end: it keeps its words.
    pub may_have_arrived: bool,
}

/// Every reminder that a waiting letter tells: what may have become untrue since the letter was written. What a
/// person holds is not among them.
pub fn waiting_reminders(c: &Connection) -> rusqlite::Result<Vec<Waiting>> {
    c.prepare_cached(
        "SELECT r.reference, r.asked_of, r.recipient, r.deadline, r.step, r.step_day, l.id, l.state = 'held', \
         coalesce(l.note LIKE ?1 || '%', 0), l.envelope_to, l.planned_for, EXISTS (SELECT 1 FROM attempt a \
         WHERE a.letter = l.id AND (a.outcome IS NULL OR a.outcome = 'unknown')), l.recipient, coalesce(l.note = ?4, 0) \
         FROM letter l JOIN reminder r ON r.letter = l.id \
         WHERE l.id IN (SELECT id FROM letter WHERE next_attempt IS NOT NULL AND state <> 'sending' \
         UNION ALL SELECT id FROM letter WHERE state = 'sending' \
         UNION ALL SELECT id FROM letter WHERE state = 'held' AND (note LIKE ?1 || '%' OR note LIKE ?2 || '%' OR note = ?3)) AND r.how = 'told' \
         ORDER BY l.id, r.reference, r.asked_of",
    )?
    .query_map([outbox::KEPT_BACK, outbox::IN_DOUBT, outbox::WITH_RUN, outbox::RELEASED], |row| {
        let text = |column| row.get_ref(column).and_then(|value| Ok(value.as_str()?));
        let kept = match (row.get(7)?, row.get(8)?, row.get(13)?) {
            (true, _, true) => Kept::Released,
            (true, true, _) => Kept::Back,
            (true, ..) => Kept::Held,
            (false, ..) => Kept::No,
        };
        let At(planned_for) = row.get(10)?;
        Ok(Waiting {
            letter: row.get(6)?,
            addressee: RecipientId::stored(text(12)?),
            kept,
            key: key(row)?,
            day: day(5, text(5)?)?,
            to: row.get(9)?,
            planned_for,
            may_have_arrived: row.get(11)?,
        })
    })?
    .collect()
}

/// A later step than the one that a waiting letter tells, which its recipient has had already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overtaking {
    /// Of which action, to whom, for which deadline; the step is the later one.
    pub key: ReminderKey,
    /// The day of the later step.
    pub day: Date,
    /// The letter that told it, and was accepted.
    pub letter: LetterId,
}

/// The later steps that were told while letters about earlier ones waited.
pub fn overtaking(c: &Connection) -> rusqlite::Result<Vec<Overtaking>> {
    c.prepare_cached(
        "SELECT DISTINCT later.reference, later.asked_of, later.recipient, later.deadline, later.step, later.step_day, \
         later.letter FROM reminder r JOIN reminder later ON later.reference = r.reference \
         AND later.asked_of = r.asked_of AND later.recipient = r.recipient AND later.deadline = r.deadline \
         AND later.how = 'told' AND later.step_day > r.step_day \
         JOIN letter l ON l.id = later.letter AND l.state = 'accepted' \
         WHERE r.how = 'told' AND r.letter IN (SELECT id FROM letter WHERE next_attempt IS NOT NULL AND state <> 'sending' \
         UNION ALL SELECT id FROM letter WHERE state = 'held')",
    )?
    .query_map([], |row| {
        Ok(Overtaking { key: key(row)?, day: day(5, row.get_ref(5)?.as_str()?)?, letter: row.get(6)? })
    })?
    .collect()
}

/// Says that another letter tells these reminders, because the one that was to tell them was written anew.
pub fn carry_over(
    c: &Connection,
    keys: &[ReminderKey],
    to: LetterId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let all = with_merged(c, keys)?;
    change(c, "letter = ?6", "carried over", keys, &to, now)?;
    change(c, "letter = ?6", "merged", all.get(keys.len()..).unwrap_or_default(), &to, now)
}

/// Says that another letter stands for these reminders, because it tells a later step and theirs had not left yet.
pub fn merge_into(
    c: &Connection,
    keys: &[ReminderKey],
    to: LetterId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    change(c, "how = 'merged', letter = ?6", "merged", &with_merged(c, keys)?, &to, now)
}

/// Takes back that these reminders were told, because their letter was withdrawn before it left: they, and what
/// they stood for in it, count as never told, and the history says why.
pub fn take_back(c: &Connection, keys: &[ReminderKey], why: &str, now: Timestamp) -> rusqlite::Result<()> {
    let why = format!("{TAKEN_BACK}{why}");
    let keys = with_merged(c, keys)?;
    change(c, "how = 'impossible', letter = NULL, why = ?6", "taken back", &keys, &why, now)
}

/// These, and after them those for which they stand.
fn with_merged(c: &Connection, keys: &[ReminderKey]) -> rusqlite::Result<Vec<ReminderKey>> {
    let mut all = keys.to_vec();
    for key in keys {
        all.extend(merged_into(c, key)?);
    }
    Ok(all)
}

/// The reminders for which another one stands, in its letter.
fn merged_into(c: &Connection, key: &ReminderKey) -> rusqlite::Result<Vec<ReminderKey>> {
    let (deadline, step) = (Deadline::key(key.deadline), key.step.to_string());
    let which =
        params![key.action.reference(), key.action.asked_of(), key.recipient.as_str(), deadline, step];
    c.prepare_cached(
        "SELECT step FROM reminder WHERE reference = ?1 AND asked_of = ?2 AND recipient = ?3 AND deadline = ?4 \
         AND how = 'merged' AND letter = (SELECT letter FROM reminder WHERE reference = ?1 AND asked_of = ?2 \
         AND recipient = ?3 AND deadline = ?4 AND step = ?5)",
    )?
    .query_map(which, |row| {
        let step = row.get_ref(0)?.as_str()?.parse().map_err(|_| unreadable(0, "a step"))?;
        Ok(ReminderKey { step, ..key.clone() })
    })?
    .collect()
}

/// Changes what the history says of these reminders, and appends to the journal what it says from then on.
fn change(
    c: &Connection,
    what: &str,
    did: &str,
    keys: &[ReminderKey],
    value: &dyn ToSql,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let mut change_one = c.prepare_cached(&format!(
        "UPDATE reminder SET {what} WHERE reference = ?1 AND asked_of = ?2 AND recipient = ?3 AND deadline = ?4 \
         AND step = ?5 RETURNING {}",
        journal::COLUMNS
    ))?;
    for key in keys {
        let ReminderKey { action, recipient, .. } = key;
        let (deadline, step) = (Deadline::key(key.deadline), key.step.to_string());
        let which = params![action.reference(), action.asked_of(), recipient.as_str(), deadline, step, value];
        if let Some(changed) = change_one.query_row(which, Recorded::read).optional()? {
            changed.append(c, did, now)?;
        }
    }
    Ok(())
}

/// What the reason of a reminder begins with that was taken back.
pub(super) const TAKEN_BACK: &str = "taken back: ";

/// The key of a reminder in the first five columns.
pub(super) fn key(row: &Row<'_>) -> rusqlite::Result<ReminderKey> {
    let text = |column| row.get_ref(column).and_then(|value| Ok(value.as_str()?));
    Ok(ReminderKey {
        action: action(row, 0)?,
        recipient: RecipientId::stored(text(2)?),
        deadline: deadline(3, text(3)?)?,
        step: text(4)?.parse().map_err(|_| unreadable(4, "a step"))?,
    })
}

/// The action in column `first` and the next.
pub(super) fn action(row: &Row<'_>, first: usize) -> rusqlite::Result<ActionId> {
    Ok(ActionId::new(row.get_ref(first)?.as_str()?, row.get_ref(first + 1)?.as_str()?))
}
