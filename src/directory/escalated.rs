//! Who is told when those who are asked do not answer.

use std::fmt;

use jiff::civil::Date;

use super::{Because, Directory, Recipient, resolve::recipient};
use crate::action::{Action, Addressee, Body, Person, Seat, Target, alike, fold, maps::HashSet};

/// The roles whose holders preside over a body.
const CHAIR_ROLES: [&str; 6] = ["chair", "chairman", "chairwoman", "chairperson", "convener", "convenor"];

/// As what somebody is told of an action that was escalated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EscalatedTo {
    /// The deputy of this person.
    DeputyOf(String),
    /// The holder of the seat.
    Holder(Seat),
    /// The chair of this body, of which the sheet Roles knows none.
    ChairOf(String),
    /// The secretariat of the body.
    SecretariatOf(String),
    /// A person by name.
    Person(String),
    /// The secretariat that runs rappel.
    OwnSecretariat,
}

/// "deputy of Ann", "chair of SG17", "secretariat of ITU-R", "Martin Euchner", "secretariat".
impl fmt::Display for EscalatedTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DeputyOf(name) => write!(f, "deputy of {name}"),
            Self::Holder(seat) => seat.fmt(f),
            Self::ChairOf(body) => write!(f, "chair of {body}"),
            Self::SecretariatOf(body) => write!(f, "secretariat of {body}"),
            Self::Person(name) => f.write_str(name),
            Self::OwnSecretariat => f.write_str("secretariat"),
        }
    }
}

impl Directory {
    /// Who is told on `day` when `action`, of which `asked` are reminded, is escalated to `target`. Whoever cannot be
    /// found is stood in for by the secretariat that runs rappel.
    pub fn escalated(
        &self,
        target: &Target,
        action: &Action,
        asked: &[Recipient],
        day: Date,
    ) -> Vec<Recipient> {
        let (to, people) = self.meant(target, action, asked, day);
        let because = |is_missing| Because::Escalated { to: to.clone(), is_missing };
        let mut found: Vec<_> = match people {
            Meant::People(people) => people.into_iter().map(|one| recipient(one, because(false))).collect(),
            Meant::Secretariat(body) => self.secretariat(body, day, |_| because(false)),
            Meant::Own => vec![self.own_secretariat(because(false))],
        };
        found = found.into_iter().map(|one| self.or_deputy(one, day)).collect();
        if found.is_empty() {
            found.push(self.own_secretariat(because(true)));
        }
        for one in &mut found {
            one.told_as = Some(one.remembered_as().for_escalation());
        }
        found
    }

    /// Whether the sheets know whom `target` names; that nobody holds a role at present is no matter.
    pub fn knows(&self, target: &Target) -> bool {
        match target {
            Target::Named(text) => self.named(text).is_some(),
            Target::Deputy | Target::Chair | Target::OwnSecretariat => true,
        }
    }

    /// Whether `target` names a role that nobody holds on `day`.
    pub fn is_vacant(&self, target: &Target, day: Date) -> bool {
        let Target::Named(text) = target else { return false };
        matches!(self.named(text), Some(Addressee::Seat(seat)) if self.holders(&seat, day).next().is_none())
    }

    /// Whether `target` names a body, or a role of a body, that the secretariat that runs rappel serves.
    pub fn serves(&self, target: &Target) -> bool {
        let Target::Named(text) = target else { return false };
        match self.named(text) {
            Some(Addressee::Body(body)) => self.is_own_body(&body),
            Some(Addressee::Seat(seat)) => self.is_own_body(&seat.body),
            _ => false,
        }
    }

    /// Every name that an escalation can go to.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let register = self.register();
        let people = register.people.iter().map(|person| person.name.clone());
        let bodies = register.bodies.iter().map(|body| body.name.clone());
        people.chain(bodies).chain(register.roles.iter().map(|role| role.seat.to_string()))
    }

    /// Whether a letter to whom an action was escalated goes to another body than the secretariat that runs rappel
    /// and those that it serves: its own address, or one of its domain.
    pub fn is_outside(&self, recipient: &Recipient) -> bool {
        let Because::Escalated { to, is_missing } = &recipient.because else { return false };
        if *is_missing || self.is_own_address(&recipient.email) {
            return false;
        }
        let organization = |name: &String| self.person(name).and_then(|person| person.organization.clone());
        let body = match to {
            EscalatedTo::OwnSecretariat => return false,
            EscalatedTo::Holder(Seat { body, .. })
            | EscalatedTo::ChairOf(body)
            | EscalatedTo::SecretariatOf(body) => Some(body.clone()),
            EscalatedTo::Person(name) => organization(name),
            EscalatedTo::DeputyOf(_) => organization(&recipient.name),
        };
        !body.is_some_and(|body| self.is_own_body(&body))
    }

    fn meant<'d>(
        &'d self,
        target: &Target,
        action: &'d Action,
        asked: &[Recipient],
        day: Date,
    ) -> (EscalatedTo, Meant<'d>) {
        match target {
            Target::OwnSecretariat => (EscalatedTo::OwnSecretariat, Meant::Own),
            Target::Deputy => {
                let of = asked.iter().find_map(|one| self.person_with(&one.id));
                let deputy = of.and_then(|person| self.person(person.deputy.as_ref()?));
                let name = of.map_or_else(|| action.asked_of.to_string(), |person| person.name.clone());
                (EscalatedTo::DeputyOf(name), Meant::People(deputy.into_iter().collect()))
            }
            Target::Chair => self.chair(action, day),
            Target::Named(text) => match self.named(text) {
                Some(Addressee::Seat(seat)) => {
                    let holders = self.holders(&seat, day).collect();
                    (EscalatedTo::Holder(*seat), Meant::People(holders))
                }
                Some(Addressee::Body(body)) => {
                    let row = self.body(&body).map(|body| body.name.as_str());
                    (EscalatedTo::SecretariatOf(body.to_string()), row.map_or(Meant::Own, Meant::Secretariat))
                }
                Some(Addressee::Person(name)) => {
                    let person = self.person(&name).into_iter().collect();
                    (EscalatedTo::Person(name.to_string()), Meant::People(person))
                }
                None => (EscalatedTo::Person(text.clone()), Meant::People(Vec::new())),
            },
        }
    }

    /// The chair of the body that is asked: of a seat the body that fills it, of a person the one that the person
    /// works for.
    fn chair(&self, action: &Action, day: Date) -> (EscalatedTo, Meant<'_>) {
        let body = match &action.asked_of {
            Addressee::Body(body) => Some(&**body),
            Addressee::Seat(seat) => Some(seat.body.as_str()),
            Addressee::Person(name) => self.person(name).and_then(|person| person.organization.as_deref()),
        };
        let known = body.and_then(|body| self.body(body));
        let asked = known.map_or_else(|| action.asked_of.to_string(), |body| body.name.clone());
        for role in CHAIR_ROLES {
            let seat = Seat { body: asked.clone(), role: role.to_owned(), at: None };
            let holders: Vec<_> = self.holders(&seat, day).collect();
            if !holders.is_empty() {
                return (EscalatedTo::Holder(seat), Meant::People(holders));
            }
        }
        (EscalatedTo::ChairOf(asked), Meant::People(Vec::new()))
    }

    /// A person, else a body, else a role said in either way: "chair of SG17", "SG17 chair".
    fn named(&self, text: &str) -> Option<Addressee> {
        if let Some(person) = self.person(text) {
            return Some(Addressee::Person(person.name.as_str().into()));
        }
        if let Some(body) = self.body(text) {
            return Some(Addressee::Body(body.name.as_str().into()));
        }
        let row = self.said.get(&alike(text))?;
        let seat = &self.register().roles[*row].seat;
        Some(Addressee::Seat(Box::new(seat.clone())))
    }

    /// Whether a body, or one above it that has an address, is served by the secretariat that runs rappel; so is the
    /// secretariat itself under the name that such a body gives it.
    fn is_own_body(&self, name: &str) -> bool {
        let served = |body: &Body| body.secretariat_email.as_ref().map(|email| self.is_own_address(email));
        let mut visited = HashSet::default();
        let mut next = self.body(name);
        while let Some(here) = next.filter(|here| visited.insert(fold(&here.name))) {
            if let Some(is_own) = served(here) {
                return is_own;
            }
            next = here.parent.as_ref().and_then(|above| self.body(above));
        }
        let is_its_name = |body: &&Body| body.secretariat.as_ref().is_some_and(|one| fold(one) == fold(name));
        self.register().bodies.iter().filter(is_its_name).any(|body| served(body) == Some(true))
    }

    fn is_own_address(&self, email: &str) -> bool {
        let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
        domain(email) == domain(&self.own.email)
    }
}

/// The people or the secretariat that somebody means.
enum Meant<'d> {
    People(Vec<&'d Person>),
    Secretariat(&'d str),
    Own,
}
