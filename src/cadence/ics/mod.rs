//! Holidays of an iCalendar file (RFC 5545): its events that last whole days.
//!
//! Read are DTSTART, DTEND or DURATION in days, SUMMARY, RRULE with FREQ=YEARLY, EXDATE, RDATE and STATUS. An
//! event with a time of day is no holiday and is left out; what cannot be understood is an error, because a
//! holiday that is missed is a reminder on the wrong day. Years are those of deadlines, 2000 to 2100.

mod lines;
mod rule;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use jiff::{ToSpan, civil::Date};

use self::{
    lines::{Line, lines},
    rule::Rule,
};

/// The longest event, in days: a longer one is no holiday.
const LONGEST_EVENT: i64 = 366;
/// More events than any calendar of holidays has.
const MOST_EVENTS: usize = 20_000;
/// The most days that one file may close.
const MOST_DAYS: usize = 40_000;
/// Characters of a holiday's name.
const NAME: usize = 120;

/// What was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holidays {
    /// Each day with the name of its holiday.
    pub days: BTreeMap<Date, String>,
    /// How many events were left out because they have a time of day.
    pub with_time: usize,
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcsError {
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong and what would be right, in whole sentences.
    pub why: String,
}

impl fmt::Display for IcsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        f.write_str(&self.why)
    }
}

/// Reads the holidays of a file.
///
/// # Errors
/// Everything that cannot be understood, each with its line.
pub fn holidays(text: &str) -> Result<Holidays, Vec<IcsError>> {
    let mut reader = Reader::default();
    let mut calendar = false;
    for line in lines(text) {
        match (line.name.as_str(), line.value.trim().to_ascii_uppercase().as_str()) {
            ("BEGIN", "VCALENDAR") => calendar = true,
            ("BEGIN", "VEVENT") => reader.begin(line.number),
            ("END", "VEVENT") => reader.end(),
            ("BEGIN", _) => reader.inside += 1,
            ("END", _) => reader.inside = reader.inside.saturating_sub(1),
            _ => reader.property(&line),
        }
    }
    if !calendar {
        let why = "This is no calendar: there is no line BEGIN:VCALENDAR. Save it as iCalendar (.ics).";
        return Err(vec![IcsError { line: 0, why: why.to_owned() }]);
    }
    if let Some(event) = reader.event.take() {
        reader.wrong(event.line, "The event that begins here has no END:VEVENT. The file is cut off.");
    }
    if reader.errors.is_empty() { Ok(reader.found) } else { Err(reader.errors) }
}

#[derive(Debug, Default)]
struct Reader {
    event: Option<Event>,
    /// How deep inside of parts that are no events: alarms have dates of their own.
    inside: usize,
    events: usize,
    found: Holidays,
    errors: Vec<IcsError>,
}

#[derive(Debug, Default)]
struct Event {
    line: usize,
    start: Option<Date>,
    with_time: bool,
    /// The first day after it.
    end: Option<Date>,
    days: Option<i64>,
    name: String,
    rule: Option<Rule>,
    without: BTreeSet<Date>,
    besides: BTreeSet<Date>,
    cancelled: bool,
    /// Whether Outlook says that it is for whole days, whatever the times.
    whole_days: bool,
}

impl Reader {
    fn wrong(&mut self, line: usize, why: impl Into<String>) {
        if self.errors.len() < 20 {
            self.errors.push(IcsError { line, why: why.into() });
        }
    }

    fn begin(&mut self, line: usize) {
        self.events += 1;
        self.inside = 0;
        if self.events == MOST_EVENTS + 1 {
            self.wrong(line, format!("There are more than {MOST_EVENTS} events. Keep the holidays alone."));
        }
        self.event = (self.events <= MOST_EVENTS).then(|| Event { line, ..Event::default() });
    }

    fn property(&mut self, line: &Line) {
        // Alarms inside of an event, and the calendar's own properties.
        if self.inside > 0 {
            return;
        }
        let Some(mut event) = self.event.take() else { return };
        if let Err(why) = event.property(line) {
            self.wrong(line.number, why);
        }
        self.event = Some(event);
    }

    fn end(&mut self) {
        let Some(event) = self.event.take().filter(|event| !event.cancelled) else { return };
        if event.with_time && !event.whole_days {
            self.found.with_time += 1;
            return;
        }
        let Some(start) = event.start else {
            return self.wrong(event.line, "The event has no DTSTART. Give it the day on which it begins.");
        };
        let by_end = event.end.map(|end| start.duration_until(end).as_hours() / 24);
        let days = event.days.or(by_end).unwrap_or(1).max(1);
        if days > LONGEST_EVENT {
            return self.wrong(event.line, format!("The event lasts {days} days; a holiday is shorter."));
        }
        let mut begins = event.rule.as_ref().map_or_else(|| vec![start], |rule| rule.days(start));
        begins.extend(&event.besides);
        for begin in begins.into_iter().filter(|day| !event.without.contains(day)) {
            for after in 0..days {
                let day = begin.checked_add(after.days()).ok();
                if let Some(day) = day.filter(|day| (1999..=2101).contains(&day.year())) {
                    self.found.days.entry(day).or_insert_with(|| event.name.clone());
                }
            }
            if self.found.days.len() > MOST_DAYS {
                return self.wrong(event.line, format!("More than {MOST_DAYS} days are closed in all."));
            }
        }
    }
}

impl Event {
    fn property(&mut self, line: &Line) -> Result<(), String> {
        let value = line.value.trim();
        match line.name.as_str() {
            "DTSTART" => {
                self.start = Some(lines::date(value)?);
                self.with_time = lines::has_time(value);
            }
            "DTEND" => self.end = Some(lines::date(value)?),
            "DURATION" => self.days = lines::days(value),
            "SUMMARY" => {
                let name: String = lines::unescaped(value).chars().take(NAME).collect();
                self.name = crate::action::tidy(&name);
            }
            "RRULE" => self.rule = Some(Rule::parse(value)?),
            "EXDATE" => self.without.extend(lines::dates(value)?),
            "RDATE" => self.besides.extend(lines::dates(value)?),
            "STATUS" => self.cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            "X-MICROSOFT-CDO-ALLDAYEVENT" => self.whole_days = value.eq_ignore_ascii_case("TRUE"),
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
