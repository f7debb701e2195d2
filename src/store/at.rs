//! Instants as the database keeps them.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{
    ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Type, ValueRef},
};

/// An instant in a column: INTEGER microseconds since 1970-01-01T00:00:00Z, the resolution that
/// `PostgreSQL` has too. What is finer is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At(pub Timestamp);

impl At {
    /// The instant as it will be read.
    #[must_use]
    pub fn to_micros(self) -> Self {
        Self(Timestamp::from_microsecond(self.0.as_microsecond()).unwrap_or(self.0))
    }
}

impl ToSql for At {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_microsecond().into())
    }
}

impl FromSql for At {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let micros = value.as_i64()?;
        let instant = Timestamp::from_microsecond(micros).map_err(|e| FromSqlError::Other(Box::new(e)))?;
        Ok(Self(instant))
    }
}

/// The instant `wait` after `now`; the end of time when there is none.
#[must_use]
pub fn after(now: Timestamp, wait: Duration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// The error of a text column that does not hold what the program once wrote there.
pub fn unreadable(column: usize, what: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, what.to_owned().into())
}
