//! The view that planning needs.

use jiff::{Timestamp, civil::Date};
use rusqlite::{Connection, params};

use super::{
    closings::closings,
    entry::{day, deadline},
};
use crate::{
    action::{ActionId, Deadline, RecipientId, Status, Step, Told},
    store::{At, unreadable},
};

/// For each action, recipient and deadline the latest step that is recorded, however it was said. What was
/// left out was not said. What was heard is not among it: see [`hear`](super::hear).
pub fn told(c: &Connection) -> rusqlite::Result<Told> {
    told_until(c, Timestamp::MAX)
}

/// As [`told`], as it was at the instant `until`.
pub fn told_until(c: &Connection, until: Timestamp) -> rusqlite::Result<Told> {
    let mut told = Told::default();
    // The primary key is in this order: one pass, no sorting.
    let mut statement = c.prepare_cached(
        "SELECT reference, asked_of, recipient, deadline, max(step_day), \
         group_concat(CASE WHEN step LIKE '%wd before' THEN step END, '|'), \
         group_concat(CASE WHEN step LIKE 'escalated %' THEN step || '|' || recorded_at END, '|'), \
         max(CASE WHEN how IN ('told', 'adopted') THEN recorded_at END), \
         min(CASE WHEN how IN ('told', 'adopted') THEN recorded_at END), \
         max(CASE WHEN step LIKE 'closed %' THEN recorded_at END), \
         max(CASE WHEN how IN ('told', 'adopted') AND step NOT LIKE 'closed %' THEN recorded_at END) FROM reminder \
         WHERE recorded_at <= ?1 AND (why IS NULL OR (why NOT LIKE 'taken back: %' AND how <> 'left out')) \
         GROUP BY reference, asked_of, recipient, deadline",
    )?;
    let mut rows = statement.query([At(until)])?;
    let mut group: Vec<Row> = Vec::new();
    while let Some(row) = rows.next()? {
        let text = |column| row.get_ref(column).and_then(|value| Ok(value.as_str()?));
        let one = Row {
            action: ActionId::new(text(0)?, text(1)?),
            recipient: RecipientId::stored(text(2)?),
            deadline: deadline(3, text(3)?)?,
            day: day(4, text(4)?)?,
            working: row.get(5)?,
            escalated: row.get(6)?,
            said_at: row.get(7)?,
            first: row.get(8)?,
            closed: row.get(9)?,
            reminded: row.get(10)?,
        };
        if group.first().is_some_and(|first| first.action != one.action) {
            take_in(c, &mut told, &mut group, until)?;
        }
        group.push(one);
    }
    take_in(c, &mut told, &mut group, until)?;
    for (action, at) in closings(c, until)? {
        told.record_closing(action, at);
    }
    take_in_letters(c, &mut told, until)?;
    let served = "SELECT max(send_time) FROM run WHERE recorded_at <= ?1";
    let served: Option<At> = c.prepare_cached(served)?.query_row([At(until)], |row| row.get(0))?;
    if let Some(At(served)) = served {
        told.record_served(served);
    }
    statuses(c, &mut told)?;
    Ok(told)
}

/// How actions stood when somebody was first reminded of them.
fn statuses(c: &Connection, told: &mut Told) -> rusqlite::Result<()> {
    let mut statement = c.prepare_cached("SELECT reference, asked_of, deadline, status FROM first_status")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text = |column| row.get_ref(column).and_then(|value| Ok(value.as_str()?));
        let action = ActionId::new(text(0)?, text(1)?);
        let status = text(3)?.parse().map_err(|_| unreadable(3, "a status"))?;
        told.record_status(&action, deadline(2, text(2)?)?, status);
    }
    Ok(())
}

/// To whom letters about actions were written in the fortnight before the last one: on a Sunday it matters how many there
/// were in the week before Monday's. Copies are no letters to their readers.
fn take_in_letters(c: &Connection, told: &mut Told, until: Timestamp) -> rusqlite::Result<()> {
    const FORTNIGHT: i64 = 14 * 24 * 60 * 60 * 1_000_000;
    let mut statement = c.prepare_cached(
        "SELECT l.recipient, l.created FROM letter l WHERE l.created <= ?1 \
         AND l.created > (SELECT max(created) FROM letter WHERE created <= ?1) - ?2 \
         AND l.kind IN ('reminder', 'digest', 'closure') AND l.state <> 'withdrawn' \
         AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.letter = l.id AND r.recipient LIKE 'copy:%') \
         ORDER BY l.created",
    )?;
    let mut rows = statement.query(params![At(until), FORTNIGHT])?;
    while let Some(row) = rows.next()? {
        let At(created) = row.get(1)?;
        told.record_letter(&RecipientId::stored(row.get_ref(0)?.as_str()?), created);
    }
    Ok(())
}

/// Records how an action stands when somebody is reminded of a deadline of it, unless that is known.
pub fn note_status(
    c: &Connection,
    action: &ActionId,
    deadline: Option<Deadline>,
    status: Status,
) -> rusqlite::Result<()> {
    let known = "INSERT INTO first_status (reference, asked_of, deadline, status) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT DO NOTHING";
    let row = params![action.reference(), action.asked_of(), Deadline::key(deadline), status.to_string()];
    c.prepare_cached(known)?.execute(row).map(drop)
}

/// What was told of one action, recipient and deadline.
struct Row {
    action: ActionId,
    recipient: RecipientId,
    deadline: Option<Deadline>,
    day: Date,
    working: Option<String>,
    /// Steps and when they were recorded.
    escalated: Option<String>,
    said_at: Option<At>,
    /// When it was told first.
    first: Option<At>,
    /// When it was told last that the action is closed.
    closed: Option<At>,
    /// When it was told last that it is not.
    reminded: Option<At>,
}

/// Records to whom it was told last that the action is closed.
fn take_in_closures(told: &mut Told, group: &[Row]) {
    for closure in group.iter().filter(|row| row.closed.is_some()) {
        let since = |row: &&Row| {
            row.recipient.apart() == closure.recipient.apart()
                && after(row.reminded.as_ref(), closure.closed.as_ref())
        };
        told.record_told_closed(&closure.action, &closure.recipient, !group.iter().any(|row| since(&row)));
    }
}

fn after(one: Option<&At>, other: Option<&At>) -> bool {
    one.map(|At(at)| *at) > other.map(|At(at)| *at)
}

/// Of several deadlines of one action the one that was told last has to be known: they come in that order.
fn take_in(c: &Connection, told: &mut Told, group: &mut Vec<Row>, until: Timestamp) -> rusqlite::Result<()> {
    take_in_closures(told, group);
    let latest = |at: fn(&Row) -> Option<&At>| group.iter().filter_map(|row| at(row).map(|At(at)| *at)).max();
    let (closed, reminded) = (latest(|row| row.closed.as_ref()), latest(|row| row.reminded.as_ref()));
    let action = group.first().map(|row| row.action.clone());
    group.sort_by_key(|row| row.said_at.as_ref().map(|At(at)| *at));
    for Row { action, recipient, deadline, day, working, escalated, first, .. } in group.drain(..) {
        if let Some(At(first)) = first {
            told.record(action.clone(), recipient.clone(), deadline, day, first);
        } else {
            told.record_impossible(action.clone(), recipient.clone(), deadline, day);
        }
        let mut escalated = escalated.iter().flat_map(|steps| steps.split('|'));
        while let (Some(step), Some(at)) = (escalated.next(), escalated.next()) {
            let at = at.parse().ok().and_then(|at| Timestamp::from_microsecond(at).ok());
            if let (Ok(Step::Escalated { after }), Some(at)) = (step.parse(), at) {
                told.record_escalated(&action, &recipient, deadline, after, at);
            }
        }
        for step in working.iter().flat_map(|steps| steps.split('|')) {
            if let Ok(Step::BeforeWorking { days }) = step.parse() {
                told.record_working(&action, &recipient, deadline, days);
            }
        }
    }
    if let Some(action) = action.filter(|action| closed.is_some() || told.moves(action) > 0) {
        told.record_moves(&action, moves(c, &action, until)?);
        if closed > reminded {
            told.record_closed_told(&action);
        }
    }
    Ok(())
}

/// How often a deadline of an action was told that was another than the one told before, or that it is closed or open
/// again, to whomever. A deadline that moved there and back moved twice: that is not seen in what was told last of each.
fn moves(c: &Connection, action: &ActionId, until: Timestamp) -> rusqlite::Result<u32> {
    let mut statement = c.prepare_cached(
        "SELECT deadline || CASE WHEN step LIKE 'closed %' THEN ' closed' ELSE '' END FROM reminder WHERE reference = ?1 AND asked_of = ?2 AND recorded_at <= ?3 \
         AND how IN ('told', 'adopted') AND (why IS NULL OR why NOT LIKE 'taken back: %') \
         ORDER BY recorded_at",
    )?;
    let mut rows = statement.query(params![action.reference(), action.asked_of(), At(until)])?;
    let (mut moves, mut before) = (0, None);
    while let Some(row) = rows.next()? {
        let now: String = row.get(0)?;
        moves += u32::from(before.as_ref().is_some_and(|before| *before != now));
        before = Some(now);
    }
    Ok(moves)
}
