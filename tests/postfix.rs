//! A real mail system: letters go to Postfix over SMTP and are read back from the mailboxes into
//! which it delivers them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead as _, BufReader},
    net::{TcpListener, TcpStream},
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use common::office::{Ran, header, letters, rappel};
use notify::{RecursiveMode, Watcher as _};
use tempfile::TempDir;

const DEADLINE: Duration = Duration::from_secs(30);

/// Everybody to whom the example writes.
const PEOPLE: [&str; 6] = [
    "central-secretariat@example.org",
    "fg-dlt@example.int",
    "martin.euchner@example.org",
    "olivier.dubuisson@example.org",
    "tsb@example.int",
    "uncefact@example.org",
];

#[test]
fn postfix_delivers_the_letters_of_the_example_whole_to_all_recipients() {
    let postfix = match Postfix::start() {
        Ok(postfix) => postfix,
        Err(reason) => {
            println!("skipped: {reason}");
            return;
        }
    };
    let office = example(postfix.port);
    let config = office.path().join("rappel.toml");
    let run = |args: &[&str]| {
        let mut command = rappel();
        command.arg("--config").arg(&config).args(args);
        // On any day of the month: what was due long ago is due.
        command.env("RAPPEL__CATCH_UP__MAX_AGE", "3650d");
        Ran::of(command)
    };
    run(&["init"]).well();
    let out = run(&["run", "--once"]).well();
    assert!(out.contains("6 accepted, 0 refused"), "{out}");
    let delivered = postfix.wait_for_letters(6);

    let json = run(&["outbox", "list", "--json"]).well();
    let listed: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(delivered.keys().map(String::as_str).collect::<Vec<_>>(), PEOPLE);
    for summary in listed.as_array().unwrap() {
        let (to, id) = (summary["to"].as_str().unwrap(), summary["id"].to_string());
        let raw = run(&["outbox", "show", &id, "--raw"]).well();
        same_letter(&raw, &delivered[to], to);
    }

    let out = run(&["run", "--once"]).well();
    assert!(out.starts_with("Nothing is due now"), "{out}");
}

/// The example with Postfix as its mail server.
fn example(port: u16) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new("config/example");
    fs::create_dir(folder.path().join("register")).unwrap();
    for entry in fs::read_dir(source.join("register")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.path().join("register").join(entry.file_name())).unwrap();
    }
    let settings = fs::read_to_string(source.join("rappel.toml")).unwrap();
    let smtp = format!("[mail.smtp]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"");
    let with_smtp = settings.replace("[mail.maildir]\npath = \"letters\"", &smtp);
    assert_ne!(with_smtp, settings);
    // The example is of 2017: whatever the day, it is still told.
    let with_smtp = format!("{with_smtp}\n[catch_up]\nmax_age = \"3650d\"\n");
    fs::write(folder.path().join("rappel.toml"), with_smtp).unwrap();
    folder
}

/// What was kept as sent and what lies in the mailbox are the same letter.
fn same_letter(sent: &str, delivered: &str, to: &str) {
    assert_eq!(header(delivered, "Message-ID"), header(sent, "Message-ID"));
    assert_eq!(header(delivered, "Subject"), header(sent, "Subject"));
    assert_eq!(header(delivered, "To"), to);
    assert_eq!(header(delivered, "Reply-To"), "tsb@example.int");
    assert_eq!(header(delivered, "Return-Path"), "reminders@example.int");
    assert_eq!(header(delivered, "Delivered-To"), to);
    let parser = mail_parser::MessageParser::default();
    let (sent, delivered) = (parser.parse(sent).unwrap(), parser.parse(delivered).unwrap());
    for message in [&sent, &delivered] {
        assert_eq!((message.text_body_count(), message.html_body_count()), (1, 1));
    }
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (text, html) = (delivered.body_text(0).unwrap(), delivered.body_html(0).unwrap());
    assert_eq!(lines(&text), lines(&sent.body_text(0).unwrap()));
    assert_eq!(lines(&html), lines(&sent.body_html(0).unwrap()));
    assert!(text.contains("With kind regards,") && html.contains("</html>"));
}

/// A Postfix of the test's own: configuration, queue, mailboxes and port. It is stopped in any case.
struct Postfix {
    folder: TempDir,
    master: Child,
    port: u16,
}

impl Postfix {
    fn start() -> Result<Self, String> {
        let mut id = Command::new("id");
        if id.arg("-u").output().is_ok_and(|output| output.stdout != b"0\n") {
            return Err("only root can start a Postfix".to_owned());
        }
        let daemons = setting("daemon_directory")?;
        let (uid, gid) = (numeric_id("-u")?, numeric_id("-g")?);
        let folder = tempfile::Builder::new().prefix("rappel-postfix").tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        configure(folder.path(), port, uid, gid);
        let mut master = Command::new(Path::new(&daemons).join("master"));
        master.arg("-c").arg(folder.path().join("etc")).args(["-d", "-s"]);
        prepare(folder.path())?;
        let master = master.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let master = master.map_err(|error| format!("Postfix could not be started: {error}"))?;
        let postfix = Self { folder, master, port };
        postfix.wait_for_greeting();
        Ok(postfix)
    }

    fn wait_for_greeting(&self) {
        let end = Instant::now() + DEADLINE;
        loop {
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", self.port)) {
                stream.set_read_timeout(Some(DEADLINE)).unwrap();
                let mut line = String::new();
                BufReader::new(stream).read_line(&mut line).unwrap();
                assert!(line.starts_with("220 "), "{line}");
                return;
            }
            assert!(Instant::now() < end, "Postfix does not listen:\n{}", self.log());
            std::thread::yield_now();
        }
    }

    /// The letter of each recipient, as soon as there are so many.
    fn wait_for_letters(&self, count: usize) -> BTreeMap<String, String> {
        let (report, changes) = std::sync::mpsc::channel();
        let mut watcher = notify::recommended_watcher(move |_| _ = report.send(())).unwrap();
        let mailboxes = self.folder.path().join("mail");
        watcher.watch(&mailboxes, RecursiveMode::Recursive).unwrap();
        let end = Instant::now() + DEADLINE;
        loop {
            let delivered = delivered(&mailboxes);
            if delivered.len() >= count {
                return delivered;
            }
            let left = end.saturating_duration_since(Instant::now());
            let waited = changes.recv_timeout(left);
            assert!(waited.is_ok(), "only {:?} got letters:\n{}", delivered.keys(), self.log());
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let pid = self.master.id().to_string();
        // The master ends its children on SIGTERM; killed, it would leave them behind.
        let _ = Command::new("kill").args(["-s", "TERM", &pid]).status();
        let _ = self.master.wait();
    }
}

fn delivered(mailboxes: &Path) -> BTreeMap<String, String> {
    let people: BTreeSet<PathBuf> =
        fs::read_dir(mailboxes).unwrap().map(|entry| entry.unwrap().path()).collect();
    let mut delivered = BTreeMap::new();
    for person in people {
        let letters = letters(&person);
        assert!(letters.len() <= 1, "{} letters in {}", letters.len(), person.display());
        if let Some(letter) = letters.into_iter().next() {
            delivered.insert(person.file_name().unwrap().to_str().unwrap().to_owned(), letter);
        }
    }
    delivered
}

fn setting(name: &str) -> Result<String, String> {
    let output = Command::new("postconf").args(["-h", "-d", name]).output();
    let output = output.map_err(|_| "there is no Postfix on this machine".to_owned())?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn numeric_id(which: &str) -> Result<u32, String> {
    let output = Command::new("id").args([which, "postfix"]).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.ok().and_then(|text| text.parse().ok()).ok_or_else(|| "there is no user postfix".to_owned())
}

/// Mailboxes for the people of the example and nobody else; no letter leaves the machine.
fn configure(folder: &Path, port: u16, uid: u32, gid: u32) {
    let at = folder.display();
    let mailboxes: Vec<_> = PEOPLE.iter().map(|person| format!("{person}={person}/")).collect();
    let main = format!(
        "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/data\n\
         maillog_file = {at}/log\nmaillog_file_prefixes = {at}\nmyhostname = mail.example.int\n\
         mydestination =\nmynetworks = 127.0.0.0/8\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n\
         alias_maps =\nlocal_recipient_maps =\ndefault_transport = error:no mail leaves this machine\n\
         relay_transport = error:no mail leaves this machine\n\
         virtual_mailbox_domains = example.org example.int\nvirtual_mailbox_base = {at}/mail\n\
         virtual_mailbox_maps = inline:{{ {} }}\nvirtual_uid_maps = static:{uid}\n\
         virtual_gid_maps = static:{gid}\nvirtual_minimum_uid = {uid}\n",
        mailboxes.join(" ")
    );
    let unix = [
        ("pickup", "n - n 60 1 pickup"),
        ("cleanup", "n - n - 0 cleanup"),
        ("qmgr", "n - n 300 1 qmgr"),
        ("rewrite", "- - n - - trivial-rewrite"),
        ("bounce", "- - n - 0 bounce"),
        ("defer", "- - n - 0 bounce"),
        ("trace", "- - n - 0 bounce"),
        ("verify", "- - n - 1 verify"),
        ("flush", "n - n 1000? 0 flush"),
        ("proxymap", "- - n - - proxymap"),
        ("error", "- - n - - error"),
        ("retry", "- - n - - error"),
        ("virtual", "- n n - - virtual"),
        ("anvil", "- - n - 1 anvil"),
    ];
    let mut services = format!("127.0.0.1:{port} inet n - n - - smtpd\n");
    for (name, rest) in unix {
        services.extend([name, " unix ", rest, "\n"]);
    }
    services.push_str("postlog unix-dgram n - n - 1 postlogd\n");
    for name in ["etc", "queue", "data", "mail"] {
        fs::create_dir(folder.join(name)).unwrap();
    }
    for name in ["data", "mail"] {
        chown(folder.join(name), Some(uid), Some(gid)).unwrap();
    }
    fs::write(folder.join("etc/main.cf"), main).unwrap();
    fs::write(folder.join("etc/master.cf"), services).unwrap();
}

/// Lets Postfix make its queue.
fn prepare(folder: &Path) -> Result<(), String> {
    let mut check = Command::new("postfix");
    check.arg("-c").arg(folder.join("etc")).arg("check");
    let output = check.output().map_err(|error| format!("postfix check: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("postfix check says {}", String::from_utf8_lossy(&output.stderr)))
}
