//! What was escalated of an action, to whom, and whether they heard of it.

use jiff::Timestamp;

use super::{After, Deadline, RecipientId};

/// That an action was escalated.
#[derive(Debug, Clone)]
pub(super) struct Rung {
    pub(super) deadline: Option<Deadline>,
    pub(super) after: After,
    /// When that was told first, in a letter that is no copy.
    pub(super) at: Option<Timestamp>,
    /// Who was told, in letters and in copies of them.
    to: Vec<Reached>,
}

/// One letter of a rung.
#[derive(Debug, Clone)]
struct Reached {
    who: RecipientId,
    /// When it was taken or failed; none as long as it waits.
    ended: Option<Timestamp>,
    taken: bool,
}

/// That a rung of a ladder was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escalated {
    /// Which.
    pub after: After,
    /// When its first letter was written.
    pub at: Timestamp,
    /// When the last of its letters was taken, or failed; none as long as one waits.
    pub ended: Option<Timestamp>,
}

impl Rung {
    pub(super) fn new(deadline: Option<Deadline>, after: After) -> Self {
        Self { deadline, after, at: None, to: Vec::new() }
    }

    pub(super) fn written_to(&mut self, who: &RecipientId, at: Timestamp) {
        if !self.to.iter().any(|one| one.who == *who) {
            self.to.push(Reached { who: who.clone(), ended: None, taken: false });
        }
        if !who.is_copy() {
            self.at = self.at.or(Some(at));
        }
    }

    pub(super) fn ended(&mut self, who: &RecipientId, at: Timestamp, taken: bool) {
        for one in self.to.iter_mut().filter(|one| one.who == *who) {
            (one.ended, one.taken) = (Some(at), taken);
        }
    }

    /// When it was told, and by which copies to a reader.
    pub(super) fn copies_to(&self, reader: &RecipientId) -> impl Iterator<Item = (Timestamp, &RecipientId)> {
        let copies = self.to.iter().map(|one| &one.who).filter(|who| who.is_copy() && who.is_read_by(reader));
        self.at.into_iter().flat_map(move |at| copies.clone().map(move |who| (at, who)))
    }

    pub(super) fn was_taken_to(&self, who: &RecipientId) -> bool {
        self.to.iter().any(|one| one.taken && one.who == *who)
    }

    pub(super) fn escalated(&self) -> Option<Escalated> {
        let mut ended = self.to.iter().map(|one| one.ended);
        let last = ended.try_fold(self.at?, |last, ended| Some(last.max(ended?)));
        Some(Escalated { after: self.after, at: self.at?, ended: last })
    }

    /// As whom those get letters of their own who were told although nothing was asked of them: by letters of their own or
    /// by copies. The absent person of whose letter a deputy got the original is none of them.
    pub(super) fn told_apart(&self) -> impl Iterator<Item = RecipientId> {
        let is_addressed =
            |reader: &RecipientId| self.to.iter().any(|one| !one.who.is_copy() && one.who.is_read_by(reader));
        let is_apart =
            move |who: &RecipientId| who.is_for_escalation() || who.is_copy() && !is_addressed(&who.reader());
        self.to.iter().map(|one| &one.who).filter(move |who| is_apart(who)).map(RecipientId::apart)
    }
}
