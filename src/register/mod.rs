//! From the files that the secretariat keeps to a [`Register`], or to every mistake in them.
//!
//! There is one reader per syntax: a workbook (`.xlsx`, `.ods`), a folder of `.csv` files, a
//! `.toml` file. Each makes rows of neutral cells, with their places, and hands them in one by
//! one; one shared step makes the domain of them, so the same content is the same register,
//! whatever it was kept in. Nothing is half-read: a register with one mistake is no register,
//! and all its mistakes are told at once.
//!
//! No file is trusted. Sizes are checked before anything is opened and counted while it is
//! unpacked; memory follows what the cells hold, not what the file claims to hold.

mod calendars;
mod clean;
mod columns;
mod dates;
pub mod edit;
mod fields;
mod folder;
mod formula;
mod gate;
mod header;
mod hints;
mod intake;
mod left;
mod link;
mod months;
mod names;
mod new_workbook;
mod ods;
mod problems;
mod relative;
mod rows;
mod samples;
mod settings;
mod shared;
mod sink;
mod stamp;
mod text_table;
mod time_of_day;
mod toml_file;
mod value;
mod weekdays;
mod xlsx;

use std::sync::Arc;

pub use new_workbook::{NewWorkbookError, new_workbook};
pub use problems::column_letters;
pub use settings::{DateOrder, Limits, Settings};
pub use stamp::{Stamp, stamp};
pub use text_table::{TextRow, text_table};

use self::{gate::Opened, intake::Intake};
use crate::{
    action::{Problems, Register},
    cadence::WorkingDays,
};

/// One line of text, tidied, as a cell may hold it; the error says which character cannot stand there.
pub fn line(text: &str) -> Result<String, String> {
    clean::line(text)
}

/// Text that may have several lines, as a cell may hold it; the error says which character cannot stand there.
pub fn lines(text: &str) -> Result<String, String> {
    clean::lines(text)
}

/// A day that a person wrote outside a register, in any way in which a cell may say it.
///
/// # Errors
/// A sentence with what would be right.
pub fn day(text: &str) -> Result<jiff::civil::Date, String> {
    dates::day(text)
}

/// What is wrong with words that are to be a deadline, if the register could not take them: they name no day that there
/// is, and no time before, at or after a meeting. Whether there is that meeting is not asked.
#[must_use]
pub fn deadline_mistake(text: &str, order: DateOrder) -> Option<String> {
    if relative::is_relative(text) {
        return relative::mistake(text);
    }
    let why = dates::read(text, order).err()?;
    // "the next meeting"
    Some(if crate::action::fold(text).contains("meeting") { relative::no_time(text) } else { why })
}

/// Why a deadline that follows a meeting names no day yet: the register does not have that meeting, or has several. An
/// action that was `opened` on a day means the next one since. None of words that follow no meeting.
#[must_use]
pub fn meeting_mistake(text: &str, opened: Option<jiff::civil::Date>, register: &Register) -> Option<String> {
    if !relative::is_relative(text) {
        return None;
    }
    let days = WorkingDays::of(register.calendars.own());
    let hints = hints::Hints::default();
    let agenda = relative::Agenda::of(&register.meetings, &register.bodies, &days, &hints);
    agenda.resolve(text, opened, relative::MOST_OCCASIONS).err()
}

/// A register that was read whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The register.
    pub register: Register,
    /// What is good to know about it: warnings and notes, no errors.
    pub notes: Problems,
}

/// Reads the register that `settings` names.
///
/// # Errors
/// Everything that is wrong with it, at least one [`Severity::Error`](crate::action::Severity),
/// at most 200 problems and how many more there are.
pub fn read(settings: &Settings) -> Result<Reading, Problems> {
    let file: Arc<str> = gate::shown_name(&settings.path).into();
    let mut intake = Intake::new(settings, file.clone());
    let refused = match gate::open(&settings.path, &settings.limits) {
        Ok(Opened::Xlsx(bytes)) => xlsx::read(&bytes, &file, &mut intake).err(),
        Ok(Opened::Ods(bytes)) => ods::read(&bytes, &file, &mut intake).err(),
        Ok(Opened::Toml(bytes)) => toml_file::read(&bytes, &file, &mut intake).err(),
        Ok(Opened::Folder) => folder::read(&settings.path, &file, &mut intake).err(),
        Err(why) => Some(why),
    };
    if let Some(why) = refused {
        intake.cut_short(why);
    }
    intake.finish()
}
