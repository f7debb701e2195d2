//! `rappel send-test`: one letter, to see that the mail settings work.

use std::path::Path;

use super::{
    exit::{Ended, Failure},
    run::runtime,
};
use crate::{
    clock::Clock,
    compose::{self, Mailbox, Templates},
    config::Settings,
    daemon::Setup,
    deliver::{self, Job, MailSettings},
    letter::Outcome,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to send it
    #[arg(long, value_name = "ADDRESS", value_parser = Mailbox::parse)]
    to: Mailbox,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let setup = Setup::load(config)?.able_to_send()?;
    match send(&setup.settings, &setup.templates, &args.to)? {
        Ok(sent) => {
            say!("{sent}");
            Ok(())
        }
        Err(why) => Err(Failure::Failed(anyhow::anyhow!(why))),
    }
}

/// Sends the letter, and says how that went: the inner error is the server's, or that of the settings.
pub(super) fn send(
    settings: &Settings,
    templates: &Templates,
    to: &Mailbox,
) -> Result<Result<String, String>, Failure> {
    if let Some(refusal) = settings.allowed.refusal(&to.address) {
        return Ok(Err(format!("The test letter to {} was {}.", to.address, refusal.reply())));
    }
    let letter = compose::test_letter(to, &settings.secretariat, templates, Clock::System.now())?;
    let job = Job {
        id: 0,
        attempt: 1,
        envelope: letter.envelope,
        message_id: letter.message_id,
        bytes: letter.bytes,
    };
    let mail = &settings.mail;
    let outcome = runtime()?.block_on(deliver::deliver_once(mail, job));
    Ok(match outcome {
        Outcome::Accepted(reply) => Ok(match mail {
            MailSettings::Smtp(_) => format!("Sent to {} through {mail}: {reply}", to.address),
            // Its answer names the folder.
            MailSettings::Maildir(_) => format!("Sent to {}: {reply}", to.address),
        }),
        other => {
            Err(format!("The test letter to {} was not sent through {mail}: {}", to.address, other.reply()))
        }
    })
}
