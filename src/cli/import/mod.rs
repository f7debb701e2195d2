//! `rappel import`: what a meeting report asks, as proposals for the register.

mod form;
mod isolated;
mod json;
pub(super) mod reader;
mod review;
mod show;

pub(super) use show::in_short;

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
};

use super::{
    DEFAULT_CONFIG, apply,
    exit::{Ended, Failure},
    output, rejected,
};
use crate::{
    action::{Calendars, Register},
    config,
    minutes::{self, Background, Settings},
    register::{self, DateOrder},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The report: .docx, .odt, .html, .txt, .eml or .pdf
    #[arg(required_unless_present = "apply")]
    report: Option<PathBuf>,
    /// Write what was decided in this form into the register, as `rappel apply` does
    #[arg(long, value_name = "FORM", conflicts_with_all = ["report", "out", "register", "json"])]
    apply: Option<PathBuf>,
    /// Write the proposals into this .xlsx or .csv file, with a column for decisions
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Go through the proposals one by one, and write the decisions into the file of --out; decisions that it holds are kept
    #[arg(long, requires = "out", conflicts_with = "json")]
    review: bool,
    /// Compare with this register instead of the one that the settings name
    #[arg(long, value_name = "PATH")]
    register: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    if let Some(form) = &args.apply {
        return apply::run(config, &apply::Args::of(form));
    }
    args.report.as_deref().map_or(Ok(()), |report| propose(config, report, args))
}

fn propose(config: &Path, report: &Path, args: &Args) -> Ended {
    let out = args.out.as_deref();
    let context = Context::load(config, args.register.as_deref())?;
    let before = out.map(|out| form::Before::open(out, args.review, context.dates)).transpose()?;
    let mut before = before.flatten();
    let document = isolated::read(report, &context.settings)?;
    let background = Background { register: context.register.as_ref(), dates: context.dates };
    let found = minutes::find(&document, &background);
    let mut findings = minutes::compare(found, &document, context.register.as_ref());
    if let (Some(out), Some(before)) = (out, &mut before) {
        before.keep(out, &mut findings)?;
    }
    // What was rejected is not for another register.
    let state = context.state.as_deref().filter(|_| args.register.is_none());
    if let Some(state) = state {
        minutes::leave_out(&mut findings, &rejected::known(state));
    }
    if args.review {
        review::go_through(&mut findings, context.register.as_ref(), context.dates)?;
    }
    let written = out.map(|out| form::write(out, &findings, before.as_ref())).transpose()?;
    if args.json {
        return output::json(&json::Report::new(report, &findings, &document, context.register.is_some()));
    }
    show::print(&findings, &document, context.register.is_some(), args.review);
    let Some(out) = &written else { return Ok(()) };
    show::written(out, args.review);
    if let Some(state) = state.filter(|_| args.review) {
        let verdicts: Vec<_> =
            findings.entries.iter().filter_map(|entry| rejected::of_entry(entry, out)).collect();
        rejected::remember(state, &verdicts);
    }
    // Only what was compared with the register of the settings can go into it.
    if args.review && context.register.is_some() && args.register.is_none() && review::enters(&findings)? {
        return apply::run(config, &apply::Args::of(out));
    }
    Ok(())
}

/// What the report is compared with, and what reading it may cost.
struct Context {
    settings: Settings,
    dates: DateOrder,
    register: Option<Register>,
    /// Where the settings have the state, in which rejections are remembered.
    state: Option<PathBuf>,
}

impl Context {
    /// Without a settings file in its usual place the report is read for itself.
    fn load(config: &Path, path: Option<&Path>) -> Result<Self, Failure> {
        let absent = config == Path::new(DEFAULT_CONFIG) && !config.exists();
        let (settings, mut source, state) = if absent {
            (Settings::default(), None, None)
        } else {
            let (settings, _) = config::load(config)?;
            (settings.import, Some(settings.register), Some(settings.state))
        };
        if let Some(path) = path {
            let mut other = source.unwrap_or_else(|| register::Settings {
                path: PathBuf::new(),
                zone: jiff::tz::TimeZone::UTC,
                dates: DateOrder::default(),
                policies: std::collections::BTreeSet::new(),
                calendars: Calendars::default(),
                limits: register::Limits::default(),
            });
            path.clone_into(&mut other.path);
            source = Some(other);
        }
        let dates = source.as_ref().map_or_else(DateOrder::default, |source| source.dates);
        let register = source.map(|source| register::read(&source)).transpose()?;
        Ok(Self { settings, dates, register: register.map(|reading| reading.register), state })
    }
}

/// Whether somebody can be asked.
fn is_terminal() -> bool {
    std::io::stdin().is_terminal()
}
