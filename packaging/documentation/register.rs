//! rappel-register(7), from the secretariat's page.

use super::roff::Page;

/// What the secretariat reads about its workbook.
const SOURCE: &str = include_str!("../../docs/secretariat.md");

pub(super) fn page() -> String {
    let mut page = Page::new("rappel-register", 7, "the secretariat's register of outstanding actions");
    let (mut paragraph, mut code) = (Vec::new(), None::<Vec<&str>>);
    for line in SOURCE.lines().chain([""]) {
        if line.starts_with("```") {
            match code.take() {
                Some(lines) => page.verbatim(&lines),
                None => code = Some(Vec::new()),
            }
        } else if let Some(lines) = &mut code {
            lines.push(line);
        } else if line.is_empty() || line.starts_with(['#', '|']) || line.starts_with("- ") {
            flush(&mut page, &mut paragraph);
            special(&mut page, line, &mut paragraph);
        } else {
            paragraph.push(line);
        }
    }
    page.section("See also");
    page.paragraph("rappel(1), rappel-new(1), rappel-check(1), rappel.toml(5)");
    page.finish()
}

fn flush(page: &mut Page, paragraph: &mut Vec<&str>) {
    if !paragraph.is_empty() {
        page.paragraph(&paragraph.join(" "));
        paragraph.clear();
    }
}

fn special<'a>(page: &mut Page, line: &'a str, paragraph: &mut Vec<&'a str>) {
    if line.starts_with("# ") {
        page.section("Description");
    } else if let Some(heading) = line.strip_prefix("## ") {
        page.section(heading);
    } else if let Some(heading) = line.strip_prefix("### ") {
        page.subsection(heading);
    } else if let Some(row) = line.strip_prefix('|') {
        let cells: Vec<_> = row.trim_end_matches('|').splitn(2, '|').map(str::trim).collect();
        if let [term, meaning] = cells[..]
            && !term.starts_with("---")
            && term != "column"
        {
            page.term(term, meaning);
        }
    } else if line.starts_with("- ") {
        paragraph.push(line.trim_start_matches("- "));
    }
}
