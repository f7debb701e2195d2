//! The sorts of letters, each of which has templates of its name.

/// What a letter is rendered from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Sort {
    Reminder,
    Moved,
    Welcome,
    Escalation,
    Digest,
    Closed,
    Correction,
    Problems,
    Notice,
    Test,
}

impl Sort {
    pub(crate) const ALL: [Self; 10] = [
        Self::Reminder,
        Self::Moved,
        Self::Welcome,
        Self::Escalation,
        Self::Digest,
        Self::Closed,
        Self::Correction,
        Self::Problems,
        Self::Notice,
        Self::Test,
    ];

    /// Those that are written in the recipient's language.
    pub(super) const TRANSLATED: [Self; 8] = [
        Self::Reminder,
        Self::Moved,
        Self::Welcome,
        Self::Escalation,
        Self::Digest,
        Self::Closed,
        Self::Correction,
        Self::Test,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::Moved => "moved",
            Self::Welcome => "welcome",
            Self::Escalation => "escalation",
            Self::Digest => "digest",
            Self::Closed => "closed",
            Self::Correction => "correction",
            Self::Problems => "problems",
            Self::Notice => "notice",
            Self::Test => "test",
        }
    }

    /// Several letters of it, for people.
    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Reminder => "reminders",
            Self::Moved => "letters about moved deadlines",
            Self::Welcome => "letters of welcome",
            Self::Escalation => "letters that nobody answered",
            Self::Digest => "digests",
            Self::Closed => "letters about closed actions",
            Self::Correction => "corrections",
            Self::Problems => "lists of problems",
            Self::Notice => "notices",
            Self::Test => "test letters",
        }
    }

    /// Whether the template of this name in the folder of a language says what the letter says.
    pub(super) fn is_worded_by(self, short: &str) -> bool {
        match short {
            "words.txt" => Self::TRANSLATED.contains(&self),
            "phrases.txt" => Self::TRANSLATED.contains(&self) && self != Self::Test,
            "facts.txt" | "facts.html" => {
                Self::TRANSLATED.contains(&self) && !matches!(self, Self::Closed | Self::Test)
            }
            // A letter about a moved deadline, a new seat or no answer is a reminder with another opening and subject.
            "reminder.txt" | "reminder.html" => {
                matches!(self, Self::Reminder | Self::Moved | Self::Welcome | Self::Escalation)
            }
            _ => short.strip_prefix(self.name()).is_some_and(|rest| rest.starts_with('.')),
        }
    }
}

/// The template of a part of a letter: "reminder.subject.txt".
pub(crate) fn part_name(sort: Sort, part: &str) -> String {
    format!("{}.{part}", sort.name())
}
