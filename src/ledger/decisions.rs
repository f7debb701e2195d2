//! What people decided about actions beside the register: written once, ended once, never changed.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde::Serialize;

use super::{entry::day, journal, letters::action};
use crate::{
    action::fold,
    decision::{Change, Decision},
    store::{At, unreadable},
};

const COLUMNS: &str = "d.reference, d.asked_of, d.id, d.label, d.asked_of_label, d.verb, d.value, d.seen, d.who, d.why, \
     d.day, d.at";

/// How a decision ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionEnd {
    /// A later one about the same subject replaced it.
    Replaced,
    /// The register says the same by now.
    CaughtUp,
    /// The register was changed to something else, or the row was deleted from it.
    Overruled,
}

impl DecisionEnd {
    /// The text under which it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Replaced => "replaced",
            Self::CaughtUp => "caught up",
            Self::Overruled => "overruled",
        }
    }
}

/// How, and when.
pub type Ended = (DecisionEnd, Timestamp);

/// Records a decision, which ends those of before about the same subject of the same action. Its `id` is not
/// looked at; the number that it has now is given.
pub fn decide(c: &Connection, decision: &Decision) -> rusqlite::Result<i64> {
    let subject = decision.change.subject();
    for before in decisions(c)? {
        if before.action == decision.action && before.change.subject() == subject {
            end_decision(c, before.id, DecisionEnd::Replaced, decision.at)?;
        }
    }
    c.prepare_cached(
        "INSERT INTO decision (reference, asked_of, label, asked_of_label, verb, value, seen, who, why, day, at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        decision.action.reference(),
        decision.action.asked_of(),
        decision.reference,
        decision.asked_of,
        decision.change.verb(),
        decision.change.value(),
        decision.seen,
        decision.who,
        decision.why,
        decision.day.to_string(),
        At(decision.at),
    ])?;
    let id = c.last_insert_rowid();
    journal::decided_about(c, decision)?;
    Ok(id)
}

/// Records that a decision counts no more. One that ended already ended then.
pub fn end_decision(c: &Connection, id: i64, how: DecisionEnd, now: Timestamp) -> rusqlite::Result<()> {
    let open = decisions(c)?.into_iter().find(|decision| decision.id == id);
    let Some(decision) = open else { return Ok(()) };
    c.prepare_cached("INSERT INTO decision_end (decision, how, at) VALUES (?1, ?2, ?3)")?
        .execute(params![id, how.as_str(), At(now)])?;
    journal::over(c, &decision, how.as_str(), now)
}

/// The decisions that have not ended, in their order: at most one about each subject of an action.
pub fn decisions(c: &Connection) -> rusqlite::Result<Vec<Decision>> {
    c.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM decision d WHERE d.id NOT IN (SELECT decision FROM decision_end) ORDER BY d.id"
    ))?
    .query_map([], decision)?
    .collect()
}

/// The number of the newest decision; 0 when there is none. By it a running daemon notices a new one.
pub fn newest_decision(c: &Connection) -> rusqlite::Result<i64> {
    c.prepare_cached("SELECT coalesce(max(id), 0) FROM decision")?.query_row([], |row| row.get(0))
}

/// Every decision about a reference, the oldest first, each with how and when it ended, if it did.
pub fn decision_history(c: &Connection, reference: &str) -> rusqlite::Result<Vec<(Decision, Option<Ended>)>> {
    c.prepare_cached(&format!(
        "SELECT {COLUMNS}, e.how, e.at FROM decision d LEFT JOIN decision_end e ON e.decision = d.id \
         WHERE d.reference = ?1 ORDER BY d.id"
    ))?
    .query_map([fold(reference)], |row| {
        let how: Option<String> = row.get(12)?;
        let end = match how {
            Some(how) => {
                let At(at) = row.get(13)?;
                Some((end(12, &how)?, at))
            }
            None => None,
        };
        Ok((decision(row)?, end))
    })?
    .collect()
}

fn decision(row: &Row<'_>) -> rusqlite::Result<Decision> {
    let (verb, value): (String, Option<String>) = (row.get(5)?, row.get(6)?);
    let change = Change::stored(&verb, value.as_deref()).ok_or_else(|| unreadable(5, "a decision"))?;
    let At(at) = row.get(11)?;
    Ok(Decision {
        id: row.get(2)?,
        action: action(row, 0)?,
        reference: row.get(3)?,
        asked_of: row.get(4)?,
        change,
        seen: row.get(7)?,
        who: row.get(8)?,
        why: row.get(9)?,
        day: day(10, row.get_ref(10)?.as_str()?)?,
        at,
    })
}

fn end(column: usize, text: &str) -> rusqlite::Result<DecisionEnd> {
    [DecisionEnd::Replaced, DecisionEnd::CaughtUp, DecisionEnd::Overruled]
        .into_iter()
        .find(|end| end.as_str() == text)
        .ok_or_else(|| unreadable(column, &format!("\"{text}\" is not an end of a decision")))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{action::ActionId, store};

    fn made(change: Change, asked_of: &str) -> Decision {
        Decision {
            id: 0,
            action: ActionId::new("17/06", asked_of),
            reference: "17/06".to_owned(),
            asked_of: asked_of.to_owned(),
            change,
            seen: "pending".to_owned(),
            who: "ann".to_owned(),
            why: Some("they told us".to_owned()),
            day: date(2017, 6, 1),
            at: Timestamp::from_second(5).unwrap(),
        }
    }

    #[test]
    fn of_two_decisions_about_one_subject_the_later_counts_and_both_are_remembered() {
        let c = store::in_memory().unwrap();
        let close = made(Change::Close { outcome: None }, "ITU-T");
        let id = decide(&c, &close).unwrap();
        assert_eq!(decisions(&c).unwrap(), [Decision { id, ..close.clone() }]);
        let others = [
            made(Change::Reopen, "ITU-T"),
            made(Change::Close { outcome: Some("done".to_owned()) }, "ITU-R"),
            made(Change::Extend { to: date(2017, 7, 1) }, "ITU-T"),
        ];
        for other in &others {
            decide(&c, other).unwrap();
        }
        let open = decisions(&c).unwrap();
        assert_eq!(open.len(), 3);
        for (open, made) in open.iter().zip(&others) {
            assert_eq!(*open, Decision { id: open.id, ..made.clone() });
        }
        assert_eq!(newest_decision(&c).unwrap(), open[2].id);
        let all = decision_history(&c, " 17/06").unwrap();
        let ends: Vec<_> = all.iter().map(|(_, end)| end.map(|(how, _)| how)).collect();
        assert_eq!(ends, [Some(DecisionEnd::Replaced), None, None, None]);
    }

    #[test]
    fn a_decision_ends_once() {
        let c = store::in_memory().unwrap();
        let id = decide(&c, &made(Change::Reopen, "ITU-T")).unwrap();
        for how in [DecisionEnd::Overruled, DecisionEnd::CaughtUp] {
            end_decision(&c, id, how, Timestamp::from_second(9).unwrap()).unwrap();
        }
        assert!(decisions(&c).unwrap().is_empty());
        let end = decision_history(&c, "17/06").unwrap()[0].1;
        assert_eq!(end, Some((DecisionEnd::Overruled, Timestamp::from_second(9).unwrap())));
    }
}
