//! The program as it runs: what it tells its supervisor, signals to it, and its end.

use std::{
    cell::RefCell,
    fmt::Write as _,
    io::{Read, Write as _},
    os::unix::net::UnixDatagram,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::Duration,
};

use super::{
    office::{Office, Ran},
    smtp_server::{STEP, STEPS},
};

/// A program that runs, with a supervisor (`sd_notify(3)`) that listens to it. It is killed when
/// the test is over.
pub(crate) struct Running {
    child: Child,
    supervisor: UnixDatagram,
    /// A line that it said and nobody waited for.
    next: RefCell<Option<String>>,
    out: Output,
    err: Output,
}

/// What it writes.
struct Output {
    /// What it wrote so far.
    text: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Running {
    /// The daemon of an office, as soon as it says that it is ready, and has its state open.
    pub(crate) fn daemon(office: &Office) -> Self {
        Self::daemon_with(office, |_| ())
    }

    /// As [`Running::daemon`], with something of its own in the command.
    pub(crate) fn daemon_with(office: &Office, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = office.command(&["run"]);
        change(&mut command);
        let running = Self::start(office, command);
        running.wait_for("READY=1");
        // On a machine that is busy it is ready before, and says so once more.
        let next = running.wait_for("");
        if next.contains("Looking at the whole history") {
            running.wait_for("READY=1");
        } else {
            running.next.replace(Some(next));
        }
        running
    }

    /// Starts a command and listens to it.
    pub(crate) fn start(office: &Office, mut command: Command) -> Self {
        let path = office.path("notify");
        let _ = std::fs::remove_file(&path);
        let supervisor = UnixDatagram::bind(&path).unwrap();
        command.env("NOTIFY_SOCKET", &path).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let out = Output::of(child.stdout.take().unwrap());
        let err = Output::of(child.stderr.take().unwrap());
        Self { child, supervisor, next: RefCell::new(None), out, err }
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it tells its supervisor a line that begins so, and gives the line.
    pub(crate) fn wait_for(&self, beginning: &str) -> String {
        self.wait_until(|line| line.starts_with(beginning))
            .unwrap_or_else(|heard| panic!("never said {beginning:?}, but {heard:#?}\n{}", self.found()))
    }

    /// Waits until its status line has this in it.
    pub(crate) fn wait_for_status(&self, text: &str) -> String {
        self.wait_until(|line| line.starts_with("STATUS=") && line.contains(text))
            .unwrap_or_else(|heard| panic!("no status with {text:?}, but {heard:#?}\n{}", self.found()))
    }

    /// All that it says from now to a line that begins so.
    pub(crate) fn heard_until(&self, beginning: &str) -> Vec<String> {
        let mut heard = Vec::new();
        let found = self.wait_until(|line| {
            heard.push(line.to_owned());
            line.starts_with(beginning)
        });
        found.unwrap_or_else(|heard| panic!("never said {beginning:?}, but {heard:#?}\n{}", self.found()));
        heard
    }

    /// All that it has said and that nobody has heard; it does not wait for more.
    #[allow(dead_code, reason = "each test program uses its own part of it")]
    pub(crate) fn heard_so_far(&self) -> Vec<String> {
        self.supervisor.set_nonblocking(true).unwrap();
        let mut heard: Vec<_> = self.next.take().into_iter().collect();
        let mut buffer = [0; 4096];
        while let Ok(length) = self.supervisor.recv(&mut buffer) {
            heard.extend(String::from_utf8_lossy(&buffer[..length]).lines().map(str::to_owned));
        }
        self.supervisor.set_nonblocking(false).unwrap();
        heard
    }

    fn wait_until(&self, mut is_it: impl FnMut(&str) -> bool) -> Result<String, Vec<String>> {
        let mut heard = Vec::new();
        let mut buffer = [0; 4096];
        if let Some(line) = self.next.take() {
            if is_it(&line) {
                return Ok(line);
            }
            heard.push(line);
        }
        self.supervisor.set_read_timeout(Some(STEP)).unwrap();
        let mut left = STEPS;
        while left > 0 {
            let Ok(length) = self.supervisor.recv(&mut buffer) else {
                left -= 1;
                continue;
            };
            for line in String::from_utf8_lossy(&buffer[..length]).lines() {
                if is_it(line) {
                    return Ok(line.to_owned());
                }
                heard.push(line.to_owned());
            }
        }
        Err(heard)
    }

    /// Sends a signal, as `kill(1)` names it.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.pid().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Asks it to read everything again, and waits until it has.
    pub(crate) fn reload(&self) {
        self.signal("HUP");
        self.wait_for("RELOADING=1");
        self.wait_for("READY=1");
    }

    /// Kills it as `kill -9` does.
    pub(crate) fn kill(mut self) -> Ran {
        self.child.kill().unwrap();
        self.ended()
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(mut self) -> Ran {
        self.signal("TERM");
        self.ended()
    }

    /// Waits for its end.
    pub(crate) fn ended(&mut self) -> Ran {
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        Ran { code, out: self.out.whole(), err: self.err.whole() }
    }

    /// What somebody finds who looks why it does not say what it should: where each of its threads is in the kernel, and
    /// its log.
    fn found(&self) -> String {
        let mut found = String::new();
        let process = format!("/proc/{}", self.pid());
        for thread in std::fs::read_dir(format!("{process}/task")).into_iter().flatten().flatten() {
            let of = |file: &str| std::fs::read_to_string(thread.path().join(file)).unwrap_or_default();
            let state =
                of("status").lines().find(|line| line.starts_with("State:")).unwrap_or_default().to_owned();
            let (name, at, call) = (of("comm"), of("wchan"), of("syscall"));
            writeln!(found, "thread {}: {state}, {at}, {}", name.trim(), call.trim()).unwrap();
        }
        write!(found, "its log:\n{}", self.err.so_far()).unwrap();
        found
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Output {
    /// Read on a thread, so that the program never waits for the test.
    fn of(mut from: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&text);
        let reader = Some(std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = from.read(&mut buffer) {
                written.lock().unwrap().write_all(&buffer[..length]).unwrap();
            }
        }));
        Self { text, reader }
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().unwrap()).into_owned()
    }

    /// All that it wrote, at its end.
    fn whole(&mut self) -> String {
        self.reader.take().unwrap().join().unwrap();
        self.so_far()
    }
}
