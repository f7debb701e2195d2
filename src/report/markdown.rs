//! The report as Markdown, with tables as GitHub, Pandoc and others read them.

use super::{
    model::{Block, Report, Table},
    xml::put,
};

pub(super) fn write(report: &Report) -> String {
    let mut out = format!("# {}\n\n", text(&report.title));
    for line in &report.head {
        put(&mut out, format_args!("- **{}** {}\n", text(&line.label), text(&line.text)));
    }
    for block in &report.blocks {
        out.push('\n');
        match block {
            Block::Heading { level, text: heading } => {
                put(&mut out, format_args!("{} {}\n", "#".repeat(usize::from(*level) + 1), text(heading)));
            }
            Block::Text(paragraph) => put(&mut out, format_args!("{}\n", text(paragraph))),
            Block::Table(table) => push_table(&mut out, table),
        }
    }
    out
}

fn push_table(out: &mut String, table: &Table) {
    let mut line = |cells: Vec<String>| put(out, format_args!("| {} |\n", cells.join(" | ")));
    line(table.columns.iter().map(|column| text(&column.header)).collect());
    line(table.columns.iter().map(|_| "---".to_owned()).collect());
    for row in &table.rows {
        line(row.iter().map(|cell| text(cell.said())).collect());
    }
}

/// A text in one line, in which nothing is markup.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.trim().chars() {
        match c {
            '\n' => out.push_str("<br>"),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_in_a_cell_is_markup_or_ends_the_cell() {
        assert_eq!(super::text("a|b\n<i>*x*"), "a\\|b<br>&lt;i>\\*x\\*");
    }
}
