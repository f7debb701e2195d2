//! `rappel outbox retry | drop | accept | hold | release`: what a person decides about letters.

use std::path::Path;

use super::{
    exit::{Ended, Failure},
    output,
};
use crate::{
    clock::Clock,
    daemon::{Heartbeat, fact},
    directory::Directory,
    ledger,
    outbox::{self, Decided, LastAttempt, LetterId, State},
    store,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The letters' numbers, from `rappel outbox list`
    #[arg(required = true, value_name = "LETTER", value_parser = output::letter)]
    letters: Vec<i64>,
}

#[derive(Debug, clap::Args)]
pub(super) struct ReleaseArgs {
    /// The letters' numbers, from `rappel outbox list`
    #[arg(value_name = "LETTER")]
    letters: Vec<i64>,
}

impl ReleaseArgs {
    /// The letters that are named; none if everything is meant.
    pub(super) fn letters(&self) -> Option<Args> {
        (!self.letters.is_empty()).then(|| Args { letters: self.letters.clone() })
    }
}

/// Says that what is held as a whole is right: a send time with many letters, or the clock.
pub(super) fn release_everything(state: &Path) -> Ended {
    let now = Clock::System.now();
    // A daemon that could not record its hold says it beside the database.
    let said = store::lock_holder(state).and_then(|pid| Heartbeat::of(state, pid)).and_then(|said| said.held);
    let held = store::write_beside(state, |c| {
        let recorded = ledger::get_fact(c, fact::HOLD)?.filter(|why| !why.is_empty());
        let held = recorded.or(said.map(|why| format!("Nothing leaves: {why}")));
        if held.is_some() {
            ledger::set_fact(c, fact::RELEASED, &now.to_string())?;
            ledger::decided(c, "outbox release", None, now)?;
        }
        Ok(held)
    })?;
    let Some(why) = held else {
        return Err(Failure::NotFound("Nothing is held. `rappel status` says what waits.".to_owned()));
    };
    say!("Released. It was held: {}", why.strip_prefix("Nothing leaves: ").unwrap_or(&why));
    say!("A running daemon goes on within a minute; without one, `rappel run --once` does at once.");
    Ok(())
}

/// What can be decided.
#[derive(Debug, Clone, Copy)]
pub(super) enum Decision {
    Retry,
    Drop,
    Accept,
    Hold,
    Release,
}

impl Decision {
    /// The command, as the journal keeps it.
    fn command(self) -> &'static str {
        match self {
            Self::Retry => "outbox retry",
            Self::Drop => "outbox drop",
            Self::Accept => "outbox accept",
            Self::Hold => "outbox hold",
            Self::Release => "outbox release",
        }
    }

    /// What the decision cannot undo, if there is anything: an attempt goes on, or may have brought the letter there.
    fn past_recall(self, number: i64, last: Option<LastAttempt>) -> String {
        match (self, last) {
            (Self::Drop | Self::Hold, Some(LastAttempt::UnderWay(_))) => format!(
                " It was being sent, and may arrive all the same: `rappel outbox show {number}` says what came of it."
            ),
            (Self::Accept, Some(LastAttempt::UnderWay(_))) => {
                format!(" It was being sent: `rappel outbox show {number}` says what came of it.")
            }
            (Self::Drop | Self::Hold, Some(LastAttempt::Doubtful)) => {
                " It may have arrived before.".to_owned()
            }
            _ => String::new(),
        }
    }

    /// About which letters it can be decided.
    fn is_for(self) -> &'static str {
        match self {
            Self::Retry => "Only what waits, is in doubt, was refused or given up can be tried again.",
            Self::Drop => "Only what has not left for good can be dropped.",
            Self::Accept => {
                "Only what a mail server was given can have arrived; `rappel outbox drop` withdraws what is not to be sent."
            }
            Self::Hold => "Only what waits to be sent can be held.",
            Self::Release => "Only what is held can be released.",
        }
    }
}

/// Decides about each letter; those about which it cannot be decided are named, the others done.
pub(super) fn run(state: &Path, directory: Option<&Directory>, decision: Decision, args: &Args) -> Ended {
    let now = Clock::System.now();
    let (mut unknown, mut refused) = (Vec::new(), Vec::new());
    for number in &args.letters {
        let id = LetterId(*number);
        let (decided, last) = store::write_beside(state, |c| {
            let decided = match decision {
                Decision::Retry => {
                    let decided = outbox::retry_looked_at(c, id, now)?;
                    let recipient = outbox::show(c, id)?.map(|letter| letter.summary.recipient);
                    // An address that was corrected since the letter was written is the one to try.
                    match recipient.and_then(|recipient| directory?.address(&recipient)) {
                        Some(to) if matches!(decided, Decided::Done(_)) => {
                            outbox::readdress(c, id, to).map(|_| decided)
                        }
                        _ => Ok(decided),
                    }
                }
                Decision::Accept => outbox::accept_by_person(c, id, "a person says that it arrived", now),
                Decision::Hold => outbox::hold(c, id, "held by a person"),
                Decision::Release => outbox::release_looked_at(c, id, now),
                Decision::Drop => outbox::discard(c, id, "dropped by a person", now),
            }?;
            if matches!(decided, Decided::Done(_)) {
                ledger::decided(c, decision.command(), Some(id), now)?;
            }
            Ok((decided, outbox::last_attempt(c, id)?))
        })?;
        match decided {
            Decided::Done(State::Held) if !matches!(decision, Decision::Hold) => say!(
                "Letter {number} is released: it leaves when rappel has seen that what it tells is still so."
            ),
            Decided::Done(state) => {
                say!("Letter {number} is {} now.{}", in_words(state), decision.past_recall(*number, last));
            }
            Decided::NotWhen(state) => {
                refused.push(format!(
                    "Letter {number} is {}: nothing was changed. {}",
                    in_words(state),
                    decision.is_for()
                ));
            }
            Decided::TextGone => refused.push(format!(
                "The text of letter {number} is no longer kept; it cannot be sent again. Nothing was changed."
            )),
            Decided::NoSuchLetter => {
                unknown.push(format!("There is no letter {number}. `rappel outbox list` shows the numbers."));
            }
        }
    }
    let message = [refused.as_slice(), &unknown].concat().join("\n");
    match (refused.is_empty(), unknown.is_empty()) {
        (true, true) => Ok(()),
        (true, false) => Err(Failure::NotFound(message)),
        (false, _) => Err(Failure::Failed(anyhow::Error::msg(message))),
    }
}

fn in_words(state: State) -> &'static str {
    match state {
        State::Queued => "waiting to be sent",
        State::Sending => "being sent",
        State::Unknown => "in doubt, waiting to be sent again",
        State::Held => "held",
        State::Accepted => "accepted",
        State::Refused => "refused",
        State::Expired => "given up",
        State::Withdrawn => "withdrawn",
    }
}
