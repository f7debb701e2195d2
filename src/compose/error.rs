//! Why a letter could not be written.

/// A letter that cannot be written. It concerns this letter only: others may still leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// A letter needs at least one reminder.
    #[error("there is nothing to remind {recipient} of")]
    NothingToSay {
        /// Who it would have been for.
        recipient: String,
    },
    /// The recipient's address cannot be used.
    #[error("no letter can be addressed to {recipient}: {why}")]
    Address {
        /// Who it would have been for.
        recipient: String,
        /// What is wrong with the address, and what would be right.
        why: String,
    },
    /// A template failed on this letter although it was right for the samples.
    #[error("the template {template}{}: {why}", line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Template {
        /// The template's name.
        template: String,
        /// The line of the mistake, from 1, if it is known.
        line: Option<u32>,
        /// What is wrong, and what would be right.
        why: String,
    },
    /// The parts could not be put together to a message.
    #[error("the letter to {recipient} could not be put together: {why}")]
    Message {
        /// Who it would have been for.
        recipient: String,
        /// What is wrong.
        why: String,
    },
}
