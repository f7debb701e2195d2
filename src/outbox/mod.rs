//! Letters on their way.
