//! Whose days are worked when: the secretariat's calendar and that of a recipient's body, together.

use std::sync::Arc;

use crate::{
    action::{
        Body, Calendar, Register, fold,
        maps::{HashMap, HashSet},
    },
    cadence::WorkingDays,
};

/// The working days of bodies, each together with the secretariat's own.
#[derive(Debug, Clone)]
pub(super) struct DaysOfBodies {
    own: Arc<WorkingDays>,
    /// By the folded name of the body; a body whose days are the secretariat's is not here.
    others: HashMap<String, Arc<WorkingDays>>,
}

impl DaysOfBodies {
    /// The days of every body in the register. A body without a calendar has that of the nearest body
    /// above it that has one.
    pub(super) fn new(register: &Register) -> Self {
        let own = register.calendars.own();
        let bodies: HashMap<String, &Body> =
            register.bodies.iter().map(|body| (fold(&body.name), body)).collect();
        let mut together: HashMap<&str, Arc<WorkingDays>> = HashMap::default();
        let mut others = HashMap::default();
        for (name, body) in &bodies {
            let Some(calendar) = calendar_of(body, &bodies, register) else { continue };
            if own.is_some_and(|own| own.name == calendar.name) {
                continue;
            }
            let days = together.entry(&calendar.name).or_insert_with(|| Arc::new(both(own, calendar)));
            others.insert(name.clone(), days.clone());
        }
        Self { own: Arc::new(WorkingDays::of(own)), others }
    }

    /// The secretariat's own, where no body has others.
    pub(super) fn of_all(&self) -> Option<&WorkingDays> {
        self.others.is_empty().then_some(&*self.own)
    }

    /// The days of a body, by its name; the secretariat's own for any other name, and for none.
    pub(super) fn of(&self, body: Option<&str>) -> &WorkingDays {
        body.and_then(|name| self.others.get(&fold(name))).unwrap_or(&self.own)
    }
}

/// The secretariat's days and a body's. A secretariat without a calendar of its own has a weekend all the same.
fn both(own: Option<&Calendar>, body: &Calendar) -> WorkingDays {
    let usual = Calendar::default();
    WorkingDays::of([own.unwrap_or(&usual), body])
}

fn calendar_of<'r>(
    body: &'r Body,
    bodies: &HashMap<String, &'r Body>,
    register: &'r Register,
) -> Option<&'r Calendar> {
    let mut visited = HashSet::default();
    let mut next = Some(body);
    while let Some(here) = next.filter(|here| visited.insert(fold(&here.name))) {
        if let Some(calendar) = here.holidays.as_deref().and_then(|name| register.calendars.get(name)) {
            return Some(calendar);
        }
        next = here.parent.as_deref().and_then(|parent| bodies.get(&fold(parent)).copied());
    }
    None
}
