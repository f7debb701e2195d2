//! What a durable letter costs: one commit each, and many in one commit.
//!
//! `cargo bench --bench store`. The folder is the system's temporary one (`TMPDIR`): on a memory file
//! system a flush costs nothing, so choose a real disk.

#![expect(clippy::unwrap_used, reason = "a measurement that fails may stop")]

use divan::{Bencher, counter::ItemsCount};
use jiff::Timestamp;
use rappel::{
    action::RecipientId,
    letter::{Envelope, Letter, LetterKind, Outcome, Reply},
    outbox::{self, Claimed, RetrySettings},
    store::{self, Store},
};
use rusqlite::Connection;
use tempfile::TempDir;

fn main() {
    divan::main();
}

struct Bench {
    store: Store,
    _dir: TempDir,
}

fn now() -> Timestamp {
    Timestamp::from_second(1_493_704_800).unwrap()
}

fn letter(n: u64) -> Letter {
    Letter {
        key: format!("{n:064x}"),
        kind: LetterKind::Reminder,
        recipient: RecipientId::person("Olivier Dubuisson"),
        envelope: Envelope { from: "tsb@example.int".to_owned(), to: "olivier@example.org".to_owned() },
        message_id: format!("{n:064x}@example.int"),
        subject: "17/06: nominate an ITU-T representative to IEC/SEG 8".to_owned(),
        bytes: vec![b'x'; 5_000],
    }
}

fn open() -> Bench {
    let dir = tempfile::tempdir().unwrap();
    store::init(dir.path(), now()).unwrap();
    Bench { store: store::open(dir.path()).unwrap(), _dir: dir }
}

fn enqueue(c: &Connection, from: u64, count: u64) -> rusqlite::Result<()> {
    (from..from + count).try_for_each(|n| outbox::enqueue(c, &letter(n), now(), now()).map(drop))
}

fn settle(c: &Connection, claimed: &[Claimed]) -> rusqlite::Result<()> {
    let outcome = Outcome::Accepted(Reply { code: Some(250), text: "queued".to_owned(), ..Reply::default() });
    claimed.iter().try_for_each(|letter| {
        outbox::settle(c, letter.id, letter.attempt, &outcome, now(), &RetrySettings::default())
    })
}

/// A write of a whole send time: all letters in one closure, one commit.
#[divan::bench(args = [1, 64, 256], sample_count = 40, sample_size = 1)]
fn enqueue_in_one_write(bencher: Bencher, letters: u64) {
    let bench = open();
    let mut next = 0;
    bencher.counter(ItemsCount::new(letters)).bench_local(|| {
        let from = next;
        next += letters;
        bench.store.write_blocking(move |c| enqueue(c, from, letters)).unwrap();
    });
}

/// Writes that come one by one and wait together: group commit.
#[divan::bench(args = [1, 8, 64, 256], sample_count = 40, sample_size = 1)]
fn settle_each_in_its_own_write(bencher: Bencher, letters: u32) {
    let bench = open();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut next = 0;
    bencher
        .counter(ItemsCount::new(letters))
        .with_inputs(|| {
            let from = next;
            next += u64::from(letters);
            claimed(&bench.store, from, letters)
        })
        .bench_local_values(|letters| {
            runtime.block_on(async {
                let writes: Vec<_> = letters
                    .into_iter()
                    .map(|letter| {
                        let store = bench.store.clone();
                        let write = async move { store.write(move |c| settle(c, &[letter])).await };
                        Box::pin(write)
                    })
                    .collect();
                for result in join(writes).await {
                    result.unwrap();
                }
            });
        });
}

/// Statements alone, inside one transaction that is not flushed.
#[divan::bench(sample_count = 40, sample_size = 1)]
fn claim_64_without_the_commit(bencher: Bencher) {
    let bench = open();
    bench.store.write_blocking(|c| enqueue(c, 0, 10_000)).unwrap();
    bencher.counter(ItemsCount::new(64u32)).bench_local(|| {
        // Rolled back: each round finds the same letters.
        let _ = bench.store.write_blocking(|c| {
            outbox::claim(c, 64, now(), &RetrySettings::default())?;
            Err::<(), _>(rusqlite::Error::InvalidQuery)
        });
    });
}

/// Statements alone, inside one transaction that is not flushed.
#[divan::bench(sample_count = 40, sample_size = 1)]
fn settle_64_without_the_commit(bencher: Bencher) {
    let bench = open();
    let letters = claimed(&bench.store, 0, 64);
    bencher.counter(ItemsCount::new(64u32)).with_inputs(|| letters.clone()).bench_local_values(|letters| {
        let _ = bench.store.write_blocking(move |c| {
            settle(c, &letters)?;
            Err::<(), _>(rusqlite::Error::InvalidQuery)
        });
    });
}

fn claimed(store: &Store, from: u64, letters: u32) -> Vec<Claimed> {
    store
        .write_blocking(move |c| {
            enqueue(c, from, u64::from(letters))?;
            outbox::claim(c, letters, now(), &RetrySettings::default())
        })
        .unwrap()
}

/// Polls all of them from the start, as a daemon's answers come in.
async fn join<F: Future + Unpin>(mut futures: Vec<F>) -> Vec<F::Output> {
    let mut done: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (future, slot) in futures.iter_mut().zip(&mut done) {
            if slot.is_none()
                && let std::task::Poll::Ready(value) = std::pin::Pin::new(future).poll(cx)
            {
                *slot = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
