//! What few actions have.

use std::{collections::BTreeMap, ops::Deref, sync::Arc};

use jiff::civil::Date;

use super::{Addressee, Follows};

/// What an action has beside what most have. A register is kept in memory whole, and most of its rows have none of this:
/// they need no room for it. It reads as its [`Particulars`].
#[derive(Debug, Clone, Default)]
pub struct More(Option<Box<Particulars>>);

/// What few actions have, each of it for itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Particulars {
    /// Who else is asked to help and gets the same reminders.
    pub also_to: Vec<Addressee>,
    /// The meetings that the deadline follows, if it does.
    pub follows: Option<Box<Follows>>,
    /// What came of it: "representative appointed".
    pub outcome: Option<Box<str>>,
    /// Where to read more.
    pub link: Option<Box<str>>,
    /// The day it was closed.
    pub closed: Option<Date>,
    /// The subject it belongs to.
    pub topic: Option<Arc<str>>,
    /// The day until which nobody is reminded of it; from that day on people are again.
    pub snoozed: Option<Date>,
    /// The person to whom it was handed over, who is reminded instead of whomever it is asked of: a name of the
    /// Representatives sheet. No column says so; it is decided beside the register.
    pub handed_to: Option<Box<str>>,
    /// Columns of the sheet that rappel does not know, by header, for templates.
    pub extra: BTreeMap<String, String>,
}

impl Particulars {
    const NONE: Self = Self {
        also_to: Vec::new(),
        follows: None,
        outcome: None,
        link: None,
        closed: None,
        topic: None,
        snoozed: None,
        handed_to: None,
        extra: BTreeMap::new(),
    };
}

impl From<Particulars> for More {
    fn from(particulars: Particulars) -> Self {
        Self((particulars != Particulars::NONE).then(|| Box::new(particulars)))
    }
}

impl Deref for More {
    type Target = Particulars;

    fn deref(&self) -> &Particulars {
        static NONE: Particulars = Particulars::NONE;
        self.0.as_deref().unwrap_or(&NONE)
    }
}

impl More {
    /// To change what there is, if there is any.
    pub fn known_mut(&mut self) -> Option<&mut Particulars> {
        self.0.as_deref_mut()
    }

    /// To add to it: makes room for it.
    pub fn room(&mut self) -> &mut Particulars {
        self.0.get_or_insert_default()
    }
}

impl PartialEq for More {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_without_any_of_it_has_no_room_for_it() {
        let mut more = More::from(Particulars::default());
        assert!(more.0.is_none());
        assert_eq!((more.outcome.as_deref(), more.also_to.len()), (None, 0));
        more.room().outcome = Some("done".into());
        assert_eq!(more.outcome.as_deref(), Some("done"));
        if let Some(known) = more.known_mut() {
            known.outcome = None;
        }
        assert_eq!(more, More::default(), "nothing in a box is nothing");
    }
}
