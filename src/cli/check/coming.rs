//! What `rappel check` says about the letters that come next: a wrong register or a forgotten setting shows in their number.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::{
    cli::{
        desk::Desk,
        exit::Failure,
        output::{count, moment, zone_name},
    },
    schedule,
};

/// The first send time with letters, if the register stays as it is.
#[derive(Debug, Serialize)]
pub(super) struct Coming {
    at: Timestamp,
    letters: usize,
    /// To how many addresses they go.
    people: usize,
    reminders: usize,
}

impl Coming {
    /// None if nobody will be told anything.
    pub(super) fn find(desk: &Desk) -> Result<Option<Self>, Failure> {
        let (rules, told) = (&desk.setup.rules, desk.told()?);
        let now = desk.now - SignedDuration::from_nanos(1);
        let Some(at) = schedule::upcoming(&desk.directory, rules, &told, now).next else { return Ok(None) };
        let mailings = schedule::forecast(&desk.directory, rules, &told, now, at);
        let letters: Vec<_> =
            mailings.iter().filter(|one| one.at == at).flat_map(|one| &one.letters).collect();
        let to =
            letters.iter().filter_map(|letter| letter.first()).map(|one| one.recipient.email.to_lowercase());
        Ok(Some(Self {
            at,
            letters: letters.len(),
            people: to.collect::<HashSet<_>>().len(),
            reminders: letters.iter().map(|letter| letter.len()).sum(),
        }))
    }
}

/// One line, with the command that shows more.
pub(super) fn print(desk: &Desk, coming: Option<&Coming>) {
    let Some(Coming { at, letters, people, reminders }) = coming else {
        return say!("Next       no letters, if the register stays as it is");
    };
    let zone = desk.zone();
    say!(
        "Next       {} with {} to {}, {} ({}):",
        count(*letters, "letter", "letters"),
        count(*reminders, "reminder", "reminders"),
        count(*people, "person", "people"),
        moment(*at, zone),
        zone_name(zone)
    );
    say!("           `rappel forecast --until {}` shows them", zone.to_datetime(*at).date());
}
