//! A finished letter, read back: the parts that people see.

use mail_parser::MessageParser;

/// The text part of a message, decoded; none if it has none or is no message.
pub fn text_part(bytes: &[u8]) -> Option<String> {
    let message = MessageParser::default().parse(bytes)?;
    message.body_text(0).map(|text| text.replace("\r\n", "\n"))
}

/// The HTML part of a message, decoded; none if it has none or is no message.
pub fn html_part(bytes: &[u8]) -> Option<String> {
    let message = MessageParser::default().parse(bytes)?;
    message.body_html(0).map(std::borrow::Cow::into_owned)
}
