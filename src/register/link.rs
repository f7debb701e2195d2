//! Resolving names once every sheet is read: from what is written to what is meant.

use std::hash::{BuildHasher as _, RandomState};

use super::{
    calendars,
    clean::quoted,
    columns::{ActionColumn, BodyColumn, MeetingColumn, PersonColumn, RoleColumn, Sheet},
    hints::{self, Hints},
    intake::Table,
    names::Names,
    problems::{Collector, Source},
    relative::{self, Agenda},
};
use crate::{
    action::{Addressee, Body, Deadline, Meeting, Person, Register, Role, Seat, alike, maps::HashMap},
    cadence::WorkingDays,
};

/// Replaces every name by the one of the sheet that defines it, and tells what refers to nothing.
pub(super) fn link(
    register: &mut Register,
    tables: &[Option<Table>],
    file: &Source,
    problems: &mut Collector,
) {
    let table = |sheet: Sheet| tables[sheet as usize].as_ref();
    let people = index(&register.people, |person| &person.name);
    let bodies = index(&register.bodies, |body| &body.name);
    let hints = Hints::default();
    if let Some(table) = table(Sheet::Representatives) {
        doubled(
            &register.people,
            |person| &person.name,
            &people,
            |at| table.spot(at, PersonColumn::Name),
            ", or tell two people of one name apart, as in \"Li Wei (SG17)\"",
            problems,
        );
        deputies(&mut register.people, &people, &hints, table, problems);
    }
    if let Some(table) = table(Sheet::Bodies) {
        doubled(
            &register.bodies,
            |body| &body.name,
            &bodies,
            |at| table.spot(at, BodyColumn::Body),
            "",
            problems,
        );
        parents(&mut register.bodies, &bodies, &hints, table, problems);
    }
    // What the sheet Holidays says is not known of a register that could not be read.
    if tables.iter().any(Option::is_some) {
        calendars::link(&mut register.bodies, &register.calendars, table(Sheet::Bodies), file, problems);
    }
    if let Some(table) = table(Sheet::Roles) {
        let mut linker = Roles {
            people: &register.people,
            bodies: &register.bodies,
            by_name: (&people, &bodies),
            hints: &hints,
            table,
            problems,
        };
        linker.link(&mut register.roles);
    }
    if let Some(table) = table(Sheet::Meetings) {
        meetings(&mut register.meetings, (&bodies, &register.bodies), &hints, table, problems);
    }
    if let Some(table) = table(Sheet::Actions) {
        deadlines(register, &hints, table, problems);
        let names = Names::new(&register.people, &register.bodies, &register.roles, &hints);
        for (at, action) in register.actions.iter_mut().enumerate() {
            let also_to = action.more.known_mut().map(|more| &mut more.also_to);
            addressees(&names, at, &mut action.asked_of, also_to, table, problems);
        }
        doubled_actions(register, table, problems);
    }
}

/// The first row of each name.
type Index = HashMap<String, usize>;

fn index<T>(all: &[T], name: impl Fn(&T) -> &String) -> Index {
    let mut index = Index::default();
    index.reserve(all.len());
    for (at, one) in all.iter().enumerate() {
        index.entry(alike(name(one))).or_insert(at);
    }
    index
}

fn doubled<'t, T>(
    all: &[T],
    name: impl Fn(&T) -> &String,
    index: &Index,
    spot: impl Fn(usize) -> super::problems::Spot<'t>,
    otherwise: &str,
    problems: &mut Collector,
) {
    for (at, one) in all.iter().enumerate() {
        if let Some(first) = index.get(&alike(name(one))).filter(|first| **first != at) {
            problems.error(spot(at), || {
                format!(
                    "{} is there twice, also in {}. Keep one of the rows{otherwise}.",
                    quoted(name(one)),
                    spot(*first).nearby()
                )
            });
        }
    }
}

fn deputies(people: &mut [Person], index: &Index, hints: &Hints, table: &Table, problems: &mut Collector) {
    let mut deputy = vec![None; people.len()];
    for at in 0..people.len() {
        let Some(wanted) = people[at].deputy.take() else { continue };
        match index.get(&alike(&wanted)) {
            Some(found) if *found != at => {
                deputy[at] = Some(*found);
                people[at].deputy = Some(people[*found].name.clone());
            }
            Some(_) => problems.error(table.spot(at, PersonColumn::Deputy), || {
                format!("{} cannot stand in for themselves. Name somebody else, or leave the cell empty.", quoted(&wanted))
            }),
            None => problems.error(table.spot(at, PersonColumn::Deputy), || {
                let hint = hints.did_you_mean(&wanted, people.iter().map(|person| person.name.as_str()));
                format!("{} is not a person of the sheet Representatives{hint} Correct the name, or add a row there.", quoted(&wanted))
            }),
        }
    }
    for at in loops(&deputy) {
        problems.error(table.spot(at, PersonColumn::Deputy), || {
            let around = std::iter::successors(deputy[at], |here| deputy[*here].filter(|_| *here != at));
            let around: Vec<_> = around.collect();
            let names = hints::some(around.iter().map(|here| people[*here].name.as_str()), ", then ");
            format!(
                "The deputies of {} lead back there: {}. If all are absent, nobody is left. Name another deputy for one of \
                 them, or leave the cell empty.",
                people[at].name, names
            )
        });
    }
}

fn parents(bodies: &mut [Body], index: &Index, hints: &Hints, table: &Table, problems: &mut Collector) {
    let mut above = vec![None; bodies.len()];
    for at in 0..bodies.len() {
        let Some(wanted) = bodies[at].parent.take() else { continue };
        above[at] = index.get(&alike(&wanted)).copied();
        match above[at] {
            Some(found) => bodies[at].parent = Some(bodies[found].name.clone()),
            None => {
                problems.error(table.spot(at, BodyColumn::Parent), || unknown_body(&wanted, bodies, hints));
            }
        }
    }
    for at in loops(&above) {
        problems.error(table.spot(at, BodyColumn::Parent), || {
            format!(
                "Going up from {} leads back to it. Correct the parent of one of the bodies on the way.",
                bodies[at].name
            )
        });
    }
}

/// One member of each loop, the one of the first row.
fn loops(above: &[Option<usize>]) -> Vec<usize> {
    let mut walk = vec![usize::MAX; above.len()];
    let mut found = Vec::new();
    for start in 0..above.len() {
        let mut at = Some(start);
        while let Some(here) = at.filter(|here| walk[*here] == usize::MAX) {
            walk[here] = start;
            at = above[here];
        }
        if let Some(entry) = at.filter(|entry| walk[*entry] == start) {
            let round = std::iter::successors(above[entry], |here| above[*here].filter(|_| *here != entry));
            found.extend(round.min());
        }
    }
    found
}

fn unknown_body(wanted: &str, bodies: &[Body], hints: &Hints) -> String {
    let hint = hints.did_you_mean(wanted, bodies.iter().map(|body| body.name.as_str()));
    format!(
        "{} is not a body of the sheet Bodies{hint} Correct the name, or add a row there.",
        quoted(wanted)
    )
}

struct Roles<'x> {
    people: &'x [Person],
    bodies: &'x [Body],
    by_name: (&'x Index, &'x Index),
    hints: &'x Hints,
    table: &'x Table,
    problems: &'x mut Collector,
}

impl Roles<'_> {
    /// Names as their sheets write them; a role that several rows name is written as in the first.
    fn link(&mut self, roles: &mut [Role]) {
        let mut first: HashMap<(String, String, Option<String>), String> = HashMap::default();
        for (at, role) in roles.iter_mut().enumerate() {
            self.body(at, RoleColumn::Body, &mut role.seat.body);
            if let Some(outside) = &mut role.seat.at {
                self.body(at, RoleColumn::At, outside);
            }
            if let Some(holder) = &mut role.holder {
                self.holder(at, holder);
            }
            let Seat { body, role: name, at: outside } = &mut role.seat;
            let key = (alike(body), alike(name), outside.as_deref().map(alike));
            name.clone_from(first.entry(key).or_insert_with(|| name.clone()));
        }
    }

    fn body(&mut self, at: usize, column: RoleColumn, name: &mut String) {
        match self.by_name.1.get(&alike(name)) {
            Some(found) => name.clone_from(&self.bodies[*found].name),
            None => self
                .problems
                .error(self.table.spot(at, column), || unknown_body(name, self.bodies, self.hints)),
        }
    }

    fn holder(&mut self, at: usize, name: &mut String) {
        match self.by_name.0.get(&alike(name)) {
            Some(found) => name.clone_from(&self.people[*found].name),
            None => self.problems.error(self.table.spot(at, RoleColumn::Representative), || {
                let hint = self.hints.did_you_mean(name, self.people.iter().map(|person| person.name.as_str()));
                format!(
                    "{} is not a person of the sheet Representatives{hint} Correct the name, or leave the cell empty if nobody \
                     holds the role.",
                    quoted(name)
                )
            }),
        }
    }
}

/// Meetings have names of their own, and are held by bodies that there are.
fn meetings(
    meetings: &mut [Meeting],
    bodies: (&Index, &[Body]),
    hints: &Hints,
    table: &Table,
    problems: &mut Collector,
) {
    let names = index(meetings, |meeting| &meeting.name);
    doubled(
        meetings,
        |meeting| &meeting.name,
        &names,
        |at| table.spot(at, MeetingColumn::Meeting),
        "",
        problems,
    );
    // Without a body it was told when it was read.
    for (at, meeting) in meetings.iter_mut().enumerate().filter(|(_, meeting)| !meeting.body.is_empty()) {
        match bodies.0.get(&alike(&meeting.body)) {
            Some(found) => meeting.body.clone_from(&bodies.1[*found].name),
            None => {
                problems.error(table.spot(at, MeetingColumn::Body), || {
                    unknown_body(&meeting.body, bodies.1, hints)
                });
            }
        }
    }
}

/// Resolves the deadlines that follow meetings.
fn deadlines(register: &mut Register, hints: &Hints, table: &Table, problems: &mut Collector) {
    if register.actions.iter().all(|action| action.more.follows.is_none()) {
        return;
    }
    let days = WorkingDays::of(register.calendars.own());
    let mut left = relative::MOST_OCCASIONS;
    let Register { actions, meetings, bodies, .. } = register;
    let agenda = Agenda::of(meetings, bodies, &days, hints);
    for (at, action) in actions.iter_mut().enumerate() {
        let Some(follows) = action.more.known_mut().and_then(|more| more.follows.as_mut()) else { continue };
        match agenda.resolve(&follows.said, action.opened, left) {
            Ok(resolved) => {
                left -= resolved.occasions.len();
                action.deadline = resolved.occasions.first().map(|one| Deadline::Day(one.deadline));
                **follows = resolved;
            }
            // What is wrong with the form was told when the row was read.
            Err(_) if relative::mistake(&follows.said).is_some() => {}
            Err(why) => problems.error(table.spot(at, ActionColumn::Deadline), || why),
        }
    }
}

/// Resolves the addressees of one action; the same one is not asked twice.
fn addressees(
    names: &Names<'_>,
    at: usize,
    asked_of: &mut Addressee,
    also_to: Option<&mut Vec<Addressee>>,
    table: &Table,
    problems: &mut Collector,
) {
    match names.find(&asked_of.to_string()) {
        Ok(found) => *asked_of = found,
        Err(unknown) if names.is_told_elsewhere(&unknown) => {}
        Err(unknown) => problems.error(table.spot(at, ActionColumn::AskedOf), || names.explain(&unknown)),
    }
    let Some(also_to) = also_to else { return };
    let mut others = Vec::with_capacity(also_to.len());
    for other in also_to.drain(..) {
        match names.find(&other.to_string()) {
            Ok(found) if found == *asked_of || others.contains(&found) => {}
            Ok(found) => others.push(found),
            Err(unknown) if names.is_told_elsewhere(&unknown) => {}
            Err(unknown) => problems.error(table.spot(at, ActionColumn::AlsoTo), || names.explain(&unknown)),
        }
    }
    *also_to = others;
}

fn doubled_actions(register: &Register, table: &Table, problems: &mut Collector) {
    let actions = &register.actions;
    let state = RandomState::new();
    // Hashes rather than identities: there may be a million, for a moment.
    let mut hashes: Vec<_> =
        actions.iter().enumerate().map(|(at, action)| (state.hash_one(action.id()), at)).collect();
    hashes.sort_unstable();
    for alike in hashes.chunk_by(|one, next| one.0 == next.0) {
        for (before, (_, at)) in alike.iter().enumerate().skip(1) {
            let id = actions[*at].id();
            let first =
                alike[..before].iter().map(|(_, first)| *first).find(|first| actions[*first].id() == id);
            let Some(first) = first else { continue };
            problems.error(table.spot(*at, ActionColumn::Ref), || {
                format!(
                    "{} is already asked of {} in {}. Correct the reference, or remove one of the rows.",
                    quoted(&actions[*at].reference),
                    actions[*at].asked_of,
                    table.spot(first, ActionColumn::Ref).nearby()
                )
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_loop_is_found_once_at_its_first_row() {
        assert_eq!(loops(&[Some(1), Some(2), Some(1), None, Some(4), Some(0)]), [1, 4]);
        assert_eq!(loops(&[None, Some(0), Some(1)]), Vec::<usize>::new());
    }
}
