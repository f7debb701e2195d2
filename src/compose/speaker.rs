//! What a status report says, in the words that letters use: by the same templates, plural forms, dates and lists.
//!
//! `report.words.txt` has what is said once in a report, `report.phrases.txt` what is said of one action.
//! They are compiled in, one of each for every language; names of statuses come from `words.txt`, which a
//! secretariat may have replaced.

use std::collections::BTreeMap;

use jiff::civil::Date;
use minijinja::{Environment, Value, context};
use serde::Serialize;

use super::{
    context::DayView,
    error::ComposeError,
    speech::Speech,
    templates::{self, Templates},
};
use crate::action::Language;

/// Sentences by name.
pub type Sentences = BTreeMap<String, String>;

/// Speaks one language.
#[derive(Debug)]
pub struct Speaker {
    language: Language,
    environment: Environment<'static>,
    /// What `words.txt` sets.
    words: Value,
}

impl Speaker {
    /// Speaks `language` with the words of these templates.
    pub fn new(templates: &Templates, language: Language) -> Result<Self, ComposeError> {
        let words = templates.words(language)?;
        Ok(Self { language, environment: templates::report_environment(language)?, words })
    }

    /// What is said once in a report, from this context.
    pub fn words(&self, context: &impl Serialize) -> Result<Sentences, ComposeError> {
        self.make("report.words.txt", context)
    }

    /// What is said of one action, from this context: the sentence of that kind.
    pub fn say(&self, context: &impl Serialize) -> Result<String, ComposeError> {
        let mut made = self.make("report.phrases.txt", context)?;
        Ok(made.remove("said").unwrap_or_default())
    }

    /// A word of `words.txt`, such as the sign at the end of a sentence; empty if there is none.
    #[must_use]
    pub fn word(&self, name: &str) -> String {
        self.words.get_attr(name).ok().map(|word| word.to_string()).unwrap_or_default()
    }

    /// A day in words.
    #[must_use]
    pub fn day(&self, day: Date) -> DayView {
        Speech::of(self.language).day(day)
    }

    /// Several days in their order.
    #[must_use]
    pub fn days(&self, days: &[Date]) -> String {
        Speech::of(self.language).days(days)
    }

    /// "Ann, Bob and Carl": each name keeps its own direction in a language that is written from right to left.
    #[must_use]
    pub fn names(&self, names: &[String]) -> String {
        let names: Vec<_> =
            names.iter().map(|name| templates::isolated(self.language, name.clone())).collect();
        Speech::of(self.language).list(&names)
    }

    fn make(&self, name: &'static str, context: &impl Serialize) -> Result<Sentences, ComposeError> {
        let context = context! { words => self.words.clone(), ..templates::in_templates(context) };
        let made = templates::make_phrases(&self.environment, name, &context)?;
        Ok(made
            .into_iter()
            .map(|(name, text)| (name.to_string(), text.to_string().trim().to_owned()))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names that the words of a report have in a language.
    fn names(language: Language) -> Vec<String> {
        let speaker = Speaker::new(&Templates::built_in(), language).unwrap();
        let context = serde_json::json!({
            "secretariat": { "name": "TSB" },
            "today": speaker.day(jiff::civil::date(2017, 6, 23)),
            "since": null,
            "head": "1-aaaa",
            "counts": { "outstanding": 3, "overdue": 1, "done": 2, "letters": 5 },
        });
        speaker.words(&context).unwrap().into_keys().collect()
    }

    #[test]
    fn every_language_has_the_same_words() {
        let english = names(Language::English);
        assert!(english.len() > 30);
        for language in Language::ALL {
            assert_eq!(names(language), english, "{language}");
        }
    }
}
