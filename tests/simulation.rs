//! The daemon through years in seconds: random registers, edits, closures, outages, kills, restarts and clock steps, and
//! after each step the guarantees that the README states.
//!
//! The daemon is the real one, on a virtual clock, with a real state and a mail server in this process. What
//! has to be told is worked out beside it by an oracle (`world.rs`) that knows the rules and nothing of the
//! program. After each step:
//!
//! 1. Everything that was due is in the ledger, once, and nothing else. In the end each letter was taken, or was withdrawn
//!    because it had become untrue, or the secretariat was told that it could not be delivered.
//! 2. No letter is taken twice, unless the answer to the first one was lost, and then byte by byte; with an archive, none.
//! 3. One letter to an address at a send time, one more that tells what is closed, one that nobody answers for each that
//!    others get a copy of; weekly letters leave once a week, and nobody gets more in seven days than the maximum, while
//!    what is too much goes with the next letter, whatever has waited longest first.
//! 4. No letter leaves about an action that is closed in the register in force, but the one that tells so: once, to exactly
//!    those who were reminded since.
//! 5. A register or settings with errors, or one that lost most actions, changes nothing.
//! 6. No cell makes a header.
//!
//! Two thousand weeks are simulated, or as many as one likes; a seed that fails is printed, and one seed runs again
//! with everything that happens in it:
//!
//! ```text
//! RAPPEL_SIMULATION_WEEKS=100000 cargo test --test simulation
//! RAPPEL_SIMULATION_SEED=17 cargo test --test simulation
//! ```

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on ends")]

#[path = "simulation/check.rs"]
mod check;
mod common;
#[path = "simulation/dice.rs"]
mod dice;
#[path = "simulation/life.rs"]
mod life;
#[path = "simulation/relay.rs"]
mod relay;
#[path = "simulation/world.rs"]
mod world;

use std::{
    io::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicU64, Ordering},
};

use life::Life;

/// Weeks of one life.
const WEEKS: u64 = 40;

/// Weeks in all, unless the environment says otherwise.
const ALL: u64 = 2_000;

#[test]
fn the_guarantees_hold_through_thousands_of_weeks_of_trouble() {
    if let Some(seed) = number("RAPPEL_SIMULATION_SEED") {
        Life::live(seed, WEEKS, true);
        return;
    }
    let weeks = number("RAPPEL_SIMULATION_WEEKS").unwrap_or(ALL);
    let next = AtomicU64::new(0);
    let failed = AtomicU64::new(u64::MAX);
    let mut all = check::Tally::default();
    let work = || {
        let mut tally = check::Tally::default();
        loop {
            let seed = next.fetch_add(1, Ordering::SeqCst);
            if seed * WEEKS >= weeks || failed.load(Ordering::SeqCst) != u64::MAX {
                return tally;
            }
            match catch_unwind(AssertUnwindSafe(|| Life::live(seed, WEEKS, false))) {
                Ok(one) => tally.add(one),
                Err(_) => _ = failed.fetch_min(seed, Ordering::SeqCst),
            }
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            all.add(worker.join().unwrap());
        }
    });
    let seed = failed.load(Ordering::SeqCst);
    assert!(
        seed == u64::MAX,
        "seed {seed} failed; see it again with: RAPPEL_SIMULATION_SEED={seed} cargo test --test simulation"
    );
    say(&format!("{weeks} weeks: {all}"));
}

#[expect(clippy::disallowed_methods, reason = "the settings of the test, not of the program")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// Past the test runner, which keeps what a test prints unless it fails.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "simulation: {line}");
}
