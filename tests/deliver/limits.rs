//! Letters and settings that cannot work.

use super::*;
use crate::secure::authority;

#[tokio::test]
async fn letters_that_the_server_cannot_take_are_refused_before_they_are_sent() {
    let server = SmtpServer::start(Script::default().seven_bit());
    let mut eight_bit = job(2);
    eight_bit.bytes.extend_from_slice("é\r\n".as_bytes());
    let jobs = vec![job_to(1, "zoë@example.org"), eight_bit, job_to(3, "not an address"), job(4)];
    let outcomes = carry(smtp(&server), jobs).await;
    assert_eq!(
        shorts(&outcomes),
        ["refused recipient", "refused sender", "refused recipient", "accepted 250"]
    );
    assert_eq!(server.letters().len(), 1);
}

#[tokio::test]
async fn what_the_server_can_take_is_declared() {
    let server = SmtpServer::start(Script::default());
    let mut wide = job_to(1, "zoë@example.org");
    wide.bytes.extend_from_slice("é\r\n".as_bytes());
    let outcomes = carry(smtp(&server), vec![wide.clone()]).await;
    assert_eq!(shorts(&outcomes), ["accepted 250"]);
    assert_eq!(server.letters()[0].from, "<tsb@example.int> BODY=8BITMIME SMTPUTF8");
    assert_eq!(server.letters()[0].bytes, wide.bytes);
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_at_the_start() {
    let server = SmtpServer::start(Script::default());
    let with = |change: &dyn Fn(&mut SmtpSettings)| {
        let mut settings = settings(&server);
        change(&mut settings);
        Carrier::start(MailSettings::Smtp(settings)).map(drop).unwrap_err()
    };
    assert!(matches!(with(&|s| s.hello = Some("a b\r\n".into())), DeliverError::Hello { .. }));
    let missing = with(&|s| (s.tls, s.ca_file) = (Tls::Required, Some("/nowhere/ca.pem".into())));
    assert!(missing.to_string().starts_with("CA file /nowhere/ca.pem: "), "{missing}");
    let (_folder, ca) = authority(&Certificate::for_name("x"));
    let host = with(&|s| (s.tls, s.host, s.ca_file) = (Tls::Required, "a b".into(), Some(ca.clone())));
    assert!(matches!(host, DeliverError::Host { .. }));
}
