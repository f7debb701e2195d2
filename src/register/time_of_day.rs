//! Times of day as people write them behind a date: "17:00", "5 pm", "17h00", "à 17 heures", "um 17 Uhr".

use jiff::civil::Time;

/// What may stand before the time: English, French, Spanish, German, Russian.
const AT: [&str; 7] = ["at", "à", "a", "las", "um", "в", ","];
/// What makes hours of a number that stands before it.
const HOURS: [&str; 6] = ["heures", "heure", "часов", "часа", "uhr", "h"];
/// Whether it makes hours of the afternoon of a number that stands before it.
const HALVES: [(&str, bool); 6] =
    [("a.m.", false), ("a.m", false), ("am", false), ("p.m.", true), ("p.m", true), ("pm", true)];

/// Whether a text begins with what stands before a time of day. "At the latest" is no time: the words that are said of much
/// else as well need a number behind them.
pub(super) fn begins_one(text: &str) -> bool {
    const OF_ELSE: [&str; 3] = ["at", "à", "a"];
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let word = word.to_lowercase();
    AT.contains(&word.as_str())
        && (!OF_ELSE.contains(&word.as_str()) || rest.contains(|c: char| c.is_ascii_digit()))
}

/// The time of day that a text is. A number alone is none: "17" behind a date may be anything.
pub(super) fn read(text: &str) -> Option<Time> {
    let lower = text.to_lowercase();
    let mut words: Vec<_> = lower.split(' ').filter(|word| !word.is_empty()).collect();
    let first = words.iter().position(|word| !AT.contains(word))?;
    let written = words.split_off(first).concat();
    let half =
        HALVES.iter().find_map(|(ending, after_noon)| Some((written.strip_suffix(ending)?, *after_noon)));
    if let Some((hours, after_noon)) = half {
        let time = colons(hours, true)?;
        let hour = if (1..=12).contains(&time.hour()) { time.hour() % 12 } else { return None };
        return Time::new(hour + if after_noon { 12 } else { 0 }, time.minute(), time.second(), 0).ok();
    }
    match HOURS.iter().find_map(|hours| written.strip_suffix(hours)) {
        Some(hours) => colons(hours, true),
        None => colons(&written.replace('h', ":"), false),
    }
}

/// "17:00" and "17:00:30"; "17" where the words around it make it hours.
fn colons(text: &str, are_hours: bool) -> Option<Time> {
    let mut parts = text.split(':').map(|part| {
        let is_number = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<i8>().ok()).flatten()
    });
    let hour = parts.next()??;
    let (minute, second) = match (parts.next(), parts.next()) {
        (None, _) if are_hours => (0, 0),
        (Some(minute), None) => (minute?, 0),
        (Some(minute), Some(second)) => (minute?, second?),
        (None, _) => return None,
    };
    parts.next().is_none().then(|| Time::new(hour, minute, second, 0).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn a_time_of_day_is_read_in_each_way_of_writing_it() {
        for text in
            ["17:00", "17:00:00", "5 pm", "5pm", "5:00 p.m.", "17h00", "17 h 00", "17h", "à 17 heures"]
        {
            assert_eq!(read(text), Some(time(17, 0, 0, 0)), "{text}");
        }
        for text in ["at 17:00", "a las 17:00", "um 17 Uhr", "um 17:00 Uhr", "в 17:00", "в 17 часов"] {
            assert_eq!(read(text), Some(time(17, 0, 0, 0)), "{text}");
        }
        assert_eq!(read("12 am"), Some(time(0, 0, 0, 0)));
        assert_eq!(read("12:30 pm"), Some(time(12, 30, 0, 0)));
        assert_eq!(read("8:05 am"), Some(time(8, 5, 0, 0)));
    }

    #[test]
    fn what_is_no_time_of_day_is_none() {
        for text in [
            "",
            "17",
            "25:00",
            "17:60",
            "13 pm",
            "0 am",
            "17:",
            "h",
            "pm",
            "17.00",
            "at",
            "17:00:00:00",
            "-1:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
