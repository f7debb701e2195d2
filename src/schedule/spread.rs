//! Copies because nobody answers, spread over days: whoever is in copy of what ten people do not answer would get ten letters
//! at once. No more leave on a day than `limits.per_person_and_day` lets through without a hold; the other rungs are told at
//! a later send time, what has waited longest first, and whoever is asked is reminded meanwhile.

use super::{Reminder, letters::to_letters, moment::Moment, quiet::day_of, reminder::Copy};
use crate::action::{ActionId, After, Step, Told, maps::HashMap};

/// Which rungs are put off, because they are one too many for somebody in copy. One copy a day is always let through.
pub(super) fn too_many_copies(
    due: &[Reminder<'_>],
    told: &Told,
    moment: &Moment<'_>,
) -> Vec<(ActionId, After)> {
    let Some(most) = moment.rules.quiet().most_a_day else { return Vec::new() };
    if !due.iter().any(|one| escalated_copies(one).next().is_some()) {
        return Vec::new();
    }
    let letters = to_letters(due.to_vec());
    let mut readers = Readers::of(&letters, told, moment);
    let (mut with_copies, mut put_off) = (Vec::new(), Vec::new());
    for letter in &letters {
        let copies: Vec<_> = letter.first().into_iter().flat_map(escalated_copies).collect();
        if !copies.is_empty() {
            let reached = letter.iter().filter_map(|one| one.unanswered.as_ref()?.reached).min();
            with_copies.push((reached, letter, copies));
        }
    }
    with_copies.sort_by_key(|(reached, ..)| *reached);
    for (_, letter, copies) in with_copies {
        if copies.iter().all(|copy| readers.has_room(copy, most)) {
            for copy in copies {
                readers.of_copy(copy).copies += 1;
            }
        } else {
            put_off.extend(letter.iter().filter_map(rung));
        }
    }
    put_off
}

/// The copies of a reminder that go to somebody because nobody answers; those to an absent person are none of them.
fn escalated_copies<'a>(reminder: &'a Reminder<'_>) -> impl Iterator<Item = &'a Copy> {
    let absent = reminder.recipient.copy_to().map(|to| &to.email);
    let is_told = reminder.unanswered.is_some();
    reminder.copies.iter().filter(move |copy| is_told && Some(&copy.to.email) != absent)
}

fn rung(reminder: &Reminder<'_>) -> Option<(ActionId, After)> {
    let Step::Escalated { after } = reminder.key.step else { return None };
    Some((reminder.key.action.clone(), after))
}

/// What somebody gets today.
#[derive(Debug, Clone, Copy, Default)]
struct Today {
    /// Letters of their own, and copies during an absence.
    letters: usize,
    /// Copies because nobody answers.
    copies: usize,
}

/// What those who are in copy get today, by address in lower case.
struct Readers(HashMap<String, Today>);

impl Readers {
    fn of(letters: &[Vec<Reminder<'_>>], told: &Told, moment: &Moment<'_>) -> Self {
        let mut readers = HashMap::default();
        for copy in letters.iter().filter_map(|letter| letter.first()).flat_map(escalated_copies) {
            readers.entry(copy.to.email.to_lowercase()).or_insert_with(|| {
                let is_today = |at: &&jiff::Timestamp| day_of(**at, moment.zone()) == moment.today;
                let letters = told.letters_to(&copy.to.id).iter().filter(is_today).count();
                let copies = told.copies_on(&copy.to.id, |at| day_of(at, moment.zone()) == moment.today);
                Today { letters, copies }
            });
        }
        let mut readers = Self(readers);
        for one in letters.iter().filter_map(|letter| letter.first()) {
            // What a deputy gets for an absent colleague counts for that colleague.
            let own = one.recipient.stands_in().is_none().then_some(&one.recipient.email);
            let absent = one.recipient.copy_to().map(|to| &to.email);
            for email in own.into_iter().chain(absent) {
                if let Some(today) = readers.0.get_mut(&email.to_lowercase()) {
                    today.letters += 1;
                }
            }
        }
        readers
    }

    fn of_copy(&mut self, copy: &Copy) -> &mut Today {
        self.0.entry(copy.to.email.to_lowercase()).or_default()
    }

    fn has_room(&mut self, copy: &Copy, most: u32) -> bool {
        let Today { letters, copies } = *self.of_copy(copy);
        copies == 0 || letters + copies < most as usize
    }
}
