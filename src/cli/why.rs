//! `rappel why`: why a letter is or is not sent, rule by rule, in words.

use std::{fmt::Write as _, path::Path};

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

mod ladder;

use super::{
    desk::{Desk, WantedAll, end_of, start_of},
    exit::{Ended, Failure},
    output::{self, day, moment, zone_name},
    put_off::{self, PutOff},
};
use crate::{
    action::{Action, ActionId, Deadline, Pace, Told},
    decision::{Decision, Standing},
    directory::{Absence, Because, Decided, Recipient},
    schedule::{self, Chase, Chased, Choice, Moment, Moved, Shift, Silence, Verdict},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    action: WantedAll,
    /// The day to look at, instead of now
    #[arg(long, value_name = "DATE", value_parser = output::date)]
    on: Option<Date>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Explanation {
    reference: String,
    asked_of: String,
    title: String,
    as_of: Timestamp,
    because: Vec<String>,
    conclusions: Vec<String>,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let mut desk = Desk::open(config, None)?;
    desk.remark_if_held()?;
    let (as_of, told) = standing_on(&mut desk, args.on)?;
    let moment = Moment::new(&desk.setup.rules, as_of);
    let found = desk.find(&args.action.text())?;
    let explanations: Vec<_> =
        found.iter().map(|(id, action)| explain(&desk, &moment, &told, id, action)).collect();
    if args.json {
        return output::json(&explanations);
    }
    for explanation in &explanations {
        print(&desk, explanation);
    }
    Ok(())
}

/// The instant to look from, and what was told before it. A day is looked at from its last send time:
/// in the past with what the ledger knows, in the future with what the forecast says.
fn standing_on(desk: &mut Desk, on: Option<Date>) -> Result<(Timestamp, Told), Failure> {
    let Some(on) = on else { return Ok((desk.now, desk.told()?)) };
    let (start, end) = (start_of(on, desk.zone())?, end_of(on, desk.zone())?);
    let send = desk.setup.rules.send().last_at_or_before(end).filter(|send| *send >= start);
    let (as_of, before) = (send.unwrap_or(end), start - jiff::SignedDuration::from_nanos(1));
    let today = desk.now;
    desk.now = before.min(today);
    let mut told = desk.told()?;
    if today < before {
        for mailing in schedule::forecast(&desk.directory, &desk.setup.rules, &told.clone(), today, before) {
            for reminder in mailing.letters.into_iter().flatten() {
                reminder.foresee_in(&mut told, &desk.setup.rules, mailing.at);
            }
        }
    }
    Ok((as_of, told))
}

fn explain<'d>(desk: &'d Desk, at: &Moment<'d>, told: &Told, id: &ActionId, action: &Action) -> Explanation {
    let mut because: Vec<_> = desk.directory.decided_about(id).map(|one| decided(desk, one)).collect();
    let mut conclusions = Vec::new();
    let mut verdict = schedule::decide(&desk.directory, told, at, id, action);
    let mut put_off = None;
    if let (Some(rung), Some(send)) = (put_off::due(&verdict), next_send(desk, at)) {
        // Only the plan of all actions knows what is one letter too many for somebody.
        put_off = PutOff::find(desk, told, send, id, rung);
    }
    if put_off.is_some()
        && let Some(send) = next_send(desk, at)
    {
        let at = Moment::new(at.rules, at.at).putting_off(&desk.directory, told, send);
        verdict = schedule::decide(&desk.directory, told, &at, id, action);
    }
    match verdict {
        Verdict::Quiet(silence) => {
            because.push(silent(action, silence));
            conclusions.extend(closure(desk, at, told, id));
            if conclusions.is_empty() {
                conclusions.push("No letter is sent about it.".to_owned());
            }
        }
        Verdict::Chased(chase) => {
            because.push(format!("It is for action and its status is {}: it is outstanding.", action.status));
            because.push(policy(action, &chase));
            because.push(deadline(desk, at, action, chase.policy));
            because.extend(standings(desk, &chase));
            for one in &chase.recipients {
                let name = &one.recipient.name;
                because.push(format!("{name} is a recipient: {}.", why_told(&one.recipient)));
                because.extend(fewer(desk, &chase, &one.recipient));
                conclusions.push(conclusion(desk, at, one));
                conclusions.extend(kept_in(desk, &one.recipient));
            }
            let words = |ladder| ladder::words(ladder, at.today, put_off.as_ref(), desk.zone());
            conclusions.extend(chase.escalations.iter().flat_map(words));
        }
    }
    Explanation {
        reference: action.reference.clone(),
        asked_of: action.asked_of.to_string(),
        title: action.title.clone(),
        as_of: at.at,
        because,
        conclusions,
    }
}

/// Who is told that it was closed, and when.
fn closure<'d>(desk: &'d Desk, at: &Moment<'d>, told: &Told, id: &ActionId) -> Vec<String> {
    let closed =
        schedule::closures(&desk.directory, told, at).into_iter().filter(|(one, _)| one.key.action == *id);
    let line = |(one, waits): (schedule::Reminder<'_>, Option<(Timestamp, Moved)>)| {
        let name = &one.recipient.name;
        let when = when_due(desk, at, &one.recipient, waits.as_ref());
        format!("{name}: a letter leaves {when}, because it was closed and {name} had been reminded of it.")
    };
    closed.map(line).collect()
}

/// When what is due leaves: with the next send time, or later, and why.
fn when_due(
    desk: &Desk,
    at: &Moment<'_>,
    recipient: &Recipient,
    waits: Option<&(Timestamp, Moved)>,
) -> String {
    if let Some((when, why)) = waits {
        return format!("{} ({why})", leaving(desk, *when, recipient));
    }
    next_send(desk, at)
        .map_or_else(|| "never: there is no send time".to_owned(), |when| leaving(desk, when, recipient))
}

/// The send time that is worked through next, as things are looked at.
fn next_send(desk: &Desk, at: &Moment<'_>) -> Option<Timestamp> {
    let send = desk.setup.rules.send();
    let last = send.last_at_or_before(at.at).filter(|last| *last > desk.now);
    last.or_else(|| send.next_after(at.at))
}

/// That a recipient gets fewer letters than one at each send time, if that is so.
fn fewer(desk: &Desk, chase: &Chase<'_>, recipient: &Recipient) -> Option<String> {
    let wishes = recipient.wishes;
    let pace = match wishes.pace.unwrap_or(chase.policy.pace) {
        Pace::EachSendTime => None,
        Pace::Weekly => Some("one letter a week".to_owned()),
        Pace::OnlyOverdue => Some("letters only about what is overdue".to_owned()),
    };
    let most = desk.setup.rules.most_a_week(wishes).map(|most| Moved::MostAWeek(most).to_string());
    let both: Vec<_> = [pace, most].into_iter().flatten().collect();
    (!both.is_empty()).then(|| format!("{} gets {}.", recipient.name, both.join(", and ")))
}

/// What was decided on the command line, and how it stands against the register.
fn decided(desk: &Desk, decided: &Decided) -> String {
    let Decision { change, who, why, at, .. } = &decided.decision;
    let why = why.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
    let made = format!("It was {change} on the command line by {who} on {}{why}", moment(*at, desk.zone()));
    let Some(column) = change.subject().column() else { return format!("{made}.") };
    let written = &decided.written;
    match decided.standing {
        Standing::Holds => format!("{made}; the register says {written} under {column}."),
        Standing::Agrees => format!("{made}; the register says the same."),
        Standing::CaughtUp => format!("{made}; the register has said the same since, and counts."),
        Standing::Overruled => {
            format!("{made}; the register was changed to {written} under {column} since, and counts.")
        }
        Standing::Impossible => {
            format!("{made}; that person is not in the sheet Representatives, so {written} is reminded.")
        }
    }
}

/// That a letter would not leave, if it would not.
fn kept_in(desk: &Desk, recipient: &Recipient) -> Option<String> {
    let refusal = desk.setup.settings.allowed.refusal(&recipient.email)?;
    Some(format!("{}: a letter is {}.", recipient.name, refusal.reply()))
}

fn silent(action: &Action, silence: Silence) -> String {
    match silence {
        Silence::Information => "It is for information: nothing has to be done.".to_owned(),
        Silence::Closed(status) => match &action.more.outcome {
            Some(outcome) => format!("Its status is {status} ({outcome})."),
            None => format!("Its status is {status}."),
        },
    }
}

fn policy(action: &Action, chase: &Chase<'_>) -> String {
    let why = match chase.choice {
        Choice::Column => "the row names it".to_owned(),
        Choice::Kind => format!("it is the policy for the kind {}", action.kind),
        Choice::Default => format!("the row names none and no policy claims the kind {}", action.kind),
    };
    format!(
        "Policy \"{}\" applies, because {why}. It reminds {}.",
        chase.policy.name,
        super::check::in_words(chase.policy)
    )
}

fn deadline(desk: &Desk, at: &Moment<'_>, action: &Action, policy: &schedule::Policy) -> String {
    let zone = desk.zone();
    let Some(deadline) = action.deadline_on(at.today) else {
        let said = if policy.reminds_of(false) {
            "It has no deadline: it is chased by the policy's slower cadence."
        } else {
            "It has no deadline, and the policy does not remind of such actions. Add a deadline, or without_deadline to the \
             policy."
        };
        return said.to_owned();
    };
    let end = deadline.end(zone);
    let shown = format!("{} ({})", moment(end, zone), zone_name(zone));
    let days = at.today.until(deadline.day(zone)).map_or(0, |span| span.get_days());
    match (days, matches!(deadline, Deadline::Instant(_)) && end < at.at) {
        (0, false) => format!("Its deadline is {shown}: today."),
        (0, true) => format!("Its deadline was {shown}: earlier today."),
        (1.., _) => format!(
            "Its deadline is {shown}, {} from then.",
            output::count(days.unsigned_abs() as usize, "day", "days")
        ),
        (..0, _) => format!(
            "Its deadline was {shown}, {} before.",
            output::count(days.unsigned_abs() as usize, "day", "days")
        ),
    }
}

/// Where the recipients stand: one sentence when all stand at the same place, else one for each.
fn standings(desk: &Desk, chase: &Chase<'_>) -> Vec<String> {
    let all: Vec<_> = chase.recipients.iter().map(|one| reached(desk, one)).collect();
    match all.first() {
        Some(first) if all.iter().all(|one| one == first) => vec![first.clone()],
        _ => {
            let named = chase.recipients.iter().zip(&all);
            named.map(|(one, reached)| format!("For {}: {reached}", one.recipient.name)).collect()
        }
    }
}

fn reached(desk: &Desk, chased: &Chased) -> String {
    let moved = |shift: &Option<Shift>| shift.as_ref().map_or_else(String::new, |shift| format!(", {shift}"));
    let mut said = match &chased.reached {
        Some((due, shift)) => format!(
            "The latest step reached is \"{}\" ({}){}.",
            output::step(due.step, desk.zone()),
            day(due.day),
            moved(shift)
        ),
        None => "No step is reached yet.".to_owned(),
    };
    let next = match &chased.next {
        Some((due, shift, at)) => format!(
            " The next is \"{}\" ({}){}, told at the send time {}.",
            output::step(due.step, desk.zone()),
            day(due.day),
            moved(shift),
            moment(*at, desk.zone())
        ),
        None => " There is no further step.".to_owned(),
    };
    said += &next;
    for (step, on, why) in &chased.left_out {
        let _ = write!(said, " \"{}\" ({}) is left out: {why}.", output::step(*step, desk.zone()), day(*on));
    }
    said
}

/// Why the letter comes to this recipient.
fn why_told(recipient: &Recipient) -> String {
    let because = in_words(&recipient.because);
    let away = |absence: &Absence| {
        let until = absence.until.map_or_else(String::new, |until| format!(" until {}", day(until)));
        format!("{} is absent{until}", absence.who.name)
    };
    match (recipient.stands_in(), recipient.uncovered_absence()) {
        (Some(absence), _) => {
            let copy = recipient.copy_to().map_or("", |_| ", who gets a copy");
            format!(
                "{}, and {} stands in{copy}; for {}: {because}",
                away(absence),
                recipient.name,
                absence.who.name
            )
        }
        (None, Some(absence)) => {
            format!(
                "{because}; {} and has no deputy who is there, of which the secretariat is told once",
                away(absence)
            )
        }
        (None, None) => because,
    }
}

fn in_words(because: &Because) -> String {
    match because {
        Because::Named => "asked by name".to_owned(),
        Because::HandedOver => "it was handed over to them".to_owned(),
        Because::Holds(seat) => format!("holds the role {seat}"),
        Because::SecretariatOf { body, through: None } => format!("the secretariat of {body}"),
        Because::SecretariatOf { body, through: Some(through) } => {
            format!("the secretariat of {through}, because {body} has none of its own")
        }
        Because::Vacant { seat, ended, speaker } => {
            let vacant = match ended {
                None => format!("nobody holds the role {seat}"),
                Some((name, until)) => format!("the term of {name} as {seat} ended on {}", day(*until)),
            };
            match speaker {
                None => format!("{vacant}, and this is the secretariat of {}", seat.body),
                Some(speaker) => format!("{vacant}, which {} fills, and this is the {speaker}", seat.body),
            }
        }
        Because::Escalated { to, is_missing: false } => {
            format!("those who are asked have not answered, and it was escalated to {to}")
        }
        Because::Escalated { to, is_missing: true } => format!(
            "those who are asked have not answered, and nobody is found as {to}, so the own secretariat is told"
        ),
        Because::NobodyElse { asked_of } => {
            format!("there is no address for {asked_of}, so the own secretariat is told")
        }
    }
}

fn conclusion(desk: &Desk, at: &Moment<'_>, chased: &Chased) -> String {
    let recipient = &chased.recipient;
    let name = &recipient.name;
    let next = || match &chased.next {
        Some((_, _, at)) => format!("the next one leaves {}", leaving(desk, *at, recipient)),
        None => "no other follows".to_owned(),
    };
    match &chased.decision {
        schedule::Decision::NotYet => format!("{name}: no letter yet; {}.", next()),
        schedule::Decision::Snoozed { until } => {
            format!("{name}: no letter, because it is snoozed until {}; {}.", day(*until), next())
        }
        schedule::Decision::Told { day: on } => {
            let ahead = chased.reached.as_ref().filter(|(due, _)| due.latest_day() < *on && at.today < *on);
            match ahead {
                Some((due, _)) => format!(
                    "{name}: was told (step of {}), by a catch-up letter that counts as that of {} as well; {}.",
                    day(due.day),
                    day(*on),
                    next()
                ),
                None => format!("{name}: was told (step of {}); {}.", day(*on), next()),
            }
        }
        schedule::Decision::TooOld { step, day: on } => format!(
            "{name}: no letter, because {} ({}) is longer ago than catch_up.max_age, {} days; {}.",
            output::step(*step, desk.zone()),
            day(*on),
            desk.setup.settings.catch_up.max_age,
            next()
        ),
        schedule::Decision::Remind { step, merged, day: of } => {
            let when = when_due(desk, at, recipient, chased.waits.as_ref());
            let (follows, earlier): (Vec<_>, Vec<_>) = merged.iter().partition(|(_, day)| day > of);
            let merged = match earlier.len() {
                0 => String::new(),
                many => format!(
                    " It stands for {} as well.",
                    output::count(many, "earlier step", "earlier steps")
                ),
            };
            let counts = follows.first().map_or_else(String::new, |(step, on)| {
                let step = output::step(*step, desk.zone());
                format!(
                    " It comes late, and counts as \"{step}\" ({}) too, which would follow within a few days.",
                    day(*on)
                )
            });
            format!(
                "{name}: a letter leaves {when}, because \"{}\" was not told yet.{merged}{counts}",
                output::step(*step, desk.zone())
            )
        }
    }
}

/// When a letter of the send time `at` leaves, and why not then.
fn leaving(desk: &Desk, at: Timestamp, recipient: &Recipient) -> String {
    let leaves = desk.setup.rules.leaves(at, recipient);
    let when = moment(leaves, desk.zone());
    match &recipient.zone {
        Some(zone) if leaves != at => format!(
            "{when}, in the morning of {} ({}) rather than at the send time {}",
            zone_name(zone),
            moment(leaves, zone),
            moment(at, desk.zone())
        ),
        _ => when,
    }
}

fn print(desk: &Desk, explanation: &Explanation) {
    say!("{}, asked of {}: {}", explanation.reference, explanation.asked_of, explanation.title);
    say!("As of {} ({}):", moment(explanation.as_of, desk.zone()), zone_name(desk.zone()));
    for (index, because) in explanation.because.iter().enumerate() {
        say!("  {}. {because}", index + 1);
    }
    for conclusion in &explanation.conclusions {
        say!("  => {conclusion}");
    }
    say!();
}
