//! The daemon as its users meet it: real processes, files, databases and mail sessions.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on ends")]

mod allowed;
mod archive;
mod beside;
mod busy;
mod catch_up;
mod caution;
mod closing;
#[path = "../common/mod.rs"]
mod common;
mod corrected;
mod cut_off;
mod decided;
#[allow(dead_code, reason = "the simulation uses more of it")]
#[path = "../simulation/dice.rs"]
mod dice;
mod fewer;
mod health;
mod hung;
mod late_archive;
mod log;
mod long_history;
mod metrics;
mod new_day;
mod notices;
mod odd_archive;
mod once;
mod quota;
mod reload;
mod service;
mod set_clock;
mod state;
mod trouble;
mod vanished;
mod window;
mod wrong_clock;

use common::{
    office::{Office, header},
    smtp_server::{Kept, SmtpServer},
};

/// Send times each second, in tests only: what becomes due leaves at once.
const EACH_SECOND: &str = "[schedule]\nsend = \"* * * * * *\"\n";

/// An office whose letters go to a test server.
fn office(server: &SmtpServer, settings: &str) -> Office {
    let office = Office::new(&smtp(server.port(), settings));
    office.run(&["init"]).well();
    office
}

/// Mail settings for a server on this machine, and more.
fn smtp(port: u16, settings: &str) -> String {
    format!(
        "{settings}\n[retry]\nfirst = \"1s\"\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = {port}\n\
         tls = \"none\"\nconnections = 1\n"
    )
}

/// Waits until so many letters came, and gives them: no more may have come by then.
fn letters(server: &SmtpServer, count: usize) -> Vec<Kept> {
    let kept = server.wait_for_letters(count);
    let subjects: Vec<_> = kept.iter().map(subject).collect();
    assert_eq!(kept.len(), count, "{subjects:#?}");
    kept
}

fn subject(letter: &Kept) -> String {
    header(&text(letter), "Subject")
}

fn text(letter: &Kept) -> String {
    String::from_utf8(letter.bytes.clone()).unwrap()
}

/// To whom and about what, in order.
fn said(letters: &[Kept]) -> Vec<String> {
    let mut said: Vec<_> =
        letters.iter().map(|letter| format!("{}: {}", letter.to.join(","), subject(letter))).collect();
    said.sort();
    said
}
