//! Bodies and people by the names that the register has for them.

use super::{
    bodies::{canonical, plain},
    cases::differ_in_case_alone,
    several::split,
};
use crate::action::{Body, Person, fold};

/// The bodies and people of the register, by which what a report names is written as the register writes it.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::minutes) struct Known<'r> {
    pub(in crate::minutes) bodies: &'r [Body],
    pub(in crate::minutes) people: &'r [Person],
}

impl Known<'_> {
    /// Those whom a cell names. One that is a name of the register is not taken apart, whatever stands in it.
    pub(in crate::minutes) fn list(&self, cell: &str) -> Vec<String> {
        let wanted = fold(cell);
        let bodies = self.bodies.iter().map(|body| &body.name);
        let whole =
            bodies.chain(self.people.iter().map(|person| &person.name)).find(|name| fold(name) == wanted);
        if let Some(name) = whole.cloned().or_else(|| self.in_another_case(cell)) {
            return vec![name];
        }
        let mut names: Vec<String> = split(cell).iter().map(|name| self.name(name)).collect();
        names.dedup_by(|a, b| fold(a) == fold(b));
        names
    }

    /// The name in the register of what the report calls `name`; else the report's, in the one way of writing it.
    pub(in crate::minutes) fn name(&self, name: &str) -> String {
        let name = plain(name);
        let written = canonical(&name);
        let wanted = [fold(&name), fold(&written)];
        let is_it = |text: &str| wanted.contains(&fold(text)) || wanted.contains(&fold(&canonical(text)));
        let body =
            self.bodies.iter().find(|body| is_it(&body.name) || body.full_name.as_deref().is_some_and(is_it));
        if let Some(body) = body {
            return body.name.clone();
        }
        let person = self.people.iter().find(|person| wanted.contains(&fold(&person.name)));
        person.map(|person| person.name.clone()).or_else(|| self.in_another_case(&name)).unwrap_or(written)
    }

    /// The only name of the register that differs from this one in the cases of its words alone.
    fn in_another_case(&self, name: &str) -> Option<String> {
        let bodies = self.bodies.iter().filter(|body| {
            let names = [Some(&body.name), body.full_name.as_ref()];
            names.into_iter().flatten().any(|other| differ_in_case_alone(name, other))
        });
        let people = self.people.iter().filter(|person| differ_in_case_alone(name, &person.name));
        let mut found = bodies.map(|body| &body.name).chain(people.map(|person| &person.name));
        found.next().filter(|_| found.next().is_none()).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_written_in_one_way() {
        for name in [
            "Study Group 17",
            "SG 17",
            "ITU-T SG17",
            "the ITU-T Study Group 17 (Security)",
            "la Commission d'études 17",
            "la Comisión de Estudio 17",
            "17-я Исследовательская комиссия",
            "第17研究组",
            "ИК17",
            "لجنة الدراسات 17",
        ] {
            assert_eq!(Known::default().name(name), "SG17", "{name}");
        }
        assert_eq!(
            Known::default().name("the proposed ITU-T Focus Group on blockchain"),
            "ITU-T Focus Group on blockchain"
        );
        assert_eq!(Known::default().name("Working Party 1/17"), "WP1/17");
        assert_eq!(Known::default().name("МСЭ-Т"), "ITU-T");
        assert_eq!(Known::default().name("Mr. Jean Exemple (TSB)"), "Jean Exemple");
    }
}
