//! Who an addressee's text means: a person, else a body, else a seat in any of the ways in
//! which people say it.

use std::{cell::OnceCell, sync::Arc};

use super::{clean::quoted, hints::Hints};
use crate::action::{
    Addressee, Body, Person, Role, Seat, alike, hint,
    maps::{HashMap, HashSet},
};

/// Everybody who can be asked.
pub(super) struct Names<'r> {
    people: &'r [Person],
    bodies: &'r [Body],
    roles: &'r [Role],
    known: HashMap<String, Meant<'r>>,
    hints: &'r Hints,
    /// Everybody's name, where it was asked for.
    all: OnceCell<All>,
}

/// Everybody's name.
struct All {
    names: Vec<String>,
    /// How long they are together.
    length: usize,
    /// Those of roles for which the sheet Roles names a body that there is not.
    wrong: HashSet<String>,
}

enum Meant<'r> {
    Person(Arc<str>),
    Body(Arc<str>),
    Seat(&'r Seat),
    /// Two seats are said in the same way.
    Either(&'r Seat, &'r Seat),
}

/// A text that does not say who is meant.
pub(super) enum Unknown<'r> {
    /// Nobody has that name.
    Nobody(String),
    /// Two seats have it.
    Either(String, &'r Seat, &'r Seat),
}

impl<'r> Names<'r> {
    /// The names of the sheets that define them.
    pub(super) fn new(people: &'r [Person], bodies: &'r [Body], roles: &'r [Role], hints: &'r Hints) -> Self {
        let mut known = HashMap::default();
        for role in roles {
            for said in role.seat.ways().map(|said| alike(&said)) {
                known
                    .entry(said)
                    .and_modify(|meant| {
                        if let Meant::Seat(other) = *meant
                            && *other != role.seat
                        {
                            *meant = Meant::Either(other, &role.seat);
                        }
                    })
                    .or_insert(Meant::Seat(&role.seat));
            }
        }
        known.extend(bodies.iter().map(|body| (alike(&body.name), Meant::Body(body.name.as_str().into()))));
        known.extend(
            people.iter().map(|person| (alike(&person.name), Meant::Person(person.name.as_str().into()))),
        );
        Self { people, bodies, roles, known, hints, all: OnceCell::new() }
    }

    /// Who is meant, with the names of the sheets that define them.
    pub(super) fn find(&self, text: &str) -> Result<Addressee, Unknown<'r>> {
        match self.known.get(&alike(text)) {
            Some(Meant::Person(name)) => Ok(Addressee::Person(Arc::clone(name))),
            Some(Meant::Body(name)) => Ok(Addressee::Body(Arc::clone(name))),
            Some(Meant::Seat(seat)) => Ok(Addressee::Seat(Box::new((*seat).clone()))),
            Some(Meant::Either(one, other)) => Err(Unknown::Either(text.to_owned(), one, other)),
            None => Err(Unknown::Nobody(text.to_owned())),
        }
    }

    /// Everybody's name: put together once, for thousands of actions may be asked of nobody.
    fn all(&self) -> &All {
        self.all.get_or_init(|| {
            let people = self.people.iter().map(|person| person.name.clone());
            let bodies = self.bodies.iter().map(|body| body.name.clone());
            let roles = self.roles.iter().map(|role| role.seat.to_string());
            let names: Vec<_> = people.chain(bodies).chain(roles).collect();
            let is_body = |name: &String| matches!(self.known.get(&alike(name)), Some(Meant::Body(_)));
            let is_wrong =
                |seat: &Seat| !is_body(&seat.body) || seat.at.as_ref().is_some_and(|at| !is_body(at));
            let wrong = self.roles.iter().filter(|role| is_wrong(&role.seat));
            let wrong = wrong.map(|role| role.seat.to_string()).collect();
            All { length: names.iter().map(String::len).sum(), names, wrong }
        })
    }

    /// The name that a text most likely means.
    fn nearest(&self, text: &str) -> Option<&str> {
        let All { names, length, .. } = self.all();
        self.hints.nearest(text, *length, names.iter().map(String::as_str))
    }

    /// Whether a text most likely means a role of which the sheet Roles names a body that there is not: that is told
    /// there, and what refers to it is right.
    pub(super) fn is_told_elsewhere(&self, unknown: &Unknown<'_>) -> bool {
        let Unknown::Nobody(text) = unknown else { return false };
        let wrong = &self.all().wrong;
        !wrong.is_empty() && self.nearest(text).is_some_and(|near| wrong.contains(near))
    }

    /// Whether a text is names that there are, with signs between them that no name has.
    fn are_several(&self, text: &str) -> bool {
        let names = || text.split([',', '/', '&', '\n']).map(str::trim).filter(|name| !name.is_empty());
        names().count() > 1 && names().all(|name| self.known.contains_key(&alike(name)))
    }

    /// What is wrong with the text, and what would be right.
    pub(super) fn explain(&self, unknown: &Unknown<'_>) -> String {
        match unknown {
            Unknown::Either(text, one, other) => {
                let role = |seat: &Seat| {
                    format!("the role {} of the body {}", quoted(&seat.role), quoted(&seat.body))
                };
                format!("{} may be {} or {}. Rename one of them.", quoted(text), role(one), role(other))
            }
            Unknown::Nobody(text) if text.contains(';') || self.are_several(text) => format!(
                "{} names several. Write one row for each, or put the others under Also to.",
                quoted(text)
            ),
            Unknown::Nobody(text) => {
                let hint = hint(self.nearest(text));
                format!(
                    "{} is not a person of the sheet Representatives, a body of the sheet Bodies or a role of the sheet \
                     Roles{hint} Correct the name, or add a row there.",
                    quoted(text)
                )
            }
        }
    }
}
