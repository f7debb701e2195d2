//! TLS and passwords.

use super::*;

pub(crate) fn authority(certificate: &Certificate) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, &certificate.authority).unwrap();
    (folder, path)
}

fn login(password: &str) -> Login {
    Login { user: "tsb".into(), password: Some(Secret::new(password.into())) }
}

#[tokio::test]
async fn letters_travel_over_tls_from_the_first_byte_and_after_starttls() {
    let certificate = Certificate::for_name("localhost");
    let (_folder, ca) = authority(&certificate);
    for (tls, script) in [
        (Tls::Required, Script::default().tls(&certificate)),
        (Tls::StartTls, Script::default().start_tls(&certificate)),
        (Tls::StartTls, Script::default().start_tls(&certificate).one_by_one()),
    ] {
        let server = SmtpServer::start(script.login("PLAIN LOGIN", "tsb", "secret"));
        let settings = SmtpSettings {
            host: "localhost".into(),
            tls,
            ca_file: Some(ca.clone()),
            login: Some(login("secret")),
            ..settings(&server)
        };
        let mut jobs: Vec<Job> = (1..=5).map(job).collect();
        jobs[2].bytes = "a long letter, over TLS\r\n".repeat(20_000).into_bytes();
        let expected: Vec<Vec<u8>> = jobs.iter().map(|job| job.bytes.clone()).collect();
        let outcomes = carry(MailSettings::Smtp(settings), jobs).await;
        assert_eq!(shorts(&outcomes), ["accepted 250"; 5], "{tls:?} {outcomes:?}");
        assert_eq!(server.letters().into_iter().map(|kept| kept.bytes).collect::<Vec<_>>(), expected);
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_or_names_another_host_gets_no_letter() {
    let certificate = Certificate::for_name("mail.example.int");
    let (_folder, ca) = authority(&certificate);
    for ca_file in [None, Some(ca)] {
        for tls in [Tls::Required, Tls::StartTls] {
            let script = if tls == Tls::Required {
                Script::default().tls(&certificate)
            } else {
                Script::default().start_tls(&certificate)
            };
            let other_ca = authority(&Certificate::for_name("other"));
            let (outcome, server) = attempt_with(script, |s| {
                s.host = "localhost".into();
                s.tls = tls;
                s.login = Some(login("secret"));
                s.ca_file = Some(ca_file.clone().unwrap_or(other_ca.1.clone()));
            })
            .await;
            assert_eq!(short(&outcome), "later server");
            let why = match &ca_file {
                None => "of an authority that is not trusted here",
                Some(_) => "for another name: mail.example.int",
            };
            assert_eq!(outcome.reply().text, format!("no TLS with localhost: its certificate is {why}"));
            assert_eq!((server.count("AUTH"), server.letters().len()), (0, 0));
        }
    }
}

#[tokio::test]
async fn a_certificate_that_is_its_own_authority_is_refused_in_words_that_say_what_would_be_right() {
    let certificate = Certificate::signed_with_itself("localhost");
    let (_folder, ca) = authority(&certificate);
    let (outcome, _server) = attempt_with(Script::default().tls(&certificate), |s| {
        s.host = "localhost".into();
        s.tls = Tls::Required;
        s.ca_file = Some(ca);
    })
    .await;
    assert_eq!(short(&outcome), "later server");
    let said = &outcome.reply().text;
    assert!(said.contains("one of an authority, and not of a server") && said.contains("CA:FALSE"), "{said}");
}

#[tokio::test]
async fn tls_with_a_server_that_speaks_plainly_fails_as_the_servers_trouble() {
    let certificate = Certificate::for_name("localhost");
    let (_folder, ca) = authority(&certificate);
    let change = |s: &mut SmtpSettings| {
        s.host = "localhost".into();
        s.tls = Tls::Required;
        s.ca_file = Some(ca);
        s.timeouts.connect = Duration::from_secs(2);
    };
    let (outcome, _server) = attempt_with(Script::default(), change).await;
    assert_eq!(short(&outcome), "later server");
}

#[tokio::test]
async fn without_the_offer_of_starttls_nothing_is_sent_in_the_clear() {
    let (_folder, ca) = authority(&Certificate::for_name("localhost"));
    let (outcome, server) = attempt_with(Script::default().login("PLAIN", "tsb", "secret"), |s| {
        s.tls = Tls::StartTls;
        s.ca_file = Some(ca);
        s.login = Some(login("secret"));
    })
    .await;
    assert_eq!(short(&outcome), "later server");
    assert_eq!(outcome.reply().text, "127.0.0.1 does not offer STARTTLS: nothing is sent in the clear");
    assert_eq!((server.count("AUTH"), server.count("MAIL")), (0, 0));
}

#[tokio::test]
async fn answers_slipped_in_before_tls_are_not_heard_behind_it() {
    let certificate = Certificate::for_name("localhost");
    let (_folder, ca) = authority(&certificate);
    let slipped = Act::say("220 2.0.0 Ready\r\n250-evil\r\n250 AUTH PLAIN");
    let (outcome, server) =
        attempt_with(Script::default().start_tls(&certificate).on(At::StartTls, slipped), |s| {
            s.host = "localhost".into();
            s.tls = Tls::StartTls;
            s.ca_file = Some(ca);
        })
        .await;
    assert_eq!(short(&outcome), "later server");
    assert!(outcome.reply().text.contains("went on talking before TLS"), "{outcome:?}");
    assert_eq!(server.count("MAIL"), 0);
}

#[tokio::test]
async fn the_right_password_opens_and_a_wrong_one_is_the_servers_trouble() {
    for mechanisms in ["PLAIN LOGIN", "PLAIN", "LOGIN", "XOAUTH2 LOGIN"] {
        let script = Script::default().login(mechanisms, "tsb", "secret");
        let (outcome, _) = attempt_with(script.clone(), |s| s.login = Some(login("secret"))).await;
        assert_eq!(short(&outcome), "accepted 250", "{mechanisms}");
        let (outcome, server) = attempt_with(script, |s| s.login = Some(login("wrong"))).await;
        assert_eq!(short(&outcome), "later server 535", "{mechanisms}");
        assert_eq!(outcome.reply().enhanced.as_deref(), Some("5.7.8"));
        assert_eq!(server.count("MAIL"), 0);
    }
}

#[tokio::test]
async fn faults_during_login_are_the_servers_trouble() {
    for act in [Act::say("454 4.7.0 Later"), Act::Drop, Act::Reset, Act::Garbage, Act::EndlessLine] {
        let script = Script::default().login("PLAIN", "tsb", "secret").on(At::Login, act.clone());
        let (outcome, _server) = attempt_with(script, |s| s.login = Some(login("secret"))).await;
        assert!(matches!(outcome, Outcome::Later(Trouble::Server, _)), "{act:?}: {outcome:?}");
    }
    let (outcome, _server) = attempt_with(Script::default(), |s| s.login = Some(login("secret"))).await;
    assert_eq!(outcome.reply().text, "the server offers neither AUTH PLAIN nor AUTH LOGIN");
}

#[tokio::test]
async fn the_password_is_in_no_outcome() {
    for act in [Act::say("535 5.7.8 No"), Act::Garbage, Act::Drop] {
        let script = Script::default().login("PLAIN LOGIN", "tsb", "c4nary").on(At::Login, act);
        let (outcome, _server) = attempt_with(script, |s| s.login = Some(login("c4nary"))).await;
        let shown = format!("{outcome:?}");
        assert!(!shown.contains("c4nary") && !shown.contains("YzRuYXJ5"), "{shown}");
    }
}
