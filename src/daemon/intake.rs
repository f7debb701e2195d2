//! Whether a register that was read comes into force, or is held because it lost too much.

use std::fmt::Write as _;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::{action::ActionId, compose::Notice, directory::Directory};

/// What becomes of a register that has no errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intake {
    /// It comes into force.
    Apply,
    /// It waits for somebody to accept it.
    Hold(Why),
}

/// Why a register without errors is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It lost most of its open actions.
    Lost(Lost),
    /// These sheets, .csv files, end without a line break and did not before: what stands last in them may be the
    /// beginning of something, a day of a deadline or a name.
    CutOff(Vec<&'static str>),
}

impl Why {
    /// For the status line, after "a register that".
    pub(super) fn in_short(&self) -> &'static str {
        match self {
            Self::Lost(_) => "lost many actions",
            Self::CutOff(_) => "seems to be cut off",
        }
    }
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Lost(lost) => lost.fmt(f),
            Self::CutOff(sheets) => {
                let files: Vec<_> = sheets.iter().map(|sheet| format!("{sheet}.csv")).collect();
                write!(
                    f,
                    "{} without a line break at the end, and did not before: it may be cut off. Save it again; if nothing \
                     is missing, put a line break at its end, or run `rappel accept-register`.",
                    if let [file] = &files[..] {
                        format!("{file} ends")
                    } else {
                        format!("{} end", files.join(", "))
                    }
                )
            }
        }
    }
}

impl Why {
    /// What the secretariat is told of it, once for each reason while the register is not good, which is since a day.
    pub(super) fn notice(&self, register: &str, since: Date) -> Notice {
        let (subject, what) = match self {
            Self::Lost(Lost { gone, of }) => (
                format!("{gone} of its {of} open actions are gone"),
                format!("{gone} of the {of} open actions of the last good version are no longer in it."),
            ),
            Self::CutOff(sheets) => (
                format!("{}.csv may be cut off", sheets.join(".csv and ")),
                format!(
                    "{}.csv ended with a line break so far, and does not any more: part of it may be missing.",
                    sheets.join(".csv and ")
                ),
            ),
        };
        let mend = match self {
            Self::Lost(_) => {
                "If rows were removed by mistake, put them back and save: the register is read again at once."
            }
            Self::CutOff(_) => {
                "If something is missing, save it again whole: the register is read again at once."
            }
        };
        Notice {
            sort: "register held".to_owned(),
            about: format!("{register} {what} {since}"),
            subject: format!("{register} is held: {subject}"),
            lead: format!(
                "{register} was changed, and what it says now is not in force: {what} Until this is settled, the last good \
                 version counts: reminders go on according to it, and nothing that was changed since does."
            ),
            items: Vec::new(),
            advice: vec![
                mend.to_owned(),
                "If everything is as it should be, run `rappel accept-register` on the machine on which rappel runs, or ask \
                 your administrator to do so."
                    .to_owned(),
            ],
        }
    }
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

/// Judges a register against the last good one: its open actions, and its sheets without a line break at the end, as
/// [`ends`] names them, if that is known. A row that is there but closed is not lost. `accepted` is the digest of a
/// register that somebody accepted.
pub fn judge(
    known_open: &[ActionId],
    known_ends: Option<&str>,
    directory: &Directory,
    accepted: Option<&str>,
) -> Intake {
    let is_gone = |id: &&ActionId| directory.action(id).is_none();
    let lost = Lost { gone: known_open.iter().filter(is_gone).count(), of: known_open.len() };
    let cut_off = known_ends.map_or_else(Vec::new, |ends| cut_off(ends, directory));
    let is_lost = lost.gone * 2 > lost.of;
    if !is_lost && cut_off.is_empty() || accepted == Some(digest(directory).as_str()) {
        Intake::Apply
    } else if is_lost {
        Intake::Hold(Why::Lost(lost))
    } else {
        Intake::Hold(Why::CutOff(cut_off))
    }
}

/// The sheets of a register without a line break at the end.
pub fn ends(directory: &Directory) -> String {
    directory.register().open_ended.join(",")
}

fn cut_off(known_ends: &str, directory: &Directory) -> Vec<&'static str> {
    let is_new = |sheet: &&&str| known_ends.split(',').all(|known| known != **sheet);
    directory.register().open_ended.iter().filter(is_new).copied().collect()
}

/// The open actions of a register.
pub fn open_actions(directory: &Directory) -> impl Iterator<Item = &ActionId> {
    directory.actions().filter(|(_, action)| action.is_outstanding()).map(|(id, _)| id)
}

/// Identifies which actions a register holds, which of them are open, and how its files end: what is accepted when
/// somebody accepts a register.
pub fn digest(directory: &Directory) -> String {
    let mut hash = Sha256::new();
    for (id, action) in directory.actions() {
        hash.update(id.reference());
        hash.update([0x1f]);
        hash.update(id.asked_of());
        hash.update([u8::from(action.is_outstanding())]);
    }
    hash.update(ends(directory));
    hash.finalize().iter().take(16).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
