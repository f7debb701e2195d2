//! How letters leave: through a mail server or into a folder.

use std::{path::PathBuf, time::Duration};

use super::{
    Variables,
    check::Check,
    file::read_limited,
    given::{Given, quoted},
    host,
    login::login,
    raw,
};
use crate::deliver::{MailSettings, MaildirSettings, SmtpSettings, Timeouts, Tls};

const SMTP: &str = "mail.smtp";
const MAILDIR: &str = "mail.maildir";
const HOST: &str = "mail.smtp.host";
/// The largest file of certificates: 4 MiB, several times what a whole system trusts.
const MAX_CA_BYTES: u64 = 4 * 1024 * 1024;

/// Exactly one way out; when both are there, both are checked all the same.
pub(super) fn mail(check: &mut Check<'_>, raw: &raw::Mail, variables: &Variables) -> Option<MailSettings> {
    let smtp = check.places.first_in(SMTP);
    let maildir = check.places.first_in(MAILDIR);
    if let (Some((_, smtp)), Some((key, maildir))) = (&smtp, &maildir) {
        let message = format!(
            "letters leave either through [mail.smtp] ({smtp}) or into [mail.maildir] ({maildir}), not \
            both. Remove one of the two sections."
        );
        check.error(key, message);
    }
    if smtp.is_none() && maildir.is_none() && !check.is_mentioned(SMTP) && !check.is_mentioned(MAILDIR) {
        check.error(
            "mail",
            "nothing says how letters leave. Write a section [mail.smtp] with host = \
            \"mail.example.org\", or [mail.maildir] with path = \"letters\".",
        );
    }
    let through = smtp.and_then(|_| server(check, &raw.smtp, variables)).map(MailSettings::Smtp);
    let into = maildir.and_then(|_| folder(check, &raw.maildir)).map(MailSettings::Maildir);
    through.or(into)
}

fn folder(check: &mut Check<'_>, raw: &raw::Maildir) -> Option<MaildirSettings> {
    let right = "Write the folder to put letters in, for example path = \"letters\".";
    let path = check.path("mail.maildir.path", &raw.path, right);
    let path = check.required("mail.maildir.path", path, right)?;
    if path.exists() && !path.is_dir() {
        check.error("mail.maildir.path", format!("{} is not a folder. {right}", path.display()));
    }
    Some(MaildirSettings { path })
}

fn server(check: &mut Check<'_>, raw: &raw::Smtp, variables: &Variables) -> Option<SmtpSettings> {
    let right = "Write the name of the mail server, for example host = \"mail.example.org\".";
    let host = check.parsed(HOST, &raw.host, right, host::server);
    let host = check.required(HOST, host, right);
    let tls = check.word(
        "mail.smtp.tls",
        &raw.tls,
        "a way to encrypt",
        &[("starttls", Tls::StartTls), ("required", Tls::Required), ("none", Tls::None)],
    );
    let port = port(check, &raw.port, tls);
    let login = login(check, raw, variables);
    if let (Some(host), Some(Tls::None)) = (&host, tls) {
        in_the_clear(check, raw, host);
    }
    let ca_file = certificates(check, &raw.ca_file);
    let right = "Write the name of this machine, for example \"reminders.example.int\".";
    let hello = check.parsed("mail.smtp.hello", &raw.hello, right, host::hello);
    let right = "Write a whole number from 1 to 64, for example 4.";
    let connections =
        check.whole("mail.smtp.connections", &raw.connections, 1..=64, "a number of connections", right);
    let timeouts = timeouts(check, &raw.timeouts);
    Some(SmtpSettings {
        host: host?,
        port: port?,
        tls: tls?,
        login,
        ca_file,
        hello,
        timeouts: timeouts?,
        connections: connections?,
    })
}

/// The port, or the usual one for the way of encrypting (RFC 6409, RFC 8314).
fn port(check: &mut Check<'_>, given: &Given, tls: Option<Tls>) -> Option<u16> {
    let key = "mail.smtp.port";
    if *given == Given::Nothing {
        return tls.map(|tls| match tls {
            Tls::StartTls => 587,
            Tls::Required => 465,
            Tls::None => 25,
        });
    }
    let right = "Write a whole number from 1 to 65535, for example 587.";
    let port = check.whole(key, given, 1..=u16::MAX, "a port", right)?;
    match (port, tls) {
        (465, Some(Tls::StartTls)) => {
            check.warning(
                key,
                "port 465 is encrypted from the first byte: STARTTLS will wait there in \
                vain. Write tls = \"required\", or port = 587.",
            );
        }
        (25 | 587, Some(Tls::Required)) => {
            check.warning(
                key,
                format!(
                    "port {port} usually begins in the clear, and tls = \"required\" \
                    encrypts from the first byte. Write tls = \"starttls\", or port = 465."
                ),
            );
        }
        _ => {}
    }
    Some(port)
}

fn in_the_clear(check: &mut Check<'_>, raw: &raw::Smtp, host: &str) {
    let key = "mail.smtp.tls";
    if host::is_this_machine(host) {
        return;
    }
    let with_password = raw.password_file != Given::Nothing || raw.password_credential != Given::Nothing;
    let host = quoted(host);
    if with_password {
        check.error(
            key,
            format!(
                "with tls = \"none\" the password would go to {host} in the clear. Write \
                \"starttls\" or \"required\"; \"none\" is for a server on this machine."
            ),
        );
    } else {
        check.warning(
            key,
            format!(
                "with tls = \"none\" letters go to {host} in the clear, for everybody \
                on the way to read. Write \"starttls\" or \"required\" if the server can."
            ),
        );
    }
}

fn certificates(check: &mut Check<'_>, given: &Given) -> Option<PathBuf> {
    let key = "mail.smtp.ca_file";
    let right = "Write the path of a file with certificates in PEM form.";
    let path = check.path(key, given, right)?;
    let wrong = match read_limited(&path, MAX_CA_BYTES) {
        Err(why) => why.words(),
        Ok(bytes) if !String::from_utf8_lossy(&bytes).contains("-----BEGIN CERTIFICATE-----") => {
            "holds no certificate in PEM form".to_owned()
        }
        Ok(_) => return Some(path),
    };
    check.error(key, format!("{} {wrong}. {right}", path.display()));
    None
}

fn timeouts(check: &mut Check<'_>, raw: &raw::Timeouts) -> Option<Timeouts> {
    let mut take = |name: &str, given: &Given| {
        let key = format!("mail.smtp.timeouts.{name}");
        let range = Duration::from_secs(1)..=Duration::from_hours(1);
        check.duration(&key, given, &range, "Write a time from 1s to 1h, for example \"5m\".")
    };
    let connect = take("connect", &raw.connect);
    let greeting = take("greeting", &raw.greeting);
    let command = take("command", &raw.command);
    let data = take("data", &raw.data);
    let final_dot = take("final_dot", &raw.final_dot);
    if final_dot.is_some_and(|wait| wait < Timeouts::default().final_dot) {
        check.warning(
            "mail.smtp.timeouts.final_dot",
            "a server that is slow here may have taken the \
            letter already, and the person gets it twice. Write 10m or more.",
        );
    }
    Some(Timeouts {
        connect: connect?,
        greeting: greeting?,
        command: command?,
        data_start: data?,
        data_block: data?,
        final_dot: final_dot?,
    })
}
