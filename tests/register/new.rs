//! The workbook to begin with.

use std::{fs, io::Read as _};

use calamine::{Reader as _, Xlsx, open_workbook};
use rappel::register::{NewWorkbookError, new_workbook, read};

use super::support::{Scratch, settings};

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 26);

#[test]
fn a_new_workbook_reads_back_without_a_remark() {
    let scratch = Scratch::new();
    let path = scratch.path("actions.xlsx");
    new_workbook(&path, TODAY).unwrap();
    let reading = read(&settings(&path)).unwrap();
    assert_eq!(reading.notes.0, []);
    assert_eq!(reading.register.actions.len(), 3);
    // Somebody holds the seat, and what is asked of it is due.
    let due = reading.register.actions[0].deadline.unwrap();
    assert!(
        due.day(&jiff::tz::TimeZone::UTC) > TODAY
            && reading.register.roles.iter().any(|role| role.from.is_some_and(|from| from < TODAY))
    );
    assert!(reading.register.people.iter().all(|person| person.email.ends_with("@example.org")));
}

#[test]
fn a_new_workbook_explains_its_headers_and_offers_the_words() {
    let scratch = Scratch::new();
    let path = scratch.path("actions.xlsx");
    new_workbook(&path, TODAY).unwrap();
    let mut zip = zip::ZipArchive::new(fs::File::open(&path).unwrap()).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    assert_eq!(part("xl/comments1.xml").matches("<comment ").count(), 17, "one for each column");
    let boxes = part("xl/drawings/vmlDrawing1.vml");
    let heights = ["56.25pt", "78.75pt"].map(|height| boxes.contains(&format!("height:{height}")));
    assert_eq!(heights, [true, true], "as high as what they say");
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(sheet.contains("nomination,liaison reply,comment") && sheet.contains("open,pending,in progress"));
    assert!(sheet.contains("state=\"frozen\""));
    let roles = part("xl/worksheets/sheet3.xml");
    assert!(
        roles.contains("Bodies!$A$2:$A$1001") && roles.contains("Representatives!$A$2:$A$1001"),
        "names to choose from"
    );
    let mut workbook: Xlsx<_> = open_workbook(&path).unwrap();
    assert_eq!(
        workbook.sheet_names(),
        ["Actions", "Representatives", "Roles", "Bodies", "Meetings", "Holidays"]
    );
    let range = workbook.worksheet_range("Actions").unwrap();
    assert!(
        matches!(range.get_value((1, 7)), Some(calamine::Data::DateTime(_))),
        "a real date for other programs too"
    );
}

#[test]
fn a_new_workbook_overwrites_nothing() {
    let scratch = Scratch::new();
    let path = scratch.file("actions.xlsx", "mine");
    assert!(matches!(new_workbook(&path, TODAY), Err(NewWorkbookError::Exists(_))));
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    assert!(matches!(new_workbook(&scratch.path("actions.ods"), TODAY), Err(NewWorkbookError::Name(_))));
    assert!(matches!(
        new_workbook(&scratch.path("no/actions.xlsx"), TODAY),
        Err(NewWorkbookError::NoFolder(_))
    ));
}
