//! `rappel report`: the status for the next meeting, as a file or on the terminal.

use std::{
    collections::BTreeSet,
    io::IsTerminal as _,
    path::{Path, PathBuf},
};

use jiff::civil::Date;

use super::{
    desk::{Desk, end_of},
    exit::{Ended, Failure},
    output, screen, whole_file,
};
use crate::{
    action::Language,
    compose::Speaker,
    decision::Decision,
    ledger::{self, HistoryEntry, HistoryFilter},
    report::{self, Format, Grouping, Material, Report},
    store,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Put the actions together by the body of which they are asked, or by where they were agreed
    #[arg(long, value_enum, default_value_t = By::Body)]
    by: By,
    /// Report what was done since this day
    #[arg(long, value_name = "DATE", value_parser = output::date)]
    since: Option<Date>,
    /// The day to report on, instead of now
    #[arg(long, value_name = "DATE", value_parser = output::date)]
    on: Option<Date>,
    /// List every day and everybody in long histories, instead of counting them; .xlsx and .csv always do
    #[arg(long)]
    whole: bool,
    /// The language: ar, zh, en, fr, ru or es
    #[arg(long, value_parser = language)]
    language: Option<Language>,
    /// The file to write; its ending says the format. Without it the report goes to the terminal
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The format, whatever the ending: docx, xlsx, html, md or csv
    #[arg(long, value_parser = Format::parse)]
    format: Option<Format>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum By {
    Body,
    Origin,
}

fn language(text: &str) -> Result<Language, String> {
    Language::parse(text).map_err(|error| error.to_string())
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let format = format(args)?;
    let mut desk = Desk::open(config, None)?;
    if let Some(on) = args.on {
        desk.now = end_of(on, desk.zone())?;
    }
    if let Some(since) = args.since {
        let day = desk.zone().to_datetime(desk.now).date();
        if since > day {
            let mistake = anyhow::anyhow!(
                "--since {since} is after the day of the report, {day}. Name an earlier day."
            );
            return Err(Failure::Failed(mistake));
        }
    }
    let report = drawn(&desk, args, format)?;
    let bytes = report::write(&report, format).map_err(|error| Failure::Failed(error.into()))?;
    match &args.out {
        None => screen::write_bytes(&bytes),
        Some(file) => {
            whole_file::write(file, &bytes)?;
            say!("{} is written.", file.display());
        }
    }
    Ok(())
}

fn format(args: &Args) -> Result<Format, Failure> {
    let mistake = |why: String| Failure::Failed(anyhow::Error::msg(why));
    let format = match (args.format, &args.out) {
        (Some(format), _) => format,
        (None, Some(file)) => Format::of(file).map_err(mistake)?,
        (None, None) => Format::Markdown,
    };
    if args.out.is_none() && !format.is_text() && std::io::stdout().is_terminal() {
        let ending = format.ending();
        return Err(mistake(format!(
            "A .{ending} file cannot be shown on a terminal. Add --out report.{ending}."
        )));
    }
    Ok(format)
}

fn drawn(desk: &Desk, args: &Args, format: Format) -> Result<Report, Failure> {
    let identity = &desk.setup.settings.secretariat;
    let language = args.language.unwrap_or(identity.language);
    let (history, head) = match &desk.state {
        None => (Vec::new(), None),
        Some(state) => {
            let read = |c: &_| Ok((ledger::history(c, &HistoryFilter::default())?, store::head(c)?));
            state.read(read)?
        }
    };
    let decisions = decisions(desk)?;
    let history: Vec<HistoryEntry> =
        history.into_iter().filter(|entry| entry.recorded_at <= desk.now).collect();
    let material = Material {
        register: desk.directory.register(),
        history: &history,
        decisions: &decisions,
        head: head.map(|head| head.to_string()),
        secretariat: &identity.name,
        contact: &identity.reply_to.address,
        zone: desk.zone(),
        now: desk.now,
        since: args.since,
        by: match args.by {
            By::Body => Grouping::Body,
            By::Origin => Grouping::Origin,
        },
        // A sheet is evidence, and has room.
        whole: args.whole || matches!(format, Format::Xlsx | Format::Csv),
        language,
    };
    let speaker = Speaker::new(&desk.setup.templates, language)?;
    Ok(report::draw(&material, &speaker)?)
}

/// What was decided beside the register up to then, the oldest first.
fn decisions(desk: &Desk) -> Result<Vec<Decision>, Failure> {
    let Some(state) = &desk.state else { return Ok(Vec::new()) };
    let references: BTreeSet<&str> = desk.directory.actions().map(|(id, _)| id.reference()).collect();
    let mut decisions = state.read(|c| {
        let mut all = Vec::new();
        for reference in references {
            all.extend(ledger::decision_history(c, reference)?.into_iter().map(|(decision, _)| decision));
        }
        Ok(all)
    })?;
    decisions.retain(|decision| decision.at <= desk.now);
    decisions.sort_by_key(|decision| decision.id);
    Ok(decisions)
}
