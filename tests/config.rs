//! Settings: one file per mistake with what is said about it beside it, the layers, and that no
//! file whatsoever makes a panic or settings that are nonsense.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod config {
    mod defaults;
    mod layers;
    mod mistakes;
    mod nonsense;
    mod templates;
    mod workplace;
}
