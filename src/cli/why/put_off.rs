//! When a rung is told that is due and put off, because there is too much else for its readers.

use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::{
    action::{ActionId, Step, Told},
    cli::desk::Desk,
    schedule::{self, Escalation, Mailing, Manner, Stands, Verdict},
};

/// For how many days ahead it is looked, as long as nothing is found.
const DAYS: [i64; 4] = [3, 14, 60, 366];

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
        let (rules, from) = (&desk.setup.rules, send - SignedDuration::from_nanos(1));
        let step = Step::Escalated { after: rung.rung.after };
        let tells = |mailing: &&Mailing<'_>| {
            let mut told = mailing.letters.iter().flatten().map(|one| &one.key);
            told.any(|key| key.action == *id && key.step == step)
        };
        let at = DAYS.into_iter().find_map(|days| {
            let until = from.checked_add((24 * days).hours()).ok()?;
            let mailings = schedule::forecast(&desk.directory, rules, told, from, until);
            mailings.iter().find(tells).map(|mailing| mailing.at)
        });
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
