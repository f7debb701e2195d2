//! A machine with a systemd of its own, booted from a folder in about a second. All that it writes is in memory, and
//! gone with it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long anything may take that has to happen; only a test that fails waits so long.
const DEADLINE: Duration = Duration::from_mins(1);

/// How often is looked whether it happened: a machine cannot tell its test.
const PACE: Duration = Duration::from_millis(50);

/// A machine that runs. It is switched off when the test is over.
pub(crate) struct Machine {
    nspawn: Child,
    /// Its first process, as it is known out here.
    leader: String,
}

impl Machine {
    /// Boots from `root`, with the folder `given` at /given. Why not, where this machine cannot do it.
    pub(crate) fn boot(root: &Path, given: &Path) -> Result<Self, String> {
        let log = fs::File::create(given.join("boot.log")).unwrap();
        let nspawn = Command::new("systemd-nspawn")
            .args(["-q", "-b", "--volatile=overlay", "--register=no", "--keep-unit", "--private-network"])
            .args(["--link-journal=no", "--console=pipe", "--resolv-conf=off", "--timezone=off"])
            .args(["--private-users=no", "--machine", &format!("rappel-test-{}", std::process::id())])
            .arg("-D")
            .arg(root)
            .arg(format!("--bind-ro={}:/given", given.display()))
            .args(["systemd.unit=basic.target", "systemd.mask=systemd-firstboot.service"])
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .map_err(|_| "there is no systemd-nspawn here (Debian's package systemd-container)".to_owned())?;
        let mut machine = Self { nspawn, leader: String::new() };
        let why = || {
            let said = fs::read_to_string(given.join("boot.log")).unwrap_or_default();
            format!("systemd does not boot here: {}", said.lines().last().unwrap_or("no reason is given"))
        };
        machine.leader = machine.first_process().ok_or_else(why)?;
        let is_up = |machine: &Self| {
            let state = machine.ran(&["systemctl", "is-system-running"]);
            let state = String::from_utf8_lossy(&state.stdout).trim().to_owned();
            ["running", "degraded"].contains(&state.as_str())
        };
        if !machine.within(DEADLINE, is_up) {
            return Err(why());
        }
        Ok(machine)
    }

    fn first_process(&mut self) -> Option<String> {
        let end = Instant::now() + DEADLINE;
        let (pid, ours) = (self.nspawn.id(), pids_of("self").unwrap());
        while Instant::now() < end && self.nspawn.try_wait().unwrap().is_none() {
            let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
            // The one that makes the namespaces comes before the one that lives in them.
            let first =
                children.split_whitespace().find(|child| pids_of(child).is_some_and(|pids| pids != ours));
            if let Some(first) = first {
                return Some(first.to_owned());
            }
            thread::sleep(PACE);
        }
        None
    }

    /// What a command on the machine gave.
    fn ran(&self, command: &[&str]) -> Output {
        Command::new("timeout")
            .arg(DEADLINE.as_secs().to_string())
            .args(["nsenter", "-t", &self.leader, "-a", "-r", "-w", "--", "env", "-i"])
            .args(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"])
            .arg("COLUMNS=200")
            .args(command)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Runs a shell script on the machine: exit code, standard output and error in one.
    pub(crate) fn sh(&self, script: &str) -> (i32, String) {
        let output = self.ran(&["sh", "-ec", &format!("exec 2>&1; {script}")]);
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// What the script said; it must have gone well.
    pub(crate) fn well(&self, script: &str) -> String {
        let (code, said) = self.sh(script);
        assert_eq!(code, 0, "{script}\n{said}\n{}", self.sh("journalctl -n 60 --no-pager").1);
        said
    }

    /// Waits until what the script says has `expected` in it.
    pub(crate) fn wait_for(&self, script: &str, expected: &str) -> String {
        let mut said = String::new();
        let found = self.within(DEADLINE, |machine| {
            said = machine.sh(script).1;
            said.contains(expected)
        });
        assert!(
            found,
            "no {expected:?} in what `{script}` says:\n{said}\n{}",
            self.sh("journalctl -n 60 --no-pager").1
        );
        said
    }

    fn within(&self, time: Duration, mut is_so: impl FnMut(&Self) -> bool) -> bool {
        let end = Instant::now() + time;
        loop {
            if is_so(self) {
                return true;
            }
            if Instant::now() > end {
                return false;
            }
            thread::sleep(PACE);
        }
    }
}

/// Which processes see each other: the name of the namespace in which a process lives.
fn pids_of(process: &str) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{process}/ns/pid")).ok()
}

impl Drop for Machine {
    fn drop(&mut self) {
        // Its first process ends all others with it.
        let _ = Command::new("kill").args(["-s", "KILL", &self.leader]).stderr(Stdio::null()).status();
        let _ = self.nspawn.kill();
        let _ = self.nspawn.wait();
    }
}
