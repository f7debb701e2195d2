//! A state that is damaged, empty or gone.

use std::{fs, path::Path};

use crate::desk::{Desk, PEOPLE};

/// Bits that are turned over, one at a time.
const FLIPS: u64 = 400;

/// A state in which everything was told, and which nobody has open.
fn told() -> Desk {
    let desk = Desk::ready();
    desk.once().well();
    desk.everything_left_once("before the damage");
    desk
}

/// The program refuses, says about which file and what to do, sends nothing and leaves the file as it is.
fn refuses(desk: &Desk, case: &str) {
    let before = fs::read(desk.database()).ok();
    let ran = desk.once();
    let error = ran.failed(1);
    assert!(error.contains("rappel.db"), "{case}: {error}");
    assert!(error.to_lowercase().contains("restore"), "{case}: {error}");
    assert_eq!(desk.server.letters().len(), PEOPLE, "{case}: something was sent");
    assert_eq!(fs::read(desk.database()).ok(), before, "{case}: the file was changed");
}

#[test]
fn a_database_that_was_cut_short_is_refused_wherever_it_was_cut() {
    let desk = told();
    let whole = fs::read(desk.database()).unwrap();
    let pages = whole.len() / 4096;
    for page in (0..pages).step_by(5) {
        for end in [page * 4096, page * 4096 + 1000] {
            if end == 0 {
                continue;
            }
            fs::write(desk.database(), &whole[..end]).unwrap();
            refuses(&desk, &format!("cut after {end} of {} bytes", whole.len()));
        }
    }
    fs::write(desk.database(), &whole).unwrap();
    desk.once().well();
    assert_eq!(desk.server.letters().len(), PEOPLE);
}

#[test]
fn an_empty_or_missing_database_is_not_taken_for_a_new_state() {
    let desk = told();
    fs::write(desk.database(), "").unwrap();
    refuses(&desk, "empty");
    fs::remove_file(desk.database()).unwrap();
    refuses(&desk, "missing");
    fs::write(desk.database(), vec![0; 40_960]).unwrap();
    refuses(&desk, "zeros");
}

#[test]
fn a_bit_that_turned_over_is_found_or_makes_nothing_be_told_twice() {
    let desk = told();
    let whole = fs::read(desk.database()).unwrap();
    let mut found = 0;
    for n in 0..FLIPS {
        let at = scattered(n) % whole.len();
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << (n % 8);
        replace(&desk.database(), &damaged);
        let ran = desk.once();
        let case = format!("bit {} of byte {at} turned over", n % 8);
        match ran.code {
            0 | 5 => {}
            1 => {
                found += 1;
                assert!(ran.err.contains("rappel.db"), "{case}: {}", ran.err);
            }
            _ => panic!("{case}: {} {}", ran.code, ran.err),
        }
        assert_eq!(desk.server.letters().len(), PEOPLE, "{case}: something was sent again");
    }
    assert!(found > 0, "no damage was found at all");
}

#[test]
fn a_page_of_zeros_is_found_or_makes_nothing_be_told_twice() {
    let desk = told();
    let whole = fs::read(desk.database()).unwrap();
    let pages = whole.len() / 4096;
    let mut escaped = 0;
    for page in 0..pages {
        let mut damaged = whole.clone();
        damaged[page * 4096..(page + 1) * 4096].fill(0);
        if damaged == whole {
            continue;
        }
        replace(&desk.database(), &damaged);
        let ran = desk.once();
        assert!([0, 1, 5].contains(&ran.code), "page {page}: {} {}", ran.code, ran.err);
        escaped += usize::from(ran.code != 1);
        assert_eq!(desk.server.letters().len(), PEOPLE, "page {page}: something was sent again");
    }
    // SQLite does not check what is in the middle of a message: one page of each letter.
    assert!(escaped <= PEOPLE, "{escaped} of {pages} pages of zeros were not found");
}

fn replace(database: &Path, bytes: &[u8]) {
    for companion in ["rappel.db-wal", "rappel.db-shm"] {
        let _ = fs::remove_file(database.with_file_name(companion));
    }
    fs::write(database, bytes).unwrap();
}

/// The n-th of a sequence of numbers that look random (`SplitMix64`).
fn scattered(n: u64) -> usize {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((z ^ (z >> 31)) >> 8).unwrap()
}
