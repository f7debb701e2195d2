//! From rendered parts to the bytes of a message: headers that no cell can add to, two bodies,
//! seven bits.

use std::{
    io::Write as _,
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use lettre::message::header;

use super::{
    Identity, Mailbox, body::Body, calendar::Part, error::ComposeError, headers, key, templates::Rendered,
};
use crate::{
    action::{Languages, RecipientId},
    directory::Reader,
    letter::{Envelope, Letter, LetterKind},
};

/// Headers that are the same in all letters. The first three keep automatic answers away: the
/// standard (RFC 3834, 5), what mailing lists taught vacation programs to look at, and Exchange's
/// own.
const SAME_IN_ALL: &[u8] = b"Auto-Submitted: auto-generated\r\n\
                             Precedence: bulk\r\n\
                             X-Auto-Response-Suppress: All\r\n\
                             MIME-Version: 1.0\r\n";

/// The last second that a Date header can hold (the year 9999).
const LAST_SECOND: i64 = 253_402_300_799;

/// Digits of a letter's key in its boundaries, which stand in it nine times; one that occurs in a body is made longer.
const BOUNDARY_DIGITS: usize = 8;

/// More than the headers of a letter need, and what encoding adds to its parts.
const HEADROOM: usize = 2048;

/// What a message is made of, beside its parts.
#[derive(Debug, Clone)]
pub(crate) struct Cover<'a> {
    pub key: String,
    pub kind: LetterKind,
    pub recipient: RecipientId,
    pub name: &'a str,
    pub address: &'a str,
    /// Who gets copies.
    pub copies: Vec<&'a Reader>,
    /// Thread roots, with angle brackets, the most important first.
    pub threads: Vec<String>,
    /// What it is written in.
    pub languages: Languages,
}

/// Puts the message together. The same input gives the same bytes.
pub(crate) fn message(
    cover: Cover<'_>,
    rendered: &Rendered,
    calendar: Option<&Part>,
    identity: &Identity,
    now: Timestamp,
) -> Result<Letter, ComposeError> {
    let message_id = key::message_id(&cover.key, identity);
    let Rendered { text, html, .. } = rendered;
    let mut bytes = Vec::with_capacity(
        text.len() + html.len() * 17 / 16 + calendar.map_or(0, |it| it.text.len() * 2) + HEADROOM,
    );
    put_headers(&cover, &message_id, &rendered.subject, identity, now, &mut bytes)?;
    put_bodies(&cover.key, rendered, calendar, &mut bytes).map_err(|error| ComposeError::Message {
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
        bytes,
    })
}

fn put_headers(
    cover: &Cover<'_>,
    message_id: &str,
    subject: &str,
    identity: &Identity,
    now: Timestamp,
    out: &mut Vec<u8>,
) -> Result<(), ComposeError> {
    let named = |mailbox| {
        let Mailbox { name, address }: &Mailbox = mailbox;
        [(name.as_deref().unwrap_or(&identity.name), address.as_str())]
    };
    headers::encoded(header::Date::new(system_time(now)), out);
    headers::mailboxes::<header::From>(&named(&identity.from), out)?;
    headers::mailboxes::<header::To>(&[(cover.name, cover.address)], out)?;
    if !cover.copies.is_empty() {
        let copies: Vec<_> =
            cover.copies.iter().map(|copy| (copy.name.as_str(), copy.email.as_str())).collect();
        headers::mailboxes::<header::Cc>(&copies, out)?;
    }
    headers::mailboxes::<header::ReplyTo>(&named(&identity.reply_to), out)?;
    headers::subject(subject, out);
    headers::field("Message-ID", &format!("<{message_id}>"), out);
    // A correction answers the last letter that was wrong; one that is in several threads answers none of them.
    let answered = match cover.threads.as_slice() {
        [only] => Some(only),
        [.., last] if cover.kind == LetterKind::Correction => Some(last),
        _ => None,
    };
    if let Some(answered) = answered {
        headers::field("In-Reply-To", answered, out);
    }
    if !cover.threads.is_empty() {
        headers::field("References", &cover.threads.join(" "), out);
    }
    out.extend_from_slice(SAME_IN_ALL);
    // RFC 3282: so that programs read it aloud, hyphenate it and offer to translate it rightly.
    headers::field("Content-Language", &cover.languages.to_string(), out);
    Ok(())
}

/// One body after the other. Text first, HTML last: the last one that a program can show is the one
/// it shows (RFC 2046, 5.1.4). A calendar is an attachment beside them: among them it would be shown in
/// their place, as if it were an invitation.
fn put_bodies(
    key: &str,
    rendered: &Rendered,
    calendar: Option<&Part>,
    out: &mut Vec<u8>,
) -> std::io::Result<()> {
    let Rendered { text, html, .. } = rendered;
    let text = Body::from(text.clone());
    let key = key.get(..BOUNDARY_DIGITS).unwrap_or(key);
    let boundary = key::boundary(key, |it| text.holds(it) || html.holds(it));
    let Some(calendar) = calendar else {
        return alternative(&boundary, &text, html, out);
    };
    // None is the beginning of the other: some programs look no further.
    let Part { method, file_name, text: calendar } = calendar;
    let calendar = Body::from(calendar.clone());
    let outer =
        key::boundary(&format!("_{key}"), |it| text.holds(it) || html.holds(it) || calendar.holds(it));
    write!(out, "Content-Type: multipart/mixed;\r\n boundary=\"{outer}\"\r\n\r\n--{outer}\r\n")?;
    alternative(&boundary, &text, html, out)?;
    write!(
        out,
        "\r\n--{outer}\r\nContent-Type: text/calendar; charset=utf-8; method={};\r\n name=\"{file_name}\"\r\n\
         Content-Disposition: attachment; filename=\"{file_name}\"\r\n",
        method.as_str()
    )?;
    calendar.encode(out);
    write!(out, "\r\n--{outer}--\r\n")
}

/// The bodies, of which a program shows one.
fn alternative(boundary: &str, text: &Body, html: &Body, out: &mut Vec<u8>) -> std::io::Result<()> {
    write!(out, "Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\r\n")?;
    for (content_type, body) in [("text/plain", text), ("text/html", html)] {
        write!(out, "--{boundary}\r\nContent-Type: {content_type}; charset=utf-8\r\n")?;
        body.encode(out);
        out.extend_from_slice(b"\r\n");
    }
    write!(out, "--{boundary}--\r\n")
}

/// The instant for the Date header, within the years that it can hold.
fn system_time(now: Timestamp) -> SystemTime {
    let seconds = now.as_second().clamp(0, LAST_SECOND);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs())
}
