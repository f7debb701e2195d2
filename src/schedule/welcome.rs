//! Who is new to a seat: of its actions somebody else was told before, its new holder of none.
//!
//! A holder of whom the ledger knows nothing is new when what is asked of the seat was told before: to the body
//! that had to fill it while it was vacant, to the holder before, or to another one. Whoever holds a seat from
//! the beginning is not new: nothing of it was told before. Nor is whoever was told of any of its actions: so
//! each is welcomed once, with all that is open then.

use jiff::{Timestamp, civil::Date};

use crate::{
    action::{
        Action, ActionId, Addressee, RecipientId, Seat, Told,
        maps::{HashMap, HashSet},
    },
    directory::{Because, Directory, Recipient},
};

/// The new holders of seats.
#[derive(Debug, Default)]
pub(super) struct Newcomers(HashMap<RecipientId, Vec<Seat>>);

/// What is known of a holder of a seat.
#[derive(Debug, Default)]
struct Holder {
    /// Something asked of the seat is recorded for the holder.
    is_known: bool,
    /// Something open that is asked of the seat was told to somebody else.
    takes_over: bool,
}

impl Newcomers {
    /// Those of `day`, by what was told before an instant.
    pub(super) fn find(directory: &Directory, told: &Told, day: Date, before: Timestamp) -> Self {
        let mut holders: HashMap<(RecipientId, &Seat), Holder> = HashMap::default();
        let mut of_seat: HashMap<&Seat, Vec<RecipientId>> = HashMap::default();
        for (id, action) in directory.actions().filter(|(id, _)| told.knows(id)) {
            for seat in seats(action) {
                let is_asked = is_asked(seat, action);
                let found = of_seat.entry(seat).or_insert_with(|| held_by(directory, seat, day));
                for holder in found.iter() {
                    let known = holders.entry((holder.clone(), seat)).or_default();
                    known.is_known |= told.knows_of(id, holder);
                    known.takes_over |= is_asked
                        && action.is_outstanding()
                        && !known.is_known
                        && was_told_to_another(directory, told, (id, action), holder, day, before);
                }
            }
        }
        let mut new: HashMap<_, Vec<_>> = HashMap::default();
        for ((holder, seat), known) in holders {
            if known.takes_over && !known.is_known {
                new.entry(holder).or_default().push(seat.clone());
            }
        }
        Self(new)
    }

    /// Whether there is nobody new.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a recipient is told because of a seat to which the recipient is new.
    pub(super) fn has(&self, recipient: &Recipient) -> bool {
        let Because::Holds(seat) = &recipient.because else { return false };
        self.0.get(recipient.remembered_as()).is_some_and(|seats| seats.contains(seat))
    }
}

/// Whether a recipient may be new to the seat: holds it, and nothing of an action that others were told of is
/// recorded for the recipient.
pub(super) fn may_be_new(told: &Told, id: &ActionId, recipient: &Recipient) -> bool {
    matches!(recipient.because, Because::Holds(_))
        && told.knows(id)
        && !told.knows_of(id, recipient.remembered_as())
}

/// Whether somebody else was told of the action, and not as one of those who help with it.
fn was_told_to_another(
    directory: &Directory,
    told: &Told,
    (id, action): (&ActionId, &Action),
    holder: &RecipientId,
    day: Date,
    before: Timestamp,
) -> bool {
    // Nor does whoever reads a copy, or that nobody answers, have anything to hand over.
    let is_asked_once = |other: &&RecipientId| !other.is_copy() && !other.is_for_escalation();
    let mut others =
        told.reminded_before(id, before).filter(|other| *other != holder).filter(is_asked_once).peekable();
    if others.peek().is_none() {
        return false;
    }
    let helping: HashSet<_> = directory
        .recipients(action, day)
        .into_iter()
        .filter(|one| !matches!(&one.because, Because::Holds(seat) if is_asked(seat, action)))
        .map(|one| one.remembered_as().clone())
        .collect();
    others.any(|other| !helping.contains(other))
}

/// The seats of which an action is asked, or which help with it.
fn seats(action: &Action) -> impl Iterator<Item = &Seat> {
    std::iter::once(&action.asked_of).chain(&action.more.also_to).filter_map(|addressee| match addressee {
        Addressee::Seat(seat) => Some(&**seat),
        Addressee::Person(_) | Addressee::Body(_) => None,
    })
}

fn is_asked(seat: &Seat, action: &Action) -> bool {
    matches!(&action.asked_of, Addressee::Seat(asked) if **asked == *seat)
}

fn held_by(directory: &Directory, seat: &Seat, day: Date) -> Vec<RecipientId> {
    let found = directory.addressed(&Addressee::Seat(Box::new(seat.clone())), day);
    let holders = found.iter().filter(|one| matches!(one.because, Because::Holds(_)));
    holders.map(|one| one.remembered_as().clone()).collect()
}

#[cfg(test)]
mod tests;
