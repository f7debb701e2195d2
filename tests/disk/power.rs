//! The power goes.
//!
//! The state lies on a disk of its own, a file that is mounted as ext4 or XFS. The real program sends 25 letters under
//! `strace`, which stops it after its n-th write or flush; then the file system is shut down without writing anything
//! more (`xfs_io -x -c shutdown`, which ext4 understands as well), the program is killed, and the disk mounted again: it
//! has what was flushed, and of the rest what chance had written. What has to hold:
//!
//! - the database is whole, or refused where `init` had not come to its end;
//! - what left is recorded: the attempt of every letter that the server took;
//! - everybody gets the letter, the same bytes, and twice only who was in flight;
//! - a state of an earlier version is brought up to date by the next start, with all that was told.
//!
//! `cargo test` takes a sample; every call, some minutes long:
//!
//! ```text
//! RAPPEL_POWER_CUT=all cargo test --test disk power
//! ```

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use rusqlite::{Connection, OpenFlags};

use crate::{
    common::{
        earlier::{BEFORE, lay, older},
        office::Ran,
    },
    desk::{Desk, PEOPLE, say},
    volume::Disk,
};

/// The calls after which the power goes, and how many of them a sample leaves out.
const CALLS: [(&str, usize); 3] = [("pwrite64", 23), ("fsync,fdatasync", 2), ("rename,renameat2,unlink", 1)];

/// The same while the state is made.
const CALLS_OF_INIT: [(&str, usize); 3] =
    [("pwrite64", 13), ("fsync,fdatasync", 4), ("rename,renameat2,unlink", 1)];

/// The same while a state of an earlier version is brought up to date.
const CALLS_OF_UPGRADE: [(&str, usize); 3] =
    [("pwrite64", 41), ("fsync,fdatasync", 4), ("rename,renameat2,unlink", 1)];

#[test]
fn a_power_cut_at_any_write_loses_nothing_that_was_recorded_and_doubles_only_what_was_in_flight() {
    for kind in ["ext4", "xfs"] {
        let (mut cuts, mut twice) = (0, 0);
        for (call, step) in CALLS {
            let mut n = 1;
            while let Some(doubled) = match cut_at(kind, call, n) {
                Ok(cut) => cut,
                Err(why) => return say(&format!("skipped the power cut: {why}")),
            } {
                cuts += 1;
                twice += doubled;
                n += if is_all() { 1 } else { step };
            }
        }
        say(&format!("power cuts on {kind}: {cuts}, lost 0, duplicated {twice}"));
        assert!(cuts > 10, "{cuts} cuts");
    }
}

#[test]
fn a_power_cut_during_an_upgrade_leaves_all_that_was_told_and_tells_nothing_again() {
    for kind in ["ext4", "xfs"] {
        let desk = Desk::new();
        let mut volume = match Disk::mount(kind, &desk.state()) {
            Ok(volume) => volume,
            Err(why) => return say(&format!("skipped the power cut: {why}")),
        };
        desk.office.run(&["init"]).well();
        desk.once().well();
        desk.everything_left_once("before the upgrade");
        let older = older(&desk.office);
        // What comes of it when nothing happens.
        lay(&desk.office, &older);
        desk.once().well();
        let expected = desk.books();
        let mut cuts = 0;
        for (call, step) in CALLS_OF_UPGRADE {
            let mut n = 1;
            loop {
                lay(&desk.office, &older);
                volume.flush();
                let case = format!("upgrade on {kind}, {call}:{n}");
                let Some(stopped) = Stopped::at(&desk, &["run", "--once"], call, n) else { break };
                volume.lose_power();
                stopped.kill();
                volume.mount_again();
                cuts += 1;
                the_copy_is_whole_or_not_there(&desk, &case);
                desk.once().well();
                desk.everything_left_once(&case);
                desk.is_whole(&case);
                assert!(desk.books() == expected, "{case}: something else is recorded");
                n += if is_all() { 1 } else { step };
            }
        }
        say(&format!("power cuts during an upgrade on {kind}: {cuts}, lost 0, duplicated 0"));
        assert!(cuts > 10, "{cuts} cuts");
    }
}

/// That of the earlier state, which is put beside it before the first change.
fn the_copy_is_whole_or_not_there(desk: &Desk, case: &str) {
    let path = desk.office.path(&format!("state/rappel.db.v{BEFORE}"));
    if !path.exists() {
        return;
    }
    let c = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let said: String = c.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    let version: isize = c.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    let told: isize = c.query_row("SELECT count(*) FROM reminder", [], |row| row.get(0)).unwrap();
    assert_eq!(
        (said.as_str(), version.cast_unsigned(), told.cast_unsigned()),
        ("ok", BEFORE, PEOPLE),
        "{case}"
    );
}

#[test]
fn a_power_cut_while_the_state_is_made_leaves_it_whole_or_to_be_made_again() {
    let mut cuts = 0;
    for (call, step) in CALLS_OF_INIT {
        let mut n = 1;
        loop {
            let desk = Desk::new();
            let mut volume = match Disk::mount("ext4", &desk.state()) {
                Ok(volume) => volume,
                Err(why) => return say(&format!("skipped the power cut: {why}")),
            };
            let case = format!("init, {call}:{n}");
            let Some(stopped) = Stopped::at(&desk, &["init"], call, n) else { break };
            volume.lose_power();
            stopped.kill();
            volume.mount_again();
            cuts += 1;
            let ran = desk.once();
            if ran.code != 0 {
                assert!(ran.err.contains("rappel init"), "{case}: {}", ran.err);
                desk.office.run(&["init"]).well();
                desk.once().well();
            }
            desk.everything_left_once(&case);
            n += if is_all() { 1 } else { step };
        }
    }
    say(&format!("power cuts while the state is made: {cuts}"));
    assert!(cuts > 5, "{cuts} cuts");
}

/// One cut and what follows: how many letters were taken twice, or none if the program was through before.
fn cut_at(kind: &str, call: &str, n: usize) -> Result<Option<usize>, String> {
    let desk = Desk::new();
    let mut volume = Disk::mount(kind, &desk.state())?;
    desk.office.run(&["init"]).well();
    let case = format!("{kind}, {call}:{n}");
    let Some(stopped) = Stopped::at(&desk, &["run", "--once"], call, n) else { return Ok(None) };
    volume.lose_power();
    stopped.kill();
    volume.mount_again();
    Ok(Some(desk.goes_on(&case)))
}

#[expect(clippy::disallowed_methods, reason = "the settings of the test, not of the program")]
fn is_all() -> bool {
    std::env::var("RAPPEL_POWER_CUT").is_ok_and(|wanted| wanted == "all")
}

/// The program, stopped at a system call.
struct Stopped {
    strace: Child,
    /// The process id of the program.
    pid: String,
}

impl Stopped {
    /// Starts it, and waits until it was stopped at the n-th of these calls; none if it was through before.
    fn at(desk: &Desk, args: &[&str], call: &str, n: usize) -> Option<Self> {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-e", "signal=all", "-e"]).arg(format!("trace={call}"));
        command.args(["-e", &format!("inject={call}:signal=STOP:when={n}")]);
        let program = desk.office.command(args);
        // The shell becomes the program, and says before which process it is.
        command.args(["sh", "-c", "echo \"pid $$\" >&2; exec \"$0\" \"$@\""]);
        command.arg(program.get_program()).args(program.get_args());
        command.env_remove("JOURNAL_STREAM").env_remove("NOTIFY_SOCKET");
        let mut strace =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(strace.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut pid = None;
        for line in &mut lines {
            if let Some(id) = line.strip_prefix("pid ") {
                pid = Some(id.to_owned());
            }
            if line.contains("stopped by SIGSTOP") {
                // What strace goes on to say has to be read.
                std::thread::spawn(move || lines.for_each(drop));
                return Some(Self { strace, pid: pid.unwrap() });
            }
        }
        let status = strace.wait().unwrap();
        assert!(status.success(), "{call}:{n}: {status}");
        None
    }

    /// Kills it where it stands.
    fn kill(mut self) {
        let ran = Ran::of({
            let mut kill = Command::new("kill");
            kill.args(["-KILL", &self.pid]);
            kill
        });
        ran.well();
        self.strace.wait().unwrap();
    }
}
