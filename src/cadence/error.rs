//! What can be wrong with cron text, told to the person who wrote it.

use super::LONGEST_TEXT;

/// Why a cron text is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CadenceError {
    /// Nothing but spaces.
    #[error(
        "There is no cron text. Write minute, hour, day of month, month and day of week, for example \
         \"0 8 * * Mon-Fri\"."
    )]
    Empty,
    /// More than [`LONGEST_TEXT`] characters.
    #[error(
        "The cron text is longer than {LONGEST_TEXT} characters. Use ranges and steps (8-17, */15) instead \
         of long lists; \"*/15 8-17 * * Mon-Fri\" is one."
    )]
    TooLong,
    /// Not five, six or seven fields.
    #[error(
        "\"{text}\" has {found} field{s}, separated by spaces; a cron text has five (minute, hour, day of month, \
         month, day of week), or six or seven (a second before them, and a year at the end). \
         Example: \"0 8 * * Mon-Fri\".", s = if *found == 1 { "" } else { "s" }
    )]
    Count {
        /// The text, shortened for showing.
        text: String,
        /// How many fields it has.
        found: usize,
    },
    /// An `@word` that is not one of those known.
    #[error(
        "\"{word}\" is not a known cadence. Allowed are @hourly, @daily, @weekly, @monthly and @yearly, or five \
         fields. Example: \"@daily\", or \"0 8 * * *\" for every day at 08:00."
    )]
    Shorthand {
        /// The word, shortened for showing.
        word: String,
    },
    /// One field is wrong.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// No day fits.
    #[error(
        "\"{text}\" never comes: there is no such day as {what}. Write a day that the month has, for example \
         \"0 8 28 2 *\" for 28 February at 08:00."
    )]
    Never {
        /// The whole text.
        text: String,
        /// The date, in words.
        what: String,
    },
    /// The `cron` crate does not take what was made of the text; not expected to happen.
    #[error("\"{text}\" cannot be evaluated: {why}. Example of a cron text: \"0 8 * * Mon-Fri\".")]
    Unfit {
        /// What the crate was given.
        text: String,
        /// What it said.
        why: String,
    },
}

/// One field of a cron text that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The {field} field, \"{stands}\", is wrong: {why}. Allowed: {allowed}. Example: \"{example}\".")]
pub struct FieldError {
    /// Which field: "hour", "day of week".
    pub field: &'static str,
    /// What stands in it, shortened for showing.
    pub stands: String,
    /// What is wrong with it.
    pub why: String,
    /// What may stand there.
    pub allowed: &'static str,
    /// A field that is right.
    pub example: &'static str,
}

/// Text from a settings file as it is shown in a message: at most 40 characters, and none of them
/// able to disturb a terminal.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut out: String =
        text.chars().take(LONGEST).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}
