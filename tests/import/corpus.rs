//! Precision and recall over documents that were written for this, with what a secretary would take from each.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use rappel::{
    action::{Purpose, fold},
    minutes::{Due, Proposal},
};

use crate::support::{corpus, documents, find, read};

/// A line of what is expected: `*` is anything.
#[derive(Debug)]
struct Expected {
    reference: String,
    asked_of: String,
    purpose: String,
    status: String,
    until: String,
    words: String,
}

fn expected(path: &Path) -> (String, Vec<Expected>) {
    let text = fs::read_to_string(format!("{}.expected", path.display())).unwrap();
    let form = text.lines().next().unwrap().trim_start_matches("# ").to_owned();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let rows = lines.map(|line| {
        let cells: Vec<_> = line.split(" | ").map(|cell| cell.trim().to_owned()).collect();
        let [reference, asked_of, purpose, status, until, words] = <[String; 6]>::try_from(cells).unwrap();
        Expected { reference, asked_of, purpose, status, until, words }
    });
    (form, rows.collect())
}

fn is_it(wanted: &Expected, found: &Proposal) -> bool {
    let same = |wanted: &str, found: &str| wanted == "*" || fold(wanted) == fold(found);
    let until = match &found.deadline {
        None => "-".to_owned(),
        Some(Due::Day(day)) => day.to_string(),
        Some(Due::Words(words)) => format!("\"{words}\""),
    };
    let purpose = if found.purpose == Purpose::Action { "action" } else { "information" };
    same(&wanted.reference, &found.reference)
        && same(&wanted.asked_of, &found.asked_of)
        && wanted.purpose == purpose
        && wanted.status == found.status.to_string()
        && (wanted.until == "*" || wanted.until == until)
        && fold(&found.title).contains(&fold(&wanted.words))
}

#[derive(Default)]
struct Score {
    right: usize,
    found: usize,
    wanted: usize,
}

impl Score {
    fn add(&mut self, other: &Self) {
        self.right += other.right;
        self.found += other.found;
        self.wanted += other.wanted;
    }

    fn ratio(part: usize, of: usize) -> f64 {
        f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(of.max(1)).unwrap())
    }

    fn precision(&self) -> f64 {
        Self::ratio(self.right, self.found)
    }

    fn recall(&self) -> f64 {
        Self::ratio(self.right, self.wanted)
    }

    fn show(&self, form: &str) {
        println!(
            "{form:20} precision {:.3}, recall {:.3} ({} wanted)",
            self.precision(),
            self.recall(),
            self.wanted
        );
    }
}

fn score(path: &Path) -> (String, Score) {
    let (form, wanted) = expected(path);
    let mut left = find(&read(path).unwrap()).proposals;
    let (found, all) = (left.len(), wanted.len());
    let mut right = 0;
    for one in wanted {
        match left.iter().position(|proposal| is_it(&one, proposal)) {
            Some(at) => {
                left.remove(at);
                right += 1;
            }
            None => println!("{}: missing {one:?}", path.display()),
        }
    }
    for one in left {
        let Proposal { reference, asked_of, title, deadline, status, rule, .. } = one;
        println!(
            "{}: too much {reference} | {asked_of} | {status} | {deadline:?} | {title} ({rule})",
            path.display()
        );
    }
    (form, Score { right, found, wanted: all })
}

/// The score of each form, printed, and that of all together.
fn measured(documents: &[PathBuf]) -> (BTreeMap<String, Score>, Score) {
    let (mut total, mut forms) = (Score::default(), BTreeMap::<String, Score>::new());
    for path in documents {
        let (form, score) = score(path);
        total.add(&score);
        forms.entry(form).or_default().add(&score);
    }
    for (form, score) in &forms {
        score.show(form);
    }
    total.show("total");
    (forms, total)
}

#[test]
fn at_least_19_of_20_are_found_and_at_most_1_of_20_is_too_much() {
    let documents = documents(&corpus());
    assert!(documents.len() >= 25);
    let (forms, total) = measured(&documents);
    let enough = |score: &Score| score.precision() >= 0.95 && score.recall() >= 0.95;
    assert!(forms.values().all(enough) && enough(&total));
}

/// How good the rules are on documents that they were not made with can be measured only with such documents: each with
/// what is expected of it beside it, as in the corpus.
#[test]
fn documents_of_another_folder_are_measured() {
    match std::env::var_os("RAPPEL_MORE_REPORTS") {
        Some(folder) => drop(measured(&documents(Path::new(&folder)))),
        None => println!("skipped: RAPPEL_MORE_REPORTS does not name a folder of documents"),
    }
}

#[test]
fn actions_that_differ_in_a_number_are_not_taken_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.txt");
    let part = |number: usize| {
        format!("Action: The Secretariat to publish part {number} no later than 2 June 2018.\n\n")
    };
    fs::write(&path, (1..=200).map(part).collect::<String>()).unwrap();
    assert_eq!(find(&read(&path).unwrap()).proposals.len(), 200);
}
