//! The report as one table: a row an action, the sections and groups as columns, UTF-8 with a mark so that Excel
//! sees it.

use super::{
    format::WriteError,
    model::{Column, Report},
};

pub(super) fn write(report: &Report) -> Result<Vec<u8>, WriteError> {
    let headers = headers(report);
    let mut out =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(b"\xef\xbb\xbf".to_vec());
    let leading = [report.section.as_str(), report.group.as_str()];
    out.write_record(leading.into_iter().chain(headers.iter().map(String::as_str)))?;
    for (section, group, table) in report.tables() {
        for row in &table.rows {
            let mut record = vec![safe(section), safe(group)];
            record.extend(headers.iter().map(|header| {
                let at = table.columns.iter().position(|column: &Column| column.header == **header);
                at.and_then(|at| row.get(at)).map_or_else(String::new, |cell| safe(&cell.plain()))
            }));
            out.write_record(record)?;
        }
    }
    out.into_inner().map_err(|error| WriteError::Io(error.into_error()))
}

/// The columns of all tables, each once, in the order in which they come.
fn headers(report: &Report) -> Vec<String> {
    let mut headers: Vec<String> = Vec::new();
    for column in report.tables().flat_map(|(_, _, table)| &table.columns) {
        if !headers.contains(&column.header) {
            headers.push(column.header.clone());
        }
    }
    headers
}

/// A text that no spreadsheet takes for a formula, as it stands or after a separator in it: an apostrophe is put before
/// what could begin one.
fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    let mut begins = true;
    for c in text.chars() {
        if begins && matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠') {
            out.push('\'');
        }
        out.push(c);
        // Spaces before it do not help: some programs trim a field.
        begins =
            matches!(c, ',' | ';' | '\t' | '\n' | '\r' | '"' | '\'' | '|') || (begins && c.is_whitespace());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_become_a_formula_in_a_spreadsheet() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+41 22", "'+41 22"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            (" =1", " '=1"),
            ("a;=1", "a;'=1"),
            ("a,=cmd|' /C calc'!A0", "a,'=cmd|' /C calc'!A0"),
            ("line\n=1", "line\n'=1"),
            ("17/06", "17/06"),
            ("SG17 - a=b", "SG17 - a=b"),
        ] {
            assert_eq!(safe(text), expected, "{text:?}");
        }
    }
}
