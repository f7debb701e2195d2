//! Finding every mistake of every template before a letter depends on it.
//!
//! Two looks are taken at each file that replaces a template. One reads it: names that exist
//! nowhere are found also where no sample leads. The other renders every letter with every
//! sample; what fails is noted, taken out of a copy of the template, and the rendering goes on,
//! so that one mistake does not hide the next.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error as _,
};

use minijinja::{Environment, Error, ErrorKind, Value};

use super::{Compiled, Sort, TemplateFile, Variables, builtin, own, part_name, phrases, subject_mistake};
use crate::{
    action::{Language, Place, Problem, Problems, nearest},
    compose::samples::{self, CANARY},
};

/// A mistake in one file is reported at most so often: the rest follows from the first ones.
const MOST: usize = 50;

/// What an error of the template engine says, in words.
pub(super) struct Mistake {
    /// The template in which it happened.
    pub(super) template: Option<String>,
    /// Its line, from 1.
    pub(super) line: Option<u32>,
    /// What is wrong, and what would be right.
    pub(super) why: String,
}

/// All mistakes of these files, if there are any. What all languages share is tried in all of them.
pub(super) fn check(overrides: &[TemplateFile]) -> Result<(), Problems> {
    let mut found = BTreeSet::new();
    for file in overrides.iter().filter(|file| !own::is_template(&file.name)) {
        found.insert(problem(&file.path, None, no_such_template(&file.name)));
    }
    for language in Language::ALL {
        let concerns = |file: &&TemplateFile| match builtin::parted(&file.name) {
            _ if !own::is_template(&file.name) => false,
            (Some(of), _) => of == language,
            (None, _) => true,
        };
        let files: Vec<_> = overrides.iter().filter(concerns).collect();
        if !files.is_empty() {
            found.extend(Checker::new(language, &files, overrides).found());
        }
    }
    if found.is_empty() { Ok(()) } else { Err(Problems(found.into_iter().collect())) }
}

fn no_such_template(name: &str) -> String {
    let names: Vec<_> = builtin::names().collect();
    let hint = nearest(name, names.iter().map(String::as_str)).map_or_else(
        || "Remove it from the folder of templates.".to_owned(),
        |near| format!("Did you mean {near}?"),
    );
    format!("There is no template named \"{name}\". {hint}")
}

fn problem(path: &str, line: Option<u32>, message: String) -> Problem {
    Problem::error(Place { file: path.into(), line, ..Place::default() }, message)
}

/// Looks at the files that letters in one language are made of.
struct Checker<'f> {
    compiled: Compiled,
    /// The files that replace a template and compile, with what is left of each.
    files: BTreeMap<&'f str, (&'f TemplateFile, String)>,
    samples: Vec<(Sort, &'static str, Value)>,
    variables: BTreeMap<Sort, Variables>,
    all_variables: Variables,
    found: BTreeSet<Problem>,
    /// Lines about which enough was said.
    said: BTreeSet<(String, Option<u32>)>,
}

impl<'f> Checker<'f> {
    fn new(language: Language, files: &[&'f TemplateFile], overrides: &[TemplateFile]) -> Self {
        let samples = samples::all(language);
        let mut variables = BTreeMap::<_, Variables>::new();
        let mut all_variables = Variables::default();
        let (built_in, _) = Compiled::new(language, &[]);
        for (sort, _, context) in &samples {
            // The names of the sentences are known, and they stand in for those that fail.
            for wanted in phrases::wanted(*sort, context) {
                if let Ok(made) = phrases::make(&built_in.environment, wanted.template, &wanted.context) {
                    wanted.fill(made);
                }
                // What sentences alone are given ("alike").
                all_variables.learn(&wanted.context);
            }
            variables.entry(*sort).or_default().learn(context);
            all_variables.learn(context);
        }
        let (mut compiled, broken) = Compiled::new(language, overrides);
        compiled.environment.set_debug(true);
        let mut checker = Self {
            compiled,
            files: BTreeMap::new(),
            samples,
            variables,
            all_variables,
            found: BTreeSet::new(),
            said: BTreeSet::new(),
        };
        for file in files {
            match broken.iter().find(|(name, _)| *name == file.name) {
                None => {
                    checker.files.insert(&file.name, (file, file.source.clone()));
                }
                Some((_, error)) => {
                    let mistake = mistake(error, None);
                    checker.report(&file.path, mistake.line, mistake.why);
                }
            }
        }
        checker
    }

    fn found(mut self) -> BTreeSet<Problem> {
        let files: Vec<_> = self.files.values().map(|(file, _)| *file).collect();
        for file in files {
            self.read(file);
        }
        for sort in Sort::ALL {
            self.exercise(sort);
        }
        self.found
    }

    /// Finds names that exist nowhere, without rendering.
    fn read(&mut self, file: &TemplateFile) {
        let (_, short) = builtin::parted(&file.name);
        if self.compiled.whole_name(short) != file.name {
            return;
        }
        let Ok(template) = self.compiled.environment.get_template(short) else { return };
        let known = self.known_to(&file.name).clone();
        let globals: BTreeSet<_> =
            self.compiled.environment.globals().map(|(name, _)| name.to_owned()).collect();
        let mut unknown: Vec<_> = template
            .undeclared_variables(true)
            .into_iter()
            .filter(|path| !known.allows(path))
            .filter(|path| !globals.contains(root_of(path)) && !declares(&file.source, root_of(path)))
            .collect();
        unknown.sort_unstable();
        for path in unknown {
            let name = if known.allows(root_of(&path)) { &path } else { root_of(&path) };
            for line in lines_with(&file.source, name) {
                self.said.insert((file.name.clone(), line));
                self.report(&file.path, line, unknown_name(name, Some(&known)));
            }
        }
    }

    /// The names that a template may use: those of its letter, or of all for a partial.
    fn known_to(&self, template: &str) -> &Variables {
        let stem = builtin::parted(template).1.split('.').next().unwrap_or_default();
        let sort = Sort::ALL.into_iter().find(|sort| sort.name() == stem);
        sort.and_then(|sort| self.variables.get(&sort)).unwrap_or(&self.all_variables)
    }

    fn exercise(&mut self, sort: Sort) {
        let samples: Vec<_> = self.samples.iter().filter(|(of, ..)| *of == sort).cloned().collect();
        for wanted in samples.iter().flat_map(|(.., context)| phrases::wanted(sort, context)) {
            let make = |environment: &_| phrases::make(environment, wanted.template, &wanted.context);
            if let Some(made) = self.render(wanted.template, make) {
                wanted.fill(made);
            }
        }
        let own: Vec<_> = self.files.keys().map(|name| builtin::parted(name).1.to_owned()).collect();
        let own = own.into_iter().filter(|name| sort == Sort::Escalation && own::step_of(name).is_some());
        let parts = own::PARTS.map(|part| part_name(sort, part)).into_iter().chain(own);
        for name in parts.collect::<Vec<_>>() {
            let part = own::PARTS.into_iter().find(|part| name.ends_with(part)).unwrap_or_default();
            let render =
                |environment: &Environment<'_>, context| environment.get_template(&name)?.render(context);
            for (_, label, context) in &samples {
                if let Some(rendered) = self.render(&name, |environment| render(environment, context)) {
                    self.look_at(&name, part, label, &rendered);
                }
            }
        }
    }

    /// Renders a template as far as mistakes can be taken out of the way.
    fn render<T>(
        &mut self,
        name: &str,
        render: impl Fn(&Environment<'static>) -> Result<T, Error>,
    ) -> Option<T> {
        self.compiled.environment.get_template(name).ok()?;
        for _ in 0..MOST {
            match render(&self.compiled.environment) {
                Ok(rendered) => return Some(rendered),
                Err(error) => {
                    if !self.note(name, &error) {
                        return None;
                    }
                }
            }
        }
        None
    }

    /// Reports an error, and takes its expression out of the template; false if that cannot be
    /// done, so that rendering again is useless.
    fn note(&mut self, rendered: &str, error: &Error) -> bool {
        let innermost = innermost(error);
        let short = innermost.name().unwrap_or(rendered).to_owned();
        let template = self.compiled.whole_name(&short).to_owned();
        let rendered = self.compiled.whole_name(rendered).to_owned();
        let known = self.known_to(&template).clone();
        let mistake = mistake(error, Some(&known));
        // What follows a mistake on its own line is told only if it is surely another one.
        let first = self.said.insert((template.clone(), mistake.line)) || undefined_name(innermost).is_some();
        let Some((file, source)) = self.files.get_mut(template.as_str()) else {
            // A built-in template fails only because of what replaced another one.
            let file = self.files.get(rendered.as_str()).or_else(|| self.files.values().next());
            if let (true, Some((file, _))) = (first, file) {
                let line = mistake.line.map(|line| format!(", line {line}")).unwrap_or_default();
                let message = format!("With it, {template}{line} fails: {}", mistake.why);
                let path = file.path.clone();
                self.report(&path, None, message);
            }
            return false;
        };
        let path = file.path.clone();
        let fixed = innermost.range().and_then(|range| without(source, range));
        let goes_on = match fixed {
            Some(fixed) => {
                source.clone_from(&fixed);
                self.compiled.replace(&short, fixed)
            }
            None => false,
        };
        if first {
            self.report(&path, mistake.line, mistake.why);
        }
        goes_on
    }

    fn look_at(&mut self, name: &str, part: &str, label: &str, rendered: &str) {
        let whole = self.compiled.whole_name(name);
        let Some((file, _)) = self.files.get(whole).or_else(|| self.files.values().next()) else { return };
        let path = file.path.clone();
        if part == "subject.txt"
            && let Some(why) = subject_mistake(rendered.trim())
        {
            self.report(&path, None, format!("{why} (Seen with the sample \"{label}\".)"));
        }
        if part == "html" && rendered.contains(CANARY) {
            let message = "The HTML shows a value of the register as HTML, so that a cell could add tags. \
                           Remove \"|safe\", and do not include a .txt template in an .html one.";
            self.report(&path, None, message.to_owned());
        }
    }

    fn report(&mut self, path: &str, line: Option<u32>, message: String) {
        self.found.insert(problem(path, line, message));
    }
}

/// What an error of the template engine says to the author of the template.
pub(super) fn mistake(error: &Error, known: Option<&Variables>) -> Mistake {
    let error = innermost(error);
    let detail = error.detail().unwrap_or_default();
    let why = match error.kind() {
        ErrorKind::UndefinedError => match undefined_name(error) {
            Some(name) => unknown_name(name, known),
            None => "Something here is not defined.".to_owned(),
        },
        ErrorKind::OutOfFuel => "It takes too long: is there a loop that never ends?".to_owned(),
        kind if detail.is_empty() => sentence(&kind.to_string()),
        kind => sentence(&format!("{kind}: {detail}")),
    };
    Mistake {
        template: error.name().map(str::to_owned),
        line: error.line().and_then(|line| u32::try_from(line).ok()),
        why,
    }
}

/// The name that an error says is undefined, if it is a name.
fn undefined_name(error: &Error) -> Option<&str> {
    let is_name = |text: &&str| text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    let detail = error.detail().filter(|_| error.kind() == ErrorKind::UndefinedError)?;
    detail.split('`').nth(1).filter(is_name)
}

fn unknown_name(name: &str, known: Option<&Variables>) -> String {
    match known.and_then(|known| known.nearest(name)) {
        Some(near) => format!("There is no \"{name}\" here. Did you mean {near}?"),
        None => format!("There is no \"{name}\" here. docs/templates.md lists the names that exist."),
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str().trim_end_matches('.'))
}

/// An include wraps the error of what it includes: the author needs the inner one.
fn innermost(error: &Error) -> &Error {
    let mut error = error;
    while let Some(inner) = error.source().and_then(|source| source.downcast_ref::<Error>()) {
        error = inner;
    }
    error
}

/// The source with the expression at `range` replaced by one that is always right, on the same
/// lines.
fn without(source: &str, range: std::ops::Range<usize>) -> Option<String> {
    let (before, gone, after) =
        (source.get(..range.start)?, source.get(range.clone())?, source.get(range.end..)?);
    let nothing = if before.trim_end().ends_with(" in") { "[]" } else { "\"\"" };
    let changed = !gone.is_empty() && gone != nothing;
    changed.then(|| format!("{before}{nothing}{}{after}", "\n".repeat(gone.matches('\n').count())))
}

fn root_of(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// Whether a template makes this name itself, further down than where it is used: macros may.
fn declares(source: &str, name: &str) -> bool {
    source.contains(&format!("macro {name}(")) || source.contains(&format!("set {name} "))
}

/// The lines, from 1, on which `path` stands as a whole name in a statement or an expression; if
/// none can be told, one unknown line.
fn lines_with(source: &str, path: &str) -> Vec<Option<u32>> {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let stands_in = |line: &str| {
        line.match_indices(path).any(|(at, _)| {
            !line[..at].ends_with(part_of_name)
                && !line[at + path.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
        })
    };
    let lines = (1..).zip(source.lines()).filter(|(_, line)| line.contains('{') && stands_in(line));
    let lines: Vec<_> = lines.map(|(number, _)| Some(number)).collect();
    if lines.is_empty() { vec![None] } else { lines }
}
