//! What a long text costs: as much more as it is longer, also where nothing in it ends.

use std::time::Duration;

use rappel::minutes::{self, Limits};
use rustix::time::{ClockId, clock_gettime};

use crate::{fuzz::pieces, support::find};

/// How long the rules may take on a text that is eight times as long: more than eight times as long for what is done once
/// for each sentence, and far less than the 64 times of what looks through the rest from every place.
const MOST: f64 = 24.0;

/// The time that a thread had a processor: other work on the machine does not count.
fn worked() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.cast_unsigned(), u32::try_from(now.tv_nsec).unwrap())
}

fn cost(piece: &str, length: usize) -> f64 {
    // A letter with an accent keeps a search from the fast way that only ASCII has.
    let text = format!(
        "Report of the meeting of the group, Genève\n\nMme Modelo {}\n",
        piece.repeat(length / piece.len())
    );
    let begun = worked();
    let document = minutes::read("report.txt", text.as_bytes(), &Limits::default()).unwrap();
    find(&document);
    worked().checked_sub(begun).unwrap().as_secs_f64()
}

#[test]
fn a_text_that_is_eight_times_as_long_takes_about_eight_times_as_long() {
    let sentences = [
        "the report of the meeting of the ",
        "SG17, SG13 and ISO/TC 307, ",
        "Mr. A. Muster (TSB) to send it to Ms. B. Modelo by ",
        "invite à réserver une salle pour la réunion de mars et à ",
        "просит ИК 17 направить ответ и ",
        "请第17研究组",
        "يدعو لجنة الدراسات 17 إلى ",
        "(see (in ",
        "e.g. No. ",
        "- ",
        "A",
        "| | what |\n",
        "   who   what\n",
        "| a | b |\n\n",
    ];
    // What is made once, such as the patterns, is made before.
    for piece in sentences.into_iter().chain(pieces("txt").iter().copied()) {
        cost(piece, 2_000);
        let (short, long) = (cost(piece, 4_000), cost(piece, 32_000));
        assert!(long < short.mul_add(MOST, 0.05), "{piece:?}: {short:.3} s became {long:.3} s");
    }
}
