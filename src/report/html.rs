//! The report as one HTML file: nothing is loaded, it prints well, and a mail program shows it.

use super::{
    model::{Block, Report, Table},
    xml::{escaped, put},
};

const STYLE: &str = "body{font:11pt/1.4 'Liberation Serif','Times New Roman',serif;margin:2em auto;max-width:60em;padding:0 1em;color:#111}\
h1{font-size:1.4em}h2{font-size:1.2em;margin-top:2em}h3{font-size:1.05em;margin-bottom:.4em}\
table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}\
th,td{border:1px solid #777;padding:.3em .5em;text-align:start;vertical-align:top}\
thead th{background:#e8eef4}.head th{width:8em;background:none}td:first-child{white-space:nowrap}\
@media print{body{margin:0;max-width:none}thead{display:table-header-group}tr{break-inside:avoid}}";

pub(super) fn write(report: &Report) -> String {
    let direction = if report.language.is_right_to_left() { "rtl" } else { "ltr" };
    let title = escaped(&report.title);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<table class=\"head\">\n<tbody>\n",
        report.language
    );
    for line in &report.head {
        let (label, text) = (escaped(&line.label), paragraphs(&line.text));
        put(&mut out, format_args!("<tr><th scope=\"row\">{label}</th><td>{text}</td></tr>\n"));
    }
    out.push_str("</tbody>\n</table>\n");
    for block in &report.blocks {
        match block {
            Block::Heading { level, text } => {
                let level = level + 1;
                put(&mut out, format_args!("<h{level}>{}</h{level}>\n", escaped(text)));
            }
            Block::Text(text) => put(&mut out, format_args!("<p>{}</p>\n", paragraphs(text))),
            Block::Table(table) => push_table(&mut out, table),
        }
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn push_table(out: &mut String, table: &Table) {
    out.push_str("<table>\n<thead><tr>");
    for column in &table.columns {
        put(
            out,
            format_args!(
                "<th scope=\"col\" style=\"width:{}%\">{}</th>",
                column.share,
                escaped(&column.header)
            ),
        );
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for cell in row {
            put(out, format_args!("<td dir=\"auto\">{}</td>", paragraphs(cell.said())));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn paragraphs(text: &str) -> String {
    escaped(text).replace('\n', "<br>")
}
