//! What could not be delivered, told to the secretariat once a day; and a second address tried
//! before anything is given up.

use jiff::{SignedDuration, Timestamp, civil::Date};
use rusqlite::Connection;

use super::{Daemon, fact, guard::Hold};
use crate::{
    action::counted,
    compose::{Item, Notice},
    deliver::Done,
    directory::Directory,
    ledger::{self, Mentioned},
    letter::{Outcome, Trouble},
    outbox::{self, LetterId, RetrySettings, SECOND_TRIED, State, Summary},
};

/// Records an answer. After a refusal of the recipient's address the person's second one is tried, at once; or when it is
/// released, if the letter was held meanwhile.
pub(super) fn settle(
    c: &Connection,
    done: &Done,
    directory: Option<&Directory>,
    now: Timestamp,
    retry: &RetrySettings,
) -> rusqlite::Result<()> {
    let (id, outcome) = (LetterId(done.id), &done.outcome);
    let directory = directory.filter(|_| matches!(outcome, Outcome::Refused(Trouble::Recipient, _)));
    let held = if directory.is_some() { outbox::held(c, id)? } else { None };
    outbox::settle(c, id, done.attempt, outcome, now, retry)?;
    let Some(directory) = directory else { return Ok(()) };
    let Some(letter) = outbox::show(c, id)? else { return Ok(()) };
    let Some(second) = directory.second_address(&letter.summary.recipient) else { return Ok(()) };
    match held {
        Some(why) if outbox::redirect(c, id, second, now)? => outbox::hold(c, id, &why).map(drop),
        Some(_) => Ok(()),
        None => outbox::redirect(c, id, second, now).map(drop),
    }
}

/// What failed since the last report.
struct Failed {
    letters: Vec<(Summary, Vec<Mentioned>)>,
    impossible: Vec<(String, String)>,
    /// What identifies each failure.
    what: Vec<String>,
}

/// After so long without a send time the secretariat is told in between.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

impl Daemon {
    /// When failures are to be told although no send time comes; none while nothing can be told.
    pub(super) fn next_report(&self) -> Option<Timestamp> {
        let held = matches!(self.guard.hold, Some(Hold::Clock(..))) || self.health.damage.is_some();
        let next = self.reports.failures_looked_at.checked_add(A_DAY).ok().filter(|_| !held)?;
        Some(self.health.retry_at.map_or(next, |retry| next.max(retry)))
    }

    /// Tells the secretariat of failures once a day also when no send time comes.
    pub(super) async fn report_failures_daily(&mut self, now: Timestamp) {
        // A clock that was set back would put it off.
        self.reports.failures_looked_at = self.reports.failures_looked_at.min(now);
        if self.store_works() && self.next_report().is_some_and(|next| next <= now) {
            self.report_failures(now).await;
        }
    }

    /// Tells the secretariat what could not be delivered, if anything has failed since it was told
    /// last, and it was not told today.
    pub(super) async fn report_failures(&mut self, now: Timestamp) {
        self.reports.failures_looked_at = now;
        let today = self.setup.rules.send().zone().to_datetime(now).date();
        let failed = match self.store.read(|c| failed(c, today)) {
            Ok(Some(failed)) => failed,
            Ok(None) => return,
            Err(error) => return self.store_failed(&error),
        };
        let Some(letter) = self.composed(&notice(&failed, now), now) else { return };
        let written = self.store.write(move |c| {
            outbox::enqueue(c, &letter, now, now)?;
            outbox::tell_failures(c, &failed.what)?;
            ledger::set_fact(c, fact::FAILURES_TOLD, &format!("{today} {now}"))
        });
        match written.await {
            Ok(()) => self.flight.due_now(now),
            Err(error) => self.store_failed(&error),
        }
    }
}

/// What failed since the last report; none if there is nothing, or the report of today was made.
fn failed(c: &Connection, today: Date) -> rusqlite::Result<Option<Failed>> {
    let last = ledger::get_fact(c, fact::FAILURES_TOLD)?.unwrap_or_default();
    if last.split_once(' ').is_some_and(|(day, _)| day == today.to_string()) {
        return Ok(None);
    }
    let (mut letters, mut what) = (Vec::new(), Vec::new());
    for (id, name) in outbox::failed_untold(c)? {
        what.push(name);
        let Some(letter) = outbox::show(c, id)? else { continue };
        letters.push((letter.summary, ledger::mentioned_in(c, id)?));
    }
    let untold = ledger::impossible_untold(c)?;
    what.extend(untold.iter().map(|one| one.what.clone()));
    let impossible = untold
        .into_iter()
        .map(|one| (format!("{} (about {})", one.recipient_name, one.reference), one.why))
        .collect();
    let failed = Failed { letters, impossible, what };
    Ok((!failed.letters.is_empty() || !failed.impossible.is_empty()).then_some(failed))
}

fn notice(failed: &Failed, now: Timestamp) -> Notice {
    let doubtful = failed.letters.iter().filter(|(letter, _)| !letter.state.is_settled()).count();
    let count = failed.letters.len() - doubtful + failed.impossible.len();
    let letters = |count| if count == 1 { "1 letter".to_owned() } else { format!("{count} letters") };
    let not_delivered = (count > 0).then(|| format!("{} could not be delivered", letters(count)));
    let in_doubt = (doubtful > 0).then(|| format!("{} may or may not have arrived", letters(doubtful)));
    let subject = [not_delivered, in_doubt].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let summaries: Vec<_> = failed.letters.iter().map(|(letter, _)| letter.clone()).collect();
    let mut items: Vec<_> = failed.letters.iter().map(|(letter, actions)| item(letter, actions)).collect();
    items.extend(failed.impossible.iter().map(|(what, why)| Item {
        title: what.clone(),
        text: format!("The letter could not be composed: {why}"),
    }));
    Notice {
        sort: "undeliverable".to_owned(),
        // Not the day: a clock that was set back would find its letter written already.
        about: now.to_string(),
        lead: format!("{subject}. Nobody else was told in place of these recipients."),
        subject,
        items,
        advice: advice(&summaries),
    }
}

/// To whom, about what, and why.
fn item(letter: &Summary, actions: &[Mentioned]) -> Item {
    let name = actions.first().map_or_else(String::new, |one| format!("{}, ", one.recipient_name));
    let about: Vec<_> = actions.iter().map(|one| format!("{} ({})", one.reference, one.title)).collect();
    let about = if about.is_empty() { format!("\"{}\"", letter.subject) } else { about.join("; ") };
    let what = format!("Letter {} about {about}", letter.id);
    let answer = letter.last_answer.as_ref().map_or_else(String::new, |answer| format!(": {answer}"));
    let before = letter.note.as_deref().and_then(|note| note.strip_suffix(SECOND_TRIED));
    let before = before.map_or_else(String::new, |before| format!(", after it was {before}"));
    let attempts = counted(letter.attempts as usize, "attempt", "attempts");
    let text = match letter.state {
        State::Held => {
            format!("{what} may have arrived; the last of {attempts} had no known end{answer}")
        }
        State::Expired => format!("{what} was given up after {attempts}{before}{answer}"),
        _ => match whose(letter) {
            Whose::Recipients => format!("{what} was refused{before}{answer}"),
            Whose::Senders => {
                format!(
                    "{what} was refused because of its text or its sender, not because of the address{answer}"
                )
            }
            Whose::Ours => format!("{what} was not sent{answer}"),
        },
    };
    Item { title: format!("{name}{}", letter.to), text }
}

/// Whose trouble it is that a letter was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The address is not good.
    Recipients,
    /// It says nothing about the address.
    Senders,
    /// No server was asked.
    Ours,
}

fn whose(letter: &Summary) -> Whose {
    let Some(answer) = &letter.last_answer else { return Whose::Ours };
    match answer.trouble.as_deref() {
        Some(trouble) if trouble == Trouble::Recipient.as_str() => Whose::Recipients,
        _ if answer.code.is_some() => Whose::Senders,
        _ => Whose::Ours,
    }
}

/// What can be done about these, sentence by sentence.
fn advice(letters: &[Summary]) -> Vec<String> {
    let refused = |by| letters.iter().any(|one| one.state == State::Refused && whose(one) == by);
    let expired = letters.iter().any(|one| one.state == State::Expired);
    let doubtful = letters.iter().any(|one| !one.state.is_settled());
    let all = [
        (
            refused(Whose::Recipients) || expired,
            "Correct the addresses in the register; `rappel outbox retry NUMBER` then sends a letter again.",
        ),
        (
            refused(Whose::Senders),
            "Where the text or the sender is the trouble, show the answer to whoever runs the mail server; \
             `rappel outbox retry NUMBER` sends a letter again when that is mended.",
        ),
        (!letters.is_empty(), "`rappel outbox show NUMBER` shows every attempt and every answer."),
        (
            doubtful,
            "About letters that may have arrived somebody has to decide: `rappel outbox accept NUMBER` if the recipient \
             has it, `retry` to send it once more, `drop` to leave it.",
        ),
    ];
    all.into_iter().filter(|(applies, _)| *applies).map(|(_, advice)| advice.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::tests::Office, *};
    use crate::{
        letter::{Envelope, Letter, LetterKind, Reply},
        store,
    };

    #[tokio::test]
    async fn a_letter_that_is_held_while_it_is_refused_stays_held_and_goes_to_the_second_address_then() {
        let office = Office::new("");
        office.actions(&[]);
        office.write(
            "register/Representatives.csv",
            "Name,Email,Second email\nAnn,ann@example.org,ann@second.example.org\n",
        );
        let daemon = office.start().await;
        let directory = daemon.register.directory.clone().unwrap();
        let recipient = crate::action::RecipientId::person("Ann");
        let now = Timestamp::UNIX_EPOCH;
        let letter = Letter {
            key: "a".repeat(32),
            kind: LetterKind::Reminder,
            recipient,
            envelope: Envelope { from: "tsb@example.int".into(), to: "ann@example.org".into() },
            message_id: "a@example.int".into(),
            subject: "one".into(),
            bytes: b"Dear Ann".to_vec(),
        };
        let c = store::in_memory().unwrap();
        let id = outbox::enqueue(&c, &letter, now, now).unwrap().id();
        let retry = RetrySettings::default();
        let refused = |attempt| Done {
            id: id.0,
            attempt,
            outcome: Outcome::Refused(Trouble::Recipient, Reply { code: Some(550), ..Reply::default() }),
        };
        let claim = || outbox::claim(&c, 1, now, &retry).unwrap();
        assert_eq!(claim().len(), 1);
        outbox::hold(&c, id, "held by a person").unwrap();
        settle(&c, &refused(1), Some(&directory), now, &retry).unwrap();
        assert_eq!(outbox::held(&c, id).unwrap().as_deref(), Some("held by a person"));
        assert!(claim().is_empty());
        outbox::release(&c, id, now).unwrap();
        let [again] = &claim()[..] else { panic!("it was released") };
        assert_eq!(again.envelope.to, "ann@second.example.org");
        // Held, and refused there as well: there is no third.
        outbox::hold(&c, id, "held by a person").unwrap();
        settle(&c, &refused(2), Some(&directory), now, &retry).unwrap();
        assert_eq!(outbox::held(&c, id).unwrap(), None);
        assert_eq!(outbox::show(&c, id).unwrap().unwrap().summary.state, State::Refused);
    }
}
