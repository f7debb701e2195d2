//! What the tests share.

#![allow(dead_code, unused_imports, unreachable_pub, reason = "each test program uses its own part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on ends")]

pub(crate) mod earlier;
pub(crate) mod office;
pub(crate) mod running;
pub(crate) mod smtp_server;
