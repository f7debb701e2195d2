//! What spreadsheet programs call CSV.

use std::fs;

use rappel::register::{read, stamp};

use super::support::{Scratch, csv_text, errors, lines, settings};

const ROWS: &[&[&str]] = &[
    &["Ref", "Title", "Asked of"],
    &["17/06", "Désigner un représentant à la CEI; sans délai", "François Müller"],
];

/// A folder with the bytes as Actions.csv, and the person of [`ROWS`].
fn folder(scratch: &Scratch, name: &str, actions: &[u8]) -> std::path::PathBuf {
    let folder = scratch.path(name);
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("Actions.csv"), actions).unwrap();
    fs::write(folder.join("Representatives.csv"), "Name,Email\nFrançois Müller,francois@example.org\n")
        .unwrap();
    folder
}

#[test]
fn each_separator_and_encoding_gives_the_same_actions() {
    let scratch = Scratch::new();
    for (number, separator) in [";", ",", "\t"].into_iter().enumerate() {
        let text = csv_text(ROWS, separator);
        let utf_16: Vec<u8> =
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
        let files =
            [text.clone().into_bytes(), format!("\u{feff}{text}").into_bytes(), utf_16, windows.into_owned()];
        for (encoding, bytes) in files.iter().enumerate() {
            let folder = folder(&scratch, &format!("{number}-{encoding}"), bytes);
            let reading = read(&settings(&folder)).unwrap();
            assert_eq!(reading.register.actions[0].title, ROWS[1][1]);
            let guessed = format!(
                "{number}-{encoding}/Actions.csv: The file is not UTF-8; it was read as windows-1252. \
                 Look at names with accents, or save it as CSV UTF-8."
            );
            let expected = if encoding == 3 { vec![guessed] } else { vec![] };
            assert_eq!(lines(&reading.notes), expected);
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_told_with_their_line() {
    let scratch = Scratch::new();
    let mut bytes = csv_text(ROWS, ";").into_bytes();
    bytes.extend(b"17/07;\xff;ITU-T\n");
    assert_eq!(
        errors(&settings(folder(&scratch, "register", &bytes))),
        [
            "register/Actions.csv, line 3: The line holds bytes that are no UTF-8 text. Save the file again as CSV UTF-8."
        ]
    );
}

#[test]
fn a_folder_without_actions_and_a_single_csv_file_are_no_registers() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("empty")).unwrap();
    assert_eq!(
        errors(&settings(scratch.path("empty"))),
        ["empty: There is no file Actions.csv in the folder. It holds the actions."]
    );
    let file = scratch.file("Actions.csv", csv_text(ROWS, ";"));
    assert!(errors(&settings(file))[0].ends_with("Name the folder instead of the file."));
}

#[test]
fn two_files_for_one_sheet_are_refused() {
    let scratch = Scratch::new();
    let folder = folder(&scratch, "register", csv_text(ROWS, ";").as_bytes());
    fs::write(folder.join("actions.CSV"), csv_text(ROWS, ";")).unwrap();
    assert!(errors(&settings(folder))[0].contains("There are two sheets named Actions."));
}

#[test]
fn a_stamp_changes_when_a_file_of_the_register_does_and_not_otherwise() {
    let scratch = Scratch::new();
    let folder = folder(&scratch, "register", csv_text(ROWS, ";").as_bytes());
    let before = stamp(&folder).unwrap();
    fs::write(folder.join(".~lock.Actions.csv#"), "lock").unwrap();
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    assert_eq!(stamp(&folder).unwrap(), before);
    fs::write(folder.join("new.csv"), csv_text(ROWS, ";")).unwrap();
    fs::rename(folder.join("new.csv"), folder.join("Actions.csv")).unwrap();
    assert_ne!(stamp(&folder).unwrap(), before, "replaced by a file of the same size");
    assert!(stamp(&scratch.path("nothing")).is_err());
}

#[test]
fn a_file_that_was_cut_off_is_told_wherever_it_was_cut_before_its_last_column() {
    let scratch = Scratch::new();
    let rows: &[&[&str]] = &[
        &["Ref", "Title", "Asked of", "Deadline", "Status"],
        &["17/06", "Nominate", "François Müller", "2027-03-15", "open"],
        &["17/07", "Review", "François Müller", "2027-03-25", "open"],
    ];
    let whole = csv_text(rows, ",");
    let last = whole.rfind("17/07").unwrap();
    let (begin, end) = (last + 1, whole.rfind(',').unwrap());
    for cut in (begin..=end).filter(|cut| whole.is_char_boundary(*cut)) {
        let path = folder(&scratch, &cut.to_string(), &whole.as_bytes()[..cut]);
        let said = errors(&settings(path));
        assert!(said[0].contains("Actions.csv, line 3: The file ends in this line"), "{cut}: {said:?}");
    }
    // Whole, without the last line break, as some programs write it; and short, as people do.
    for good in [whole.trim_end(), "Ref,Title,Asked of,Deadline,Status\n17/06,Nominate,François Müller\n"] {
        let path = folder(&scratch, &format!("good-{}", good.len()), good.as_bytes());
        assert!(read(&settings(path)).is_ok(), "{good}");
    }
}

#[test]
fn the_files_of_a_folder_are_read_in_one_encoding() {
    let scratch = Scratch::new();
    // Alone the names would be taken for Japanese, whichever file they stand in.
    for (name, files) in [
        (
            "gbk",
            [
                ("Actions", "Ref,Title,Asked of\n1,提名代表参加会议,李伟\n"),
                ("Representatives", "Name,Email\n李伟,a@example.org\n"),
            ],
        ),
        (
            "gbk-below",
            [
                ("Actions", "Ref,Title,Asked of\n1,Reply,李伟\n"),
                ("Representatives", "Name,Email,Organization\n李伟,a@example.org,提名代表参加会议\n"),
            ],
        ),
        (
            "french",
            [
                ("Actions", "Ref,Title,Asked of\n1,Désigner un représentant,Zoë Noël\n"),
                ("Representatives", "Name,Email\nZoë Noël,z@example.org\n"),
            ],
        ),
    ] {
        let folder = scratch.path(name);
        fs::create_dir(&folder).unwrap();
        let encoding = if name.starts_with("gbk") { encoding_rs::GBK } else { encoding_rs::WINDOWS_1252 };
        for (sheet, text) in files {
            fs::write(folder.join(format!("{sheet}.csv")), &encoding.encode(text).0).unwrap();
        }
        let reading = read(&settings(&folder)).unwrap();
        let said = lines(&reading.notes);
        assert!(said.len() == 2 && said.iter().all(|said| said.contains(encoding.name())), "{said:?}");
    }
}

#[test]
fn a_file_of_actions_without_anything_in_it_is_no_register_without_actions() {
    let scratch = Scratch::new();
    assert_eq!(
        errors(&settings(folder(&scratch, "register", b"\r\n"))),
        [
            "register/Actions.csv: It is empty, and not even the headers are there (Ref, Title, Asked of). Save it again, or write \
             the headers into the first row."
        ]
    );
    assert!(read(&settings(folder(&scratch, "begun", b"Ref;Title;Asked of\r\n"))).is_ok());
}

#[test]
fn a_few_letters_are_read_as_those_of_the_languages_that_have_them() {
    use encoding_rs::{WINDOWS_1250, WINDOWS_1252, WINDOWS_1254};
    let scratch = Scratch::new();
    for (number, (title, encoding)) in [
        ("Jeûne genevois", WINDOWS_1252),
        ("l'œuvre de l'été – « suite »", WINDOWS_1252),
        ("Größe prüfen", WINDOWS_1252),
        ("¿Mañana?", WINDOWS_1252),
        ("Wałęsa", WINDOWS_1250),
        ("Příští schůze v Brně", WINDOWS_1250),
        ("Erdős Győző", WINDOWS_1250),
        ("Şişli toplantısı İçin görüş", WINDOWS_1254),
    ]
    .into_iter()
    .enumerate()
    {
        let text = format!("Ref;Title;Asked of\n1;{title};SG17\n");
        let folder = folder(&scratch, &number.to_string(), &encoding.encode(&text).0);
        fs::write(folder.join("Bodies.csv"), "Body;Secretariat email\nSG17;sg17@example.org\n").unwrap();
        assert_eq!(read(&settings(&folder)).unwrap().register.actions[0].title, title);
    }
}
