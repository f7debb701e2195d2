//! Into which file a report goes.

use std::path::Path;

use super::{Report, csv_file, docx, html, markdown, xlsx};
use crate::action::nearest;

/// The kinds of files that a report can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Word.
    Docx,
    /// Excel.
    Xlsx,
    /// A web page in one file.
    Html,
    /// Markdown.
    Markdown,
    /// Comma-separated values.
    Csv,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Docx, Self::Xlsx, Self::Html, Self::Markdown, Self::Csv];

    /// The ending of its files, which is also its name.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Csv => "csv",
        }
    }

    /// Whether it can be shown on a terminal.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(self, Self::Html | Self::Markdown | Self::Csv)
    }

    /// The format of this name. The error says which there are.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wanted = text.to_lowercase();
        let endings = Self::ALL.map(Self::ending);
        Self::ALL.into_iter().find(|format| format.ending() == wanted).ok_or_else(|| {
            let hint =
                nearest(&wanted, endings).map_or(String::new(), |near| format!(" Did you mean {near}?"));
            format!("A report cannot be written as \"{text}\".{hint} Write one of: {}.", endings.join(", "))
        })
    }

    /// The format that the ending of a file's name says.
    pub fn of(file: &Path) -> Result<Self, String> {
        match file.extension() {
            Some(ending) => Self::parse(&ending.to_string_lossy()),
            None => Err(format!(
                "{} has no ending that says its format. Write one of .docx, .xlsx, .html, .md and .csv, or --format.",
                file.display()
            )),
        }
    }
}

/// A report could not be written as a file of this kind.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The archive of a .docx file.
    #[error("the .docx file could not be put together: {0}")]
    Docx(#[from] zip::result::ZipError),
    /// The workbook.
    #[error("the workbook could not be put together: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// The CSV file.
    #[error("the .csv file could not be put together: {0}")]
    Csv(#[from] csv::Error),
    /// Memory ran out, or the like.
    #[error("the file could not be put together: {0}")]
    Io(#[from] std::io::Error),
}

/// The bytes of the report as a file of this format; the same report gives the same bytes.
pub fn write(report: &Report, format: Format) -> Result<Vec<u8>, WriteError> {
    match format {
        Format::Docx => docx::write(report),
        Format::Xlsx => xlsx::write(report),
        Format::Html => Ok(html::write(report).into_bytes()),
        Format::Markdown => Ok(markdown::write(report).into_bytes()),
        Format::Csv => csv_file::write(report),
    }
}
