//! A state as an earlier version of the program would have it.

use std::fs;

use rusqlite::Connection;

use super::office::Office;

/// The version before there was a journal: the upgrade builds a table anew, and writes all that was told into the journal.
pub(crate) const BEFORE: usize = 4;

/// "rapl", by which the program knows its databases.
const APPLICATION_ID: i32 = 0x7261_706c;

/// The state of the office as that version would have it: the rows that there were, in the tables that there were.
pub(crate) fn older(office: &Office) -> Vec<u8> {
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
pub(crate) fn lay(office: &Office, database: &[u8]) {
    for file in fs::read_dir(office.path("state")).unwrap().map(|entry| entry.unwrap().path()) {
        if file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("rappel.db")) {
            fs::remove_file(file).unwrap();
        }
    }
    fs::write(office.path("state/rappel.db"), database).unwrap();
}
