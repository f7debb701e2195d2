//! Whether the world believes that letters come from the secretariat: what its domain says in the DNS about who may
//! send for it (SPF, RFC 7208), and what becomes of what is not believed (DMARC, RFC 7489).

use std::net::SocketAddr;

use super::{
    Finding,
    dns::{self, Trouble},
};
use crate::deliver::SmtpSettings;

const ABOUT: &str = "sender";

/// What can be seen from here about letters from an address of this domain.
pub(super) fn check(domain: &str, smtp: &SmtpSettings) -> Vec<Finding> {
    look(dns::server(), domain, &smtp.host)
}

fn look(server: SocketAddr, domain: &str, host: &str) -> Vec<Finding> {
    let spf = match dns::texts(server, domain) {
        Ok(texts) => spf(domain, host, &texts),
        Err(trouble) => return vec![unseen(domain, &trouble)],
    };
    let name = format!("_dmarc.{domain}");
    let dmarc = match dns::texts(server, &name) {
        Ok(texts) => dmarc(&name, &texts),
        Err(trouble) => unseen(&name, &trouble),
    };
    vec![spf, dmarc, dkim()]
}

fn unseen(name: &str, trouble: &Trouble) -> Finding {
    let why = match trouble {
        Trouble::Silent(why) => format!("the name server does not answer ({why})"),
        Trouble::Refused(code) => format!("the name server refuses the question (code {code})"),
        Trouble::Nonsense => "what the name server answers is not understood".to_owned(),
    };
    Finding::note(ABOUT, format!("What {name} says in the DNS about its letters cannot be seen: {why}."))
}

fn spf(domain: &str, host: &str, texts: &[String]) -> Finding {
    let policies: Vec<&String> = texts
        .iter()
        .filter(|text| {
            let version = text.split_whitespace().next().unwrap_or_default();
            version.eq_ignore_ascii_case("v=spf1")
        })
        .collect();
    match policies.as_slice() {
        [] => Finding::note(
            ABOUT,
            format!("{domain} does not say in the DNS which servers may send for it (SPF)."),
        )
        .with(format!(
            "Have a TXT record added to {domain} that names the servers behind {host}; without it letters to \
                 other organizations may be taken for forged."
        )),
        [one] if one.split_whitespace().eq(["v=spf1", "-all"]) => Finding::warning(
            ABOUT,
            format!("{domain} says in the DNS that no server may send for it (SPF: {one})."),
            format!(
                "Have the servers behind {host} named in it, or send from another domain (secretariat.address)."
            ),
        ),
        [one] => Finding::good(
            ABOUT,
            format!(
                "{domain} says which servers may send for it (SPF: {one}). Those behind {host} must be among them."
            ),
        ),
        several => Finding::warning(
            ABOUT,
            format!("{domain} has {} SPF records in the DNS, which counts as none.", several.len()),
            "Have them put together into one.",
        ),
    }
}

fn dmarc(name: &str, texts: &[String]) -> Finding {
    let policy = texts.iter().find(|text| text.starts_with("v=DMARC1"));
    match policy {
        None => Finding::note(
            ABOUT,
            format!(
                "{name} has no DMARC record: receivers decide by themselves about letters that look forged."
            ),
        ),
        Some(policy) => {
            let wish = policy.split(';').find_map(|tag| tag.trim().strip_prefix("p=")).unwrap_or("none");
            let strict = wish != "none";
            let so = if strict { " Letters must then pass SPF or DKIM for this very domain." } else { "" };
            Finding::good(
                ABOUT,
                format!("{name} asks receivers to \"{wish}\" what looks forged (DMARC).{so}"),
            )
        }
    }
}

/// The name under which a signature is checked is in the letter, and known to the mail server alone.
fn dkim() -> Finding {
    Finding::note(ABOUT, "Whether letters are signed (DKIM) cannot be seen from here: the mail server signs them.").with(
        "Look at the header Authentication-Results of a letter that `rappel send-test` sent to another organization: \
         spf, dkim and dmarc should say \"pass\".",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::{Level, dns::tests::name_server};

    fn seen(known: &'static [(&str, &str)]) -> Vec<(Level, String)> {
        let found = look(name_server(known), "example.int", "mail.example.int");
        found.into_iter().map(|finding| (finding.level, finding.what)).collect()
    }

    #[test]
    fn what_the_domain_says_is_shown_and_what_it_does_not_say_is_noted() {
        let found = seen(&[
            ("example.int", "MS=ms1234"),
            ("example.int", "v=spf1 include:spf.example.org -all"),
            ("_dmarc.example.int", "v=DMARC1; p=reject; rua=mailto:d@example.int"),
        ]);
        assert_eq!(found[0].0, Level::Good);
        assert!(found[0].1.contains("include:spf.example.org -all"), "{found:?}");
        assert!(found[1].1.contains("\"reject\"") && found[2].1.contains("DKIM"), "{found:?}");
        let nothing = seen(&[]);
        assert!(nothing.iter().all(|(level, _)| *level == Level::Note), "{nothing:?}");
    }

    #[test]
    fn a_domain_that_sends_nothing_and_one_that_says_two_things_are_warnings() {
        assert_eq!(seen(&[("example.int", "v=spf1 -all")])[0].0, Level::Warning);
        let two = seen(&[("example.int", "v=spf1 mx -all"), ("example.int", "V=SPF1 a ~all")]);
        assert_eq!(two[0].0, Level::Warning);
        assert!(two[0].1.contains("2 SPF records"), "{two:?}");
    }

    #[test]
    fn a_name_server_that_does_not_answer_is_a_note_and_is_asked_once() {
        let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let found = look(silent.local_addr().unwrap(), "example.int", "mail.example.int");
        assert_eq!(found.len(), 1);
        assert!(found[0].level == Level::Note && found[0].what.contains("no answer within 2 s"), "{found:?}");
    }
}
