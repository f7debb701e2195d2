//! The envelope of one letter as commands: MAIL, RCPT and DATA.

use lettre::Address;
use lettre::transport::smtp::commands::{Mail, Rcpt};
use lettre::transport::smtp::extension::{MailBodyParameter, MailParameter};

use super::Job;
use super::offers::Offers;
use super::reply::{our_own, quoting};
use super::stage::Stage;
use crate::letter::{Outcome, Trouble};

/// The commands of a letter's envelope; see the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hail {
    mail: String,
    rcpt: String,
}

impl Hail {
    /// The stages in their order.
    pub(super) const STAGES: [Stage; 3] = [Stage::Mail, Stage::Rcpt, Stage::Data];

    /// The commands for a letter. A letter that this server cannot be given at all is refused.
    pub(super) fn new(job: &Job, offers: Offers) -> Result<Self, Outcome> {
        let envelope = &job.envelope;
        let from = match envelope.from.as_str() {
            "" => None,
            text => Some(address(text, Trouble::Sender)?),
        };
        let to = address(&envelope.to, Trouble::Recipient)?;
        let mut parameters = Vec::new();
        for (text, trouble) in [(&envelope.from, Trouble::Sender), (&envelope.to, Trouble::Recipient)] {
            if !text.is_ascii() && !offers.utf8 {
                let why = format!("the mail server cannot take the address {text} (no SMTPUTF8)");
                return Err(Outcome::Refused(trouble, quoting(&why)));
            }
        }
        if !job.bytes.is_ascii() {
            if !offers.eight_bit {
                let why = "the mail server cannot take this letter (no 8BITMIME)";
                return Err(Outcome::Refused(Trouble::Sender, our_own(why)));
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        if !envelope.from.is_ascii() || !envelope.to.is_ascii() {
            parameters.push(MailParameter::SmtpUtfEight);
        }
        Ok(Self {
            mail: Mail::new(from, parameters).to_string(),
            rcpt: Rcpt::new(to, Vec::new()).to_string(),
        })
    }

    /// The command of one of [`Hail::STAGES`].
    pub(super) fn command(&self, stage: Stage) -> &str {
        match stage {
            Stage::Mail => &self.mail,
            Stage::Rcpt => &self.rcpt,
            _ => "DATA\r\n",
        }
    }
}

/// The address, if it is one; lettre's own check lets quoted control characters pass.
fn address(text: &str, trouble: Trouble) -> Result<Address, Outcome> {
    let wrong =
        |why: String| Outcome::Refused(trouble, quoting(&format!("{text:?} is not an address: {why}")));
    if text.chars().any(char::is_control) {
        return Err(wrong("it holds a control character".to_owned()));
    }
    text.parse::<Address>().map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::Envelope;

    fn job(from: &str, to: &str, bytes: &str) -> Job {
        let envelope = Envelope { from: from.to_owned(), to: to.to_owned() };
        Job {
            id: 1,
            attempt: 1,
            envelope,
            message_id: "1@example.int".into(),
            bytes: bytes.as_bytes().to_vec(),
        }
    }

    fn refusal(job: &Job, offers: Offers) -> Trouble {
        match Hail::new(job, offers) {
            Err(Outcome::Refused(trouble, _)) => trouble,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_ordinary_envelope_needs_no_parameters() {
        let hail = Hail::new(&job("tsb@example.int", "a@example.org", "x"), Offers::default()).unwrap();
        assert_eq!(hail.command(Stage::Mail), "MAIL FROM:<tsb@example.int>\r\n");
        assert_eq!(hail.command(Stage::Rcpt), "RCPT TO:<a@example.org>\r\n");
        assert_eq!(hail.command(Stage::Data), "DATA\r\n");
        let bounce = Hail::new(&job("", "a@example.org", "x"), Offers::default()).unwrap();
        assert_eq!(bounce.command(Stage::Mail), "MAIL FROM:<>\r\n");
    }

    #[test]
    fn what_the_server_does_not_offer_is_refused_and_what_it_offers_is_declared() {
        let all = Offers { utf8: true, eight_bit: true, ..Offers::default() };
        let wide = job("tsb@example.int", "zoë@example.org", "é");
        let hail = Hail::new(&wide, all).unwrap();
        assert_eq!(hail.command(Stage::Mail), "MAIL FROM:<tsb@example.int> BODY=8BITMIME SMTPUTF8\r\n");
        assert_eq!(refusal(&wide, Offers::default()), Trouble::Recipient);
        assert_eq!(refusal(&job("zoë@example.int", "a@example.org", ""), Offers::default()), Trouble::Sender);
        assert_eq!(refusal(&job("a@example.int", "a@example.org", "é"), Offers::default()), Trouble::Sender);
    }

    #[test]
    fn no_address_can_add_a_command() {
        for to in [
            "a@example.org>\r\nRCPT TO:<b@example.org",
            "a\r\n@example.org",
            "\"a\r\nDATA\"@example.org",
            "",
            "a",
        ] {
            assert_eq!(
                refusal(&job("tsb@example.int", to, "x"), Offers::default()),
                Trouble::Recipient,
                "{to:?}"
            );
        }
        assert_eq!(
            refusal(&job("a\n@example.int", "a@example.org", "x"), Offers::default()),
            Trouble::Sender
        );
    }
}
