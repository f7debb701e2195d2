//! Texts that many rows say.

use std::sync::Arc;

use crate::action::maps::HashSet;

/// Texts that many rows say: each is kept once.
#[derive(Debug, Default)]
pub(super) struct Shared(HashSet<Arc<str>>);

impl Shared {
    /// The one that is the same as `text`.
    pub(super) fn text(&mut self, text: String) -> Arc<str> {
        if let Some(known) = self.0.get(text.as_str()) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.0.insert(Arc::clone(&new));
        new
    }
}
