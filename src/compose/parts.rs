//! A finished letter, read back: the parts that people see.

use mail_parser::{HeaderValue, MessageParser, MimeHeaders as _};

/// Everything in a message that people or programs can read: as it stands, and decoded.
pub fn all_texts(bytes: &[u8]) -> Vec<String> {
    let mut texts = vec![String::from_utf8_lossy(bytes).into_owned()];
    let Some(message) = MessageParser::default().parse(bytes) else { return texts };
    texts.extend(message.subject().map(str::to_owned));
    for header in message.headers() {
        if let HeaderValue::Address(addresses) = header.value() {
            texts.extend(addresses.iter().filter_map(|one| one.name()).map(str::to_owned));
        }
    }
    texts.extend(message.parts.iter().filter_map(|part| part.text_contents()).map(str::to_owned));
    texts
}

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
