//! What the log says about letters: one line for each action that a letter tells of, with the number of the letter
//! and the reference of the action as fields of their own. `journalctl RAPPEL_ACTION=17/06` finds them.
//!
//! A log holds no addresses and nothing of what letters say: of a server's reply it has the codes.

use std::collections::HashMap;

use super::Daemon;
use crate::{
    deliver::Done,
    ledger,
    letter::{Outcome, Trouble},
    outbox::{self, LetterId, State},
};

/// Of which actions letters tell: their references, by the number of the letter.
type References = HashMap<i64, Vec<String>>;

/// Says what becomes of letters that waited and are not to leave as they were: how the sentence goes on.
pub(super) fn say_what_becomes_of(letters: &[(LetterId, &str)], about: &References) {
    for (LetterId(id), goes_on) in letters {
        let actions = about.get(id).map(Vec::as_slice).unwrap_or_default();
        each(actions, |action, of| tracing::info!(letter = id, action, "Letter {id}{of} {goes_on}."));
    }
}

impl Daemon {
    /// Says how attempts ended. What is the server's trouble is said once, elsewhere.
    pub(super) fn say_landed(&self, done: &[Done]) {
        let told = done.iter().filter(|one| !matches!(one.outcome, Outcome::Later(Trouble::Server, _)));
        let about = self.references_in(told.clone().map(|one| one.id));
        for Done { id, outcome, .. } in told {
            let actions = about.get(id).map(Vec::as_slice).unwrap_or_default();
            match outcome {
                Outcome::Accepted(_) => each(actions, |action, of| {
                    tracing::info!(letter = id, action, "Letter {id}{of} was accepted.");
                }),
                Outcome::Refused(_, reply) => each(actions, |action, of| {
                    tracing::warn!(letter = id, action, "Letter {id}{of} was refused: {}.", reply.in_short());
                }),
                Outcome::Later(_, reply) | Outcome::Unknown(reply) => {
                    let becomes = self.what_becomes_of(LetterId(*id));
                    each(actions, |action, of| {
                        tracing::warn!(
                            letter = id,
                            action,
                            "Letter {id}{of} {becomes}: {}.",
                            reply.in_short()
                        );
                    });
                }
            }
        }
    }

    /// What becomes of a letter whose attempt brought no answer for good, as a sentence goes on.
    fn what_becomes_of(&self, letter: LetterId) -> &'static str {
        let standing = self.store.read(|c| outbox::standing(c, letter)).ok().flatten();
        match standing.map(|standing| standing.state) {
            Some(State::Expired) => "is given up",
            Some(State::Held) => "is held, and a person decides",
            Some(State::Withdrawn) => "was withdrawn",
            _ => "is tried again later",
        }
    }

    /// Says which letters may not leave.
    pub(super) fn say_kept_in(&self, letters: &[LetterId]) {
        let about = self.references_in(letters.iter().map(|letter| letter.0));
        for LetterId(id) in letters {
            let actions = about.get(id).map(Vec::as_slice).unwrap_or_default();
            each(actions, |action, of| {
                tracing::warn!(
                    letter = id,
                    action,
                    "Letter {id}{of} is not sent: mail.allow_domains does not allow it."
                );
            });
        }
    }

    /// The references that letters tell of, as people write them; nothing while the state cannot be read.
    pub(super) fn references_in(&self, letters: impl Iterator<Item = i64>) -> References {
        if self.clock.is_virtual() {
            return HashMap::new();
        }
        let at_hand = |id: &i64| self.flight.letters.get(id)?.about.clone();
        let (mut known, mut unknown) = (HashMap::new(), Vec::new());
        for id in letters {
            match at_hand(&id) {
                Some(about) => drop(known.insert(id, about)),
                None => unknown.push(id),
            }
        }
        if !unknown.is_empty() {
            let read = self.store.read(|c| {
                let about = |id: i64| Ok((id, ledger::references_in(c, LetterId(id))?));
                unknown.into_iter().map(about).collect::<rusqlite::Result<Vec<_>>>()
            });
            known.extend(read.unwrap_or_default());
        }
        known
    }
}

/// Once for each action, or once for a letter that tells of none. Somebody may have put an address where the
/// reference belongs.
fn each(actions: &[String], say: impl Fn(Option<&str>, &str)) {
    if actions.is_empty() {
        return say(None, "");
    }
    for action in actions {
        if action.contains('@') {
            say(None, "");
        } else {
            say(Some(action), &format!(" about {action}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn each_action_has_a_line_and_an_address_in_a_reference_is_not_said() {
        let said = |actions: &[&str]| {
            let actions: Vec<_> = actions.iter().map(|action| (*action).to_owned()).collect();
            let lines = RefCell::new(Vec::new());
            each(&actions, |action, of| lines.borrow_mut().push((action.map(str::to_owned), of.to_owned())));
            lines.into_inner()
        };
        let about = |action: &str| (Some(action.to_owned()), format!(" about {action}"));
        assert_eq!(said(&["17/06", "17/03"]), [about("17/06"), about("17/03")]);
        assert_eq!(said(&["ann@example.org"]), [(None, String::new())]);
        assert_eq!(said(&[]), [(None, String::new())]);
    }
}
