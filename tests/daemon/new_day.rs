//! A night between a letter and its departure: whoever was to get it is absent, or holds the seat no longer.

use rappel::{
    clock::Clock,
    daemon::{Daemon, Events, Until},
};

use super::{said, smtp, text};
use crate::common::{
    office::{Office, header},
    smtp_server::{Act, Script, SmtpServer},
};

const PEOPLE: &str = "Name,Email,Deputy,Absent from,Absent until\nAnn,ann@example.org,Bob,2027-03-02,2027-03-10\n\
                      Bob,bob@example.org,,,\nKim,kim@example.org,,,\nLee,lee@example.org,,,\n";
const ROLES: &str =
    "Body,Role,At,Representative,From,Until\nISO,chair,,Kim,,2027-03-01\nISO,chair,,Lee,2027-03-02,\n";

/// Nobody edits anything: the day alone is another one.
#[test]
fn a_letter_that_waits_goes_to_whoever_is_meant_on_the_day_on_which_it_leaves() {
    let later = || Act::say("450 4.2.2 Come back later");
    let script =
        Script::default().for_address("ann@example.org", later()).for_address("kim@example.org", later());
    let server = SmtpServer::start(script);
    let office = Office::new(&smtp(server.port(), "[schedule]\nsend = \"0 8 * * *\"\n"));
    let start = "2027-03-01T05:00:00Z".parse().unwrap();
    rappel::store::init(&office.path("state"), start).unwrap();
    office.write("register/Representatives.csv", PEOPLE);
    office.write("register/Roles.csv", ROLES);
    office.actions(&[
        ["A1", "one", "Ann", "2027-03-01", "open"],
        ["B1", "two", "chair of ISO", "2027-03-01", "open"],
    ]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Box::pin(async {
        let mut daemon = Daemon::start(&office.path("rappel.toml"), Clock::starting(start)).await.unwrap();
        let mut events = Events::signals().unwrap();
        for (until, count) in [("2027-03-01T22:30:00Z", 0), ("2027-03-02T09:00:00Z", 2)] {
            daemon.go_on(Until::Time(until.parse().unwrap()), &mut events).await;
            assert_eq!(server.letters().len(), count, "{}", office.run(&["outbox"]).out);
        }
    }));
    let letters = server.letters();
    let said = said(&letters);
    assert!(said[0].starts_with("bob@example.org: A1: one"), "{said:?}");
    assert!(said[1].starts_with("lee@example.org: B1: two"), "{said:?}");
    let to_bob = text(letters.iter().find(|letter| letter.to == ["bob@example.org"]).unwrap());
    assert!(header(&to_bob, "Cc").contains("ann@example.org"), "{to_bob}");
    let withdrawn = office.run(&["outbox", "list", "--state", "withdrawn"]).well();
    assert!(withdrawn.contains("ann@example.org") && withdrawn.contains("kim@example.org"), "{withdrawn}");
}
