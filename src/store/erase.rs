//! Taking texts out of a database for good.
//!
//! `secure_delete` overwrites what is deleted, `VACUUM` writes the file anew without what is left over in it, and the
//! log is moved into it and emptied: afterwards the file holds what its rows hold, and nothing else.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::{StoreError, connect, files, reader};

/// Tables that are only added to, and have a way of their own to forget.
const APPEND_ONLY: [&str; 2] = ["journal", "link"];

/// Gives every text of every table, with its table and column, to `change`, and writes what it gives instead; how
/// many were changed. The journal is left out. Works on every version of the schema.
pub fn rewrite_texts(
    c: &Connection,
    mut change: impl FnMut(&str, &str, &str) -> Option<String>,
) -> rusqlite::Result<u64> {
    let mut changed = 0;
    for (table, column) in text_columns(c)? {
        let mut texts =
            c.prepare(&format!("SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL"))?;
        let mut rows = texts.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let text = row.get_ref(0)?.as_str()?;
            if let Some(instead) = change(&table, &column, text) {
                found.push((text.to_owned(), instead));
            }
        }
        let mut update = c.prepare(&format!("UPDATE {table} SET {column} = ?2 WHERE {column} = ?1"))?;
        for (text, instead) in &found {
            changed += update.execute([text, instead])? as u64;
        }
    }
    Ok(changed)
}

/// Table and column, for all that hold texts.
fn text_columns(c: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let columns: Vec<(String, String)> = c
        .prepare(
            "SELECT t.name, i.name FROM sqlite_schema t, pragma_table_info(t.name) i \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND i.type = 'TEXT' ORDER BY t.name, i.cid",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(columns.into_iter().filter(|(table, _)| !APPEND_ONLY.contains(&table.as_str())).collect())
}

/// Whether there is such a table: older versions of the schema have fewer.
pub fn has_table(c: &Connection, table: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    c.query_row(sql, [table], |_| Ok(())).optional().map(|found| found.is_some())
}

/// Does what [`super::write_beside`] would do, and takes it back: to see what would come of it.
pub fn try_beside<T>(
    dir: &Path,
    f: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T, StoreError> {
    let file = files::inspect(dir)?;
    let mut connection = connect::writing(&file).map_err(connect::refused("open the database", &file))?;
    reader::check(&connection, &file)?;
    let trouble = || connect::refused("try a change of the database", &file);
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(trouble())?;
    let tried = f(&transaction).map_err(StoreError::Failed)?;
    transaction.rollback().map_err(trouble())?;
    Ok(tried)
}

/// Writes the database in `dir` anew, without what was deleted. No daemon may run.
pub fn compact(dir: &Path) -> Result<(), StoreError> {
    let file = files::inspect(dir)?;
    let connection = connect::writing(&file).map_err(connect::refused("open the database", &file))?;
    vacuum(&connection, &file)
}

/// Changes a copy of a database, of whatever version, and writes it anew; if `f` says that it changed nothing, the copy
/// stays as it is. How many places were changed.
pub fn rewrite_copy(
    file: &Path,
    f: impl FnOnce(&Connection) -> rusqlite::Result<u64>,
) -> Result<u64, StoreError> {
    let mut connection = copy(file)?;
    let trouble = || connect::refused("write to the database", file);
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(trouble())?;
    let changed = f(&transaction).map_err(connect::refused("change the database", file))?;
    transaction.commit().map_err(trouble())?;
    if changed > 0 {
        vacuum(&connection, file)?;
    }
    // A copy is one file.
    connection.pragma_update(None, "journal_mode", "delete").map_err(trouble())?;
    Ok(changed)
}

/// As [`rewrite_copy`], but takes it back: to see what would come of it.
pub fn try_copy<T>(file: &Path, f: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
    let mut connection = copy(file)?;
    let trouble = || connect::refused("try a change of the database", file);
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(trouble())?;
    let tried = f(&transaction).map_err(trouble())?;
    transaction.rollback().map_err(trouble())?;
    connection.pragma_update(None, "journal_mode", "delete").map_err(trouble())?;
    Ok(tried)
}

fn copy(file: &Path) -> Result<Connection, StoreError> {
    files::inspect_file(file)?;
    let connection = connect::writing(file).map_err(connect::refused("open the database", file))?;
    connect::known(&connection, file, super::migrate::STEPS)?;
    connect::quick_check(&connection, file)?;
    Ok(connection)
}

fn vacuum(connection: &Connection, file: &Path) -> Result<(), StoreError> {
    let trouble = || connect::refused("write anew the database", file);
    connection.execute_batch("VACUUM").map_err(trouble())?;
    connect::empty_log(connection).map_err(trouble())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn holds(dir: &Path, text: &str) -> bool {
        fs::read_dir(dir).unwrap().any(|entry| {
            let bytes = fs::read(entry.unwrap().path()).unwrap();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
    }

    #[test]
    fn what_was_taken_out_is_in_no_file_any_more() {
        let temp = tempfile::tempdir().unwrap();
        super::super::init(temp.path(), jiff::Timestamp::UNIX_EPOCH).unwrap();
        let write =
            |sql: &'static str| super::super::write_beside(temp.path(), |c| c.execute_batch(sql)).unwrap();
        write("INSERT INTO fact VALUES ('who', 'canary of a name'), ('what', 'something else')");
        let copy = temp.path().join("rappel.db.v1");
        super::super::backup(temp.path(), &copy).unwrap();
        assert!(holds(temp.path(), "canary"));

        let change = |_: &str, _: &str, text: &str| text.contains("canary").then(|| "nobody".to_owned());
        assert_eq!(try_beside(temp.path(), |c| rewrite_texts(c, change)).unwrap(), 1);
        assert!(holds(temp.path(), "canary"), "it was only tried");
        super::super::write_beside(temp.path(), |c| rewrite_texts(c, change)).unwrap();
        // As a program would have left it that does not overwrite what it deletes.
        let careless = Connection::open(temp.path().join("rappel.db")).unwrap();
        let left_over = "PRAGMA secure_delete = 0; INSERT INTO fact VALUES ('a', 'left over, canary'); \
                         DELETE FROM fact WHERE name = 'a'; PRAGMA wal_checkpoint(TRUNCATE)";
        careless.execute_batch(left_over).unwrap();
        drop(careless);
        assert!(holds(temp.path(), "left over, canary"));
        compact(temp.path()).unwrap();
        assert!(!holds(temp.path(), "left over, canary"));
        assert_eq!(rewrite_copy(&copy, |c| rewrite_texts(c, change)).unwrap(), 1);
        assert!(!holds(temp.path(), "canary"));
        assert!(holds(temp.path(), "something else"));
        assert!(super::super::examine_file(&copy).is_restorable());
    }
}
