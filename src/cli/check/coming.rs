//! What `rappel check` says about the letters that come next: a wrong register or a forgotten setting shows in how many
//! people get one.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::{
    cli::{
        desk::Desk,
        exit::Failure,
        output::{count, moment, zone_name},
        screen,
    },
    schedule,
};

/// The first send time with letters, if the register stays as it is.
#[derive(Debug, Serialize)]
pub(super) struct Coming {
    at: Timestamp,
    /// To how many addresses they go.
    people: usize,
}

impl Coming {
    /// None if nobody will be told anything. The letters themselves are not planned: that takes much memory where there are
    /// very many.
    pub(super) fn find(desk: &Desk) -> Result<Option<Self>, Failure> {
        let told = desk.told()?;
        let now = desk.now - SignedDuration::from_nanos(1);
        let upcoming = schedule::upcoming(&desk.directory, &desk.setup.rules, &told, now);
        Ok(upcoming.next.map(|at| Self { at, people: upcoming.people }))
    }
}

/// One line, with the command that shows more.
pub(super) fn print(desk: &Desk, coming: Option<&Coming>) {
    let Some(Coming { at, people }) = coming else {
        return say!("Next       no letters, if the register stays as it is");
    };
    let zone = desk.zone();
    let people = count(*people, "person", "people");
    screen::print(
        &format!("letters to {people}, {} ({}):", moment(*at, zone), zone_name(zone)),
        "Next       ",
    );
    say!("           `rappel forecast --until {}` shows them", zone.to_datetime(*at).date());
}
