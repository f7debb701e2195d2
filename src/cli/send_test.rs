//! `rappel send-test`: one letter, to see that the mail settings work.

use std::path::Path;

use super::{
    exit::{Ended, Failure},
    run::runtime,
};
use crate::{
    clock::Clock,
    compose::{self, Mailbox},
    daemon::Setup,
    deliver::{self, Job},
    letter::Outcome,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to send it
    #[arg(long, value_name = "ADDRESS", value_parser = Mailbox::parse)]
    to: Mailbox,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let setup = Setup::load(config)?;
    if let Some(refusal) = setup.settings.allowed.refusal(&args.to.address) {
        return Err(Failure::Failed(anyhow::anyhow!(
            "The test letter to {} was {}.",
            args.to.address,
            refusal.reply()
        )));
    }
    let now = Clock::System.now();
    let letter = compose::test_letter(&args.to, &setup.settings.secretariat, &setup.templates, now)?;
    let job = Job {
        id: 0,
        attempt: 1,
        envelope: letter.envelope,
        message_id: letter.message_id,
        bytes: letter.bytes,
    };
    let outcome = runtime()?.block_on(deliver::deliver_once(&setup.settings.mail, job));
    let mail = &setup.settings.mail;
    match outcome {
        Outcome::Accepted(reply) => {
            anstream::println!("Sent to {} through {mail}: {reply}", args.to.address);
            Ok(())
        }
        other => Err(Failure::Failed(anyhow::anyhow!(
            "The test letter to {} was not sent through {mail}: {}",
            args.to.address,
            other.reply()
        ))),
    }
}
