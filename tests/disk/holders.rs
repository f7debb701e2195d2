//! Two daemons on one state.

use rappel::store;

use crate::desk::{Desk, PEOPLE};

#[test]
fn a_second_daemon_names_the_first_and_sends_nothing() {
    let desk = Desk::ready();
    let mut first = desk.office.start(&["run"]);
    while store::lock_holder(&desk.state()) != Some(first.id()) {
        assert!(first.try_wait().unwrap().is_none(), "the first daemon ended");
        std::thread::yield_now();
    }
    let error = desk.once().failed(1);
    assert!(error.contains(&format!("process {}", first.id())), "{error}");
    assert_eq!(desk.server.letters().len(), 0);
    first.kill().unwrap();
    first.wait().unwrap();
    // A lock dies with its holder.
    desk.once().well();
    desk.everything_left_once("after the first was killed");
}

#[test]
fn daemons_that_are_started_together_send_each_letter_once() {
    let desk = Desk::ready();
    let together: Vec<_> = (0..6).map(|_| desk.office.start(&["run", "--once"])).collect();
    let codes: Vec<_> = together
        .into_iter()
        .map(|daemon| daemon.wait_with_output().unwrap().status.code().unwrap())
        .collect();
    assert!(codes.contains(&0) && codes.iter().all(|code| [0, 1].contains(code)), "{codes:?}");
    assert_eq!(desk.server.letters().len(), PEOPLE);
    desk.everything_left_once("together");
}
