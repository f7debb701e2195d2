//! `rappel outbox`: letters, and how their delivery stands.

use std::{io::Write as _, path::Path};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    decide::{self, Decision},
    desk::start_of,
    exit::{Ended, Failure},
    output::{self, moment, zone_name},
    screen,
};
use crate::{
    clock::Clock,
    compose,
    daemon::Setup,
    outbox::{self, Detail, Filter, LetterId, State, Summary, vouched},
    store::{self, Reader},
};

/// Without a command of its own it lists.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List letters, the newest first
    #[command(after_help = "Example:\n  rappel outbox list --state queued --state unknown --to dubuisson")]
    List(ListArgs),
    /// Show one letter: its text, every attempt and every answer
    #[command(after_help = "Example:\n  rappel outbox show 17")]
    Show(ShowArgs),
    /// Try letters now that wait, were refused or given up
    #[command(after_help = "Example:\n  rappel outbox retry 17 18")]
    Retry(decide::Args),
    /// Withdraw letters: they are not sent (again)
    #[command(after_help = "Example:\n  rappel outbox drop 17")]
    Drop(decide::Args),
    /// Say that letters in doubt did arrive
    #[command(after_help = "Example:\n  rappel outbox accept 17")]
    Accept(decide::Args),
    /// Keep letters back until they are released
    #[command(after_help = "Example:\n  rappel outbox hold 17")]
    Hold(decide::Args),
    /// Let held letters go; without a number: everything that is held back as a whole
    #[command(after_help = "Examples:\n  rappel outbox release 17\n  rappel outbox release")]
    Release(decide::ReleaseArgs),
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Only letters in this state: queued, sending, unknown, held, accepted, refused, expired or withdrawn
    #[arg(long, value_name = "STATE")]
    state: Vec<State>,
    /// Only letters to a person or an address with this in it
    #[arg(long, value_name = "TEXT")]
    to: Option<String>,
    /// Only letters since this day
    #[arg(long, value_name = "DATE", value_parser = output::date)]
    since: Option<Date>,
    /// At most so many
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    limit: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct ShowArgs {
    /// The letter's number, from the list
    #[arg(value_parser = output::letter)]
    letter: i64,
    /// Print the message as it is sent, headers and all
    #[arg(long)]
    raw: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let setup = Setup::load(config)?;
    let zone = setup.rules.send().zone();
    let state = &setup.settings.state;
    let (decision, letters) = match &args.command {
        None => return list(&store::open_reader(state)?, zone, &args.list),
        Some(Command::List(args)) => return list(&store::open_reader(state)?, zone, args),
        Some(Command::Show(args)) => return show(&store::open_reader(state)?, zone, args),
        Some(Command::Retry(letters)) => (Decision::Retry, letters),
        Some(Command::Drop(letters)) => (Decision::Drop, letters),
        Some(Command::Accept(letters)) => (Decision::Accept, letters),
        Some(Command::Hold(letters)) => (Decision::Hold, letters),
        Some(Command::Release(release)) => match release.letters() {
            Some(letters) => return decide::run(state, None, Decision::Release, &letters),
            None => return decide::release_everything(state),
        },
    };
    let directory = setup.read_register().ok().map(|(directory, _)| directory);
    decide::run(state, directory.as_ref(), decision, letters)
}

fn list(reader: &Reader, zone: &TimeZone, args: &ListArgs) -> Ended {
    let since = args.since.map(|day| start_of(day, zone)).transpose()?;
    let filter = Filter {
        states: args.state.clone(),
        recipient: args.to.clone(),
        since,
        limit: Some(args.limit.saturating_add(1)),
    };
    let mut letters = reader.read(|c| outbox::list(c, &filter))?;
    if letters.len() > args.limit as usize {
        letters.truncate(args.limit as usize);
        remark!(
            "There are older letters than these {}: `--limit` with a larger number shows them.",
            args.limit
        );
    }
    if args.json {
        return output::json(&letters);
    }
    if letters.is_empty() {
        say!("No letters.");
        return Ok(());
    }
    let mut table = screen::table(["No", "Written", "To", "Subject", "State", "Last answer"]);
    for letter in &letters {
        table.add_row([
            letter.id.0.to_string(),
            moment(letter.created, zone),
            letter.to.clone(),
            letter.subject.clone(),
            state(letter, zone),
            last_word(letter),
        ]);
    }
    screen::print_table(table);
    Ok(())
}

/// The last answer, or who says that it arrived all the same.
fn last_word(letter: &Summary) -> String {
    let answer = letter.last_answer.as_ref();
    let said = vouched(letter.state, answer, letter.note.as_deref());
    said.map_or_else(|| answer.map_or_else(String::new, ToString::to_string), str::to_owned)
}

fn state(letter: &Summary, zone: &TimeZone) -> String {
    let waits = matches!(letter.state, State::Queued | State::Unknown);
    // What could leave already waits for the mail server.
    match letter.next_attempt.filter(|next| waits && *next > Clock::System.now()) {
        Some(next) if letter.attempts > 0 => format!("{}, again {}", letter.state, moment(next, zone)),
        Some(next) => format!("{}, leaves {}", letter.state, moment(next, zone)),
        None => letter.state.to_string(),
    }
}

fn show(reader: &Reader, zone: &TimeZone, args: &ShowArgs) -> Ended {
    let number = args.letter;
    let letter = reader.read(|c| outbox::show(c, LetterId(number)))?;
    let Some(letter) = letter else {
        return Err(Failure::NotFound(format!(
            "There is no letter {number}. `rappel outbox list` shows the numbers."
        )));
    };
    if args.json {
        return output::json(&letter);
    }
    if args.raw {
        let Some(bytes) = &letter.bytes else {
            return Err(Failure::NotFound(format!("The text of letter {number} is no longer kept.")));
        };
        return Ok(std::io::stdout().write_all(bytes)?);
    }
    print(&letter, zone);
    Ok(())
}

fn print(letter: &Detail, zone: &TimeZone) {
    let summary = &letter.summary;
    say!("Letter      {} ({})", summary.id.0, summary.kind);
    say!("From        {}", letter.from);
    say!("To          {}", summary.to);
    say!("Subject     {}", summary.subject);
    say!("Message-ID  <{}>", letter.message_id);
    say!("Written     {} ({})", moment(summary.created, zone), zone_name(zone));
    say!("State       {}", state(summary, zone));
    if let Some(note) = &summary.note {
        say!("Note        {note}");
    }
    for attempt in &letter.history {
        let came = match &attempt.answer {
            Some(found) => format!("{}: {found}", found.outcome),
            None => "under way, or its end is not known".to_owned(),
        };
        say!("Attempt {:<3} {}  {came}", attempt.number, second(attempt.started, zone));
        if let Some(server) = attempt.answer.as_ref().and_then(|answer| answer.server.as_ref()) {
            say!("            at {server}");
        }
    }
    let text = letter.bytes.as_deref().and_then(compose::text_part);
    write_out!("\n{}\n", text.as_deref().unwrap_or("The text is no longer kept."));
}

/// "Fri 23 Jun 2017 08:00:05".
fn second(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%a %-d %b %Y %H:%M:%S").to_string()
}
