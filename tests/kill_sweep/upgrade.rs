//! The same while a state of an earlier version is brought up to date: whatever a kill leaves, the next start goes on from
//! there, and what was told stays told.

use std::fs;

use rusqlite::Connection;

use super::{
    PEOPLE, books,
    common::{
        office::Office,
        smtp_server::{Script, SmtpServer},
    },
    killed_at, office, plans_for, say, strace_works,
};

/// The version before there was a journal: the upgrade builds a table anew, and writes all that was told into the journal.
const BEFORE: usize = 4;

/// "rapl", by which the program knows its databases.
const APPLICATION_ID: i32 = 0x7261_706c;

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

/// The state of the office as an earlier version would have it: the rows that there were, in the tables that there were.
fn older(office: &Office) -> Vec<u8> {
    let path = office.path("older.db");
    let c = Connection::open(&path).unwrap();
    // Tables are filled in any order.
    c.pragma_update(None, "foreign_keys", false).unwrap();
    c.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    let mut steps: Vec<_> = fs::read_dir("migrations").unwrap().map(|entry| entry.unwrap().path()).collect();
    steps.sort();
    for step in &steps[..BEFORE] {
        c.execute_batch(&fs::read_to_string(step).unwrap()).unwrap();
    }
    c.pragma_update(None, "user_version", u32::try_from(BEFORE).unwrap()).unwrap();
    c.execute("ATTACH ?1 AS now", [office.path("state/rappel.db").to_str().unwrap()]).unwrap();
    let names = |sql: &str| -> Vec<String> {
        let mut rows = c.prepare(sql).unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    for table in names("SELECT name FROM main.sqlite_schema WHERE type = 'table'") {
        let columns = names(&format!("SELECT name FROM pragma_table_info('{table}')")).join(", ");
        c.execute_batch(&format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}"))
            .unwrap();
    }
    c.execute_batch("DETACH now; DELETE FROM fact WHERE name = 'journal began'").unwrap();
    drop(c);
    fs::read(path).unwrap()
}

/// Puts a database in the place of the state.
fn lay(office: &Office, database: &[u8]) {
    for file in fs::read_dir(office.path("state")).unwrap().map(|entry| entry.unwrap().path()) {
        if file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("rappel.db")) {
            fs::remove_file(file).unwrap();
        }
    }
    fs::write(office.path("state/rappel.db"), database).unwrap();
}
