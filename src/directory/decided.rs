//! The register together with what was decided beside it.

use std::{collections::BTreeMap, sync::Arc};

use super::Directory;
use crate::{
    action::{Action, ActionId, alike},
    decision::{Decision, Standing, overlay},
};

/// A decision about a row that is in the register, and how it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// What was decided.
    pub decision: Decision,
    /// How it stands.
    pub standing: Standing,
    /// What the register says about it.
    pub written: String,
}

impl Decided {
    /// Whether the register says something else than what counts.
    #[must_use]
    pub fn differs(&self) -> bool {
        matches!(self.standing, Standing::Holds | Standing::Impossible)
    }
}

impl Directory {
    /// The same register under these decisions, instead of those of before. Decisions about rows that are not in
    /// it are left alone: the rows may come back.
    pub fn decide(&mut self, decisions: Vec<Decision>) {
        if decisions.is_empty() && self.written.is_empty() {
            self.decided.clear();
            self.decided_about.clear();
            return;
        }
        let mut by_row: BTreeMap<usize, Vec<Decision>> = BTreeMap::new();
        for decision in decisions {
            if let Some(row) = self.row(&decision.action) {
                by_row.entry(row).or_default().push(decision);
            }
        }
        let mut actions = Vec::with_capacity(by_row.len() + self.written.len());
        actions.extend(std::mem::take(&mut self.written));
        let register = Arc::make_mut(&mut self.register);
        for (row, action) in actions {
            register.actions[row] = action;
        }
        let knows = |name: &str| self.people.contains_key(&alike(name));
        self.decided.clear();
        self.decided_about.clear();
        for (row, decisions) in by_row {
            let all: Vec<_> = decisions.iter().collect();
            let overlaid = overlay(&register.actions[row], &all, &knows);
            let written = std::mem::replace(&mut register.actions[row], overlaid.action);
            let stand = decisions.into_iter().zip(overlaid.standings).map(|(decision, standing)| {
                let said = decision.change.subject().written(&written);
                Decided { decision, standing, written: said }
            });
            let before = self.decided.len();
            self.decided.extend(stand);
            self.decided_about.insert(written.id(), before..self.decided.len());
            self.written.insert(row, written);
        }
    }

    /// What was decided beside the register about rows that are in it, in their order.
    pub fn decided(&self) -> &[Decided] {
        &self.decided
    }

    /// What was decided beside the register about one action.
    pub fn decided_about(&self, id: &ActionId) -> impl Iterator<Item = &Decided> {
        let theirs = self.decided_about.get(id).and_then(|range| self.decided.get(range.clone()));
        theirs.unwrap_or_default().iter()
    }

    /// The action as the register has it, whatever was decided about it.
    pub fn as_written(&self, id: &ActionId) -> Option<&Action> {
        let row = self.row(id)?;
        self.written.get(&row).or_else(|| self.register.actions.get(row))
    }
}
