//! What a report says beside the register: new, changed, closed, vanished, or nothing new. Pure.

use std::collections::{BTreeMap, HashMap, HashSet, hash_map};

use super::{
    Change, Confidence, Document, Due, Entry, Evidence, Field, Findings, Found, Held, Matched, Place,
    Proposal, Rule, Standing, alike::alike, document::Content, lexicon::find_phrase, quoted::key,
    rules::is_body,
};
use crate::action::{Action, Deadline, Purpose, Register, Status, fold};

/// Sets what was found in `document` beside the register; without one everything is new.
#[must_use]
pub fn compare(found: Found, document: &Document, register: Option<&Register>) -> Findings {
    let Found { proposals, seats, body, origin } = found;
    let report = origin.as_deref();
    let Some(register) = register else {
        let new = |proposal| Entry::new(proposal, Standing::New, None, report);
        return Findings { entries: proposals.into_iter().map(new).collect(), seats, ..Findings::default() };
    };
    let matches = Matches::of(&proposals, register);
    let mut findings = Findings { seats, ..Findings::default() };
    for (at, proposal) in proposals.into_iter().enumerate() {
        let action = matches.of.get(&at).map(|action| &register.actions[*action]);
        let standing = action.map_or(Standing::New, |action| standing(&proposal, action));
        let entry = Entry::new(proposal, standing, action.map(matched), report);
        match entry.standing {
            Standing::Unchanged => findings.unchanged.push(entry),
            _ => findings.entries.push(entry),
        }
    }
    for one in &mut findings.seats {
        one.held = Some(Held::of(one, register));
    }
    findings.known_seats = findings.seats.extract_if(.., |one| one.held == Some(Held::ByThem)).collect();
    findings.unknown = unknown(&findings.entries, register);
    findings.entries.extend(vanished(document, register, &matches, (body.as_deref(), report)));
    findings
}

/// Whom new actions are asked of, and the register does not know.
fn unknown(entries: &[Entry], register: &Register) -> Vec<String> {
    let bodies = register.bodies.iter().map(|body| fold(&body.name));
    let people = register.people.iter().map(|person| fold(&person.name));
    let seats = register.roles.iter().map(|role| fold(&role.seat.to_string()));
    let known: HashSet<String> = bodies.chain(people).chain(seats).collect();
    let new = entries.iter().filter(|entry| entry.standing == Standing::New);
    let names =
        new.flat_map(|entry| std::iter::once(&entry.proposal.asked_of).chain(&entry.proposal.also_to));
    let mut seen = HashSet::new();
    let is_unknown =
        |name: &&String| !name.is_empty() && !known.contains(&fold(name)) && seen.insert(fold(name));
    names.filter(is_unknown).cloned().collect()
}

fn matched(action: &Action) -> Matched {
    Matched { reference: action.reference.clone(), asked_of: action.asked_of.to_string() }
}

/// Which action of the register each proposal means.
struct Matches {
    of: HashMap<usize, usize>,
    taken: HashSet<usize>,
}

impl Matches {
    fn of(proposals: &[Proposal], register: &Register) -> Self {
        let mut matches = Self { of: HashMap::new(), taken: HashSet::new() };
        let named: Vec<_> =
            register.actions.iter().map(|action| fold(&action.asked_of.to_string())).collect();
        matches.by_reference(proposals, register, &named);
        matches.by_words(proposals, register, &named);
        matches
    }

    /// What has the same reference, "Action 17/06" being 17/06, and is asked of the same; then what is left of one
    /// reference on both sides: the report calls the body by another name.
    fn by_reference(&mut self, proposals: &[Proposal], register: &Register, named: &[String]) {
        let mut actions: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, action) in register.actions.iter().enumerate() {
            actions.entry(key(&action.reference)).or_default().push(at);
        }
        let keys: Vec<_> = proposals.iter().map(|proposal| key(&proposal.reference)).collect();
        let same = |at: usize| actions.get(&keys[at]).into_iter().flatten().copied();
        for (at, proposal) in proposals.iter().enumerate() {
            let name = fold(&proposal.asked_of);
            self.pair(at, same(at).find(|action| named[*action] == name));
        }
        let mut unpaired: HashMap<&str, usize> = HashMap::new();
        for at in (0..proposals.len()).filter(|at| !self.of.contains_key(at)) {
            *unpaired.entry(&keys[at]).or_default() += 1;
        }
        for at in (0..proposals.len()).filter(|at| !keys[*at].is_empty()) {
            // Two that are bodies by their shapes are two bodies, and not one by another name.
            let is_other = |action: &usize| {
                let asked_of = register.actions[*action].asked_of.to_string();
                is_body(&asked_of) && is_body(&proposals[at].asked_of)
            };
            let mut left = same(at).filter(|action| !self.taken.contains(action) && !is_other(action));
            if let (Some(only), None, Some(1)) = (left.next(), left.next(), unpaired.get(keys[at].as_str())) {
                self.pair(at, Some(only));
            }
        }
    }

    /// What is asked of the same in the same words, under a reference that was made or has changed.
    fn by_words(&mut self, proposals: &[Proposal], register: &Register, named: &[String]) {
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, name) in named.iter().enumerate() {
            by_name.entry(name).or_default().push(at);
        }
        for (at, proposal) in proposals.iter().enumerate() {
            if self.of.contains_key(&at) {
                continue;
            }
            let same = by_name.get(fold(&proposal.asked_of).as_str()).into_iter().flatten().copied();
            let is_it = |at: &usize| {
                let action = &register.actions[*at];
                action.purpose == proposal.purpose && alike(&action.title, &proposal.title)
            };
            let found = same.filter(|action| !self.taken.contains(action)).find(is_it);
            self.pair(at, found);
        }
    }

    fn pair(&mut self, proposal: usize, action: Option<usize>) {
        let Some(action) = action.filter(|action| !self.taken.contains(action)) else { return };
        if let hash_map::Entry::Vacant(free) = self.of.entry(proposal) {
            free.insert(action);
            self.taken.insert(action);
        }
    }
}

fn standing(proposal: &Proposal, action: &Action) -> Standing {
    let mut changes = Vec::new();
    changes.extend(deadline(proposal, action));
    // A report that says nothing of it does not open what was closed.
    let says = proposal.status != Status::Open && proposal.purpose == Purpose::Action;
    if says && proposal.status != action.status {
        changes.push(Change {
            field: Field::Status,
            from: action.status.to_string(),
            to: proposal.status.to_string(),
        });
    }
    if let Some(outcome) = proposal
        .outcome
        .as_deref()
        .filter(|outcome| action.more.outcome.is_none() && action.status.is_open() && !outcome.is_empty())
    {
        changes.push(Change { field: Field::Outcome, from: String::new(), to: outcome.to_owned() });
    }
    if changes.is_empty() {
        Standing::Unchanged
    } else if !proposal.status.is_open() && action.status.is_open() {
        Standing::Closed(changes)
    } else {
        Standing::Changed(changes)
    }
}

/// That the deadline moves, if the report says another one.
fn deadline(proposal: &Proposal, action: &Action) -> Option<Change> {
    let said = proposal.deadline.as_ref()?;
    let from = match (&action.more.follows, action.deadline) {
        (Some(follows), _) => follows.said.clone(),
        (None, Some(deadline)) => deadline.to_string(),
        (None, None) => String::new(),
    };
    let same = match (said, action.deadline) {
        (Due::Day(day), Some(Deadline::Day(deadline))) => *day == deadline,
        // A time of day is more than a report says.
        (Due::Day(day), Some(Deadline::Instant(instant))) => {
            let utc = instant.to_zoned(jiff::tz::TimeZone::UTC).date();
            utc == *day
                || utc.tomorrow().is_ok_and(|next| next == *day)
                || utc.yesterday().is_ok_and(|before| before == *day)
        }
        (Due::Day(_), None) => false,
        (Due::Words(words), _) => !from.is_empty() || words.is_empty(),
    };
    let relevant = proposal.purpose == Purpose::Action && proposal.status.is_open();
    (!same && relevant).then(|| Change { field: Field::Deadline, from, to: said.to_string() })
}

/// Outstanding actions that this report should mention and does not: they are asked about, never dropped.
fn vanished(
    document: &Document,
    register: &Register,
    matches: &Matches,
    (body, report): (Option<&str>, Option<&str>),
) -> Vec<Entry> {
    let Some(body) = body.map(fold).filter(|_| !matches.of.is_empty()) else { return Vec::new() };
    let text = everything(document);
    let gone = register.actions.iter().enumerate().filter(|(at, action)| {
        let origin = action.origin.as_deref().map(fold).unwrap_or_default();
        action.is_outstanding()
            && !matches.taken.contains(at)
            && find_phrase(&origin, &body).is_some()
            && find_phrase(&text, &fold(&action.reference)).is_none()
    });
    gone.map(|(_, action)| entry(action, report)).collect()
}

fn everything(document: &Document) -> String {
    let mut text = String::with_capacity(document.size() + document.blocks.len());
    for block in &document.blocks {
        match &block.content {
            Content::Heading { text: heading, .. } => text.push_str(heading),
            Content::Paragraph(paragraph) => text.push_str(&paragraph.text),
            Content::Table(rows) => rows.iter().flatten().for_each(|cell| {
                text.push_str(cell);
                text.push('\n');
            }),
        }
        text.push('\n');
    }
    text.to_lowercase()
}

fn entry(action: &Action, report: Option<&str>) -> Entry {
    let deadline = match (&action.more.follows, action.deadline) {
        (Some(follows), _) => Some(Due::Words(follows.said.clone())),
        (None, Some(Deadline::Day(day))) => Some(Due::Day(day)),
        (None, Some(instant)) => Some(Due::Words(instant.to_string())),
        (None, None) => None,
    };
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let proposal = Proposal {
        reference: action.reference.clone(),
        title: action.title.clone(),
        details: owned(action.details.as_deref()),
        asked_of: action.asked_of.to_string(),
        also_to: action.more.also_to.iter().map(ToString::to_string).collect(),
        kind: action.kind,
        purpose: action.purpose,
        deadline,
        status: action.status,
        outcome: owned(action.more.outcome.as_deref()),
        origin: owned(action.origin.as_deref()),
        opened: action.opened,
        topic: owned(action.more.topic.as_deref()),
        evidence: Evidence { text: String::new(), place: Place::default(), fields: BTreeMap::new() },
        rule: Rule::NotMentioned,
        confidence: Confidence::new(50),
    };
    Entry::new(proposal, Standing::Vanished, Some(matched(action)), report)
}
