//! The texts of letters: templates that are compiled in, each of which a file can replace.
//!
//! Templates are written in the language of Jinja (minijinja). A name such as `reminder.html` says
//! the kind of letter and the part; what ends with `.html` escapes every value. All words are in
//! the folder of a language: `fr/words.txt` has those that every letter needs, `fr/phrases.txt` and
//! `fr/digest.phrases.txt` the sentences about actions. A file of such a folder counts before the
//! one of the same name that all languages share. `docs/templates.md` is the page for authors.

mod builtin;
mod check;
mod compiled;
mod engine;
mod filters;
mod forms;
mod kept;
mod mistake;
mod own;
mod phrases;
mod report;
mod sort;
#[cfg(test)]
mod tests;
mod variables;

use std::{
    collections::BTreeMap,
    fmt,
    hash::Hash,
    sync::{Arc, OnceLock},
};

use minijinja::{Error, ErrorKind, Value, context, value::Serde};
use serde::Serialize;

pub(crate) use filters::isolated;
pub(crate) use forms::{Form, Texts};
pub(crate) use phrases::Phrases;
pub(crate) use report::{make_phrases, report_environment};
pub(crate) use sort::{Sort, part_name};
pub(crate) use variables::Variables;

use compiled::Compiled;
use engine::tidy_html;
use forms::{Forms, Printed};

use super::{
    body::Body,
    calendar::{self, Wording},
    clean,
    error::ComposeError,
    wrap,
};
use crate::action::{Language, Place, Problem, Problems};

const KIB: usize = 1024;

/// The template of a subject, after the name of its letter.
const SUBJECT_PART: &str = "subject.txt";

/// Characters of a subject. Lists of mail programs show fewer; more would never be read.
pub(crate) const SUBJECT: usize = 110;

/// A file that replaces one of the built-in templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFile {
    /// Which: its path below the folder of templates, with `/`: "fr/words.txt".
    pub name: String,
    /// Where it is, as it is shown in messages.
    pub path: String,
    /// What it says.
    pub source: String,
}

/// The two bodies of a letter and its subject, as they were rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: Body,
    /// What is said of each action, for the calendar part.
    pub wordings: Vec<Wording>,
}

/// All templates; those of a language are compiled when its first letter is written.
#[derive(Clone)]
pub struct Templates {
    overrides: Arc<[TemplateFile]>,
    compiled: Arc<[OnceLock<Compiled>; Language::ALL.len()]>,
    /// What letters have in common is kept here, if it is kept.
    forms: Option<Arc<Forms>>,
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Templates").finish_non_exhaustive()
    }
}

impl Templates {
    /// The templates that are compiled in.
    pub fn built_in() -> Self {
        Self { overrides: Arc::default(), compiled: Arc::default(), forms: None }
    }

    /// The built-in templates with some of them replaced.
    ///
    /// Every letter that a replaced template has a part in is rendered with every sample, in every
    /// language, before anything is accepted; all mistakes of all files are reported at once, each
    /// with file and line and, for a name that does not exist, the nearest that does.
    pub fn with(overrides: Vec<TemplateFile>) -> Result<Self, Problems> {
        check::check(&overrides)?;
        Ok(Self { overrides: overrides.into(), compiled: Arc::default(), forms: None })
    }

    /// The same templates for many letters: what some of them have in common is rendered once, and kept for as long as
    /// these are. Letters in a language in which a template is replaced are rendered one by one.
    #[must_use]
    pub fn for_many(&self) -> Self {
        Self { forms: Some(Arc::default()), ..self.clone() }
    }

    /// Name and source of each built-in template, to start one's own from.
    pub fn files() -> &'static [(&'static str, &'static str)] {
        builtin::FILES
    }

    /// Every name that a file can have which replaces a template.
    pub fn names() -> impl Iterator<Item = String> {
        builtin::names()
    }

    /// The name of the escalation step whose own template a file of this name would be.
    pub fn step_of(name: &str) -> Option<&str> {
        own::step_of(name)
    }

    /// Every name that a file can have which is a template of an escalation step's own.
    pub fn names_of_step(step: &str) -> impl Iterator<Item = String> {
        own::names(step)
    }

    /// What is worth knowing about the replaced templates although nothing is wrong: which letters
    /// are in English, because their words were replaced there and not in another language.
    pub fn notes(&self) -> Problems {
        let mut notes = Problems::default();
        for file in self.overrides.iter() {
            let (Some(Language::English), short) = builtin::parted(&file.name) else { continue };
            let step = own::step_of(short);
            let is_worded = |sort: &Sort| step.is_none() && sort.is_worded_by(short);
            let mut letters: Vec<_> =
                Sort::TRANSLATED.into_iter().filter(is_worded).map(|sort| sort.plural().to_owned()).collect();
            letters.extend(step.map(|step| format!("letters of the step \"{step}\"")));
            let without =
                |language: &Language| *language != Language::English && !self.replaces(*language, short);
            let without: Vec<_> = Language::ALL.into_iter().filter(without).collect();
            if let (false, [first, ..]) = (letters.is_empty(), without.as_slice()) {
                let names: Vec<_> = without.iter().map(|language| language.name()).collect();
                let message = format!(
                    "{} is replaced, but not in {}: {} in these languages are written in English until \
                     files such as {first}/{short} say the same there.",
                    file.name,
                    names.join(", "),
                    letters.join(" and "),
                );
                let place = Place { file: file.path.as_str().into(), ..Place::default() };
                notes.push(Problem::note(place, message));
            }
        }
        notes
    }

    /// The language in which a letter of this sort, about a step with this name if it has one, is written when `wanted`
    /// is wished: English, when the secretariat has changed its words there and has not said the same in that language.
    pub(crate) fn language(&self, wanted: Language, sort: Sort, step: Option<&str>) -> Language {
        let mut english = self.overrides.iter().filter_map(|file| match builtin::parted(&file.name) {
            (Some(Language::English), name) => Some(name),
            _ => None,
        });
        let says = |name: &str| match own::step_of(name) {
            Some(of) => step == Some(of),
            None => sort.is_worded_by(name),
        };
        let is_behind = english.any(|name| says(name) && !self.replaces(wanted, name));
        if is_behind { Language::English } else { wanted }
    }

    fn replaces(&self, language: Language, short: &str) -> bool {
        self.overrides.iter().any(|file| builtin::parted(&file.name) == (Some(language), short))
    }

    /// What `words.txt` of a language sets, for what is no letter.
    pub(crate) fn words(&self, language: Language) -> Result<Value, ComposeError> {
        let compiled = self.of(language);
        let nobody = context! { recipient => context! { is_person => false, name => "" } };
        let made = phrases::make(&compiled.environment, "words.txt", &nobody);
        let made = made.map_err(|error| failed(compiled, "words.txt", &error))?;
        Ok(made.into_iter().map(|(name, word)| (name.to_string(), word)).collect::<BTreeMap<_, _>>().into())
    }

    fn of(&self, language: Language) -> &Compiled {
        self.compiled[language as usize].get_or_init(|| Compiled::new(language, &self.overrides).0)
    }

    /// The three parts of a letter of this sort.
    pub(crate) fn render(
        &self,
        language: Language,
        sort: Sort,
        context: &impl Serialize,
    ) -> Result<Rendered, ComposeError> {
        let printed = self.print(language, sort, context)?;
        Ok(Rendered {
            subject: self.finished_subject(language, sort, &printed.subject)?,
            text: wrap::tidy_text(&printed.text),
            html: tidy_html(&printed.html).into(),
            wordings: printed.wordings,
        })
    }

    /// Whether letters in this language are made from forms: all their templates are built in.
    pub(crate) fn have_forms(&self, language: Language) -> bool {
        let concerns = |file: &TemplateFile| builtin::parted(&file.name).0.is_none_or(|of| of == language);
        self.forms.is_some() && !self.overrides.iter().any(concerns)
    }

    /// The form of a letter with this context, out of which texts were taken; none if there is none.
    pub(crate) fn form(
        &self,
        language: Language,
        sort: Sort,
        context: &(impl Serialize + Hash),
    ) -> Option<Arc<Form>> {
        let print = || self.print(language, sort, context).ok().and_then(Form::new);
        self.forms.as_ref()?.form(sort, context, print)
    }

    /// The letter that this form is with these texts.
    pub(crate) fn filled(
        &self,
        language: Language,
        sort: Sort,
        form: &Form,
        texts: &Texts<'_>,
    ) -> Result<Rendered, ComposeError> {
        Ok(Rendered {
            subject: self.filled_subject(language, sort, form, texts)?,
            text: wrap::tidy_text(&form.text(texts)),
            html: form.html(texts),
            wordings: form.wordings.clone(),
        })
    }

    /// The subject of that letter.
    pub(crate) fn filled_subject(
        &self,
        language: Language,
        sort: Sort,
        form: &Form,
        texts: &Texts<'_>,
    ) -> Result<String, ComposeError> {
        self.finished_subject(language, sort, &form.subject(texts))
    }

    /// What the templates make of a context.
    fn print(
        &self,
        language: Language,
        sort: Sort,
        context: &impl Serialize,
    ) -> Result<Printed, ComposeError> {
        let context = in_templates(context);
        let compiled = self.of(language);
        for wanted in phrases::wanted(sort, &context) {
            wanted.fill(compiled.make(&wanted).map_err(|error| failed(compiled, wanted.template, &error))?);
        }
        let print = |end: &str, room| part(compiled, &compiled.part_of(sort, end, &context), &context, room);
        Ok(Printed {
            subject: print(SUBJECT_PART, 2 * SUBJECT)?,
            text: print("txt", 4 * KIB)?,
            html: print("html", 16 * KIB)?,
            wordings: calendar::wordings(sort, &context),
        })
    }

    fn finished_subject(
        &self,
        language: Language,
        sort: Sort,
        printed: &str,
    ) -> Result<String, ComposeError> {
        let subject = printed.trim();
        match subject_mistake(subject) {
            Some(why) => {
                let template = self.of(language).whole_name(&part_name(sort, SUBJECT_PART)).to_owned();
                Err(ComposeError::Template { template, line: None, why })
            }
            None => Ok(clean::subject(subject)),
        }
    }

    /// The subject alone.
    pub(crate) fn subject(
        &self,
        language: Language,
        sort: Sort,
        context: &Value,
    ) -> Result<String, ComposeError> {
        let compiled = self.of(language);
        let name = compiled.part_of(sort, SUBJECT_PART, context);
        let printed = part(compiled, &name, context, 2 * SUBJECT)?;
        self.finished_subject(language, sort, &printed)
    }
}

/// Renders a part; `room` is more than most of its kind need, because a text that grows is copied again and again.
fn part(compiled: &Compiled, name: &str, context: &Value, room: usize) -> Result<String, ComposeError> {
    let mut out = Vec::with_capacity(room);
    let rendered = compiled.environment.get_template(name).and_then(|template| {
        template.render_captured_to(context, &mut out)?;
        // It cannot fail: templates write text.
        String::from_utf8(std::mem::take(&mut out))
            .map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))
    });
    rendered.map_err(|error| failed(compiled, name, &error))
}

/// The template of this name failed on a letter.
fn failed(compiled: &Compiled, name: &str, error: &Error) -> ComposeError {
    let mistake = mistake::mistake(error, None);
    let template = compiled.whole_name(mistake.template.as_deref().unwrap_or(name)).to_owned();
    ComposeError::Template { template, line: mistake.line, why: mistake.why }
}

/// A context as templates see it.
pub(crate) fn in_templates(context: &impl Serialize) -> Value {
    Value::from(Serde(context))
}

/// What is wrong with a rendered subject, if anything is.
fn subject_mistake(subject: &str) -> Option<String> {
    if subject.is_empty() {
        return Some("The subject is empty. Write one line that says what and when.".to_owned());
    }
    let lines = subject.lines().count();
    (lines > 1).then(|| format!("The subject has {lines} lines. A subject is one line: join them."))
}
