//! What was said.
