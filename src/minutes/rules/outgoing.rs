//! Liaison statements that a meeting sends, as its report lists them: "LS to ITU-R WP 5A (for action, reply by 14 June)".

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::{
        Field, Place, Rule,
        dates::{deadline_in, due_alone},
        lexicon::pattern,
    },
    addressees::can_be_asked,
    draft::{Asked, Draft},
    finder::Finder,
    marks,
    several::split,
};
use crate::action::{Kind, Purpose};

static SENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?P<what>(?:(?i:(?:(?:the|an?|outgoing|output|reply|new)\s+){0,3}(?:LS|liaison(?:\s+statement)?|note\s+de\s+liaison|declaración\s+de\s+(?:coordinación|enlace)|заявление\s+о\s+взаимодействии|بيان\s+اتصال))[^()（）;:]{0,120}?\s(?:to|à\s+la|à|au|aux|al|a\s+la|a|para|для|в|إلى)\s+(?:the\s+)?|(?:联络声明|联络函)[^()（）；：]{0,60}?(?:发至|发给|致|送))\s*(?P<who>[^()（）;:；：]{2,120}?))\s*[(（\[](?P<in>[^()（）\[\]]{2,120})[)）\]]\s*[.。;；]?$",
    )
});

impl Finder<'_> {
    /// A line of a list of liaison statements that are sent: who has to reply, until when, or who is only told.
    pub(super) fn sent(&mut self, text: &str, place: &Place) -> bool {
        let Some(found) = SENT.captures(text) else { return false };
        let (what, who, inside) = (&found["what"], &found["who"], &found["in"]);
        let Some(purpose) = marks::purpose_in(inside).filter(|_| can_be_asked(who)) else { return false };
        let context = self.context(place);
        if purpose == Purpose::Information {
            for name in split(who) {
                let mut draft = self.desk.information(what, Rule::Information, &context);
                draft.proposal.asked_of = self.desk.known.name(&name);
                self.drafts.push(draft);
            }
            return true;
        }
        let asked = Asked { who, task: what, sentence: text, rule: Rule::Mark, confidence: 85 };
        let mut drafts = self.desk.asked(&asked, &context);
        for draft in &mut drafts {
            draft.proposal.kind = Kind::LiaisonReply;
            self.reply_by(draft, inside);
        }
        self.drafts.extend(drafts);
        true
    }

    /// "for action, reply by 14 June"
    fn reply_by(&self, draft: &mut Draft, inside: &str) {
        let parts = inside.split([',', ';', '，', '；', '،']).map(str::trim);
        let due = |part: &str| {
            let until = deadline_in(part, &self.desk.agenda).map(|until| (until.due, until.doubt));
            until
                .or_else(|| due_alone(part, &self.desk.agenda))
                .map(|(due, doubt)| (due, doubt, part.to_owned()))
        };
        let Some((due, doubt, part)) = parts.into_iter().find_map(due) else { return };
        let proposal = &mut draft.proposal;
        proposal.deadline = Some(due);
        proposal.confidence = proposal.confidence.less(doubt);
        proposal.evidence.fields.insert(Field::Deadline, part);
    }
}
