//! The sentences of a letter, made before its parts and once for all of them: `words.txt` what every
//! letter needs, `phrases.txt` what is said about each action, `digest.phrases.txt` and
//! `test.phrases.txt` what is said about such a letter as a whole. What such a template sets is what
//! the other templates find under `words` or `say`.

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::{
    Environment, Error, Value, context,
    value::{Enumerator, Object, ValueKind},
};

use super::Sort;

/// Sentences by name: empty in a new context, filled in before the first part is rendered.
#[derive(Debug, Default)]
pub(crate) struct Phrases(Mutex<Arc<Made>>);

/// What a template of sentences made: names and texts.
pub(super) type Made = Vec<(Value, Value)>;

/// The template of the words that every letter needs.
pub(super) const WORDS: &str = "words.txt";

impl Phrases {
    /// None yet, as they stand in a context.
    pub(crate) fn none_yet() -> Value {
        Value::from_object(Self::default())
    }

    fn with<T>(&self, look: impl FnOnce(&mut Arc<Made>) -> T) -> T {
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
    pub(super) template: &'static str,
    pub(super) context: Value,
    say: Value,
}

impl Wanted {
    /// Puts the sentences where the parts of the letter find them.
    pub(super) fn fill(&self, made: impl Into<Arc<Made>>) {
        let made = made.into();
        if let Some(phrases) = self.say.downcast_object_ref::<Phrases>() {
            phrases.with(|old| *old = made);
        }
    }
}

/// All sentences that a letter of this sort with this context needs, in the order in which they
/// are made: later ones may use earlier ones.
pub(super) fn wanted(sort: Sort, context: &Value) -> Vec<Wanted> {
    match sort {
        Sort::Reminder | Sort::Moved | Sort::Welcome | Sort::Escalation => {
            vec![whole(context, WORDS, "words"), about(&of(context, "action"), context.clone())]
        }
        Sort::Digest => several(context, "digest.phrases.txt", &explained(context)),
        // How the letter begins is said with the first.
        Sort::Closed => several(context, "closed.phrases.txt", &[0]),
        Sort::Correction => several(context, "correction.phrases.txt", &[0]),
        Sort::Test => vec![whole(context, WORDS, "words"), whole(context, "test.phrases.txt", "say")],
        Sort::Problems | Sort::Notice => Vec::new(),
    }
}

/// Of a letter about several actions: its words, the sentences about each, and those of `template` about the whole. Those
/// about `explained` actions also explain the letter.
fn several(context: &Value, template: &'static str, explained: &[usize]) -> Vec<Wanted> {
    let [secretariat, recipient, words] = ["secretariat", "recipient", "words"].map(|name| of(context, name));
    let actions = of(context, "actions").try_iter().into_iter().flatten();
    let about_each = actions.enumerate().map(|(at, action)| {
        let seen = context! {
            action => action.clone(),
            secretariat => secretariat.clone(),
            recipient => recipient.clone(),
            words => words.clone(),
            explain => explained.contains(&at),
            many => true,
            alike => alike(context, at),
        };
        about(&action, seen)
    });
    let words = std::iter::once(whole(context, WORDS, "words"));
    words.chain(about_each).chain([whole(context, template, "say")]).collect()
}

/// The sentences about one action.
fn about(action: &Value, context: Value) -> Wanted {
    Wanted { template: "phrases.txt", context, say: of(action, "say") }
}

/// The sentences about the whole letter, which stand at `place`.
fn whole(context: &Value, template: &'static str, place: &str) -> Wanted {
    Wanted { template, context: context.clone(), say: of(context, place) }
}

fn of(value: &Value, name: &str) -> Value {
    value.get_attr(name).unwrap_or_default()
}

/// The actions of a digest that stand for others with the same reason or the same policy: only
/// theirs are the sentences that explain the letter.
fn explained(digest: &Value) -> Vec<usize> {
    let firsts = ["reasons", "policies"].map(|name| digest.get_attr(name).unwrap_or_default());
    let firsts = firsts.iter().filter_map(|list| list.try_iter().ok()).flatten();
    firsts.filter_map(|one| one.get_attr("first").ok()?.as_usize()).collect()
}

/// How many actions of a digest have the reason of this one, if it stands for them.
fn alike(digest: &Value, at: usize) -> usize {
    let reasons = of(digest, "reasons");
    let mut reasons = reasons.try_iter().into_iter().flatten();
    let its_own = reasons.find(|reason| of(reason, "first").as_usize() == Some(at));
    its_own.and_then(|reason| of(&reason, "count").as_usize()).unwrap_or(1)
}

/// What the template of this name sets: its texts, numbers and tables, by name.
pub(super) fn make(environment: &Environment<'_>, name: &str, context: &Value) -> Result<Made, Error> {
    // What it prints between is of no use.
    let rendered = environment.get_template(name)?.render_captured_to(context, std::io::sink())?;
    let state = rendered.state();
    // A macro is set as well, and is of no use elsewhere.
    let is_word =
        |value: &Value| matches!(value.kind(), ValueKind::String | ValueKind::Map | ValueKind::Number);
    let text = |name: &str| state.lookup(name).filter(is_word);
    Ok(state.exports().into_iter().filter_map(|name| Some((Value::from(name), text(name)?))).collect())
}

/// The words of all letters, when they are the same in each: their template looks at nothing of the letter.
pub(super) fn words_of_all(environment: &Environment<'_>) -> Option<Arc<Made>> {
    let template = environment.get_template(WORDS).ok()?;
    let mut looked_at = template.undeclared_variables(false);
    looked_at.retain(|name| environment.globals().all(|(global, _)| global != name));
    // What another template looks at is not known.
    let is_alone = !["include", "import"].iter().any(|word| template.source().contains(word));
    if !is_alone || !looked_at.is_empty() {
        return None;
    }
    make(environment, WORDS, &Value::UNDEFINED).ok().map(Arc::new)
}
