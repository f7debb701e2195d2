//! `rappel check`: is everything good, and what was understood?

mod coming;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::Serialize;

use coming::Coming;

use super::{
    desk::{self, Desk},
    exit::Ended,
    output::{self, count, moment, zone_name},
    screen,
};
use crate::{
    action::{Action, Calendar, Problem, Severity, Target},
    cadence::Cadence,
    clock::Clock,
    daemon::{self, Setup},
    deliver::MailSettings,
    directory::{Because, Directory},
    schedule::{self, Manner},
};

/// Actions that a warning names.
const NAMED: usize = 5;

/// Send times that are listed.
const NEXT: usize = 5;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    actions: usize,
    outstanding: usize,
    people: usize,
    roles: usize,
    bodies: usize,
    calendars: Vec<CalendarReport>,
    send: String,
    next: Vec<Timestamp>,
    /// The letters that come next, unless the state cannot be read; none if there will be none.
    next_letters: Option<Coming>,
    policies: Vec<PolicyReport>,
    warnings: Vec<String>,
    notes: Vec<String>,
    /// Who would get letters, if `mail.allow_domains` allowed it.
    not_allowed: Vec<String>,
}

#[derive(Debug, Serialize)]
struct CalendarReport {
    name: String,
    /// From today on, within a year.
    holidays: usize,
    next: Option<Holiday>,
}

#[derive(Debug, Serialize)]
struct Holiday {
    day: Date,
    name: String,
}

#[derive(Debug, Serialize)]
struct PolicyReport {
    name: String,
    words: String,
    used_by: usize,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let (setup, directory, problems) = daemon::load(config)?;
    let texts = |severity| {
        let matching = problems.0.iter().filter(move |problem| problem.severity == severity);
        matching.map(ToString::to_string).collect()
    };
    let register = directory.register();
    let now = Clock::System.now();
    let calendars = calendars(&directory, setup.rules.send().zone().to_datetime(now).date());
    let mut warnings: Vec<String> = texts(Severity::Warning);
    warnings.extend(vacant(&setup, &directory, setup.rules.send().zone().to_datetime(now).date()));
    let today = setup.rules.send().zone().to_datetime(now).date();
    warnings.extend(unreminded(&setup, &directory, today).into_iter().map(never));
    warnings.extend(calendars.iter().filter(|one| one.holidays == 0).map(ends));
    let next = next(setup.rules.send(), now);
    warnings.extend(last(&next, setup.rules.send().zone()));
    let mut report = Report {
        actions: register.actions.len(),
        outstanding: register.actions.iter().filter(|action| action.is_outstanding()).count(),
        people: register.people.len(),
        roles: register.roles.len(),
        bodies: register.bodies.len(),
        send: setup.rules.send().words(),
        calendars,
        next,
        next_letters: None,
        policies: policies(&setup, &directory),
        warnings,
        notes: texts(Severity::Note).into_iter().chain(without_address(&directory, today)).collect(),
        not_allowed: not_allowed(&setup, &directory),
    };
    let state = match desk::open_state(&setup) {
        Ok(state) => state,
        Err(failure) => {
            report
                .warnings
                .push(format!("What was told up to now is not known, nor what comes next. {failure}"));
            if args.json {
                return output::json(&report);
            }
            print(&setup, &report, || {});
            return Ok(());
        }
    };
    let desk = Desk::of(setup, directory, state)?;
    report.next_letters = Coming::find(&desk)?;
    if let Some(why) = desk.held()? {
        report.warnings.push(format!("The register is held, and not in force: {why}"));
    }
    if args.json {
        return output::json(&report);
    }
    print(&desk.setup, &report, || coming::print(&desk, report.next_letters.as_ref()));
    Ok(())
}

/// The roles to which a policy escalates, and which nobody holds today.
fn vacant(setup: &Setup, directory: &Directory, today: Date) -> Vec<String> {
    let vacant = schedule::vacant_targets(setup.rules.policies(), directory, today).into_iter();
    let warning = |(rung, target): (&schedule::Rung, &Target)| {
        let what = format!(
            "nobody holds {target} today. Until somebody does, what is escalated to that role comes to the secretariat."
        );
        Problem::warning(rung.place.clone(), what).to_string()
    };
    vacant.map(warning).collect()
}

/// The outstanding actions of which nobody is ever reminded, by policy, and whether they have a deadline.
pub(super) fn unreminded<'d>(
    setup: &'d Setup,
    directory: &'d Directory,
    today: Date,
) -> BTreeMap<(&'d str, bool), Vec<&'d Action>> {
    let mut all = BTreeMap::<_, Vec<_>>::new();
    for action in directory.register().actions.iter().filter(|action| action.is_outstanding()) {
        let (policy, has_deadline) = (setup.rules.policy_of(action).0, action.deadline_on(today).is_some());
        if !policy.reminds_of(has_deadline) {
            all.entry((policy.name.as_str(), has_deadline)).or_default().push(action);
        }
    }
    all
}

/// Of whom something is asked, and who has no address: their reminders come to the secretariat itself.
fn without_address(directory: &Directory, today: Date) -> Vec<String> {
    let outstanding = directory.register().actions.iter().filter(|action| action.is_outstanding());
    let mut all = BTreeMap::<_, Vec<_>>::new();
    for action in outstanding {
        for recipient in directory.recipients(action, today) {
            if let Because::NobodyElse { asked_of } = recipient.because {
                all.entry(asked_of).or_default().push(&*action.reference);
            }
        }
    }
    let note = |(asked_of, references): (String, Vec<&str>)| {
        let shown = references.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = match references.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!(
            "There is no address for {asked_of}: reminders of {shown}{more} come to this secretariat. If they are to leave, \
             add one in the sheet Bodies, or ask somebody else."
        )
    };
    all.into_iter().map(note).collect()
}

fn never(((policy, has_deadline), actions): ((&str, bool), Vec<&Action>)) -> String {
    let shown =
        actions.iter().take(NAMED).map(|action| format!("{} ({})", action.reference, action.asked_of));
    let more = match actions.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let shown = shown.collect::<Vec<_>>().join(", ");
    let why = if has_deadline {
        format!(
            "the policy {policy} reminds of nothing. Name another under Policy, or add to [policy.{policy}] when to remind."
        )
    } else {
        format!(
            "there is no deadline, and the policy {policy} does not remind of such actions. Add a deadline, or \
             without_deadline = \"0 8 1 * *\" to [policy.{policy}] for a reminder each month."
        )
    };
    format!("Nobody is ever reminded of {shown}{more}: {why}")
}

/// The recipients of today to whom no letter may go, each once, in the order of their names.
fn not_allowed(setup: &Setup, directory: &Directory) -> Vec<String> {
    let allowed = &setup.settings.allowed;
    if allowed.are_all() {
        return Vec::new();
    }
    let today = setup.rules.send().zone().to_datetime(Clock::System.now()).date();
    let outstanding = directory.register().actions.iter().filter(|action| action.is_outstanding());
    let recipients = outstanding.flat_map(|action| directory.recipients(action, today));
    let outside = recipients.filter(|recipient| !allowed.allow(&recipient.email));
    let shown: BTreeSet<_> = outside.map(|one| format!("{} <{}>", one.name, one.email)).collect();
    shown.into_iter().collect()
}

fn next(cadence: &Cadence, now: Timestamp) -> Vec<Timestamp> {
    std::iter::successors(cadence.next_after(now), |at| cadence.next_after(*at)).take(NEXT).collect()
}

/// That the send times come to an end: a cron text with seconds may name its years.
fn last(next: &[Timestamp], zone: &TimeZone) -> Option<String> {
    let advice = "Take the year off schedule.send, or add the years to come.";
    match next {
        [] => Some(format!("There is no send time any more, so no letter leaves. {advice}")),
        [.., last] if next.len() < NEXT => Some(format!(
            "The last send time is {}; after it no letter leaves. {advice}",
            moment(*last, zone)
        )),
        _ => None,
    }
}

fn calendars(directory: &Directory, today: Date) -> Vec<CalendarReport> {
    let in_a_year = today.saturating_add(1.year());
    let report = |calendar: &Calendar| {
        let coming = || calendar.holidays.range(today..in_a_year);
        let holiday = |(day, name): (&Date, &String)| Holiday { day: *day, name: name.clone() };
        CalendarReport {
            name: calendar.name.clone(),
            holidays: coming().count(),
            next: coming().next().map(holiday),
        }
    };
    directory.register().calendars.iter().map(report).collect()
}

/// That a calendar has run out.
fn ends(calendar: &CalendarReport) -> String {
    format!(
        "The calendar {} has no holidays in the coming year: reminders may fall on days on which nobody works. Add them \
         to the sheet Holidays, or to its .ics file.",
        calendar.name
    )
}

fn policies(setup: &Setup, directory: &Directory) -> Vec<PolicyReport> {
    let outstanding = || directory.register().actions.iter().filter(|action| action.is_outstanding());
    let report = |policy: &schedule::Policy| PolicyReport {
        name: policy.name.clone(),
        words: in_words(policy),
        used_by: outstanding().filter(|action| setup.rules.policy_of(action).0.name == policy.name).count(),
    };
    setup.rules.policies().map(report).collect()
}

/// The whole policy in words, with what it does for actions without a deadline.
pub(super) fn in_words(policy: &schedule::Policy) -> String {
    let without = policy.without_deadline.as_ref().map_or_else(|| "never".to_owned(), Cadence::words);
    let ladder = policy.escalate.iter().map(|rung| {
        let to = rung.to.iter().map(|to| match to {
            Target::Named(name) => name.clone(),
            role => format!("the {role}"),
        });
        let to: Vec<_> = to.collect();
        let approval = if rung.approval { ", after approval where that is another body" } else { "" };
        let how = match rung.how {
            Manner::Copy => "in copy of the letter to whoever is asked",
            Manner::Letter => "by a letter of its own",
            Manner::Instead => "in place of whoever is asked",
        };
        format!("; {}: escalated to {}, {how}{approval}", output::patience(rung.after), to.join(" and "))
    });
    format!("{}; without a deadline: {without}{}", policy.words(), ladder.collect::<String>())
}

fn print(setup: &Setup, report: &Report, coming: impl FnOnce()) {
    let settings = &setup.settings;
    let zone = setup.rules.send().zone();
    say!("Settings   {}", settings.file.display());
    say!("Register   {}", settings.register.path.display());
    say!(
        "           {}, {} outstanding; {}, {}, {}",
        count(report.actions, "action", "actions"),
        report.outstanding,
        count(report.people, "representative", "representatives"),
        count(report.roles, "role", "roles"),
        count(report.bodies, "body", "bodies"),
    );
    for calendar in &report.calendars {
        let next = calendar.next.as_ref().map_or_else(String::new, |holiday| {
            format!(", the next is {} ({})", output::day(holiday.day), holiday.name)
        });
        let holidays = count(calendar.holidays, "holiday", "holidays");
        screen::print(&format!("{}: {holidays} in the coming year{next}", calendar.name), "Calendar   ");
    }
    say!("Mail       {}", settings.mail);
    if let MailSettings::Maildir(_) = settings.mail {
        say!("           a folder on this machine: nobody is sent anything");
    }
    if !settings.allowed.are_all() {
        say!("           to {} only (mail.allow_domains)", settings.allowed);
    }
    if let Some(archive) = &settings.archive {
        say!("Archive    {archive}");
    }
    say!("State      {}", settings.state.display());
    say!("Letters    leave {}", report.send);
    for at in &report.next {
        say!("           {} ({})", moment(*at, zone), zone_name(zone));
    }
    coming();
    say!("Policies");
    let mut table = screen::table(["Policy", "Reminds", "Actions"]);
    for policy in &report.policies {
        table.add_row([&policy.name, &policy.words, &policy.used_by.to_string()]);
    }
    screen::print_table(table);
    for warning in &report.warnings {
        screen::print(warning, "Warning: ");
    }
    for recipient in &report.not_allowed {
        say!("Warning: {recipient} gets no letter: mail.allow_domains allows {} only.", settings.allowed);
    }
    for note in &report.notes {
        screen::print(note, "Note: ");
    }
    match report.warnings.len() + report.not_allowed.len() {
        0 => say!("Everything is good: settings, templates and register have no errors."),
        1 => say!("Settings, templates and register have no errors. Look at the warning above."),
        number => {
            say!("Settings, templates and register have no errors. Look at the {number} warnings above.");
        }
    }
}
