//! Plain text, in any of the encodings in which it is saved.

use super::{
    Refused,
    lines::{Line, lay_out},
};
use crate::{minutes::document::Builder, office};

/// Reads a text file.
pub(super) fn read(bytes: &[u8], builder: &mut Builder) -> Result<(), Refused> {
    let text = decoded(bytes, builder)?;
    plain(&text, builder);
    Ok(())
}

/// Lays out a text.
pub(super) fn plain(text: &str, builder: &mut Builder) {
    let mut page = 1;
    let mut lines = Vec::new();
    let paged = text.contains('\u{c}');
    for (number, line) in (1..).zip(text.split('\n')) {
        // A form feed begins a page.
        page += u32::try_from(line.matches('\u{c}').count()).unwrap_or(0);
        let mut line = Line::of(&line.replace('\u{c}', ""), number);
        line.page = paged.then_some(page);
        lines.push(line);
    }
    lay_out(&lines, builder);
}

/// The text, with a note where its encoding could only be guessed.
pub(super) fn decoded(bytes: &[u8], builder: &mut Builder) -> Result<String, Refused> {
    let decoded = office::decode(bytes.to_vec()).map_err(|bad| {
        Refused::because(format!(
            "Line {} holds bytes that are no {} text. Save the file again as UTF-8.",
            bad.line, bad.encoding
        ))
    })?;
    if let Some(encoding) = decoded.guessed {
        builder
            .note(format!("The file is not UTF-8; it was read as {encoding}. Look at names with accents."));
    }
    Ok(decoded.text)
}
