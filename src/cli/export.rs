//! `rappel export --ics`: the deadlines of what is outstanding, as a calendar to subscribe to.

use std::path::{Path, PathBuf};

use super::{
    desk::Desk,
    exit::{Ended, Failure},
    output::count,
    screen, whole_file,
};
use crate::{
    action::{Action, Addressee, Deadline, alike, did_you_mean, fold},
    compose::{self, Entry},
    daemon, ical,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// As a calendar (.ics), into FILE or to the standard output
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-", required = true)]
    ics: PathBuf,
    /// Only what is asked of this body, or of a seat of it
    #[arg(long, value_name = "BODY")]
    body: Option<String>,
    /// Only what this person is reminded of
    #[arg(long, value_name = "PERSON")]
    person: Option<String>,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let desk = Desk::open(config, None)?;
    let told = desk.told()?;
    let wanted = Wanted::new(&desk, args)?;
    let today = desk.zone().to_datetime(desk.now).date();
    let actions = desk.directory.actions().map(|(_, action)| action);
    let chosen = actions.filter(|action| action.is_outstanding() && wanted.has(&desk, action, today));
    let entries: Vec<(&Action, Option<Deadline>, Entry)> = chosen
        .map(|action| (action, action.deadline_on(today), daemon::calendar_entry(&told, &action.id())))
        .collect();
    let written = entries.iter().filter(|(_, deadline, _)| deadline.is_some()).count();
    let without = entries.iter().filter(|(_, deadline, _)| deadline.is_none()).count();
    let identity = &desk.setup.settings.secretariat;
    let text = compose::feed(entries.into_iter(), &wanted.name(&identity.name), identity, desk.now);
    write(&args.ics, ical::file(&text).as_bytes())?;
    if args.ics.as_os_str() != "-" {
        say!("{} is written: {}.", args.ics.display(), count(written, "deadline", "deadlines"));
    }
    if without > 0 {
        remark!("{}", left_out(without));
    }
    Ok(())
}

fn left_out(actions: usize) -> String {
    let is = if actions == 1 { "is" } else { "are" };
    format!("{} without a deadline {is} not in it.", count(actions, "action", "actions"))
}

/// Whose deadlines are wanted.
struct Wanted<'a> {
    body: Option<&'a str>,
    person: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    /// The names as the register writes them; one that is not there is an error with the nearest.
    fn new(desk: &'a Desk, args: &Args) -> Result<Self, Failure> {
        let register = desk.directory.register();
        let bodies: Vec<_> = register.bodies.iter().map(|body| &*body.name).collect();
        let people: Vec<_> = register.people.iter().map(|person| &*person.name).collect();
        let body = args.body.as_deref().map(|name| known("body", name, &bodies)).transpose()?;
        let person = args.person.as_deref().map(|name| known("person", name, &people)).transpose()?;
        Ok(Self { body, person })
    }

    fn has(&self, desk: &Desk, action: &Action, today: jiff::civil::Date) -> bool {
        let of_body = |body: &str| match &action.asked_of {
            Addressee::Person(_) => false,
            Addressee::Seat(seat) => fold(&seat.body) == fold(body),
            Addressee::Body(asked) => fold(asked) == fold(body),
        };
        let of_person = |person: &str| {
            desk.directory.recipients(action, today).iter().any(|one| alike(&one.name) == alike(person))
        };
        self.body.is_none_or(of_body) && self.person.is_none_or(of_person)
    }

    /// What a calendar program calls it.
    fn name(&self, secretariat: &str) -> String {
        let of = [self.body, self.person].into_iter().flatten().collect::<Vec<_>>().join(", ");
        if of.is_empty() { format!("Deadlines ({secretariat})") } else { format!("Deadlines: {of}") }
    }
}

fn known<'a>(what: &str, wanted: &str, all: &[&'a str]) -> Result<&'a str, Failure> {
    all.iter().copied().find(|name| alike(name) == alike(wanted)).ok_or_else(|| {
        let near = did_you_mean(wanted, all.iter().copied());
        Failure::NotFound(format!("There is no {what} \"{wanted}\" in the register{near}"))
    })
}

/// Writes to the standard output, or a file.
fn write(file: &Path, bytes: &[u8]) -> Ended {
    if file.as_os_str() == "-" {
        screen::write_bytes(bytes);
        return Ok(());
    }
    Ok(whole_file::write(file, bytes)?)
}
