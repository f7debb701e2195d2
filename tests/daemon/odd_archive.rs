//! An archive with what nobody expects in a mailbox: nothing hangs, nothing outside of it is read, and what is in it counts.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::symlink},
    path::Path,
    process::Command,
};

use rappel::{daemon, store};

use super::{letters, smtp};
use crate::common::{
    office::{Office, Ran},
    smtp_server::{Act, At, Script, SmtpServer},
};

const OLDER: &str = "older than what was sent from it";

fn office(server: &SmtpServer) -> Office {
    let office = Office::new(&smtp(server.port(), "[mail.archive]\nmaildir = \"archive\"\n"));
    office.run(&["init"]).well();
    office.actions(&[["A1", "one", "Ann", "", "open"]]);
    office
}

/// A mail server that keeps copies in the archive, and loses the answer to the first letter.
fn server(archive: &Path) -> SmtpServer {
    SmtpServer::start(Script::default().on_nth(At::Dot, 1, Act::Drop).archive(archive))
}

/// A letter of this office's state that the state does not know.
fn of_later(office: &Office) -> String {
    let mark = store::open_reader(&office.path("state")).unwrap().read(daemon::mark).unwrap();
    format!("Message-ID: <{:032x}.{mark}@example.int>\n\nDear Bob\n", 7)
}

/// Puts everything into `new` that is no letter of this office; the names of some say that they have just come.
fn fill(office: &Office, new: &Path) {
    let put = |name: &str, bytes: &[u8]| fs::write(new.join(name), bytes).unwrap();
    put("4000000001.V1.other", b"Message-ID: <00000000000000000000000000000007.00000001@example.int>\n\nx\n");
    put("4000000002.V2.none", b"Subject: no Message-ID\n\nMessage-ID: <1@example.int>\n");
    put("4000000003.V3.damaged", b"Message-ID: <\xff\xfe\0\r\n\r\n\x80");
    put("4000000004.V4.empty", b"");
    put("99999999999999999999.V5.time", b"Message-ID: <>\n\n");
    fs::File::create(new.join("4000000005.V6.huge")).unwrap().set_len(50 << 20).unwrap();
    put("4000000006.V7.line", &vec![b'x'; 50 << 20]);
    fs::write(new.join(OsStr::from_bytes(b"4000000007.\xff\xfe")), "To: x\n\n").unwrap();
    fs::create_dir_all(new.join("4000000008.V8.folder/new")).unwrap();
    fs::write(new.join("4000000008.V8.folder/letter"), of_later(office)).unwrap();
    let pipe = Command::new("mkfifo").arg(new.join("4000000009.V9.pipe")).status();
    assert!(pipe.unwrap().success());
    // Links to what never ends, to nothing, to itself, to the folder that they are in, and to a letter elsewhere.
    fs::write(office.path("elsewhere"), of_later(office)).unwrap();
    let links = [Path::new("/dev/zero"), Path::new("nowhere"), Path::new("4000000012.link"), new];
    for (n, to) in links.into_iter().chain([office.path("elsewhere").as_path()]).enumerate() {
        symlink(to, new.join(format!("40000000{}.link", 10 + n))).unwrap();
    }
}

/// An office of which one letter is in doubt; its archive is in a folder of its own.
fn in_doubt() -> (tempfile::TempDir, SmtpServer, Office) {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let server = server(&archive);
    let office = office(&server);
    symlink(&archive, office.path("archive")).unwrap();
    office.run(&["run", "--once"]).failed(5);
    (folder, server, office)
}

#[test]
fn whatever_is_in_an_archive_a_start_and_a_look_for_a_letter_come_to_an_end_and_read_nothing_elsewhere() {
    let (folder, server, office) = in_doubt();
    let archive = folder.path().join("archive");
    fill(&office, &archive.join("new"));
    office.run(&["outbox", "retry", "1"]).well();
    let ran = office.run(&["run", "--once"]);
    assert!(!ran.err.contains("cannot be"), "{}", ran.err);
    ran.well();
    letters(&server, 1);
    let show = office.run(&["outbox", "show", "1"]).well();
    assert!(show.contains("found in the archive"), "{show}");
}

#[test]
fn a_letter_that_cannot_be_read_is_named_and_hides_no_other() {
    let works = Command::new("strace").args(["-o", "/dev/null", "true"]).status();
    if !works.is_ok_and(|status| status.success()) {
        eprintln!("skipped: strace is missing or may not be used");
        return;
    }
    let (folder, server, office) = in_doubt();
    let archive = folder.path().join("archive");
    // The newest is looked at first.
    let broken = archive.join("new/4000000001.V1.broken");
    fs::write(&broken, of_later(&office)).unwrap();
    let once = || {
        let run = office.command(&["run", "--once"]);
        let mut command = Command::new("strace");
        command.args(["-f", "-o", "/dev/null", "-P"]).arg(office.path("archive/new/4000000001.V1.broken"));
        command.args(["-e", "trace=openat", "-e", "inject=openat:error=EIO"]);
        Ran::of({
            command.arg(run.get_program()).args(run.get_args()).env_remove("JOURNAL_STREAM");
            command
        })
    };
    office.run(&["outbox", "retry", "1"]).well();
    let ran = once();
    assert!(ran.err.contains("4000000001.V1.broken: Input/output error"), "{}", ran.err);
    ran.well();
    letters(&server, 1);

    fs::write(archive.join("new/4000000000.V0.later"), of_later(&office)).unwrap();
    let error = once().failed(1);
    assert!(error.contains(OLDER), "{error}");
}
