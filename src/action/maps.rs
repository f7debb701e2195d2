//! Maps and sets of what a register says, which are looked into several times for each action.
//!
//! Keys are hashed with foldhash instead of `SipHash`, seeded anew by each process: a register is written by the secretariat,
//! so that nobody gains by keys that collide, and a look into a map takes half the time.

use foldhash::fast::RandomState;

/// As that of the standard library; `HashMap::default()` makes an empty one.
pub type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;

/// As that of the standard library; `HashSet::default()` makes an empty one.
pub type HashSet<T> = std::collections::HashSet<T, RandomState>;
