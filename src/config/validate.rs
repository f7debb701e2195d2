//! From values as they were given to [`Settings`] that cannot be wrong.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::tz::TimeZone;

use super::{
    Refused, Variables,
    archive::{archive, archive_wait},
    calendars::calendars,
    caution::caution,
    check::{Check, naming},
    domains::allowed_domains,
    file,
    given::{Given, quoted},
    keys,
    layers::Layered,
    mail::mail,
    morning,
    places::Places,
    policies::policies,
    raw,
    settings::{LogLevel, Settings},
    strange::{refuse_misplaced, refuse_unknown, topmost},
};
use crate::{
    action::{Calendars, Language, Problem, Problems, Severity, doubt_about_address},
    cadence::{self, Cadence},
    compose::{Identity, Mailbox},
    outbox::RetrySettings,
    register::{self, DateOrder},
    schedule::Policy,
};

const ADDRESS: &str = "Write an e-mail address, for example \"tsb@example.int\".";

/// Checks everything, then gives either the settings with warnings or all problems.
pub(super) fn settings(
    file: &file::Source,
    layered: Layered,
    variables: &Variables,
) -> Result<(Settings, Problems), Refused> {
    let Layered { raw, places, sources, unknown, problems } = layered;
    let mut check = Check::new(&places, file.folder(), problems);
    for key in topmost(&unknown) {
        refuse_unknown(&mut check, key);
    }
    refuse_misplaced(&mut check, &raw);

    let zone = zone(&mut check, &raw.secretariat);
    // A cadence can be right or wrong whatever the zone; without one, UTC does for finding out.
    let any_zone = zone.clone().unwrap_or(TimeZone::UTC);
    let language = language(&mut check, &raw.letters);
    let calendar = check.yes_no("letters.calendar", &raw.letters.calendar);
    let window = release_window(&mut check, &raw.letters);
    let weekly_on = morning::weekly_on(&mut check, &raw.letters);
    let preview_run = preview_run(&mut check, &raw.secretariat, window);
    let secretariat = secretariat(&mut check, &raw.secretariat, &any_zone, language);
    let send = send(&mut check, &raw.schedule, &any_zone);
    let morning = morning::morning(&mut check, &raw.schedule);
    let policies = policies(&mut check, &raw.policy, &any_zone);
    let (calendars, calendar_files) = calendars(&mut check, &raw.calendars, &raw.secretariat.calendar);
    let register = register(&mut check, &raw.register, &any_zone, &policies, calendars);
    let times = settle(&mut check, &raw.register).zip(vanished_grace(&mut check, &raw.register));
    let mail = mail(&mut check, &raw.mail, variables);
    let archive = archive(&mut check, &raw.mail.archive, mail.as_ref());
    let allowed = allowed_domains(&mut check, &raw.mail.allow_domains, secretariat.as_ref());
    let retry = retry(&mut check, &raw.retry).zip(archive_wait(&mut check, &raw.mail.archive));
    let caution = caution(&mut check, &raw, &any_zone);
    let state = state(&mut check, &raw.state);
    let templates = templates(&mut check, &raw.templates);
    let log = log(&mut check, &raw.log);

    let wrong = zone.is_none() || check.any_error();
    if let (true, Some(register)) = (wrong && !file.is_draft, &register) {
        told_when_missing(&mut check, &register.path);
    }
    let problems = check.finish();
    let window = window.zip(preview_run).zip(weekly_on);
    match (secretariat, register.zip(times), send.zip(calendar).zip(window), mail, retry, caution, state, log)
    {
        (
            Some(secretariat),
            Some((register, (settle, vanished_grace))),
            Some(((send, calendar), ((release_window, preview_run), weekly_on))),
            Some(mail),
            Some((retry, archive_wait)),
            Some(caution),
            Some(state),
            Some(log),
        ) if !wrong => {
            let file = file.path.clone();
            let settings = Settings {
                file,
                secretariat,
                register,
                calendar,
                settle,
                release_window,
                preview_run,
                vanished_grace,
                send,
                weekly_on,
                morning,
                policies,
                calendar_files,
                mail,
                retry: RetrySettings { looks_first: archive.is_some(), ..retry },
                archive,
                archive_wait,
                allowed,
                catch_up: caution.catch_up,
                limits: caution.limits,
                import: caution.import,
                max_jump: caution.max_jump,
                check_every: caution.check_every,
                keep_letters: caution.keep_letters,
                patience: caution.patience,
                metrics_file: caution.metrics_file,
                summary: caution.summary,
                state,
                templates,
                log,
                sources,
            };
            Ok((settings, problems))
        }
        (_, register, ..) => {
            let register = register
                .map(|(register, _)| Box::new(register))
                .filter(|_| is_register_right(&problems, &places));
            Err(Refused { problems, register })
        }
    }
}

/// A register that is not there is told by who reads it. Beside other mistakes nobody does, and it would be told only when
/// these are gone.
fn told_when_missing(check: &mut Check<'_>, path: &Path) {
    if path.try_exists().is_ok_and(|exists| !exists) {
        let shown = path.display();
        check.error(
            "register.path",
            format!("{shown} is not there. Correct the path, or put the register there."),
        );
    }
}

/// Whether nothing is wrong with the settings on which the reading of the register depends.
fn is_register_right(problems: &Problems, places: &Places) -> bool {
    const SECTIONS: [&str; 5] =
        ["register", "policy", "calendars", "secretariat.time_zone", "secretariat.calendar"];
    let counts = |key: &str| SECTIONS.iter().any(|section| key.starts_with(section));
    // What is named nearly so: [polcy.urgent].
    let is_meant = |key: &str| {
        let section = key.split(['.', '[']).next().unwrap_or_default();
        !keys::is_section(section) && keys::meant(section).is_some_and(|meant| counts(&meant))
    };
    let is_apart = |problem: &Problem| {
        let key = problem.place.spot.as_deref().unwrap_or_default();
        problem.place.file == places.file && !counts(key) && !is_meant(key)
    };
    problems.0.iter().filter(|problem| problem.severity == Severity::Error).all(is_apart)
}

fn zone(check: &mut Check<'_>, raw: &raw::Secretariat) -> Option<TimeZone> {
    let key = "secretariat.time_zone";
    let right = "Write a zone by its place, for example \"Europe/Zurich\".";
    let zone = check.parsed(key, &raw.time_zone, right, |text| naming(text, cadence::zone(text)));
    check.required(key, zone, right)
}

fn language(check: &mut Check<'_>, raw: &raw::Letters) -> Option<Language> {
    let key = "letters.language";
    let right = "Write ar, zh, en, fr, ru or es, for example language = \"fr\".";
    let parse = |text: &str| Language::parse(text).map_err(|why| why.to_string());
    let language = check.parsed(key, &raw.language, right, parse);
    check.required(key, language, right)
}

fn secretariat(
    check: &mut Check<'_>,
    raw: &raw::Secretariat,
    zone: &TimeZone,
    language: Option<Language>,
) -> Option<Identity> {
    let right = "Write the secretariat's name, for example name = \"TSB, the ITU-T secretariat\".";
    let name = check.text("secretariat.name", &raw.name, right);
    let name = check.required("secretariat.name", name, right);
    let from = address(check, "secretariat.address", &raw.address);
    let right = "Write the address that letters come from, for example address = \"tsb@example.int\".";
    let from = check.required("secretariat.address", from, right);
    let reply_to = address(check, "secretariat.reply_to", &raw.reply_to);
    let (name, from) = (name?, from?);
    let reply_to = reply_to.unwrap_or_else(|| from.clone());
    Some(Identity { language: language?, ..Identity::new(name, from, reply_to, zone.clone()) })
}

/// An address that is not a placeholder (RFC 2606, 2: ".invalid" never exists).
fn address(check: &mut Check<'_>, key: &str, given: &Given) -> Option<Mailbox> {
    let mailbox = check.parsed(key, given, ADDRESS, |text| {
        let mailbox = naming(text, Mailbox::parse(text))?;
        if mailbox.address.to_ascii_lowercase().ends_with(".invalid") {
            return Err(format!("{} is a placeholder. Write your own address.", quoted(text)));
        }
        Ok(mailbox)
    })?;
    if let Some(doubt) = doubt_about_address(&mailbox.address) {
        check.warning(key, doubt);
    }
    Some(mailbox)
}

fn send(check: &mut Check<'_>, raw: &raw::Schedule, zone: &TimeZone) -> Option<Cadence> {
    let key = "schedule.send";
    let right = "Write a cron expression, for example \"0 8 * * Mon-Fri\".";
    let send = check.parsed(key, &raw.send, right, |text| naming(text, Cadence::parse(text, zone)));
    check.required(key, send, right)
}

fn register(
    check: &mut Check<'_>,
    raw: &raw::Register,
    zone: &TimeZone,
    policies: &BTreeMap<String, Policy>,
    calendars: Calendars,
) -> Option<register::Settings> {
    let right = "Write the path of the secretariat's workbook, for example path = \"register.xlsx\".";
    let path = check.path("register.path", &raw.path, right);
    let path = check.required("register.path", path, right);
    let orders = [("day-first", DateOrder::DayFirst), ("month-first", DateOrder::MonthFirst)];
    let dates = check.word("register.dates", &raw.dates, "an order of dates", &orders);
    Some(register::Settings {
        path: path?,
        zone: zone.clone(),
        dates: dates.unwrap_or_default(),
        policies: policies.keys().cloned().collect(),
        calendars,
        limits: register::Limits::default(),
    })
}

fn settle(check: &mut Check<'_>, raw: &raw::Register) -> Option<Duration> {
    let key = "register.settle";
    let right = "Write a time from 0s to 5m, for example \"2s\".";
    let settle = match &raw.settle {
        Given::Text(text) if text.trim() == "0s" => Some(Duration::ZERO),
        _ => check.duration(key, &raw.settle, &(Duration::ZERO..=Duration::from_mins(5)), right),
    };
    check.required(key, settle, right)
}

fn vanished_grace(check: &mut Check<'_>, raw: &raw::Register) -> Option<Duration> {
    let key = "register.vanished_grace";
    let right = "Write a time from 1s to 30d, for example \"24h\".";
    let range = Duration::from_secs(1)..=Duration::from_hours(30 * 24);
    let grace = check.duration(key, &raw.vanished_grace, &range, right);
    check.required(key, grace, right)
}

fn release_window(check: &mut Check<'_>, raw: &raw::Letters) -> Option<Duration> {
    let key = "letters.release_window";
    let right = "Write a time from 0s to 24h, for example \"30m\".";
    let range = Duration::from_secs(1)..=Duration::from_hours(24);
    // Elsewhere no time at all is a mistake.
    if matches!(&raw.release_window, Given::Text(text) if text.trim() == "0s") {
        return Some(Duration::ZERO);
    }
    let window = check.duration(key, &raw.release_window, &range, right);
    check.required(key, window, right)
}

/// A preview of what has left already is no help.
fn preview_run(check: &mut Check<'_>, raw: &raw::Secretariat, window: Option<Duration>) -> Option<bool> {
    let key = "secretariat.preview_run";
    let wanted = check.yes_no(key, &raw.preview_run)?;
    if wanted && window == Some(Duration::ZERO) {
        check.warning(
            key,
            "letters leave at once, so that the preview comes too late to hold one. Give letters.release_window a time, \
             for example \"30m\"."
                .to_owned(),
        );
    }
    Some(wanted)
}

fn retry(check: &mut Check<'_>, raw: &raw::Retry) -> Option<RetrySettings> {
    let hours = |hours: u64| Duration::from_hours(hours);
    let second = Duration::from_secs(1);
    let right = "Write a time from 1s to 1d, for example \"1m\".";
    let first = check.duration("retry.first", &raw.first, &(second..=hours(24)), right);
    let right = "Write a time from 1s to 7d, for example \"4h\".";
    let max = check.duration("retry.max", &raw.max, &(second..=hours(7 * 24)), right);
    let right = "Write a time from 1m to 60d, for example \"5d\".";
    let give_up =
        check.duration("retry.give_up_after", &raw.give_up_after, &(second * 60..=hours(60 * 24)), right);
    let retry = RetrySettings { first: first?, max: max?, give_up_after: give_up?, looks_first: false };
    if retry.first > retry.max {
        check.error(
            "retry.max",
            format!("{} is less than retry.first, {}. Write at least that.", raw.max, raw.first),
        );
    }
    if retry.give_up_after < retry.first {
        check.error(
            "retry.give_up_after",
            format!(
                "{} is less than retry.first, {}: no letter would ever be tried again. Write more.",
                raw.give_up_after, raw.first
            ),
        );
    }
    Some(retry)
}

fn state(check: &mut Check<'_>, raw: &raw::State) -> Option<PathBuf> {
    let right = "Write the folder where rappel remembers, for example dir = \"/var/lib/rappel\".";
    let dir = check.path("state.dir", &raw.dir, right);
    let dir = check.required("state.dir", dir, right)?;
    if dir.exists() && !dir.is_dir() {
        check.error("state.dir", format!("{} is not a folder. {right}", dir.display()));
    }
    Some(dir)
}

fn templates(check: &mut Check<'_>, raw: &raw::Templates) -> Option<PathBuf> {
    let right = "Write the folder with your templates, or remove the line to use the built-in ones.";
    let dir = check.path("templates.dir", &raw.dir, right)?;
    if !dir.is_dir() {
        check.error("templates.dir", format!("{} is not a folder. {right}", dir.display()));
    }
    Some(dir)
}

fn log(check: &mut Check<'_>, raw: &raw::Log) -> Option<LogLevel> {
    let levels = [LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug];
    let words = levels.map(|level| (level.to_string(), level));
    let words = words.each_ref().map(|(word, level)| (word.as_str(), *level));
    let level = check.word("log.level", &raw.level, "a level", &words);
    check.required("log.level", level, "Write for example level = \"info\".")
}
