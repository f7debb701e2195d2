//! Where a letter stands.

use std::{fmt, str::FromStr};

use rusqlite::{
    ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef},
};
use serde::Serialize;

/// Where a letter stands; the module's page says how it comes to each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Waits for its next attempt.
    Queued,
    /// An attempt is under way.
    Sending,
    /// An attempt has no known end; waits for its next attempt.
    Unknown,
    /// Kept back until somebody releases it.
    Held,
    /// The server took it.
    Accepted,
    /// Refused for good.
    Refused,
    /// Given up: not accepted in time.
    Expired,
    /// No longer meant to be sent.
    Withdrawn,
}

impl State {
    /// All of them, in the order of a letter's life.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Sending,
        Self::Unknown,
        Self::Held,
        Self::Accepted,
        Self::Refused,
        Self::Expired,
        Self::Withdrawn,
    ];

    /// The text under which it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Held => "held",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether it has left the outbox for good, as far as rappel goes by itself.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Accepted | Self::Refused | Self::Expired | Self::Withdrawn)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The error says which states there are.
impl FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| {
            let all: Vec<_> = Self::ALL.map(Self::as_str).into();
            format!("\"{text}\" is not a letter's state. Write one of: {}.", all.join(", "))
        })
    }
}

impl ToSql for State {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for State {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(|error: String| FromSqlError::Other(error.into()))
    }
}
