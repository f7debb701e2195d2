//! Ladders: who is told when nobody answers.

use std::fmt::Write as _;

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{Action, Key, Oracle, Told, Who, World, deadline, secretariat};

/// To whom a rung escalates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    Secretariat,
    /// The secretariat of another body.
    Iec,
    /// A person for whom nobody stands in.
    Last,
}

/// One rung of a ladder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rung {
    /// Days overdue.
    pub(crate) days: i64,
    to: To,
    /// By a letter of its own, and from then on in place of whoever is asked.
    pub(super) instead: bool,
    /// Not before somebody approves.
    pub(crate) approval: bool,
}

const fn rung(days: i64, to: To) -> Rung {
    Rung { days, to, instead: false, approval: false }
}

const PLAIN: &[Rung] = &[rung(7, To::Secretariat), rung(21, To::Last)];
const APPROVED: &[Rung] =
    &[rung(7, To::Secretariat), Rung { approval: true, ..rung(14, To::Iec) }, rung(21, To::Last)];
const IN_PLACE: &[Rung] = &[
    Rung { instead: true, ..rung(7, To::Last) },
    Rung { approval: true, ..rung(14, To::Iec) },
    rung(21, To::Secretariat),
];

/// The ladder of the default policy in a life.
pub(crate) fn ladder(seed: u64) -> &'static [Rung] {
    match seed % 5 {
        0 => PLAIN,
        1 => APPROVED,
        2 => IN_PLACE,
        _ => &[],
    }
}

/// The same, as the secretariat writes it.
pub(crate) fn settings(ladder: &[Rung]) -> String {
    let mut text = String::new();
    for Rung { days, to, instead, approval } in ladder {
        let to = match to {
            To::Secretariat => "secretariat",
            To::Iec => "IEC",
            To::Last => "Person 7",
        };
        let how = if *instead { "instead" } else { "letter" };
        let _ = writeln!(
            text,
            "[[policy.default.escalate]]\nafter = \"{days}d overdue\"\nto = \"{to}\"\nhow = \"{how}\"\napproval = {approval}"
        );
    }
    text
}

impl World {
    fn told_at(&self, rung: &Rung, today: Date) -> Told {
        match rung.to {
            // That body has no address: it is told through the secretariat that runs rappel.
            To::Secretariat => secretariat(1, Who::Body(1)),
            To::Iec => secretariat(2, Who::Body(2)),
            To::Last => self.person(7, Who::Person(7), today),
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
    /// The rung that is reached, and who is told.
    pub(super) fn rung(&self, world: &World, action: &Action, at: Timestamp) -> Option<(Rung, Told)> {
        let (rung, to, _) = self.reached(world, action, at).into_iter().find(|(.., waits)| !waits)?;
        Some((rung, to))
    }

    /// What waits for an approval: about what, and the days of the rung.
    pub(crate) fn waiting(&self, world: &World, at: Timestamp) -> Vec<([String; 2], Date, i64)> {
        let mut waiting = Vec::new();
        for action in world.actions.iter().filter(|action| action.is_open()) {
            for (rung, ..) in self.reached(world, action, at).into_iter().filter(|(.., waits)| *waits) {
                let about = [action.reference.clone(), world.asked(action.asked)];
                waiting.extend(action.deadline.map(|deadline| (about, deadline, rung.days)));
            }
        }
        waiting
    }

    /// The rungs that are reached and were not told, who would be told, and whether that waits for an approval.
    fn reached(&self, world: &World, action: &Action, at: Timestamp) -> Vec<(Rung, Told, bool)> {
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
            let to = world.told_at(rung, today);
            // Whoever is reminded anyway is not told once more, and the rung passed over.
            if on <= today && (rung.instead || reminded.iter().all(|one| one.reads != to.reads)) {
                let approval = self.approved.get(&([about[0].clone(), about[1].clone()], rung.days));
                reached.push((*rung, to, rung.approval && approval != Some(&due)));
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
            rung.instead && self.escalations(&about).iter().any(|(_, days, _)| *days == rung.days)
        };
        match self.ladder.iter().find(is_in_place) {
            Some(rung) if !action.working && self.is_answered(action, &about) == Some(false) => {
                let to = world.told_at(rung, today);
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
        let letters = self.ends.iter().filter(|(key, _)| key[..2] == rung[..2] && key[3..] == rung[3..]);
        let mut ends = letters.map(|(_, end)| end.filter(|(at, _)| *at < before));
        ends.try_fold(told_on, |last, end| Some(last.max(self.day(end?.0))))
    }

    pub(super) fn escalate(&mut self, world: &World, action: &Action, (rung, to): (Rung, Told), today: Date) {
        let about = [action.reference.clone(), world.asked(action.asked), deadline(action)];
        let [reference, asked, deadline] = about.clone();
        let step = format!("escalated {}d overdue", rung.days);
        let key = [reference, asked, format!("escalation:{}", to.id), deadline, step];
        self.escalated.entry(about).or_default().push((key.clone(), rung.days, today));
        self.tell_apart(key, to.uncovered, today);
    }

    fn tell_apart(&mut self, key: Key, uncovered: Option<(String, Date)>, today: Date) {
        let whom = [key[0].clone(), key[1].clone(), key[2].clone()];
        self.reminded.entry(whom).or_default().push((key.clone(), today));
        self.uncovered.extend(uncovered);
        self.untrue.remove(&key);
        self.told.insert(key);
    }

    /// Whoever was told that nobody answers is told that the deadline moved, unless reminded anyway.
    pub(super) fn tell_those_apart(
        &mut self,
        world: &World,
        action: &Action,
        today: Date,
        weekly_letters: bool,
    ) {
        if action.working {
            return;
        }
        let asked = world.addressed(action, today);
        for to in self.ladder.iter().map(|rung| world.told_at(rung, today)) {
            let id = format!("escalation:{}", to.id);
            let whom = [action.reference.clone(), world.asked(action.asked), id];
            let mut told = self.reminded.get(&whom).into_iter().flatten();
            let last = told.rfind(|(key, _)| !self.untrue.contains(key));
            let before = last.and_then(|(key, _)| key[3].parse::<Date>().ok());
            let (Some(from), Some(now)) = (before, action.deadline) else { continue };
            let is_reminded = asked.iter().any(|one| one.reads == to.reads);
            if !action.is_moved(from, now) || is_reminded || (to.weekly && !weekly_letters) {
                continue;
            }
            let [reference, asked_of, id] = whom;
            let key = [reference, asked_of, id, deadline(action), format!("moved {today} from {from}")];
            self.tell_apart(key, to.uncovered, today);
        }
    }
}
