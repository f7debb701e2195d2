//! What hostile files and servers cost the program, as the system counts it: its memory is bounded by the system
//! (`RLIMIT_DATA`: what is more is refused, and it would abort), and its time by this test.
//!
//! Messages are looked at elsewhere (`tests/register/hostile.rs`, `tests/deliver/broken.rs`).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use std::{
    fs::{self, File},
    io::Write as _,
    os::unix::fs::symlink,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use common::{
    office::{Office, Ran},
    smtp_server::{Act, At, Script, SmtpServer},
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// The most memory for a register, in bytes: it is read in full.
const FOR_A_REGISTER: u64 = 256 << 20;

/// The most for a letter and its server.
const FOR_A_SERVER: u64 = 64 << 20;

/// The longest that it may take to refuse a register; a machine that is busy has time enough.
const PATIENCE: Duration = Duration::from_secs(10);

const SMTP: &str = "[mail.smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\nconnections = 1\n";

/// The program with so much memory at most; none where the system has no such limits.
fn bounded(office: &Office, args: &[&str], bytes: u64) -> Option<Ran> {
    let works = Command::new("prlimit").args([&format!("--data={bytes}"), "true"]).status();
    if !works.is_ok_and(|status| status.success()) {
        eprintln!("skipped: prlimit (util-linux) cannot be started");
        return None;
    }
    let mut command = Command::new("prlimit");
    let program = office.command(args);
    command.arg(format!("--data={bytes}")).arg(program.get_program()).args(program.get_args());
    command.env_remove("JOURNAL_STREAM").env_remove("NOTIFY_SOCKET");
    Some(Ran::of(command))
}

/// A zip with one part of so many equal bytes beside the parts of a workbook.
fn bomb(path: &Path, part: &str, unit: &[u8], times: usize) {
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file("mimetype", stored).unwrap();
    zip.write_all(b"application/vnd.oasis.opendocument.spreadsheet").unwrap();
    zip.start_file(part, packed).unwrap();
    let block = unit.repeat((64 << 10) / unit.len());
    for _ in 0..times * unit.len() / block.len() {
        zip.write_all(&block).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn no_file_in_the_place_of_the_register_costs_more_memory_or_time_than_a_large_one() {
    let office = Office::new(SMTP);
    let at = |name: &str| office.path(name);
    let pipe = at("pipe.xlsx");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    symlink("/dev/zero", at("zero.toml")).unwrap();
    symlink("/proc/self/mem", at("memory.xlsx")).unwrap();
    for name in ["sparse.xlsx", "sparse.ods", "sparse.toml", "sparse/Actions.csv"] {
        fs::create_dir_all(at(name).parent().unwrap()).unwrap();
        File::create(at(name)).unwrap().set_len(10 << 30).unwrap();
    }
    bomb(&at("bomb.xlsx"), "xl/worksheets/sheet1.xml", b"<row/>  ", 32 << 20);
    bomb(&at("bomb.ods"), "content.xml", b"        ", 32 << 20);
    bomb(&at("deep.ods"), "content.xml", b"<a>     ", 4 << 20);
    let names = [
        "pipe.xlsx",
        "zero.toml",
        "memory.xlsx",
        "sparse.xlsx",
        "sparse.ods",
        "sparse.toml",
        "sparse",
        "bomb.xlsx",
        "bomb.ods",
        "deep.ods",
    ];
    let settings = fs::read_to_string(at("rappel.toml")).unwrap();
    for name in names {
        office.write("rappel.toml", &settings.replace("path = \"register\"", &format!("path = \"{name}\"")));
        let begin = Instant::now();
        let Some(ran) = bounded(&office, &["check"], FOR_A_REGISTER) else { return };
        assert_eq!(ran.code, 3, "{name}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(name) || ran.err.contains("Actions.csv"), "{name}: {}", ran.err);
        assert!(begin.elapsed() < PATIENCE, "{name}: {:?}", begin.elapsed());
    }
}

#[test]
fn no_mail_server_costs_more_memory_than_a_good_one() {
    for (at, act) in [
        (At::Greeting, Act::EndlessLine),
        (At::Greeting, Act::BigReply),
        (At::Hello, Act::EndlessLine),
        (At::Rcpt, Act::BigReply),
        (At::Dot, Act::EndlessLine),
        (At::Dot, Act::Garbage),
    ] {
        let server = SmtpServer::start(Script::default().on(at, act.clone()));
        let office = Office::new(&format!("{SMTP}port = {}\n", server.port()));
        office.actions(&[["A1", "one", "Ann", "", "open"]]);
        office.run(&["init"]).well();
        let Some(ran) = bounded(&office, &["run", "--once"], FOR_A_SERVER) else { return };
        assert_eq!(ran.code, 5, "{at:?} {act:?}: {}{}", ran.out, ran.err);
        let waits = office.run(&["outbox", "list"]).well();
        assert!(waits.contains("queued") || waits.contains("unknown"), "{at:?} {act:?}: {waits}");
    }
}
