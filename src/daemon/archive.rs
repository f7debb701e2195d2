//! Letters in doubt: before one is sent again, it is looked for in the archive. If it is there, the
//! mail server took it, and it is not sent a second time.
//!
//! The look takes place on a thread of its own and has an end: a file server that hangs holds up
//! neither the loop nor the letters for long. What could not be looked for is sent again, once, as it is
//! where there is no archive; then a person decides.

use std::{collections::HashSet, time::Duration};

use jiff::Timestamp;

use super::{Daemon, looker::Looker, post::job};
use crate::{
    deliver::{ArchiveSettings, Found, Sought},
    outbox::{self, Claimed},
};

/// For how long an archive is read.
const READING: Duration = Duration::from_secs(20);

/// The letters in doubt that were claimed, and the look for them.
#[derive(Debug, Default)]
pub(super) struct Archive {
    /// To be looked for.
    waiting: Vec<Claimed>,
    /// Being looked for.
    sought: Vec<Claimed>,
    looker: Looker<Found>,
    /// Why the archive could not be read the last time, if it could not.
    trouble: Option<String>,
}

impl Archive {
    /// Looks for a letter before it is sent.
    pub(super) fn ask(&mut self, letter: Claimed) {
        self.waiting.push(letter);
    }

    /// Begins a look for what is waiting, unless one is under way.
    pub(super) fn begin(&mut self, settings: &ArchiveSettings) {
        if self.looker.is_looking() || self.waiting.is_empty() {
            return;
        }
        self.sought = std::mem::take(&mut self.waiting);
        let since = |letter: &Claimed| letter.in_doubt_since.unwrap_or(Timestamp::MIN);
        let sought: Vec<_> = self
            .sought
            .iter()
            .map(|letter| Sought {
                id: letter.id.0,
                message_id: letter.message_id.clone(),
                since: since(letter),
            })
            .collect();
        let place = settings.clone();
        self.looker.begin(
            READING,
            || without(settings, "it does not answer"),
            move || place.look_for(&sought, READING),
        );
    }

    /// What a look came to; pending while there is none.
    pub(super) async fn found(&mut self) -> Found {
        let silent =
            || Found { ids: HashSet::new(), trouble: Some("the archive does not answer".to_owned()) };
        self.looker.looked().await.unwrap_or_else(silent)
    }

    /// Gives back what is not being looked for yet.
    pub(super) fn take_back(&mut self) -> Vec<Claimed> {
        std::mem::take(&mut self.waiting)
    }

    /// Gives up looking; the letters are as they were.
    pub(super) fn give_up(&mut self) -> Vec<Claimed> {
        self.looker.abandon();
        self.sought.drain(..).chain(self.waiting.drain(..)).collect()
    }
}

fn without(settings: &ArchiveSettings, why: &str) -> Found {
    Found { ids: HashSet::new(), trouble: Some(format!("{settings}: {why}")) }
}

/// What is noted about a letter that is in the archive.
pub(super) const FOUND: &str = "found in the archive";

impl Daemon {
    /// Begins to look for letters in doubt that wait for it.
    pub(super) async fn look_into_the_archive(&mut self, now: Timestamp) {
        match &self.setup.settings.archive {
            Some(settings) => self.archive.begin(settings),
            // The setting was taken out meanwhile.
            None if !self.archive.waiting.is_empty() => {
                let letters = std::mem::take(&mut self.archive.waiting);
                self.send_again(letters, now).await;
            }
            None => {}
        }
    }

    /// Settles what is in the archive, and sends the others again.
    pub(super) async fn on_found(&mut self, found: Found) {
        let now = self.clock.now();
        let Found { ids, trouble } = found;
        self.say_whether_it_can_be_read(trouble.as_deref());
        let sought = std::mem::take(&mut self.archive.sought);
        let (there, others): (Vec<_>, Vec<_>) = sought.into_iter().partition(|one| ids.contains(&one.id.0));
        let remark = trouble.map(|why| format!("sent again without a look into the archive ({why})"));
        let mut held = Vec::new();
        if !there.is_empty() || !others.is_empty() {
            let accepted: Vec<_> = there.iter().map(|one| (one.id, one.attempt)).collect();
            let again: Vec<_> = others.iter().map(|one| (one.id, one.attempt)).collect();
            let written = self.store.write(move |c| {
                for (id, attempt) in accepted {
                    // The attempt that was written down was never made.
                    outbox::unclaim(c, id, attempt, now)?;
                    outbox::accept(c, id, FOUND, now)?;
                }
                let mut held = Vec::new();
                for (id, attempt) in again {
                    // Looking may have taken long enough for somebody to drop it.
                    if outbox::give_back_if_decided(c, id, attempt, now)?
                        || (remark.is_some() && outbox::hold_if_doubtful(c, id, attempt, now)?)
                    {
                        held.push(id);
                    } else if let Some(remark) = &remark {
                        outbox::remark(c, id, remark)?;
                    }
                }
                Ok((held, outbox::next_attempt(c)?))
            });
            match written.await {
                Ok((doubtful, next)) => (held, self.flight.next_attempt) = (doubtful, next),
                Err(error) => {
                    // Looked for once more, when the state can be written.
                    self.archive.waiting.extend(there.into_iter().chain(others));
                    return self.store_failed(&error);
                }
            }
        }
        for id in &held {
            self.flight.letters.remove(&id.0);
        }
        let others = others.into_iter().filter(|letter| !held.contains(&letter.id)).collect();
        self.note_ends(there.iter().map(|letter| letter.id));
        for letter in there {
            self.flight.letters.remove(&letter.id.0);
            self.totals.accepted += 1;
            tracing::info!(letter = letter.id.0, "Letter {} was found in the archive.", letter.id);
        }
        self.send_again(others, now).await;
    }

    /// Sends letters that were held up, unless the mail server has become unusable meanwhile.
    async fn send_again(&mut self, mut letters: Vec<Claimed>, now: Timestamp) {
        if let Some(pause) = &self.mail.pause {
            let is_probe = self.flight.letters.len() == 1 && pause.until <= now;
            if is_probe {
                self.mail.carrier.resume();
            } else {
                self.flight.recalled.extend(letters.drain(..).map(job));
                return self.exchange(now).await;
            }
        }
        for letter in letters {
            self.mail.carrier.send(job(letter)).await;
        }
    }

    /// Once for each change, not once for each letter.
    fn say_whether_it_can_be_read(&mut self, trouble: Option<&str>) {
        match trouble {
            Some(why) if self.archive.trouble.as_deref() != Some(why) => {
                tracing::error!("The archive cannot be read; letters in doubt are sent again: {why}.");
            }
            None if self.archive.trouble.is_some() => tracing::info!("The archive can be read again."),
            _ => {}
        }
        self.archive.trouble = trouble.map(str::to_owned);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::flight::Flying, super::tests::Office, *};
    use crate::{
        action::RecipientId,
        letter::{Envelope, Letter, LetterKind},
        outbox::{LetterId, RetrySettings, State},
        store,
    };

    fn letter(name: &str) -> Letter {
        Letter {
            key: name.repeat(32),
            kind: LetterKind::Reminder,
            recipient: RecipientId::person(name),
            envelope: Envelope { from: "tsb@example.int".into(), to: format!("{name}@example.org") },
            message_id: format!("{name}@example.int"),
            subject: name.to_owned(),
            bytes: format!("To: <{name}@example.org>\r\n\r\nDear {name}\r\n").into_bytes(),
        }
    }

    /// A look may take as long as a file server that hangs.
    #[tokio::test]
    async fn what_is_decided_while_a_letter_is_looked_for_counts() {
        for trouble in [None, Some("it does not answer".to_owned())] {
            let office = Office::new("");
            office.actions(&[]);
            let mut daemon = office.start().await;
            let now = daemon.clock.now();
            let claimed = daemon.store.write(move |c| {
                for name in ["a", "b", "c"] {
                    outbox::enqueue(c, &letter(name), now, now)?;
                }
                outbox::claim(c, 3, now, &RetrySettings::default())
            });
            let claimed = claimed.await.unwrap();
            for one in &claimed {
                let flying = Flying { attempt: one.attempt, since: now, about: None };
                daemon.flight.letters.insert(one.id.0, flying);
            }
            daemon.archive.sought = claimed;
            let decide = |c: &rusqlite::Connection| {
                outbox::discard(c, LetterId(1), "dropped by a person", now)?;
                outbox::hold(c, LetterId(2), "held by a person")
            };
            store::write_beside(&office.path("state"), decide).unwrap();
            daemon.on_found(Found { ids: HashSet::new(), trouble }).await;
            office.pass(&mut daemon, 1).await;
            let known = |name: &str| office.outbox(&format!("{name}@example.org")).remove(0);
            assert_eq!(known("a"), (State::Withdrawn, "dropped by a person".to_owned()));
            assert_eq!(known("b"), (State::Held, "held by a person".to_owned()));
            assert_eq!(known("c").0, State::Accepted);
            let sent = ["a", "b", "c"].map(|name| office.letters_to(&format!("{name}@example.org")).len());
            assert_eq!(sent, [0, 0, 1]);
        }
    }

    fn in_doubt() -> Claimed {
        Claimed {
            id: LetterId(1),
            attempt: 2,
            envelope: Envelope { from: "tsb@example.int".into(), to: "ann@example.org".into() },
            message_id: "1@example.int".to_owned(),
            bytes: Vec::new(),
            in_doubt_since: Some(Timestamp::UNIX_EPOCH),
            about: None,
        }
    }

    /// A thread is there for a moment after it has answered, and longer on a busy machine.
    #[tokio::test]
    async fn a_look_that_was_answered_never_stands_in_the_way_of_the_next() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["new", "cur"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let settings = ArchiveSettings::Maildir(folder.path().to_owned());
        let mut archive = Archive::default();
        for _ in 0..500 {
            archive.ask(in_doubt());
            archive.begin(&settings);
            assert_eq!(archive.found().await, Found::default());
        }
    }
}
