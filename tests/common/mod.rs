//! What the tests share.

#![allow(dead_code, reason = "each test program uses its own part")]

pub mod office;
pub mod smtp_server;
