//! iCalendar (RFC 5545): deadlines as entries of a calendar, for letters and for the feed. Pure: what
//! looks random or read from a clock is handed in.
//!
//! **Events, not to-dos.** A deadline would best be a `VTODO`. But Google Calendar and Outlook take in
//! events only, Exchange knows no other component of the kind (\[MS-STANXICAL\], \[MS-OXCICAL\] 2.1.3.1.1),
//! and Apple keeps to-dos in another program than the calendar. So each deadline is a `VEVENT`, the half
//! hour that ends with it, during which the reader stays free (`TRANSP:TRANSPARENT`). It is no event of
//! whole days: those have no zone, and 23:59 in Geneva is another day in Tokyo.
//!
//! **The method** is `PUBLISH` (RFC 5546, 3.2.1): there is nothing to accept, and no attendees. When all
//! entries are withdrawn it is `CANCEL` (3.2.5), of which programs take notice by UID and SEQUENCE.
//!
//! **By hand**, because the crates at hand do not do: `icalendar` 0.17 puts a random UID and the time of
//! the system into each `VTIMEZONE` and `STANDARD` (which RFC 5545, 3.6.5 does not allow, and which makes
//! each attempt another letter), ends a quoted parameter at a quotation mark of the value, and lets a
//! carriage return through.
//!
//! Lines end with `\n` here, as those of all bodies do until they become a message; [`file()`] makes CRLF
//! of them.

mod text;
mod zone;

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp, tz::Offset};

use text::Lines;
pub use zone::Zone;

/// For how long before a deadline its entry stands in the calendar.
const LENGTH: SignedDuration = SignedDuration::from_mins(30);

/// One deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The same for good, and the same nowhere else: "0123...@example.int".
    pub uid: String,
    /// Grows whenever the entry is another than the one before.
    pub sequence: u32,
    /// The deadline.
    pub ends: Timestamp,
    /// What stands in the calendar.
    pub summary: String,
    /// What is said when it is opened; may have several lines.
    pub description: String,
    /// Where to read more: an http or https address.
    pub url: Option<String>,
    /// Whether the entry is withdrawn.
    pub is_cancelled: bool,
}

/// Entries, and by whom they are published.
#[derive(Debug, Clone)]
pub struct Calendar<'a> {
    /// The organizer's name.
    pub organizer: &'a str,
    /// The organizer's address: one that somebody reads.
    pub address: &'a str,
    /// The zone in which times are written.
    pub zone: &'a Zone,
    /// When it is made.
    pub made: Timestamp,
    /// What a program calls the calendar that subscribes to it; none for one that comes with a letter.
    pub name: Option<&'a str>,
    /// The entries.
    pub events: &'a [Event],
}

/// What the entries of a calendar are there for (RFC 5546, 1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// To be entered, or changed.
    Publish,
    /// To be taken out.
    Cancel,
}

impl Method {
    /// As it stands in a calendar and in the type of a part.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Cancel => "CANCEL",
        }
    }
}

impl Calendar<'_> {
    /// Publish, unless all entries are withdrawn.
    #[must_use]
    pub fn method(&self) -> Method {
        let all = !self.events.is_empty() && self.events.iter().all(|event| event.is_cancelled);
        if all { Method::Cancel } else { Method::Publish }
    }

    /// The calendar as text; lines end with `\n`.
    #[must_use]
    pub fn to_text(&self) -> String {
        /// More than an entry with short texts needs.
        const ENTRY: usize = 700;
        let mut lines = Lines::with_capacity(ENTRY * (self.events.len() + 1));
        lines.plain("BEGIN:VCALENDAR");
        lines.plain("VERSION:2.0");
        lines.plain("PRODID:-//rappel//rappel//EN");
        lines.made("METHOD:", self.method().as_str());
        if let Some(name) = self.name {
            // RFC 7986, 5.1, and the older name of it that more programs know.
            lines.text("NAME", name);
            lines.text("X-WR-CALNAME", name);
        }
        let times: Vec<_> = self.events.iter().map(|event| self.times(event)).collect();
        // A calendar without entries has the zone, too: it needs something to hold (RFC 5545, 3.6).
        let is_named = times.is_empty() || times.iter().flatten().any(|(_, is_named)| *is_named);
        if let Some(component) = self.zone.component().filter(|_| is_named) {
            lines.ready(component);
        }
        let organizer = text::organizer(self.organizer, self.address);
        for (event, times) in self.events.iter().zip(&times) {
            self.event(event, times, &organizer, &mut lines);
        }
        lines.plain("END:VCALENDAR");
        lines.into_text()
    }

    /// When an entry starts and ends, as it is written, and whether that names the zone.
    fn times(&self, event: &Event) -> [(String, bool); 2] {
        let starts = event.ends.checked_sub(LENGTH).unwrap_or(event.ends);
        [starts, event.ends].map(|instant| self.zone.time(instant))
    }

    fn event(&self, event: &Event, times: &[(String, bool); 2], organizer: &str, lines: &mut Lines) {
        lines.plain("BEGIN:VEVENT");
        lines.text("UID", &event.uid);
        lines.made("DTSTAMP:", &utc(self.made));
        lines.made("SEQUENCE:", &event.sequence.to_string());
        lines.made("STATUS:", if event.is_cancelled { "CANCELLED" } else { "CONFIRMED" });
        lines.line(organizer);
        let [(starts, _), (ends, _)] = times;
        lines.made("DTSTART", starts);
        lines.made("DTEND", ends);
        lines.text("SUMMARY", &event.summary);
        if !event.description.is_empty() {
            lines.text("DESCRIPTION", &event.description);
        }
        if let Some(url) = &event.url {
            lines.uri("URL", url);
        }
        lines.plain("TRANSP:TRANSPARENT");
        lines.plain("END:VEVENT");
    }
}

/// The text as it stands in a file: lines end with CRLF (RFC 5545, 3.1).
#[must_use]
pub fn file(text: &str) -> String {
    text.replace('\n', "\r\n")
}

/// "20170623T215900Z".
fn utc(instant: Timestamp) -> String {
    let mut out = local(Offset::UTC.to_datetime(instant));
    out.push('Z');
    out
}

/// "20170623T235900".
fn local(time: jiff::civil::DateTime) -> String {
    let mut out = String::with_capacity(16);
    let (year, month, day) = (time.year().max(0), time.month(), time.day());
    // It cannot fail: it is a string.
    let _ = write!(out, "{year:04}{month:02}{day:02}");
    let _ = write!(out, "T{:02}{:02}{:02}", time.hour(), time.minute(), time.second());
    out
}

#[cfg(test)]
mod tests;
