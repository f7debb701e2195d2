//! The languages that letters are written in: the six official ones of the United Nations.

use std::fmt;

use super::{did_you_mean, fold};

/// A language of letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// Arabic, written from right to left.
    Arabic,
    /// Chinese, in simplified characters.
    Chinese,
    /// English, as it is written in Geneva.
    #[default]
    English,
    /// French.
    French,
    /// Russian.
    Russian,
    /// Spanish.
    Spanish,
}

impl Language {
    /// All of them, in the order in which the United Nations list them.
    pub const ALL: [Self; 6] =
        [Self::Arabic, Self::Chinese, Self::English, Self::French, Self::Russian, Self::Spanish];

    /// Its code (ISO 639-1), which is also its tag in a letter (BCP 47) and its folder of templates.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Arabic => "ar",
            Self::Chinese => "zh",
            Self::English => "en",
            Self::French => "fr",
            Self::Russian => "ru",
            Self::Spanish => "es",
        }
    }

    /// Its English name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Arabic => "Arabic",
            Self::Chinese => "Chinese",
            Self::English => "English",
            Self::French => "French",
            Self::Russian => "Russian",
            Self::Spanish => "Spanish",
        }
    }

    /// Whether it is written from right to left.
    #[must_use]
    pub fn is_right_to_left(self) -> bool {
        matches!(self, Self::Arabic)
    }

    /// What it calls itself.
    fn own_name(self) -> &'static str {
        match self {
            Self::Arabic => "العربية",
            Self::Chinese => "中文",
            Self::English => "English",
            Self::French => "français",
            Self::Russian => "русский",
            Self::Spanish => "español",
        }
    }

    /// The language of this code, English name or own name, in any case. The error is a sentence that says
    /// what is wrong and what would be right.
    pub fn parse(text: &str) -> Result<Self, LanguagesError> {
        let folded = fold(text);
        let is_it = |language: &Self| {
            folded == language.code()
                || [language.name(), language.own_name()].iter().any(|name| folded == fold(name))
        };
        Self::ALL.into_iter().find(is_it).ok_or_else(|| LanguagesError::Unknown { text: text.to_owned() })
    }
}

/// The code.
impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The language of somebody's letters, or the two languages of letters that say everything twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Languages {
    /// The language, or the one that comes first.
    pub first: Language,
    /// The other one.
    pub second: Option<Language>,
}

impl Languages {
    /// Reads "fr", "French" or, for both in one letter, "fr, en".
    pub fn parse(text: &str) -> Result<Self, LanguagesError> {
        let mut found = Vec::new();
        for part in text.split([',', ';', '/', '+']).map(str::trim).filter(|part| !part.is_empty()) {
            found.push(Language::parse(part)?);
        }
        match found.as_slice() {
            [first] => Ok(Self { first: *first, second: None }),
            [first, second] if first != second => Ok(Self { first: *first, second: Some(*second) }),
            [first, _] => Err(LanguagesError::Twice { language: *first }),
            _ => Err(LanguagesError::Many { text: text.to_owned() }),
        }
    }
}

impl From<Language> for Languages {
    fn from(first: Language) -> Self {
        Self { first, second: None }
    }
}

/// The codes: "fr", "fr, en".
impl fmt::Display for Languages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)?;
        self.second.map_or(Ok(()), |second| write!(f, ", {second}"))
    }
}

/// Why a text names no language of letters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LanguagesError {
    /// It is none of the six.
    #[error(
        "\"{text}\" is not a language of letters{} Write ar, zh, en, fr, ru or es, or the English name.",
        hint(text)
    )]
    Unknown {
        /// What was written.
        text: String,
    },
    /// It names one language twice.
    #[error("{} is there twice. Write it once, or another language beside it.", language.name())]
    Twice {
        /// Which.
        language: Language,
    },
    /// It names no language, or more than two.
    #[error(
        "\"{text}\" does not name one or two languages. Write one, as in fr, or two for letters in both, as in fr, en."
    )]
    Many {
        /// What was written.
        text: String,
    },
}

fn hint(text: &str) -> String {
    did_you_mean(text, Language::ALL.iter().map(|language| language.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_read_by_its_code_or_name_and_a_second_one_beside_it() {
        for language in Language::ALL {
            for text in
                [language.code(), language.name(), language.own_name(), &language.code().to_uppercase()]
            {
                assert_eq!(Languages::parse(text).unwrap(), language.into());
            }
        }
        for text in ["fr, en", "French;English", " FR / en "] {
            assert_eq!(Languages::parse(text).unwrap().to_string(), "fr, en", "{text}");
        }
    }

    #[test]
    fn what_is_no_language_is_told_with_what_would_be_right() {
        let why = |text: &str| Languages::parse(text).unwrap_err().to_string();
        assert_eq!(
            why("Frensh"),
            "\"Frensh\" is not a language of letters; did you mean French? Write ar, zh, en, fr, ru or es, or \
             the English name."
        );
        assert!(why("fr, de").starts_with("\"de\" is not a language of letters."));
        assert!(why("fr, French").starts_with("French is there twice."));
        assert!(why("fr, en, es").contains("does not name one or two languages."));
    }
}
