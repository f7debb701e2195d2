//! Finding every mistake of every template before a letter depends on it.
//!
//! Two looks are taken at each file that replaces a template. One reads it: names that exist
//! nowhere are found also where no sample leads. The other renders every letter with every
//! sample; what fails is noted, taken out of a copy of the template, and the rendering goes on,
//! so that one mistake does not hide the next.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{Environment, Error, ErrorKind, Value};

use super::{
    Compiled, Sort, TemplateFile, Variables, builtin,
    mistake::{innermost, mistake, root_of, undefined_name, unknown_name},
    own, part_name, phrases, subject_mistake,
};
use crate::{
    action::{Language, Place, Problem, Problems, nearest},
    compose::samples::{self, CANARY},
};

/// A mistake in one file is reported at most so often: the rest follows from the first ones.
const MOST: usize = 50;

/// All mistakes of these files, if there are any. What all languages share is tried in all of them.
pub(super) fn check(overrides: &[TemplateFile]) -> Result<(), Problems> {
    let found = look(overrides).found;
    if found.is_empty() { Ok(()) } else { Err(Problems(found.into_iter().collect())) }
}

/// What the looks at some files have found.
#[derive(Default)]
struct Looked {
    found: BTreeSet<Problem>,
    /// The files that never end. Each costs all that a part may cost once, and is not rendered again with the next
    /// sample, nor in the next language.
    endless: BTreeSet<String>,
    /// How many renders were ended for that.
    #[cfg(test)]
    ended: usize,
}

fn look(overrides: &[TemplateFile]) -> Looked {
    let mut looked = Looked::default();
    let found = &mut looked.found;
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
            Checker::new(language, &files, overrides, &mut looked).look();
        }
    }
    looked
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
    looked: &'f mut Looked,
    /// Lines about which enough was said.
    said: BTreeSet<(String, Option<u32>)>,
}

impl<'f> Checker<'f> {
    fn new(
        language: Language,
        files: &[&'f TemplateFile],
        overrides: &[TemplateFile],
        looked: &'f mut Looked,
    ) -> Self {
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
            looked,
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
        for name in checker.looked.endless.clone() {
            checker.set_aside(&name);
        }
        checker
    }

    fn look(mut self) {
        let files: Vec<_> = self.files.values().map(|(file, _)| *file).collect();
        for file in files {
            self.read(file);
        }
        for sort in Sort::ALL {
            self.exercise(sort);
        }
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
        let is_endless = innermost.kind() == ErrorKind::OutOfFuel;
        let Some((file, source)) = self.files.get_mut(template.as_str()) else {
            // A built-in template fails only because of what replaced another one.
            let own = self.files.get(rendered.as_str()).map(|(file, _)| *file);
            let Some(file) = own.or_else(|| self.files.values().next().map(|(file, _)| *file)) else {
                return false;
            };
            let line = mistake.line.map(|line| format!(", line {line}")).unwrap_or_default();
            if first {
                let message = format!("With it, {template}{line} fails: {}", mistake.why);
                self.report(&file.path, None, message);
            }
            // Which of the others it is nobody knows: none of them is set aside for it.
            return is_endless && own.is_some_and(|own| self.end(&own.name));
        };
        let path = file.path.clone();
        if is_endless {
            self.report(&path, mistake.line, mistake.why);
            return self.end(&template);
        }
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

    /// Takes a file that never ends out of the way for good; false if that cannot be done.
    fn end(&mut self, name: &str) -> bool {
        #[cfg(test)]
        {
            self.looked.ended += 1;
        }
        self.looked.endless.insert(name.to_owned()) && self.set_aside(name)
    }

    /// Goes on with the built-in template in the place of a file, if there is one, else with nothing.
    fn set_aside(&mut self, name: &str) -> bool {
        self.files.remove(name);
        let (_, short) = builtin::parted(name);
        let of_name = |wanted| builtin::FILES.iter().find(|(of, _)| *of == wanted);
        let source = of_name(name).or_else(|| of_name(short)).map_or("", |(_, source)| source);
        self.compiled.whole_name(short) == name && self.compiled.replace(short, source.to_owned())
    }

    fn look_at(&mut self, name: &str, part: &str, label: &str, rendered: &str) {
        let whole = self.compiled.whole_name(name);
        if self.looked.endless.contains(whole) {
            return;
        }
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
        self.looked.found.insert(problem(path, line, message));
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, source: &str) -> TemplateFile {
        TemplateFile { name: name.to_owned(), path: name.to_owned(), source: source.to_owned() }
    }

    #[test]
    fn a_template_that_never_ends_is_ended_once_and_hides_no_other_mistake() {
        let endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}";
        let files =
            [file("facts.txt", endless), file("reminder.txt", "{{ action.titel }}"), file("digest.html", "")];
        let looked = look(&files);
        let said: Vec<_> = looked.found.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "facts.txt, line 1: It takes too long: is there a loop that never ends?",
                "reminder.txt, line 1: There is no \"action.titel\" here. Did you mean action.title?",
            ]
        );
        assert_eq!(looked.ended, 1);
    }
}
