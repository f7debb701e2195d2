use std::collections::BTreeSet;

use super::*;
use crate::compose::samples;

fn file(name: &str, source: &str) -> TemplateFile {
    TemplateFile {
        name: name.to_owned(),
        path: format!("/etc/rappel/templates/{name}"),
        source: source.to_owned(),
    }
}

fn problems(files: Vec<TemplateFile>) -> Vec<String> {
    match Templates::with(files) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.0.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn every_built_in_template_compiles_and_renders_every_sample_in_every_language() {
    let templates = Templates::built_in();
    for language in Language::ALL {
        let (compiled, _) = Compiled::new(language, &[]);
        for (name, _) in Templates::files() {
            let template = compiled.environment.get_template(builtin::parted(name).1);
            assert!(template.is_ok(), "{language}, {name}: {:?}", template.err());
        }
        for (sort, label, context) in samples::all(language) {
            let rendered = templates
                .render(language, sort, &context)
                .unwrap_or_else(|e| panic!("{language}, {label}: {e}"));
            for text in [&rendered.subject, &rendered.text, &rendered.html.text().into_owned()] {
                assert!(!text.contains("none,") && !text.contains("undefined"), "{label}: {text}");
            }
            assert!(!rendered.html.text().contains(samples::CANARY), "{label}: {}", rendered.html.text());
        }
    }
}

/// Words of the English templates that must be in no letter in another language: what is left of
/// English there comes from the register.
#[test]
fn no_word_of_rappels_own_is_left_in_english() {
    let templates = Templates::built_in();
    for language in Language::ALL.into_iter().filter(|language| *language != Language::English) {
        for (sort, label, context) in samples::all(language) {
            if !Sort::TRANSLATED.contains(&sort) {
                continue;
            }
            let rendered = templates.render(language, sort, &context).unwrap();
            for word in [
                "Dear",
                "Deadline",
                "Asked",
                "Status",
                "Agreed",
                "deadline",
                "overdue",
                "due ",
                "today",
                "letter",
                "regards",
                "in progress",
                "pending",
                "June",
                "Friday",
                "day",
            ] {
                assert!(!rendered.text.contains(word), "{language}, {label}, {word}: {}", rendered.text);
                assert!(!rendered.subject.contains(word), "{language}, {label}: {}", rendered.subject);
            }
        }
    }
}

/// What a folder of words sets, so that no language lacks what another one has.
#[test]
fn every_language_sets_the_same_words_and_sentences() {
    let names = |language: Language, file: &str| -> BTreeSet<String> {
        let name = format!("{language}/{file}");
        let (_, source) = builtin::FILES.iter().find(|(known, _)| *known == name).unwrap();
        let helpers =
            ["parts", "roles", "open", "overview", "ahead", "first", "asked", "it", "both", "entrusted"];
        let set = source.split("{% set ").skip(1).filter_map(|rest| rest.split([' ', '%']).next());
        set.filter(|name| !helpers.contains(name)).map(str::to_owned).collect()
    };
    for file in ["words.txt", "phrases.txt", "digest.phrases.txt", "test.phrases.txt"] {
        for language in Language::ALL {
            assert_eq!(names(language, file), names(Language::English, file), "{language}/{file}");
        }
    }
}

#[test]
fn the_built_in_files_are_accepted_as_replacements_of_themselves() {
    let all = Templates::files().iter().map(|(name, source)| file(name, source)).collect();
    assert_eq!(problems(all), Vec::<String>::new());
}

#[test]
fn a_replacement_is_what_letters_are_made_of() {
    let source = "{% if action.deadline %}{{ action.reference }} by {{ action.deadline.day.iso }}\
                  {% else %}{{ action.reference }}{% endif %}";
    let templates = Templates::with(vec![file("en/reminder.subject.txt", source)]).unwrap();
    let (_, _, context) = samples::all(Language::English).remove(0);
    assert_eq!(
        templates.render(Language::English, Sort::Reminder, &context).unwrap().subject,
        "17/06 by 2017-06-23"
    );
}

#[test]
fn all_mistakes_of_all_files_are_told_at_once_with_line_and_nearest_name() {
    let text = "{{ recipient.nam }}\n{{ action.titel }}\n{% for o in action.others %}\n\
                {{ o.statuss }}\n{% endfor %}\n{% if action.deadline and action.deadline.days > 4000 %}\n\
                {{ action.dedline }}\n{% endif %}\n{{ action.title | uper }}\n";
    let found = problems(vec![
        file("en/reminder.txt", text),
        file("en/digest.subject.txt", "{{ count.all }} outstanding"),
        file("en/digest.html", "{% if %}"),
        file("en/remindr.html", ""),
    ]);
    let expected = [
        "/etc/rappel/templates/en/digest.html, line 1: Syntax error: unexpected end of block.",
        "/etc/rappel/templates/en/digest.subject.txt, line 1: There is no \"count\" here. Did you mean counts?",
        "/etc/rappel/templates/en/reminder.txt, line 1: There is no \"recipient.nam\" here. Did you mean \
         recipient.name?",
        "/etc/rappel/templates/en/reminder.txt, line 2: There is no \"action.titel\" here. Did you mean \
         action.title?",
        "/etc/rappel/templates/en/reminder.txt, line 4: There is no \"o.statuss\" here. Did you mean o.status?",
        "/etc/rappel/templates/en/reminder.txt, line 7: There is no \"action.dedline\" here. Did you mean \
         action.deadline?",
        "/etc/rappel/templates/en/reminder.txt, line 9: Unknown filter: filter uper is unknown.",
        "/etc/rappel/templates/en/remindr.html: There is no template named \"en/remindr.html\". Did you mean \
         en/reminder.html?",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_mistake_in_a_partial_is_told_once_and_where_it_stands() {
    let broken = builtin::FILES[0].1.replacen(
        "tomorrow, {{ deadline.day.long }}",
        "tomorrow, {{ deadline.day.lonk }}",
        1,
    );
    let found = problems(vec![file("en/phrases.txt", &broken)]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("phrases.txt, line "), "{found:?}");
    assert!(found[0].ends_with("There is no \"deadline.day.lonk\" here. Did you mean deadline.day.long?"));
}

#[test]
fn a_partial_that_lost_a_macro_is_blamed_for_the_templates_that_need_it() {
    let found = problems(vec![file("en/phrases.txt", "{# nothing #}")]);
    assert!(!found.is_empty());
    assert!(found.iter().all(|problem| problem.starts_with("/etc/rappel/templates/en/phrases.txt: ")));
}

#[test]
fn a_subject_is_one_line_and_not_empty() {
    let two = problems(vec![file("en/reminder.subject.txt", "{{ action.reference }}\n{{ action.title }}")]);
    assert!(two[0].contains("The subject has 2 lines."), "{two:?}");
    let none = problems(vec![file("en/reminder.subject.txt", "{# soon #}")]);
    assert!(none[0].contains("The subject is empty."), "{none:?}");
}

#[test]
fn html_that_lets_a_cell_add_tags_is_refused() {
    let safe = problems(vec![file("en/reminder.html", "<p>{{ action.title | safe }}</p>")]);
    assert!(safe[0].contains("a cell could add tags"), "{safe:?}");
    let include = problems(vec![file("en/reminder.html", "{% include 'en/reminder.txt' %}")]);
    assert!(include[0].contains("a cell could add tags"), "{include:?}");
}

#[test]
fn an_extra_column_that_no_sample_has_is_no_mistake() {
    let text = "{{ action.extra[\"Room 7\"] }}{% if action.extra.budget %}x{% endif %}";
    assert_eq!(problems(vec![file("en/reminder.txt", text)]), Vec::<String>::new());
}

#[test]
fn a_name_that_is_known_and_not_there_is_not_proposed_in_place_of_itself() {
    let words = problems(vec![file("en/words.txt", "{% set closing = \"Bye\" %}")]);
    assert!(
        words
            .iter()
            .all(|one| one.contains("Nothing sets \"words.") && one.contains("start from a copy of that.")),
        "{words:?}"
    );
    let absent = problems(vec![file("en/reminder.txt", "{{ absent.name }}")]);
    assert!(
        absent[0].ends_with("\"absent.name\" is not always there. Test it first, with {% if %}."),
        "{absent:?}"
    );
}

#[test]
fn a_template_that_never_ends_is_stopped() {
    let text = "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}";
    let found = problems(vec![file("en/test.txt", text)]);
    assert!(found[0].contains("It takes too long"), "{found:?}");
}

#[test]
fn html_escapes_what_matters_and_leaves_a_slash_a_slash() {
    let mut environment = engine::environment(Language::English);
    environment.add_template("a.html", "{{ x }}|{{ y }}|{{ x | safe }}").unwrap();
    let context = minijinja::context! { x => "<a href=\"'&/", y => () };
    let rendered = environment.get_template("a.html").unwrap().render(context).unwrap();
    assert_eq!(rendered, "&lt;a href=&quot;&#39;&amp;/||<a href=\"'&/");
}

#[test]
fn lists_have_an_and_and_lines_in_html_have_breaks() {
    let mut environment = engine::environment(Language::English);
    environment
        .add_template("a.html", "{{ [28, 14, 7] | listed }}|{{ [1] | listed }}|{{ x | breaks }}")
        .unwrap();
    let context = minijinja::context! { x => "a<b\n\nc" };
    let rendered = environment.get_template("a.html").unwrap().render(context).unwrap();
    assert_eq!(rendered, "28, 14 and 7|1|a&lt;b<br><br>c");
}

#[test]
fn a_sentence_that_is_replaced_is_replaced_in_every_part() {
    let source = builtin::FILES[0]
        .1
        .replace("due {% if deadline.days == 1 %}", "to be done {% if deadline.days == 1 %}");
    let templates = Templates::with(vec![file("en/phrases.txt", &source)]).unwrap();
    let rendered = |sort: Sort| {
        let (_, _, context) =
            samples::all(Language::English).into_iter().find(|(of, ..)| *of == sort).unwrap();
        templates.render(Language::English, sort, &context).unwrap()
    };
    let (reminder, digest) = (rendered(Sort::Reminder), rendered(Sort::Digest));
    for text in
        [reminder.subject, reminder.html.text().into_owned(), digest.text, digest.html.text().into_owned()]
    {
        assert!(text.contains("to be done in 7 days"), "{text}");
    }
}

#[test]
fn words_are_made_once_unless_they_look_at_the_letter() {
    for language in Language::ALL {
        assert!(Compiled::new(language, &[]).0.words.is_some(), "{language}");
    }
    let (_, words) = builtin::FILES.iter().find(|(name, _)| *name == "en/words.txt").unwrap();
    let closing = "{% set closing %}Yours, {{ recipient.name }}{% endset %}";
    let templates = Templates::with(vec![file("en/words.txt", &format!("{words}{closing}"))]).unwrap();
    let closings: BTreeSet<_> = samples::all(Language::English)
        .into_iter()
        .filter(|(sort, ..)| *sort == Sort::Reminder)
        .map(|(sort, _, context)| {
            let text = templates.render(Language::English, sort, &context).unwrap().text;
            text.lines().find(|line| line.starts_with("Yours, ")).unwrap().to_owned()
        })
        .collect();
    assert_eq!(closings.len(), 2, "{closings:?}");
}

#[test]
fn every_tag_of_every_sample_is_closed() {
    let templates = Templates::built_in();
    let all = Language::ALL.into_iter().flat_map(|language| {
        samples::all(language).into_iter().map(move |(sort, label, context)| (language, sort, label, context))
    });
    for (language, sort, label, context) in all {
        let html = templates.render(language, sort, &context).unwrap().html.text().into_owned();
        let mut open = Vec::new();
        for tag in html.split('<').skip(1).filter_map(|tag| tag.split_once('>')).map(|(tag, _)| tag) {
            let name = tag.split_whitespace().next().unwrap();
            match name.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name), "{label}: {html}"),
                None if name.starts_with('!') || ["meta", "br"].contains(&name) => {}
                None => open.push(name),
            }
        }
        assert_eq!(open, Vec::<&str>::new(), "{label}");
    }
}

#[test]
fn a_shared_template_is_tried_in_every_language() {
    let source = "{{ words.closing }}{% if language == \"fr\" %}{{ action.titel }}{% endif %}";
    let found = problems(vec![file("reminder.txt", source)]);
    assert_eq!(
        found,
        [
            "/etc/rappel/templates/reminder.txt, line 1: There is no \"action.titel\" here. Did you mean action.title?"
        ]
    );
}

#[test]
fn a_file_of_a_language_counts_there_and_before_the_shared_one() {
    let templates = Templates::with(vec![
        file("reminder.txt", "for all: {{ action.title }}"),
        file("fr/reminder.txt", "pour le fran\u{e7}ais : {{ action.title }}"),
    ])
    .unwrap();
    for (language, begins) in
        [(Language::French, "pour le fran\u{e7}ais : "), (Language::Russian, "for all: ")]
    {
        let (_, _, context) = samples::all(language).remove(0);
        let text = templates.render(language, Sort::Reminder, &context).unwrap().text;
        assert!(text.starts_with(begins), "{text}");
    }
}

#[test]
fn letters_are_in_english_where_its_words_were_replaced_and_those_of_the_language_were_not() {
    let (_, words) = builtin::FILES.iter().find(|(name, _)| *name == "fr/reminder.subject.txt").unwrap();
    let templates = Templates::with(vec![
        file("en/reminder.subject.txt", "{{ action.reference }}, please"),
        file("fr/reminder.subject.txt", words),
    ])
    .unwrap();
    assert_eq!(templates.language(Language::French, Sort::Reminder, None), Language::French);
    assert_eq!(templates.language(Language::Spanish, Sort::Reminder, None), Language::English);
    assert_eq!(templates.language(Language::Spanish, Sort::Digest, None), Language::Spanish);
    let notes: Vec<_> = templates.notes().0.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "/etc/rappel/templates/en/reminder.subject.txt: en/reminder.subject.txt is replaced, but not in Arabic, \
          Chinese, Russian, Spanish: reminders in these languages are written in English until files such as \
          ar/reminder.subject.txt say the same there."
        ]
    );
    assert!(
        Templates::with(vec![file(
            "en/layout.html",
            "{% block letter %}{% endblock %}{% block foot %}{% endblock %}"
        )])
        .unwrap()
        .notes()
        .0
        .is_empty()
    );
}

/// The samples of a letter that nobody answered are about a step with the name "second".
#[test]
fn a_step_has_templates_of_its_own_and_the_rest_is_that_of_every_escalation() {
    let escalation = |templates: &Templates, language| {
        let samples = samples::all(language).into_iter().filter(|(sort, ..)| *sort == Sort::Escalation);
        samples
            .map(|(.., context)| templates.render(language, Sort::Escalation, &context).unwrap())
            .next()
            .unwrap()
    };
    let own = Templates::with(vec![
        file("en/escalation.second.subject.txt", "Once more: {{ action.reference }}"),
        file("ru/escalation.second.subject.txt", "Повторно: {{ action.reference }}"),
        file("escalation.third.txt", "of another step"),
    ])
    .unwrap();
    let built_in = escalation(&Templates::built_in(), Language::English);
    let english = escalation(&own, Language::English);
    assert_eq!(english.subject, "Once more: 17/06");
    assert_eq!((&english.text, &english.html), (&built_in.text, &built_in.html));
    assert_eq!(escalation(&own, Language::Russian).subject, "Повторно: 17/06");
    // Where it is not translated, the letters of this step are in English, and no others.
    for (step, language) in
        [(Some("second"), Language::English), (Some("third"), Language::French), (None, Language::French)]
    {
        assert_eq!(own.language(Language::French, Sort::Escalation, step), language, "{step:?}");
    }
    assert_eq!(own.language(Language::Russian, Sort::Escalation, Some("second")), Language::Russian);
    let notes: Vec<_> = own.notes().0.iter().map(ToString::to_string).collect();
    assert!(
        notes.len() == 1
            && notes[0].contains("letters of the step \"second\" in these languages are written in English"),
        "{notes:?}"
    );
    // They are tried with every sample.
    let wrong = problems(vec![
        file("fr/escalation.second.txt", "{{ action.titel }}"),
        file("escalation.second.html", "{{ action.escalated.asked | join(', ') | safe }}"),
    ]);
    assert!(
        wrong.len() == 2
            && wrong[0].contains("The HTML shows a value")
            && wrong[1].contains("Did you mean action.title?"),
        "{wrong:?}"
    );
}

#[test]
fn letters_about_a_moved_deadline_are_worded_by_their_subject_and_by_the_reminders_words() {
    let sorts = [Sort::Reminder, Sort::Moved, Sort::Digest];
    for (replaced, in_french) in [
        ("en/moved.subject.txt", [true, false, true]),
        ("en/reminder.subject.txt", [false, true, true]),
        ("en/reminder.txt", [false, false, true]),
        ("en/phrases.txt", [false, false, false]),
    ] {
        let (_, source) = builtin::FILES
            .iter()
            .find(|(name, _)| *name == replaced || format!("en/{name}") == replaced)
            .unwrap();
        let templates = Templates::with(vec![file(replaced, source)]).unwrap();
        let written = sorts.map(|sort| templates.language(Language::French, sort, None) == Language::French);
        assert_eq!(written, in_french, "{replaced}");
    }
}

#[test]
fn a_plural_has_the_form_that_the_language_wants() {
    let said = |language: Language, count: u64| {
        let mut environment = engine::environment(language);
        environment.add_template("a.txt", "{{ n | plural(one='# a', few='# b', other='# c') }}").unwrap();
        environment.get_template("a.txt").unwrap().render(minijinja::context! { n => count }).unwrap()
    };
    assert_eq!([1, 3, 5].map(|n| said(Language::Russian, n)), ["1 a", "3 b", "5 c"]);
    assert_eq!([1, 3, 5].map(|n| said(Language::English, n)), ["1 a", "3 c", "5 c"]);
}

#[test]
fn the_page_for_authors_names_every_variable_file_and_filter() {
    let page = include_str!("../../../docs/templates.md");
    let mut names = Variables::default();
    for (_, _, context) in samples::all(Language::English) {
        names.learn(&context);
    }
    for name in names.iter().filter(|name| !name.starts_with("words.") && !name.contains("say.")) {
        let last = name.rsplit('.').next().unwrap();
        let forms = [format!("{last}`"), format!(".{last}"), format!("{last}.")];
        assert!(forms.iter().any(|form| page.contains(form)), "{name}");
    }
    for name in builtin::FILES.iter().map(|(name, _)| builtin::parted(name).1) {
        let stem = name.split('.').next().unwrap();
        assert!(page.contains(stem), "{name}");
    }
    for filter in ["plural", "listed", "isolated", "column", "breaks"] {
        assert!(page.contains(&format!("\\| {filter}")), "{filter}");
    }
}
