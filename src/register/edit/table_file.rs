//! A table that is no register, in a file of the same kinds: read, and edited in place.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    Edit, EditError, Prepared, Shape, csv_file, ods,
    place::{Editor, not_open_elsewhere},
    xlsx,
};
use crate::{
    office::{Kind, kind},
    register::{Limits, TextRow, gate, text_table},
};

/// A sheet of a workbook (`.xlsx`, `.ods`), or a `.csv` file, as it was when it was opened.
#[derive(Debug)]
pub struct TableFile {
    file: PathBuf,
    bytes: Vec<u8>,
    rows: Vec<TextRow>,
    shape: Shape,
    limits: Limits,
}

impl TableFile {
    /// Reads the file. A link is followed: what it points to is edited.
    ///
    /// # Errors
    /// When another program has the file open, when it cannot be read, or is no such file.
    pub fn open(path: &Path, shape: Shape, limits: &Limits) -> Result<Self, EditError> {
        let unreadable = |why: String| EditError::Unreadable { file: path.to_owned(), why };
        let file =
            fs::canonicalize(path).map_err(|error| unreadable(format!("It cannot be read: {error}.")))?;
        not_open_elsewhere(&file)?;
        let bytes = gate::bytes(&file, limits).map_err(unreadable)?;
        let rows = text_table::rows(&bytes, shape.sheet, limits).map_err(unreadable)?;
        Ok(Self { file, bytes, rows, shape, limits: *limits })
    }

    /// Its rows that hold anything.
    #[must_use]
    pub fn rows(&self) -> &[TextRow] {
        &self.rows
    }

    /// Whether it is a workbook; a `.csv` file otherwise.
    #[must_use]
    pub fn is_workbook(&self) -> bool {
        self.bytes.starts_with(b"PK")
    }

    /// The rows of another sheet of the workbook; none if it has no such sheet.
    #[must_use]
    pub fn other_sheet(&self, title: &str) -> Option<Vec<TextRow>> {
        self.is_workbook().then(|| text_table::rows(&self.bytes, title, &self.limits).ok()).flatten()
    }

    /// What the edits make of it, and the rows that it has then.
    ///
    /// # Errors
    /// When a cell cannot be changed, or what is to be written cannot stand in such a file.
    pub fn prepare(&self, edits: &[Edit]) -> Result<Prepared<Vec<TextRow>>, EditError> {
        self.prepare_with(edits, None)
    }

    /// The same with edits of another sheet.
    ///
    /// # Errors
    /// As [`Self::prepare`].
    pub fn prepare_with(
        &self,
        edits: &[Edit],
        other: Option<(&Shape, &[Edit])>,
    ) -> Result<Prepared<Vec<TextRow>>, EditError> {
        let mut edited = self.editor()(&self.bytes, edits, &self.shape, &self.limits)?;
        if let Some((shape, edits)) = other.filter(|(_, edits)| !edits.is_empty()) {
            let before = edited;
            edited = self.editor()(&before.bytes, edits, shape, &self.limits)?;
            edited.written.splice(..0, before.written);
        }
        let after = text_table::rows(&edited.bytes, self.shape.sheet, &self.limits);
        let after = after.map_err(EditError::Impossible)?;
        Ok(Prepared { file: self.file.clone(), before: self.bytes.clone(), edited, after })
    }

    fn editor(&self) -> Editor {
        match kind(&self.bytes, "workbook") {
            Ok(Kind::Ods) => Box::new(ods::edit),
            _ if self.is_workbook() => Box::new(xlsx::edit),
            _ => Box::new(csv_file::edit),
        }
    }
}
