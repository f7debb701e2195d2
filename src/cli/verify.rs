//! `rappel verify`: is the history what it was? The hash chain, and the rows that it speaks of.

use std::path::Path;

use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;

use super::{
    exit::{Ended, Failure},
    output::{self, count, moment},
};
use crate::{
    daemon::Setup,
    ledger::{self, Evidence},
    store::{self, Break, Head, Reader},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A head of the chain as a report prints it: is it (still) in the chain?
    #[arg(long, value_name = "HEAD")]
    head: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Verdict {
    whole: bool,
    /// The newest head, in its short form and in full; none on a state without history.
    head: Option<String>,
    head_in_full: Option<String>,
    links: u64,
    entries: u64,
    /// Entries of which the names were forgotten.
    anonymised: u64,
    began: Option<Timestamp>,
    /// What is wrong, in sentences.
    wrong: Vec<String>,
    /// Whether the head that was asked for is in the chain; none if none was.
    asked_head_found: Option<bool>,
}

/// Where in the chain the head is that was asked for.
struct Asked {
    text: String,
    found: Option<(Head, Option<Timestamp>)>,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let setup = Setup::load(config)?;
    let reader = store::open_reader(&setup.settings.state)?;
    let zone = setup.rules.send().zone();
    let asked = args.head.as_deref().map(|text| look_for(&reader, text)).transpose()?;
    let evidence = reader.read(ledger::verify)?;
    let wrong = wrong(&reader, &evidence, zone)?;
    let found = asked.as_ref().map(|asked| asked.found.is_some());
    if args.json {
        output::json(&verdict(&evidence, wrong, found))?;
    } else {
        print(&evidence, &wrong, asked.as_ref(), zone);
    }
    if evidence.is_whole() && found != Some(false) { Ok(()) } else { Err(Failure::Attention) }
}

fn look_for(reader: &Reader, text: &str) -> Result<Asked, Failure> {
    let found = reader.read(|c| store::find(c, text))?;
    let heads = found.map_err(|why| Failure::Failed(anyhow::Error::msg(why)))?;
    let found = match heads.into_iter().next() {
        None => None,
        Some(head) => {
            let at = reader.read(|c| match ledger::last_entry_of(c, head.link)? {
                Some(entry) => ledger::entry_at(c, entry),
                None => Ok(None),
            })?;
            Some((head, at))
        }
    };
    Ok(Asked { text: text.to_owned(), found })
}

fn verdict(evidence: &Evidence, wrong: Vec<String>, asked_head_found: Option<bool>) -> Verdict {
    let chain = &evidence.chain;
    Verdict {
        whole: evidence.is_whole(),
        head: chain.head.as_ref().map(ToString::to_string),
        head_in_full: chain.head.as_ref().map(|head| head.hex.clone()),
        links: chain.links,
        entries: chain.entries,
        anonymised: chain.anonymised,
        began: evidence.began.map(|(at, _)| at),
        wrong,
        asked_head_found,
    }
}

/// What is wrong, in sentences with what each means.
fn wrong(reader: &Reader, evidence: &Evidence, zone: &TimeZone) -> Result<Vec<String>, Failure> {
    let mut wrong = Vec::new();
    for one in &evidence.chain.breaks {
        wrong.push(sentence(reader, one, zone)?);
    }
    wrong.extend(evidence.differences.iter().map(ToString::to_string));
    Ok(wrong)
}

fn sentence(reader: &Reader, one: &Break, zone: &TimeZone) -> Result<String, Failure> {
    let when = |entry: i64| -> Result<String, Failure> {
        let at = reader.read(|c| ledger::entry_at(c, entry))?;
        Ok(at.map_or_else(|| "unknown time".to_owned(), |at| moment(at, zone)))
    };
    Ok(match one {
        Break::Missing { link } => {
            format!("Before link {link} links or entries are missing: the chain was computed without them.")
        }
        Break::Changed { link, first, last } if first == last => format!(
            "The chain breaks at link {link}: entry {first} ({}) was changed, removed or added since.",
            when(*first)?
        ),
        Break::Changed { link, first, last } => format!(
            "The chain breaks at link {link}: of the entries {first} to {last} ({} to {}) at least one was changed, \
             removed or added since.",
            when(*first)?,
            when(*last)?
        ),
        Break::Private { entry } => {
            format!("The names or the reason in entry {entry} ({}) were changed since.", when(*entry)?)
        }
        Break::Unsealed { entry } => format!(
            "From entry {entry} on ({}) entries were added past rappel: no link covers them.",
            when(*entry)?
        ),
    })
}

fn print(evidence: &Evidence, wrong: &[String], asked: Option<&Asked>, zone: &TimeZone) {
    let chain = &evidence.chain;
    let (links, entries) =
        (count(whole(chain.links), "link", "links"), count(whole(chain.entries), "entry", "entries"));
    if evidence.is_whole() {
        say!("The history is whole: {links} over {entries}.");
    } else {
        say!("The history is NOT what was recorded ({links} over {entries}):");
        for line in wrong {
            say!("- {line}");
        }
        say!(
            "Somebody, or a fault of the disk, changed the database past rappel. What was recorded before the \
             first break is as it was. Keep a copy of the database as it is, and compare it with a backup: `rappel \
             doctor` says which there are."
        );
    }
    if let Some((began, reminders)) = evidence.began {
        let before = match reminders {
            0 => String::new(),
            some => format!(
                "; {} of before were taken in as they stood then",
                count(whole(some), "reminder", "reminders")
            ),
        };
        say!("The chain began on {}{before}.", moment(began, zone));
    }
    if chain.anonymised > 0 {
        say!(
            "{} anonymised: the names in them were forgotten on request; what happened when is still proved.",
            count(whole(chain.anonymised), "entry is", "entries are")
        );
    }
    match &chain.head {
        Some(head) => say!("Head of the chain: {head}"),
        None => say!("Nothing was recorded so far: there is no head to write down."),
    }
    if let Some(asked) = asked {
        say!("{}", about(asked, evidence.is_whole(), zone));
    }
}

fn whole(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Where the head is that was asked for. It proves nothing of a history that is not whole.
fn about(asked: &Asked, is_whole: bool, zone: &TimeZone) -> String {
    match &asked.found {
        Some((head, at)) => {
            let at = at.map_or_else(String::new, |at| format!(", of {}", moment(at, zone)));
            let means = if is_whole {
                "What was recorded up to then is what it was."
            } else {
                "It proves nothing now: the history is not what was recorded (see above)."
            };
            format!("{head} is in the chain: link {}{at}. {means}", head.link)
        }
        None => format!(
            "{} is NOT in the chain. Either it was copied wrongly, or the state was restored from a backup of \
             before it was printed, or the history was rewritten since.",
            asked.text
        ),
    }
}
