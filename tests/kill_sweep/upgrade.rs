//! The same while a state of an earlier version is brought up to date: whatever a kill leaves, the next start goes on from
//! there, and what was told stays told.

use std::fs;

use super::{
    PEOPLE, books,
    common::{
        earlier::{lay, older},
        smtp_server::{Script, SmtpServer},
    },
    killed_at, office, plans_for, say, strace_works,
};

#[test]
fn a_kill_at_any_system_call_of_an_upgrade_leaves_all_that_was_told_and_tells_nothing_again() {
    if let Err(why) = strace_works() {
        return say(&format!("skipped: {why}"));
    }
    let server = SmtpServer::start(Script::default());
    let office = office(server.port());
    office.run(&["run", "--once"]).well();
    assert_eq!(server.letters().len(), PEOPLE);
    let older = older(&office);
    let mut kills = 0;
    for (call, step) in plans_for([("pwrite64", 23), ("fsync,fdatasync", 5), ("rename,renameat2", 1)]) {
        let mut n = 1;
        loop {
            lay(&office, &older);
            let was_killed = killed_at(&office, &call, n);
            let case = format!("upgrade, {call}:{n}");
            office.run(&["run", "--once"]).well();
            books(&office, &case);
            fs::remove_file(office.path("copy.db")).unwrap();
            assert!(office.run(&["verify"]).well().contains("The history is whole"), "{case}");
            assert_eq!(server.letters().len(), PEOPLE, "{case}: something was told again");
            if !was_killed {
                break;
            }
            kills += 1;
            n += step;
        }
    }
    say(&format!("upgrade: kills {kills}, lost 0, duplicated 0"));
    assert!(kills > 5, "{kills}");
}
