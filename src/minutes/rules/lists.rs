//! Lists: of tasks below a line that leads in, of items for information, of key dates.

use super::{
    super::{Place, Rule},
    asks,
    draft::{Asked, Context},
    finder::{Dates, Finder},
    key_dates, marks,
};

impl Finder<'_> {
    /// A line of a list: of key dates, of tasks, of what is told for information.
    pub(super) fn list_item(&mut self, text: &str, place: &Place) -> bool {
        // "3. Next meetings:" is no task.
        if text.ends_with([':', '：']) {
            self.state.list_of = None;
        }
        if let Some(who) = self.state.list_of.clone() {
            let task = ["to ", "à ", "de ", "a ", "que "]
                .iter()
                .find_map(|word| text.strip_prefix(word))
                .unwrap_or(text);
            if asks::asks(text).is_empty() && marks::mark(text).is_none() {
                let who = self.called(&who);
                let asked = Asked { who: &who, task, sentence: text, rule: Rule::Asks, confidence: 80 };
                let drafts = self.desk.asked(&asked, &self.context(place));
                self.drafts.extend(drafts);
                return true;
            }
        }
        if let Some(at) = self.state.information {
            if let Some(draft) = self.drafts.get_mut(at) {
                let details = draft.proposal.details.get_or_insert_default();
                if details.len() < 4_000 {
                    details.push('\n');
                    details.push_str(text);
                }
            }
            return true;
        }
        false
    }

    /// What follows is due on the date above no more.
    pub(super) fn ends_date(&mut self) {
        if matches!(self.state.dates, Dates::Below(_)) {
            self.state.dates = Dates::Open;
        }
    }

    /// A line of a list of key dates, if one goes on.
    pub(super) fn date_line(&mut self, text: &str, place: &Place) -> bool {
        let open = self.state.dates.clone();
        if open == Dates::None {
            let leads = key_dates::leads_in(text);
            if leads {
                self.state.dates = Dates::Open;
            }
            return leads;
        }
        let context = Context { reference: None, ..self.context(place) };
        if let Some((date, things)) = key_dates::entry(text, &self.desk) {
            let drafts = key_dates::due(&date, &things, &context, &self.desk);
            self.drafts.extend(drafts);
            // Things may stand below a date that stands alone.
            self.state.dates = if things.is_empty() { Dates::Below(date) } else { Dates::Open };
            return true;
        }
        // Things below their date.
        let is_thing =
            text.chars().count() <= 200 && asks::asks(text).is_empty() && marks::mark(text).is_none();
        if let Dates::Below(date) = open
            && is_thing
        {
            let drafts = key_dates::due(&date, text, &context, &self.desk);
            let any = !drafts.is_empty();
            self.drafts.extend(drafts);
            return any;
        }
        false
    }
}
