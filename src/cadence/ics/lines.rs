//! Content lines: folded lines joined, names apart from values (RFC 5545, 3.1).

use jiff::civil::Date;

/// One property.
#[derive(Debug)]
pub(super) struct Line {
    /// Where it begins, from 1.
    pub(super) number: usize,
    /// In capital letters, without parameters.
    pub(super) name: String,
    /// What follows the colon.
    pub(super) value: String,
}

/// The properties of a text; lines without a colon are none.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line> {
    let mut raw = (1..).zip(text.trim_start_matches('\u{feff}').lines()).peekable();
    std::iter::from_fn(move || {
        loop {
            let (number, first) = raw.next()?;
            let mut whole = first.to_owned();
            // A line that begins with a space or a tab goes on with the one before it.
            while let Some((_, more)) = raw.next_if(|(_, line)| line.starts_with([' ', '\t'])) {
                whole.push_str(&more[1..]);
            }
            if let Some((name, value)) = split(&whole) {
                return Some(Line { number, name, value: value.to_owned() });
            }
        }
    })
}

/// Name and value: the colon is the first one that is not in a quoted parameter.
fn split(line: &str) -> Option<(String, &str)> {
    let mut quoted = false;
    let colon = line.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b':' && !quoted
    })?;
    let name = line[..colon].split(';').next().unwrap_or_default();
    Some((name.trim().to_ascii_uppercase(), &line[colon + 1..]))
}

/// "20170605", or the day of "20170605T000000Z".
pub(super) fn date(value: &str) -> Result<Date, String> {
    let wrong = || format!("\"{}\" is not a day. A day is written 20170605.", shown(value));
    let digits = value.get(..8).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let digits = digits.ok_or_else(wrong)?;
    if value.len() > 8 && !has_time(value) {
        return Err(wrong());
    }
    let number = |from: usize, to: usize| digits[from..to].parse::<i16>().unwrap_or(0);
    let small = |from: usize, to: usize| i8::try_from(number(from, to)).unwrap_or(0);
    Date::new(number(0, 4), small(4, 6), small(6, 8)).map_err(|_| wrong())
}

/// Whether a date has a time of day.
pub(super) fn has_time(value: &str) -> bool {
    value.get(8..9).is_some_and(|sign| sign == "T")
}

/// Days with commas between them.
pub(super) fn dates(value: &str) -> Result<Vec<Date>, String> {
    value.split(',').map(|one| date(one.trim())).collect()
}

/// The days of a duration such as P1D or P2W; none for anything with hours.
pub(super) fn days(value: &str) -> Option<i64> {
    let number = |rest: &str| rest.parse::<i64>().ok().filter(|number| (1..=10_000).contains(number));
    let rest = value.trim_start_matches('+').strip_prefix('P')?;
    match (rest.strip_suffix('D'), rest.strip_suffix('W')) {
        (Some(days), _) => number(days),
        (_, Some(weeks)) => Some(number(weeks)? * 7),
        _ => None,
    }
}

/// A text value without its escapes (RFC 5545, 3.3.11); line breaks become spaces.
pub(super) fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut signs = value.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => match signs.next() {
                Some('n' | 'N') | None => out.push(' '),
                Some(other) => out.push(other),
            },
            sign if sign.is_control() => out.push(' '),
            sign => out.push(sign),
        }
    }
    out
}

/// A value as a message shows it.
pub(super) fn shown(value: &str) -> String {
    value.chars().take(60).filter(|sign| !sign.is_control()).collect()
}
