//! The templates of one language: each part is its own, or the one that all languages share.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use minijinja::{Environment, Error, Value};

use super::{
    Sort, TemplateFile, builtin,
    engine::environment,
    own, part_name,
    phrases::{self, Made, Wanted},
};
use crate::action::Language;

/// All that letters in one language are made of, compiled.
pub(super) struct Compiled {
    pub(super) environment: Environment<'static>,
    /// Where each template comes from: "words.txt" is "fr/words.txt", "layout.html" itself.
    origins: BTreeMap<String, Cow<'static, str>>,
    /// The words, when they are the same in all letters.
    pub(super) words: Option<Arc<Made>>,
}

/// A file that does not compile, and why.
pub(super) type Broken = (String, Error);

impl Compiled {
    /// The built-in templates of `language`, with some of them replaced; and which of those do not
    /// compile: in their place stand the built-in ones.
    pub(super) fn new(language: Language, overrides: &[TemplateFile]) -> (Self, Vec<Broken>) {
        let mut compiled = Self { environment: environment(language), origins: BTreeMap::new(), words: None };
        let mut broken = Vec::new();
        // What comes later counts more: English where there is no translation, then what is
        // shared, then the language's own; the administrator's after rappel's.
        let mut built_in = BTreeMap::new();
        for wanted in [Some(Language::English), None, Some(language)] {
            for (name, source) in builtin::FILES {
                let (of, short) = builtin::parted(name);
                if of == wanted {
                    compiled.origins.insert(short.to_owned(), Cow::Borrowed(name));
                    built_in.insert(short, *source);
                }
            }
        }
        // Compiled when it is needed first: most letters are reminders, and what is compiled stays in memory.
        compiled.environment.set_loader(move |name| Ok(built_in.get(name).copied()));
        for wanted in [None, Some(language)] {
            for file in overrides {
                let (of, short) = builtin::parted(&file.name);
                if of == wanted && own::is_template(&file.name) {
                    let (name, source) = (file.name.clone().into(), file.source.clone().into());
                    compiled.add(short, name, source, &mut broken);
                }
            }
        }
        compiled.words = phrases::words_of_all(&compiled.environment);
        (compiled, broken)
    }

    /// The sentences that a letter needs.
    pub(super) fn make(&self, wanted: &Wanted) -> Result<Arc<Made>, Error> {
        match &self.words {
            Some(words) if wanted.template == phrases::WORDS => Ok(Arc::clone(words)),
            _ => phrases::make(&self.environment, wanted.template, &wanted.context).map(Arc::new),
        }
    }

    fn add(
        &mut self,
        short: &str,
        name: Cow<'static, str>,
        source: Cow<'static, str>,
        broken: &mut Vec<Broken>,
    ) {
        match self.environment.add_template_owned(short.to_owned(), source) {
            Ok(()) => {
                self.origins.insert(short.to_owned(), name);
            }
            Err(error) => broken.push((name.into_owned(), error)),
        }
    }

    /// The template of a part of a letter with this context: of the step's own where there is one.
    pub(super) fn part_of(&self, sort: Sort, part: &str, context: &Value) -> String {
        let own = own::step_in(sort, context).map(|step| own::part_name(&step, part));
        own.filter(|name| self.origins.contains_key(name)).unwrap_or_else(|| part_name(sort, part))
    }

    /// Replaces what stands under a name, as far as that compiles.
    pub(super) fn replace(&mut self, short: &str, source: String) -> bool {
        self.environment.add_template_owned(short.to_owned(), source).is_ok()
    }

    /// The whole name of the template that this language uses: "fr/words.txt" for "words.txt".
    pub(super) fn whole_name<'s>(&'s self, short: &'s str) -> &'s str {
        self.origins.get(short).map_or(short, |name| name)
    }
}
