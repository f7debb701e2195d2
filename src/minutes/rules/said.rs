//! Sentences: what each asks, promises or directs, of whom, and until when.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::{
        Due, Field, Place, Rule,
        dates::{deadline_in, due_alone},
        lexicon::pattern,
    },
    actors::is_acronym,
    asks::{self, Ask},
    draft::{Asked, Context},
    finder::Finder,
    key_dates, promises, reference,
    refused::is_condition,
    states,
    text::sentences,
};
use crate::action::fold;

/// A sentence has no more promises than this.
const MOST: usize = 4;

impl Finder<'_> {
    /// Asks of a text, sentence by sentence.
    pub(super) fn asked(&mut self, text: &str, place: &Place) -> bool {
        let context = self.context(place);
        let before = self.drafts.len();
        let mut speaker = None;
        let mut last: Option<&str> = None;
        for sentence in sentences(text) {
            let before_it = last.replace(sentence);
            let (sentence, behind) = match sentence.rsplit_once("; ") {
                Some((first, last)) if is_about_it(last) => (first, Some(last)),
                _ => (sentence, None),
            };
            if self.due_behind(sentence, before) || self.stands(sentence, &context) {
                continue;
            }
            let (context, said) = with_its_reference(&context, sentence);
            let (said, status) = states::without_end(said);
            // "A reply has to be written; the chair takes that on."
            let within = said.rsplit_once("; ").or_else(|| said.rsplit_once(" ; "));
            let of_clause = || within.and_then(|(above, clause)| self.of_above(clause, above.trim_end()));
            let of_above = before_it.and_then(|above| self.of_above(said, above)).or_else(of_clause);
            let found = of_above
                .map_or_else(|| self.asked_in_sentence(said, speaker.as_deref()), |found| vec![found]);
            if found.is_empty() && !self.is_liaison {
                self.drafts.extend(key_dates::of_addressees(said, &context, &self.desk));
            }
            let many = found.iter().any(|(_, rule, _)| *rule == Rule::Promise) && found.len() > 1;
            for (ask, rule, confidence) in found {
                let who = self.called(&ask.who);
                // Of two clauses each has its own deadline.
                let clause = sentence.split(", and ").find(|clause| many && clause.contains(&ask.task));
                let sentence = clause.unwrap_or(sentence);
                let asked = Asked { who: &who, task: &ask.task, sentence, rule, confidence };
                let mut drafts = self.desk.asked(&asked, &context);
                for draft in &mut drafts {
                    draft.proposal.status = status.unwrap_or(draft.proposal.status);
                }
                self.drafts.extend(drafts);
            }
            if let Some(behind) = behind {
                self.due_behind(behind, before);
            }
            speaker = promises::speaker(sentence, |name| self.people.is_one(name))
                .or_else(|| Self::titled(sentence))
                .or(speaker);
        }
        self.drafts.len() > before
    }

    /// "Deadline: 20 January 2020." behind what is asked, from the draft `from` on.
    pub(super) fn due_behind(&mut self, sentence: &str, from: usize) -> bool {
        let of_it = || is_about_it(sentence).then(|| deadline_in(sentence, &self.desk.agenda)).flatten();
        let due = due_alone(sentence, &self.desk.agenda)
            .or_else(|| of_it().map(|until| (until.due, until.doubt)).filter(|_| from < self.drafts.len()));
        let Some((due, doubt)) = due else { return false };
        self.due_from(from, &(due, doubt), sentence);
        true
    }

    /// The deadline of the drafts from `from` on that have none yet, as a sentence says it.
    pub(super) fn due_from(&mut self, from: usize, (due, doubt): &(Due, u8), sentence: &str) {
        let waiting = self.drafts.iter_mut().skip(from).filter(|draft| draft.proposal.deadline.is_none());
        for draft in waiting {
            draft.proposal.deadline = Some(due.clone());
            draft.proposal.confidence = draft.proposal.confidence.less(*doubt);
            draft.proposal.evidence.fields.insert(Field::Deadline, sentence.to_owned());
        }
    }

    /// What a sentence asks, promises or directs: by what rule, and how sure that is.
    pub(super) fn asked_in_sentence(&self, sentence: &str, speaker: Option<&str>) -> Vec<(Ask, Rule, u8)> {
        let asks = asks::asks(sentence).into_iter();
        // Only a letter says "you", and to whom; an invitation to a meeting asks nothing.
        let is_meant = |ask: &Ask| {
            let comes =
                ["attend", "participate", "join", "take part"].iter().any(|verb| ask.task.starts_with(verb));
            !ask.who.eq_ignore_ascii_case("you") || self.addressee.is_some() && !comes
        };
        let found: Vec<_> = asks.filter(is_meant).map(|ask| (ask, Rule::Asks, 80)).collect();
        if !found.is_empty() {
            // "WCO offered to host it, and the secretariat was requested to confirm the dates."
            let front = sentence.split_once(", and ").map(|(front, _)| front);
            let front = front.filter(|front| asks::asks(front).is_empty());
            let promised = front.map(|front| self.promised_in(front, speaker)).unwrap_or_default();
            return promised.into_iter().chain(found).take(MOST.max(8)).collect();
        }
        let clauses = sentence.split([';', '；']).map(str::trim).filter(|clause| !clause.is_empty());
        let mut found: Vec<(Ask, Rule, u8)> = Vec::new();
        for clause in clauses {
            // "Mr A will consolidate it; he should circulate it by 5 June."
            let last = found.last().map(|(ask, ..)| ask.who.clone());
            found.extend(self.promised_in(clause, last.as_deref().or(speaker)));
        }
        found.truncate(MOST);
        found
    }

    /// What a clause promises or directs, and what another does behind its "and".
    fn promised_in(&self, clause: &str, speaker: Option<&str>) -> Vec<(Ask, Rule, u8)> {
        let Some((mut ask, rule, confidence)) = self.promised(clause, speaker) else { return Vec::new() };
        let next = [" and ", ", while ", " et ", " y ", " и ", ", а "].iter().find_map(|word| {
            let (first, rest) = ask.task.split_once(word)?;
            let begins = rest.starts_with(char::is_uppercase) || rest.starts_with("the ");
            let next = self.promised(rest, None).filter(|_| begins)?;
            Some((first.to_owned(), next))
        });
        let Some((task, next)) = next else { return vec![(ask, rule, confidence)] };
        ask.task = task;
        vec![(ask, rule, confidence), next]
    }

    fn promised(&self, sentence: &str, speaker: Option<&str>) -> Option<(Ask, Rule, u8)> {
        let is_person = |name: &str| {
            let is_one = |name: &str| self.people.is_one(name);
            is_one(name) || name.contains(" and ") && name.split(" and ").all(is_one)
        };
        // An acronym may be that of a body where something is to be done by a day: "CCMC to publish it by May".
        let is_due = || deadline_in(sentence, &self.desk.agenda).is_some();
        let may_be = |name: &str| {
            let is_one = |name: &str| self.people.could_be_one(name) || is_acronym(name) && is_due();
            is_one(name) || name.contains(" and ") && name.split(" and ").all(is_one)
        };
        let of_sender = || promises::of_sender(self.sender.as_deref()?, sentence);
        let promise = promises::promise(sentence, is_person)
            .or_else(|| promises::of_speaker(speaker?, sentence))
            .or_else(of_sender);
        if let Some(promise) = promise {
            // "If a member asks for it, the secretariat will send a copy."
            let counts = !self.is_own(&promise) && (!is_condition(sentence) || is_due());
            return counts.then_some((promise, Rule::Promise, 60));
        }
        let directive = || promises::directive(sentence, is_person).map(|ask| (ask, Rule::Asks, 75));
        let unsure = || {
            let promise = || promises::promise(sentence, may_be).map(|ask| (ask, Rule::Promise, 45));
            promise().or_else(|| promises::directive(sentence, may_be).map(|ask| (ask, Rule::Asks, 45)))
        };
        directive().or_else(unsure)
    }

    /// Those who are asked, by their full names: "SEG 8" is IEC/SEG 8, "KE" is K. Exemple.
    pub(super) fn called(&self, who: &str) -> String {
        if who.eq_ignore_ascii_case("you") {
            return self.addressee.clone().unwrap_or_default();
        }
        let who = who.trim_start_matches("and ");
        let of_initials = |word: &str| self.people.of_initials(word.trim()).map(str::to_owned);
        match of_initials(who) {
            Some(name) => name,
            None if who.contains(" and ") || who.contains(", ") => {
                let parts = who.split(", ").flat_map(|part| part.split(" and "));
                let parts: Vec<_> =
                    parts.map(|part| of_initials(part).unwrap_or_else(|| part.to_owned())).collect();
                if parts.iter().any(|part| !who.contains(part.as_str())) {
                    parts.join(", ")
                } else {
                    self.in_full(who)
                }
            }
            None => self.in_full(who),
        }
    }

    /// "TSAG agreed to send a liaison statement", in a report of TSAG: what those who met will do tells the rest of the
    /// report, unless it is to be done by a day.
    fn is_own(&self, promise: &Ask) -> bool {
        let who = self.desk.known.name(&promise.who);
        let met = self.desk.report.body.as_deref();
        met.is_some_and(|met| fold(met) == fold(&who))
            && deadline_in(&promise.task, &self.desk.agenda).is_none()
    }
}

/// "Please have it ready by 3 May", "This should be done by then": only until when what was asked before has to be done.
fn is_about_it(sentence: &str) -> bool {
    static OF_IT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^(?:please\s+|kindly\s+)?(?:(?:have|get|do|finish|complete|make)\s+(?:it|this|that|them|these)\b|(?:it|this|that|they|these|the\s+(?:work|text|task))\s+(?:should|must|shall|will|has\s+to|have\s+to|needs?\s+to|is\s+to|are\s+to|is|are)\s+(?:be\s+)?(?:ready|done|finished|completed|available|delivered|due|sent|submitted)\b|to\s+be\s+(?:ready|done|finished|completed)\b).{0,60}$",
        )
    });
    OF_IT.is_match(sentence)
}

/// What belongs to a sentence, and the sentence without the reference that it ends with.
fn with_its_reference<'s>(context: &Context, sentence: &'s str) -> (Context, &'s str) {
    let mut context = context.clone();
    let Some((reference, said)) = reference::at_end(sentence) else { return (context, sentence) };
    context.reference = Some((reference, String::new()));
    (context, said)
}
