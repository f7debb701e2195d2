//! Defaults, file and environment, one over the other.

use std::{path::Path, time::Duration};

use rappel::{
    config::{self, LogLevel, Origin},
    deliver::{MailSettings, Timeouts, Tls},
    outbox::RetrySettings,
    register::DateOrder,
};

use super::workplace::{MINIMAL, Workplace, bad, good};

const SMTP: &str = r#"[secretariat]
name = "TSB"
address = "tsb@example.int"
[register]
path = "register.xlsx"
[mail.smtp]
host = "mail.example.org"
"#;

fn smtp(settings: config::Settings) -> rappel::deliver::SmtpSettings {
    match settings.mail {
        MailSettings::Smtp(smtp) => smtp,
        MailSettings::Maildir(_) => panic!("a folder"),
    }
}

#[test]
fn a_minimal_file_gets_every_other_value_from_the_defaults() {
    let place = Workplace::new(MINIMAL);
    let (settings, problems) = place.load().unwrap();
    assert_eq!(problems.to_string(), "");
    assert_eq!(settings.file, place.file());
    assert_eq!(settings.secretariat.reply_to.address, "tsb@example.int");
    assert_eq!(settings.secretariat.domain, "example.int");
    assert_eq!(settings.secretariat.zone.iana_name(), Some("Europe/Zurich"));
    assert_eq!(settings.register.path, place.folder.path().join("register.xlsx"));
    assert_eq!(settings.register.dates, DateOrder::Refuse);
    assert!(settings.register.policies.contains("default"));
    assert_eq!(settings.send.text(), "0 8 * * Mon-Fri");
    let policy = &settings.policies["default"];
    assert_eq!(
        (policy.before.as_slice(), policy.on_the_day, policy.overdue),
        ([28, 14, 7, 3, 1].as_slice(), true, Some(7))
    );
    assert!(policy.without_deadline.is_some() && policy.kinds.is_empty());
    assert_eq!(settings.retry, RetrySettings::default());
    assert_eq!(settings.state, Path::new("/var/lib/rappel"));
    assert_eq!((settings.templates, settings.log), (None, LogLevel::Info));
}

#[test]
fn a_mail_server_needs_only_its_name_and_the_port_follows_the_encryption() {
    let settings = smtp(good(SMTP));
    assert_eq!((settings.port, settings.tls, settings.connections), (587, Tls::StartTls, 4));
    let standard = Timeouts::default();
    assert_eq!(
        (settings.timeouts.connect, settings.timeouts.final_dot),
        (standard.connect, standard.final_dot)
    );
    assert_eq!(
        (settings.timeouts.greeting, settings.timeouts.command),
        (standard.greeting, standard.command)
    );
    assert_eq!(settings.timeouts.data_block, standard.data_block);
    assert_eq!(smtp(good(&format!("{SMTP}tls = \"required\"\n"))).port, 465);
    let local = SMTP.replace("mail.example.org", "localhost");
    assert_eq!(smtp(good(&format!("{local}tls = \"none\"\n"))).port, 25);
}

#[test]
fn the_environment_counts_more_than_the_file_and_the_file_more_than_the_defaults() {
    let text = format!(
        "#: env RAPPEL__MAIL__SMTP__HOST=relay.example.org\n#: env RAPPEL__MAIL__SMTP__PORT=2525\n\
        #: env RAPPEL__POLICY__DEFAULT__BEFORE=2w, 1d\n#: env RAPPEL__POLICY__DEFAULT__ON_THE_DAY=false\n\
        #: env PATH=/bin\n{SMTP}[policy.default]\noverdue = \"never\"\n"
    );
    let settings = good(&text);
    let policy = &settings.policies["default"];
    assert_eq!(
        (policy.before.as_slice(), policy.on_the_day, policy.overdue),
        ([14, 1].as_slice(), false, None)
    );
    assert!(policy.without_deadline.is_some(), "what the file does not say stays as it is");
    let origin = |key: &str| settings.sources.iter().find(|source| source.key == key).unwrap().clone();
    assert_eq!(origin("mail.smtp.host").origin, Origin::Variable("RAPPEL__MAIL__SMTP__HOST".to_owned()));
    assert_eq!(origin("mail.smtp.host").value, "\"relay.example.org\"");
    assert_eq!(origin("policy.default.overdue").origin, Origin::Line(14));
    assert_eq!(origin("log.level").origin, Origin::BuiltIn);
    let smtp = smtp(settings);
    assert_eq!((smtp.host.as_str(), smtp.port), ("relay.example.org", 2525));
}

#[test]
fn the_environment_alone_is_enough() {
    let settings = good(
        "#: env RAPPEL__SECRETARIAT__NAME=TSB\n#: env RAPPEL__SECRETARIAT__ADDRESS=tsb@example.int\n\
        #: env RAPPEL__REGISTER__PATH=/srv/register.xlsx\n#: env RAPPEL__MAIL__MAILDIR__PATH=/srv/letters\n",
    );
    assert_eq!(settings.register.path, Path::new("/srv/register.xlsx"));
    assert!(matches!(settings.mail, MailSettings::Maildir(_)));
}

#[test]
fn the_password_comes_from_its_file_or_from_systemd_and_is_never_shown() {
    let from_file =
        format!("#: file secret 600 hunter2\\n\n{SMTP}user = \"rappel\"\npassword_file = \"secret\"\n");
    let from_systemd = format!(
        "#: file smtp-password 400 hunter2\n#: env CREDENTIALS_DIRECTORY=FOLDER\n{SMTP}user = \
        \"rappel\"\npassword_credential = \"smtp-password\"\n"
    );
    for text in [from_file, from_systemd] {
        let place = Workplace::new(&text);
        let (settings, problems) = place.load().unwrap();
        assert_eq!(problems.to_string(), "");
        assert!(!format!("{settings:?}").contains("hunter2"));
        let login = smtp(settings).login.unwrap();
        assert_eq!((login.user.as_str(), login.password.as_ref().unwrap().expose()), ("rappel", "hunter2"));
    }
}

#[test]
fn the_service_takes_the_credential_and_a_command_by_hand_the_file() {
    let both = format!(
        "#: file secret 600 of-the-file\n{SMTP}user = \"rappel\"\npassword_file = \"secret\"\n\
        password_credential = \"smtp-password\"\n"
    );
    let credential = |content: &str| {
        format!("#: file smtp-password 400 {content}\n#: env CREDENTIALS_DIRECTORY=FOLDER\n{both}")
    };
    // The unit hands over an empty line where there is no password.
    for (text, password) in [
        (both.clone(), "of-the-file"),
        (credential("of-systemd"), "of-systemd"),
        (credential("\\n"), "of-the-file"),
    ] {
        let (settings, problems) = Workplace::new(&text).load().unwrap();
        assert_eq!(problems.to_string(), "");
        assert_eq!(smtp(settings).login.unwrap().password.unwrap().expose(), password);
    }
}

#[test]
fn no_message_shows_a_password_wherever_it_was_written() {
    for line in [
        "password = \"hunter2\"",
        "password = hunter2",
        "user = \"rappel\"\npassword_file = \"hunter2\"",
        "user = \"rappel\"\npassword_credential = \"hunter2\"",
        "host = \"smtp://rappel:hunter2@mail.example.org\"",
    ] {
        let text = if line.starts_with("host") {
            SMTP.replace("host = \"mail.example.org\"", line)
        } else {
            format!("{SMTP}{line}\n")
        };
        let said = bad(&text);
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn a_variable_that_is_not_text_is_named_and_not_read() {
    use std::{ffi::OsString, os::unix::ffi::OsStringExt};

    let place = Workplace::new(MINIMAL);
    let value = (OsString::from("RAPPEL__LOG__LEVEL"), OsString::from_vec(b"inf\xf6".to_vec()));
    let name = (OsString::from_vec(b"RAPPEL__LOG\xff".to_vec()), OsString::from("info"));
    let said =
        config::load_from(&place.file(), &[value, name].into_iter().collect()).map(|_| ()).unwrap_err();
    assert_eq!(
        said.to_string(),
        "environment, RAPPEL__LOG__LEVEL: the value has characters that are not UTF-8. Write it in UTF-8.\n\
         environment, RAPPEL__LOG\u{fffd}: there is no setting log\u{fffd}. Remove the variable, or mend its name."
    );
}

#[test]
fn relative_paths_start_from_the_folder_of_the_file() {
    let text = format!("#: folder own\n{MINIMAL}[state]\ndir = \"state\"\n[templates]\ndir = \"own\"\n");
    let place = Workplace::new(&text);
    let settings = place.load().unwrap().0;
    assert_eq!(settings.state, place.folder.path().join("state"));
    assert_eq!(settings.templates, Some(place.folder.path().join("own")));
}

#[test]
fn a_policy_has_only_what_it_says_and_its_steps_in_order() {
    let settings = good(&format!(
        "{MINIMAL}[policy.\"liaison reply\"]\nbefore = [\"3d\", \"2w\", \"7d\"]\nkinds = [\"Liaison \
        Reply\"]\n"
    ));
    let policy = &settings.policies["liaison reply"];
    assert_eq!(policy.before, [14, 7, 3]);
    assert!(!policy.on_the_day && policy.overdue.is_none() && policy.without_deadline.is_none());
    assert_eq!(policy.kinds, [rappel::action::Kind::LiaisonReply]);
    assert!(settings.register.policies.contains("liaison reply"));
}

#[test]
fn times_are_read_in_every_unit() {
    let settings =
        good(&format!("{MINIMAL}[retry]\nfirst = \"30s\"\nmax = \"2h\"\ngive_up_after = \"3d\"\n"));
    assert_eq!(
        (settings.retry.first, settings.retry.max, settings.retry.give_up_after),
        (Duration::from_secs(30), Duration::from_hours(2), Duration::from_hours(72))
    );
}
