//! The service as an administrator keeps it: a machine is booted, the package installed and set up against a real
//! Postfix, and systemd starts it, reloads it, feeds its password to it, guards and confines it.

use std::fs;

use super::{boot::Machine, debian, missing, packages};

/// Postfix with encryption by an authority of its own, a login, and one mailbox that takes everybody's mail.
const POSTFIX: &str = include_str!("postfix.sh");

/// What a process tries that has nothing but the sandbox of the service.
const PROBE: &str = include_str!("probe.pl");

/// The password of the mail server: no log, file or page may show it.
const PASSWORD: &str = "canary-pWd-7391";

/// Faster than the service's own, so that the test does not wait for minutes; all else is as it is installed.
const DROP_IN: &str = "[Service]\nWatchdogSec=3\nRestartSec=1\n\
                       Environment=RAPPEL__MONITORING__METRICS_FILE=/run/rappel/rappel.prom\n";

/// In milliseconds; the best of three starts counts.
const READY_WITHIN: u64 = 1_000;

/// On a machine that has more to do than it can: there the time is that of other programs.
const READY_WITHIN_WHEN_BUSY: u64 = 15_000;

fn machine() -> Result<(tempfile::TempDir, Machine), String> {
    if let Some(why) = missing() {
        return Err(why.to_owned());
    }
    let root = debian::folder()?;
    let given = tempfile::tempdir().unwrap();
    let (_, first, second) = packages();
    fs::copy(first, given.path().join("first.deb")).unwrap();
    fs::copy(second, given.path().join("second.deb")).unwrap();
    fs::write(given.path().join("postfix.sh"), POSTFIX).unwrap();
    fs::write(given.path().join("probe.pl"), PROBE).unwrap();
    fs::write(given.path().join("drop-in.conf"), DROP_IN).unwrap();
    fs::write(given.path().join("password"), PASSWORD).unwrap();
    let machine = Machine::boot(&root, given.path())?;
    Ok((given, machine))
}

#[test]
fn the_service_runs_under_systemd_from_the_first_installation_to_the_purge() {
    let (_given, machine) = match machine() {
        Ok(booted) => booted,
        Err(why) => return eprintln!("skipped: a machine with a systemd of its own: {why}"),
    };
    machine.well(&format!("PASSWORD={PASSWORD} sh -e /given/postfix.sh"));
    machine.well("apt-get install -y /given/first.deb");
    set_up(&machine);
    it_is_ready_soon(&machine);
    a_reload_takes_what_is_good(&machine);
    a_letter_arrives(&machine);
    the_journal_has_fields_and_no_secrets(&machine);
    the_watchdog_restarts_what_hangs(&machine);
    the_sandbox_holds(&machine);
    an_upgrade_keeps_the_state(&machine);
    a_purge_leaves_nothing(&machine);
}

fn set_up(machine: &Machine) {
    machine.well(
        "mkdir -p /srv/secretariat/register; cd /srv/secretariat/register
         printf 'Ref,Title,Asked of,Deadline,Status\\n17/06,Nominate a representative,Ann Kowalski,,open\\n' > Actions.csv
         printf 'Name,Email\\nAnn Kowalski,ann@example.org\\n' > Representatives.csv
         printf 'Body,Secretariat email\\nISO,iso@example.org\\n' > Bodies.csv
         printf 'Body,Role,At,Representative\\n' > Roles.csv
         touch -d '1 hour ago' *.csv",
    );
    let setup = |host: &str, password: &str| {
        machine.sh(&format!(
            "printf '%s' '{password}' > /tmp/password; rappel setup --name 'TSB' --address reminders@example.int \
             --register /srv/secretariat/register --host {host} --user rappel --password-file /tmp/password \
             --ca-file /etc/ssl/own-ca.pem --test-to secretary@example.int --force"
        ))
    };
    let (code, said) = setup("mail.example.int", "wrong");
    assert!(code == 1 && said.contains("535") && said.contains("password"), "{code} {said}");
    let (code, said) = setup("localhost", PASSWORD);
    assert!(code == 1 && said.contains("certificate"), "{code} {said}");
    let (code, said) = setup("mail.example.int", PASSWORD);
    assert!(code == 0 && said.contains("the login is accepted") && !said.contains(PASSWORD), "{code} {said}");
    machine.wait_for("cat /var/mail/all/new/*", "To: secretary@example.int");
    let modes =
        machine.well("stat -c '%a %U %G' /etc/rappel/smtp-password /etc/rappel/rappel.toml /var/lib/rappel");
    assert_eq!(modes, "600 root root\n640 root rappel\n700 rappel rappel\n");
    machine.well("sed -i 's/^# send = .*/send = \"0 8 1 1 *\"/' /etc/rappel/rappel.toml");
    machine.well("mkdir /etc/systemd/system/rappel.service.d; cp /given/drop-in.conf /etc/systemd/system/rappel.service.d");
    machine.well("systemctl daemon-reload");
}

/// From the first process to READY=1, which is not said before everything is read and good. (A register that was saved
/// within the last seconds is given the time of `register.settle` to come to rest; this one has been there for an hour.)
fn it_is_ready_soon(machine: &Machine) {
    assert_eq!(
        machine.sh("systemctl is-enabled rappel").1.trim(),
        "disabled",
        "an installation starts nothing"
    );
    let start = || {
        machine.well("systemctl restart rappel");
        let times = machine.well("systemctl show rappel --value -p InactiveExitTimestampMonotonic -p ActiveEnterTimestampMonotonic");
        let times: Vec<u64> = times.split_whitespace().map(|time| time.parse().unwrap()).collect();
        times[1].abs_diff(times[0]) / 1_000
    };
    let fastest = (0..3).map(|_| start()).min().unwrap();
    let limit = if is_busy() { READY_WITHIN_WHEN_BUSY } else { READY_WITHIN };
    assert!(fastest <= limit, "ready after {fastest} ms");
    let status = machine.well("systemctl status rappel");
    assert!(
        status.contains("Status: \"1 outstanding, next letters ") && status.contains("08:00 to 1 person"),
        "{status}"
    );
}

/// Whether more programs want to run than there are processors. Said, because less is proved then.
fn is_busy() -> bool {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: f64 = load.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or_default();
    let processors = std::thread::available_parallelism()
        .map_or(1.0, |count| f64::from(u32::try_from(count.get()).unwrap()));
    let busy = load > processors;
    if busy {
        eprintln!(
            "skipped: that the service is ready within a second, for this machine is busy (load {load})"
        );
    }
    busy
}

fn a_reload_takes_what_is_good(machine: &Machine) {
    let change = |send: &str| {
        machine.well(&format!(
            "sed -i 's/^send = .*/send = \"{send}\"/' /etc/rappel/rappel.toml; systemctl reload rappel"
        ));
    };
    change("0 9 1 1 *");
    machine.wait_for("systemctl status rappel", "09:00 to 1 person");
    change("at nine");
    let status =
        machine.wait_for("systemctl status rappel", "the settings have errors, the old ones are in force");
    assert!(status.contains("active (running)") && status.contains("09:00 to 1 person"), "{status}");
    change("* * * * * *");
}

/// The service may not read the file with the password: systemd hands it over.
fn a_letter_arrives(machine: &Machine) {
    machine.wait_for("cat /var/mail/all/new/*", "Delivered-To: ann@example.org");
    let (code, _) = machine.sh("runuser -u rappel -- cat /etc/rappel/smtp-password");
    assert_ne!(code, 0, "the user of the service can read the password file");
    // What does not send does not need it, so that secretaries can work as that user.
    machine.well("runuser -u rappel -- rappel forecast --until 2027-01-01");
    let checked = machine.well("runuser -u rappel -- rappel check");
    assert!(checked.contains("Everything but sending letters is possible"), "{checked}");
    for sends in ["run --once", "send-test --to ann@example.org"] {
        let (code, said) = machine.sh(&format!("runuser -u rappel -- rappel {sends}"));
        assert!(code == 3 && said.contains("smtp-password may not be read"), "{sends}: {code} {said}");
    }
    machine
        .well("sed -i 's/^send = .*/send = \"0 8 1 1 *\"/' /etc/rappel/rappel.toml; systemctl reload rappel");
    machine.well("ls -l /run/rappel/rappel.prom | grep -q '^-rw-r--r-- 1 rappel'");
    machine.wait_for("cat /run/rappel/rappel.prom", "rappel_letters{state=\"accepted\"} 2\n");
    let history = machine.well("rappel history 17/06");
    assert!(history.contains("Ann Kowalski"), "{history}");
}

fn the_journal_has_fields_and_no_secrets(machine: &Machine) {
    let of_action = machine.wait_for("journalctl -u rappel -o json RAPPEL_ACTION=17/06", "was accepted");
    // The first letter told the secretariat of the settings with errors.
    assert!(of_action.contains("\"RAPPEL_LETTER\":\"2\""), "{of_action}");
    let all = machine.well("journalctl -u rappel -o json");
    for never in ["@", "Kowalski", "Nominate", PASSWORD] {
        assert!(!all.contains(never), "{never:?} is in the journal:\n{all}");
    }
}

fn the_watchdog_restarts_what_hangs(machine: &Machine) {
    let restarts = "systemctl show rappel -p NRestarts -p ActiveState -p Result";
    assert!(machine.well(restarts).contains("NRestarts=0"));
    machine.well("kill -s STOP $(systemctl show rappel --value -p MainPID)");
    machine.wait_for(restarts, "NRestarts=1");
    machine.wait_for(restarts, "ActiveState=active");
    machine.wait_for("journalctl -u rappel -b", "Watchdog timeout");
}

/// A process under the same unit, with nothing changed but the program that it runs.
fn the_sandbox_holds(machine: &Machine) {
    machine.well(
        "sed -e 's/^Type=notify/Type=oneshot/' -e '/^WatchdogSec/d' -e '/^Restart/d' \
         -e 's|^ExecStart=.*|ExecStart=/usr/bin/perl /given/probe.pl|' \
         -e 's|^ExecPaths=/usr/bin/rappel|ExecPaths=/usr/bin/perl|' \
         /lib/systemd/system/rappel.service > /etc/systemd/system/rappel-probe.service
         systemctl daemon-reload; systemctl start rappel-probe; rm /etc/systemd/system/rappel-probe.service",
    );
    let found = machine.well("cat /var/lib/rappel/probe; rm /var/lib/rappel/probe");
    let may: Vec<_> = found.lines().filter_map(|line| line.strip_prefix("may ")).collect();
    let may_not = found.lines().filter(|line| line.starts_with("may not ")).count();
    assert_eq!(
        may.iter().filter(|what| !what.starts_with("not ")).collect::<Vec<_>>(),
        [&"write to /var/lib/rappel", &"write to /run/rappel", &"open a TCP socket"]
    );
    assert!(may_not >= 20, "{found}");
}

fn an_upgrade_keeps_the_state(machine: &Machine) {
    machine.well("systemctl enable rappel");
    let letters = || machine.well("ls /var/mail/all/new | wc -l");
    let (before, settings) = (letters(), machine.well("sha256sum /etc/rappel/rappel.toml"));
    machine.well("sed -i 's/^send = .*/send = \"* * * * * *\"/' /etc/rappel/rappel.toml");
    let changed = machine.well("sha256sum /etc/rappel/rappel.toml");
    assert_ne!(settings, changed);
    machine.well("apt-get install -y -o Dpkg::Options::=--force-confold /given/second.deb");
    machine.wait_for("systemctl status rappel", "active (running)");
    assert_eq!(machine.well("sha256sum /etc/rappel/rappel.toml"), changed, "changed settings stay");
    machine.well("grep -q 'from the second package' /etc/rappel/rappel.toml.dpkg-dist");
    // Send times have passed since the start: what was told is not told again.
    machine.wait_for("rappel doctor", "The last send time that was served is");
    let history = machine.well("rappel history 17/06");
    assert!(history.contains("Ann Kowalski"), "{history}");
    assert_eq!(letters(), before);
}

fn a_purge_leaves_nothing(machine: &Machine) {
    machine.well("apt-get remove -y rappel");
    machine.well("test -s /var/lib/rappel/rappel.db && test -s /etc/rappel/rappel.toml");
    machine.well("systemctl is-active rappel && exit 1; rm -r /etc/systemd/system/rappel.service.d; apt-get purge -y rappel");
    let left = machine.well(
        "find / -xdev \\( -path /given -o -path /proc -o -path /sys -o -path /var/log -o -path /tmp \\) -prune -o -name '*rappel*' -print",
    );
    assert_eq!(left, "");
    machine.well("test ! -e /run/rappel");
    assert!(machine.well("systemctl list-unit-files").lines().all(|line| !line.contains("rappel")));
    machine.well("test -s /srv/secretariat/register/Actions.csv");
}
