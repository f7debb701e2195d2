//! Where words under Link lead, in workbooks of Excel and of `LibreOffice`.

use rappel::register::read;
use rust_xlsxwriter::{Formula, Worksheet};

use super::{
    support::{Scratch, ods_content, ods_zip, settings},
    workbooks::workbook,
};

/// What stands under Link of an action, and what its link is then.
type Linked<'a> = (&'a str, &'a str, &'a str);

/// The links of three actions in a workbook of Excel, whose cells `write` fills, and in one of `LibreOffice`, of which `cell`
/// gives the cells.
fn links(
    cells: &[Linked<'_>; 3],
    write: impl Fn(&mut Worksheet, u32, Linked<'_>),
    cell: impl Fn(Linked<'_>) -> String,
) {
    let excel = workbook(|actions| {
        actions.write_string(0, 6, "Link").unwrap();
        for (row, linked) in (1..).zip(cells) {
            for (column, cell) in (0..).zip([format!("17/0{row}"), "Nominate".to_owned(), "ITU-T".to_owned()])
            {
                actions.write_string(row, column, cell).unwrap();
            }
            write(actions, row, *linked);
        }
        // The address behind another column is nothing that a letter shows.
        actions.write_url_with_text(1, 1, "https://example.int/title", "Nominate").unwrap();
    });
    let plain = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let row = |texts: &[&str], last: &str| {
        let texts: String = texts.iter().map(|text| plain(text)).collect();
        format!("<table:table-row>{texts}{last}</table:table-row>")
    };
    let rows: String = (1..)
        .zip(cells)
        .map(|(at, one)| row(&[&format!("17/0{at}"), "Nominate", "ITU-T"], &cell(*one)))
        .collect();
    let content = ods_content(&format!(
        "<table:table table:name=\"Actions\">{}{rows}</table:table><table:table table:name=\"Bodies\">{}{}</table:table>",
        row(&["Ref", "Title", "Asked of", "Link"], ""),
        row(&["Body"], ""),
        row(&["ITU-T"], ""),
    ));
    let scratch = Scratch::new();
    for (name, bytes) in [("actions.xlsx", excel), ("actions.ods", ods_zip(&content))] {
        let reading = read(&settings(scratch.file(name, &bytes))).unwrap();
        let shown =
            reading.register.actions.iter().map(|action| (&*action.title, action.more.link.as_deref()));
        let expected = cells.map(|(_, _, link)| ("Nominate", Some(link)));
        assert_eq!(shown.collect::<Vec<_>>(), expected, "{name}");
    }
}

#[test]
fn where_the_words_under_link_lead_is_the_link_and_what_is_no_address_of_the_web_stays_words() {
    links(
        &[
            ("https://example.int/td/12#p3", "TD 12", "https://example.int/td/12#p3"),
            ("mailto:tsb@example.int", "TD 13", "TD 13"),
            ("https://elsewhere.example.int", "https://example.int/td/14", "https://example.int/td/14"),
        ],
        |actions, row, (target, words, _)| {
            actions.write_url_with_text(row, 6, target, words).unwrap();
        },
        |(target, words, _)| {
            format!(
                "<table:table-cell><text:p><text:a xlink:href=\"{target}\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">\
                 {words}</text:a></text:p></table:table-cell>"
            )
        },
    );
}

#[test]
fn where_the_formula_of_a_link_leads_is_the_link_unless_its_address_is_calculated() {
    links(
        &[
            ("HYPERLINK(\"https://example.int/td/12\",\"TD 12\")", "TD 12", "https://example.int/td/12"),
            ("HYPERLINK(\"https://example.int/\"&A3,\"TD 13\")", "TD 13", "TD 13"),
            ("HYPERLINK(\"mailto:tsb@example.int\",\"TD 14\")", "TD 14", "TD 14"),
        ],
        |actions, row, (formula, words, _)| {
            actions.write_formula(row, 6, Formula::new(formula).set_result(words)).unwrap();
        },
        |(formula, words, _)| {
            let formula = formula.replace(',', ";").replace('&', "&amp;").replace('"', "&quot;");
            format!(
                "<table:table-cell table:formula=\"of:={formula}\" office:value-type=\"string\" \
                 office:string-value=\"{words}\"><text:p>{words}</text:p></table:table-cell>"
            )
        },
    );
}
