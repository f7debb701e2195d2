//! Ladders: who is told when nobody answers.

use std::fmt::Write as _;

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{Action, Due, Key, Oracle, Told, Who, World, deadline};

/// To whom a rung escalates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    Secretariat,
    /// The secretariat of another body.
    Iec,
    /// A person for whom nobody stands in.
    Last,
    /// Whoever stands in for the first person who is reminded; the secretariat, if nobody does.
    Deputy,
}

/// How somebody is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// By a letter of their own; whoever is asked is reminded as before.
    Letter,
    /// By a letter of their own, and from then on in place of whoever is asked.
    Instead,
    /// In copy of one more letter to whoever is asked.
    Copy,
}

/// One rung of a ladder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rung {
    /// Days overdue.
    pub(crate) days: i64,
    to: To,
    pub(super) how: How,
    /// Not before somebody approves.
    pub(crate) approval: bool,
}

impl Rung {
    pub(super) fn step(&self) -> String {
        format!("escalated {}d overdue", self.days)
    }
}

const fn rung(days: i64, to: To) -> Rung {
    Rung { days, to, how: How::Letter, approval: false }
}

const PLAIN: &[Rung] = &[rung(7, To::Secretariat), rung(21, To::Last)];
const APPROVED: &[Rung] =
    &[rung(7, To::Secretariat), Rung { approval: true, ..rung(14, To::Iec) }, rung(21, To::Last)];
const IN_PLACE: &[Rung] = &[
    Rung { how: How::Instead, ..rung(7, To::Last) },
    Rung { approval: true, ..rung(14, To::Iec) },
    rung(21, To::Secretariat),
];
const IN_COPY: &[Rung] = &[
    Rung { how: How::Copy, ..rung(3, To::Deputy) },
    Rung { how: How::Copy, approval: true, ..rung(10, To::Iec) },
    Rung { how: How::Copy, ..rung(14, To::Last) },
    rung(21, To::Last),
];
const MIXED: &[Rung] = &[
    Rung { how: How::Copy, ..rung(7, To::Last) },
    Rung { how: How::Instead, ..rung(14, To::Last) },
    Rung { how: How::Copy, ..rung(17, To::Secretariat) },
];

/// The ladder of the default policy in a life.
pub(crate) fn ladder(seed: u64) -> &'static [Rung] {
    match seed % 5 {
        0 => PLAIN,
        1 => APPROVED,
        2 => IN_PLACE,
        3 => IN_COPY,
        _ if seed.is_multiple_of(2) => MIXED,
        _ => &[],
    }
}

/// The same, as the secretariat writes it.
pub(crate) fn settings(ladder: &[Rung]) -> String {
    let mut text = String::new();
    for Rung { days, to, how, approval } in ladder {
        let to = match to {
            To::Secretariat => "secretariat",
            To::Iec => "IEC",
            To::Last => "Person 7",
            To::Deputy => "deputy",
        };
        let how = match how {
            How::Letter => "letter",
            How::Instead => "instead",
            How::Copy => "cc",
        };
        let _ = writeln!(
            text,
            "[[policy.default.escalate]]\nafter = \"{days}d overdue\"\nto = \"{to}\"\nhow = \"{how}\"\napproval = {approval}"
        );
    }
    text
}

/// The number of the person with this name in the ledger, if it is a person.
fn person_of(name: &str) -> Option<usize> {
    name.strip_prefix("person:person ")?.parse().ok()
}

/// A rung that is reached and was not told.
pub(super) struct Reached {
    pub(super) rung: Rung,
    /// Who would be told.
    pub(super) to: Told,
    /// Since when.
    since: Date,
    /// Whether it waits for an approval.
    waits: bool,
}

/// The letter of its own to whoever is told at a rung.
pub(super) fn escalation(world: &World, action: &Action, reached: Reached, today: Date) -> Due {
    let Reached { rung, to, since, .. } = reached;
    let [reference, asked, deadline] =
        [action.reference.clone(), world.asked(action.asked), deadline(action)];
    let key = [reference, asked, format!("escalation:{}", to.id), deadline, rung.step()];
    let is_in_place = rung.how == How::Instead;
    Due { is_silence: true, is_in_place, rung: Some(rung.days), since, ..Due::new(key, today, to) }
}

impl World {
    /// Who is told at a rung, when these are reminded.
    fn told_at(&self, rung: &Rung, reminded: &[Told], today: Date) -> Told {
        // That body has no address: it is told through the secretariat that runs rappel.
        let own = || self.secretariat(1, Who::Body(1));
        match rung.to {
            To::Secretariat => own(),
            To::Iec => self.secretariat(2, Who::Body(2)),
            To::Last => self.person(7, Who::Person(7), today),
            To::Deputy => {
                let first = reminded.iter().find_map(|one| person_of(&one.reader));
                let deputy = first.and_then(|n| self.people[n].deputy);
                deputy.map_or_else(own, |n| self.person(n, Who::Person(n), today))
            }
        }
    }

    /// Whoever is known by this name, as they get letters of their own.
    fn known_as(&self, name: &str, today: Date) -> Told {
        match (person_of(name), name) {
            (Some(n), _) => self.person(n, Who::Person(n), today),
            (None, "secretariat") => self.secretariat(1, Who::Body(1)),
            (None, _) => self.secretariat(2, Who::Body(2)),
        }
    }

    /// Reference, of whom it is asked, deadline: of what is open and has a ladder.
    pub(crate) fn on_the_ladder(&self) -> Vec<([String; 2], Date)> {
        let chased = self.actions.iter().filter(|action| action.is_open() && !action.working);
        let about = |one: &Action| Some(([one.reference.clone(), self.asked(one.asked)], one.deadline?));
        chased.filter_map(about).collect()
    }
}

impl Oracle {
    /// The rung that is told: the first that is reached and waits neither for an approval nor for whoever is told, who had
    /// enough letters this week.
    pub(super) fn rung(&self, world: &World, action: &Action, at: Timestamp) -> Option<Reached> {
        let waits = |one: &Reached| {
            one.waits || one.rung.how != How::Copy && one.to.most.is_some() && self.room(&one.to, at) == 0
        };
        self.reached(world, action, at).into_iter().find(|one| !waits(one))
    }

    /// What waits for an approval: about what, and the days of the rung.
    pub(crate) fn waiting(&self, world: &World, at: Timestamp) -> Vec<([String; 2], Date, i64)> {
        let mut waiting = Vec::new();
        for action in world.actions.iter().filter(|action| action.is_open()) {
            for one in self.reached(world, action, at).into_iter().filter(|one| one.waits) {
                let about = [action.reference.clone(), world.asked(action.asked)];
                waiting.extend(action.deadline.map(|deadline| (about, deadline, one.rung.days)));
            }
        }
        waiting
    }

    /// The rungs that are reached and were not told.
    fn reached(&self, world: &World, action: &Action, at: Timestamp) -> Vec<Reached> {
        let today = self.day(at);
        let about = [action.reference.clone(), world.asked(action.asked), deadline(action)];
        let mut reached = Vec::new();
        let Some(due) = action.deadline.filter(|_| !action.working && !self.ladder.is_empty()) else {
            return reached;
        };
        if self.is_answered(action, &about) != Some(false) {
            return reached;
        }
        let asked = world.addressed(action, today);
        let heard = asked.iter().filter_map(|one| self.first_heard(&about, &one.id, at)).min();
        let Some(first) = heard else { return reached };
        let told = self.escalations(&about);
        let last = match told.iter().max_by_key(|(_, days, on)| (*on, *days)) {
            Some((key, days, on)) => match self.ended_on(key, *on, at) {
                Some(ended) => Some((*days, ended)),
                None => return reached,
            },
            None => None,
        };
        let reminded = self.reminded_on(world, action, today);
        for rung in self.ladder.iter().filter(|rung| told.iter().all(|(_, days, _)| *days != rung.days)) {
            let mut on = due.max(first) + rung.days.days();
            if let Some((before, ended)) = last {
                on = on.max(ended + (rung.days - before).max(1).days());
            }
            let to = world.told_at(rung, &reminded, today);
            // Whoever is reminded anyway is not told once more, and the rung passed over.
            if on <= today && (rung.how == How::Instead || reminded.iter().all(|one| one.reads != to.reads)) {
                let approval = self.approved.get(&([about[0].clone(), about[1].clone()], rung.days));
                let waits = rung.approval && approval != Some(&due);
                reached.push(Reached { rung: *rung, to, since: on, waits });
            }
        }
        reached
    }

    /// Whether somebody answered: said so, or an action has another open status than when somebody was reminded first.
    /// Nothing is known before that.
    fn is_answered(&self, action: &Action, about: &[String; 3]) -> Option<bool> {
        let then = self.stood.get(about)?;
        let acknowledged = self.acknowledged.get(&[about[0].clone(), about[1].clone()]);
        let is_said = acknowledged.is_some_and(|deadline| deadline.to_string() == about[2]);
        Some(is_said || (action.status != "open" && action.status != *then))
    }

    /// What was escalated about a deadline, and not taken back.
    fn escalations(&self, about: &[String; 3]) -> Vec<&(Key, i64, Date)> {
        let told = self.escalated.get(about).into_iter().flatten();
        told.filter(|(key, ..)| !self.untrue.contains(key)).collect()
    }

    /// Who is reminded of an action by its steps: those who are asked, or whoever is told in their place.
    pub(super) fn reminded_on(&self, world: &World, action: &Action, today: Date) -> Vec<Told> {
        let about = [action.reference.clone(), world.asked(action.asked), deadline(action)];
        let is_in_place = |rung: &&Rung| {
            rung.how == How::Instead && self.escalations(&about).iter().any(|(_, days, _)| *days == rung.days)
        };
        match self.ladder.iter().find(is_in_place) {
            Some(rung) if !action.working && self.is_answered(action, &about) == Some(false) => {
                let to = world.told_at(rung, &[], today);
                vec![Told { id: format!("escalation:{}", to.id), ..to }]
            }
            _ => world.addressed(action, today),
        }
    }

    /// The day on which the mail server took the first letter to a recipient about a deadline, before an instant.
    fn first_heard(
        &self,
        [reference, asked, deadline]: &[String; 3],
        recipient: &str,
        before: Timestamp,
    ) -> Option<Date> {
        let told = self.reminded.get(&[reference.clone(), asked.clone(), recipient.to_owned()])?;
        let about = told.iter().filter(|(key, _)| key[3] == *deadline && !self.untrue.contains(key));
        let taken = about.filter_map(|(key, _)| self.ends.get(key).copied().flatten());
        taken.filter(|(at, taken)| *taken && *at < before).map(|(at, _)| self.day(at)).min()
    }

    /// The day on which the last letter of a rung ended that was told on a day; none as long as one waits.
    fn ended_on(&self, rung: &Key, told_on: Date, before: Timestamp) -> Option<Date> {
        let of_the_rung = |key: &Key| key[..2] == rung[..2] && key[3..] == rung[3..];
        let letters = self.ends.iter().filter(|(key, _)| of_the_rung(key) && !self.untrue.contains(*key));
        let mut ends = letters.map(|(_, end)| end.filter(|(at, _)| *at < before));
        ends.try_fold(told_on, |last, end| Some(last.max(self.day(end?.0))))
    }

    /// Whether one of those who are reminded heard of a deadline before: nobody else is said not to have answered.
    pub(super) fn heard_before(&self, about: &[String; 3], one: &Told, at: Timestamp) -> bool {
        self.first_heard(about, &one.id, at).is_some()
    }

    /// Whoever was told that nobody answers, by letters of their own or by copies, is told that the deadline moved, unless
    /// reminded anyway.
    pub(super) fn told_apart(&self, world: &World, action: &Action, today: Date) -> Vec<Due> {
        let mut due: Vec<Due> = Vec::new();
        if action.working {
            return due;
        }
        let asked = world.addressed(action, today);
        let about = [action.reference.clone(), world.asked(action.asked)];
        for (name, told) in self.apart.get(&about).into_iter().flatten() {
            let [reference, asked_of] = about.clone();
            let known = [reference, asked_of, format!("escalation:{name}"), deadline(action)];
            let (Some(from), Some(now)) = (self.told_last(told.iter(), &known), action.deadline) else {
                continue;
            };
            let to = world.known_as(name, today);
            let is_told = asked.iter().any(|one| one.reads == to.reads)
                || due.iter().any(|one| one.to.reads == to.reads);
            if action.is_moved(from, now) && !is_told {
                let [reference, asked_of, name, deadline] = known;
                let key = [reference, asked_of, name, deadline, format!("moved {today} from {from}")];
                due.push(Due::new(key, today, to));
            }
        }
        due
    }
}
