//! A disk that is full, cannot be written, fails, loses power or has damaged the state; two daemons on one state: nothing is
//! sent that is not recorded, nothing twice, the error says what to do, and afterwards everything leaves.
//!
//! As root, disks of a megabyte or so are mounted in memory. Elsewhere a limit on the size of files stands for the
//! full disk, and what needs a mount, or a tool that is not there, says `skipped ...`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::format_push_string,
    reason = "a test that cannot go on ends"
)]

mod common;
#[path = "disk/damage.rs"]
mod damage;
#[path = "disk/desk.rs"]
mod desk;
#[path = "disk/failing.rs"]
mod failing;
#[path = "disk/full.rs"]
mod full;
#[path = "disk/holders.rs"]
mod holders;
#[path = "disk/maildir.rs"]
mod maildir;
#[path = "disk/power.rs"]
mod power;
#[path = "disk/volume.rs"]
mod volume;
