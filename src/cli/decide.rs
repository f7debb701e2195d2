//! `rappel outbox retry | drop | accept | hold | release`: what a person decides about letters.

use std::path::Path;

use super::{
    exit::{Ended, Failure},
    output,
};
use crate::{
    clock::Clock,
    outbox::{self, Decided, LetterId, State},
    store,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The letters' numbers, from `rappel outbox list`
    #[arg(required = true, value_name = "LETTER", value_parser = output::letter)]
    letters: Vec<i64>,
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

/// Decides about each letter; those about which it cannot be decided are named, the others done.
pub(super) fn run(state: &Path, decision: Decision, args: &Args) -> Ended {
    let now = Clock::System.now();
    let mut refused = Vec::new();
    for number in &args.letters {
        let id = LetterId(*number);
        let decided = store::write_beside(state, |c| match decision {
            Decision::Retry => outbox::retry(c, id, now),
            Decision::Accept => outbox::accept(c, id, "a person says that it arrived", now),
            Decision::Hold => outbox::hold(c, id, "held by a person"),
            Decision::Release => outbox::release(c, id, now),
            Decision::Drop => outbox::discard(c, id, "dropped by a person", now),
        })?;
        match decided {
            Decided::Done(state) => anstream::println!("Letter {number} is {} now.", in_words(state)),
            Decided::NotWhen(state) => {
                refused.push(format!("Letter {number} is {}: nothing was changed.", in_words(state)));
            }
            Decided::NoSuchLetter => {
                refused.push(format!("There is no letter {number}. `rappel outbox list` shows the numbers."));
            }
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(Failure::NotFound(refused.join("\n"))) }
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
