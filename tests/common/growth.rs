//! How much longer something takes when there is more of it.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// How long may be taken for eight times as much: more than eight times as long for what is done once for each piece, and far
/// less than the 64 times of what looks through all the others for each.
const MOST: f64 = 24.0;

/// The seconds that this thread had a processor: other work on the machine does not count.
fn timed(work: impl FnOnce()) -> f64 {
    let worked = || {
        let now = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(now.tv_sec.cast_unsigned(), u32::try_from(now.tv_nsec).unwrap())
    };
    let begun = worked();
    work();
    worked().checked_sub(begun).unwrap().as_secs_f64()
}

/// Works with what is made of a size, and of eight times that, and fails if that took much more than eight times as long.
pub(crate) fn grows<T>(what: &str, size: usize, made: impl Fn(usize) -> T, work: impl Fn(&T)) {
    // What is made once, such as patterns, is made before.
    work(&made(size / 2));
    let of = |size: usize| {
        let one = made(size);
        timed(|| work(&one))
    };
    let (short, long) = (of(size), of(size * 8));
    assert!(long < short.mul_add(MOST, 0.01), "{what:?}: {short:.3} s became {long:.3} s");
}
