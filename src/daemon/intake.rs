//! Whether a register that was read comes into force, or is held because it lost too much.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::{action::ActionId, directory::Directory};

/// What becomes of a register that has no errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intake {
    /// It comes into force.
    Apply,
    /// It waits for somebody to accept it.
    Hold(Lost),
}

/// How much of the last good register is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// Open actions of the last good register that are not in this one at all.
    pub gone: usize,
    /// Open actions of the last good register.
    pub of: usize,
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} of the {} open actions of the last good register are no longer in it. If that is meant, run \
             `rappel accept-register`; if not, put the rows back.",
            self.gone, self.of
        )
    }
}

/// Judges a register against the open actions of the last good one. A row that is there but
/// closed is not lost. `accepted` is the digest of a register that somebody accepted.
pub fn judge(known_open: &[ActionId], directory: &Directory, accepted: Option<&str>) -> Intake {
    let here: std::collections::HashSet<_> = directory.actions().map(|(id, _)| id).collect();
    let lost = Lost { gone: known_open.iter().filter(|id| !here.contains(id)).count(), of: known_open.len() };
    if lost.gone * 2 <= lost.of || accepted == Some(digest(directory).as_str()) {
        Intake::Apply
    } else {
        Intake::Hold(lost)
    }
}

/// The open actions of a register.
pub fn open_actions(directory: &Directory) -> Vec<ActionId> {
    directory.actions().filter(|(_, action)| action.is_outstanding()).map(|(id, _)| id.clone()).collect()
}

/// Identifies which actions a register holds and which of them are open: what is accepted when
/// somebody accepts a register.
pub fn digest(directory: &Directory) -> String {
    let mut hash = Sha256::new();
    for (id, action) in directory.actions() {
        hash.update(id.reference());
        hash.update([0x1f]);
        hash.update(id.asked_of());
        hash.update([u8::from(action.is_outstanding())]);
    }
    hash.finalize().iter().take(16).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
