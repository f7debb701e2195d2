//! One register, four syntaxes.

use std::fs;

use jiff::civil::date;
use rappel::{
    action::{Addressee, Deadline, Kind, Language, Purpose, Register, Seat, Status},
    register::{DateOrder, read},
};

use super::support::{
    Scratch, Sheets, csv_folder, csv_text, errors, lines, ods, settings, toml, unplaced, with_actions, xlsx,
};

/// The real case: resolutions of the 38th MoU/MG meeting.
pub(crate) const SHEETS: Sheets<'static> = &[
    (
        "Actions",
        &[
            &[
                "Ref",
                "Title",
                "Asked of",
                "Also to",
                "Kind",
                "Purpose",
                "Deadline",
                "Status",
                "Details",
                "Budget code",
                "Closed",
                "Snooze until",
            ],
            &[
                "17/06",
                "Nominate a representative to IEC/SEG 8",
                "itu-t  Representative at MoU/MG",
                "Martin Euchner; ITU-T;martin euchner",
                "nomination",
                "for action",
                "2017-06-23",
                "pending",
                "Communication \"Technologies\"\nand <Architectures> & more",
                "B-12",
            ],
            &[
                "17/06",
                "Nominate a representative to IEC/SEG 8",
                "ITU-R",
                "",
                "Nomination",
                "",
                "",
                "Done",
                "",
                "",
                "2017-05-30",
            ],
            &[
                "17/03",
                "Liaise with ISO/TC 307",
                "chair of SG17",
                "",
                "",
                "",
                "2017-06-23T17:00+02:00",
                "",
                "",
                "",
                "",
                "2017-06-01",
            ],
            &["17/04", "Note the white papers", "SG17 Chair", "", "", "For Information", "1 May 2017"],
            &[
                "18",
                "Comment",
                "olivier dubuisson",
                "Representative of ITU-T at MoU/MG",
                "comment",
                "",
                "2017-07-01 17:00",
            ],
            &["19", "Contribute", "ITU-T", "", "", "", "4 weeks before SG17-2"],
            &["20", "Report", "ITU-T", "", "", "", "At each  sg17 meeting"],
        ],
    ),
    (
        "Representatives",
        &[
            &["Name", "Email", "Language", "Time zone", "Deputy", "Absent from", "Absent until"],
            &[
                "Olivier Dubuisson",
                "olivier@example.org",
                "French",
                "Europe/Paris",
                "martin euchner",
                "2017-08-01",
                "2017-08-15",
            ],
            &["Martin Euchner", "martin@example.org", "EN"],
        ],
    ),
    (
        "Roles",
        &[
            &["Body", "Role", "At", "Representative", "From"],
            &["ITU-T", "representative", "MoU/MG", "Olivier Dubuisson", "2017-01-01"],
            &["itu-t", "Representative", "mou/mg", "martin euchner"],
            &["SG17", "chair", "", ""],
        ],
    ),
    (
        "Bodies",
        &[
            &["Body", "Full name", "Parent", "Secretariat email", "Holidays"],
            &["ITU-T", "", "", "itu-t@example.org", "GENEVA"],
            &["ITU-R", "", "", "itu-r@example.org"],
            &["SG17", "Study Group 17: Sécurité", "itu-t", "sg17@example.org"],
            &["MoU/MG", "", "", ""],
        ],
    ),
    (
        "Meetings",
        &[
            &["Meeting", "Body", "Starts", "Ends", "Place"],
            &["SG17-2", "sg17", "2017-08-29", "2017-09-06", "Geneva"],
            &["SG17-1", "SG17", "2017-03-22"],
        ],
    ),
    (
        "Holidays",
        &[
            &["Calendar", "Date", "Name"],
            &["Geneva", "2017-06-05", "Whit Monday"],
            &["geneva", "7 September 2017", "Jeûne genevois"],
            &["Japan", "2017-05-03"],
        ],
    ),
];

fn in_all_syntaxes(sheets: Sheets<'_>) -> [(Register, Vec<String>); 4] {
    let scratch = Scratch::new();
    csv_folder(&scratch.path("register"), sheets);
    [
        scratch.file("register.xlsx", xlsx(sheets)),
        scratch.file("register.ods", ods(sheets)),
        scratch.path("register"),
        scratch.file("register.toml", toml(sheets)),
    ]
    .map(|path| {
        let reading =
            read(&settings(&path)).unwrap_or_else(|problems| panic!("{}:\n{problems}", path.display()));
        (unplaced(reading.register), lines(&reading.notes))
    })
}

#[test]
fn the_same_content_is_the_same_register_in_each_syntax() {
    let [(from_xlsx, notes), others @ ..] = in_all_syntaxes(SHEETS);
    for (other, _) in others {
        assert_eq!(other, from_xlsx);
    }
    let unknown = "\"Budget code\" is not a column that rappel knows; its cells are kept for templates.";
    assert_eq!(notes, [format!("register.xlsx, sheet Actions, cell J1: {unknown}")]);
}

#[test]
fn cells_become_the_words_of_the_domain() {
    let [(register, _), ..] = in_all_syntaxes(SHEETS);
    let seat = Seat { body: "ITU-T".into(), role: "representative".into(), at: Some("MoU/MG".into()) };
    let first = &register.actions[0];
    assert_eq!(first.asked_of, Addressee::Seat(Box::new(seat.clone())), "named as the defining sheets do");
    assert_eq!(
        first.more.also_to,
        [Addressee::Person("Martin Euchner".into()), Addressee::Body("ITU-T".into())]
    );
    assert_eq!(
        (first.kind, first.purpose, first.status),
        (Kind::Nomination, Purpose::Action, Status::Pending)
    );
    assert_eq!(first.deadline, Some(Deadline::Day(date(2017, 6, 23))));
    assert_eq!(first.details.as_deref(), Some("Communication \"Technologies\"\nand <Architectures> & more"));
    assert_eq!(first.more.extra["budget_code"], "B-12");
    assert_eq!(register.actions[1].more.closed, Some(date(2017, 5, 30)));
    assert_eq!(register.actions[2].more.snoozed, Some(date(2017, 6, 1)));
    let instant = |text: &str| Some(Deadline::Instant(text.parse().unwrap()));
    assert_eq!(register.actions[2].deadline, instant("2017-06-23T15:00:00Z"));
    assert_eq!(register.actions[3].purpose, Purpose::Information);
    assert_eq!(register.actions[3].asked_of, register.actions[2].asked_of);
    assert_eq!(register.actions[4].deadline, instant("2017-07-01T15:00:00Z"), "17:00 in Zurich");
    assert_eq!(register.actions[4].asked_of, Addressee::Person("Olivier Dubuisson".into()));
    assert_eq!(register.actions[4].more.also_to, [Addressee::Seat(Box::new(seat.clone()))]);
    assert_eq!(register.meetings[1].ends, date(2017, 3, 22), "a meeting of one day");
    assert_eq!(
        (&*register.meetings[0].body, register.meetings[0].venue.as_deref()),
        ("SG17", Some("Geneva"))
    );
    assert_eq!(register.actions[5].deadline, Some(Deadline::Day(date(2017, 8, 1))));
    let each = &register.actions[6];
    for (day, until) in [
        (date(2017, 1, 1), Some(date(2017, 3, 22))),
        (date(2017, 3, 23), Some(date(2017, 8, 29))),
        (date(2017, 9, 6), Some(date(2017, 8, 29))),
        (date(2017, 9, 7), None),
    ] {
        assert_eq!(each.deadline_on(day), until.map(Deadline::Day), "{day}");
    }
    assert_eq!(register.people[0].deputy.as_deref(), Some("Martin Euchner"));
    assert_eq!(register.people[0].language, Some(Language::French.into()));
    assert_eq!(register.roles[1].seat, seat);
    assert_eq!(register.roles[2].holder, None, "a vacant seat");
    assert_eq!(register.bodies[2].parent.as_deref(), Some("ITU-T"));
    assert_eq!(register.bodies[0].holidays.as_deref(), Some("Geneva"), "named as the sheet does");
    let geneva = register.calendars.get("Geneva").unwrap();
    assert_eq!(geneva.holidays[&date(2017, 6, 5)], "Whit Monday");
    assert_eq!(geneva.holidays[&date(2017, 9, 7)], "Jeûne genevois");
    assert_eq!(register.calendars.iter().count(), 2);
}

/// Windows programs put one in front of a text in UTF-8.
#[test]
fn a_byte_order_mark_in_front_of_a_toml_file_is_no_part_of_it() {
    let scratch = Scratch::new();
    let text = toml(SHEETS);
    let said = |name: &str, text: &str| unplaced(read(&settings(scratch.file(name, text))).unwrap().register);
    assert_eq!(said("marked.toml", &format!("\u{feff}{text}")), said("plain.toml", &text));
}

#[test]
fn rows_know_where_they_stand() {
    let scratch = Scratch::new();
    let place = |path| read(&settings(path)).unwrap().register.people[1].place.to_string();
    assert_eq!(place(scratch.file("a.xlsx", xlsx(SHEETS))), "a.xlsx, sheet Representatives, row 3");
    assert_eq!(place(scratch.file("a.toml", toml(SHEETS))), "a.toml, line 56");
    csv_folder(&scratch.path("folder"), SHEETS);
    assert_eq!(place(scratch.path("folder")), "folder/Representatives.csv, line 3");
}

#[test]
fn columns_may_stand_in_any_order_and_headers_in_any_case() {
    let rows: [&[&[&str]]; 2] = [
        &[&["Ref", "Title", "Asked of", "Due"], &["1", "Do it", "ITU-T"]],
        &[&["ASKED_OF", "", "title", " r e f "], &["ITU-T", "", "Do it", "1"]],
    ];
    let [[(one, notes), ..], [(other, _), ..]] = rows.map(|rows| in_all_but_toml(&with_actions(rows)));
    assert_eq!(one, other);
    assert_eq!(notes.len(), 1, "{notes:?}");
}

fn in_all_but_toml(sheets: Sheets<'_>) -> [(Register, Vec<String>); 3] {
    let scratch = Scratch::new();
    csv_folder(&scratch.path("register"), sheets);
    [
        scratch.file("register.xlsx", xlsx(sheets)),
        scratch.file("register.ods", ods(sheets)),
        scratch.path("register"),
    ]
    .map(|path| {
        let reading = read(&settings(&path)).unwrap();
        (unplaced(reading.register), lines(&reading.notes))
    })
}

#[test]
fn an_action_that_was_opened_on_its_deadline_or_later_is_doubted() {
    let rows: &[&[&str]] = &[
        &["Ref", "Title", "Asked of", "Deadline", "Opened"],
        &["1", "Do it", "ITU-T", "2017-06-23", "2017-06-22"],
        &["2", "Do it", "ITU-T", "2017-06-23", "2017-06-23"],
        &["3", "Do it", "ITU-T", "2017-06-23 14:00", "2018-04-27"],
        &["4", "Do it", "ITU-T", "", "2018-04-27"],
    ];
    let [(_, notes), ..] = in_all_but_toml(&with_actions(rows));
    let doubted: Vec<_> =
        notes.iter().filter_map(|note| note.split(": The action was opened on ").next()).collect();
    assert_eq!(doubted, ["register.xlsx, sheet Actions, cell E3", "register.xlsx, sheet Actions, cell E4"]);
    assert!(notes[0].contains("2017-06-23, and its deadline is 2017-06-23"), "{notes:?}");
}

#[test]
fn an_ambiguous_date_is_read_as_the_settings_say() {
    let scratch = Scratch::new();
    let rows: &[&[&str]] =
        &[&["Ref", "Title", "Asked of", "Deadline"], &["1", "Do it", "ITU-T", "05/06/2017"]];
    let path = scratch.file("a.xlsx", xlsx(&with_actions(rows)));
    for (dates, day) in [(DateOrder::DayFirst, date(2017, 6, 5)), (DateOrder::MonthFirst, date(2017, 5, 6))] {
        let mut settings = settings(&path);
        settings.dates = dates;
        assert_eq!(read(&settings).unwrap().register.actions[0].deadline, Some(Deadline::Day(day)));
    }
}

#[test]
fn a_register_without_the_optional_sheets_and_a_header_alone_are_registers() {
    let scratch = Scratch::new();
    let folder = scratch.path("register");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("ACTIONS.CSV"), csv_text(&[&["Ref", "Title", "Asked of"]], ",")).unwrap();
    fs::write(folder.join(".~lock.Actions.csv#"), "lock").unwrap();
    fs::write(folder.join("~$Actions.csv"), "lock").unwrap();
    fs::write(folder.join("Meetings.csv"), "Meeting;Body;Starts\n").unwrap();
    let reading = read(&settings(&folder)).unwrap();
    assert_eq!((reading.register, reading.notes.0), (Register::default(), vec![]));
}

#[test]
fn names_are_found_as_they_look_whichever_program_they_were_pasted_from() {
    let actions: &[&[&str]] = &[
        &["Ref", "Title", "Asked of", "Also to"],
        &[
            "17\u{200b}/06",
            "nomi\u{ad}nate",
            "Se\u{301}bastien L'H\u{f4}te",
            "\u{200f}\u{645}\u{62d}\u{645}\u{62f}; ISO\u{2011}TC",
        ],
    ];
    let people: &[&[&str]] = &[
        &["Name", "Email"],
        &["S\u{e9}bastien L\u{2019}H\u{f4}te", "sebastien@example.org\u{200b}"],
        &["\u{645}\u{62d}\u{645}\u{62f}", "m@example.org"],
    ];
    let bodies: &[&[&str]] = &[&["Body", "Secretariat email"], &["ISO-TC", "iso@example.org"]];
    let sheets: Sheets<'_> = &[("Actions", actions), ("Representatives", people), ("Bodies", bodies)];
    for (register, _) in in_all_syntaxes(sheets) {
        let action = &register.actions[0];
        assert_eq!((&*action.reference, &*action.title), ("17/06", "nominate"));
        assert_eq!(action.asked_of, Addressee::Person(people[1][0].into()), "as its sheet writes it");
        assert_eq!(
            action.more.also_to,
            [Addressee::Person(people[2][0].into()), Addressee::Body("ISO-TC".into())]
        );
        assert_eq!(register.people[0].email, "sebastien@example.org");
    }
}

#[test]
fn a_cell_in_which_nothing_is_seen_is_empty_and_what_is_not_seen_changes_no_value() {
    let scratch = Scratch::new();
    for unseen in ["\u{200b}", "\u{ad}", "\u{feff}", "\u{2060}", "\u{200e}", " \u{200b} "] {
        let good: &[&str] = &["17/06", "nominate", "Ann"];
        for (column, at) in [("ref", 0), ("title", 1), ("asked_of", 2)] {
            let mut row = good.to_vec();
            row[at] = unseen;
            let toml = format!(
                "[[actions]]\nref = \"{}\"\ntitle = \"{}\"\nasked_of = \"{}\"\n\
                 [[representatives]]\nname = \"Ann\"\nemail = \"a@example.org\"\n",
                row[0], row[1], row[2]
            );
            let said = errors(&settings(scratch.file("register.toml", toml)));
            let told = format!("key {column}: The cell is empty: each action");
            assert!(said.len() == 1 && said[0].contains(&told), "{unseen:?}: {said:?}");
        }
    }
    let actions: &[&[&str]] = &[
        &["Ref", "Title", "Asked of", "Deadline", "Status"],
        &["17/06\u{200e}", "nominate", "Ann", "2017-06-23\u{200b}", "\u{200e}open"],
        &["17/07", "nominate", "Ann", "\u{200e}2 weeks before SG-1\u{200b}", "done\u{ad}"],
    ];
    let people: &[&[&str]] = &[&["Name", "Email"], &["Ann", "a@example.org"]];
    let bodies: &[&[&str]] =
        &[&["Body", "Secretariat email", "Holidays"], &["SG", "sg@example.org", "Gene\u{300}ve"]];
    let meetings: &[&[&str]] = &[&["Meeting", "Body", "Starts"], &["SG-1", "SG", "2017-07-03"]];
    let holidays: &[&[&str]] = &[&["Calendar", "Date", "Name"], &["Gen\u{e8}ve", "2017-06-05", ""]];
    let sheets: Sheets<'_> = &[
        ("Actions", actions),
        ("Representatives", people),
        ("Bodies", bodies),
        ("Meetings", meetings),
        ("Holidays", holidays),
    ];
    for (register, _) in in_all_syntaxes(sheets) {
        let [first, second] = &register.actions[..] else { panic!("{register:#?}") };
        assert_eq!((&*first.reference, &*second.reference), ("17/06", "17/07"));
        assert_eq!(first.deadline, Some(Deadline::Day(date(2017, 6, 23))));
        assert_eq!(second.deadline, Some(Deadline::Day(date(2017, 6, 19))));
        assert_eq!((first.status, second.status), (Status::Open, Status::Done));
        assert_eq!(register.bodies[0].holidays.as_deref(), Some("Gen\u{e8}ve"));
    }
    let headers = "Ref\u{200e};Title\u{ad};\u{200e}Asked of\u{200b}\n17/06;nominate;Ann\n";
    let folder = scratch.path("register");
    csv_folder(&folder, &[("Representatives", people)]);
    fs::write(folder.join("Actions.csv"), headers).unwrap();
    assert_eq!(read(&settings(&folder)).unwrap().register.actions.len(), 1);
}
