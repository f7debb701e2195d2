//! A reader on damaged files: no panic, no crash, no memory beyond the limit, and an end.
//!
//! Each kind of file is read in a process of its own with the memory that the settings allow, in which file after file is
//! damaged and read. `RAPPEL_FUZZ_SECONDS` says for how much of a processor's time (2 seconds in the ordinary suite, a minute in CI);
//! `RAPPEL_FUZZ_SEED` begins with another number, and a failure names the number that does it again. The dearest files are
//! said at the end, by what they cost for their size.

mod damage;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

pub(crate) use damage::{Dice, Pieces, damage, in_a_part};
use rustix::{
    process::{Resource, Rlimit, setrlimit},
    time::{ClockId, clock_gettime},
};

/// The memory that a reader may take, as the settings have it.
pub(crate) const MEMORY: u64 = 512 << 20;

/// How often is looked whether a file is read, and how often at the same one: for half a minute.
const LOOK: Duration = Duration::from_millis(50);
const MOST_LOOKS: u32 = 600;

/// What names the kind of file to the process that reads.
const KIND: &str = "RAPPEL_FUZZ_KIND";
/// And where it writes what it is at.
const AT: &str = "RAPPEL_FUZZ_AT";

fn number(name: &str, otherwise: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The processor time that was worked: other work on the machine does not count.
fn worked() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec.cast_unsigned(), u32::try_from(now.tv_nsec).unwrap())
}

/// Damages files of this kind and reads them, in another process that is watched: the (ignored) test of this name, which
/// calls [`until_the_time_is_over`].
pub(crate) fn fuzz(kind: &str, test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("at");
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(KIND, kind)
        .env(AT, &at)
        // The panics that a library has, and that are caught, would cost more than the files.
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.path().join("said")).unwrap())
        .spawn()
        .unwrap();
    let status = watched(&mut child, &at);
    let said = String::from_utf8_lossy(&fs::read(folder.path().join("said")).unwrap()).into_owned();
    let at = fs::read_to_string(&at).unwrap_or_default();
    if !status {
        let kept = folder.keep().join("damaged");
        panic!(
            "{kind}: RAPPEL_FUZZ_SEED={at} brings the reader down; the file is {}\n{said}",
            kept.display()
        );
    }
    println!("{kind}: {said}");
}

/// Whether the process ended well. One that has been at the same file for longer than a file may take is stopped. Counted
/// are the looks, not the time: of a machine that stands still meanwhile they cost one.
fn watched(child: &mut Child, at: &Path) -> bool {
    let (mut seen, mut looks) = (String::new(), 0);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.success();
        }
        let now = fs::read_to_string(at).unwrap_or_default();
        if now != seen {
            (seen, looks) = (now, 0);
        } else if looks == MOST_LOOKS {
            child.kill().unwrap();
            child.wait().unwrap();
            return false;
        }
        looks += 1;
        thread::sleep(LOOK);
    }
}

/// What is worth to be looked at twice, in seconds.
const DEAR: f64 = 0.1;

/// The seconds that the processor worked.
fn timed(work: impl FnOnce()) -> f64 {
    let begun = worked();
    work();
    worked().checked_sub(begun).unwrap().as_secs_f64()
}

/// What a file cost: seconds for each KB, and for all of it, its size, and the number of its damage.
type Cost = (f64, f64, usize, u64);

/// Reads file after file until the time is over. `damaged` makes a file from the kind and the dice; `read` says whether it
/// could be read.
pub(crate) fn until_the_time_is_over<F>(
    mut damaged: impl FnMut(&str, &mut Dice) -> F,
    mut read: impl FnMut(&F) -> bool,
) where
    F: AsRef<[u8]>,
{
    let Ok(kind) = env::var(KIND) else { return };
    let at = PathBuf::from(env::var_os(AT).unwrap());
    let limit = Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    setrlimit(Resource::As, limit).unwrap();
    let end = worked() + Duration::from_secs(number("RAPPEL_FUZZ_SECONDS", 2));
    let first = number("RAPPEL_FUZZ_SEED", 1);
    let (mut well, mut seed) = (0_u32, first);
    let mut costs: Vec<Cost> = Vec::new();
    loop {
        fs::write(&at, seed.to_string()).unwrap();
        let file = damaged(&kind, &mut Dice::new(seed));
        let size = file.as_ref().len();
        fs::write(at.with_file_name("damaged"), &file).unwrap();
        let mut is_read = false;
        let mut cost = timed(|| is_read = read(&file));
        if cost > DEAR {
            // What is made once, such as the patterns, is made by now.
            cost = cost.min(timed(|| is_read = read(&file)));
        }
        well += u32::from(is_read);
        #[expect(clippy::cast_precision_loss, reason = "a few MB")]
        costs.push((cost / (size as f64 / 1_000.0 + 4.0), cost, size, seed));
        seed += 1;
        if costs.len() > 4096 {
            dearest(&mut costs);
        }
        if worked() > end {
            break;
        }
    }
    // One file is read where a failure is looked into; of many some have to be good enough.
    assert!(well > 0 || seed - first < 10, "none of {} damaged files was read", seed - first);
    dearest(&mut costs);
    eprintln!("{} damaged files, {well} of them read", seed - first);
    for (per_kb, cost, size, seed) in costs {
        eprintln!(
            "RAPPEL_FUZZ_SEED={seed}: {:.1} ms for each KB, {cost:.2} s for {size} bytes",
            per_kb * 1e3
        );
    }
}

/// The dearest ten.
fn dearest(costs: &mut Vec<Cost>) {
    costs.sort_by(|one, other| other.0.total_cmp(&one.0));
    costs.truncate(10);
}
