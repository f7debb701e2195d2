//! Small durable facts by name.

use rusqlite::{Connection, OptionalExtension};

/// The fact of that name.
pub fn get_fact(c: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    c.prepare_cached("SELECT value FROM fact WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()
}

/// Makes `value` the fact of that name.
pub fn set_fact(c: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    c.prepare_cached(
        "INSERT INTO fact (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute([name, value])?;
    Ok(())
}
