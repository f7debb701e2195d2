//! A finished letter, read back: the parts that people see.

use mail_parser::{MessageParser, MimeHeaders as _};

/// The text part of a message, decoded; none if it has none or is no message.
pub fn text_part(bytes: &[u8]) -> Option<String> {
    let message = MessageParser::default().parse(bytes)?;
    message.body_text(0).map(|text| text.replace("\r\n", "\n"))
}

/// The calendar part of a message, decoded, if it has one.
pub fn calendar_part(bytes: &[u8]) -> Option<String> {
    let message = MessageParser::default().parse(bytes)?;
    let part = message.attachments().find(|part| {
        let kind = part.content_type();
        kind.is_some_and(|kind| kind.ctype() == "text" && kind.subtype() == Some("calendar"))
    })?;
    part.text_contents().map(|text| text.replace("\r\n", "\n"))
}

/// The HTML part of a message, decoded; none if it has none or is no message.
pub fn html_part(bytes: &[u8]) -> Option<String> {
    let message = MessageParser::default().parse(bytes)?;
    message.body_html(0).map(std::borrow::Cow::into_owned)
}
