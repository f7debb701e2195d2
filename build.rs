//! How the program is linked.

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if is_for_this_machine() && has_packed_addresses() {
        // The list of the forty thousand places of the program that hold an address, packed (RELR): nearly a megabyte less
        // to be read at each start, and to stay in memory.
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script in its environment what it builds for"
)]
fn is_for_this_machine() -> bool {
    std::env::var("TARGET") == std::env::var("HOST")
}

/// Whether programs for this machine may have such a list: the C library of GNU knows it since 2.36.
fn has_packed_addresses() -> bool {
    let version = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let version = version.map(|said| String::from_utf8_lossy(&said.stdout).into_owned()).unwrap_or_default();
    let mut numbers =
        version.trim().strip_prefix("glibc ").unwrap_or_default().split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= (2, 36),
        _ => false,
    }
}
