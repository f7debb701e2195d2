//! One life of a daemon, by a seed.

use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rappel::{
    action::{ActionId, After, Deadline},
    clock::Clock,
    daemon::{Daemon, DaemonError, Events, Until, fact},
    decision::{Change, Decision},
    ledger,
    outbox::{self, Filter, State},
    store,
};

use super::{
    check::{self, Tally},
    common::office::Office,
    dice::Dice,
    relay::{Kill, Relay},
    say,
    world::{Key, Limits, Oracle, World, ladder, ladder_settings},
};

const SETTINGS: &str = r#"
[policy.default]
before = ["14d", "7d", "3d", "1d"]
on_the_day = true
overdue = "7d"
without_deadline = "0 8 1 * *"

# Around weekends and holidays.
[policy.working]
before = ["5 working days", "7d", "2wd", "1d"]
on_the_day = true
overdue = "7d"
closed_day = "earlier"
without_deadline = "0 8 1 * *"

[retry]
first = "1m"
max = "4h"
give_up_after = "5d"

[limits]
first_run = 100000
per_run = 100000
per_person_and_day = 1000
times_usual = 1000

[mail.smtp]
host = "127.0.0.1"
tls = "none"
connections = 1
"#;

/// Tells whoever was reminded that an action of the policy `working` is closed.
const CLOSURES: &str = "announce_closure = true\n";

/// What a life has beside the simplest settings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wishes {
    /// Letters in doubt are looked for in an archive.
    pub(crate) archive: bool,
    /// How long letters wait before they leave.
    pub(crate) window: SignedDuration,
    pub(crate) closures: bool,
    pub(crate) ladder: bool,
    /// The most letters a week.
    pub(crate) limits: Limits,
}

impl Wishes {
    pub(crate) fn of(seed: u64) -> Self {
        let hours = if seed % 4 == 2 { 3 } else { 0 };
        Self {
            archive: has_archive(seed),
            window: SignedDuration::from_hours(hours),
            closures: seed % 2 == 1,
            ladder: !ladder(seed).is_empty(),
            limits: Limits {
                of_people: seed % 8 >= 4,
                of_all: (seed % 8 == 6 || seed % 16 == 3).then_some(2),
            },
        }
    }
}

/// The hour of the end, in UTC: long after the last send time of a day, and long before the next.
const EVENING: i64 = 20;

/// Every third life has an archive, in which letters in doubt are looked for.
pub(crate) fn has_archive(seed: u64) -> bool {
    seed.is_multiple_of(3)
}

fn settings(seed: u64, relay: &Relay) -> String {
    let wishes = Wishes::of(seed);
    let closures = if wishes.closures { CLOSURES } else { "" };
    let settings = SETTINGS.replacen("\n[retry]", &format!("{closures}\n[retry]"), 1);
    let archive = if wishes.archive { "[mail.archive]\nmaildir = \"archive\"\n" } else { "" };
    let ladder = ladder_settings(ladder(seed));
    let most =
        wishes.limits.of_all.map_or_else(String::new, |most| format!("per_person_and_week = {most}\n"));
    let settings = settings.replacen("\n[mail.smtp]", &format!("{most}\n[mail.smtp]"), 1);
    let window = format!("[letters]\nrelease_window = \"{}s\"\n", wishes.window.as_secs());
    format!("{settings}\nport = {}\n{archive}{window}{ladder}", relay.port())
}

pub(crate) struct Life {
    pub(crate) seed: u64,
    dice: Dice,
    clock: Clock,
    pub(crate) office: Office,
    pub(crate) relay: Relay,
    /// The register in the files, as long as it is good.
    world: World,
    /// The register in force.
    pub(crate) in_force: World,
    pub(crate) oracle: Oracle,
    /// The last entry of the journal that tells of a reminder that was taken back, as far as the oracle knows.
    told_of: i64,
    /// What was closed in any register that was in force.
    closed: HashSet<String>,
    daemon: Option<Daemon>,
    /// The latest instant that the clock has shown.
    pub(crate) latest: Timestamp,
    loud: bool,
    log: Vec<String>,
    pub(crate) tally: Tally,
}

impl Life {
    /// Lives so many weeks, and checks everything on the way and in the end.
    pub(crate) fn live(seed: u64, weeks: u64, loud: bool) -> Tally {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut life = Self::begin(seed, loud);
            let end = life.clock.now() + SignedDuration::from_hours(24 * 7 * i64::try_from(weeks).unwrap());
            life.start().await;
            while life.clock.now() < end {
                Box::pin(life.step()).await;
                check::now(&life);
            }
            life.end().await;
            check::in_the_end(&mut life);
            life.tally.weeks = weeks;
            life.tally
        })
    }

    fn begin(seed: u64, loud: bool) -> Self {
        let mut dice = Dice::new(seed);
        // A start anywhere in three years, over leap days and both changes of the clocks.
        let start: Timestamp = "2027-01-04T05:00:00Z".parse().unwrap();
        let start = start + SignedDuration::from_hours(dice.between(0, 3 * 365 * 24));
        let clock = Clock::starting(start);
        let relay = Relay::start(seed, clock.clone());
        let office = Office::in_memory(&settings(seed, &relay));
        if has_archive(seed) {
            for folder in ["new", "cur"] {
                std::fs::create_dir_all(office.path("archive").join(folder)).unwrap();
            }
            relay.state().archive = Some(office.path("archive"));
        }
        let oracle = Oracle::new(start, ladder(seed));
        let world = World::new(&mut dice, oracle.day(start), Wishes::of(seed).limits);
        world.write(&office);
        store::init(&office.path("state"), start).unwrap();
        let in_force = world.clone();
        Self {
            seed,
            dice,
            clock,
            office,
            relay,
            world,
            in_force,
            oracle,
            told_of: 0,
            closed: HashSet::new(),
            daemon: None,
            latest: start,
            loud,
            log: Vec::new(),
            tally: Tally::default(),
        }
    }

    fn note(&mut self, what: &str) {
        let line = format!("seed {} at {}: {what}", self.seed, self.clock.now());
        if self.loud {
            say(&line);
        }
        self.log.push(line);
    }

    /// What happened last, for a message.
    pub(crate) fn story(&self) -> String {
        self.log[self.log.len().saturating_sub(12)..].join("\n")
    }

    /// What the clock shows.
    pub(crate) fn clock(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn today(&self) -> jiff::civil::Date {
        self.oracle.day(self.clock.now())
    }

    /// Whether an action was closed in a register that was in force.
    pub(crate) fn was_closed(&self, reference: &str) -> bool {
        self.closed.contains(reference)
    }

    /// One thing happens, and some time passes.
    async fn step(&mut self) {
        self.decide_what_is_in_doubt();
        match self.dice.below(20) {
            0..8 => self.edit().await,
            8 | 9 => self.outage(),
            10 => self.restart().await,
            11 | 12 => Box::pin(self.die()).await,
            13 => self.pause().await,
            14 => self.step_the_clock().await,
            15 => self.wrong_clock().await,
            16 | 17 => self.bad_files().await,
            18 => self.decide_about_a_ladder().await,
            _ => {}
        }
        let hours = self.dice.pick(&[1, 24, 72, 120, 240]);
        let minutes = self.dice.between(1, 59);
        self.pass(SignedDuration::from_mins(hours * 60 + minutes)).await;
    }

    /// A person asks those who may have got a letter, and says what they answer.
    fn decide_what_is_in_doubt(&mut self) {
        let state = self.office.path("state");
        let held = Filter { states: vec![State::Held], ..Filter::default() };
        let letters = store::open_reader(&state).unwrap().read(|c| {
            let letters = outbox::list(c, &held)?.into_iter();
            letters.map(|one| outbox::show(c, one.id).map(Option::unwrap)).collect::<Result<Vec<_>, _>>()
        });
        for letter in letters.unwrap() {
            if !letter.summary.note.as_ref().is_some_and(|note| note.starts_with(outbox::IN_DOUBT)) {
                continue;
            }
            let (id, now) = (letter.summary.id, self.clock.now());
            let came = self.relay.state().taken.iter().any(|taken| taken.message_id == letter.message_id);
            self.note(&format!(
                "letter {id} is in doubt, and {}",
                if came { "came" } else { "did not come" }
            ));
            self.tally.decided += 1;
            store::write_beside(&state, |c| {
                ledger::decided(c, if came { "outbox accept" } else { "outbox retry" }, Some(id), now)?;
                if came { outbox::accept(c, id, "it came", now) } else { outbox::retry(c, id, now) }
            })
            .unwrap();
        }
    }

    /// A person says that there is an answer, or approves what waits, or takes that back.
    async fn decide_about_a_ladder(&mut self) {
        let chased = self.in_force.on_the_ladder();
        if self.oracle.ladder.is_empty() || chased.is_empty() {
            return;
        }
        let now = self.clock.now();
        for (about, deadline, days) in self.oracle.waiting(&self.in_force, now) {
            let approve = Change::Approve { after: overdue(days), deadline: Some(Deadline::Day(deadline)) };
            self.decide(&about, approve);
            self.oracle.approved.insert((about, days), deadline);
        }
        let (about, deadline) = chased[self.dice.below(chased.len())].clone();
        let approved: Vec<_> =
            self.oracle.approved.keys().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        if self.dice.chance(60) {
            self.decide(&about, Change::Acknowledge { deadline: Some(Deadline::Day(deadline)) });
            self.oracle.acknowledged.insert(about, deadline);
        } else if self.dice.chance(50) {
            self.decide(&about, Change::Unacknowledge);
            self.oracle.acknowledged.remove(&about);
        } else if !approved.is_empty() {
            let (about, days) = approved[self.dice.below(approved.len())].clone();
            self.decide(&about, Change::Unapprove { after: overdue(days) });
            self.oracle.approved.remove(&(about, days));
        }
        // It hears of it at once.
        self.pass(SignedDuration::ZERO).await;
    }

    fn decide(&mut self, [reference, asked]: &[String; 2], change: Change) {
        self.note(&format!("of {reference}, asked of {asked}: {change}"));
        self.tally.said += 1;
        let decision = Decision {
            id: 0,
            action: ActionId::new(reference, asked),
            reference: reference.clone(),
            asked_of: asked.clone(),
            change,
            seen: String::new(),
            who: "Rosa".to_owned(),
            why: None,
            day: self.today(),
            at: self.clock.now(),
        };
        store::write_beside(&self.office.path("state"), |c| ledger::decide(c, &decision)).unwrap();
    }

    /// Some time passes with a daemon that runs.
    async fn pass(&mut self, time: SignedDuration) {
        let from = self.clock.now();
        let until = from + time;
        self.hear_of_letters();
        let mut events = Events::signals().unwrap();
        self.daemon.as_mut().unwrap().go_on(Until::Time(until), &mut events).await;
        self.ask_the_oracle(from, until);
        self.latest = self.latest.max(self.clock.now());
    }

    async fn start(&mut self) {
        self.take_over();
        let started = Daemon::start(&self.office.path("rappel.toml"), self.clock.clone()).await;
        self.daemon = Some(started.unwrap_or_else(|error| panic!("{error}\n{}", self.story())));
        for (_, key) in self.taken_back() {
            self.oracle.take_back(key);
        }
    }

    /// The daemon looks at its files, as it does by itself when they change.
    async fn look_at_files(&mut self) {
        self.daemon.as_mut().unwrap().look_at_files().await;
        for (_, key) in self.taken_back() {
            self.oracle.take_back(key);
        }
    }

    /// What was taken back since the oracle heard of it last.
    fn taken_back(&mut self) -> Vec<(Timestamp, Key)> {
        let (taken_back, last) = check::taken_back_since(self, self.told_of);
        self.told_of = last;
        taken_back
    }

    /// The oracle hears what stands for other steps: what is closed, and letters that told what had not left; and which
    /// letters left at all.
    fn hear_what_stands_for_what(&mut self) {
        let closures = check::closures(self);
        self.oracle.hear_of_closures(&self.in_force, closures);
        if Wishes::of(self.seed).ladder {
            self.oracle.ends = check::ends(self);
        }
        let merged = check::merged_on(self);
        self.oracle.merged.extend(merged);
        self.hear_of_letters();
    }

    /// The oracle hears for whom letters were written, where that matters.
    fn hear_of_letters(&mut self) {
        let Limits { of_people, of_all } = Wishes::of(self.seed).limits;
        if of_people || of_all.is_some() {
            self.oracle.hear_of_letters(check::written(self));
        }
    }

    /// The oracle hears what was taken back, and works out what had to be told from one instant to another.
    fn ask_the_oracle(&mut self, from: Timestamp, until: Timestamp) {
        let taken_back = self.taken_back();
        self.hear_what_stands_for_what();
        self.oracle.run(&self.in_force, from, until, &taken_back);
    }

    /// What is in the files is in force from now on.
    fn take_over(&mut self) {
        self.oracle.gone.extend(self.in_force.without(&self.world));
        self.in_force = self.world.clone();
        self.closed.extend(self.in_force.closed());
        let mut relay = self.relay.state();
        relay.open = self.in_force.open();
        // What was asked of somebody else before is closed for them, and may be told so.
        let gone = self.oracle.gone.iter().map(|[reference, _]| reference.clone());
        relay.asked_otherwise = gone.collect();
        relay.in_force = Some(self.in_force.clone());
    }

    fn change_the_register(&mut self) {
        for _ in 0..self.dice.between(1, 3) {
            let today = self.today();
            let what = self.world.edit(&mut self.dice, today);
            self.note(&what);
        }
        self.world.write(&self.office);
    }

    async fn edit(&mut self) {
        self.change_the_register();
        self.take_over();
        self.look_at_files().await;
    }

    fn outage(&mut self) {
        let (down, moody) = (self.dice.chance(40), self.dice.chance(60));
        self.note(&format!("the mail server is {}", if down { "down" } else { "up" }));
        self.relay.state().moody = moody;
        self.relay.set_down(down);
    }

    /// A stop and a start, in order.
    async fn restart(&mut self) {
        self.note("restart");
        let mut events = Events::signals().unwrap();
        let now = self.clock.now();
        self.hear_of_letters();
        // It serves what is due on the way out.
        self.daemon.take().unwrap().run(Until::Time(now), &mut events).await;
        self.ask_the_oracle(now, now);
        self.start().await;
    }

    /// The daemon dies with the next letter on its way, or on the spot.
    async fn die(&mut self) {
        let kill = self.dice.pick(&[Kill::BeforeDot, Kill::AfterDot]);
        let within = SignedDuration::from_hours(self.dice.between(1, 72));
        self.note(&format!("dies {kill:?} within {within:#}"));
        self.relay.state().kill = Some(kill);
        self.hear_of_letters();
        let from = self.clock.now();
        let mut daemon = self.daemon.take().unwrap();
        let mut events = Events::signals().unwrap();
        {
            let mut going_on = std::pin::pin!(daemon.go_on(Until::Time(from + within), &mut events));
            let killed = tokio::select! {
                () = &mut going_on => false,
                () = self.relay.killed() => true,
            };
            let answered = std::mem::take(&mut self.relay.state().answered);
            // So that a seed is one story: what was answered before is recorded.
            let mut patience = 2_000;
            while killed && patience > 0 && !check::recorded(self, &answered) {
                patience -= 1;
                let moment = tokio::time::sleep(Duration::from_millis(1));
                tokio::select! { () = &mut going_on => {}, () = moment => {} }
            }
            if killed {
                self.tally.kills += 1;
                self.note("died");
            }
        }
        drop(daemon);
        self.relay.state().kill = None;
        self.served_until_its_death(from);
        self.latest = self.latest.max(self.clock.now());
        if self.dice.chance(50) {
            self.be_away();
        }
        self.start().await;
    }

    /// A daemon that dies at a send time has recorded all of it or nothing.
    fn served_until_its_death(&mut self, from: Timestamp) {
        let at = self.clock.now();
        let taken_back = self.taken_back();
        self.hear_what_stands_for_what();
        let mut before = self.oracle.clone();
        before.run(&self.in_force, from, at - SignedDuration::from_nanos(1), &taken_back);
        self.oracle.run(&self.in_force, from, at, &taken_back);
        let told: HashSet<_> = check::told(self).into_iter().collect();
        if self.oracle.told.difference(&before.told).all(|key| !told.contains(key)) {
            self.oracle = before;
        }
    }

    /// Days without a daemon, while the register goes on.
    async fn pause(&mut self) {
        let mut events = Events::signals().unwrap();
        let now = self.clock.now();
        self.hear_of_letters();
        self.daemon.take().unwrap().run(Until::Time(now), &mut events).await;
        self.ask_the_oracle(now, now);
        self.be_away();
        self.start().await;
    }

    fn be_away(&mut self) {
        let hours = self.dice.between(1, 9 * 24);
        self.note(&format!("nobody is there for {hours} hours"));
        self.clock.pass(SignedDuration::from_hours(hours));
        self.latest = self.latest.max(self.clock.now());
        if self.dice.chance(50) {
            self.change_the_register();
        }
    }

    /// Somebody sets the clock; no time passes.
    fn set_clock(&mut self, to: Timestamp) {
        self.clock.set(to);
        self.latest = self.latest.max(to);
    }

    /// The clock is set, by less than what makes it implausible; by more than a day forward only with the word of
    /// a person.
    async fn step_the_clock(&mut self) {
        let minutes = self.dice.between(-20 * 60, 5 * 24 * 60);
        let to = self.clock.now() + SignedDuration::from_mins(minutes);
        // Steps back do not add up.
        if to > self.latest - SignedDuration::from_hours(23) {
            self.note(&format!("the clock steps by {minutes} minutes"));
            self.set_clock(to);
            if minutes > 24 * 60 {
                self.confirm_the_clock().await;
            }
        }
    }

    /// Nothing leaves until somebody says that the clock is right; also when the daemon is started again.
    async fn confirm_the_clock(&mut self) {
        let before = self.relay.state().taken.len();
        self.wait_with_a_wrong_clock().await;
        if self.dice.chance(50) {
            self.note("restart with a clock that is not believed");
            drop(self.daemon.take());
            let started = Daemon::start(&self.office.path("rappel.toml"), self.clock.clone()).await;
            self.daemon = Some(started.unwrap_or_else(|error| panic!("{error}\n{}", self.story())));
            self.wait_with_a_wrong_clock().await;
        }
        let after = self.relay.state().taken.len();
        assert_eq!(after, before, "letters left with a clock that was set\n{}", self.story());
        self.note("the clock is right");
        let now = self.clock.now().to_string();
        store::write_beside(&self.office.path("state"), |c| ledger::set_fact(c, fact::RELEASED, &now))
            .unwrap();
        // It hears of it at once.
        self.pass(SignedDuration::ZERO).await;
    }

    async fn wait_with_a_wrong_clock(&mut self) {
        let mut events = Events::signals().unwrap();
        let until = self.clock.now() + SignedDuration::from_hours(self.dice.between(1, 20));
        self.daemon.as_mut().unwrap().go_on(Until::Time(until), &mut events).await;
    }

    /// The clock is wrong for a while: nothing leaves.
    async fn wrong_clock(&mut self) {
        let right = self.clock.now();
        let (latest, before) = (self.latest, self.relay.state().taken.len());
        let days = self.dice.pick(&[-4000, -30, 60, 5000]);
        self.note(&format!("the clock is wrong by {days} days"));
        let wrong = right + SignedDuration::from_hours(24 * days);
        self.set_clock(wrong);
        let mut events = Events::signals().unwrap();
        let until = Until::Time(wrong + SignedDuration::from_hours(self.dice.between(1, 40)));
        self.daemon.as_mut().unwrap().go_on(until, &mut events).await;
        let after = self.relay.state().taken.len();
        assert_eq!(after, before, "letters left with a wrong clock\n{}", self.story());
        self.set_clock(right);
        self.latest = latest;
    }

    /// Files with errors, or without most actions, while the daemon runs; then good ones.
    async fn bad_files(&mut self) {
        let what = self.dice.below(5);
        let names =
            ["a bad status", "an unknown person", "no header", "most actions are gone", "bad settings"];
        self.note(names[what]);
        let actions = "register/Actions.csv";
        let header = "Ref,Title,Asked of,Deadline,Status\n";
        match what {
            0 => self.office.write(actions, &format!("{header}R0001,x,Person 1,2030-01-01,finished\n")),
            1 => self.office.write(actions, &format!("{header}R0001,x,Nobody,2030-01-01,open\n")),
            2 => self.office.write(actions, "R0001,x,Person 1,2030-01-01,open\n"),
            3 if self.in_force.open().len() >= 4 => self.world.write_actions(&self.office, |_| false),
            _ => self.office.write("rappel.toml", "[secretariat]\nname = 7\n"),
        }
        self.look_at_files().await;
        let hours = self.dice.between(1, 80);
        self.pass(SignedDuration::from_hours(hours)).await;
        check::now(self);
        if self.dice.chance(20) && what != 3 {
            self.refuse_to_start().await;
        }
        self.office.settings(&settings(self.seed, &self.relay));
        self.change_the_register();
        self.take_over();
        match self.daemon {
            Some(_) => self.look_at_files().await,
            None => self.start().await,
        }
    }

    /// With errors in the files a daemon does not start, and the state is as it was.
    async fn refuse_to_start(&mut self) {
        self.note("does not start");
        drop(self.daemon.take());
        let started = Daemon::start(&self.office.path("rappel.toml"), self.clock.clone()).await;
        // Unless they were the settings, with a register that is good, or too few actions to be missed.
        assert!(matches!(started, Err(DaemonError::Problems(_))), "started\n{}", self.story());
    }

    /// All troubles end, and two weeks pass, up to an evening: what a morning brings has left by then, whatever it waits for.
    async fn end(&mut self) {
        self.note("the end");
        self.relay.set_down(false);
        self.relay.state().moody = false;
        for _ in 0..7 {
            self.decide_what_is_in_doubt();
            self.pass(SignedDuration::from_hours(2 * 24)).await;
        }
        let hour = i64::from(self.clock.now().to_zoned(TimeZone::UTC).hour());
        self.pass(SignedDuration::from_hours((24 + EVENING - hour) % 24)).await;
        check::now(self);
    }
}

/// "7d overdue".
fn overdue(days: i64) -> After {
    After::Overdue { days: u32::try_from(days).unwrap() }
}
