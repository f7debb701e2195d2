//! The command line. Each command is a file here; each prints for people, or JSON for programs.

#[macro_use]
mod screen;

mod adopt;
mod apply;
mod approve;
mod change;
mod check;
mod correct;
mod decide;
mod desk;
mod doctor;
mod exit;
mod export;
mod forecast;
mod forecast_diff;
mod forget;
mod health;
mod history;
mod import;
mod late;
mod log;
mod outbox;
mod output;
mod preview;
mod put_off;
mod rehearse;
mod rejected;
mod report;
mod run;
mod send_test;
mod setup;
mod state;
mod status;
mod verify;
mod whole_file;
mod why;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use exit::Ended;
use late::Late;

/// Where the settings are unless the command line says otherwise.
const DEFAULT_CONFIG: &str = "/etc/rappel/rappel.toml";

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  could not be done; the message says why
  2  the command line was not understood
  3  settings, templates or register have problems; they are listed
  4  the action, person or letter is not there
  5  done, but something needs attention";

const SETUP_EXAMPLES: &str = "\
Examples:
  rappel setup
  rappel setup --name \"TSB, the ITU-T secretariat\" \\
    --address reminders@example.int --reply-to tsb@example.int \\
    --register /srv/secretariat/actions.xlsx --host mail.example.int \\
    --user rappel --password-file password --test-to you@example.int

What is not given as an option is asked; with --name, --address, --register and --host or --maildir nothing is. \
Nothing is written before the mail server took the login and the test letter.";

/// Reminds the named representatives of outstanding actions until each is closed.
#[derive(Debug, Parser)]
#[command(name = "rappel", version, after_help = EXIT_CODES, max_term_width = 100)]
struct Cli {
    /// The settings file
    #[arg(long, value_name = "FILE", default_value = DEFAULT_CONFIG, global = true)]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set rappel up: ask what it has to know, try the mail server, and write the settings
    #[command(after_help = SETUP_EXAMPLES)]
    Setup(Late<setup::Args>),
    /// Send reminders: the daemon, or one round with --once
    #[command(after_help = "Example:\n  rappel --config /etc/rappel/rappel.toml run --once")]
    Run(Late<run::Args>),
    /// Check settings, templates and register, and say what was understood
    #[command(after_help = "Example:\n  rappel --config config/example/rappel.toml check")]
    Check(Late<check::Args>),
    /// Examine the whole installation, and say what to do about what is wrong
    #[command(
        after_help = "Examples:\n  rappel doctor\n  rappel doctor --offline --backup /var/backups/rappel-2026-11-23.db\n\n\
                      Ends with 0 when nothing is wrong, and with 5 when a warning or an error needs attention."
    )]
    Doctor(Late<doctor::Args>),
    /// Show what is outstanding, the next reminder and the last letter of each action
    #[command(after_help = "Example:\n  rappel status --json")]
    Status(Late<status::Args>),
    /// Show who will get what, when, if the register stays as it is; nothing is sent
    #[command(
        after_help = "Examples:\n  rappel forecast --from 2017-05-02 --until 2017-06-30 --by person\n  rappel forecast --diff yesterday.xlsx"
    )]
    Forecast(Late<forecast::Args>),
    /// Show the letter that would be written about an action
    #[command(
        after_help = "Examples:\n  rappel preview 17/06 --to \"Olivier Dubuisson\" --html letter.html\n  rappel preview 17/06 --language fr"
    )]
    Preview(Late<preview::Args>),
    /// Say, rule by rule, why a letter about an action is or is not sent
    #[command(after_help = "Example:\n  rappel why 17/06 --on 2017-06-16")]
    Why(Late<why::Args>),
    /// Write the deadlines of all outstanding actions as a calendar (.ics)
    #[command(
        after_help = "Examples:\n  rappel export --ics > deadlines.ics\n  rappel export --ics /srv/www/sg17.ics --body SG17"
    )]
    Export(Late<export::Args>),
    /// Show what was told to whom about an action, how each letter fared, and what was decided
    #[command(after_help = "Example:\n  rappel history 17/06")]
    History(Late<history::Args>),
    /// Write the accepted proposals of a form into the register, after a backup; everything else in it stays as it is
    #[command(
        after_help = "Examples:\n  rappel apply proposals.xlsx --dry-run\n  rappel apply proposals.xlsx"
    )]
    Apply(Late<apply::Args>),
    /// Write the status report for the next meeting: what is outstanding, what was done, who was reminded when
    #[command(
        after_help = "Examples:\n  rappel report --out status.docx\n  rappel report --since 2017-05-01 --by origin --language fr --out rapport.docx\n  rappel report --format csv > status.csv"
    )]
    Report(Late<report::Args>),
    /// Check that the history is what it was: the hash chain over everything that was recorded
    #[command(
        after_help = "Examples:\n  rappel verify\n  rappel verify --head 1043-9f3a-27c1-55d0-8be2-10aa\n\n\
                      Ends with 0 when the history is whole, and with 5 when it is not or the head is not in it."
    )]
    Verify(Late<verify::Args>),
    /// Close an action: nobody is reminded of it any more
    #[command(
        after_help = "Examples:\n  rappel close 17/06 --asked-of ITU-T --outcome \"representative appointed\"\n  rappel close 17/03 --asked-of ISO --why \"told on the phone\" --by Martin"
    )]
    Close(Late<change::CloseArgs>),
    /// Reopen a closed action: people are reminded of it again
    #[command(after_help = "Example:\n  rappel reopen 17/06 --asked-of ITU-T --why \"the nominee withdrew\"")]
    Reopen(Late<change::ReopenArgs>),
    /// Remind nobody of an action before a day
    #[command(
        after_help = "Examples:\n  rappel snooze 17/06 --until 2017-07-03\n  rappel snooze 17/06 --off"
    )]
    Snooze(Late<change::SnoozeArgs>),
    /// Give an action a later deadline; those who were reminded are told
    #[command(
        after_help = "Example:\n  rappel extend 17/06 --to 2017-07-28 --why \"asked for by the chair\""
    )]
    Extend(Late<change::ExtendArgs>),
    /// Say that somebody answered about an action: nobody else is told any more that nobody did
    #[command(
        after_help = "Examples:\n  rappel acknowledge 17/06 --asked-of ITU-T --why \"a candidate is being looked for\"\n  rappel acknowledge 17/06 --off"
    )]
    Acknowledge(Late<change::AcknowledgeArgs>),
    /// Let actions that nobody answers be escalated to other bodies, or show what waits for that
    #[command(
        after_help = "Examples:\n  rappel approve\n  rappel approve 17/03 --asked-of ISO\n  rappel approve --all"
    )]
    Approve(Late<approve::Args>),
    /// Hand an action over: somebody else is reminded of it
    #[command(after_help = "Example:\n  rappel assign 17/06 --to \"Martin Euchner\"")]
    Assign(Late<change::AssignArgs>),
    /// Send one correction, in the thread, to exactly those who got letters about an action that were wrong
    #[command(
        after_help = "Examples:\n  rappel correct 17/06 --asked-of ITU-T --text \"The deadline is 30 June, not 23 June.\" --dry-run\n  rappel correct 17/06 --since 2017-06-01 --text-file correction.txt"
    )]
    Correct(Late<correct::Args>),
    /// Send one test letter with the mail settings in force
    #[command(after_help = "Example:\n  rappel send-test --to secretary@example.int")]
    SendTest(Late<send_test::Args>),
    /// Find in a meeting report what is asked of whom, and propose it for the register
    #[command(
        after_help = "Examples:\n  rappel import report.docx\n  rappel import report.docx --out proposals.xlsx\n\n\
                      Nothing enters the register unseen: the proposals wait for a decision about each. A report is read by a process \
                      of its own, within the limits of [import] in the settings."
    )]
    Import(Late<import::Args>),
    /// List the proposals of reports that were rejected, and take rejections back
    #[command(after_help = "Examples:\n  rappel rejected\n  rappel rejected --take-back 3")]
    Rejected(Late<rejected::Args>),
    /// Take a report apart, within bounds: `import` starts it
    #[command(hide = true)]
    ReadReport(Late<import::reader::Args>),
    /// Show letters and how their delivery stands
    #[command(
        after_help = "Examples:\n  rappel outbox\n  rappel outbox --state queued\n  rappel outbox show 17"
    )]
    Outbox(Late<outbox::Args>),
    /// Write an empty workbook for a new register, with headers, drop-downs and sample rows
    #[command(after_help = "Example:\n  rappel new actions.xlsx")]
    New(Late<state::NewArgs>),
    /// Create the state directory that the settings name: once, before the first run
    #[command(after_help = "Example:\n  rappel --config /etc/rappel/rappel.toml init")]
    Init,
    /// Write a copy of the state into a new file, also while the daemon runs
    #[command(after_help = "Example:\n  rappel backup /var/backups/rappel-2026-11-23.db")]
    Backup(Late<state::BackupArgs>),
    /// Take as told what is past, without a letter: after an older backup was restored, or in a new state
    #[command(after_help = "Examples:\n  rappel adopt --dry-run\n  rappel adopt --until 2026-11-20 --yes")]
    Adopt(Late<adopt::Args>),
    /// Take a person's name, addresses and letters out of everything that rappel remembers
    #[command(
        after_help = "Examples:\n  rappel forget \"Olivier Dubuisson\" --dry-run\n  rappel forget \"Olivier Dubuisson\"\n\n\
                      The daemon must not run meanwhile. What was told about which action, and when, stays. Ends with 5 \
                      when the name still stands somewhere in the state folder."
    )]
    Forget(Late<forget::Args>),
    /// Let a register come into force although it lost more than half of its open actions
    #[command(after_help = "Example:\n  rappel accept-register")]
    AcceptRegister,
    /// Run the whole daemon through a span of days in no time, into a folder of its own
    #[command(
        after_help = "Example:\n  rappel --config config/example/rappel.toml rehearse --from 2017-05-02 --until 2017-06-30"
    )]
    Rehearse(Late<rehearse::Args>),
}

/// The command line as a value: what manual pages and completions are made from.
#[must_use]
pub fn command() -> clap::Command {
    late::whole(<Cli as clap::CommandFactory>::command)
}

/// Runs the command that the program's arguments name.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let code = match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let message = failure.to_string();
            if !message.is_empty() {
                remark!("{message}");
            }
            failure.code()
        }
    };
    match screen::trouble() {
        None => code,
        Some(error) => {
            remark!("Not all of it could be written: {error}.");
            ExitCode::FAILURE
        }
    }
}

impl Cli {
    fn run(&self) -> Ended {
        let config = self.config.as_path();
        match &self.command {
            Command::Setup(args) => setup::run(config, args),
            Command::Run(args) => run::run(config, args),
            Command::Check(args) => check::run(config, args),
            Command::Doctor(args) => doctor::run(config, args),
            Command::Status(args) => status::run(config, args),
            Command::Forecast(args) => forecast::run(config, args),
            Command::Preview(args) => preview::run(config, args),
            Command::Why(args) => why::run(config, args),
            Command::Export(args) => export::run(config, args),
            Command::History(args) => history::run(config, args),
            Command::Apply(args) => apply::run(config, args),
            Command::Report(args) => report::run(config, args),
            Command::Verify(args) => verify::run(config, args),
            Command::Close(args) => change::close(config, args),
            Command::Reopen(args) => change::reopen(config, args),
            Command::Snooze(args) => change::snooze(config, args),
            Command::Extend(args) => change::extend(config, args),
            Command::Acknowledge(args) => change::acknowledge(config, args),
            Command::Approve(args) => approve::run(config, args),
            Command::Assign(args) => change::assign(config, args),
            Command::Correct(args) => correct::run(config, args),
            Command::SendTest(args) => send_test::run(config, args),
            Command::Import(args) => import::run(config, args),
            Command::Rejected(args) => rejected::run(config, args),
            Command::ReadReport(args) => import::reader::run(args),
            Command::Outbox(args) => outbox::run(config, args),
            Command::New(args) => state::new_workbook(args),
            Command::Init => state::init(config),
            Command::Backup(args) => state::backup(config, args),
            Command::Adopt(args) => adopt::run(config, args),
            Command::Forget(args) => forget::run(config, args),
            Command::AcceptRegister => state::accept_register(config),
            Command::Rehearse(args) => rehearse::run(config, args),
        }
    }
}
