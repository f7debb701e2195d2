//! What lies beside the sheets of a register, and which of them was probably meant by it.

use super::{
    columns::Sheet,
    problems::{Collector, Form, Source},
};
use strsim::levenshtein;

use crate::action::{fold, nearest};

/// A sheet, a CSV file or a TOML table that is not read.
pub(super) struct Left {
    pub(super) name: String,
    pub(super) source: Source,
    pub(super) line: u32,
    /// What it is, in a sentence.
    pub(super) said: String,
}

/// Tells what was left alone, and which sheet is most likely meant by it: of those that are missing, because a sheet beside
/// the right one is a copy. In a `.toml` register each entry names its table, and may do so wrongly beside the others.
pub(super) fn tell(left: Vec<Left>, is_there: impl Fn(Sheet) -> bool, problems: &mut Collector) {
    for Left { name, source, line, said } in left {
        let spot = if line > 0 { source.row(line) } else { source.whole() };
        let is_slip = |sheet: Sheet| levenshtein(&fold(&name), &fold(sheet.name())) == 1;
        let sheets = Sheet::ALL
            .into_iter()
            .filter(|sheet| !is_there(*sheet) || source.form == Form::Keys && is_slip(*sheet));
        match nearest(&name, sheets.map(Sheet::name)) {
            Some(near) => problems.warning(spot, || format!("{said} Did you mean {near}? Then rename it.")),
            None => problems.note(spot, || said),
        }
    }
}
