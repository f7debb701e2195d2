//! `rappel rehearse`: days of the daemon's life in a moment, into a folder of their own.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use super::{
    desk::{end_of, start_of},
    exit::{Ended, Failure},
    output::{self, count, moment, zone_name},
    run::runtime,
    screen,
};
use crate::{
    compose,
    daemon::{Events, Rehearsal, Setup, rehearse},
    outbox::Detail,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The first day
    #[arg(long, value_name = "DATE", value_parser = output::date)]
    from: Date,
    /// The last day
    #[arg(long, value_name = "DATE", value_parser = output::date)]
    until: Date,
    /// Where the letters go: a Maildir that is made here, with the state beside it. Without it
    /// everything goes to a temporary folder and is gone at the end
    #[arg(long, value_name = "DIR")]
    maildir: Option<PathBuf>,
    /// Print every letter's text
    #[arg(long)]
    show: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Line {
    at: Timestamp,
    to: String,
    subject: String,
    message_id: String,
    text: String,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    output::in_order(args.from, args.until)?;
    let setup = Setup::load(config)?;
    let zone = setup.rules.send().zone().clone();
    let temporary;
    let folder = if let Some(folder) = &args.maildir {
        empty(folder)?;
        folder.clone()
    } else {
        temporary = tempfile::tempdir().context("A temporary folder could not be made")?;
        temporary.path().to_owned()
    };
    let rehearsal = Rehearsal {
        config_file: config.to_owned(),
        from: start_of(args.from, &zone)?,
        until: end_of(args.until, &zone)?,
        folder,
    };
    let rehearsed = runtime()?.block_on(async {
        let mut events = Events::signals()?;
        rehearse(&rehearsal, &mut events).await.map_err(Failure::from)
    })?;
    let lines: Vec<_> = rehearsed.letters.iter().map(line).collect();
    if args.json {
        return output::json(&lines);
    }
    print(args, &zone, &rehearsed.letters, &lines);
    Ok(())
}

/// A rehearsal never writes into a folder in which something is: it might be somebody's mail.
fn empty(folder: &Path) -> Ended {
    let holds_something = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if holds_something {
        return Err(Failure::Failed(anyhow::anyhow!(
            "{} is not empty. Name a folder that is empty, or one that is not there yet.",
            folder.display()
        )));
    }
    Ok(())
}

fn line(letter: &Detail) -> Line {
    Line {
        at: letter.summary.planned_for,
        to: letter.summary.to.clone(),
        subject: letter.summary.subject.clone(),
        message_id: letter.message_id.clone(),
        text: letter.bytes.as_deref().and_then(compose::text_part).unwrap_or_default(),
    }
}

fn print(args: &Args, zone: &jiff::tz::TimeZone, letters: &[Detail], lines: &[Line]) {
    if args.show {
        for (index, line) in lines.iter().enumerate() {
            say!("───── letter {} of {} ─────", index + 1, lines.len());
            say!("Date:    {} ({})", moment(line.at, zone), zone_name(zone));
            say!("To:      {}", line.to);
            say!("Subject: {}\n", line.subject);
            write_out!("{}\n", line.text);
        }
    }
    let mut table = screen::table(["When", "To", "Subject"]);
    for line in lines {
        table.add_row([moment(line.at, zone), line.to.clone(), line.subject.clone()]);
    }
    screen::print_table(table);
    say!(
        "{} from {} to {} ({}).",
        count(letters.len(), "letter", "letters"),
        output::day(args.from),
        output::day(args.until),
        zone_name(zone)
    );
    match &args.maildir {
        Some(folder) => say!("They are in {}, a Maildir.", folder.join("letters").display()),
        None => {
            say!("With --maildir DIR they stay, for a mail client to open; with --show they are printed.");
        }
    }
}
