//! The walk through a report, block by block, and the order that is made of what was found.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    super::{
        Block, Confidence, Content, Document, Due, Evidence, Field, Paragraph, Place, Rule, Seated,
        dates::{Agenda, due_of_cell},
        lexicon::find_phrase,
    },
    Background, Found, asks,
    bodies::{self, split},
    draft::{self, Asked, Context, Desk, Draft},
    header, key_dates,
    marks::{self, Mark},
    report::{self, Report},
    seats, states,
    tables::{self, Row, Table},
    text::{self, sentences},
};
use crate::action::{Purpose, Status, fold};

/// Applies all rules.
pub(super) fn find(document: &Document, background: &Background<'_>) -> Found {
    let known = background.known();
    let report = Report::of(document, known, background.dates);
    let agenda = Agenda {
        base: report.date,
        body: report.body.as_deref(),
        next: report.next,
        meetings: background.meetings(),
        order: background.dates,
    };
    let desk = Desk { report: &report, known, agenda };
    let mut finder = Finder {
        desk,
        names: names(document),
        state: State::default(),
        drafts: Vec::new(),
        seats: Vec::new(),
    };
    finder.walk(document);
    finder.finish()
}

/// The full names of bodies that the report uses: "IEC/SEG 8", by which "SEG 8" is meant as well.
fn names(document: &Document) -> HashSet<String> {
    let texts = document.blocks.iter().map(|block| report::said(&block.content));
    texts
        .flat_map(|text| bodies::named(&text).into_iter().map(str::to_owned).collect::<Vec<_>>())
        .filter(|name| name.contains('/'))
        .collect()
}

/// Whether a list of key dates goes on.
#[derive(Default, Clone, PartialEq, Eq)]
enum Dates {
    #[default]
    None,
    /// Lines with dates are expected.
    Open,
    /// A date stood alone: what is due stands below it.
    Below(String),
}

/// What was read above and still counts.
#[derive(Default)]
struct State {
    /// The reference of the resolution and its words.
    reference: Option<(String, String)>,
    topic: Option<String>,
    /// A mark that stands alone counts for what follows.
    mark: Option<Mark>,
    /// Who is asked by a line that leads in a list.
    list_of: Option<String>,
    /// Items of a list go on with an item for information.
    information: Option<usize>,
    dates: Dates,
}

struct Finder<'d> {
    desk: Desk<'d>,
    names: HashSet<String>,
    state: State,
    drafts: Vec<Draft>,
    seats: Vec<Seated>,
}

impl Finder<'_> {
    fn walk(&mut self, document: &Document) {
        let liaison = header::is_liaison(&self.desk);
        if liaison {
            self.drafts.extend(header::liaison(&self.desk));
        } else {
            self.drafts.extend(header::action(&self.desk));
        }
        for (at, block) in document.blocks.iter().enumerate() {
            if !self.desk.report.head.contains(&at) {
                self.block(block);
            }
        }
        if self.drafts.is_empty() {
            self.drafts.extend(header::for_information(&self.desk));
        }
    }

    fn block(&mut self, block: &Block) {
        match &block.content {
            Content::Heading { text, .. } => self.heading(text, &block.place),
            Content::Paragraph(paragraph) => self.paragraph(paragraph, &block.place),
            Content::Table(rows) => self.table(rows, &block.place),
        }
    }

    fn context(&self, place: &Place) -> Context {
        Context {
            place: place.clone(),
            reference: self.state.reference.clone(),
            topic: self.state.topic.clone(),
            note: None,
        }
    }

    fn heading(&mut self, text: &str, place: &Place) {
        if self.state.dates != Dates::None && self.date_line(text, place) {
            return;
        }
        self.state.dates = if key_dates::leads_in(text) { Dates::Open } else { Dates::None };
        self.state.list_of = None;
        self.state.information = None;
        self.state.reference = report::reference(text);
        if self.state.reference.is_none() {
            self.state.mark = None;
            self.topic(text);
        }
        // A short line may be a whole ask.
        let found = self.asked(text, place);
        if found {
            return;
        }
        if let Some(mark) = marks::mark(text) {
            self.marked(&mark, text, place);
        }
        if let Some(who) = asks::lead_in(text) {
            self.state.list_of = Some(who);
        }
    }

    fn topic(&mut self, text: &str) {
        let bare = text.trim_start_matches(|c: char| c.is_ascii_digit() || ". )".contains(c));
        self.state.topic = (bare.chars().count() <= 100 && !bare.is_empty()).then(|| bare.to_owned());
    }

    fn paragraph(&mut self, paragraph: &Paragraph, place: &Place) {
        let text = paragraph.text.as_str();
        self.seats.extend(seats::seats(text, place, self.desk.known));
        if self.date_line(text, place) {
            return;
        }
        if paragraph.label.is_some() && self.list_item(text, place) {
            return;
        }
        if let Some(found) = report::reference(text) {
            let is_alone = text.chars().count() <= 40 || text.trim_end_matches([':', '.']) == found.1;
            self.state.reference = Some(found);
            self.state.list_of = None;
            self.state.information = None;
            if is_alone {
                return;
            }
        } else if is_topic(paragraph) {
            self.state.reference = None;
            self.state.information = None;
            self.state.mark = None;
            self.topic(text);
            return;
        }
        if let Some(mark) = marks::mark(text) {
            self.state.information = None;
            if mark.text.chars().filter(|c| c.is_alphabetic()).count() < 3 {
                self.state.mark = Some(mark);
                return;
            }
            self.marked(&mark, text, place);
            return;
        }
        if let Some(mark) = self.state.mark.take() {
            let mark = Mark { text: text.to_owned(), ..mark };
            self.marked(&mark, text, place);
            return;
        }
        self.plain(text, place);
    }

    /// A paragraph without a mark.
    fn plain(&mut self, text: &str, place: &Place) {
        let found = self.asked(text, place);
        if self.state.reference.is_some() {
            self.standing(text, place, None);
        }
        if !found && let Some(who) = asks::lead_in(text) {
            self.state.list_of = Some(who);
            return;
        }
        if !(text.starts_with("to ") && self.state.list_of.is_some()) {
            self.state.information = None;
        }
    }

    /// A line of a list: of key dates, of tasks, of what is told for information.
    fn list_item(&mut self, text: &str, place: &Place) -> bool {
        if let Some(who) = self.state.list_of.clone() {
            let task = ["to ", "à ", "de ", "a ", "que "]
                .iter()
                .find_map(|word| text.strip_prefix(word))
                .unwrap_or(text);
            if asks::asks(text).is_empty() && marks::mark(text).is_none() {
                let asked = Asked { who: &who, task, sentence: text, rule: Rule::Asks, confidence: 80 };
                let drafts = self.desk.asked(&asked, &self.context(place));
                self.drafts.extend(drafts);
                return true;
            }
        }
        if let Some(at) = self.state.information {
            if let Some(draft) = self.drafts.get_mut(at) {
                let details = draft.proposal.details.get_or_insert_default();
                if details.len() < 4_000 {
                    details.push('\n');
                    details.push_str(text);
                }
            }
            return true;
        }
        false
    }

    /// A line of a list of key dates, if one goes on.
    fn date_line(&mut self, text: &str, place: &Place) -> bool {
        let open = self.state.dates.clone();
        if open == Dates::None {
            let leads = key_dates::leads_in(text);
            if leads {
                self.state.dates = Dates::Open;
            }
            return leads;
        }
        let context = Context { reference: None, ..self.context(place) };
        if let Some((date, things)) = key_dates::entry(text, &self.desk) {
            let drafts = key_dates::due(&date, &things, &context, &self.desk);
            self.drafts.extend(drafts);
            // Things may stand below a date that stands alone.
            self.state.dates = if things.is_empty() { Dates::Below(date) } else { Dates::Open };
            return true;
        }
        // Things below their date.
        let is_thing =
            text.chars().count() <= 200 && asks::asks(text).is_empty() && marks::mark(text).is_none();
        if let Dates::Below(date) = open
            && is_thing
        {
            let drafts = key_dates::due(&date, text, &context, &self.desk);
            let any = !drafts.is_empty();
            self.drafts.extend(drafts);
            return any;
        }
        false
    }

    /// Asks of a text, sentence by sentence.
    fn asked(&mut self, text: &str, place: &Place) -> bool {
        let context = self.context(place);
        let before = self.drafts.len();
        for sentence in sentences(text) {
            for ask in asks::asks(sentence) {
                let asked =
                    Asked { who: &ask.who, task: &ask.task, sentence, rule: Rule::Asks, confidence: 80 };
                let drafts = self.desk.asked(&asked, &context);
                self.drafts.extend(drafts);
            }
        }
        self.drafts.len() > before
    }

    fn marked(&mut self, mark: &Mark, whole: &str, place: &Place) {
        let mut context = self.context(place);
        context.note.clone_from(&mark.note);
        if let Some(reference) = &mark.reference {
            context.reference = Some((reference.clone(), String::new()));
        }
        if mark.purpose == Purpose::Information {
            let draft = self.desk.information(&mark.text, whole, Rule::Information, &context);
            self.drafts.push(draft);
            self.state.information = Some(self.drafts.len() - 1);
            return;
        }
        if self.standing(&mark.text, place, Some(&context)) {
            return;
        }
        let before = self.drafts.len();
        for sentence in sentences(&mark.text) {
            for task in marks::tasks(sentence) {
                let who = mark.who.as_deref().unwrap_or(&task.who);
                let asked = Asked { who, task: &task.task, sentence, rule: Rule::Mark, confidence: 90 };
                let drafts = self.desk.asked(&asked, &context);
                self.drafts.extend(drafts);
            }
        }
        if self.drafts.len() == before && mark.text.chars().filter(|c| c.is_alphabetic()).count() > 2 {
            let to = self.desk.report.to.first().cloned().unwrap_or_default();
            let who = mark.who.clone().unwrap_or(to);
            let asked =
                Asked { who: &who, task: &mark.text, sentence: &mark.text, rule: Rule::Mark, confidence: 75 };
            let drafts = self.desk.asked(&asked, &context);
            self.drafts.extend(drafts);
        }
    }

    /// How something stands with bodies that are named.
    fn standing(&mut self, text: &str, place: &Place, context: Option<&Context>) -> bool {
        let context = context.cloned().unwrap_or_else(|| self.context(place));
        let before = self.drafts.len();
        for sentence in sentences(text) {
            let Some(said) = states::said(sentence) else { continue };
            for name in split(&said.who) {
                if !bodies::can_be_asked(&name) {
                    continue;
                }
                let name = self.desk.known.name(&name);
                let fields = BTreeMap::from([
                    (Field::AskedOf, said.who.clone()),
                    (Field::Status, sentence.to_owned()),
                ]);
                let evidence = Evidence { text: sentence.to_owned(), place: context.place.clone(), fields };
                let title = self.in_full(&infinitive(&said.task));
                let mut draft = self.desk.draft(text::shortened(&title), evidence, Rule::Standing, &context);
                draft.proposal.details = draft::details(sentence, &title, context.note.as_deref());
                draft.proposal.asked_of = name;
                draft.proposal.status = said.status;
                draft.proposal.outcome = (said.status == Status::Done).then(|| self.in_full(&said.task));
                draft.proposal.confidence = Confidence::new(85);
                self.drafts.push(draft);
            }
        }
        self.drafts.len() > before
    }

    /// The text with bodies by their full names: "SEG 8" is "IEC/SEG 8" where the report calls it so.
    fn in_full(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for name in bodies::named(text).into_iter().filter(|name| !name.contains('/')) {
            let end = format!("/{name}");
            let full: Vec<_> = self.names.iter().filter(|full| full.ends_with(&end)).collect();
            if let [full] = full[..]
                && let Some(at) = find_phrase(&out, name)
                && !out[..at].ends_with('/')
            {
                out.replace_range(at..at + name.len(), full);
            }
        }
        out
    }

    fn table(&mut self, rows: &[Vec<String>], place: &Place) {
        match tables::read(rows) {
            Some(Table::Actions(rows)) => rows.iter().for_each(|row| self.row(row, place)),
            Some(Table::Dates(rows)) => {
                for (number, date, things) in rows {
                    let context = Context { reference: None, ..self.context(&place.at_row(number)) };
                    let drafts = key_dates::due(&date, &things, &context, &self.desk);
                    self.drafts.extend(drafts);
                }
            }
            // Laid out as a table, but not one: its cells are paragraphs.
            None => {
                for (number, cells) in (1..).zip(rows) {
                    for line in cells.iter().flat_map(|cell| cell.split('\n')) {
                        let paragraph = Paragraph { text: line.to_owned(), ..Paragraph::default() };
                        if line.chars().count() > 3 {
                            self.paragraph(&paragraph, &place.at_row(number));
                        }
                    }
                }
            }
        }
        self.state.mark = None;
    }

    fn row(&mut self, row: &Row, place: &Place) {
        let mut context = self.context(&place.at_row(row.number));
        context.reference =
            (!row.reference.is_empty()).then(|| (self.reference_of(&row.reference), String::new()));
        let due = due_of_cell(&row.due, &self.desk.agenda);
        let (status, outcome) = row.state();
        let purpose = row.purpose();
        let mut fields = BTreeMap::new();
        for (field, cell) in
            [(Field::AskedOf, &row.asked_of), (Field::Deadline, &row.due), (Field::Status, &row.status)]
        {
            if !cell.is_empty() {
                fields.insert(field, cell.replace('\n', "; "));
            }
        }
        let evidence = Evidence { text: row.text.clone(), place: context.place.clone(), fields };
        let tasks = if row.asked_of.is_empty() { marks::tasks(&row.title) } else { Vec::new() };
        let (who, title) = match &tasks[..] {
            [task] => (task.who.clone(), text::title(&task.task, None)),
            _ => (row.asked_of.clone(), text::shortened(&row.title)),
        };
        let mut names: Vec<String> = split(&who).iter().map(|name| self.desk.known.name(name)).collect();
        names.dedup_by(|a, b| fold(a) == fold(b));
        if names.is_empty() {
            names.push(String::new());
        }
        let also: Vec<String> = split(&row.also_to).iter().map(|name| self.desk.known.name(name)).collect();
        for name in names {
            let mut draft = self.desk.draft(title.clone(), evidence.clone(), Rule::TableRow, &context);
            let proposal = &mut draft.proposal;
            let doubt = due.as_ref().map_or(0, |(_, doubt)| *doubt) + if name.is_empty() { 25 } else { 0 };
            proposal.confidence = Confidence::new(95).less(doubt);
            proposal.details =
                row.details.clone().or_else(|| (row.title != title).then(|| row.title.clone()));
            proposal.asked_of = name;
            proposal.also_to.clone_from(&also);
            proposal.deadline = due.as_ref().map(|(due, _)| due.clone());
            (proposal.status, proposal.outcome, proposal.purpose) = (status, outcome.clone(), purpose);
            if let Some(origin) = &row.origin {
                proposal.origin = Some(origin.clone());
            }
            self.drafts.push(draft);
        }
    }

    /// A number by itself says nothing outside of its table.
    fn reference_of(&self, cell: &str) -> String {
        let bare = cell.trim_end_matches(['.', ')']);
        let is_number = !bare.is_empty() && bare.len() <= 4 && bare.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { format!("{}-{bare}", self.desk.report.prefix()) } else { cell.to_owned() }
    }

    fn finish(self) -> Found {
        let Self { desk, drafts, mut seats, .. } = self;
        let drafts = without_general(drafts);
        let drafts = without_doubles(drafts);
        let mut proposals = Vec::new();
        let mut taken = HashSet::new();
        let (mut actions, mut items) = (0, 0);
        let prefix = desk.report.prefix();
        for draft in drafts {
            let mut proposal = draft.proposal;
            proposal.reference = draft.reference.unwrap_or_else(|| {
                if proposal.purpose == Purpose::Information {
                    items += 1;
                    format!("{prefix}-i{items}")
                } else {
                    actions += 1;
                    format!("{prefix}-{actions}")
                }
            });
            // Nothing is asked on the day by which it is to be done: that day is not the report's.
            if let Some(Due::Day(due)) = proposal.deadline {
                proposal.opened = proposal.opened.filter(|opened| *opened < due);
            }
            // One reference asked of one body is one action; what else is asked gets a number.
            let printed = proposal.reference.clone();
            let mut number = 2;
            while !taken.insert((fold(&proposal.reference), fold(&proposal.asked_of))) {
                proposal.reference = format!("{printed}-{number}");
                number += 1;
            }
            proposals.push(proposal);
        }
        seats.dedup_by(|a, b| a.seat == b.seat && a.name == b.name);
        for proposal in proposals
            .iter_mut()
            .filter(|proposal| proposal.purpose == Purpose::Action && proposal.status.is_open())
        {
            let asked = fold(&proposal.asked_of);
            let seat =
                seats.iter().find(|one| fold(&one.seat.body) == asked && one.seat.at == desk.report.body);
            proposal.also_to.extend(seat.map(|one| one.seat.to_string()));
        }
        Found { proposals, seats, body: desk.report.body.clone() }
    }
}

/// Whether a paragraph is the topic of those below it: a short item of a list that is no sentence.
fn is_topic(paragraph: &Paragraph) -> bool {
    let text = &paragraph.text;
    let bullet = paragraph.label.as_deref().is_some_and(|label| !label.chars().any(char::is_alphanumeric));
    let ends = text.ends_with(['.', ';', ',', ':', '。', '；']);
    bullet
        && !ends
        && text.chars().count() <= 120
        && text.starts_with(char::is_uppercase)
        && asks::asks(text).is_empty()
        && marks::mark(text).is_none()
        && asks::lead_in(text).is_none()
}

/// What a resolution asks of nobody in particular gives way to what is said of those who are named under the same
/// reference.
fn without_general(mut drafts: Vec<Draft>) -> Vec<Draft> {
    let named: HashMap<String, String> = drafts
        .iter()
        .filter(|draft| draft.proposal.rule == Rule::Standing)
        .filter_map(|draft| Some((fold(draft.reference.as_deref()?), String::new())))
        .collect();
    let is_general = |draft: &Draft| {
        let reference = draft.reference.as_deref().map(fold);
        draft.general
            && draft.proposal.rule == Rule::Asks
            && reference.is_some_and(|reference| named.contains_key(&reference))
    };
    let mut said = named.clone();
    for draft in drafts.iter().filter(|draft| is_general(draft)) {
        let key = draft.reference.as_deref().map(fold).unwrap_or_default();
        said.insert(key, draft.proposal.evidence.text.clone());
    }
    drafts.retain(|draft| !is_general(draft));
    for draft in drafts.iter_mut().filter(|draft| draft.proposal.rule == Rule::Standing) {
        let key = draft.reference.as_deref().map(fold).unwrap_or_default();
        if let Some(sentence) = said.get(&key).filter(|sentence| !sentence.is_empty()) {
            let own = draft.proposal.details.take();
            draft.proposal.details =
                Some([Some(sentence.clone()), own].into_iter().flatten().collect::<Vec<_>>().join("\n"));
        }
    }
    drafts
}

/// Each thing once: a report says it in its summary, in its text and in its list of actions. The one with a reference or
/// a deadline stays, in the place of the first.
fn without_doubles(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut kept: Vec<Draft> = Vec::new();
    // Who is asked → where they are in `kept`: lists of ten thousand rows are compared as well.
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for draft in drafts {
        let name = fold(&draft.proposal.asked_of);
        let others = by_name.entry(name).or_default();
        let double = others.iter().rev().take(50).copied().find(|at| is_double(&kept[*at], &draft));
        if let Some(at) = double {
            merge(&mut kept[at], draft);
        } else {
            others.push(kept.len());
            kept.push(draft);
        }
    }
    kept
}

fn is_double(one: &Draft, other: &Draft) -> bool {
    if one.proposal.purpose != other.proposal.purpose {
        return false;
    }
    // What a liaison statement says in its text is what it asks at its head.
    if one.proposal.rule == Rule::Header && other.proposal.rule == Rule::Asks {
        return true;
    }
    let references = (one.reference.as_deref().map(fold), other.reference.as_deref().map(fold));
    if let (Some(a), Some(b)) = &references
        && a != b
    {
        return false;
    }
    let (a, b) = (fold(&one.proposal.title), fold(&other.proposal.title));
    let days = (draft::day(one.proposal.deadline.as_ref()), draft::day(other.proposal.deadline.as_ref()));
    let apart = matches!(&days, (Some(a), Some(b)) if a != b);
    let standing = one.proposal.rule == Rule::Standing || other.proposal.rule == Rule::Standing;
    let same_state = one.proposal.status == other.proposal.status;
    let kinds =
        one.proposal.kind == other.proposal.kind && references.0.is_some() && references.0 == references.1;
    !apart && (a == b || strsim::jaro_winkler(&a, &b) > 0.93 || standing && kinds) && (same_state || standing)
}

fn merge(kept: &mut Draft, other: Draft) {
    let replaced = kept.reference.is_none() && other.reference.is_some();
    let (mut first, second) = if replaced { (other, kept.clone()) } else { (kept.clone(), other) };
    let (one, two) = (&mut first.proposal, second.proposal);
    if one.deadline.is_none() {
        one.deadline = two.deadline;
        one.evidence.fields.extend(two.evidence.fields);
    }
    if one.status == Status::Open {
        one.status = two.status;
        one.outcome = one.outcome.take().or(two.outcome);
    }
    if one.details.is_none() {
        one.details = two.details.or(Some(two.evidence.text)).filter(|details| *details != one.title);
    }
    *kept = first;
}

/// A title of what was said to be done or missing: "appointed a representative" is "appoint a representative".
fn infinitive(task: &str) -> String {
    const FORMS: [(&str, &str); 30] = [
        ("appointed ", "appoint "),
        ("nominated ", "nominate "),
        ("designated ", "designate "),
        ("replied ", "reply "),
        ("responded ", "respond "),
        ("submitted ", "submit "),
        ("provided ", "provide "),
        ("completed ", "complete "),
        ("sent ", "send "),
        ("established ", "establish "),
        ("prepared ", "prepare "),
        ("reviewed ", "review "),
        ("approved ", "approve "),
        ("nomination of ", "nominate "),
        ("appointment of ", "appoint "),
        ("designation of ", "designate "),
        ("désignation d'un", "désigner un"),
        ("désignation du ", "désigner le "),
        ("nomination d'un", "nommer un"),
        ("désigné ", "désigner "),
        ("nommé ", "nommer "),
        ("répondu ", "répondre "),
        ("designación de ", "designar "),
        ("nombramiento de ", "nombrar "),
        ("designado ", "designar "),
        ("nombrado ", "nombrar "),
        ("назначение ", "назначить "),
        ("назначения ", "назначить "),
        ("назначил ", "назначить "),
        ("назначила ", "назначить "),
    ];
    let lower = task.to_lowercase();
    for what in ["reply", "response", "report", "comments", "comment", "contribution", "input", "feedback"] {
        // "reply from SG17 on X": "reply on X"
        if let Some(rest) = lower
            .strip_prefix(what)
            .and_then(|rest| rest.strip_prefix(" from ").or_else(|| rest.strip_prefix(" by ")))
        {
            let about = [" on ", " to ", " about ", " concerning ", " regarding "]
                .iter()
                .find_map(|word| rest.find(word));
            let tail = about.and_then(|at| task.get(task.len() - rest.len() + at..)).unwrap_or_default();
            let verb = match what {
                "reply" | "response" => "reply",
                "report" => "report",
                "comment" | "comments" | "feedback" => "comment",
                _ => "contribute",
            };
            return format!("{verb}{tail}");
        }
    }
    let found = FORMS.iter().find(|(form, _)| lower.starts_with(form));
    found.map_or_else(
        || task.to_owned(),
        |(form, verb)| format!("{verb}{}", task.get(form.len()..).unwrap_or_default()),
    )
}
