//! What a large register costs, also one that is full of mistakes: as much more as it is larger. Reading again must not keep the
//! daemon from its letters.

use std::fmt::Write as _;

use rappel::register::read;

use super::{
    longer::grows,
    support::{Scratch, errors, settings, xlsx},
};

/// A register in TOML: bodies, and as many of each of these tables.
fn register(count: usize, tables: &[fn(usize) -> String]) -> String {
    let mut text = "[[bodies]]\nbody = \"SG17\"\nsecretariat_email = \"sg17@example.org\"\n".to_owned();
    for table in tables {
        (0..count).for_each(|at| writeln!(text, "{}", table(at)).unwrap());
    }
    text
}

fn action(at: usize, asked_of: &str, more: &str) -> String {
    format!("[[actions]]\nref = \"{at}\"\ntitle = \"Reply\"\nasked_of = \"{asked_of}\"\n{more}")
}

fn person(at: usize) -> String {
    format!("[[representatives]]\nname = \"Ann Muster {at}\"\nemail = \"a{at}@example.org\"\n")
}

fn meeting(at: usize) -> String {
    format!("[[meetings]]\nmeeting = \"SG17-{at}\"\nbody = \"SG17\"\nstarts = 2027-03-01\n")
}

#[test]
fn a_register_of_eight_times_as_many_rows_is_read_in_about_eight_times_as_long() {
    let scratch = Scratch::new();
    let read = |text: &String| drop(read(&settings(scratch.file("a.toml", text))));
    let role = |at: usize| format!("[[roles]]\nbody = \"SG17\"\nrole = \"chair {at}\"\n");
    let unknown = |at: usize| action(at, "somebody; somebody else", "");
    grows("names that nobody has", 300, |count| register(count, &[role, unknown]), read);
    let follows = |at: usize| action(at, "SG17", &format!("deadline = \"2 weeks before SG17-{at}\"\n"));
    grows("meetings", 600, |count| register(count, &[meeting, follows]), read);
    let again = |at: usize| action(at, "SG17", "deadline = \"at the next SG17 meeting\"\n");
    grows("meetings of one body", 300, |count| register(count, &[meeting, again]), read);
    let each = |at: usize| action(at, "SG17", "deadline = \"at each SG17 meeting\"\n");
    grows("more deadlines than can be kept", 600, |count| register(count, &[meeting, each]), read);
}

#[test]
fn deadlines_that_come_back_with_each_meeting_are_at_most_as_many_as_can_be_kept() {
    let scratch = Scratch::new();
    let each = |at: usize| action(at, "SG17", "deadline = \"at each SG17 meeting\"\n");
    let told = errors(&settings(scratch.file("a.toml", register(450, &[meeting, each]))));
    assert_eq!(told.len(), 6, "444 times 450 are less than 200,000");
    assert!(told[0].contains("key deadline: With this one, more than 200000 deadlines follow"), "{told:?}");
}

#[test]
fn one_long_text_in_many_cells_is_as_much_as_all_of_them() {
    let scratch = Scratch::new();
    let long = "x".repeat(30_000);
    let references: Vec<_> = (0..40).map(|at| at.to_string()).collect();
    let mut rows: Vec<Vec<&str>> = vec![vec!["Ref", "Title", "Asked of", "Details"]];
    rows.extend(references.iter().map(|reference| vec![reference.as_str(), "Reply", "SG17", long.as_str()]));
    let rows: Vec<_> = rows.iter().map(Vec::as_slice).collect();
    let bodies: &[&[&str]] = &[&["Body", "Secretariat email"], &["SG17", "sg17@example.org"]];
    let mut settings = settings(scratch.file("a.xlsx", xlsx(&[("Actions", &rows), ("Bodies", bodies)])));
    read(&settings).unwrap();
    settings.limits.text_bytes = 1 << 20;
    assert_eq!(
        errors(&settings),
        [
            "a.xlsx: The register holds more than 1 MiB of text, the most that is read. Remove what is not needed."
        ]
    );
}

#[test]
fn a_message_names_some_of_many_and_counts_the_rest() {
    let scratch = Scratch::new();
    let deputy = |at: usize| format!("{}deputy = \"Ann Muster {}\"\n", person(at), (at + 1) % 500);
    let told = errors(&settings(scratch.file("a.toml", register(500, &[deputy]) + &action(1, "SG17", ""))));
    assert!(told[0].contains("Ann Muster 9, then Ann Muster 10 and 490 more. If all are absent"), "{told:?}");
    let several = |at: usize| action(at, "SG17", "deadline = \"at SG17 meeting\"\n");
    let told = errors(&settings(scratch.file("b.toml", register(100, &[meeting, several]))));
    assert!(told[0].contains("SG17 has several meetings: SG17-0, SG17-1,"), "{told:?}");
    assert!(told[0].contains("SG17-9 and 90 more. Write which one"), "{told:?}");
}
