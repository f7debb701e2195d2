//! The report that the program was made for, where it is at hand.

use std::path::{Path, PathBuf};

use rappel::{
    action::{Kind, Purpose, Status},
    minutes::Proposal,
};

use crate::support::{find, read};

/// The file that `RAPPEL_REAL_REPORT` names.
fn report() -> Option<PathBuf> {
    let path = std::env::var_os("RAPPEL_REAL_REPORT").map(PathBuf::from)?;
    path.is_file().then_some(path)
}

#[test]
fn the_report_on_the_38th_meeting_of_the_mou_mg_gives_what_a_secretary_takes_from_it() {
    let Some(path) = report() else {
        println!("skipped: RAPPEL_REAL_REPORT does not name the report on the 38th meeting of the MoU/MG");
        return;
    };
    check(&path);
}

fn check(path: &Path) {
    let found = find(&read(path).unwrap());
    let of = |reference: &str, asked_of: &str| -> &Proposal {
        let one = found
            .proposals
            .iter()
            .find(|one| one.reference == reference && one.asked_of.starts_with(asked_of));
        one.unwrap_or_else(|| panic!("{reference} of {asked_of} in {:?}", found.proposals))
    };
    let ours = of("17/06", "ITU-T");
    assert_eq!((ours.status, ours.kind), (Status::Pending, Kind::Nomination));
    assert!(ours.title.contains("IEC/SEG 8"), "{}", ours.title);
    assert_eq!(of("17/06", "ITU-R").status, Status::Done);
    for body in ["UN/CEFACT", "ISO", "ITU-T Focus Group"] {
        let one = of("17/03", body);
        assert_eq!(one.status, Status::Open);
        assert!(
            one.details
                .as_deref()
                .unwrap()
                .contains("Study Group 17 has already requested a Category A liaison")
        );
    }
    let information = found.proposals.iter().filter(|one| one.purpose == Purpose::Information).count();
    assert_eq!((information, found.proposals.len()), (3, 8));
    let seats: Vec<_> = found.seats.iter().map(|one| format!("{}: {}", one.seat, one.name)).collect();
    assert_eq!(
        seats,
        [
            "ITU-T representative at MoU/MG: Olivier Dubuisson",
            "ITU-T representative at MoU/MG: Martin Euchner"
        ]
    );
}
