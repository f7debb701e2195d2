//! Rows that are missing from the register. A row that is gone was not closed: perhaps it is being
//! moved, or was deleted by mistake. Its letters are kept back for a grace time, and the secretariat is
//! told; when the row is back in time, all goes on as if nothing had happened.

use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::Connection;

use super::Daemon;
use crate::{
    action::ActionId,
    compose::{Item, Notice},
    directory::Directory,
    ledger::{self, DecisionEnd, Vanished},
    letter::Letter,
    outbox,
    store::after,
};

/// The secretariat is told after this part of the grace time (of 24 h: after a quarter of an hour), and
/// not while somebody moves a row.
const PARTS: u32 = 100;

/// The actions that are missing from `directory`: of those that were missing before, and of the open
/// ones of the last good register. One that is asked of somebody else now is not missing. Those about which something
/// was decided are missing as well, and nobody is told of them: one that was closed is missed by nobody, but what was
/// decided must not hold for another action that gets its reference some day.
pub(super) fn missing(
    (before, known_open, old): (&[Vanished], &[ActionId], Option<&Directory>),
    decided: &BTreeSet<ActionId>,
    directory: &Directory,
    now: Timestamp,
) -> Vec<Vanished> {
    let is_here = |id: &ActionId| directory.action(id).is_some();
    let known: HashSet<_> = known_open.iter().collect();
    let is_asked_of_another = |id: &ActionId| {
        let rows = directory.with_reference(id.reference());
        rows.filter(|row| row.is_outstanding()).any(|row| !known.contains(&row.id()))
    };
    let mut all: Vec<_> = before.iter().filter(|one| !is_here(&one.action)).cloned().collect();
    let known_before: HashSet<_> = all.iter().map(|one| one.action.clone()).collect();
    let new =
        known_open.iter().filter(|id| !is_here(id) && !known_before.contains(id) && !is_asked_of_another(id));
    all.extend(new.map(|id| Vanished { action: id.clone(), label: label(id, old), since: now, told: false }));
    let gone = decided.iter().filter(|id| !is_here(id));
    let gone: Vec<_> = gone.filter(|id| all.iter().all(|one| one.action != **id)).cloned().collect();
    all.extend(gone.into_iter().map(|action| {
        let label = label(&action, old);
        Vanished { action, label, since: now, told: true }
    }));
    all
}

/// "17/06, asked of ITU-T: nominate a representative".
fn label(id: &ActionId, old: Option<&Directory>) -> String {
    match old.and_then(|old| old.action(id)) {
        Some(action) => format!("{}, asked of {}: {}", action.reference, action.asked_of, action.title),
        None => id.to_string(),
    }
}

/// Ends what was decided about actions that are gone.
fn nothing_is_decided_about(c: &Connection, gone: &[Vanished], now: Timestamp) -> rusqlite::Result<()> {
    let decisions = if gone.is_empty() { Vec::new() } else { ledger::decisions(c)? };
    let about_gone = decisions.iter().filter(|one| gone.iter().any(|gone| gone.action == one.action));
    about_gone.map(|one| one.id).try_for_each(|id| ledger::end_decision(c, id, DecisionEnd::Overruled, now))
}

impl Daemon {
    fn grace(&self) -> Duration {
        self.setup.settings.vanished_grace
    }

    /// When something is to be done about missing rows.
    pub(super) fn next_about_vanished(&self) -> Option<Timestamp> {
        let grace = self.grace();
        let tell =
            self.register.vanished.iter().filter(|one| !one.told).map(|one| after(one.since, grace / PARTS));
        let ends = self.register.vanished.iter().map(|one| after(one.since, grace));
        tell.chain(ends).min()
    }

    /// Tells the secretariat what is missing, and gives up what was missing for too long.
    pub(super) async fn look_for_vanished(&mut self, now: Timestamp) {
        if self.next_about_vanished().is_none_or(|next| now < next) || !self.store_works() {
            return;
        }
        let (grace, mut all) = (self.grace(), self.register.vanished.clone());
        let is_time = all.iter().any(|one| !one.told && after(one.since, grace / PARTS) <= now);
        let untold: Vec<_> = all.iter().filter(|one| is_time && !one.told).cloned().collect();
        let letter = if untold.is_empty() { None } else { self.notice_of_vanished(&untold, now) };
        for one in &mut all {
            one.told |= is_time;
        }
        let ended: Vec<_> = all.extract_if(.., |one| after(one.since, grace) <= now).collect();
        let count = ended.len();
        let left = all.clone();
        let written = self.store.write(move |c| {
            if let Some(letter) = letter {
                outbox::enqueue(c, &letter, now, now)?;
            }
            ledger::set_vanished(c, &left)?;
            nothing_is_decided_about(c, &ended, now)
        });
        if let Err(error) = written.await {
            return self.store_failed(&error);
        }
        self.register.vanished = all;
        self.flight.due_now(now);
        if count > 0 {
            tracing::warn!(
                "{count} actions were missing from the register for too long; their letters are withdrawn."
            );
            self.withdraw_outdated().await;
        }
    }

    fn notice_of_vanished(&self, missing: &[Vanished], now: Timestamp) -> Option<Letter> {
        let what =
            if missing.len() == 1 { "1 action".to_owned() } else { format!("{} actions", missing.len()) };
        let zone = self.setup.rules.send().zone();
        let at = |instant: Timestamp| zone.to_datetime(instant).strftime("%A %-d %B %Y, %H:%M").to_string();
        let item = |one: &Vanished| Item {
            title: one.label.clone(),
            text: format!("missing since {}; given up {}", at(one.since), at(after(one.since, self.grace()))),
        };
        let is_missing = if missing.len() == 1 { "is" } else { "are" };
        let notice = Notice {
            sort: "vanished".to_owned(),
            about: now.to_string(),
            subject: format!("{what} {is_missing} missing from the register"),
            lead: format!(
                "{what} that {} open {is_missing} no longer in the register. Nobody is reminded of what is not in \
                 it; letters that were about to leave are kept back for now.",
                if missing.len() == 1 { "was" } else { "were" }
            ),
            items: missing.iter().map(item).collect(),
            advice: vec![
                "If that is a mistake, put the rows back: all goes on as if nothing had happened.".to_owned(),
                "If it is meant, nothing has to be done. Better than to delete a row is to set its status, to \
                 \"done\" or \"withdrawn\" for example: others who are asked the same see it then."
                    .to_owned(),
            ],
        };
        self.composed(&notice, now)
    }
}
