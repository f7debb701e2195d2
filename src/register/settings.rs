//! What decides how a register is read.

use std::{collections::BTreeSet, path::PathBuf};

use jiff::tz::TimeZone;

use crate::action::Calendars;

/// Where the register is, and how its cells are to be understood.
#[derive(Debug, Clone)]
pub struct Settings {
    /// An `.xlsx`, `.ods` or `.toml` file, or a folder of `.csv` files.
    pub path: PathBuf,
    /// The secretariat's zone: a date with a time of day but no offset is meant in it.
    pub zone: TimeZone,
    /// How "05/06/2017" is understood.
    pub dates: DateOrder,
    /// The policies that an action may name.
    pub policies: BTreeSet<String>,
    /// The holiday calendars of the settings; those of the sheet Holidays are added to them.
    pub calendars: Calendars,
    /// How much is read at most.
    pub limits: Limits,
}

/// How a date of three numbers with the year last is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// It is refused when both readings are possible, and read when only one is: "23/06/2017".
    #[default]
    Refuse,
    /// "05/06/2017" is the fifth of June.
    DayFirst,
    /// "05/06/2017" is the sixth of May.
    MonthFirst,
}

/// How much is read at most, so that no file can exhaust the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of each file, in bytes.
    pub file_bytes: u64,
    /// What a workbook's zip may unpack to, in bytes.
    pub unpacked_bytes: u64,
    /// The text of all cells together, in bytes.
    pub text_bytes: u64,
    /// Rows of one sheet.
    pub rows: u32,
    /// Columns of one sheet.
    pub columns: u32,
    /// Characters of one cell.
    pub cell_chars: u32,
}

/// 64 MiB, unpacking to 512 MiB, of which 128 MiB are text; a million rows, 256 columns; Excel's own 32,767 characters a cell.
impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 64 << 20,
            unpacked_bytes: 512 << 20,
            text_bytes: 128 << 20,
            rows: 1_000_000,
            columns: 256,
            cell_chars: 32_767,
        }
    }
}
