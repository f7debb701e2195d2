//! What a long report costs: as much more as it is longer, also where nothing in it ends, or nothing is what it seems.

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use rappel::minutes::{self, Document, Limits};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{fuzz::pieces, longer::grows, support::find};

fn read(name: &str, bytes: &[u8]) -> Document {
    minutes::read(name, bytes, &Limits::default()).unwrap()
}

fn understand(text: &[u8]) {
    find(&read("report.txt", text));
}

/// A letter with an accent keeps a search from the fast way that only ASCII has.
fn text(body: &str) -> Vec<u8> {
    format!("Report of the meeting of the group, Genève\n\nMme Modelo {body}\n").into_bytes()
}

#[test]
fn a_text_that_is_eight_times_as_long_takes_about_eight_times_as_long() {
    let sentences = [
        "the report of the meeting of the ",
        "SG17, SG13 and ISO/TC 307, ",
        "Mr. A. Muster (TSB) to send it to Ms. B. Modelo by ",
        "invite à réserver une salle pour la réunion de mars et à ",
        "просит ИК 17 направить ответ и ",
        "请第17研究组",
        "يدعو لجنة الدراسات 17 إلى ",
        "(see (in ",
        "e.g. No. ",
        "- ",
        "A",
        ".",
        "| | what |\n",
        "|a|\n",
        "   who   what\n",
        " who                              what\nx  y\nx  y\n",
        "| a | b |\n\n",
    ];
    for piece in sentences.into_iter().chain(pieces("txt").iter().copied()) {
        grows(piece, 4_000, |size| text(&piece.repeat(size / piece.len())), |text| understand(text));
    }
}

#[test]
fn a_text_with_eight_times_as_many_columns_takes_about_eight_times_as_long() {
    let wide = |columns: usize| text(&format!("\n\n{}", format!("{}\n", "a  ".repeat(columns)).repeat(9)));
    grows("columns", 400, wide, |bytes| drop(read("report.txt", bytes)));
}

#[test]
fn a_page_with_tables_that_are_nested_eight_times_as_deep_takes_about_eight_times_as_long() {
    let page = |depth: usize| format!("<table><tr><td>{}", "word ".repeat(8)).repeat(depth).into_bytes();
    grows("tables", 2_500, page, |bytes| drop(read("report.html", bytes)));
}

#[test]
fn a_table_with_eight_times_as_many_cells_that_reach_down_takes_about_eight_times_as_long() {
    let cell = "<t:table-cell t:number-rows-spanned=\"9\"><x:p>a</x:p></t:table-cell>";
    let document = |cells: usize| {
        let row = format!("<t:table-row>{}</t:table-row>", cell.repeat(cells));
        let mut content = String::from("<o:document-content xmlns:o=\"o\" xmlns:t=\"t\" xmlns:x=\"x\">");
        write!(content, "<o:body><t:table>{row}</t:table></o:body></o:document-content>").unwrap();
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let parts = [("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", &content)];
        for (name, part) in parts {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(part.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    grows("cells", 2_000, document, |bytes| drop(read("report.odt", bytes)));
}
