//! `rappel setup`: the first hour in one command. It asks what it was not told, tries the mail server,
//! and writes the settings only once they work.

mod answers;
mod dialogue;
mod place;
mod questions;
mod trial;

use std::{
    io::{self, BufRead},
    path::{Path, PathBuf},
};

use super::{
    exit::{Ended, Failure},
    output::{self, count},
};
use crate::{
    action::Severity,
    clock::Clock,
    compose::Mailbox,
    config::{self, Settings, Variables},
    daemon,
    deliver::MailSettings,
    store::{self, StoreError},
};
use answers::Answers;
use dialogue::Dialogue;
use place::Place;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The secretariat's name, as letters are signed
    #[arg(long)]
    name: Option<String>,
    /// The address from which letters are sent
    #[arg(long)]
    address: Option<String>,
    /// Where answers go; without it, to the address above
    #[arg(long, value_name = "ADDRESS")]
    reply_to: Option<String>,
    /// The zone of send times and deadlines; this machine's unless it is given
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// The secretariat's workbook, folder of .csv files, or .toml file
    #[arg(long, value_name = "PATH")]
    register: Option<PathBuf>,
    /// Write an empty workbook if there is no register at that path yet
    #[arg(long)]
    new_register: bool,
    /// The mail server
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// Its port; 587, 465 or 25, as --tls says, unless it is given
    #[arg(long, conflicts_with = "maildir")]
    port: Option<u16>,
    /// How the connection is encrypted: starttls, required or none
    #[arg(long, value_name = "HOW", conflicts_with = "maildir")]
    tls: Option<String>,
    /// Certificates (PEM) to trust besides those of the system
    #[arg(long, value_name = "FILE", conflicts_with = "maildir")]
    ca_file: Option<PathBuf>,
    /// The name to log in with; without it there is no login
    #[arg(long, conflicts_with = "maildir")]
    user: Option<String>,
    /// A file that holds the password, or - for the first line of standard input; it is copied
    #[arg(long, value_name = "FILE", requires = "user")]
    password_file: Option<PathBuf>,
    /// Put letters into this folder (Maildir), in place of a mail server
    #[arg(long, value_name = "DIR", conflicts_with = "host")]
    maildir: Option<PathBuf>,
    /// Where rappel shall remember what it has sent; /var/lib/rappel unless it is given
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Where the test letter goes; to where answers go, unless it is given
    #[arg(long, value_name = "ADDRESS", value_parser = Mailbox::parse)]
    test_to: Option<Mailbox>,
    /// Neither log in to the mail server nor send a test letter
    #[arg(long, conflicts_with = "test_to")]
    offline: bool,
    /// Replace settings that are there; they are kept beside the new ones, as rappel.toml.old
    #[arg(long)]
    force: bool,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let place = Place::new(config)?;
    place.refuse_to_overwrite(args.force)?;
    let mut dialogue = Dialogue::with_standard_input();
    let mut answers = Answers::from_options(args, Place::password_of(args, &mut dialogue)?)?;
    answers.refuse_bad_options(&place)?;
    let asking = !answers.are_enough(&place);
    if asking {
        questions::ask(&mut answers, &place, &mut dialogue)?;
    }
    answers.settle_zone();
    place.refuse_to_overwrite_password(&answers, args.force)?;
    if !args.offline {
        try_until_it_works(&mut answers, args, &place, asking.then_some(&mut dialogue))?;
    }
    finish(&place, &answers)
}

/// The settings as they would be, with the password in a file that nobody else sees.
fn load(place: &Place, answers: &Answers) -> Result<(Settings, Option<tempfile::NamedTempFile>), Failure> {
    let staged = answers.password.as_ref().map(|password| place.stage_password(password)).transpose()?;
    let password = staged.as_ref().map_or_else(|| place.password_file(), |file| file.path().to_owned());
    let text = config::draft(&answers.values(&password));
    // The variables of this shell are not those of the service.
    let (settings, _) = config::load_text(place.config(), text, &Variables::default())?;
    Ok((settings, staged))
}

/// Logs in and sends the test letter. With a dialogue, answers that do not work can be corrected.
fn try_until_it_works(
    answers: &mut Answers,
    args: &Args,
    place: &Place,
    mut dialogue: Option<&mut Dialogue>,
) -> Ended {
    loop {
        let (settings, _staged) = load(place, answers)?;
        let trouble = match trial::run(&settings, args.test_to.as_ref(), dialogue.as_deref_mut())? {
            Ok(()) => return Ok(()),
            Err(trouble) => trouble,
        };
        let Some(dialogue) = dialogue.as_deref_mut() else {
            return Err(Failure::Failed(anyhow::anyhow!(
                "{trouble}\nNothing was written. With --offline the settings are written without trying them."
            )));
        };
        say!("{trouble}");
        match dialogue.choice(
            "Correct the answers about mail (c), write the settings all the same (w), or quit (q)?",
            "cwq",
        )? {
            'c' if matches!(settings.mail, MailSettings::Smtp(_)) || answers.maildir.is_some() => {
                questions::ask_mail_again(answers, place, dialogue)?;
            }
            'w' => return Ok(()),
            _ => return Err(Failure::Failed(anyhow::anyhow!("Nothing was written."))),
        }
    }
}

/// Everything is known and works: writes it, and says what to do next.
fn finish(place: &Place, answers: &Answers) -> Ended {
    let (settings, _staged) = load(place, answers)?;
    if answers.writes_register() {
        super::state::new_workbook_at(&settings.register.path)?;
    }
    if let Some(password) = &answers.password {
        place.write_password(password)?;
        say!("The password is in {}, for its owner alone.", place.password_file().display());
    }
    place.write_config(&config::draft(&answers.values(&place.password_file())))?;
    say!("The settings are in {}.", place.config().display());
    match store::init(&settings.state, Clock::System.now()) {
        Ok(()) => say!("The state directory is {}.", settings.state.display()),
        Err(StoreError::AlreadyThere { .. }) => {
            say!("The state in {} stays as it is.", settings.state.display());
        }
        Err(error) => return Err(error.into()),
    }
    if let MailSettings::Maildir(maildir) = &settings.mail {
        place::give_to_owner_of_parent(&maildir.path);
    }
    let register = register(place);
    next(place, &settings);
    register
}

/// What the register that was named holds; problems in it are for the secretariat to correct.
fn register(place: &Place) -> Ended {
    match daemon::load(place.config()) {
        Ok((_, directory, notes)) => {
            let actions = directory.register().actions.len();
            say!("The register has {}.", count(actions, "action", "actions"));
            for note in notes.0.iter().filter(|note| note.severity == Severity::Warning) {
                say!("{note}");
            }
            Ok(())
        }
        Err(problems) => {
            say!("Before letters can leave, this has to be corrected:\n{problems}");
            Err(Failure::Attention)
        }
    }
}

fn next(place: &Place, settings: &Settings) {
    let config = place.option();
    let zone = &settings.secretariat.zone;
    let month = output::in_a_month(zone.to_datetime(Clock::System.now()).date());
    let start = if place.is_default() {
        "systemctl enable --now rappel".to_owned()
    } else {
        format!("rappel{config} run")
    };
    let commands = [
        (format!("rappel{config} check"), "what was understood, and what is wrong"),
        (format!("rappel{config} forecast --until {month}"), "who will get what, when"),
        (start, "begin"),
    ];
    let width = commands.iter().map(|(command, _)| command.chars().count()).max().unwrap_or_default();
    say!("\nNext:");
    for (command, why) in commands {
        say!("  {command:width$}   # {why}");
    }
}

/// The first line of a text, without its end.
fn first_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    let read = input.read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim_end_matches(['\n', '\r']).to_owned()))
}
