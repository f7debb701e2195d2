//! What has to hold.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt,
};

use jiff::{SignedDuration, Timestamp, civil::Date};
use rappel::{
    ledger::{self, HistoryEntry, HistoryFilter, HowSaid},
    outbox::{self, Detail, Filter, LetterId, State},
    store,
};

use super::{
    life::{Life, Wishes, has_archive},
    relay::{Taken, is_notice, references},
    world::{Closure, Key, Written},
};

/// What lives came to.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) weeks: u64,
    pub(crate) kills: usize,
    pub(crate) decided: usize,
    reminders: usize,
    /// Those that welcome whoever is new to a seat, and those about a vacant one.
    welcomes: usize,
    vacant: usize,
    /// Those that went to an absent person as a copy, while a deputy was told.
    copies: usize,
    /// Those that told that an action is closed, and those to whom nobody's answer was escalated.
    closures: usize,
    escalated: usize,
    /// Those to whoever was told in place of those who were asked, and what a person said about ladders.
    in_place: usize,
    pub(crate) said: usize,
    letters: usize,
    taken_twice: usize,
    withdrawn: usize,
    undeliverable: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.weeks += other.weeks;
        self.kills += other.kills;
        self.decided += other.decided;
        self.reminders += other.reminders;
        self.welcomes += other.welcomes;
        self.vacant += other.vacant;
        self.copies += other.copies;
        self.closures += other.closures;
        self.escalated += other.escalated;
        self.in_place += other.in_place;
        self.said += other.said;
        self.letters += other.letters;
        self.taken_twice += other.taken_twice;
        self.withdrawn += other.withdrawn;
        self.undeliverable += other.undeliverable;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reminders, letters, kills, taken_twice, decided, withdrawn, undeliverable, .. } = self;
        let Self { welcomes, vacant, copies, closures, escalated, in_place, said, .. } = self;
        write!(
            f,
            "{reminders} reminders ({welcomes} welcomes, {vacant} to a representative about a vacant seat, {copies} copies of those to \
             deputies, {closures} that an action is closed, {escalated} escalated, {in_place} in place of those who are asked, after {said} words \
             of a person) told in \
             {letters} letters; {kills} kills in flight, {taken_twice} letters in doubt \
             taken twice, {decided} decided by a person, {withdrawn} withdrawn, {undeliverable} undeliverable and reported; 0 lost"
        )
    }
}

struct Books {
    history: Vec<HistoryEntry>,
    letters: Vec<Detail>,
}

fn books(life: &Life) -> Books {
    let reader = store::open_reader(&life.office.path("state")).unwrap();
    reader
        .read(|c| {
            let evidence = ledger::verify(c)?;
            assert!(evidence.is_whole(), "the history is not what was chained: {evidence:#?}");
            let history = ledger::history(c, &HistoryFilter::default())?;
            let summaries = outbox::list(c, &Filter::default())?;
            let letters = summaries.iter().map(|one| outbox::show(c, one.id).map(Option::unwrap));
            Ok(Books { history, letters: letters.collect::<Result<_, _>>()? })
        })
        .unwrap()
}

fn key(entry: &HistoryEntry) -> Key {
    [&entry.reference, &entry.asked_of, &entry.recipient, &entry.deadline, &entry.step].map(Clone::clone)
}

/// What the ledger says was told.
pub(crate) fn told(life: &Life) -> Vec<Key> {
    recorded_as(life, "how = 'told'")
}

/// What was taken back since an entry of the journal, and when; and the last entry.
pub(crate) fn taken_back_since(life: &Life, known: i64) -> (Vec<(Timestamp, Key)>, i64) {
    let reader = store::open_reader(&life.office.path("state")).unwrap();
    let sql = "SELECT number, line, private FROM journal WHERE number > ?1 AND line LIKE '%\"taken back\"%' ORDER BY number";
    let columns = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let rows: Vec<(i64, String, String)> =
        reader.read(|c| c.prepare(sql)?.query_map([known], columns)?.collect()).unwrap();
    let last = rows.last().map_or(known, |(number, ..)| *number);
    let taken_back = rows.into_iter().map(|(_, public, private)| {
        let public: serde_json::Value = serde_json::from_str(&public).unwrap();
        let [recipient, _, _, asked_of, ..] = &serde_json::from_str::<Vec<String>>(&private).unwrap()[..]
        else {
            panic!("{private}")
        };
        let text = |field: &str| public[field].as_str().unwrap().to_owned();
        let key = [text("label"), asked_of.clone(), recipient.clone(), text("deadline"), text("step")];
        (text("at").parse().unwrap(), key)
    });
    (taken_back.collect(), last)
}

/// What was taken back before it left, because it had become untrue.
pub(crate) fn taken_back(life: &Life) -> Vec<Key> {
    recorded_as(life, "why LIKE 'taken back: %'")
}

fn recorded_as(life: &Life, how: &str) -> Vec<Key> {
    let reader = store::open_reader(&life.office.path("state")).unwrap();
    let sql = format!("SELECT label, asked_of_label, recipient, deadline, step FROM reminder WHERE {how}");
    let key = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]);
    reader.read(|c| c.prepare(&sql)?.query_map([], key)?.collect()).unwrap()
}

/// Whether the end of each attempt at these letters, by Message-ID or address, is recorded.
pub(crate) fn recorded(life: &Life, answered: &[String]) -> bool {
    let reader = store::open_reader(&life.office.path("state")).unwrap();
    let sql = "SELECT message_id FROM letter WHERE state = 'sending' \
               UNION SELECT envelope_to FROM letter WHERE state = 'sending'";
    let sending: Vec<String> =
        reader.read(|c| c.prepare(sql)?.query_map([], |row| row.get(0))?.collect()).unwrap();
    answered.iter().all(|one| !sending.contains(one))
}

/// What has to hold after each step.
pub(crate) fn now(life: &Life) {
    closures_are_told_once_to_whoever_was_reminded(life);
    // Those are looked at by themselves.
    let told: Vec<_> = told(life).into_iter().filter(|key| !is_closure(key)).collect();
    let count = told.len();
    let once: BTreeSet<Key> = told.into_iter().collect();
    assert_eq!(once.len(), count, "a reminder is recorded twice\n{}", life.story());
    // What was taken back is told again when it is true again; a later step then stands for it.
    let untrue: BTreeSet<Key> = taken_back(life).into_iter().filter(|key| !is_closure(key)).collect();
    // What had not left when a later step was told is told by that one.
    let merged: BTreeSet<Key> = recorded_as(
        life,
        "how = 'merged' AND EXISTS (SELECT 1 FROM reminder r WHERE r.how = 'told' AND r.letter = reminder.letter \
         AND r.reference = reminder.reference AND r.asked_of = reminder.asked_of AND r.deadline = reminder.deadline \
         AND r.recipient = reminder.recipient AND r.step_day >= reminder.step_day)",
    )
    .into_iter()
    .collect();
    let missing: Vec<_> = life
        .oracle
        .told
        .difference(&once)
        .filter(|key| !(untrue.contains(*key) || merged.contains(*key)))
        .collect();
    let extra: Vec<_> = once.difference(&life.oracle.told).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "on {}, due and not told: {missing:?}\ntold and not due: {extra:?}\nthe ledger: {:#?}\nletters: {:#?}\n{}",
        life.clock(),
        of_the_same(life, missing.iter().chain(&extra).next().map_or("", |key| &key[0])),
        letters_to(life, missing.iter().chain(&extra).next().map_or("", |key| &key[2])),
        life.story()
    );
    let state = life.relay.state();
    let about = |wrong: &String| {
        wrong.split(' ').find(|word| word.len() == 5 && word.starts_with('R')).map(str::to_owned)
    };
    let of_it = || state.wrong.first().and_then(about).map(|reference| of_the_same(life, &reference));
    assert!(state.wrong.is_empty(), "{:#?}\nthe ledger: {:#?}\n{}", state.wrong, of_it(), life.story());
    // What may have arrived at an earlier attempt goes where it went.
    let astray = state.during_absence.iter().find(|letter| attempts(life, &letter.message_id) == 1);
    assert!(
        astray.is_none(),
        "a letter during an absence: {:?}\n{}",
        astray.map(|one| (&one.to, one.at)),
        life.story()
    );
    let mut first: HashMap<&str, &Taken> = HashMap::new();
    for letter in &state.taken {
        if let Some(before) = first.insert(&letter.message_id, letter) {
            assert!(
                before.doubt && !has_archive(life.seed),
                "{} got a letter twice, at {} and {}\n{}",
                letter.to,
                before.at,
                letter.at,
                life.story()
            );
            assert!(before.bytes == letter.bytes, "two letters with one Message-ID\n{}", life.story());
        }
    }
}

/// Whether it tells that its action is closed.
fn is_closure(key: &Key) -> bool {
    key[4].starts_with("closed ")
}

/// What was told of closed actions.
pub(crate) fn closures(life: &Life) -> Vec<Closure> {
    let reader = store::open_reader(&life.office.path("state")).unwrap();
    let sql = "SELECT label, asked_of_label, recipient, deadline, step, recorded_at FROM reminder WHERE how = 'told' \
               AND step LIKE 'closed %'";
    let columns = |row: &rusqlite::Row<'_>| {
        Ok(([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?], row.get(5)?))
    };
    let rows: Vec<(Key, i64)> = reader.read(|c| c.prepare(sql)?.query_map([], columns)?.collect()).unwrap();
    let closure = |(key, at): (Key, i64)| Closure {
        closed: key[4]["closed ".len()..].parse().unwrap(),
        told: life.oracle.day(Timestamp::from_microsecond(at).unwrap()),
        key,
    };
    rows.into_iter().map(closure).collect()
}

/// What had not left when a later step was told, and is told by that one: with the day of that.
pub(crate) fn merged_on(life: &Life) -> HashMap<Key, Date> {
    let reader = store::open_reader(&life.office.path("state")).unwrap();
    let sql = "SELECT label, asked_of_label, recipient, deadline, step, (SELECT min(recorded_at) FROM reminder r \
               WHERE r.recorded_at > m.recorded_at AND r.reference = m.reference AND r.asked_of = m.asked_of \
               AND r.deadline = m.deadline AND r.recipient = m.recipient) AS at FROM reminder m \
               WHERE how = 'merged' AND at IS NOT NULL";
    let columns = |row: &rusqlite::Row<'_>| {
        Ok(([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?], row.get(5)?))
    };
    let rows: Vec<(Key, i64)> = reader.read(|c| c.prepare(sql)?.query_map([], columns)?.collect()).unwrap();
    let day = |at| life.oracle.day(Timestamp::from_microsecond(at).unwrap());
    rows.into_iter().map(|(key, at)| (key, day(at))).collect()
}

/// How the letters of all that was told ended, those that did: when, and whether the mail server took them. What had not
/// left when a later step was told is in the letter of that.
pub(crate) fn ends(life: &Life) -> HashMap<Key, Option<(Timestamp, bool)>> {
    let reader = store::open_reader(&life.office.path("state")).unwrap();
    let sql = "SELECT label, asked_of_label, r.recipient, deadline, step, l.settled, l.state = 'accepted' \
               FROM reminder r JOIN letter l ON l.id = r.letter WHERE how IN ('told', 'merged')";
    let columns = |row: &rusqlite::Row<'_>| {
        let key = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        let settled: Option<i64> = row.get(5)?;
        let taken: bool = row.get(6)?;
        Ok((key, settled.map(|at| (Timestamp::from_microsecond(at).unwrap(), taken))))
    };
    reader.read(|c| c.prepare(sql)?.query_map([], columns)?.collect()).unwrap()
}

/// The letters about actions that were written, copies apart.
pub(crate) fn written(life: &Life) -> Vec<Written> {
    let reader = store::open_reader(&life.office.path("state")).unwrap();
    // One of which a later step is told was there when that was planned, unless it was withdrawn by a look after a hold.
    let sql = "SELECT id, recipient, created, CASE WHEN state = 'withdrawn' THEN settled + EXISTS (SELECT 1 FROM letter n \
               WHERE n.created = l.settled AND l.note LIKE '%letter ' || n.id || ' tells a later step%') END, \
               kind = 'closure', (SELECT min(substr(step, 8)) FROM reminder r WHERE r.letter = l.id AND step LIKE 'closed %'), \
               EXISTS (SELECT 1 FROM reminder r WHERE r.letter = l.id AND how = 'told' AND r.recorded_at < l.created) \
               FROM letter l WHERE kind IN ('reminder', 'digest', 'closure') \
               AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.letter = l.id AND r.recipient LIKE 'copy:%')";
    let at = |micros: i64| Timestamp::from_microsecond(micros).unwrap();
    let columns = |row: &rusqlite::Row<'_>| {
        let withdrawn = row.get::<_, Option<i64>>(3)?.map(at);
        let (id, to, at) = (row.get(0)?, row.get(1)?, at(row.get(2)?));
        let closed: Option<String> = row.get(5)?;
        let closed =
            row.get::<_, bool>(4)?.then(|| closed.map_or(life.oracle.day(at), |day| day.parse().unwrap()));
        Ok(Written { id, to, at, closed, withdrawn, is_anew: row.get(6)?, is_known: false })
    };
    reader.read(|c| c.prepare(sql)?.query_map([], columns)?.collect()).unwrap()
}

/// The last thing that each recipient was told of each action, and how often that it is closed.
fn told_last(life: &Life) -> HashMap<[String; 3], String> {
    let reader = store::open_reader(&life.office.path("state")).unwrap();
    let sql = "SELECT label, asked_of_label, recipient, step FROM reminder WHERE how = 'told' \
               AND recipient NOT LIKE 'copy:%' ORDER BY recorded_at, step LIKE 'closed %'";
    let columns = |row: &rusqlite::Row<'_>| Ok(([row.get(0)?, row.get(1)?, row.get(2)?], row.get(3)?));
    let rows: Vec<([String; 3], String)> =
        reader.read(|c| c.prepare(sql)?.query_map([], columns)?.collect()).unwrap();
    let mut last: HashMap<[String; 3], String> = HashMap::new();
    for (whom, step) in rows {
        let before = last.insert(whom.clone(), step.clone());
        assert!(
            !step.starts_with("closed ")
                || before.as_ref().is_some_and(|before| !before.starts_with("closed ")),
            "{whom:?} is told {step:?} after {before:?}\n{}",
            life.story()
        );
    }
    last
}

fn closures_are_told_once_to_whoever_was_reminded(life: &Life) {
    let closures = told_last(life).into_iter().filter(|(_, step)| step.starts_with("closed "));
    for ([reference, asked, recipient], step) in closures {
        assert!(
            Wishes::of(life.seed).closures && life.was_closed(&reference),
            "{recipient} is told {step:?} of {reference}, {asked}\n{}",
            life.story()
        );
    }
}

/// Everybody was told who was reminded of what is closed in the end; of a row that was gone in between nobody has to be.
fn everybody_was_told_of_closures(life: &Life, story: &str) {
    if !Wishes::of(life.seed).closures {
        return;
    }
    for ([reference, asked, recipient], step) in told_last(life) {
        let is_due = life.in_force.announces_closure(&reference, &asked)
            && !life.oracle.gone.contains(&[reference.clone(), asked.clone()]);
        assert!(
            !is_due || step.starts_with("closed "),
            "{recipient} was not told that {reference} is closed\n{story}"
        );
    }
}

/// How often a letter was tried.
fn attempts(life: &Life, message_id: &str) -> u32 {
    let reader = store::open_reader(&life.office.path("state")).unwrap();
    let sql = "SELECT attempts FROM letter WHERE message_id = ?1";
    reader.read(|c| c.query_row(sql, [message_id], |row| row.get(0))).unwrap()
}

/// All that the ledger says of one reference.
fn of_the_same(life: &Life, reference: &str) -> Vec<String> {
    let reader = store::open_reader(&life.office.path("state")).unwrap();
    let entries = reader.read(|c| ledger::history(c, &HistoryFilter::of(reference))).unwrap();
    let shown = |e: &HistoryEntry| {
        let letter = e.letter.as_ref().map(|letter| (letter.id.0, letter.state));
        let (who, what, why) = (&e.recipient, &e.step, e.why.as_deref().unwrap_or_default());
        format!("{} {who}, {}: {what}, {:?} {letter:?} {why}", e.recorded_at, e.deadline, e.how)
    };
    entries.iter().map(shown).collect()
}

/// When letters were written of late for somebody, and when they were withdrawn.
fn letters_to(life: &Life, who: &str) -> Vec<String> {
    let letters = written(life).into_iter().filter(|one| who.ends_with(&one.to));
    let shown = |one: Written| {
        let withdrawn = one.withdrawn.map_or_else(String::new, |on| format!(", withdrawn {on}"));
        let kind = if one.closed.is_some() {
            " (closed)"
        } else if one.is_anew {
            " (anew)"
        } else {
            ""
        };
        format!("{} {}{kind}{withdrawn}", one.id, one.at)
    };
    let mut shown: Vec<_> = letters.map(shown).collect();
    shown.split_off(shown.len().saturating_sub(12))
}

/// What has to hold once all troubles are over.
pub(crate) fn in_the_end(life: &mut Life) {
    let books = books(life);
    let taken = life.relay.state().taken.clone();
    let story = life.story();
    one_letter_at_a_send_time(life, &books, &story);
    let last_report = life.latest - SignedDuration::from_hours(4 * 24);
    let by_id: HashMap<&str, Vec<&Taken>> = taken.iter().fold(HashMap::new(), |mut by_id, letter| {
        by_id.entry(letter.message_id.as_str()).or_default().push(letter);
        by_id
    });
    let notices: String = taken
        .iter()
        .filter(|letter| is_notice(&letter.bytes))
        .map(|letter| {
            mail_parser::MessageParser::default()
                .parse(&letter.bytes)
                .unwrap()
                .body_text(0)
                .unwrap()
                .into_owned()
        })
        .collect();
    let mut told: HashMap<LetterId, HashSet<String>> = HashMap::new();
    for entry in books.history.iter().filter(|entry| entry.how == HowSaid::Told) {
        let letter = entry.letter.as_ref().unwrap().id;
        told.entry(letter).or_default().insert(entry.reference.clone());
    }
    for letter in &books.letters {
        let id = letter.summary.id;
        let copies = by_id.get(letter.message_id.as_str()).map_or(&[][..], Vec::as_slice);
        life.tally.letters += 1;
        life.tally.taken_twice += copies.len().saturating_sub(1);
        for copy in copies {
            assert!(Some(&copy.bytes) == letter.bytes.as_ref(), "letter {id} is not what was taken\n{story}");
        }
        life.tally.withdrawn += usize::from(letter.summary.state == State::Withdrawn);
        let Some(about) = told.get(&id) else { continue };
        match letter.summary.state {
            State::Accepted => {
                assert!(!copies.is_empty(), "letter {id} was never taken\n{story}");
                assert_eq!(references(&copies[0].bytes), *about, "letter {id} tells something else\n{story}");
            }
            State::Refused | State::Expired => {
                life.tally.undeliverable += 1;
                // What failed at the last send time is told at the next one.
                let long_ago = letter.summary.settled.unwrap() < last_report;
                for reference in about.iter().filter(|_| long_ago) {
                    assert!(
                        notices.contains(reference),
                        "nobody was told that {reference} failed: {:?}\n{story}",
                        letter.summary
                    );
                }
            }
            // Withdrawn, for one: its reminders have to be taken back, or carried by another letter.
            other => {
                panic!("letter {id} is {other} in the end: {:?} tells {about:?}\n{story}", letter.summary)
            }
        }
    }
    for entry in books.history.iter().filter(|entry| entry.how == HowSaid::Told) {
        life.tally.reminders += 1;
        life.tally.welcomes += usize::from(entry.step.starts_with("welcome"));
        life.tally.closures += usize::from(entry.step.starts_with("closed"));
        life.tally.escalated += usize::from(entry.step.starts_with("escalated"));
        let is_step = !entry.step.starts_with("escalated") && !entry.step.starts_with("moved");
        life.tally.in_place += usize::from(is_step && entry.recipient.starts_with("escalation:"));
        life.tally.copies += usize::from(entry.recipient.starts_with("copy:"));
        life.tally.vacant += usize::from(entry.recipient.starts_with("vacant seat:"));
    }
    everybody_was_told_of_closures(life, &story);
    nothing_true_was_withdrawn(life, &books, &story);
    an_absence_without_a_deputy_is_told_once(life, &books, &story);
}

fn an_absence_without_a_deputy_is_told_once(life: &Life, books: &Books, story: &str) {
    let mut told: HashMap<&str, usize> = HashMap::new();
    let notices = books.letters.iter().filter(|letter| letter.summary.kind == "notice");
    for (name, _) in notices.filter_map(|letter| letter.summary.subject.split_once(" is absent")) {
        *told.entry(name).or_default() += 1;
    }
    let mut expected: HashMap<&str, usize> = HashMap::new();
    for (name, _) in &life.oracle.uncovered {
        *expected.entry(name).or_default() += 1;
    }
    assert_eq!(told, expected, "absences without a deputy: {:?}\n{story}", life.oracle.uncovered);
}

/// Who gets copies of a letter, as it says.
fn readers(letter: &[u8]) -> Vec<String> {
    let message = mail_parser::MessageParser::default().parse(letter).unwrap();
    let copies = message.cc().into_iter().flat_map(mail_parser::Address::iter);
    copies.filter_map(|one| one.address().map(str::to_owned)).collect()
}

/// One letter for oneself, one for each absent person, and a copy of each letter; one more that tells what is closed, and
/// one that tells what nobody answers, for each that others get a copy of.
fn one_letter_at_a_send_time(life: &Life, books: &Books, story: &str) {
    let mut about: HashMap<LetterId, BTreeSet<(String, &str)>> = HashMap::new();
    let mut silences: HashSet<LetterId> = HashSet::new();
    for entry in &books.history {
        let Some(letter) = &entry.letter else { continue };
        let whom = entry.recipient.trim_start_matches("vacant seat:");
        if entry.step.starts_with("escalated ") {
            silences.insert(letter.id);
        }
        // Of one action an absent person and the deputy may be told in one letter; copies tell which it is.
        let what = if whom.starts_with("copy:") { entry.reference.as_str() } else { "" };
        about.entry(letter.id).or_default().insert((whom.to_owned(), what));
    }
    let mut seen = HashSet::new();
    for letter in &books.letters {
        let one = &letter.summary;
        // What was written anew for what is still true of a withdrawn letter was planned for another instant.
        let send_time = one.planned_for - Wishes::of(life.seed).window;
        if one.state == State::Withdrawn || one.kind == "notice" || !life.oracle.is_send_time(send_time) {
            continue;
        }
        // What nobody answers is one letter for each set of people who get a copy.
        let readers =
            silences.contains(&one.id).then(|| readers(letter.bytes.as_deref().unwrap_or_default()));
        let kind = (one.kind == "closure", readers);
        let mut whom = about.get(&one.id).cloned().unwrap_or_default();
        whom.remove(&(one.recipient.clone(), ""));
        assert!(
            seen.insert((one.recipient.clone(), kind, whom, one.planned_for)),
            "{} got two letters of {}\n{story}",
            one.to,
            one.planned_for
        );
    }
}

/// What was taken back because it was untrue, and is true again, was told since.
fn nothing_true_was_withdrawn(life: &Life, books: &Books, story: &str) {
    let today = life.today();
    for key in taken_back(life).iter().filter(|key| life.in_force.still_asks(key, today)) {
        let told = books.history.iter().filter(|entry| entry.how == HowSaid::Told);
        let again =
            told.map(self::key).any(|other| other[..4] == key[..4] && life.oracle.told.contains(&other));
        assert!(again, "{key:?} was withdrawn, is true and was not told again\n{story}");
    }
}
