//! Which letters what is due comes to, and which of them wait because their reader has had enough this week.

use std::collections::HashMap;

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{Key, Oracle, Told};

/// One thing that is due to be told to one recipient.
#[derive(Debug, Clone)]
pub(super) struct Due {
    pub(super) key: Key,
    /// As which day it counts.
    pub(super) day: Date,
    /// The first day of all that it stands for.
    pub(super) since: Date,
    pub(super) to: Told,
    /// Whether it tells that nobody answers.
    pub(super) is_silence: bool,
    /// The days of the rung that it tells.
    pub(super) rung: Option<i64>,
    /// Whether it is told in place of whoever is asked.
    pub(super) is_in_place: bool,
    /// Whether somebody gets a copy because nobody answers: no maximum makes that wait.
    pub(super) is_copied: bool,
    /// Who that is, where the copy is one of this letter.
    pub(super) reader: Option<Told>,
}

impl Due {
    pub(super) fn new(key: Key, day: Date, to: Told) -> Self {
        let (is_silence, is_in_place, is_copied) = (false, false, false);
        Self { key, day, since: day, to, is_silence, rung: None, is_in_place, is_copied, reader: None }
    }

    /// The readers of copies, as the ledger knows them.
    pub(super) fn copies(&self) -> impl Iterator<Item = String> {
        let reader = self.reader.iter().map(|one| format!("copy:{}:of:{}", one.reader, self.to.reader));
        self.to.copy.clone().into_iter().chain(reader)
    }

    /// Their addresses.
    fn copied_to(&self) -> impl Iterator<Item = String> {
        let absent = self.to.copy.as_ref().map(|_| self.to.email.clone());
        absent.into_iter().chain(self.reader.iter().map(|one| one.reads.clone()))
    }
}

/// A letter about actions that was written for somebody.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) id: i64,
    pub(crate) to: String,
    pub(crate) at: Timestamp,
    /// The first day of what it tells to be closed, if that is what it tells.
    pub(crate) closed: Option<Date>,
    /// When it was withdrawn, before the send time of that instant.
    pub(crate) withdrawn: Option<Timestamp>,
    /// Whether it tells what was told before and had not left.
    pub(crate) is_anew: bool,
    /// Whether it was known before what is looked at now.
    pub(crate) is_known: bool,
}

/// Whether it tells that nobody answers, to whom it goes, and who gets copies.
type Envelope = (bool, String, Vec<String>);

impl Oracle {
    /// Takes in which letters were written by now.
    pub(crate) fn hear_of_letters(&mut self, mut letters: Vec<Written>) {
        let known: HashMap<i64, &Written> = self.letters.iter().map(|one| (one.id, one)).collect();
        for one in &mut letters {
            let before = known.get(&one.id).filter(|before| before.at == one.at);
            one.is_known = before.is_some();
            if before.is_some_and(|before| before.withdrawn.is_some()) {
                one.withdrawn = one.withdrawn.map(|_| Timestamp::MIN);
            }
        }
        self.letters = letters;
    }

    /// What was withdrawn by an instant counts for nothing, whenever.
    pub(super) fn forget_withdrawn(&mut self, by: Timestamp) {
        self.letters.retain(|one| one.withdrawn.is_none_or(|on| on > by));
    }

    /// The days on which letters were written for somebody before a send time, those that were withdrawn apart.
    fn days_of_letters(&self, to: &str, at: Timestamp) -> Vec<Date> {
        // At a start what had not left is written anew before a send time that was missed is served.
        let now = || self.letters.iter().filter(|one| is_at(one, at));
        let first = now().filter(|one| !one.is_anew).map(|one| one.id).min().unwrap_or(i64::MAX);
        let is_before = |one: &&Written| {
            if is_at(one, at) { one.is_anew && one.id < first } else { one.is_known || one.at < at }
        };
        let counts =
            |one: &&Written| one.to == to && is_before(one) && one.withdrawn.is_none_or(|on| on > at);
        self.letters.iter().filter(counts).map(|one| self.day(one.at)).collect()
    }

    /// Whether the weekly letters of a day were one too many for somebody, who had none since.
    pub(super) fn waits_since(&self, to: &Told, monday: Date, at: Timestamp) -> bool {
        let days = self.days_of_letters(&to.reader, at);
        let week = days.iter().filter(|day| **day < monday && **day + 7.days() > monday).count();
        to.most.is_some_and(|most| week >= most) && days.iter().all(|day| *day < monday)
    }

    /// How many letters somebody may get at a send time, by what was written before.
    pub(super) fn room(&self, to: &Told, at: Timestamp) -> usize {
        to.most.map_or(usize::MAX, |most| self.room_of(&to.reader, most, at))
    }

    fn room_of(&self, reader: &str, most: usize, at: Timestamp) -> usize {
        let today = self.day(at);
        let had = self.days_of_letters(reader, at).iter().filter(|day| **day + 7.days() > today).count();
        most.saturating_sub(had)
    }

    /// What is due without the letters that are too many for their readers: of those of one reader what has waited longest
    /// goes first. And what is told in place of others and is too much.
    pub(super) fn within_limits(
        &self,
        due: Vec<Due>,
        at: Timestamp,
        most_of: impl Fn(&str) -> Option<usize>,
    ) -> (Vec<Due>, Vec<Key>) {
        let mut put_off = Vec::new();
        if due.iter().all(|one| one.to.most.is_none()) {
            return (due, put_off);
        }
        let mut letters = letters(due);
        // A stable order: of two that wait as long the one that is mentioned first, and what is closed after that. When that is
        // told is not worked out here, but whoever's letter tells it is one letter nearer to the maximum; and of those that
        // wait none was to go before anything that went.
        let mut order: Vec<_> =
            (0..letters.len()).map(|n| (letters[n].iter().map(|one| one.since).min(), Ok(n))).collect();
        let closures = self.letters.iter().filter(|one| is_at(one, at) && !one.is_anew);
        order.extend(closures.filter_map(|one| Some((Some(one.closed?), Err(one)))));
        order.sort_by_key(|(since, _)| *since);
        let mut left: HashMap<String, usize> = HashMap::new();
        for (_, letter) in order {
            let n = match letter {
                Ok(n) => n,
                Err(closure) => {
                    if let Some(most) = most_of(&closure.to) {
                        let room = left
                            .entry(closure.to.clone())
                            .or_insert_with(|| self.room_of(&closure.to, most, at));
                        assert!(*room > 0, "{} has had enough letters, and gets {closure:?}", closure.to);
                        *room -= 1;
                    }
                    continue;
                }
            };
            let to = letters[n][0].to.clone();
            if to.most.is_none() {
                continue;
            }
            let room = left.entry(to.reader.clone()).or_insert_with(|| self.room(&to, at));
            if *room == 0 && letters[n].iter().all(|one| !one.is_copied) {
                put_off.extend(letters[n].drain(..).filter(|one| one.is_in_place).map(|one| one.key));
            }
            *room = room.saturating_sub(1);
        }
        (letters.into_iter().flatten().collect(), put_off)
    }
}

/// Whether a letter was written at an instant, as the outbox has it: in microseconds.
fn is_at(one: &Written, at: Timestamp) -> bool {
    one.at.as_microsecond() == at.as_microsecond()
}

/// What goes into one letter: what goes to the same address with the same copies; what tells that nobody answers is
/// another. Of an action of which a deputy is told both for somebody absent and not, that is one letter.
fn letters(due: Vec<Due>) -> Vec<Vec<Due>> {
    let mut mains: Vec<(Due, Vec<Due>)> = Vec::new();
    let (deputies, own): (Vec<_>, Vec<_>) =
        due.into_iter().enumerate().partition(|(_, one)| one.to.stands_in);
    let mut places = Vec::new();
    for (place, one) in own {
        places.push(place);
        mains.push((one, Vec::new()));
    }
    for (place, one) in deputies {
        let is_same = |main: &(Due, Vec<Due>)| {
            !main.0.to.stands_in && main.0.to.reads == one.to.reads && main.0.key[..2] == one.key[..2]
        };
        if let Some(main) = mains.iter().rposition(is_same) {
            mains[main].1.push(one);
        } else {
            places.push(place);
            mains.push((one, Vec::new()));
        }
    }
    let mut in_order: Vec<_> = places.into_iter().zip(mains).collect();
    in_order.sort_by_key(|(place, _)| *place);
    let mut letters: Vec<(Envelope, Vec<Due>)> = Vec::new();
    for (_, (main, with)) in in_order {
        let all: Vec<_> = std::iter::once(main).chain(with).collect();
        let is_silence = all.iter().any(|one| one.is_silence);
        let mut copies: Vec<_> = all.iter().flat_map(Due::copied_to).collect();
        copies.sort_unstable();
        let envelope = (is_silence, all[0].to.reads.clone(), copies);
        match letters.iter_mut().find(|(known, _)| *known == envelope) {
            Some((_, letter)) => letter.extend(all),
            None => letters.push((envelope, all)),
        }
    }
    letters.into_iter().map(|(_, letter)| letter).collect()
}
