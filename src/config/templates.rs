//! The administrator's own templates, read from the folder that the settings name.

use std::{fs, io, path::Path};

use super::{file::read_limited, settings::Settings};
use crate::{
    action::{Place, Problem, Problems, nearest},
    compose::{TemplateFile, Templates},
    schedule::StepTemplate,
};

/// The largest template: 256 KiB.
const MAX_BYTES: u64 = 256 * 1024;
/// More files than this are no folder of templates.
const MAX_FILES: usize = 200;

/// Reads the templates of the folder that `templates.dir` names; none without such a folder.
///
/// A template is named by its path below the folder, "reminder.txt" or "fr/words.txt". Only the names of built-in
/// templates count, and those of the templates that steps of policies have for their own; that a step has none is an
/// error. One with nearly such a name is an error, because its author expects it to be
/// used; others (notes, backups, hidden files) are passed over. Whether a template is right,
/// `compose` says.
pub fn read_templates(settings: &Settings) -> Result<Vec<TemplateFile>, Problems> {
    let steps = || settings.policies.values().flat_map(|policy| &policy.escalate);
    let steps: Vec<_> = steps().filter_map(|rung| rung.template.as_ref()).collect();
    let Some(folder) = &settings.templates else { return without_folder(&steps) };
    let of_steps = steps.iter().flat_map(|step| Templates::names_of_step(&step.name));
    let known: Vec<_> = Templates::names().chain(of_steps).collect();
    let known = || known.iter().map(String::as_str);
    let mut problems = Problems::default();
    let mut files = Vec::new();
    for name in names(folder)? {
        let path = folder.join(&name);
        if !known().any(|known| known == name) {
            let what = match Templates::step_of(&name) {
                Some(step) => Some(format!("no step of a policy has template = \"{step}\"")),
                None => misspelt(&name, known()).map(|_| "there is no template of this name".to_owned()),
            };
            if let Some(what) = what {
                let near = misspelt(&name, known());
                let near = near.map_or_else(|| ".".to_owned(), |near| format!("; did you mean {near}?"));
                let message = format!("{what}{near} Rename the file, or move it out of the folder.");
                problems.push(Problem::error(place(&path), message));
            }
            continue;
        }
        match read(&path) {
            Ok(source) => files.push(TemplateFile { name, path: path.display().to_string(), source }),
            Err(why) => problems.push(Problem::error(place(&path), why)),
        }
    }
    for step in steps {
        let is_there = |name: &String| files.iter().any(|file| file.name == *name);
        if !Templates::names_of_step(&step.name).any(|name| is_there(&name)) {
            problems.push(missing(step, &format!("in {}", folder.display())));
        }
    }
    if problems.any_error() { Err(problems) } else { Ok(files) }
}

/// Without a folder no step can have templates of its own.
fn without_folder(steps: &[&StepTemplate]) -> Result<Vec<TemplateFile>, Problems> {
    let nowhere = "because templates.dir names no folder of templates";
    let problems: Vec<_> = steps.iter().map(|step| missing(step, nowhere)).collect();
    if problems.is_empty() { Ok(Vec::new()) } else { Err(Problems(problems)) }
}

fn missing(StepTemplate { name, place }: &StepTemplate, why: &str) -> Problem {
    let message = format!(
        "this step has templates of its own named \"{name}\", and there are none {why}. Put escalation.{name}.txt, \
         escalation.{name}.html or escalation.{name}.subject.txt there (or into the folder of a language in it), or remove \
         the line."
    );
    Problem::error(place.clone(), message)
}

/// The files in the folder and in the folders in it, in order. Links to folders are not followed.
fn names(folder: &Path) -> Result<Vec<String>, Problems> {
    let mut names = Vec::new();
    for (name, is_folder) in entries(folder)? {
        if is_folder {
            let inner = entries(&folder.join(&name))?;
            names.extend(
                inner.into_iter().filter(|(_, deeper)| !deeper).map(|(file, _)| format!("{name}/{file}")),
            );
        } else {
            names.push(name);
        }
        if names.len() > MAX_FILES {
            return Err(crowded(folder));
        }
    }
    names.sort();
    Ok(names)
}

/// What is directly in a folder: each name, and whether it is a folder.
fn entries(folder: &Path) -> Result<Vec<(String, bool)>, Problems> {
    let read = || -> io::Result<Vec<(String, bool)>> {
        // One more than is allowed is enough to know that there are too many.
        let entries = fs::read_dir(folder)?.take(MAX_FILES + 1);
        entries
            .map(|entry| {
                let entry = entry?;
                Ok((entry.file_name().to_string_lossy().into_owned(), entry.file_type()?.is_dir()))
            })
            .collect()
    };
    let all = read().map_err(|error| {
        let message = format!("the folder of templates cannot be read: {error}. Let rappel read it.");
        Problems(vec![Problem::error(place(folder), message)])
    })?;
    if all.len() > MAX_FILES { Err(crowded(folder)) } else { Ok(all) }
}

fn crowded(folder: &Path) -> Problems {
    let message = format!("the folder has more than {MAX_FILES} files. Is it the one with the templates?");
    Problems(vec![Problem::error(place(folder), message)])
}

/// The template that was probably meant by a name that is none.
fn misspelt<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let file = name.rsplit('/').next().unwrap_or(name);
    let extension = |name: &str| Path::new(name).extension().map(std::ffi::OsStr::to_ascii_lowercase);
    if file.starts_with('.') || extension(name).is_none() {
        return None;
    }
    nearest(name, known.filter(|known| extension(known) == extension(name)))
}

fn read(path: &Path) -> Result<String, String> {
    let bytes = read_limited(path, MAX_BYTES).map_err(|why| format!("the template {}.", why.words()))?;
    String::from_utf8(bytes).map_err(|_| "the template is not UTF-8. Save it as UTF-8.".to_owned())
}

fn place(path: &Path) -> Place {
    Place { file: path.to_string_lossy().into(), ..Place::default() }
}
