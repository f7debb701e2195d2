//! From rendered parts to the bytes of a message: headers that no cell can add to, two bodies,
//! seven bits.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::{
    Message,
    message::{
        self, Body, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};

use super::{
    Identity, clean,
    error::ComposeError,
    key, mailbox,
    quoted::{self, Encoding},
    templates::Rendered,
    view,
};
use crate::{
    action::RecipientId,
    letter::{Envelope, Letter, LetterKind},
};

/// Headers that keep automatic answers away: the standard (RFC 3834, 5), what mailing lists
/// taught vacation programs to look at, and Exchange's own.
const AUTOMATIC: [(&str, &str); 3] =
    [("Auto-Submitted", "auto-generated"), ("Precedence", "bulk"), ("X-Auto-Response-Suppress", "All")];

/// The last second that a Date header can hold (the year 9999).
const LAST_SECOND: i64 = 253_402_300_799;

/// What a message is made of, beside its parts.
#[derive(Debug, Clone)]
pub(crate) struct Cover<'a> {
    pub key: String,
    pub kind: LetterKind,
    pub recipient: RecipientId,
    pub name: &'a str,
    pub address: &'a str,
    /// Thread roots, with angle brackets, the most important first.
    pub threads: Vec<String>,
}

/// Puts the message together. The same input gives the same bytes.
pub(crate) fn message(
    cover: Cover<'_>,
    rendered: &Rendered,
    identity: &Identity,
    now: Timestamp,
) -> Result<Letter, ComposeError> {
    let to = lettre_mailbox(Some(cover.name), cover.address)?;
    let from_name = identity.from.name.as_deref().unwrap_or(&identity.name);
    let from = lettre_mailbox(Some(from_name), &identity.from.address)?;
    let reply_name = identity.reply_to.name.as_deref().unwrap_or(&identity.name);
    let reply_to = lettre_mailbox(Some(reply_name), &identity.reply_to.address)?;
    let message_id = key::message_id(&cover.key, &identity.domain);

    let mut builder = Message::builder()
        .date(system_time(now))
        .from(from)
        .to(to)
        .reply_to(reply_to)
        .subject(rendered.subject.as_str())
        .message_id(Some(format!("<{message_id}>")));
    if let [only] = cover.threads.as_slice() {
        builder = builder.in_reply_to(only.clone());
    }
    if !cover.threads.is_empty() {
        builder = builder.references(cover.threads.join(" "));
    }
    for (name, value) in AUTOMATIC {
        builder =
            builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned()));
    }
    let message = builder.multipart(bodies(&cover.key, rendered)).map_err(|error| ComposeError::Message {
        recipient: cover.name.to_owned(),
        why: error.to_string(),
    })?;
    Ok(Letter {
        key: cover.key,
        kind: cover.kind,
        recipient: cover.recipient,
        envelope: Envelope { from: identity.from.address.clone(), to: cover.address.to_owned() },
        message_id,
        subject: rendered.subject.clone(),
        bytes: message.formatted(),
    })
}

/// Text first, HTML last: the last one that a program can show is the one it shows (RFC 2046,
/// 5.1.4).
fn bodies(key: &str, rendered: &Rendered) -> MultiPart {
    let boundary = key::boundary(key, [&rendered.text, &rendered.html]);
    MultiPart::alternative()
        .boundary(boundary)
        .singlepart(part(ContentType::TEXT_PLAIN, &rendered.text))
        .singlepart(part(ContentType::TEXT_HTML, &rendered.html))
}

fn part(content_type: ContentType, body: &str) -> SinglePart {
    let builder = SinglePart::builder().header(content_type);
    match quoted::encoding(body) {
        Encoding::QuotedPrintable => {
            let encoded = quoted::encode(body);
            builder.body(Body::dangerous_pre_encoded(encoded, ContentTransferEncoding::QuotedPrintable))
        }
        Encoding::SevenBit => {
            let lines = body.replace('\n', "\r\n").into_bytes();
            builder.body(Body::dangerous_pre_encoded(lines, ContentTransferEncoding::SevenBit))
        }
        Encoding::Base64 => builder.header(ContentTransferEncoding::Base64).body(body.replace('\n', "\r\n")),
    }
}

/// A mailbox as lettre wants it. It panics on CR, LF and NUL in a name: they are gone here.
fn lettre_mailbox(name: Option<&str>, address: &str) -> Result<message::Mailbox, ComposeError> {
    let name = name.map(|name| clean::cut(&clean::header(name), view::NAME).into_owned());
    let name = name.filter(|name| !name.is_empty());
    let email = mailbox::address(address).map_err(|why| ComposeError::Address {
        recipient: name.clone().unwrap_or_else(|| address.to_owned()),
        why,
    })?;
    Ok(message::Mailbox::new(name, email))
}

/// The instant for the Date header, within the years that it can hold.
fn system_time(now: Timestamp) -> SystemTime {
    let seconds = now.as_second().clamp(0, LAST_SECOND);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs())
}
