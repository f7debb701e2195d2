//! The report as one HTML file: nothing is loaded, it prints well, and a mail program shows it. On a telephone a row of
//! a table is a card, with the header of each cell in it.

use super::{
    model::{Block, Report, Table},
    xml::{escaped, put},
};

const STYLE: &str = "body{font:11pt/1.4 'Liberation Serif','Times New Roman',serif;margin:2em auto;max-width:60em;padding:0 1em;color:#111}\
h1{font-size:1.4em}h2{font-size:1.2em;margin-top:2em}h3{font-size:1.05em;margin-bottom:.4em}\
table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}\
th,td{border:1px solid #777;padding:.3em .5em;vertical-align:top}\
thead th{background:#e8eef4}.head th{width:8em;background:none}.short{white-space:nowrap}\
h1,h2,h3,p,td{overflow-wrap:break-word}\
@media screen and (max-width:40em){body{margin:1em auto}.head th{width:6em}\
.list,.list tbody,.list tr,.list td{display:block}.list thead{display:none}\
.list tr{border:1px solid #777;margin-bottom:.8em;padding:.3em 0}\
.list td{border:0;padding:.2em .6em}.list td:empty{display:none}\
.list td::before{content:attr(data-label);display:block;font-size:.8em;color:#555}}\
@media print{body{margin:0;max-width:none}thead{display:table-header-group}tr{break-inside:avoid}}";

/// Characters of the longest reference that is not broken: longer ones would take the room of the other columns.
const SHORT: usize = 12;

pub(super) fn write(report: &Report) -> String {
    let (direction, start) =
        if report.language.is_right_to_left() { ("rtl", "right") } else { ("ltr", "left") };
    let title = escaped(&report.title);
    // Each text keeps its own direction; all of them begin on the side of the report's language.
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}h1,h2,h3,p,th,td{{text-align:{start}}}</style>\n</head>\n<body>\n\
         <h1 dir=\"auto\">{title}</h1>\n<table class=\"head\">\n<tbody>\n",
        report.language
    );
    for line in &report.head {
        let (label, text) = (escaped(&line.label), paragraphs(&line.text));
        put(&mut out, format_args!("<tr><th scope=\"row\">{label}</th><td dir=\"auto\">{text}</td></tr>\n"));
    }
    out.push_str("</tbody>\n</table>\n");
    for block in &report.blocks {
        match block {
            Block::Heading { level, text } => {
                let level = level + 1;
                put(&mut out, format_args!("<h{level} dir=\"auto\">{}</h{level}>\n", escaped(text)));
            }
            Block::Text(text) => put(&mut out, format_args!("<p dir=\"auto\">{}</p>\n", paragraphs(text))),
            Block::Table(table) => push_table(&mut out, table),
        }
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn push_table(out: &mut String, table: &Table) {
    out.push_str("<table class=\"list\">\n<thead><tr>");
    for column in &table.columns {
        let header = escaped(&column.header);
        put(out, format_args!("<th scope=\"col\" style=\"width:{}%\">{header}</th>", column.share));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (number, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
            let is_short = number == 0 && cell.said().chars().count() <= SHORT;
            let class = if is_short { " class=\"short\"" } else { "" };
            let (label, text) = (escaped(&column.header), paragraphs(cell.said()));
            put(out, format_args!("<td dir=\"auto\"{class} data-label=\"{label}\">{text}</td>"));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn paragraphs(text: &str) -> String {
    escaped(text).replace('\n', "<br>")
}
