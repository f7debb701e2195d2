//! Liaison statements that a meeting sends, as its report lists them: "LS to ITU-R WP 5A (for action, reply by 14 June)",
//! "SG20 agreed to send a liaison statement to ETSI (SG20-LS41, for action)".

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
        r"^(?:[^.;:()]{2,60}?\s(?:agreed|agrees|decided|decides|resolved)\s+to\s+(?:send|issue|address|forward)\s+)?(?P<what>(?:(?i:(?:(?:the|an?|outgoing|output|reply|new)\s+){0,3}(?:LS|liaison(?:\s+statement)?|note\s+de\s+liaison|declaración\s+de\s+(?:coordinación|enlace)|заявление\s+о\s+взаимодействии|بيان\s+اتصال))[^()（）;:]{0,120}?\s(?:to|à\s+la|à|au|aux|al|a\s+la|a|para|для|в|إلى)\s+(?:the\s+)?|(?:联络声明|联络函)[^()（）；：]{0,60}?(?:发至|发给|致|送))\s*(?P<who>[^()（）;:；：]{2,120}?))\s*[(（\[](?P<in>[^()（）\[\]]{2,120})[)）\]]\s*[.。;；]?$",
    )
});

/// Between the parts of what stands in brackets.
const SIGNS: [char; 5] = [',', ';', '，', '；', '،'];

/// The number of the liaison statement, if a part is one: "SG20-LS41", "LS 41", "TD 98".
fn number_of(part: &str) -> Option<&str> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^(?:\p{Lu}[\p{Lu}\d]*(?:/[\p{Lu}\d]+)*[-– ])?(?:o|i)?(?:LS|TD)[-– ]?\d+(?:[/-]\w+)*$")
    });
    NUMBER.is_match(part).then_some(part)
}

impl Finder<'_> {
    /// A line of a list of liaison statements that are sent: who has to reply, until when, or who is only told.
    pub(super) fn sent(&mut self, text: &str, place: &Place) -> bool {
        let Some(found) = SENT.captures(text) else { return false };
        let (what, who, inside) = (&found["what"], &found["who"], &found["in"]);
        let parts = || inside.split(SIGNS).map(str::trim);
        let purpose = parts().find_map(marks::purpose_in).filter(|_| can_be_asked(who));
        let Some(purpose) = purpose else { return false };
        let mut context = self.context(place);
        if let Some(number) = parts().find_map(number_of) {
            context.reference = Some((number.to_owned(), String::new()));
        }
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
        let parts = inside.split(SIGNS).map(str::trim);
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
