//! Forms: most letters of a mailing differ in nothing but a name, a reference and what is asked. Such letters are
//! rendered once, with blanks in place of these texts, and each of them is the form with its blanks filled in.
//!
//! A letter is a form's if everything else that its templates see is the same, to the last byte: that is the key under
//! which a form is kept. A blank stands in a context as a text of its own, which no cell can hold, and what was rendered
//! has it wherever templates print that text. So a text may become a blank only if templates do nothing with it but to
//! see whether there is one, and to print it. The built-in templates are proved to do no more; an administrator's
//! might, and where a template of a language is replaced, its letters have no forms.

use std::{
    borrow::Cow,
    collections::HashMap,
    hash::{Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Sort,
    engine::{escape, tidy_html},
    filters,
};
use crate::compose::{
    body::{Body, Ready},
    calendar::Wording,
};

/// So many forms are kept at most, of some 15 KB each: more are needed only by letters that have little in common.
const MOST: usize = 64;

/// Begins a blank; its letter follows. It is no character of any text that was cleaned.
const BLANK: char = '\u{1}';
/// Begins a blank whose lines are parted as the filter `breaks` parts them.
const BLANK_WITH_BREAKS: char = '\u{2}';

/// The blanks that a context can have.
const BLANKS: [&str; 12] = [
    "\u{1}a", "\u{1}b", "\u{1}c", "\u{1}d", "\u{1}e", "\u{1}f", "\u{1}g", "\u{1}h", "\u{1}i", "\u{1}j",
    "\u{1}k", "\u{1}l",
];

/// A letter as its templates print it, before the last touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Printed {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
    pub(super) wordings: Vec<Wording>,
}

/// The texts that were taken out of a context, in the order of their blanks.
#[derive(Debug, Default)]
pub(crate) struct Texts<'a>(Vec<Cow<'a, str>>);

impl<'a> Texts<'a> {
    /// Takes a text out, and puts a blank in its place. None does what an empty text does, and for more than there are
    /// blanks: these stay.
    pub(crate) fn take(&mut self, text: &mut Cow<'a, str>) {
        let blank = BLANKS.get(self.0.len()).filter(|_| !text.is_empty());
        if let Some(blank) = blank {
            self.0.push(std::mem::replace(text, Cow::Borrowed(blank)));
        }
    }

    /// The text that `blank` stands for; another one itself.
    pub(crate) fn of<'t>(&'t self, blank: &'t str) -> &'t str {
        BLANKS.iter().position(|one| *one == blank).and_then(|at| self.0.get(at)).map_or(blank, |text| text)
    }

    /// Has another text filled in for `blank`.
    pub(crate) fn replace(&mut self, blank: &str, text: String) {
        if let Some(place) = BLANKS.iter().position(|one| *one == blank).and_then(|at| self.0.get_mut(at)) {
            *place = Cow::Owned(text);
        }
    }
}

/// What was printed with blanks.
#[derive(Debug)]
pub(crate) struct Form {
    subject: Blanks,
    text: Blanks,
    html: Vec<Lines>,
    pub(super) wordings: Vec<Wording>,
}

/// Lines of an HTML part: most have no blanks, and are ready.
#[derive(Debug)]
enum Lines {
    Ready(Arc<Ready>),
    Blanks(Blanks),
}

impl Form {
    /// The form that was printed; none if a blank is where none can be filled in.
    pub(super) fn new(Printed { subject, text, html, wordings }: Printed) -> Option<Self> {
        let is_filled = wordings.iter().all(|wording| wording.texts().iter().all(|text| !has_blanks(text)));
        is_filled.then(|| Self {
            subject: Blanks::of(&subject),
            text: Blanks::of(&text),
            html: Lines::of(&html),
            wordings,
        })
    }

    /// The subject with these texts.
    pub(super) fn subject(&self, texts: &Texts<'_>) -> String {
        self.subject.filled(texts, plain)
    }

    /// The text part.
    pub(super) fn text(&self, texts: &Texts<'_>) -> String {
        self.text.filled(texts, plain)
    }

    /// The HTML part, tidy.
    pub(super) fn html(&self, texts: &Texts<'_>) -> Body {
        let mut body = Body::default();
        for lines in &self.html {
            match lines {
                Lines::Ready(ready) => body.push_ready(ready),
                Lines::Blanks(blanks) => body.push(tidy_html(&blanks.filled(texts, escaped))),
            }
        }
        body
    }
}

impl Lines {
    fn of(html: &str) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut begun = String::new();
        let end = |begun: &mut String, parts: &mut Vec<Self>| {
            let ready = tidy_html(&std::mem::take(begun));
            parts.extend((!ready.is_empty()).then(|| Self::Ready(Arc::new(Ready::new(ready)))));
        };
        for line in html.split_inclusive('\n') {
            if has_blanks(line) {
                end(&mut begun, &mut parts);
                parts.push(Self::Blanks(Blanks::of(line)));
            } else {
                begun.push_str(line);
            }
        }
        end(&mut begun, &mut parts);
        parts
    }
}

fn has_blanks(text: &str) -> bool {
    text.contains([BLANK, BLANK_WITH_BREAKS])
}

fn plain(text: &str, _: bool, out: &mut String) {
    out.push_str(text);
}

fn escaped(text: &str, with_breaks: bool, out: &mut String) {
    // It cannot fail: a text takes what is written to it.
    let _ = if with_breaks { filters::with_breaks(text, out) } else { escape(out, text) };
}

/// A text with blanks.
#[derive(Debug)]
struct Blanks {
    /// What stands before each of them: its text, its number, and whether its lines are parted.
    before: Vec<(Box<str>, usize, bool)>,
    /// What stands after the last.
    rest: Box<str>,
}

impl Blanks {
    fn of(printed: &str) -> Self {
        let mut before = Vec::new();
        let mut rest = printed;
        while let Some(at) = memchr::memchr2(1, 2, rest.as_bytes()) {
            let (text, blank) = rest.split_at(at);
            let letter = blank.as_bytes().get(1).copied().unwrap_or_default();
            let number = BLANKS.iter().position(|one| one.as_bytes().get(1) == Some(&letter));
            before.push((text.into(), number.unwrap_or(BLANKS.len()), blank.starts_with(BLANK_WITH_BREAKS)));
            rest = blank.get(2..).unwrap_or_default();
        }
        Self { before, rest: rest.into() }
    }

    fn filled(&self, texts: &Texts<'_>, write: fn(&str, bool, &mut String)) -> String {
        let printed = self.before.iter().map(|(text, ..)| text.len()).sum::<usize>() + self.rest.len();
        let filled =
            self.before.iter().filter_map(|(_, number, _)| texts.0.get(*number)).map(|text| text.len());
        let mut out = String::with_capacity(printed + filled.sum::<usize>() * 9 / 8 + 64);
        for (before, number, with_breaks) in &self.before {
            out.push_str(before);
            if let Some(text) = texts.0.get(*number) {
                write(text, *with_breaks, &mut out);
            }
        }
        out.push_str(&self.rest);
        out
    }
}

/// For the filter `breaks`: a blank, if it is one, whose lines are parted when it is filled in.
pub(super) fn with_breaks(text: &str) -> Option<String> {
    text.strip_prefix(BLANK).map(|letter| format!("{BLANK_WITH_BREAKS}{letter}"))
}

/// All that a value gives to a hasher, which for a derived `Hash` is the value itself: two values that differ give
/// different bytes.
#[derive(Debug, Default)]
struct Written(Vec<u8>);

impl Written {
    /// Writes this value in place of the one before.
    fn write_anew(&mut self, value: &impl Hash) {
        self.0.clear();
        value.hash(self);
    }
}

impl Hasher for Written {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

/// The forms of a mailing.
#[derive(Debug, Default)]
pub(super) struct Forms(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    forms: HashMap<Vec<u8>, Option<Arc<Form>>, foldhash::quality::RandomState>,
    /// The key that is looked for; kept for its memory.
    key: Written,
}

impl Forms {
    /// The form for this context, out of which its texts were taken; none if letters with such a context have none.
    /// `make` makes it where it is needed first.
    pub(super) fn form(
        &self,
        sort: Sort,
        context: &impl Hash,
        make: impl FnOnce() -> Option<Form>,
    ) -> Option<Arc<Form>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Kept { forms, key } = &mut *kept;
        key.write_anew(&(sort, context));
        if let Some(form) = forms.get(&key.0) {
            return form.clone();
        }
        if forms.len() >= MOST {
            forms.clear();
        }
        let form = make().map(Arc::new);
        forms.insert(key.0.clone(), form.clone());
        form
    }
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan as _, civil::date};

    use super::*;
    use crate::{
        action::{Action, Addressee, Language},
        compose::{Templates, samples},
        directory::Recipient,
    };

    /// What a register may hold, and more than it may.
    const TEXTS: [[&str; 4]; 4] = [
        ["17/06", "nominate a representative", "One line.", "Rosa Sample"],
        [
            "\u{1}a & <b>",
            "\"quoted\" 'twice' = &amp;",
            "first \u{2}b\n\n  second <br>\nthird & last",
            "O'Neill, Jr.",
        ],
        [
            "\u{631}\u{642}\u{645} 7",
            "\u{627}\u{62e}\u{62a}\u{628}\u{627}\u{631} \u{2067}x",
            "\u{8bf7}\u{63d0}\u{540d}\u{3002}",
            "\u{738b}\u{660e}",
        ],
        [
            "A very long reference, of a group that likes long references, in its 38th meeting",
            "a title of so many words that no subject holds it, and that therefore has to be cut, wherever it is \
             said what and when, which must not be lost, because it is what everybody looks for",
            "word word word word word word word word word word word word word word word word word word word word",
            "Somebody whose name is longer than most, and who is asked for several things at once, von und zu",
        ],
    ];

    fn with([reference, title, details, name]: [&str; 4], action: &mut Action, recipient: &mut Recipient) {
        reference.clone_into(&mut action.reference);
        title.clone_into(&mut action.title);
        action.details = action.details.as_ref().map(|_| details.into());
        action.origin = action.origin.as_ref().map(|_| details.into());
        let more = action.more.room();
        more.outcome = more.outcome.as_ref().map(|_| details.into());
        more.topic = more.topic.as_ref().map(|_| details.into());
        more.link = more.link.as_ref().map(|_| format!("https://example.org/{}", reference.len()).into());
        more.extra.insert("Room".to_owned(), name.to_owned());
        name.clone_into(&mut recipient.name);
        recipient.email = format!("sample{}@example.org", name.len());
        if let Addressee::Person(asked_of) = &mut action.asked_of {
            *asked_of = name.into();
        }
    }

    #[test]
    fn a_form_that_is_filled_in_is_the_letter_that_would_have_been_rendered() {
        for language in Language::ALL {
            let once = Templates::built_in();
            let many = once.for_many();
            let letters = |templates: &Templates, texts| {
                samples::letters(language, templates, &|action, recipient| with(texts, action, recipient))
            };
            let known = || many.forms.as_ref().unwrap().0.lock().unwrap().forms.len();
            // Whoever is asked for help by name is told so: two texts before it is seen that no more forms are needed.
            letters(&many, TEXTS[0]);
            letters(&many, TEXTS[1]);
            let forms = known();
            for texts in &TEXTS[1..] {
                let rendered = letters(&once, *texts).into_iter();
                for ((label, rendered), (_, filled)) in rendered.zip(letters(&many, *texts)) {
                    assert_eq!(rendered, filled, "{language}, {label}: {texts:?}");
                }
            }
            assert_eq!(known(), forms, "other texts need no other form");
        }
    }

    #[test]
    fn a_text_that_is_not_there_is_not_told_by_the_form_of_one_that_is() {
        let once = Templates::built_in();
        let many = once.for_many();
        let letters = |templates: &Templates, details: Option<&str>| {
            samples::letters(Language::English, templates, &|action, _| {
                action.details = details.map(Into::into);
                action.origin = None;
            })
        };
        for details in [Some("some"), None, Some("other")] {
            assert_eq!(letters(&once, details), letters(&many, details));
        }
    }

    #[test]
    fn no_more_forms_are_kept_than_there_may_be() {
        let many = Templates::built_in().for_many();
        for days in 0..4 {
            samples::letters(Language::English, &many, &|action, _| {
                action.opened = Some(date(2017, 4, 27).saturating_sub(days.days()));
            });
        }
        assert!(many.forms.unwrap().0.lock().unwrap().forms.len() <= MOST);
    }

    #[test]
    fn replaced_templates_are_rendered_for_each_letter() {
        let file = super::super::TemplateFile {
            name: "en/reminder.subject.txt".to_owned(),
            path: "en/reminder.subject.txt".to_owned(),
            source: "{{ action.reference | length }} characters".to_owned(),
        };
        let templates = Templates::with(vec![file]).unwrap().for_many();
        let subject = |reference: &str| {
            let change = |action: &mut Action, _: &mut Recipient| reference.clone_into(&mut action.reference);
            samples::letters(Language::English, &templates, &change).remove(0).1.subject
        };
        assert_eq!([subject("17/06"), subject("AI 12/3")], ["5 characters", "7 characters"]);
        let forms = |language| {
            samples::letters(language, &templates, &|_, _| {});
            templates.forms.as_ref().unwrap().0.lock().unwrap().forms.len()
        };
        assert_eq!(forms(Language::English), 0);
        assert!(forms(Language::French) > 0, "there, nothing is replaced");
    }
}
