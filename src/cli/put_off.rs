//! When rungs are told that are due and put off, because there is too much else for their readers.

use std::{cell::OnceCell, collections::HashMap};

use jiff::{SignedDuration, Timestamp, ToSpan};

use super::desk::Desk;
use crate::{
    action::{ActionId, After, Step, Told},
    schedule::{self, Escalation, Manner, Stands, Verdict},
};

/// For how many days ahead it is looked, as long as nothing is found.
const DAYS: [i64; 4] = [3, 14, 60, 366];

/// For how many days it is looked for all of them together.
const FORTNIGHT: i64 = 14;

/// That the rung which is due is not told at the next send time.
#[derive(Debug)]
pub(super) struct PutOff {
    /// When it is told, if the register stays as it is; none where that lies too far ahead.
    pub(super) at: Option<Timestamp>,
    /// Why not with the next send time.
    pub(super) why: String,
}

impl PutOff {
    /// Whether, and until when, the send time `send` puts a rung off that is due.
    pub(super) fn find(
        desk: &Desk,
        told: &Told,
        send: Timestamp,
        id: &ActionId,
        rung: &Escalation<'_>,
    ) -> Option<Self> {
        let rung_of = (id.clone(), rung.rung.after);
        let at = DAYS.into_iter().find_map(|days| foreseen(desk, told, send, days).get(&rung_of).copied());
        (at != Some(send)).then(|| Self { at, why: why(desk, rung.rung.how) })
    }
}

fn why(desk: &Desk, how: Manner) -> String {
    match how {
        Manner::Copy => format!(
            "no more letters and copies are sent to one person on one day (limits.per_person_and_day is {})",
            desk.setup.settings.limits.per_person_and_day
        ),
        Manner::Letter | Manner::Instead => "there are as many letters that week as are wanted".to_owned(),
    }
}

/// The rung that is told next, if one is due: there is one at most.
pub(super) fn due<'v, 'r>(verdict: &'v Verdict<'r>) -> Option<&'v Escalation<'r>> {
    let Verdict::Chased(chase) = verdict else { return None };
    let mut rungs = chase.escalations.iter().flat_map(|ladder| &ladder.rungs);
    rungs.find(|rung| matches!(rung.stands, Stands::Due { .. }))
}

/// When the rungs of all actions are told that are due, looked up when somebody asks for the first.
pub(super) struct Spread<'d> {
    desk: &'d Desk,
    told: &'d Told,
    send: Timestamp,
    found: OnceCell<HashMap<(ActionId, After), Timestamp>>,
}

impl<'d> Spread<'d> {
    /// From the send time `send` on.
    pub(super) fn from(desk: &'d Desk, told: &'d Told, send: Timestamp) -> Self {
        Self { desk, told, send, found: OnceCell::new() }
    }

    /// When a rung is told; none when that is not within a fortnight.
    pub(super) fn of(&self, id: &ActionId, after: After) -> Option<Timestamp> {
        let found = self.found.get_or_init(|| foreseen(self.desk, self.told, self.send, FORTNIGHT));
        found.get(&(id.clone(), after)).copied()
    }
}

/// When which rungs are told first in so many days from a send time on, if the register stays as it is.
fn foreseen(desk: &Desk, told: &Told, send: Timestamp, days: i64) -> HashMap<(ActionId, After), Timestamp> {
    let from = send - SignedDuration::from_nanos(1);
    let until = from.checked_add((24 * days).hours()).unwrap_or(Timestamp::MAX);
    let mut first = HashMap::new();
    for mailing in schedule::forecast(&desk.directory, &desk.setup.rules, told, from, until) {
        for key in mailing.letters.into_iter().flatten().map(|one| one.key) {
            if let Step::Escalated { after } = key.step {
                first.entry((key.action, after)).or_insert(mailing.at);
            }
        }
    }
    first
}
