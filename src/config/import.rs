//! `[import]`: what reading a report may cost.

use std::time::Duration;

use super::{check::Check, raw};
use crate::minutes;

/// The bounds, if they are right.
pub(super) fn import(check: &mut Check<'_>, raw: &raw::Import) -> Option<minutes::Settings> {
    let range = Duration::from_secs(1)..=Duration::from_hours(1);
    let right = "Write a time from 1s to 1h, for example \"30s\".";
    let time = check.duration("import.time", &raw.time, &range, right);
    let memory = mebibytes(check, "import.memory_mib", &raw.memory_mib, 64);
    let file = mebibytes(check, "import.file_mib", &raw.file_mib, 1);
    let (time, memory, file_bytes) = (time?, memory?, file?);
    let limits = minutes::Limits { file_bytes, unpacked_bytes: memory, ..minutes::Limits::default() };
    Some(minutes::Settings { time, memory, limits })
}

/// A size in bytes.
fn mebibytes(check: &mut Check<'_>, key: &str, given: &super::given::Given, least: u32) -> Option<u64> {
    let right = format!("Write a whole number of MiB, from {least} to 65536.");
    let size = check.whole(key, given, least..=65_536, "a size that is possible here", &right)?;
    Some(u64::from(size) << 20)
}
