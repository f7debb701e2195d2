//! Who holds a seat, as a report says it.

use super::Evidence;
use crate::action::Seat;

/// That a report names who holds a seat. The register needs an address beside the name, which no report prints: the
/// secretariat adds both to its sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seated {
    /// The seat.
    pub seat: Seat,
    /// The name, without title.
    pub name: String,
    /// The organization behind the name, with its country: "Orange, France".
    pub organization: Option<String>,
    /// Where it is said.
    pub evidence: Evidence,
}
