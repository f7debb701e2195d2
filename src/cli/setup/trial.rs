//! Whether letters can leave with these settings: the login, then one test letter.

use super::{super::exit::Failure, Dialogue};
use crate::{
    cli::{run::runtime, send_test},
    compose::{Mailbox, Templates},
    config::{self, Settings},
    deliver::{self, MailSettings},
    doctor,
};

/// Tries the settings. The inner error says for people why they do not work.
pub(super) fn run(
    settings: &Settings,
    test_to: Option<&Mailbox>,
    dialogue: Option<&mut Dialogue>,
) -> Result<Result<(), String>, Failure> {
    if let MailSettings::Smtp(smtp) = &settings.mail {
        match runtime()?.block_on(deliver::probe(smtp)) {
            Ok(probe) => {
                let login = if probe.logged_in { "the login is accepted" } else { "no login is set" };
                let encrypted = if probe.encrypted { "encrypted" } else { "not encrypted" };
                say!("{} answers: the connection is {encrypted}, {login}.", smtp.host);
            }
            Err(why) => {
                let remedy = doctor::remedy_of(why.at);
                return Ok(Err(format!("{} cannot be used: {why}. {remedy}", settings.mail)));
            }
        }
    }
    let usual = &settings.secretariat.reply_to;
    let to = match (test_to, dialogue) {
        (Some(to), _) => Some(to.clone()),
        (None, None) => Some(usual.clone()),
        (None, Some(dialogue)) => asked(dialogue, usual)?,
    };
    let Some(to) = to else { return Ok(Ok(())) };
    let templates = config::read_templates(settings).and_then(Templates::with)?;
    Ok(match send_test::send(settings, &templates, &to)? {
        Ok(sent) => {
            say!("{sent}");
            Ok(())
        }
        Err(why) => Err(why),
    })
}

fn asked(dialogue: &mut Dialogue, usual: &Mailbox) -> Result<Option<Mailbox>, Failure> {
    dialogue.ask("Where to send a test letter; - for none", Some(&usual.address), |text| match text {
        "-" => Ok(None),
        text => Mailbox::parse(text).map(Some),
    })
}
