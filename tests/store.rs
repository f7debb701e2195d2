//! The state's file: what opens, what is refused, and what a write means.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
};

use jiff::Timestamp;
use rappel::store::{self, Store, StoreError};
use rusqlite::Connection;
use tempfile::TempDir;

fn folder() -> (TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("state");
    (temp, dir)
}

fn fresh() -> (TempDir, PathBuf) {
    let (temp, dir) = folder();
    store::init(&dir, Timestamp::UNIX_EPOCH).unwrap();
    (temp, dir)
}

fn put(store: &Store, name: &'static str) -> Result<usize, StoreError> {
    store.write_blocking(move |c| insert(c, name))
}

fn insert(c: &Connection, name: &str) -> rusqlite::Result<usize> {
    c.execute("INSERT INTO fact VALUES (?1, 'x')", [name])
}

fn names(c: &Connection) -> rusqlite::Result<Vec<String>> {
    c.prepare("SELECT name FROM fact ORDER BY name")?.query_map([], |row| row.get(0))?.collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

// Nothing is created by accident, and nothing doubtful is opened.

#[test]
fn a_new_state_is_for_its_owner_only() {
    let (_temp, dir) = fresh();
    let store = store::open(&dir).unwrap();
    put(&store, "a").unwrap();
    assert_eq!(mode(&dir), 0o700);
    for entry in fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_new_state_knows_when_it_was_created() {
    let (_temp, dir) = folder();
    let now = "2017-05-02T06:00:00.123456Z".parse().unwrap();
    store::init(&dir, now).unwrap();
    assert_eq!(store::open(&dir).unwrap().read(store::created).unwrap(), now);
}

#[test]
fn init_refuses_where_there_is_a_database() {
    let (_temp, dir) = fresh();
    put(&store::open(&dir).unwrap(), "a").unwrap();
    let error = store::init(&dir, Timestamp::UNIX_EPOCH).unwrap_err();
    assert!(matches!(error, StoreError::AlreadyThere { .. }), "{error}");
    assert_eq!(store::open(&dir).unwrap().read(names).unwrap(), ["a"]);
}

#[test]
fn init_refuses_even_an_empty_database() {
    let (_temp, dir) = fresh();
    fs::write(dir.join("rappel.db"), "").unwrap();
    let error = store::init(&dir, Timestamp::UNIX_EPOCH).unwrap_err();
    assert!(matches!(error, StoreError::AlreadyThere { .. }), "{error}");
}

#[test]
fn an_init_that_was_killed_can_be_done_again() {
    let (_temp, dir) = folder();
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("rappel.db.new"), "half").unwrap();
    fs::write(dir.join("rappel.db.new-wal"), "half").unwrap();
    store::init(&dir, Timestamp::UNIX_EPOCH).unwrap();
    store::open(&dir).unwrap();
}

#[test]
fn a_missing_folder_is_said_to_be_missing_and_stays_so() {
    let (_temp, dir) = folder();
    let error = store::open(&dir).unwrap_err();
    assert!(matches!(error, StoreError::NoFolder { .. }), "{error}");
    assert!(error.to_string().contains("rappel init"), "{error}");
    assert!(!dir.exists());
}

#[test]
fn a_missing_database_is_not_made_anew() {
    let (_temp, dir) = fresh();
    fs::remove_file(dir.join("rappel.db")).unwrap();
    let error = store::open(&dir).unwrap_err();
    assert!(matches!(error, StoreError::NoDatabase { .. }), "{error}");
    assert!(!dir.join("rappel.db").exists());
}

#[test]
fn an_empty_database_is_not_a_fresh_start() {
    let (_temp, dir) = fresh();
    fs::write(dir.join("rappel.db"), "").unwrap();
    for error in [store::open(&dir).unwrap_err(), store::open_reader(&dir).unwrap_err()] {
        assert!(matches!(error, StoreError::EmptyDatabase { .. }), "{error}");
        assert!(error.to_string().contains("rappel.db"), "{error}");
    }
    assert_eq!(fs::metadata(dir.join("rappel.db")).unwrap().len(), 0);
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let (_temp, dir) = fresh();
    for content in ["short", "a text that is longer than the header of a database would be"] {
        fs::write(dir.join("rappel.db"), content).unwrap();
        let error = store::open(&dir).unwrap_err();
        assert!(matches!(error, StoreError::NotADatabase { .. }), "{error}");
    }
}

#[test]
fn a_database_of_another_program_is_refused_and_left_as_it_is() {
    let (_temp, dir) = folder();
    fs::create_dir(&dir).unwrap();
    Connection::open(dir.join("rappel.db")).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let error = store::open(&dir).unwrap_err();
    assert!(matches!(error, StoreError::NotOurs { .. }), "{error}");
    let tables = "SELECT count(*) FROM sqlite_master";
    let c = Connection::open(dir.join("rappel.db")).unwrap();
    assert_eq!(c.query_row(tables, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
}

#[test]
fn a_newer_schema_is_refused_by_name() {
    let (_temp, dir) = fresh();
    let c = Connection::open(dir.join("rappel.db")).unwrap();
    c.pragma_update(None, "user_version", 99).unwrap();
    drop(c);
    let error = store::open(&dir).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{error}");
    assert!(error.to_string().contains("version 99"), "{error}");
}

#[test]
fn a_reader_leaves_the_migration_to_the_owner() {
    let (_temp, dir) = fresh();
    let c = Connection::open(dir.join("rappel.db")).unwrap();
    c.pragma_update(None, "user_version", 0).unwrap();
    drop(c);
    let error = store::open_reader(&dir).unwrap_err();
    assert!(matches!(error, StoreError::Older { found: 0, .. }), "{error}");
}

#[test]
fn damage_on_any_page_is_found_at_the_start() {
    let (_temp, dir) = fresh();
    let store = store::open(&dir).unwrap();
    store
        .write_blocking(|c| (0..500).try_for_each(|n| insert(c, &format!("fact number {n}")).map(drop)))
        .unwrap();
    drop(store);
    let file = dir.join("rappel.db");
    let whole = fs::read(&file).unwrap();
    let pages = whole.len() / 4096;
    assert!(pages > 10);
    for page in 1..pages {
        let mut damaged = whole.clone();
        damaged[page * 4096..(page + 1) * 4096].fill(0xA5);
        fs::write(&file, &damaged).unwrap();
        let error = store::open(&dir).expect_err(&format!("page {page} was overwritten"));
        assert!(matches!(error, StoreError::Damaged { .. }), "page {page}: {error}");
        assert_eq!(fs::read(&file).unwrap(), damaged, "a damaged file is evidence");
    }
}

#[test]
fn a_truncated_database_is_found_at_the_start() {
    let (_temp, dir) = fresh();
    let file = dir.join("rappel.db");
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let error = store::open(&dir).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

// One process at a time.

#[test]
fn the_second_opener_is_told_which_process_has_it() {
    let (_temp, dir) = fresh();
    let first = store::open(&dir).unwrap();
    let error = store::open(&dir).unwrap_err();
    assert!(matches!(error, StoreError::Locked { pid: Some(pid), .. } if pid == std::process::id()));
    assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
    assert_eq!(store::lock_holder(&dir), Some(std::process::id()));

    drop(first);
    assert_eq!(store::lock_holder(&dir), None);
    store::open(&dir).unwrap();
}

#[test]
fn what_a_killed_process_left_in_the_lock_file_is_no_holder() {
    let (_temp, dir) = fresh();
    fs::write(dir.join("lock"), "4711\n").unwrap();
    assert_eq!(store::lock_holder(&dir), None);
    store::open(&dir).unwrap();
}

#[test]
fn the_lock_of_a_killed_process_is_free() {
    let (_temp, dir) = fresh();
    let mut child = std::process::Command::new("flock")
        .arg(dir.join("lock"))
        .args(["sh", "-c", "echo $$ > \"$0\"; echo ready; exec sleep 600"])
        .arg(dir.join("lock"))
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut ready)
        .unwrap();
    let holder = store::lock_holder(&dir).unwrap();
    let error = store::open(&dir).unwrap_err();
    assert!(matches!(error, StoreError::Locked { pid: Some(pid), .. } if pid == holder), "{error}");

    let kill = |pid: u32| std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
    kill(holder);
    child.kill().unwrap();
    child.wait().unwrap();
    store::open(&dir).unwrap();
}

// What a write means.

type Work = Box<dyn FnOnce(&Connection) -> rusqlite::Result<()> + Send>;

/// Holds the writer's thread until the sender is dropped, so that what is written meanwhile waits.
fn hold(store: &Store) -> (mpsc::Sender<()>, thread::JoinHandle<()>) {
    let (release, wait) = mpsc::channel::<()>();
    let (started, running) = mpsc::channel();
    let store = store.clone();
    let holder = thread::spawn(move || {
        // Its own answer is that of the whole batch, which may be made to fail.
        let _ = store.write_blocking(move |_| {
            started.send(()).unwrap();
            let _ = wait.recv();
            Ok(())
        });
    });
    running.recv().unwrap();
    (release, holder)
}

/// Queues `works` behind a write that is held, lets go, and gives what each was answered.
fn together(store: &Store, works: Vec<Work>) -> Vec<Result<(), StoreError>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (release, holder) = hold(store);
    let answers = runtime.block_on(async {
        let mut waiting: Vec<_> = works.into_iter().map(|work| Box::pin(store.write(work))).collect();
        for write in &mut waiting {
            // The first poll queues it.
            let queued = std::future::poll_fn(|cx| std::task::Poll::Ready(write.as_mut().poll(cx))).await;
            assert!(queued.is_pending());
        }
        drop(release);
        let mut answers = Vec::new();
        for write in waiting {
            answers.push(write.await);
        }
        answers
    });
    holder.join().unwrap();
    answers
}

#[test]
fn writes_that_wait_share_one_commit() {
    let (_temp, dir) = fresh();
    let store = store::open(&dir).unwrap();
    let works = (0..100).map(|n| -> Work { Box::new(move |c| insert(c, &format!("{n:03}")).map(drop)) });
    let answers = together(&store, works.collect());
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(store.read(names).unwrap().len(), 100);
    assert_eq!(store.commits(), 1, "the write that was held and all behind it");
}

#[test]
fn one_write_that_fails_or_panics_harms_no_other() {
    let (_temp, dir) = fresh();
    let store = store::open(&dir).unwrap();
    let answers = together(
        &store,
        vec![
            Box::new(|c| insert(c, "before").map(drop)),
            Box::new(|c| {
                insert(c, "half")?;
                insert(c, "half").map(drop)
            }),
            Box::new(|c| {
                insert(c, "lost")?;
                panic!("a poisoned row")
            }),
            Box::new(|c| insert(c, "after").map(drop)),
        ],
    );
    assert!(matches!(answers[1], Err(StoreError::Failed(_))));
    assert!(matches!(&answers[2], Err(StoreError::Panicked(why)) if why == "a poisoned row"));
    assert!(answers[0].is_ok() && answers[3].is_ok());
    assert_eq!(store.read(names).unwrap(), ["after", "before"]);
}

#[test]
fn a_failed_commit_is_told_to_every_write_of_it_and_the_next_one_works() {
    let (_temp, dir) = fresh();
    let store = store::open(&dir).unwrap();
    // Neither before nor after it does SQLite move the log by itself, where nobody would learn that it failed.
    let moves_by_itself = || {
        store
            .write_blocking(|c| c.query_row("PRAGMA wal_autocheckpoint", [], |row| row.get::<_, u32>(0)))
            .unwrap()
    };
    assert_eq!(moves_by_itself(), 0);
    let log = || fs::metadata(dir.join("rappel.db-wal")).unwrap().len();
    for number in 0..20 {
        store.write_blocking(move |c| insert(c, &format!("before {number}"))).unwrap();
    }
    let before = log();
    let answers = together(
        &store,
        vec![
            Box::new(|c| insert(c, "innocent").map(drop)),
            Box::new(|c| {
                // Checked at the commit only: makes the commit fail.
                c.pragma_update(None, "defer_foreign_keys", true)?;
                c.execute("INSERT INTO letter_bytes (letter, bytes) VALUES (4711, x'00')", []).map(drop)
            }),
        ],
    );
    for answer in &answers {
        assert!(matches!(answer, Err(StoreError::NotRecorded(_))), "{answer:?}");
    }
    assert_eq!(store.read(names).unwrap().len(), 20);
    put(&store, "again").unwrap();
    assert!(store.read(names).unwrap().contains(&"again".to_owned()));
    assert!(log() < before, "other handles moved what was in the log, before anything was added to it");
    assert_eq!(moves_by_itself(), 0);
}

#[test]
fn a_write_that_ends_the_transaction_itself_is_not_taken_for_recorded() {
    let (_temp, dir) = fresh();
    let store = store::open(&dir).unwrap();
    let answer = store.write_blocking(|c| {
        insert(c, "a")?;
        c.execute_batch("ROLLBACK")
    });
    assert!(matches!(answer, Err(StoreError::NotRecorded(_))), "{answer:?}");
    put(&store, "b").unwrap();
    assert_eq!(store.read(names).unwrap(), ["b"]);
}

#[test]
fn what_was_answered_is_in_the_files_already() {
    let (temp, dir) = fresh();
    let store = store::open(&dir).unwrap();
    put(&store, "a").unwrap();
    // The files of a process that dies here.
    let copy = temp.path().join("copy");
    fs::create_dir(&copy).unwrap();
    for name in ["rappel.db", "rappel.db-wal"] {
        fs::copy(dir.join(name), copy.join(name)).unwrap();
    }
    assert_eq!(store::open(&copy).unwrap().read(names).unwrap(), ["a"]);
}

#[test]
fn the_log_is_moved_into_the_database_however_long_no_rest_comes() {
    let (_temp, dir) = fresh();
    let store = store::open(&dir).unwrap();
    for n in 0..300 {
        let text = format!("{n}{}", "x".repeat(100 * 1024));
        let write =
            move |c: &Connection| c.execute("INSERT INTO fact VALUES (?1, ?2)", [&n.to_string(), &text]);
        store.write_blocking(write).unwrap();
    }
    let size = |name: &str| fs::metadata(dir.join(name)).unwrap().len() / (1024 * 1024);
    assert!((8..=10).contains(&size("rappel.db-wal")), "{} MiB of log", size("rappel.db-wal"));
    assert!(size("rappel.db") > 20, "{} MiB", size("rappel.db"));
}

#[test]
fn the_last_handle_writes_what_waits_and_leaves_one_whole_file() {
    let (_temp, dir) = fresh();
    let store = store::open(&dir).unwrap();
    let (release, holder) = hold(&store);
    let other = store.clone();
    let late = thread::spawn(move || put(&other, "late").unwrap());
    drop(store);
    drop(release);
    holder.join().unwrap();
    late.join().unwrap();
    let left = fs::read_dir(&dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut left: Vec<_> = left.collect();
    left.sort();
    assert_eq!(left, ["lock", "rappel.db"]);
    assert_eq!(store::open_reader(&dir).unwrap().read(names).unwrap(), ["late"]);
}

#[test]
fn a_reader_sees_what_is_committed_and_cannot_write() {
    let (_temp, dir) = fresh();
    let store = store::open(&dir).unwrap();
    let reader = store::open_reader(&dir).unwrap();
    put(&store, "a").unwrap();
    assert_eq!(reader.read(names).unwrap(), ["a"]);
    reader.read(|c| insert(c, "b")).unwrap_err();
    store.read(|c| insert(c, "b")).unwrap_err();
    assert_eq!(store.read(names).unwrap(), ["a"]);
}

#[test]
fn a_person_can_decide_while_the_daemon_runs() {
    let (_temp, dir) = fresh();
    let store = store::open(&dir).unwrap();
    put(&store, "a").unwrap();
    store::write_beside(&dir, |c| insert(c, "b")).unwrap();
    put(&store, "c").unwrap();
    store::write_beside(&dir, |c| insert(c, "b")).unwrap_err();
    assert_eq!(store.read(names).unwrap(), ["a", "b", "c"]);
}

// Backups.

#[test]
fn a_backup_made_while_writing_is_whole_and_opens_as_a_state() {
    let (temp, dir) = fresh();
    let store = store::open(&dir).unwrap();
    put(&store, "before").unwrap();
    let writer = store.clone();
    let writing = thread::spawn(move || {
        for n in 0..50 {
            writer.write_blocking(move |c| insert(c, &format!("n{n}")).map(drop)).unwrap();
        }
    });
    let restored = temp.path().join("restored");
    fs::create_dir(&restored).unwrap();
    store.backup(&restored.join("rappel.db")).unwrap();
    writing.join().unwrap();
    assert_eq!(mode(&restored.join("rappel.db")), 0o600);
    let names = store::open(&restored).unwrap().read(names).unwrap();
    assert!(names.contains(&"before".to_owned()));
}

#[test]
fn a_backup_never_overwrites() {
    let (temp, dir) = fresh();
    let to = temp.path().join("precious");
    fs::write(&to, "precious").unwrap();
    let error = store::backup(&dir, &to).unwrap_err();
    assert!(matches!(error, StoreError::BackupExists { .. }), "{error}");
    assert_eq!(fs::read_to_string(&to).unwrap(), "precious");
}
