//! The service's unit: systemd understands it, and its sandbox is as tight as it is said to be.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use std::{fs, process::Command};

const UNIT: &str = include_str!("../packaging/rappel.service");
const SHARE: &str = include_str!("../packaging/examples/share.conf");

/// Exposure in tenths, as `systemd-analyze security` counts it: of 100, least is best.
const EXPOSURE: &str = "--threshold=10";

/// Runs systemd-analyze on the unit, with the drop-in beside it. None where there is no systemd-analyze.
fn analyzed(args: &[&str]) -> Option<(bool, String)> {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("rappel.service");
    // The program under test stands for the installed one.
    fs::write(&unit, UNIT.replace("/usr/bin/rappel", env!("CARGO_BIN_EXE_rappel"))).unwrap();
    let drop_ins = folder.path().join("rappel.service.d");
    fs::create_dir(&drop_ins).unwrap();
    fs::write(drop_ins.join("share.conf"), SHARE).unwrap();
    let Ok(output) = Command::new("systemd-analyze").args(args).arg(&unit).output() else {
        eprintln!("skipped: there is no systemd-analyze (Debian's package systemd)");
        return None;
    };
    let said = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8(said).unwrap()))
}

#[test]
fn systemd_understands_every_line_of_the_unit_and_of_the_drop_in() {
    let Some((well, said)) = analyzed(&["verify", "--man=no"]) else { return };
    // What systemd does not know it ignores, and only says so.
    assert!(well && said.trim().is_empty(), "{said}");
}

#[test]
fn the_sandbox_leaves_an_exposure_of_at_most_one() {
    let Some((well, said)) = analyzed(&["security", "--offline=true", "--no-pager", EXPOSURE]) else {
        return;
    };
    assert!(well && said.contains("Overall exposure level"), "{said}");
}

/// What the other parts rely on.
#[test]
fn the_unit_notifies_reloads_and_gets_the_password_from_systemd() {
    for line in [
        "Type=notify",
        "ExecReload=/bin/kill -HUP $MAINPID",
        "User=rappel",
        "StateDirectory=rappel",
        "ConfigurationDirectory=rappel",
        "LoadCredential=smtp-password:/etc/rappel/smtp-password",
        "Restart=on-failure",
        "WatchdogSec=60",
        // A start that fails is tried again at a pace, and not for ever.
        "RestartSec=30",
        "StartLimitIntervalSec=4h",
        "StartLimitBurst=240",
    ] {
        assert!(UNIT.lines().any(|found| found == line), "{line}");
    }
    let user = fs::read_to_string("packaging/debian/rappel.sysusers").unwrap();
    assert!(user.lines().any(|line| line.starts_with("u rappel ")), "{user}");
}
