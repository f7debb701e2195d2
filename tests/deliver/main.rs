//! Delivery against a real SMTP session, good and bad: what each fault means for each letter.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod arriving;
mod broken;
mod carrying;
mod limits;
mod nonsense;
mod refusals;
mod secure;
#[path = "../common/smtp_server.rs"]
mod smtp_server;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use rappel::deliver::{
    Carrier, DeliverError, Job, Login, MailSettings, MaildirSettings, Secret, SmtpSettings, Timeouts, Tls,
    deliver_once,
};
use rappel::letter::{Envelope, Outcome, Reply, Trouble};
use smtp_server::{Act, At, Certificate, Script, SmtpServer};

/// Short enough for a test to wait for it, long enough for a busy machine where it must not pass.
const SHORT: Duration = Duration::from_millis(60);

fn settings(server: &SmtpServer) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".into(),
        port: server.port(),
        tls: Tls::None,
        login: None,
        ca_file: None,
        hello: Some("secretariat.example.int".into()),
        timeouts: Timeouts::default(),
        connections: 1,
    }
}

fn smtp(server: &SmtpServer) -> MailSettings {
    MailSettings::Smtp(settings(server))
}

fn job(id: i64) -> Job {
    job_to(id, &format!("delegate{id}@example.org"))
}

fn job_to(id: i64, to: &str) -> Job {
    let bytes = format!(
        "Message-ID: <{id}@example.int>\r\nSubject: letter {id}\r\n\r\n.a dot\r\n\r\n..two\r\n.\r\nthe end {id}\r\n"
    );
    Job {
        id,
        attempt: 3,
        envelope: Envelope { from: "tsb@example.int".into(), to: to.into() },
        message_id: format!("{id}@example.int"),
        bytes: bytes.into_bytes(),
    }
}

/// The outcome of one letter, over a connection of its own.
async fn attempt(script: Script) -> Outcome {
    attempt_with(script, |_| ()).await.0
}

async fn attempt_with(script: Script, change: impl FnOnce(&mut SmtpSettings)) -> (Outcome, SmtpServer) {
    let server = SmtpServer::start(script);
    let mut settings = settings(&server);
    change(&mut settings);
    (deliver_once(&MailSettings::Smtp(settings), job(1)).await, server)
}

/// The outcomes of letters that were all handed in at once, each by its id. Where the carrier was
/// held by trouble with the server, it is resumed.
async fn carry(settings: MailSettings, jobs: Vec<Job>) -> BTreeMap<i64, Outcome> {
    let carrier = Carrier::start(settings).unwrap();
    let count = jobs.len();
    for job in jobs {
        carrier.send(job).await;
    }
    let mut outcomes = BTreeMap::new();
    while outcomes.len() < count {
        let done = carrier.next_done().await.unwrap();
        assert_eq!(done.attempt, 3);
        assert!(outcomes.insert(done.id, done.outcome).is_none(), "letter {} was answered twice", done.id);
        carrier.resume();
    }
    let closed = carrier.close(Duration::from_secs(5)).await;
    assert!(closed.done.is_empty() && closed.untouched.is_empty(), "{closed:?}");
    outcomes
}

/// An outcome in short: "later server", "refused recipient 550", "unknown".
fn short(outcome: &Outcome) -> String {
    let trouble = match outcome {
        Outcome::Later(trouble, _) | Outcome::Refused(trouble, _) => format!(" {}", trouble.as_str()),
        Outcome::Accepted(_) | Outcome::Unknown(_) => String::new(),
    };
    let code = outcome.reply().code.map(|code| format!(" {code}")).unwrap_or_default();
    format!("{}{trouble}{code}", outcome.as_str())
}

fn shorts(outcomes: &BTreeMap<i64, Outcome>) -> Vec<String> {
    outcomes.values().map(short).collect()
}

fn kept_ids(server: &SmtpServer) -> Vec<String> {
    server.letters().iter().map(|kept| kept.to.join(",")).collect()
}
