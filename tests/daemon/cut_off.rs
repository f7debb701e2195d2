//! A register of .csv files that was cut off: no action is closed by that, and nobody gets a letter.

use std::{collections::BTreeSet, fs};

use jiff::Timestamp;
use rappel::{
    action::{ActionId, Told},
    daemon::{self, Intake},
    schedule,
};

use super::{EACH_SECOND, office, said};
use crate::common::{
    office::Office,
    running::Running,
    smtp_server::{Script, SmtpServer},
};

/// What people keep, in three orders of columns: what stands last is what a cut can change.
const SHEETS: [&str; 4] = [
    "Ref,Title,Asked of,Deadline,Status,Outcome\n\
     17/06,\"Nominate a representative, by name\",SG17,2027-03-15,open,\n\
     17/07,\"Say \"\"yes\"\" or no\",Ann,2027-03-12,in progress,\"a draft, to be read\"\n\
     17/08,Review,SG1,,pending,\n17/09,Comment,Bob,2027-04-12,withdrawn,not needed\n\
     17/10,Ask ISO,ISO,2027-03-30,open,\n17/11,Send it,Ann,2027-03-21,done,sent\n17/12,Draft,Bob,2027-03-11,open,\n",
    "Ref,Title,Asked of,Status,Deadline\n\
     17/06,Nominate,SG17,open,2027-03-15\n17/07,Answer,Ann,in progress,2027-03-12\n17/08,Review,SG1,pending,\n\
     17/09,Comment,Bob,withdrawn,2027-04-12\n17/10,Ask ISO,ISO,open,2027-03-30\n17/12,Draft,Bob,open,11 March 2027\n",
    "Ref,Title,Deadline,Status,Asked of\n\
     17/06,Nominate,2027-03-15,open,SG17\n17/07,Answer,2027-03-12,in progress,Ann\n17/08,Review,,pending,SG1\n\
     17/09,Comment,2027-04-12,withdrawn,Bob\n17/10,Ask ISO,2027-03-30,open,ISO\n17/12,Draft,2027-03-11,open,SG17\n",
    "Ref,Title,Asked of,Deadline,Status\n\
     17/06,Nominate,SG17,2027-03-15,open\n17/07,Answer,Ann,2027-03-12,in progress\n17/08,Review,SG1,,pending\n\
     17/09,Comment,Bob,2027-04-12,withdrawn\n17/10,Ask ISO,ISO,2027-03-30,open\n17/12,Draft,Bob,2027-03-11,in progress\n",
];

fn bodies(office: &Office) {
    office.write(
        "register/Bodies.csv",
        "Body,Secretariat email\nISO,iso@example.org\nSG17,sg17@example.org\nSG1,sg1@example.org\n",
    );
}

#[test]
fn wherever_a_sheet_is_cut_off_nothing_is_closed_and_nobody_is_told_anything() {
    for sheet in SHEETS {
        let office = Office::with_maildir();
        bodies(&office);
        office.write("register/Actions.csv", sheet);
        let (setup, whole, _) = daemon::load(&office.path("rappel.toml")).unwrap();
        let known = daemon::open_actions(&whole).cloned().collect::<Vec<_>>();
        let at: Timestamp = "2027-03-10T07:00:00Z".parse().unwrap();
        let mut told = Told::default();
        for one in schedule::plan(&whole, &setup.rules, &told, at) {
            one.record_in(&mut told, at);
        }
        let (mut refused, mut held, mut in_force) = (0, 0, BTreeSet::new());
        for cut in 0..sheet.len() {
            fs::write(office.path("register/Actions.csv"), &sheet.as_bytes()[..cut]).unwrap();
            let Ok((directory, _)) = setup.read_register() else {
                refused += 1;
                continue;
            };
            if daemon::judge(&known, Some(""), &directory, None) != Intake::Apply {
                held += 1;
                continue;
            }
            let shown = String::from_utf8_lossy(&sheet.as_bytes()[..cut]).into_owned();
            assert_eq!(daemon::closed_since(&known, &[], &directory), Vec::<ActionId>::new(), "{shown}");
            let due = schedule::plan(&directory, &setup.rules, &told, at);
            let due: Vec<_> = due.iter().map(|one| format!("{:?}", one.key)).collect();
            assert!(due.is_empty(), "{due:?} because of\n{shown}");
            in_force.insert(daemon::digest(&directory));
        }
        // The header, half of the rows, each row but its end, and from there on what has a row less.
        assert!(refused > sheet.len() / 2 && held > 0 && in_force.len() > 1, "{refused} {held} {in_force:?}");
    }
}

/// The whole daemon on some cuts: between rows, within one, within the last cell of one, and half of it gone.
#[test]
fn a_daemon_that_reads_a_part_goes_on_with_what_it_had_or_keeps_back_what_is_missing_and_tells_the_secretariat()
 {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    let whole = "Ref,Title,Asked of,Status,Deadline\nA1,one,Ann,open,2099-01-12\nB1,two,Bob,open,2099-01-13\n\
                 C1,three,Ann,open,2099-01-14\nD1,four,Ann,open,2099-01-15\n";
    office.write("register/Actions.csv", whole);
    let daemon = Running::daemon(&office);
    daemon.wait_for_status("4 outstanding");
    for (cut, status) in [
        (whole.find("D1").unwrap(), "3 outstanding"),
        (whole.find(",2099-01-15").unwrap(), "the register has errors"),
        (whole.len() - 2, "a register that seems to be cut off is held"),
        (whole.find("B1").unwrap(), "a register that lost many actions is held"),
    ] {
        office.write("register/Actions.csv", &whole[..cut]);
        daemon.wait_for_status(status);
        office.write("register/Actions.csv", whole);
        daemon.wait_for_status("4 outstanding");
    }
    // Held also through a restart, until it is accepted.
    office.write("register/Actions.csv", whole.trim_end());
    daemon.wait_for_status("a register that seems to be cut off is held");
    assert_eq!(daemon.stop().code, 0);
    let daemon = Running::daemon(&office);
    daemon.wait_for_status("a register that seems to be cut off is held");
    let status = office.run(&["status"]);
    assert!(status.out.contains("Actions.csv ends without a line break"), "{}", status.out);
    status.failed(5);
    office.run(&["accept-register"]).well();
    daemon.signal("HUP");
    daemon.wait_for_status("4 outstanding");
    office.run(&["status"]).well();
    assert_eq!(daemon.stop().code, 0);
    let to: BTreeSet<_> = server.letters().iter().flat_map(|letter| letter.to.clone()).collect();
    assert_eq!(to, BTreeSet::from(["tsb@example.int".to_owned()]), "{:?}", said(&server.letters()));
}
