//! Mistakes in rappel itself, made on purpose: what fails about one action holds up no other, and somebody is told. And
//! files that change at an unlucky moment.

use std::{collections::BTreeSet, fs, path::Path};

use jiff::SignedDuration;
use tempfile::TempDir;

use super::{Daemon, Events, Until, send_time::next_part};
use crate::{
    clock::Clock,
    compose,
    deliver::Done,
    ledger::{self, HistoryFilter, HowSaid},
    letter::{Outcome, Reply, Trouble},
    outbox::{self, Filter, State},
    schedule, store,
};

/// An office whose letters go into a Maildir, on a virtual clock.
pub(super) struct Office {
    folder: TempDir,
    clock: Clock,
}

impl Office {
    pub(super) fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let office = Self { clock: Clock::starting("2027-03-01T06:30:00Z".parse().unwrap()), folder };
        let fixed = "[secretariat]\nname = \"TSB\"\naddress = \"reminders@example.int\"\nreply_to = \"tsb@example.int\"\n\
                     [register]\npath = \"register\"\nsettle = \"0s\"\n[state]\ndir = \"state\"\n\
                     [schedule]\nsend = \"0 8 * * *\"\n\
                     [mail.maildir]\npath = \"letters\"\n";
        office.write("rappel.toml", &format!("{fixed}{settings}"));
        let names = ["Ann", "Bob", "Cem", "Dan"];
        let people = names.map(|name| format!("{name},{}@example.org\n", name.to_lowercase())).concat();
        office.write("register/Representatives.csv", &format!("Name,Email\n{people}"));
        store::init(&office.path("state"), office.clock.now()).unwrap();
        office
    }

    pub(super) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The sheet of actions, due in a week: reference, title, asked of.
    pub(super) fn actions(&self, rows: &[[&str; 3]]) {
        let row =
            |[reference, title, who]: &[&str; 3]| format!("{reference},{title},{who},2027-03-08,open\n");
        let rows: String = rows.iter().map(row).collect();
        self.write("register/Actions.csv", &format!("Ref,Title,Asked of,Deadline,Status\n{rows}"));
    }

    pub(super) async fn start(&self) -> Daemon {
        Daemon::start(&self.path("rappel.toml"), self.clock.clone()).await.unwrap()
    }

    pub(super) async fn pass(&self, daemon: &mut Daemon, hours: i64) {
        let until = self.clock.now() + SignedDuration::from_hours(hours);
        Box::pin(daemon.go_on(Until::Time(until), &mut Events::signals().unwrap())).await;
    }

    /// The letters that were delivered to an address, whole.
    pub(super) fn letters_to(&self, address: &str) -> Vec<String> {
        let all = fs::read_dir(self.path("letters/new")).unwrap();
        let all = all.map(|one| fs::read_to_string(one.unwrap().path()).unwrap());
        let is_to = |line: &str| line.starts_with("To: ") && line.contains(&format!("<{address}>"));
        all.filter(|letter| letter.lines().any(is_to)).collect()
    }

    /// State and note of the letters to an address.
    pub(super) fn outbox(&self, address: &str) -> Vec<(State, String)> {
        let to = Filter { recipient: Some(address.to_owned()), ..Filter::default() };
        let all = store::open_reader(&self.path("state")).unwrap().read(|c| outbox::list(c, &to)).unwrap();
        all.into_iter().map(|letter| (letter.state, letter.note.unwrap_or_default())).collect()
    }
}

/// Of which actions the history says that they could not be told.
fn impossible(state: &Path) -> BTreeSet<String> {
    let all = store::open_reader(state).unwrap().read(|c| ledger::history(c, &HistoryFilter::default()));
    let impossible = all.unwrap().into_iter().filter(|entry| entry.how == HowSaid::Impossible);
    impossible.map(|entry| entry.reference).collect()
}

#[tokio::test]
async fn a_panic_while_one_letter_is_composed_is_told_to_the_secretariat_and_all_others_leave() {
    let office = Office::new("");
    office.actions(&[
        ["17/01", "one", "Ann"],
        ["17/02", compose::POISON, "Bob"],
        ["17/03", "three", "Bob"],
        ["17/04", compose::POISON, "Cem"],
        ["17/05", "five", "Dan"],
    ]);
    let mut daemon = office.start().await;
    office.pass(&mut daemon, 26).await;
    for (address, reference) in [("ann", "17/01"), ("bob", "17/03"), ("dan", "17/05")] {
        let letters = office.letters_to(&format!("{address}@example.org"));
        assert!(letters.len() == 1 && letters[0].contains(reference), "{address}: {letters:#?}");
    }
    assert_eq!(office.letters_to("cem@example.org").len(), 0);
    let expected = ["17/02", "17/04"].map(str::to_owned);
    assert_eq!(impossible(&office.path("state")), expected.into());
    let told = office.letters_to("tsb@example.int");
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("17/02") && told[0].contains("17/04") && told[0].contains("mistake in rappel"));
}

#[tokio::test]
async fn a_panic_about_one_letter_that_waits_keeps_it_back_and_ends_nothing() {
    let office = Office::new("[letters]\nrelease_window = \"4h\"\n");
    let good = [["17/01", "one", "Ann"], ["17/02", "two", "Bob"], ["17/03", "three", "Cem"]];
    office.actions(&good);
    let mut daemon = office.start().await;
    office.pass(&mut daemon, 2).await;
    assert_eq!(office.letters_to("ann@example.org").len(), 0, "it waits for the window");
    let (planning, composing) = (schedule::POISON, compose::POISON);
    office.actions(&[
        ["17/01", planning, "Ann"],
        ["17/02", composing, "Bob"],
        ["17/03", "other words", "Cem"],
    ]);
    daemon.look_at_files().await;
    office.pass(&mut daemon, 24).await;
    assert!(office.letters_to("cem@example.org")[0].contains("other words"));
    let (state, why) = office.outbox("ann@example.org").remove(0);
    assert!(state == State::Held && why.contains("please report it"), "{state} {why}");
    assert_eq!(office.letters_to("ann@example.org").len(), 0);
    let told = office.letters_to("tsb@example.int");
    assert!(told.len() == 1 && told[0].contains("planning fails for an action"), "{told:#?}");
    assert!(told[0].contains("17/01") && !told[0].contains("17/02"), "{told:#?}");
    let bobs = office.letters_to("bob@example.org");
    assert!(bobs.len() == 1 && bobs[0].contains("two"), "it leaves in its old words: {bobs:#?}");
    // In a version without the mistake it leaves.
    office.actions(&good);
    daemon.look_at_files().await;
    office.pass(&mut daemon, 24).await;
    assert_eq!(office.letters_to("ann@example.org").len(), 1);
    assert_eq!(office.letters_to("bob@example.org").len(), 1);
}

/// The sheet of actions with one that is closed.
const CLOSED: &str = "Ref,Title,Asked of,Deadline,Status\n17/01,one,Ann,2027-03-08,done\n\
                      17/02,other words,Bob,2027-03-08,open\n";

#[tokio::test]
async fn a_letter_under_way_is_past_recall_and_is_looked_at_when_it_comes_back() {
    let office = Office::new("");
    office.actions(&[["17/01", "one", "Ann"]]);
    let mut daemon = office.start().await;
    daemon.mail.carrier.hold();
    daemon.begin_mailing(office.clock.now());
    let part = next_part(&mut daemon.agenda.mailing).await;
    daemon.on_part(part).await;
    // As if a connection had begun it.
    let begun = daemon.mail.carrier.recall();
    assert_eq!(begun.len(), 1);
    office.write("register/Actions.csv", CLOSED);
    daemon.look_at_files().await;
    let state = || office.outbox("ann@example.org").remove(0).0;
    assert_eq!(state(), State::Sending);
    let later = Outcome::Later(Trouble::Recipient, Reply { code: Some(451), ..Reply::default() });
    daemon.on_done(Some(Done { id: begun[0].id, attempt: 1, outcome: later })).await;
    assert_eq!(state(), State::Withdrawn);
}

/// The register is saved between planning and sending.
#[tokio::test]
async fn what_is_composed_from_a_register_that_was_replaced_does_not_leave() {
    let office = Office::new("");
    office.actions(&[["17/01", "one", "Ann"], ["17/02", "two", "Bob"]]);
    let mut daemon = office.start().await;
    daemon.begin_mailing(office.clock.now());
    office.write("register/Actions.csv", CLOSED);
    daemon.look_at_files().await;
    office.pass(&mut daemon, 3).await;
    assert_eq!(office.letters_to("ann@example.org").len(), 0);
    let bobs = office.letters_to("bob@example.org");
    assert!(bobs.len() == 1 && bobs[0].contains("other words"), "{bobs:#?}");
}
