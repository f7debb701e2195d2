//! A sign of life: the secretariat's summary of what is outstanding, what was sent, what failed
//! and what comes. It leaves also when nothing is due.

use std::fmt;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rusqlite::Connection;

use super::{Daemon, approvals, fact};
use crate::{
    action::{Action, counted},
    compose::{Item, Notice},
    ledger, outbox,
    schedule::Upcoming,
};

/// What was done since an instant, and what waits.
#[derive(Debug, Default)]
struct Done {
    accepted: usize,
    failed: usize,
    waiting: usize,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let was = if self.accepted == 1 { "was" } else { "were" };
        let wait = if self.waiting == 1 { "waits" } else { "wait" };
        let letters = counted(self.accepted, "letter", "letters");
        write!(
            f,
            "Since the last summary {letters} {was} delivered, and {} could not be; {} {wait}.",
            self.failed, self.waiting
        )
    }
}

impl Daemon {
    /// When the next summary leaves, if there are summaries.
    pub(super) fn summary_at(&self) -> Option<Timestamp> {
        self.setup.settings.summary.as_ref()?.next_after(self.reports.summed_up)
    }

    /// Sends the summary, when its time has come. Of several that were missed one is sent.
    pub(super) async fn sum_up(&mut self, now: Timestamp) {
        if self.summary_at().is_none_or(|at| now < at) || !self.store_works() {
            return;
        }
        let since = self.reports.summed_up.max(now - SignedDuration::from_hours(31 * 24));
        let done = match self.store.read(|c| done_since(c, since)) {
            Ok(done) => done,
            Err(error) => return self.store_failed(&error),
        };
        let notice = self.summary(&done, now);
        let Some(letter) = self.composed(&notice, now) else {
            self.reports.summed_up = now;
            return;
        };
        let written = self.store.write(move |c| {
            outbox::enqueue(c, &letter, now, now)?;
            ledger::set_fact(c, fact::SUMMED_UP, &now.to_string())
        });
        match written.await {
            Ok(()) => {
                self.reports.summed_up = now;
                self.flight.due_now(now);
            }
            Err(error) => self.store_failed(&error),
        }
    }

    fn summary(&self, done: &Done, now: Timestamp) -> Notice {
        let zone = self.setup.rules.send().zone();
        let actions: Vec<_> = self
            .register
            .directory
            .iter()
            .flat_map(|directory| directory.actions())
            .map(|(_, action)| action)
            .filter(|action| action.is_outstanding())
            .collect();
        let overdue = actions.iter().filter(|action| is_overdue(action, now, zone)).count();
        let next = match self.upcoming() {
            Some(Upcoming { next: Some(at), people, .. }) => format!(
                "The next letters leave {} and go to {}.",
                zone.to_datetime(*at).strftime("%A %-d %B %Y at %H:%M"),
                if *people == 1 { "1 person".to_owned() } else { format!("{people} people") }
            ),
            _ => "No letters are planned.".to_owned(),
        };
        let troubles: Vec<_> = self.troubles().collect();
        let but = if troubles.is_empty() {
            String::new()
        } else {
            format!(" Please look: {}.", troubles.join("; ").trim_end_matches('.'))
        };
        let mut advice = vec!["`rappel status` and `rappel forecast` say more.".to_owned()];
        let waiting =
            self.register.directory.as_deref().map_or(0, |directory| {
                approvals::waiting(&self.setup, directory, &self.agenda.told, now).len()
            });
        if waiting > 0 {
            let wait = if waiting == 1 {
                "1 escalation waits".to_owned()
            } else {
                format!("{waiting} escalations wait")
            };
            advice.insert(0, format!("{wait} for your approval: `rappel approve` lists them."));
        }
        Notice {
            sort: "summary".to_owned(),
            about: now.to_string(),
            subject: format!(
                "{} outstanding, {overdue} overdue",
                counted(actions.len(), "action", "actions")
            ),
            lead: format!("rappel is running.{but} {done} {next}"),
            items: actions.iter().map(|action| item(action, now, zone)).collect(),
            advice,
        }
    }
}

fn is_overdue(action: &Action, now: Timestamp, zone: &TimeZone) -> bool {
    let today = zone.to_datetime(now).date();
    action.deadline_on(today).is_some_and(|deadline| deadline.end(zone) < now)
}

fn item(action: &Action, now: Timestamp, zone: &TimeZone) -> Item {
    let due = action.deadline_on(zone.to_datetime(now).date()).map_or_else(
        || "no deadline".to_owned(),
        |deadline| format!("due {}", zone.to_datetime(deadline.end(zone)).strftime("%-d %B %Y, %H:%M")),
    );
    Item {
        title: format!("{} {}", action.reference, action.title),
        text: format!("asked of {}, {}, {due}", action.asked_of, action.status),
    }
}

fn done_since(c: &Connection, since: Timestamp) -> rusqlite::Result<Done> {
    Ok(Done {
        accepted: outbox::accepted_since(c, since)? as usize,
        failed: outbox::failed_since(c, since)?.len(),
        waiting: outbox::waiting(c)?.all() as usize,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_is_not_told_as_many() {
        let said = |accepted, failed, waiting| Done { accepted, failed, waiting }.to_string();
        assert_eq!(
            said(1, 0, 1),
            "Since the last summary 1 letter was delivered, and 0 could not be; 1 waits."
        );
        assert_eq!(
            said(2, 1, 0),
            "Since the last summary 2 letters were delivered, and 1 could not be; 0 wait."
        );
    }
}
