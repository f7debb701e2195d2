//! The sentences of a letter, made before its parts and once for all of them: `phrases.txt` about
//! each action, `digest.phrases.txt` about a digest as a whole. What such a template sets is what
//! the other templates find under `say`.

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::{
    Environment, Error, Value, context,
    value::{Enumerator, Object},
};

use super::Sort;

/// Sentences by name: empty in a new context, filled in before the first part is rendered.
#[derive(Debug, Default)]
pub(crate) struct Phrases(Mutex<Made>);

/// What a template of sentences made: names and texts.
pub(super) type Made = Vec<(Value, Value)>;

impl Phrases {
    /// None yet, as they stand in a context.
    pub(crate) fn none_yet() -> Value {
        Value::from_object(Self::default())
    }

    fn with<T>(&self, look: impl FnOnce(&mut Made) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Object for Phrases {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.with(|made| {
            made.iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, text)| text.clone())
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.with(|made| made.iter().map(|(name, _)| name.clone()).collect()))
    }
}

/// Sentences that a letter needs: the template that makes them, what it sees, and where they go.
pub(super) struct Wanted {
    pub(super) template: String,
    pub(super) context: Value,
    say: Value,
}

impl Wanted {
    /// Puts the sentences where the parts of the letter find them.
    pub(super) fn fill(&self, made: Made) {
        if let Some(phrases) = self.say.downcast_object_ref::<Phrases>() {
            phrases.with(|old| *old = made);
        }
    }
}

/// All sentences that a letter of this sort with this context needs.
pub(super) fn wanted(language: &str, sort: Sort, context: &Value) -> Vec<Wanted> {
    let of = |value: &Value, name: &str| value.get_attr(name).unwrap_or_default();
    let about = |action: Value, context: Value| Wanted {
        template: format!("{language}/phrases.txt"),
        context,
        say: of(&action, "say"),
    };
    match sort {
        Sort::Reminder | Sort::Moved => vec![about(of(context, "action"), context.clone())],
        Sort::Digest => {
            let secretariat = of(context, "secretariat");
            let actions = of(context, "actions").try_iter().into_iter().flatten();
            let explained = explained(context);
            let mut wanted: Vec<_> = actions
                .enumerate()
                .map(|(at, action)| {
                    let seen = context! {
                        action => action.clone(),
                        secretariat => secretariat.clone(),
                        explain => explained.contains(&at),
                        many => true,
                    };
                    about(action, seen)
                })
                .collect();
            let template = format!("{language}/digest.phrases.txt");
            wanted.push(Wanted { template, context: context.clone(), say: of(context, "say") });
            wanted
        }
        Sort::Problems | Sort::Notice | Sort::Test => Vec::new(),
    }
}

/// The actions of a digest that stand for others with the same reason or the same policy: only
/// theirs are the sentences that explain the letter.
fn explained(digest: &Value) -> Vec<usize> {
    let firsts = ["reasons", "policies"].map(|name| digest.get_attr(name).unwrap_or_default());
    let firsts = firsts.iter().filter_map(|list| list.try_iter().ok()).flatten();
    firsts.filter_map(|one| one.get_attr("first").ok()?.as_usize()).collect()
}

/// What the template of this name sets: its texts, by name.
pub(super) fn make(environment: &Environment<'_>, name: &str, context: &Value) -> Result<Made, Error> {
    let rendered = environment.get_template(name)?.render_captured(context)?;
    let state = rendered.state();
    let text = |name: &str| state.lookup(name).filter(|value| value.as_str().is_some());
    Ok(state.exports().into_iter().filter_map(|name| Some((Value::from(name), text(name)?))).collect())
}
