//! From register and history to the report.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use super::{
    chase::{self, Event},
    model::{Block, Cell, Column, Label, Report, Row, Table},
};
use crate::{
    action::{Action, ActionId, Addressee, Deadline, Language, Purpose, Register, Status, fold},
    compose::{ComposeError, Sentences, Speaker, context::DayView},
    decision::Decision,
    ledger::HistoryEntry,
};

/// The most that references get of the width of a page, in hundredths: a longer one has to break.
const MOST_FOR_REFERENCES: u32 = 20;

/// By what the actions are put together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Grouping {
    /// By the body of which they are asked.
    #[default]
    Body,
    /// By where they were agreed.
    Origin,
}

/// What a report is made from.
#[derive(Debug)]
pub struct Material<'a> {
    /// The register.
    pub register: &'a Register,
    /// What was told, the oldest first.
    pub history: &'a [HistoryEntry],
    /// What was decided beside the register, the oldest first.
    pub decisions: &'a [Decision],
    /// The head of the chain over the history, in its short form; none while there is no history.
    pub head: Option<String>,
    /// The secretariat's name.
    pub secretariat: &'a str,
    /// Where it is written to.
    pub contact: &'a str,
    /// Its zone: that of all days here.
    pub zone: &'a TimeZone,
    /// When the report is made.
    pub now: Timestamp,
    /// The first day of the time reported on; none for all of it.
    pub since: Option<Date>,
    /// By what the actions are put together.
    pub by: Grouping,
    /// Whether every day of a long history is listed and everybody named, instead of counted.
    pub whole: bool,
    /// The language.
    pub language: Language,
}

/// What `report.words.txt` sees.
#[derive(Debug, Serialize)]
struct WordsView<'a> {
    secretariat: SecretariatView<'a>,
    today: DayView,
    since: Option<DayView>,
    counts: Counts,
}

#[derive(Debug, Serialize)]
struct SecretariatView<'a> {
    name: &'a str,
}

/// How many of which sort.
#[derive(Debug, Default, Serialize)]
struct Counts {
    outstanding: usize,
    overdue: usize,
    done: usize,
    /// Reminders that were sent in the time reported on.
    letters: usize,
}

/// What `report.phrases.txt` sees of what is no event.
#[derive(Debug, Serialize)]
struct Fact<'a> {
    kind: &'a str,
    count: u64,
    status: &'a str,
}

/// The report. Fails only when a template that was replaced cannot be rendered.
pub fn draw(material: &Material<'_>, speaker: &Speaker) -> Result<Report, ComposeError> {
    let today = material.zone.to_datetime(material.now).date();
    let mut pen = Pen { material, speaker, today, chases: chases(material), words: Sentences::new() };
    let actions = || material.register.actions.iter();
    let outstanding: Vec<_> = actions().filter(|action| action.is_outstanding()).collect();
    let done: Vec<_> = actions().filter(|action| pen.is_done(action)).collect();
    let information: Vec<_> = actions()
        .filter(|action| action.purpose == Purpose::Information && action.status.is_open())
        .collect();
    pen.words = speaker.words(&WordsView {
        secretariat: SecretariatView { name: material.secretariat },
        today: speaker.day(today),
        since: material.since.map(|day| speaker.day(day)),
        counts: pen.counts(&outstanding, &done),
    })?;
    let mut blocks = vec![pen.heading(1, "outstanding")];
    pen.outstanding(outstanding, &mut blocks)?;
    blocks.push(pen.heading(1, "done"));
    pen.done(&done, &mut blocks)?;
    if !information.is_empty() {
        blocks.push(pen.heading(1, "information"));
        blocks.push(pen.information(&information));
    }
    blocks.push(pen.heading(1, "evidence"));
    pen.evidence(&mut blocks);
    Ok(Report {
        language: material.language,
        title: pen.word("title"),
        source: material.secretariat.to_owned(),
        day: today,
        head: pen.head(),
        blocks,
        page: pen.word("page"),
        section: pen.word("section"),
        group: pen.word("group"),
    })
}

/// What happened about each action.
fn chases(material: &Material<'_>) -> HashMap<ActionId, Vec<Event>> {
    let mut entries: HashMap<ActionId, Vec<&HistoryEntry>> = HashMap::new();
    for entry in material.history {
        entries.entry(ActionId::new(&entry.reference, &entry.asked_of)).or_default().push(entry);
    }
    let mut decisions: HashMap<&ActionId, Vec<&Decision>> = HashMap::new();
    for decision in material.decisions {
        decisions.entry(&decision.action).or_default().push(decision);
        entries.entry(decision.action.clone()).or_default();
    }
    let events = |(id, entries)| {
        let decided = decisions.get(&id).into_iter().flatten().copied();
        let events = chase::events(entries, decided, material.zone);
        (id, events)
    };
    entries.into_iter().map(events).collect()
}

/// What draws the parts of one report.
struct Pen<'a> {
    material: &'a Material<'a>,
    speaker: &'a Speaker,
    today: Date,
    chases: HashMap<ActionId, Vec<Event>>,
    words: Sentences,
}

impl Pen<'_> {
    fn word(&self, name: &str) -> String {
        self.words.get(name).cloned().unwrap_or_default()
    }

    fn heading(&self, level: u8, name: &str) -> Block {
        Block::Heading { level, text: self.word(name) }
    }

    fn events(&self, action: &Action) -> &[Event] {
        self.chases.get(&action.id()).map_or(&[], Vec::as_slice)
    }

    /// Closed in the time reported on. A row that does not say when it was closed is not left out.
    fn is_done(&self, action: &Action) -> bool {
        let in_time = match (self.material.since, action.more.closed) {
            (Some(since), Some(closed)) => since <= closed && closed <= self.today,
            _ => true,
        };
        action.purpose == Purpose::Action && !action.status.is_open() && in_time
    }

    /// By how many days an action is late; none if it is not.
    fn overdue(&self, action: &Action) -> Option<i64> {
        let deadline = action.deadline_on(self.today)?;
        let days = deadline.day(self.material.zone).duration_until(self.today).as_hours() / 24;
        (deadline.end(self.material.zone) < self.material.now).then_some(days)
    }

    fn counts(&self, outstanding: &[&Action], done: &[&Action]) -> Counts {
        let days = |events: &[Event]| -> usize {
            let in_time = |day: &&Date| self.material.since.is_none_or(|since| since <= **day);
            let sent = events.iter().filter(|event| event.is_a_reminder());
            sent.map(|event| event.days.iter().filter(in_time).count() * event.to.len()).sum()
        };
        Counts {
            outstanding: outstanding.len(),
            overdue: outstanding.iter().filter(|action| self.overdue(action).is_some()).count(),
            done: done.len(),
            letters: self.chases.values().map(|events| days(events)).sum(),
        }
    }

    fn head(&self) -> Vec<Label> {
        let label = |name: &str, text: String| Label { label: self.word(name), text };
        vec![
            label("source_label", self.material.secretariat.to_owned()),
            label("title_label", self.word("title")),
            label("date_label", self.speaker.day(self.today).short),
            label("period_label", self.word("period")),
            label("purpose_label", self.word("purpose")),
            label("contact_label", self.material.contact.to_owned()),
            label("abstract_label", self.word("abstract")),
        ]
    }

    fn outstanding(&self, actions: Vec<&Action>, blocks: &mut Vec<Block>) -> Result<(), ComposeError> {
        if actions.is_empty() {
            blocks.push(Block::Text(self.word("nothing_outstanding")));
        }
        let columns = [
            ("reference", 9),
            ("action", 23),
            ("asked_of", 16),
            ("deadline", 14),
            ("status", 15),
            ("history", 23),
        ];
        let columns = self.columns(&columns, &actions);
        for (group, actions) in self.grouped(actions) {
            blocks.push(Block::Heading { level: 2, text: group });
            let rows = actions.iter().map(|action| self.outstanding_row(action));
            let columns = columns.clone();
            blocks.push(Block::Table(Table { columns, rows: rows.collect::<Result<_, _>>()? }));
        }
        Ok(())
    }

    fn outstanding_row(&self, action: &Action) -> Result<Row, ComposeError> {
        Ok(vec![
            Cell::Text(action.reference.clone()),
            Cell::Text(title(action)),
            Cell::Text(action.asked_of.to_string()),
            self.deadline(action)?,
            Cell::Text(self.status(action.status)?),
            Cell::Text(self.history(action)?),
        ])
    }

    fn done(&self, actions: &[&Action], blocks: &mut Vec<Block>) -> Result<(), ComposeError> {
        if actions.is_empty() {
            blocks.push(Block::Text(self.word("nothing_done")));
            return Ok(());
        }
        let row = |action: &&Action| -> Result<Row, ComposeError> {
            let status = self.status(action.status)?;
            let outcome = action.more.outcome.as_ref().map(ToString::to_string);
            Ok(vec![
                Cell::Text(action.reference.clone()),
                Cell::Text(action.title.clone()),
                Cell::Text(action.asked_of.to_string()),
                action.more.closed.map_or_else(|| Cell::Text("–".to_owned()), |day| self.day(day)),
                Cell::Text(status),
                Cell::Text(outcome.unwrap_or_default()),
            ])
        };
        let columns = [
            ("reference", 9),
            ("action", 27),
            ("asked_of", 16),
            ("closed", 14),
            ("status", 14),
            ("outcome", 20),
        ];
        let columns = self.columns(&columns, actions);
        let rows = actions.iter().map(row).collect::<Result<_, _>>()?;
        blocks.push(Block::Table(Table { columns, rows }));
        Ok(())
    }

    fn information(&self, actions: &[&Action]) -> Block {
        let columns = [("reference", 12), ("action", 48), ("asked_of", 16), ("origin", 24)];
        let columns = self.columns(&columns, actions);
        let rows = actions.iter().map(|action| {
            let origin = action.origin.as_ref().map(ToString::to_string).unwrap_or_default();
            [action.reference.clone(), action.title.clone(), action.asked_of.to_string(), origin]
                .map(Cell::Text)
                .into()
        });
        Block::Table(Table { columns, rows: rows.collect() })
    }

    /// Where the history ended: on a line of its own, which no program breaks or turns around, and people copy whole.
    fn evidence(&self, blocks: &mut Vec<Block>) {
        let Some(head) = &self.material.head else {
            blocks.push(Block::Text(self.word("no_evidence")));
            return;
        };
        blocks.extend([self.word("evidence_text"), head.clone()].map(Block::Text));
    }

    /// The columns, with room for the longest reference: that is taken from what is asked and from the last one.
    fn columns(&self, columns: &[(&str, u32)], actions: &[&Action]) -> Vec<Column> {
        let mut columns: Vec<_> =
            columns.iter().map(|(name, share)| Column { header: self.word(name), share: *share }).collect();
        let longest = actions.iter().map(|action| action.reference.chars().count()).max().unwrap_or_default();
        let longest = u32::try_from(longest * 11 / 10 + 3).unwrap_or(u32::MAX).min(MOST_FOR_REFERENCES);
        if let [reference, asked, .., last] = &mut columns[..] {
            let more = longest.saturating_sub(reference.share);
            reference.share += more;
            asked.share -= more.div_ceil(2);
            last.share -= more / 2;
        }
        columns
    }

    /// The actions by group, groups and actions in the order of the register; no group is empty.
    fn grouped<'r>(&self, actions: Vec<&'r Action>) -> Vec<(String, Vec<&'r Action>)> {
        let mut groups: Vec<(String, Vec<&Action>)> = Vec::new();
        for action in actions {
            let name = match self.material.by {
                Grouping::Body => self.body(action),
                Grouping::Origin => {
                    action.origin.as_ref().map_or_else(|| self.word("no_origin"), ToString::to_string)
                }
            };
            match groups.iter_mut().find(|(group, _)| *group == name) {
                Some((_, actions)) => actions.push(action),
                None => groups.push((name, vec![action])),
            }
        }
        groups
    }

    /// The body of which an action is asked, with its name in full; a person under the own name.
    fn body(&self, action: &Action) -> String {
        let name = match &action.asked_of {
            Addressee::Person(name) | Addressee::Body(name) => &**name,
            Addressee::Seat(seat) => &seat.body,
        };
        let row = self.material.register.bodies.iter().find(|body| fold(&body.name) == fold(name));
        match row.and_then(|body| body.full_name.as_ref()) {
            Some(full) if fold(full) != fold(name) => format!("{name} – {full}"),
            _ => name.to_owned(),
        }
    }

    fn day(&self, day: Date) -> Cell {
        Cell::Day { day, said: self.speaker.day(day).short }
    }

    fn deadline(&self, action: &Action) -> Result<Cell, ComposeError> {
        let Some(deadline) = action.deadline_on(self.today) else {
            return Ok(Cell::Text(self.word("no_deadline")));
        };
        let day = deadline.day(self.material.zone);
        let mut said = self.speaker.day(day).short;
        if let Deadline::Instant(at) = deadline {
            let time = self.material.zone.to_datetime(at).time();
            said = format!("{said} {:02}:{:02}", time.hour(), time.minute());
        }
        if let Some(days) =
            self.overdue(action).and_then(|days| u64::try_from(days).ok()).filter(|days| *days > 0)
        {
            let late = self.speaker.say(&Fact { kind: "overdue", count: days, status: "" })?;
            said = format!("{said}\n{late}");
        }
        Ok(Cell::Day { day, said })
    }

    fn status(&self, status: Status) -> Result<String, ComposeError> {
        self.speaker.say(&Fact { kind: "status", count: 0, status: &status.to_string() })
    }

    /// "Reminded on 3 and 17 March 2014 (Ann); no answer recorded."
    fn history(&self, action: &Action) -> Result<String, ComposeError> {
        let events = self.events(action);
        let mut said = Vec::with_capacity(events.len() + 1);
        for event in events {
            said.push(event.say(self.speaker, self.material.whole)?);
        }
        if events.is_empty() {
            said.push(self.speaker.say(&Fact { kind: "nothing", count: 0, status: "" })?);
        } else if events.last().is_some_and(|last| !last.is_a_decision())
            && events.iter().any(Event::is_a_reminder)
            && is_unanswered(action)
        {
            said.push(self.word("no_answer"));
        }
        let between = format!("{}{}", self.speaker.word("semicolon"), self.speaker.word("gap"));
        Ok(format!("{}{}", capitalised(&said.join(&between)), self.speaker.word("stop")))
    }
}

/// As far as the register knows.
fn is_unanswered(action: &Action) -> bool {
    action.more.outcome.is_none() && matches!(action.status, Status::Open | Status::Pending)
}

/// The title, and beneath it what came of it so far.
fn title(action: &Action) -> String {
    match &action.more.outcome {
        Some(outcome) => format!("{}\n{outcome}", action.title),
        None => action.title.clone(),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
