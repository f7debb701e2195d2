//! E-mail messages (RFC 5322): the fields, the body, and the documents attached to it.

use mail_parser::{Address, MessageParser, MimeHeaders, PartType};

use super::{Limits, Refused, document, html, text};
use crate::minutes::document::Builder;

/// So many attachments are looked at.
const MOST_ATTACHMENTS: usize = 50;

/// Reads a message; its attachments as well, but not those of an attached message.
pub(super) fn read(
    bytes: &[u8],
    limits: &Limits,
    attachments: bool,
    builder: &mut Builder,
) -> Result<(), Refused> {
    let message = MessageParser::default()
        .parse(bytes)
        .ok_or_else(|| Refused::because("The message cannot be taken apart. Save it again as .eml."))?;
    builder.field("From", &people(message.from()));
    builder.field("To", &people(message.to()));
    builder.field("Subject", message.subject().unwrap_or_default());
    if let Some(date) = message.date() {
        builder.field("Date", &format!("{:04}-{:02}-{:02}", date.year, date.month, date.day));
    }
    let html = message.body_html(0).filter(|_| has_html(&message));
    match (html, message.body_text(0)) {
        // Tables are lost in the text that mail programs make of a page.
        (Some(page), Some(plain)) if !is_table(&page) => body(&plain, builder),
        (Some(page), _) => html::read(&page, builder),
        (None, Some(plain)) => body(&plain, builder),
        (None, None) => {}
    }
    if !attachments {
        return Ok(());
    }
    for (at, part) in message.attachments().enumerate() {
        let name = part.attachment_name().map_or_else(|| format!("{}", at + 1), str::to_owned);
        if at >= MOST_ATTACHMENTS {
            builder.note(format!("Only the first {MOST_ATTACHMENTS} attachments were read."));
            break;
        }
        if matches!(part.body, PartType::Message(_)) {
            builder.note(format!("The attached message {name} was not read. Save it as a file of its own."));
            continue;
        }
        match document(&name, part.contents(), limits, false) {
            Ok(read) => builder.attach(&name, read),
            Err(why) => builder.note(format!("The attachment {name} was not read. {why}")),
        }
    }
    Ok(())
}

fn has_html(message: &mail_parser::Message<'_>) -> bool {
    message.html_bodies().any(|part| matches!(part.body, PartType::Html(_)))
}

fn is_table(page: &str) -> bool {
    page.to_ascii_lowercase().contains("<table")
}

/// The body without the lines that it quotes from earlier messages.
fn body(plain: &str, builder: &mut Builder) {
    let own = plain.lines().filter(|line| !line.starts_with('>')).collect::<Vec<_>>().join("\n");
    text::plain(&own, builder);
}

fn people(address: Option<&Address<'_>>) -> String {
    let Some(address) = address else { return String::new() };
    let names = address.iter().filter_map(|one| one.name().or_else(|| one.address()));
    names.collect::<Vec<_>>().join("; ")
}
