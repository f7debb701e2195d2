//! The way that letters leave.

use std::{fs, path::Path};

use jiff::{SignedDuration, Timestamp};

use super::{Finding, shown};
use crate::{
    action::counted,
    deliver::{self, Hurdle, MailSettings, MaildirSettings, Probe, SmtpSettings, Tls, Unusable},
};

const ABOUT: &str = "mail";

/// A certificate that ends sooner is renewed now: authorities do so 30 days before.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Whether letters could leave now.
pub(super) async fn check(settings: &MailSettings, offline: bool, now: Timestamp) -> Vec<Finding> {
    match settings {
        MailSettings::Maildir(MaildirSettings { path }) => vec![maildir(path)],
        MailSettings::Smtp(_) if offline => {
            vec![Finding::note(ABOUT, format!("{settings}: not looked at (--offline)."))]
        }
        MailSettings::Smtp(_) if settings.lacks_password() => {
            let what = "not looked at, for its password may not be read by whoever asks";
            vec![Finding::note(ABOUT, format!("{settings}: {what}.")).with("Run `rappel doctor` as root.")]
        }
        MailSettings::Smtp(smtp) => match deliver::probe(smtp).await {
            Err(trouble) => vec![unusable(settings, &trouble)],
            Ok(probe) => {
                let mut findings = vec![usable(smtp, &probe)];
                findings.extend(probe.certificate.map(|until| certificate(smtp, until, now)));
                findings
            }
        },
    }
}

fn maildir(path: &Path) -> Finding {
    match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => {
            Finding::good(ABOUT, format!("Letters go into the Maildir {}.", shown(path)))
        }
        Ok(_) => Finding::error(
            ABOUT,
            format!("{} is not a folder.", shown(path)),
            "Correct path under [mail.maildir].",
        ),
        Err(_) => {
            Finding::note(ABOUT, format!("The Maildir {} will be made by the first letter.", shown(path)))
        }
    }
}

fn usable(smtp: &SmtpSettings, probe: &Probe) -> Finding {
    let SmtpSettings { host, .. } = smtp;
    let how = match (probe.encrypted, probe.logged_in) {
        (true, true) => "the connection is encrypted, the login is accepted",
        (true, false) => "the connection is encrypted, no login is set",
        (false, true) => "the connection is not encrypted, the login is accepted",
        (false, false) => "the connection is not encrypted, no login is set",
    };
    let what = format!("{host} answers at {}: {how}. It offers {}.", probe.address, probe.offers);
    let local = probe.address.starts_with("127.") || probe.address.starts_with("[::1]");
    if smtp.tls == Tls::None && !local {
        let remedy = "Set tls = \"starttls\" or \"required\" under [mail.smtp].";
        return Finding::warning(ABOUT, format!("{what} Anybody on the way can read the letters."), remedy);
    }
    Finding::good(ABOUT, what)
}

fn certificate(smtp: &SmtpSettings, until: Timestamp, now: Timestamp) -> Finding {
    let days = now.duration_until(until).as_hours() / 24;
    let left = counted(usize::try_from(days).unwrap_or_default(), "day", "days");
    let what = format!("The certificate of {} is valid until {until:.0} ({left}).", smtp.host);
    if now.duration_until(until) < SOON {
        let remedy = "Have it renewed on the mail server: afterwards nothing can be sent.";
        return Finding::warning(ABOUT, what, remedy);
    }
    Finding::good(ABOUT, what)
}

fn unusable(settings: &MailSettings, trouble: &Unusable) -> Finding {
    let what = format!("{settings} cannot be used: {trouble}. Letters wait, and leave when it can.");
    Finding::error(ABOUT, what, remedy_of(trouble.at))
}

/// What to look at when a mail server could not be used.
pub fn remedy_of(hurdle: Hurdle) -> &'static str {
    match hurdle {
        Hurdle::Settings => "Correct the settings under [mail.smtp].",
        Hurdle::Connection => {
            "Look whether host and port under [mail.smtp] are right, whether the mail server runs, and whether a \
             firewall is between."
        }
        Hurdle::Greeting => {
            "Look whether the port is the mail server's: 587 for tls = \"starttls\", 465 for \"required\"; and \
             whether the server takes connections from this machine."
        }
        Hurdle::Encryption => {
            "Look whether the certificate is valid today and carries the name that host says, whether its authority \
             is trusted (ca_file), and whether tls is right for the port (587: \"starttls\", 465: \"required\")."
        }
        Hurdle::Login => {
            "Look whether user and password are right, and whether that user may send; most servers take a login only on \
             an encrypted connection."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    fn smtp() -> SmtpSettings {
        SmtpSettings {
            host: "mail.example.org".to_owned(),
            port: 587,
            tls: Tls::StartTls,
            login: None,
            ca_file: None,
            hello: None,
            timeouts: deliver::Timeouts::default(),
            connections: 1,
        }
    }

    #[test]
    fn a_certificate_that_ends_within_two_weeks_is_a_warning() {
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        let until = |text: &str| certificate(&smtp(), text.parse().unwrap(), now);
        assert_eq!(until("2027-02-01T00:00:00Z").level, Level::Good);
        let soon = until("2026-12-01T00:00:00Z");
        assert_eq!(soon.level, Level::Warning);
        assert!(soon.what.contains("2026-12-01T00:00:00Z (7 days)"), "{}", soon.what);
    }

    #[test]
    fn letters_in_the_clear_beyond_this_machine_are_a_warning() {
        let probe = |address: &str| Probe {
            address: address.to_owned(),
            certificate: None,
            encrypted: false,
            logged_in: false,
            offers: "PIPELINING".to_owned(),
        };
        let clear = SmtpSettings { tls: Tls::None, ..smtp() };
        assert_eq!(usable(&clear, &probe("192.0.2.1:25")).level, Level::Warning);
        assert_eq!(usable(&clear, &probe("127.0.0.1:25")).level, Level::Good);
    }
}
