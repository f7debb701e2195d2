//! Files that are no reports, or mean harm: a clear error or a clean result, in time, and nothing written.

use std::{
    fs,
    io::{Cursor, Write},
    path::Path,
    time::{Duration, Instant},
};

use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::{corpus, json, refusal};

const TYPES: &str = r#"<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;

/// A Word document of these parts.
fn docx(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("[Content_Types].xml", TYPES.as_bytes())].iter().chain(parts) {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn body(inside: &str) -> Vec<u8> {
    format!(r#"<w:document xmlns:w="w"><w:body>{inside}</w:body></w:document>"#).into_bytes()
}

/// What is said about a file of this name and content; it leaves nothing behind.
fn said(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let begun = Instant::now();
    let said = refusal(folder.path(), &["import", name, "--out", "out.xlsx"]);
    assert!(begun.elapsed() < Duration::from_secs(40), "{name} took {:?}", begun.elapsed());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something was written");
    said.strip_prefix(&format!("{name}: ")).unwrap_or(&said).to_owned()
}

/// How many proposals a file of this name and content gives, and the notes.
fn found(name: &str, bytes: &[u8]) -> (usize, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let value = json(folder.path(), &["import", name, "--json"]);
    let notes =
        value["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap().to_owned()).collect();
    (value["proposals"].as_array().unwrap().len(), notes)
}

#[test]
fn a_zip_bomb_is_refused() {
    let bomb = docx(&[("word/document.xml", &vec![b' '; 600 << 20])]);
    assert!(bomb.len() < 1 << 20);
    assert_eq!(
        said("bomb.docx", &bomb),
        "The document unpacks to more than 512 MiB, the most that is read. Remove what is not needed."
    );
    let one = docx(&[(
        "word/document.xml",
        &body(&format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "a".repeat(8 << 20))),
    )]);
    assert_eq!(said("long.docx", &one), "A text of the document is longer than 4 MiB. Shorten it.");
}

#[test]
fn entities_and_deep_nesting_are_refused() {
    let entities = br#"<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><d>&a;</d>"#;
    let damaged =
        "The document is damaged, or was cut off while it was saved (it has a document type). Save it again.";
    assert_eq!(said("entities.docx", &docx(&[("word/document.xml", entities)])), damaged);
    let deep = body(&"<w:sdt>".repeat(10_000));
    assert_eq!(
        said("deep.docx", &docx(&[("word/document.xml", &deep)])),
        "The document's XML is nested too deeply. Save it again."
    );
}

#[test]
fn what_is_cut_off_protected_or_no_document_is_told_by_name() {
    for name in ["en-minutes.docx", "en-resolution.odt", "en-report.pdf"] {
        let whole = fs::read(corpus().join(name)).unwrap();
        let said = said(name, &whole[..whole.len() / 2]);
        assert!(said.contains("damaged") || said.contains("cannot be read"), "{name}: {said}");
    }
    let mut protected = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    protected.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(said("a.docx", &protected), "The document is protected by a password. Save it without one.");
    assert_eq!(said("a.txt", b""), "The file is empty.");
    assert!(said("a.jpg", b"\xff\xd8\xff\xe0").starts_with("The file is a picture."));
    assert!(said("a.txt", b"MZ\0\0\x01\0\0\0\x02").starts_with("The file is no document that can be read."));
    assert!(said("a.docx", &docx(&[("other.xml", b"<a/>")])).contains("its text is missing"));
    assert_eq!(
        said("missing.pdf", b"%PDF-1.4\n%%EOF"),
        "The PDF cannot be read. Save it again, or save the report as .docx."
    );
}

/// The files are real ones, made by other programs (`protected.py`).
#[test]
fn files_that_a_password_protects_are_refused_by_name_and_a_pdf_that_anybody_may_open_is_read() {
    let file = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/protected");
        fs::read(folder.join(name)).unwrap()
    };
    let pdf = "The PDF is protected by a password. Save it without one.";
    assert_eq!(said("report.pdf", &file("password-aes.pdf")), pdf);
    assert_eq!(said("report.pdf", &file("password-rc4.pdf")), pdf);
    let document = "The document is protected by a password. Save it without one.";
    for name in ["report.docx", "report.pdf", "report.txt"] {
        assert_eq!(said(name, &file("password.docx")), document, "{name}");
    }
    assert!(
        said("report.pdf", &file("scan.pdf"))
            .starts_with("The PDF has no text on its page: it is probably a scan.")
    );
    // One that only its owner may change is open to all who read.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.pdf"), file("owner.pdf")).unwrap();
    let found = json(folder.path(), &["import", "report.pdf", "--json"]);
    assert_eq!(found["proposals"][0]["deadline"], "2018-03-15", "{found}");
}

#[test]
fn a_scan_is_known_by_its_having_no_text() {
    let page = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
                3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R>>endobj\n\
                4 0 obj<</Length 0>>stream\n\nendstream endobj\n";
    let start = page.len();
    let offsets: Vec<_> = (1..5).map(|number| page.find(&format!("{number} 0 obj")).unwrap()).collect();
    let entries: Vec<_> = offsets
        .iter()
        .map(|offset| {
            format!(
                "{offset:010} 00000 n 
"
            )
        })
        .collect();
    let table = entries.concat();
    let pdf = format!(
        "{page}xref\n0 5\n0000000000 65535 f \n{table}trailer<</Size 5/Root 1 0 R>>\nstartxref\n{start}\n%%EOF"
    );
    assert!(
        said("scan.pdf", pdf.as_bytes())
            .starts_with("The PDF has no text on its page: it is probably a scan.")
    );
}

#[test]
fn a_file_with_a_wrong_name_is_read_for_what_it_is_and_macros_are_left_alone() {
    let pdf = fs::read(corpus().join("en-report.pdf")).unwrap();
    let note = "The file is named .docx, but is a PDF; it was read as that.";
    assert_eq!(found("report.docx", &pdf), (5, vec![note.to_owned()]));
    let text = body("<w:p><w:r><w:t>Action: SG17 to reply.</w:t></w:r></w:p>");
    let with_macros = docx(&[("word/document.xml", &text), ("word/vbaProject.bin", b"macro")]);
    assert_eq!(
        found("a.docm", &with_macros),
        (1, vec!["The document has macros; they were left alone.".to_owned()])
    );
}

#[test]
fn a_file_of_200_mib_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::File::create(folder.path().join("big.pdf")).unwrap().set_len(200 << 20).unwrap();
    let said = refusal(folder.path(), &["import", "big.pdf"]);
    assert!(said.starts_with("big.pdf: The file is larger than 64 MiB, the most that is read"), "{said}");
    assert!(refusal(folder.path(), &["import", "/dev/zero"]).contains("not a regular file"));
}

#[test]
fn a_table_of_ten_thousand_rows_is_read() {
    let row =
        |number: usize| format!("| A-{number} | SG17 | send text number {number} | 2018-03-01 | open |\n");
    let mut text = String::from("List of actions\n\n| Ref | Owner | Task | Due | Status |\n");
    text.extend((0..10_000).map(row));
    let begun = Instant::now();
    assert_eq!(found("rows.txt", text.as_bytes()).0, 10_000);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[test]
fn a_report_of_200_pages_is_read_and_understood_in_seconds() {
    let plain =
        "It was noted that the editors had met in March 2018, and that the text was mature. ".repeat(30);
    let paragraph = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let page = |number: usize| {
        let asks = format!("TSAG invites SG{} to review part {number} by 4 May 2018.", number % 20 + 1);
        paragraph(&plain) + &paragraph(&asks)
    };
    let report = docx(&[("word/document.xml", &body(&(1..=200).map(page).collect::<String>()))]);
    let begun = Instant::now();
    assert_eq!(found("report.docx", &report).0, 200);
    // A build for release takes a tenth of this on a busy machine (benches/import.py); this one is not optimised.
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn reading_ends_when_its_memory_or_time_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/example");
    let settings = fs::read_to_string(example.join("rappel.toml")).unwrap();
    let register = example.join("register").display().to_string();
    let settings = settings.replace("path = \"register\"", &format!("path = \"{register}\""));
    fs::write(
        folder.path().join("rappel.toml"),
        format!("{settings}\n[import]\nmemory_mib = 64\ntime = \"1s\"\n"),
    )
    .unwrap();
    // A million and a half cells that are nested in each other take more than that.
    fs::write(folder.path().join("big.html"), format!("<p>{}", "<table><tr><td>word ".repeat(1_500_000)))
        .unwrap();
    let said = refusal(folder.path(), &["--config", "rappel.toml", "import", "big.html"]);
    assert!(said.contains("more than 64 MiB of memory") || said.contains("within 1 seconds"), "{said}");
}
