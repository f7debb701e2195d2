//! Letters that leave into a folder, on a disk without room.

use std::time::{Duration, Instant};

use crate::{
    common::{office::Office, running::Running},
    desk::{letters, say},
    volume::Volume,
};

const SETTINGS: &str = "[schedule]\nsend = \"* * * * * *\"\n[retry]\nfirst = \"1s\"\nmax = \"1s\"\n\
                        [mail.maildir]\npath = \"letters\"\n";

#[test]
fn letters_into_a_folder_on_a_full_disk_wait_and_leave_once_when_there_is_room() {
    let office = Office::new(SETTINGS);
    let volume = match Volume::mount(&office.path("letters"), 1024) {
        Ok(volume) => volume,
        Err(why) => return say(&format!("skipped the small disk: {why}")),
    };
    office.run(&["init"]).well();
    office.actions(&[["A1", "one", "Ann", "", "open"], ["B1", "two", "Bob", "", "open"]]);
    volume.fill_but(0);
    let daemon = Running::daemon(&office);
    daemon.wait_for_status("No space left");
    let status = office.run(&["status"]);
    assert!(!status.out.contains("mail server"), "{}", status.out);
    assert!(status.out.contains("letters wait") && status.out.contains("No space left"), "{}", status.out);
    assert!(status.out.contains("The folder for letters cannot be used since"), "{}", status.out);
    assert_eq!(office.letters().len(), 0, "no part of a letter is one");
    let waiting = letters(&office.path("state"));
    assert!(waiting.len() == 2 && waiting.iter().all(|letter| !letter.state.is_settled()), "{waiting:?}");

    volume.make_room();
    let patience = Instant::now() + Duration::from_secs(30);
    while !letters(&office.path("state")).iter().all(|letter| letter.state.is_settled()) {
        assert!(Instant::now() < patience, "{:?}", letters(&office.path("state")));
        std::thread::yield_now();
    }
    let stopped = daemon.stop();
    assert_eq!((stopped.code, office.letters().len()), (0, 2), "{}", stopped.err);
    assert!(
        stopped.err.contains("The folder for letters can be used again.")
            && !stopped.err.contains("mail server"),
        "{}",
        stopped.err
    );
    assert_eq!(std::fs::read_dir(office.path("letters/tmp")).unwrap().count(), 0, "no draft is left");
    office.run(&["outbox", "list", "--state", "accepted"]).well();
}
