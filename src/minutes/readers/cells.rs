//! Cells of tables as text: what several formats have in common.

/// Adds a paragraph to a cell: inside a cell paragraphs are lines.
pub(super) fn add_line(cell: &mut String, text: &str) {
    if !cell.is_empty() {
        cell.push('\n');
    }
    cell.push_str(text);
}

/// Adds a table that stands inside a cell: its rows become lines.
pub(super) fn add_table(cell: &mut String, rows: &[Vec<String>]) {
    for row in rows {
        cell.push('\n');
        cell.push_str(&row.join(" "));
    }
}

/// What the cell says that stands above the next one of the last row.
pub(super) fn above(rows: &[Vec<String>]) -> Option<&String> {
    let (last, before) = rows.split_last()?;
    before.last()?.get(last.len())
}
