//! Never lost, never twice: the outbox and the ledger over a real database.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "outbox/model.rs"]
mod model;

use std::{fs, path::Path, time::Duration};

use jiff::{Timestamp, ToSpan, civil::date};
use rappel::{
    action::{ActionId, After, Deadline, Escalated, Heard, RecipientId, ReminderKey, Step, Told},
    ledger::{self, HistoryFilter, How, HowSaid, Said},
    letter::{Envelope, Letter, LetterKind, Outcome, Reply, Trouble},
    outbox::{self, Claimed, Decided, Enqueued, Filter, LetterId, Packed, RetrySettings, State, Straight},
    store,
};
use rusqlite::Connection;

/// A database with the schema, in memory: for what needs no file.
fn database() -> Connection {
    let c = store::in_memory().unwrap();
    c.pragma_update(None, "foreign_keys", true).unwrap();
    c
}

fn start() -> Timestamp {
    "2017-05-02T06:00:00Z".parse().unwrap()
}

fn after(minutes: i64) -> Timestamp {
    start() + minutes.minutes()
}

fn letter(key: &str) -> Letter {
    Letter {
        key: key.to_owned(),
        kind: LetterKind::Reminder,
        recipient: RecipientId::person("Olivier Dubuisson"),
        envelope: Envelope { from: "tsb@example.int".to_owned(), to: "Olivier@example.org".to_owned() },
        message_id: format!("{key}@example.int"),
        subject: "17/06: nominate an ITU-T representative to IEC/SEG 8".to_owned(),
        bytes: format!("Message-ID: <{key}@example.int>\r\n\r\nDear Olivier\r\n").into_bytes(),
    }
}

fn put(c: &Connection, key: &str) -> LetterId {
    outbox::enqueue(c, &letter(key), start(), start()).unwrap().id()
}

fn claim(c: &Connection, now: Timestamp) -> Vec<Claimed> {
    outbox::claim(c, 64, now, &RetrySettings::default()).unwrap()
}

fn settle(c: &Connection, id: LetterId, attempt: u32, outcome: &Outcome, now: Timestamp) {
    outbox::settle(c, id, attempt, outcome, now, &RetrySettings::default()).unwrap();
}

fn recover(c: &Connection, now: Timestamp) -> u32 {
    outbox::recover(c, now, &RetrySettings::default()).unwrap()
}

fn state(c: &Connection, id: LetterId) -> State {
    outbox::standing(c, id).unwrap().unwrap().state
}

fn reply(code: u16, text: &str) -> Reply {
    Reply { code: Some(code), text: text.to_owned(), ..Reply::default() }
}

fn accepted() -> Outcome {
    Outcome::Accepted(reply(250, "queued as 4711"))
}

fn greylisted() -> Outcome {
    Outcome::Later(Trouble::Recipient, reply(451, "try again later"))
}

fn refused() -> Outcome {
    let enhanced = Some("5.1.1".to_owned());
    Outcome::Refused(Trouble::Recipient, Reply { enhanced, ..reply(550, "no such user") })
}

fn said(key: &str, step: Step, letter: LetterId) -> Said {
    Said {
        key: ReminderKey {
            action: ActionId::new("17/06", "ITU-T"),
            recipient: RecipientId::person(key),
            deadline: Some(Deadline::Day(date(2017, 6, 1))),
            step,
        },
        step_day: date(2017, 5, 25),
        reference: "17/06".to_owned(),
        title: "Nominate a representative to IEC/SEG 8".to_owned(),
        asked_of: "ITU-T".to_owned(),
        recipient_name: "Olivier Dubuisson".to_owned(),
        how: How::Told { letter },
    }
}

// A letter exists once.

#[test]
fn a_second_letter_with_the_same_key_changes_nothing() {
    let c = database();
    let first = outbox::enqueue(&c, &letter("a"), start(), start()).unwrap();
    let id = first.id();
    assert_eq!(first, Enqueued::New(id));
    claim(&c, start());
    settle(&c, id, 1, &accepted(), after(1));

    let mut other = letter("a");
    other.bytes = b"other".to_vec();
    assert_eq!(outbox::enqueue(&c, &other, after(9), after(9)).unwrap(), Enqueued::Already(id));
    assert_eq!(state(&c, id), State::Accepted);
    assert_eq!(outbox::show(&c, id).unwrap().unwrap().bytes, Some(letter("a").bytes));
}

#[test]
fn a_letter_and_its_reminders_are_recorded_together_or_not_at_all() {
    let temp = tempfile::tempdir().unwrap();
    store::init(temp.path(), start()).unwrap();
    let store = store::open(temp.path()).unwrap();
    let write = |fail: bool| {
        store.write_blocking(move |c| {
            let id = put(c, "a");
            assert!(ledger::record(c, &said("olivier", Step::Before { days: 7 }, id), start())?);
            ledger::record_run(c, start(), start(), 1, 1)?;
            if fail { Err(rusqlite::Error::InvalidQuery) } else { Ok(()) }
        })
    };
    write(true).unwrap_err();
    let nothing = store.read(|c| {
        Ok((outbox::waiting(c)?.all(), ledger::history(c, &HistoryFilter::default())?, ledger::last_run(c)?))
    });
    assert_eq!(nothing.unwrap(), (0, vec![], None));
    write(false).unwrap();
    assert_eq!(store.read(outbox::waiting).unwrap().queued, 1);
}

// No attempt without a record, never two at once.

#[test]
fn a_claimed_letter_is_not_claimed_again_while_its_attempt_may_last() {
    let c = database();
    put(&c, "a");
    let first = claim(&c, start());
    assert_eq!(first.len(), 1);
    assert_eq!((first[0].attempt, &first[0].envelope), (1, &letter("a").envelope));
    for minutes in [0, 1, 59] {
        assert!(claim(&c, after(minutes)).is_empty(), "{minutes} minutes later");
    }
    assert_eq!(outbox::next_attempt(&c).unwrap(), Some(after(60)));
    let second = claim(&c, after(60));
    assert_eq!(second.len(), 1, "an answer that never came does not hold a letter for ever");
    assert_eq!((second[0].attempt, &second[0].bytes), (2, &first[0].bytes));
}

#[test]
fn a_letter_planned_for_later_waits_for_its_time() {
    let c = database();
    outbox::enqueue(&c, &letter("a"), after(30), start()).unwrap();
    assert!(claim(&c, after(29)).is_empty());
    assert_eq!(outbox::next_attempt(&c).unwrap(), Some(after(30)));
    assert_eq!(claim(&c, after(30)).len(), 1);
}

#[test]
fn letters_that_wait_longest_go_first_and_never_more_than_asked_for() {
    let c = database();
    for (key, minute) in [("a", 3), ("b", 1), ("c", 2), ("d", 1)] {
        outbox::enqueue(&c, &letter(key), after(minute), start()).unwrap();
    }
    let order = |limit| -> Vec<String> {
        let claimed = outbox::claim(&c, limit, after(9), &RetrySettings::default()).unwrap();
        claimed.into_iter().map(|letter| letter.message_id.replace("@example.int", "")).collect()
    };
    assert_eq!(order(3), ["b", "d", "c"]);
    assert_eq!(order(3), ["a"]);
}

#[test]
fn a_letter_claimed_and_never_dialled_has_had_no_attempt() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    assert!(outbox::unclaim(&c, id, 1, after(5)).unwrap());
    assert!(!outbox::unclaim(&c, id, 1, after(5)).unwrap(), "once");
    assert_eq!(state(&c, id), State::Queued);
    assert!(outbox::show(&c, id).unwrap().unwrap().history.is_empty());
    assert!(claim(&c, after(4)).is_empty());
    assert_eq!(claim(&c, after(5))[0].attempt, 1);
}

/// By it a state that was restored from an older backup is noticed, and no other one taken for it.
#[test]
fn how_far_the_outbox_has_come_never_goes_back() {
    let c = database();
    let id = put(&c, "a");
    assert_eq!(outbox::newest(&c).unwrap(), (id.0, None));
    claim(&c, start());
    outbox::unclaim(&c, id, 1, after(5)).unwrap();
    assert_eq!(outbox::newest(&c).unwrap(), (id.0, Some(start())), "the attempt that never was");
    claim(&c, start() - 3.hours());
    assert_eq!(outbox::newest(&c).unwrap().1, Some(start()), "the clock was set back");
    c.execute_batch("DELETE FROM attempt; DELETE FROM letter_bytes; DELETE FROM letter").unwrap();
    assert_eq!(outbox::newest(&c).unwrap(), (id.0, Some(start())), "a letter that was forgotten");
}

#[test]
fn a_doubtful_letter_that_is_given_back_is_still_doubtful() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    settle(&c, id, 1, &Outcome::Unknown(Reply::default()), start());
    claim(&c, after(1));
    outbox::unclaim(&c, id, 2, after(5)).unwrap();
    assert_eq!(state(&c, id), State::Unknown);
}

// Outcomes.

#[test]
fn an_accepted_letter_is_settled_with_its_answer() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    settle(&c, id, 1, &accepted(), after(1));
    let shown = outbox::show(&c, id).unwrap().unwrap();
    assert_eq!((shown.summary.state, shown.summary.settled), (State::Accepted, Some(after(1))));
    let answer = shown.history[0].answer.clone().unwrap();
    assert_eq!((answer.code, answer.text.as_str(), answer.at), (Some(250), "queued as 4711", Some(after(1))));
    assert_eq!(outbox::next_attempt(&c).unwrap(), None);
}

#[test]
fn a_letter_refused_for_good_is_not_tried_again() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    settle(&c, id, 1, &refused(), after(1));
    assert_eq!(state(&c, id), State::Refused);
    assert!(claim(&c, after(100_000)).is_empty());
    assert_eq!(outbox::failed_since(&c, after(1)).unwrap(), [id]);
    assert!(outbox::failed_since(&c, after(2)).unwrap().is_empty());
}

#[test]
fn a_letter_that_is_put_off_waits_twice_as_long_each_time_and_goes_with_the_same_bytes() {
    let c = database();
    let id = put(&c, "a");
    let mut now = start();
    for attempt in 1..=6 {
        let claimed = claim(&c, now);
        assert_eq!((claimed[0].attempt, &claimed[0].bytes), (attempt, &letter("a").bytes));
        settle(&c, id, attempt, &greylisted(), now);
        let next = outbox::next_attempt(&c).unwrap().unwrap();
        let wait = Duration::try_from(next.duration_since(now)).unwrap();
        let full = Duration::from_mins(1 << (attempt - 1));
        assert!(wait <= full && wait > full / 2, "attempt {attempt}: {wait:?}");
        assert!(claim(&c, next - 1.millisecond()).is_empty(), "attempt {attempt}");
        now = next;
    }
}

#[test]
fn trouble_of_the_server_costs_a_letter_nothing() {
    let c = database();
    let id = put(&c, "a");
    let mut now = start();
    for attempt in 1..=20 {
        assert_eq!(claim(&c, now).len(), 1);
        let down = Outcome::Later(Trouble::Server, reply(421, "closing"));
        settle(&c, id, attempt, &down, now);
        let next = outbox::next_attempt(&c).unwrap().unwrap();
        assert!(next.duration_since(now).as_secs() <= 60, "attempt {attempt}");
        now = next;
    }
    assert_eq!(outbox::show(&c, id).unwrap().unwrap().history.len(), 20, "but each is on record");
}

#[test]
fn a_letter_that_is_put_off_for_too_long_expires() {
    let c = database();
    let id = put(&c, "a");
    let five_days = 5 * 24 * 60;
    claim(&c, start());
    settle(&c, id, 1, &greylisted(), after(1));
    claim(&c, after(five_days));
    settle(&c, id, 2, &greylisted(), after(five_days));
    assert_eq!(state(&c, id), State::Queued, "not a moment before");
    claim(&c, after(five_days + 60));
    settle(&c, id, 3, &greylisted(), after(five_days + 60));
    assert_eq!(state(&c, id), State::Expired);
    assert_eq!(outbox::failed_since(&c, start()).unwrap(), [id]);
}

#[test]
fn an_outage_of_any_length_does_not_make_a_letter_expire_nor_its_first_greylisting() {
    let c = database();
    let id = put(&c, "a");
    let (day, outage) = (24 * 60, Outcome::Later(Trouble::Server, Reply::default()));
    claim(&c, start());
    settle(&c, id, 1, &outage, start());
    claim(&c, after(20 * day));
    settle(&c, id, 2, &outage, after(20 * day));
    assert_eq!(state(&c, id), State::Queued);
    claim(&c, after(21 * day));
    settle(&c, id, 3, &greylisted(), after(21 * day));
    assert_eq!(state(&c, id), State::Queued, "tried once so far");
    // Down again: that is not the letter's fault, however long ago its first try is.
    claim(&c, after(30 * day));
    settle(&c, id, 4, &outage, after(30 * day));
    assert_eq!(state(&c, id), State::Queued);
    claim(&c, after(31 * day));
    settle(&c, id, 5, &greylisted(), after(31 * day));
    assert_eq!(state(&c, id), State::Expired);
}

#[test]
fn a_clock_that_is_set_neither_holds_up_a_letter_nor_gives_it_up() {
    let hours = jiff::SignedDuration::from_hours;
    let c = database();
    let (tried, planned) = (put(&c, "a"), LetterId(2));
    outbox::enqueue(&c, &letter("b"), after(60), start()).unwrap();
    assert_eq!(claim(&c, start())[0].id, tried);
    settle(&c, tried, 1, &greylisted(), start());
    // Set back: it waits its minute, and what is planned for eight o'clock waits for eight o'clock.
    outbox::clock_was_set(&c, hours(-20)).unwrap();
    let back = |minutes: i64| after(minutes - 20 * 60);
    assert!(claim(&c, back(0)).is_empty());
    assert_eq!(claim(&c, back(1))[0].attempt, 2);
    let next = outbox::show(&c, planned).unwrap().unwrap().summary.next_attempt;
    assert_eq!(next, Some(after(60)));
    // Forward by more than it would be tried for; its lease moves along, too.
    outbox::clock_was_set(&c, hours(20 + 24 * 20)).unwrap();
    let forward = |minutes: i64| after(minutes + 60 * 24 * 20);
    let claimed = claim(&c, forward(2));
    assert_eq!(claimed.iter().map(|one| one.id).collect::<Vec<_>>(), [planned]);
    settle(&c, tried, 2, &greylisted(), forward(2));
    assert_eq!(state(&c, tried), State::Queued);
    claim(&c, forward(60 * 24 * 6));
    settle(&c, tried, 3, &greylisted(), forward(60 * 24 * 6));
    assert_eq!(state(&c, tried), State::Expired, "after five days as they pass");
}

#[test]
fn a_clock_set_back_while_nobody_looked_holds_up_no_letter_for_longer_than_a_back_off() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    settle(&c, id, 1, &greylisted(), start());
    let before = start() - 30.hours();
    recover(&c, before);
    assert!(claim(&c, before + 3.hours()).is_empty());
    assert_eq!(claim(&c, before + 4.hours()).len(), 1);
}

/// Behind others that take their time, in the carrier.
#[test]
fn a_letter_that_waits_long_for_its_turn_keeps_its_lease() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    outbox::renew(&c, &[id], outbox::LEASE, after(50)).unwrap();
    assert!(claim(&c, after(70)).is_empty());
    settle(&c, id, 1, &accepted(), after(75));
    let shown = outbox::show(&c, id).unwrap().unwrap();
    assert_eq!((shown.summary.state, shown.history.len()), (State::Accepted, 1));
}

#[test]
fn letters_of_a_send_time_that_looks_like_a_flood_are_held_and_let_go_together() {
    let c = database();
    let earlier = put(&c, "a");
    let retried = put(&c, "b");
    claim(&c, start());
    for id in [earlier, retried] {
        settle(&c, id, 1, &greylisted(), start());
    }
    let of_the_run = outbox::enqueue(&c, &letter("c"), after(90), after(90)).unwrap().id();
    outbox::hold_run(&c, after(60)).unwrap();
    assert_eq!(state(&c, of_the_run), State::Held);
    assert_eq!(claim(&c, after(95)).len(), 2, "what waits from before goes on");
    outbox::release_run(&c, after(100)).unwrap();
    assert_eq!(claim(&c, after(100))[0].id, of_the_run);
}

#[test]
fn a_letter_at_which_the_server_hangs_up_every_time_expires_and_stands_in_nobodys_way() {
    let c = database();
    let id = put(&c, "a");
    for (attempt, day) in [(1, 0), (2, 3), (3, 6)] {
        assert_eq!(state(&c, id), State::Queued);
        let hung_up = Outcome::Later(Trouble::Server, reply(421, "closing"));
        claim(&c, after(day * 24 * 60));
        settle(&c, id, attempt, &hung_up, after(day * 24 * 60));
    }
    assert_eq!(state(&c, id), State::Expired);
}

#[test]
fn each_attempt_keeps_the_server_that_it_was_with() {
    let c = database();
    let id = put(&c, "a");
    for (attempt, server) in [(1, Some("mx1.example.org (192.0.2.1:25)")), (2, None)] {
        claim(&c, after(i64::from(attempt) * 10));
        let outcome = greylisted().at(server.map(std::sync::Arc::from).as_ref());
        settle(&c, id, attempt, &outcome, after(i64::from(attempt) * 10));
    }
    let servers = |letter: outbox::Detail| {
        let answers = letter.history.into_iter().map(|attempt| attempt.answer.unwrap().server);
        answers.collect::<Vec<_>>()
    };
    let kept = servers(outbox::show(&c, id).unwrap().unwrap());
    assert_eq!(kept, [Some("mx1.example.org (192.0.2.1:25)".to_owned()), None]);
    assert_eq!(outbox::standing(&c, id).unwrap().unwrap().last_answer.unwrap().server, None);
}

#[test]
fn a_letter_lost_after_the_final_dot_is_in_doubt_and_goes_again() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    settle(&c, id, 1, &Outcome::Unknown(Reply::default()), start());
    assert_eq!(state(&c, id), State::Unknown);
    assert!(claim(&c, start() + 44.seconds()).is_empty());
    assert_eq!(claim(&c, after(1))[0].bytes, letter("a").bytes);
}

/// Each copy may be one that the person has already.
#[test]
fn a_letter_that_is_in_doubt_again_after_it_was_sent_again_waits_for_a_person() {
    let c = database();
    let id = put(&c, "a");
    let unknown = Outcome::Unknown(Reply::default());
    for (attempt, minute) in [(1, 0), (2, 5)] {
        assert_eq!(claim(&c, after(minute)).len(), 1);
        settle(&c, id, attempt, &unknown, after(minute));
    }
    let held = outbox::show(&c, id).unwrap().unwrap().summary;
    assert_eq!(held.state, State::Held);
    assert!(held.note.unwrap().starts_with(outbox::IN_DOUBT));
    assert!(claim(&c, after(60 * 24 * 30)).is_empty());
    let counts = outbox::waiting(&c).unwrap();
    assert_eq!((counts.held, counts.doubtful), (0, 1));
    assert_eq!(outbox::failed_untold(&c).unwrap(), [(id, "letter 1 2".to_owned())]);

    // Once more by a person's decision, and no further.
    assert_eq!(outbox::retry(&c, id, after(90)).unwrap(), Decided::Done(State::Unknown));
    assert_eq!(claim(&c, after(90)).len(), 1);
    settle(&c, id, 3, &unknown, after(90));
    assert_eq!(state(&c, id), State::Held);
    outbox::accept(&c, id, "Olivier has it", after(91)).unwrap();
    assert!(outbox::failed_untold(&c).unwrap().is_empty());
}

#[test]
fn a_letter_held_by_a_person_cannot_be_tried_again_before_it_is_released() {
    let c = database();
    let id = put(&c, "a");
    outbox::hold(&c, id, "wait").unwrap();
    assert_eq!(outbox::retry(&c, id, start()).unwrap(), Decided::NotWhen(State::Held));
}

#[test]
fn with_an_archive_that_is_looked_into_first_a_letter_in_doubt_goes_on() {
    let c = database();
    let id = put(&c, "a");
    let retry = RetrySettings { looks_first: true, ..RetrySettings::default() };
    for (attempt, minute) in [(1, 0), (2, 5), (3, 20)] {
        claim(&c, after(minute));
        outbox::settle(&c, id, attempt, &Outcome::Unknown(Reply::default()), after(minute), &retry).unwrap();
        assert_eq!(state(&c, id), State::Unknown);
    }
    // Nobody knows: that is not the same as "could not be delivered".
    claim(&c, after(60 * 24 * 6));
    outbox::settle(&c, id, 4, &Outcome::Unknown(Reply::default()), after(60 * 24 * 6), &retry).unwrap();
    assert_eq!(state(&c, id), State::Held);
}

#[test]
fn a_claimed_letter_says_since_when_it_may_have_arrived() {
    let c = database();
    let id = put(&c, "a");
    assert_eq!(claim(&c, start())[0].in_doubt_since, None);
    settle(&c, id, 1, &Outcome::Unknown(Reply::default()), start());
    assert_eq!(claim(&c, after(10))[0].in_doubt_since, Some(start()));
    settle(&c, id, 2, &greylisted(), after(10));
    assert_eq!(
        claim(&c, after(20))[0].in_doubt_since,
        Some(start()),
        "the first may have arrived all the same"
    );
    settle(&c, id, 3, &refused(), after(20));
    outbox::redirect(&c, id, "olivier@second.example.org", after(20)).unwrap();
    assert_eq!(claim(&c, after(30))[0].in_doubt_since, None, "not at the second address");
}

#[test]
fn only_the_first_answer_to_an_attempt_counts() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    settle(&c, id, 1, &accepted(), after(1));
    settle(&c, id, 1, &refused(), after(2));
    settle(&c, id, 1, &greylisted(), after(3));
    let shown = outbox::show(&c, id).unwrap().unwrap();
    assert_eq!((shown.summary.state, shown.summary.settled), (State::Accepted, Some(after(1))));
    assert_eq!(shown.summary.last_answer.unwrap().outcome, "accepted");
}

/// The rows of a table, as text.
fn rows(c: &Connection, table: &str) -> Vec<String> {
    let columns: Vec<String> = c
        .prepare("SELECT name FROM pragma_table_info(?1)")
        .unwrap()
        .query_map([table], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let sql = format!("SELECT concat_ws('|', {}) FROM {table} ORDER BY 1", columns.join(", "));
    c.prepare(&sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_letter_that_leaves_at_once_stands_as_one_that_was_queued_and_claimed() {
    let about = || vec!["17/06".to_owned()];
    let (queued, straight) = (database(), database());
    put(&queued, "a");
    let claimed = claim(&queued, start());

    let mut letters = Straight::new(start(), 1);
    assert!(!letters.has_room(after(1)), "its time has not come");
    assert!(letters.has_room(start()));
    let packed = Packed::plain(letter("a").bytes);
    let enqueued = letters.enqueue(&straight, (letter("a"), about()), &packed, start(), start()).unwrap();
    assert_eq!(enqueued, Enqueued::New(claimed[0].id));
    assert!(!letters.has_room(start()));
    let expected = Claimed { about: Some(about()), ..claimed[0].clone() };
    assert_eq!(letters.finish(&straight).unwrap(), [expected]);

    for table in ["letter", "letter_bytes", "attempt", "fact"] {
        assert_eq!(rows(&straight, table), rows(&queued, table), "{table}");
    }
    assert!(claim(&straight, start()).is_empty(), "it is under way");
    assert_eq!(recover(&straight, after(1)), 1);
    assert_eq!(state(&straight, enqueued.id()), State::Unknown);
}

#[test]
fn a_letter_that_is_there_does_not_leave_again() {
    let c = database();
    let id = put(&c, "a");
    let mut letters = Straight::new(start(), 64);
    let packed = Packed::plain(letter("a").bytes);
    let enqueued = letters.enqueue(&c, (letter("a"), Vec::new()), &packed, start(), start()).unwrap();
    assert_eq!(enqueued, Enqueued::Already(id));
    assert!(letters.finish(&c).unwrap().is_empty());
    assert_eq!(state(&c, id), State::Queued);
}

#[test]
fn a_late_answer_to_an_earlier_attempt_is_history_unless_it_was_accepted() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    claim(&c, after(60));
    settle(&c, id, 1, &refused(), after(61));
    assert_eq!(state(&c, id), State::Sending, "the second attempt is under way");
    settle(&c, id, 2, &greylisted(), after(62));
    assert_eq!(state(&c, id), State::Queued);

    let other = put(&c, "b");
    claim(&c, start());
    claim(&c, after(60));
    settle(&c, other, 1, &accepted(), after(61));
    assert_eq!(state(&c, other), State::Accepted);
    settle(&c, other, 2, &greylisted(), after(62));
    assert_eq!(state(&c, other), State::Accepted);
}

#[test]
fn an_answer_to_an_attempt_that_never_was_is_an_error() {
    let c = database();
    let id = put(&c, "a");
    let retry = RetrySettings::default();
    outbox::settle(&c, id, 1, &accepted(), start(), &retry).unwrap_err();
    outbox::settle(&c, LetterId(4711), 1, &accepted(), start(), &retry).unwrap_err();
    assert_eq!(state(&c, id), State::Queued);
}

// After a crash.

#[test]
fn a_letter_under_way_at_a_crash_waits_its_back_off_and_goes_again() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    assert_eq!(recover(&c, start() + 5.seconds()), 1);
    assert_eq!(recover(&c, start() + 6.seconds()), 0);
    assert_eq!(state(&c, id), State::Unknown);
    let shown = outbox::show(&c, id).unwrap().unwrap();
    let answer = shown.summary.last_answer.unwrap();
    assert_eq!((answer.outcome.as_str(), answer.at), ("unknown", None));
    assert!(claim(&c, start() + 44.seconds()).is_empty());
    let again = claim(&c, after(1));
    assert_eq!((again[0].attempt, &again[0].bytes), (2, &letter("a").bytes));
}

#[test]
fn a_letter_that_kills_the_process_each_time_is_tried_ever_more_rarely() {
    let c = database();
    put(&c, "a");
    let mut attempts = vec![];
    for second in 0..600 {
        let now = start() + second.seconds();
        recover(&c, now);
        attempts.extend(claim(&c, now).iter().map(|_| second));
    }
    assert_eq!(attempts.len(), 4, "in ten minutes of restarts each second: {attempts:?}");
    let waits: Vec<_> = attempts.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(waits.is_sorted_by(|one, next| one * 3 / 2 <= *next), "{waits:?}");
    assert_eq!(outbox::waiting(&c).unwrap().doubtful, 1, "then a person decides");
}

#[test]
fn what_was_claimed_is_known_to_the_copy_of_a_process_that_died() {
    let temp = tempfile::tempdir().unwrap();
    let (dir, copy) = (temp.path().join("state"), temp.path().join("copy"));
    store::init(&dir, start()).unwrap();
    let store = store::open(&dir).unwrap();
    store
        .write_blocking(|c| {
            for key in ["a", "b", "c"] {
                put(c, key);
            }
            Ok(())
        })
        .unwrap();
    let claimed = store.write_blocking(|c| outbox::claim(c, 2, start(), &RetrySettings::default())).unwrap();
    let settled = claimed[0].id;
    store
        .write_blocking(move |c| {
            outbox::settle(c, settled, 1, &accepted(), start(), &RetrySettings::default())
        })
        .unwrap();

    crash(&dir, &copy);
    let next = store::open(&copy).unwrap();
    let recovered = next.write_blocking(|c| outbox::recover(c, start(), &RetrySettings::default())).unwrap();
    assert_eq!(recovered, 1);
    let states = next.read(|c| {
        let mut letters = outbox::list(c, &Filter::default())?;
        letters.reverse();
        Ok(letters.into_iter().map(|letter| letter.state).collect::<Vec<_>>())
    });
    assert_eq!(states.unwrap(), [State::Accepted, State::Unknown, State::Queued]);
}

/// The files as a process leaves them that is killed now.
fn crash(dir: &Path, copy: &Path) {
    fs::create_dir(copy).unwrap();
    for name in ["rappel.db", "rappel.db-wal"] {
        fs::copy(dir.join(name), copy.join(name)).unwrap();
    }
}

// A person decides.

#[test]
fn a_held_letter_is_never_claimed_until_it_is_released() {
    let c = database();
    let id = put(&c, "a");
    assert_eq!(outbox::hold(&c, id, "too many at once").unwrap(), Decided::Done(State::Held));
    assert!(claim(&c, after(100_000)).is_empty());
    assert_eq!(outbox::next_attempt(&c).unwrap(), None);
    assert_eq!(outbox::waiting(&c).unwrap().held, 1);
    assert_eq!(outbox::retry(&c, id, after(1)).unwrap(), Decided::NotWhen(State::Held));
    assert_eq!(outbox::release(&c, id, after(2)).unwrap(), Decided::Done(State::Queued));
    assert_eq!(claim(&c, after(2)).len(), 1);
}

#[test]
fn a_letter_held_and_released_under_way_is_not_sent_beside_itself() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    outbox::hold(&c, id, "wait").unwrap();
    assert_eq!(outbox::release(&c, id, after(1)).unwrap(), Decided::Done(State::Sending));
    assert!(claim(&c, after(1)).is_empty());
    settle(&c, id, 1, &accepted(), after(2));
    assert_eq!(state(&c, id), State::Accepted);
}

#[test]
fn a_letter_held_under_way_stays_held_when_it_is_put_off() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    outbox::hold(&c, id, "wait").unwrap();
    settle(&c, id, 1, &greylisted(), after(1));
    assert_eq!(state(&c, id), State::Held);
    assert!(claim(&c, after(100_000)).is_empty());
}

#[test]
fn a_withdrawn_letter_is_not_sent() {
    let c = database();
    let id = put(&c, "a");
    assert!(outbox::withdraw(&c, id, "the action was closed", after(1)).unwrap());
    assert!(!outbox::withdraw(&c, id, "again", after(2)).unwrap());
    assert!(!outbox::withdraw(&c, LetterId(4711), "no such letter", after(2)).unwrap());
    assert!(claim(&c, after(3)).is_empty());
    let shown = outbox::show(&c, id).unwrap().unwrap().summary;
    assert_eq!((shown.state, shown.note.as_deref()), (State::Withdrawn, Some("the action was closed")));
}

#[test]
fn a_letter_withdrawn_under_way_says_so_and_an_acceptance_is_the_truth() {
    let c = database();
    let (late, gone) = (put(&c, "a"), put(&c, "b"));
    claim(&c, start());
    for id in [late, gone] {
        assert!(outbox::withdraw(&c, id, "closed", start()).unwrap());
        let note = outbox::show(&c, id).unwrap().unwrap().summary.note.unwrap();
        assert_eq!(note, "closed (attempt 1 was under way)");
    }
    settle(&c, late, 1, &accepted(), after(1));
    settle(&c, gone, 1, &greylisted(), after(1));
    assert_eq!((state(&c, late), state(&c, gone)), (State::Accepted, State::Withdrawn));
    assert!(claim(&c, after(100_000)).is_empty());
}

#[test]
fn a_person_can_send_at_once_what_waits_or_has_failed_but_nothing_twice_at_once() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    assert_eq!(outbox::retry(&c, id, start()).unwrap(), Decided::NotWhen(State::Sending));
    settle(&c, id, 1, &greylisted(), start());
    assert_eq!(outbox::retry(&c, id, start()).unwrap(), Decided::Done(State::Queued));
    assert_eq!(claim(&c, start()).len(), 1);
    settle(&c, id, 2, &refused(), start());
    assert_eq!(outbox::retry(&c, id, after(9)).unwrap(), Decided::Done(State::Queued));
    assert_eq!(claim(&c, after(9))[0].attempt, 3);
    settle(&c, id, 3, &accepted(), after(9));
    assert_eq!(outbox::retry(&c, id, after(10)).unwrap(), Decided::NotWhen(State::Accepted));
    assert_eq!(outbox::retry(&c, LetterId(4711), after(10)).unwrap(), Decided::NoSuchLetter);
}

#[test]
fn a_letter_whose_text_is_no_longer_kept_does_not_wait_until_it_is_written_anew() {
    let c = database();
    let [gone, back, held] = ["gone", "back", "held"].map(|key| put(&c, key));
    claim(&c, start());
    settle(&c, gone, 1, &refused(), after(1));
    settle(&c, back, 1, &Outcome::Unknown(Reply::default()), after(1));
    settle(&c, held, 1, &greylisted(), after(1));
    assert!(outbox::withdraw(&c, back, "closed", after(1)).unwrap());
    outbox::hold(&c, held, "held by a person").unwrap();
    assert_eq!(outbox::erase_old(&c, after(2), 64).unwrap(), 2);
    outbox::erase_text(&c, held).unwrap();

    assert_eq!(outbox::retry(&c, gone, after(3)).unwrap(), Decided::TextGone);
    assert_eq!(outbox::release(&c, held, after(3)).unwrap(), Decided::TextGone);
    assert_eq!((state(&c, gone), state(&c, held)), (State::Refused, State::Held));
    assert_eq!(outbox::next_attempt(&c).unwrap(), None);

    outbox::enqueue(&c, &letter("back"), after(3), after(3)).unwrap();
    assert_eq!(outbox::next_attempt(&c).unwrap(), Some(after(3)));
    let claimed = claim(&c, after(3));
    assert_eq!((claimed.len(), &claimed[0].bytes), (1, &letter("back").bytes));

    // Whatever took its text: the loop does not turn for what cannot leave.
    let bare = put(&c, "bare");
    outbox::erase_text(&c, bare).unwrap();
    assert!(claim(&c, after(4)).is_empty());
    assert!(outbox::next_attempt(&c).unwrap().is_some_and(|next| next > after(4)));
}

#[test]
fn what_was_kept_back_does_not_leave_before_its_time() {
    let c = database();
    let id = outbox::enqueue(&c, &letter("a"), after(30), start()).unwrap().id();
    outbox::keep_back(&c, id, "its row is missing").unwrap();
    outbox::release_kept_back(&c, id, after(10)).unwrap();
    assert!(claim(&c, after(29)).is_empty());
    assert_eq!(claim(&c, after(30)).len(), 1);
}

#[test]
fn a_person_can_say_that_a_doubtful_letter_arrived() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    settle(&c, id, 1, &Outcome::Unknown(Reply::default()), start());
    outbox::accept(&c, id, "Olivier has it", after(1)).unwrap();
    assert!(claim(&c, after(2)).is_empty());
    let shown = outbox::show(&c, id).unwrap().unwrap().summary;
    assert_eq!((shown.state, shown.note.as_deref()), (State::Accepted, Some("Olivier has it")));
}

/// During an outage a mistyped number would keep a letter from leaving, too.
#[test]
fn a_person_cannot_say_that_a_letter_arrived_that_no_server_was_given() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    settle(&c, id, 1, &Outcome::Later(Trouble::Server, Reply::default()), start());
    assert_eq!(
        outbox::accept_by_person(&c, id, "it came", start()).unwrap(),
        Decided::NotWhen(State::Queued)
    );
    let again = outbox::next_attempt(&c).unwrap().unwrap();
    assert_eq!(claim(&c, again).len(), 1);
    let greylisted = Reply { code: Some(451), ..Reply::default() };
    settle(&c, id, 2, &Outcome::Later(Trouble::Recipient, greylisted), again);
    let accepted = Decided::Done(State::Accepted);
    assert_eq!(
        outbox::accept_by_person(&c, id, "it came", again).unwrap(),
        accepted,
        "greylisted, and it came"
    );
    // Without a code it was rappel that refused, or put it off.
    for outcome in [
        Outcome::Refused(Trouble::Sender, Reply::default()),
        Outcome::Later(Trouble::Sender, Reply::default()),
    ] {
        let c = database();
        let id = put(&c, "a");
        claim(&c, start());
        settle(&c, id, 1, &outcome, start());
        let said = outbox::accept_by_person(&c, id, "it came", start()).unwrap();
        assert!(matches!(said, Decided::NotWhen(_)), "{outcome:?}: {said:?}");
    }
}

/// A number that was mistyped would keep a letter from leaving.
#[test]
fn a_person_cannot_say_that_a_letter_arrived_that_was_never_tried() {
    let c = database();
    let id = put(&c, "a");
    assert_eq!(
        outbox::accept_by_person(&c, id, "it came", start()).unwrap(),
        Decided::NotWhen(State::Queued)
    );
    outbox::hold(&c, id, "wait").unwrap();
    assert_eq!(outbox::accept_by_person(&c, id, "it came", start()).unwrap(), Decided::NotWhen(State::Held));
    outbox::release(&c, id, start()).unwrap();
    assert_eq!(claim(&c, start()).len(), 1, "it leaves all the same");
    let accepted = Decided::Done(State::Accepted);
    assert_eq!(outbox::accept_by_person(&c, id, "it came", after(1)).unwrap(), accepted, "under way");
    assert_eq!(outbox::accept_by_person(&c, id, "it came", after(2)).unwrap(), accepted, "said twice");
    let none = outbox::accept_by_person(&c, LetterId(4711), "it came", start()).unwrap();
    assert_eq!(none, Decided::NoSuchLetter);
}

// Looking.

#[test]
fn letters_are_listed_by_state_recipient_and_time() {
    let c = database();
    let first = put(&c, "a");
    claim(&c, start());
    settle(&c, first, 1, &refused(), start());
    let mut to_martin = letter("b");
    to_martin.recipient = RecipientId::person("Martin Euchner");
    to_martin.envelope.to = "martin@example.int".to_owned();
    let second = outbox::enqueue(&c, &to_martin, after(5), after(5)).unwrap().id();

    let ids = |filter: Filter| -> Vec<LetterId> {
        outbox::list(&c, &filter).unwrap().into_iter().map(|letter| letter.id).collect()
    };
    let any = Filter::default;
    assert_eq!(ids(any()), [second, first], "the newest first");
    assert_eq!(ids(Filter { limit: Some(1), ..any() }), [second]);
    assert_eq!(ids(Filter { states: vec![State::Refused, State::Expired], ..any() }), [first]);
    assert_eq!(ids(Filter { recipient: Some("MARTIN  Euchner".to_owned()), ..any() }), [second]);
    assert_eq!(ids(Filter { recipient: Some("olivier@Example.org".to_owned()), ..any() }), [first]);
    assert_eq!(ids(Filter { since: Some(after(1)), ..any() }), [second]);
    assert!(ids(Filter { states: vec![State::Queued], since: Some(after(6)), ..any() }).is_empty());
    assert_eq!(outbox::list(&c, &any()).unwrap()[1].last_answer.as_ref().unwrap().code, Some(550));
}

#[test]
fn what_is_due_is_found_by_an_index_however_many_letters_are_settled() {
    let c = database();
    for (sql, index) in [
        (
            "SELECT id FROM letter WHERE next_attempt IS NOT NULL AND state <> 'sending' AND next_attempt <= 1 \
             ORDER BY next_attempt, id LIMIT 9",
            "letter_due",
        ),
        (
            "SELECT min(next_attempt) FROM letter WHERE next_attempt IS NOT NULL AND state <> 'sending'",
            "letter_due",
        ),
        ("SELECT min(next_attempt) FROM letter WHERE state = 'sending'", "letter_sending"),
        ("SELECT id FROM letter WHERE state = 'sending' AND next_attempt <= 1", "letter_sending"),
        ("SELECT count(*) FROM letter WHERE state = 'held'", "letter_held"),
        ("SELECT letter FROM attempt WHERE outcome IS NULL ORDER BY letter, number", "attempt_under_way"),
        (
            "SELECT id FROM letter WHERE state IN ('refused', 'expired') AND settled >= 1 ORDER BY settled, id",
            "letter_failed",
        ),
    ] {
        let mut explain = c.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let plan: Vec<String> =
            explain.query_map([], |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
        let plan = plan.join("; ");
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{sql}: {plan}");
    }
}

// The ledger.

#[test]
fn a_reminder_is_recorded_once() {
    let c = database();
    let (first, second) = (put(&c, "a"), put(&c, "b"));
    let week = Step::Before { days: 7 };
    assert!(ledger::record(&c, &said("olivier", week, first), start()).unwrap());
    assert!(!ledger::record(&c, &said("  OLIVIER ", week, second), after(1)).unwrap());
    assert!(ledger::record(&c, &said("martin", week, second), after(1)).unwrap());
    let history = ledger::history(&c, &HistoryFilter::of(" 17/06 ")).unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!(history[0].letter.as_ref().unwrap().id, first, "the first record stands");
}

#[test]
fn a_reminder_of_a_letter_that_is_not_there_cannot_be_recorded() {
    let c = database();
    ledger::record(&c, &said("olivier", Step::OnTheDay, LetterId(4711)), start()).unwrap_err();
}

#[test]
fn planning_sees_the_latest_step_for_each_recipient_and_deadline() {
    let c = database();
    let id = put(&c, "a");
    let mut entry = said("olivier", Step::Before { days: 28 }, id);
    for (days, day) in [(28, date(2017, 5, 4)), (7, date(2017, 5, 25)), (14, date(2017, 5, 18))] {
        entry.key.step = Step::Before { days };
        entry.step_day = day;
        ledger::record(&c, &entry, start()).unwrap();
    }
    let told = ledger::told(&c).unwrap();
    let key = entry.key;
    assert_eq!(told.latest(&key.action, &key.recipient, key.deadline), Some(date(2017, 5, 25)));
    assert_eq!(told.latest(&key.action, &key.recipient, None), None, "another deadline is another reminder");
    assert_eq!(told.latest(&key.action, &RecipientId::person("martin"), key.deadline), None);
}

#[test]
fn a_deadline_that_was_told_and_moved_there_and_back_has_moved_twice_also_for_the_view_that_goes_on() {
    let c = database();
    let id = put(&c, "a");
    let mut going_on = Told::default();
    let deadlines = [Some(date(2017, 6, 23)), Some(date(2017, 6, 30)), Some(date(2017, 6, 23)), None];
    let tellings =
        [(0, "olivier"), (0, "martin"), (1, "olivier"), (1, "martin"), (2, "olivier"), (3, "olivier")];
    let mut moves = Vec::new();
    for (minute, (deadline, name)) in (0..).zip(tellings) {
        let mut entry = said(name, Step::Before { days: u32::try_from(minute).unwrap() + 1 }, id);
        entry.key.deadline = deadlines[deadline].map(Deadline::Day);
        ledger::record(&c, &entry, after(minute)).unwrap();
        going_on.record_step(&entry.key, entry.step_day, after(minute));
        let told = ledger::told(&c).unwrap();
        let action = &entry.key.action;
        assert_eq!(told.moves(action), going_on.moves(action), "after {} tellings", minute + 1);
        assert_eq!(told.deadline_told(action), Some(entry.key.deadline));
        moves.push(told.moves(action));
    }
    assert_eq!(moves, [0, 0, 1, 1, 2, 3]);
    let mut back = said("olivier", Step::Before { days: 9 }, id);
    back.key.deadline = Some(Deadline::Day(date(2017, 7, 7)));
    ledger::record(&c, &back, after(9)).unwrap();
    ledger::take_back(&c, std::slice::from_ref(&back.key), "it moved", after(10)).unwrap();
    assert_eq!(ledger::told(&c).unwrap().moves(&back.key.action), 3, "what never left was not told");
}

/// What was told in place of whoever is asked, and waited until a later step stood for it in the letter.
#[test]
fn an_escalation_for_which_a_later_step_stands_ends_with_the_letter_that_carries_it() {
    let c = database();
    let week = After::Overdue { days: 7 };
    let id = put(&c, "letter");
    let told_by = said("olivier", Step::Overdue { days: 14 }, id);
    let escalated = said("olivier", Step::Escalated { after: week }, id);
    let escalated = Said { how: How::Merged { letter: id }, ..escalated };
    let mut going_on = Told::default();
    for entry in [&escalated, &told_by] {
        ledger::record(&c, entry, start()).unwrap();
        going_on.record_step(&entry.key, entry.step_day, start());
    }
    let ReminderKey { action, recipient, deadline, .. } = &told_by.key;
    going_on.record_written(action, recipient, *deadline);
    let seen = |told: &Told| {
        (told.letters(action, recipient, *deadline), told.escalated(action, *deadline).collect::<Vec<_>>())
    };
    let whole = || {
        let mut told = ledger::told(&c).unwrap();
        ledger::hear(&c, &mut told, std::slice::from_ref(action), Timestamp::MAX).unwrap();
        seen(&told)
    };
    assert_eq!(whole(), seen(&going_on));
    assert_eq!(whole().1[0].ended, None, "it waits");
    claim(&c, start());
    settle(&c, id, 1, &accepted(), after(5));
    for ended in ledger::ends(&c, &[id]).unwrap() {
        ended.note(&mut going_on);
    }
    assert_eq!(whole(), seen(&going_on));
    let (letters, rungs) = whole();
    assert_eq!(rungs, [Escalated { after: week, at: start(), ended: Some(after(5)) }]);
    assert_eq!(letters.heard().map(|heard| heard.letters), Some(1), "one letter is one letter");
}

/// Read whole, or told of each end as it comes: the view says the same, at every instant.
#[test]
fn planning_sees_what_the_mail_server_took_and_not_what_waits_is_in_doubt_or_was_refused() {
    const A_DAY: i64 = 24 * 60;
    let c = database();
    let mut going_on = Told::default();
    let week = After::Overdue { days: 7 };
    let steps = [
        (Step::Before { days: 28 }, accepted(), 3 * A_DAY),
        (Step::Before { days: 14 }, Outcome::Unknown(Reply::default()), 4 * A_DAY),
        (Step::Before { days: 7 }, refused(), 5 * A_DAY),
        (Step::Escalated { after: week }, accepted(), 6 * A_DAY),
    ];
    let mut letters = Vec::new();
    for (step, ..) in &steps {
        let id = put(&c, &step.to_string());
        let entry = said("olivier", *step, id);
        ledger::record(&c, &entry, start()).unwrap();
        going_on.record_step(&entry.key, entry.step_day, start());
        going_on.record_written(&entry.key.action, &entry.key.recipient, entry.key.deadline);
        letters.push((id, entry.key));
    }
    let key = letters[0].1.clone();
    let ReminderKey { action, recipient, deadline, .. } = &key;
    let seen = |told: &Told| {
        let letters = told.letters(action, recipient, *deadline);
        (letters.waiting(), letters.heard(), told.escalated(action, *deadline).collect::<Vec<_>>())
    };
    let whole = |until: Timestamp| {
        let mut told = ledger::told_until(&c, until).unwrap();
        ledger::hear(&c, &mut told, std::slice::from_ref(action), until).unwrap();
        seen(&told)
    };
    assert_eq!(whole(Timestamp::MAX), seen(&going_on));
    assert_eq!(seen(&going_on).1, None);
    let claimed = claim(&c, start()).len();
    assert_eq!(claimed, 4);
    for ((id, _), (_, outcome, minute)) in letters.iter().zip(&steps) {
        settle(&c, *id, 1, outcome, after(*minute));
        for ended in ledger::ends(&c, &[*id]).unwrap() {
            ended.note(&mut going_on);
        }
        assert_eq!(whole(Timestamp::MAX), seen(&going_on), "after {minute} minutes");
    }
    let (waiting, heard, escalated) = seen(&going_on);
    assert_eq!(heard, Some(Heard { letters: 2, first: after(3 * A_DAY), last: after(6 * A_DAY), late: 6 }));
    assert_eq!(waiting, 1, "what is in doubt");
    assert_eq!(escalated, [Escalated { after: week, at: start(), ended: Some(after(6 * A_DAY)) }]);
    // As it was before.
    let (waiting, heard, escalated) = whole(after(4 * A_DAY));
    assert_eq!((waiting, heard.unwrap().letters, escalated[0].ended), (3, 1, None));
    // What is taken as told was heard, in nobody knows how many letters.
    let c = database();
    let entry = Said {
        how: How::Adopted { why: "adopted".to_owned() },
        ..said("olivier", Step::OnTheDay, LetterId(0))
    };
    ledger::record(&c, &entry, after(7)).unwrap();
    let mut told = ledger::told(&c).unwrap();
    ledger::hear(&c, &mut told, std::slice::from_ref(action), Timestamp::MAX).unwrap();
    let heard = told.letters(action, recipient, *deadline).heard();
    assert_eq!(heard, Some(Heard { letters: 0, first: after(7), last: after(7), late: 0 }));
}

#[test]
fn planning_sees_which_steps_of_working_days_were_told() {
    let c = database();
    let id = put(&c, "a");
    for days in [10, 2] {
        let entry = said("olivier", Step::BeforeWorking { days }, id);
        ledger::record(&c, &entry, start()).unwrap();
        ledger::record(&c, &said("olivier", Step::Before { days: 7 }, id), start()).unwrap();
    }
    let key = said("olivier", Step::OnTheDay, id).key;
    let told = ledger::told(&c).unwrap();
    let mut working = told.working(&key.action, &key.recipient, key.deadline).to_vec();
    working.sort_unstable();
    assert_eq!(working, [2, 10]);
    assert!(told.working(&key.action, &key.recipient, None).is_empty());
}

#[test]
fn what_was_adopted_counts_as_reminded_and_what_was_left_out_or_could_not_be_told_does_not() {
    let why = || "why".to_owned();
    for (how, reminded, is_told) in [
        (How::Adopted { why: why() }, true, true),
        (How::Impossible { why: why() }, false, true),
        (How::LeftOut { why: why() }, false, false),
    ] {
        let c = database();
        let entry = Said { how, ..said("olivier", Step::BeforeWorking { days: 10 }, LetterId(0)) };
        ledger::record(&c, &entry, start()).unwrap();
        let told = ledger::told(&c).unwrap();
        let ReminderKey { action, recipient, deadline, .. } = entry.key;
        assert_eq!(told.reminded_of(&action, &recipient).is_some(), reminded, "{:?}", entry.how);
        assert_eq!(told.latest(&action, &recipient, deadline).is_some(), is_told, "{:?}", entry.how);
        assert_eq!(told.working(&action, &recipient, deadline) == [10], is_told, "{:?}", entry.how);
    }
}

#[test]
fn the_history_tells_what_became_of_each_reminder() {
    let c = database();
    let id = put(&c, "a");
    ledger::record(&c, &said("olivier", Step::Before { days: 7 }, id), start()).unwrap();
    let mut merged = said("olivier", Step::Before { days: 14 }, id);
    merged.how = How::Merged { letter: id };
    ledger::record(&c, &merged, start()).unwrap();
    let mut impossible = said("martin", Step::Before { days: 7 }, id);
    impossible.how = How::Impossible { why: "There is no address.".to_owned() };
    ledger::record(&c, &impossible, after(1)).unwrap();
    claim(&c, start());
    settle(&c, id, 1, &refused(), after(2));

    let history = ledger::history(&c, &HistoryFilter::of("17/06")).unwrap();
    let hows: Vec<_> = history.iter().map(|entry| entry.how).collect();
    assert_eq!(hows.iter().filter(|how| **how == HowSaid::Told).count(), 1);
    assert_eq!(hows[2], HowSaid::Impossible);
    assert_eq!(history[2].why.as_deref(), Some("There is no address."));
    let letter = history[0].letter.clone().unwrap();
    assert_eq!((letter.state, letter.attempts), (State::Refused, 1));
    assert_eq!(letter.last_answer.unwrap().enhanced.as_deref(), Some("5.1.1"));

    let some = |filter| ledger::history(&c, &filter).unwrap().len();
    assert_eq!(some(HistoryFilter::of("17/03")), 0);
    assert_eq!(some(HistoryFilter { recipient: Some("Martin".to_owned()), ..Default::default() }), 1);
    assert_eq!(some(HistoryFilter { since: Some(after(1)), ..Default::default() }), 1);
    assert_eq!(some(HistoryFilter { asked_of: Some("itu-r".to_owned()), ..Default::default() }), 0);
    let last = ledger::history(&c, &HistoryFilter { limit: Some(1), ..Default::default() }).unwrap();
    assert_eq!(last[0].how, HowSaid::Impossible, "the limit keeps the latest");
}

#[test]
fn the_actions_of_waiting_letters_and_the_last_letter_of_an_action_are_known() {
    let c = database();
    let (first, second) = (put(&c, "a"), put(&c, "b"));
    let entry = said("olivier", Step::Before { days: 14 }, first);
    let action = entry.key.action.clone();
    ledger::record(&c, &entry, start()).unwrap();
    ledger::record(&c, &said("olivier", Step::Before { days: 7 }, second), after(5)).unwrap();
    assert_eq!(ledger::last_letter_at(&c, &action).unwrap(), Some(after(5)));
    assert_eq!(ledger::last_letters(&c).unwrap()[&action].at, after(5));
    assert_eq!(ledger::last_letter_at(&c, &ActionId::new("17/03", "ISO")).unwrap(), None);
    assert_eq!(ledger::carried_by(&c, first).unwrap(), std::slice::from_ref(&action));
    outbox::withdraw(&c, first, "closed", after(6)).unwrap();
    assert_eq!(ledger::waiting_for(&c).unwrap(), [(second, action)]);
}

#[test]
fn runs_open_actions_and_facts_are_remembered() {
    let c = database();
    assert_eq!(ledger::last_run(&c).unwrap(), None);
    ledger::record_run(&c, after(1), after(2), 3, 2).unwrap();
    ledger::record_run(&c, start(), after(3), 9, 9).unwrap();
    ledger::record_run(&c, after(1), after(4), 1, 1).unwrap();
    assert_eq!(ledger::last_run(&c).unwrap(), Some(after(1)));
    let runs = ledger::recent_runs(&c, 5).unwrap();
    assert_eq!((runs.len(), runs[0].reminders, runs[0].letters), (2, 4, 3));

    let action = |reference: &str| ActionId::new(reference, "ITU-T");
    ledger::change_known_open(&c, &["a", "b", "b"].map(action), &[], start()).unwrap();
    ledger::change_known_open(&c, &["c", "b"].map(action), &["a"].map(action), after(1)).unwrap();
    assert_eq!(ledger::known_open(&c).unwrap(), ["b", "c"].map(action));

    assert_eq!(ledger::get_fact(&c, "accepted register").unwrap(), None);
    ledger::set_fact(&c, "accepted register", "1").unwrap();
    ledger::set_fact(&c, "accepted register", "2").unwrap();
    assert_eq!(ledger::get_fact(&c, "accepted register").unwrap().as_deref(), Some("2"));
}

#[test]
fn a_letter_withdrawn_after_failed_attempts_waits_again_in_new_words_when_it_is_true_again() {
    let c = database();
    let id = outbox::enqueue(&c, &letter("aa"), start(), start()).unwrap().id();
    let retry = RetrySettings::default();
    outbox::claim(&c, 1, start(), &retry).unwrap();
    let later = Outcome::Later(Trouble::Server, Reply::default());
    outbox::settle(&c, id, 1, &later, start(), &retry).unwrap();
    outbox::withdraw(&c, id, "closed", start()).unwrap();
    let anew = Letter {
        bytes: b"new words".to_vec(),
        message_id: "aa.00000000@example.int".to_owned(),
        ..letter("aa")
    };
    let then = start() + 240.hours();
    assert_eq!(outbox::enqueue(&c, &anew, then, then).unwrap(), Enqueued::Already(id));
    let claimed = outbox::claim(&c, 1, then, &retry).unwrap();
    assert_eq!((claimed[0].attempt, claimed[0].bytes.as_slice()), (2, &b"new words"[..]));
    assert_eq!(claimed[0].message_id, anew.message_id, "by which an archive is asked for it");
    // As young as a new one: it is not given up at once.
    outbox::settle(&c, id, 2, &later, then, &retry).unwrap();
    assert_eq!(outbox::show(&c, id).unwrap().unwrap().summary.state, State::Queued);
}

#[test]
fn a_letter_that_may_have_arrived_before_it_was_withdrawn_keeps_its_words() {
    let c = database();
    let id = outbox::enqueue(&c, &letter("aa"), start(), start()).unwrap().id();
    let retry = RetrySettings::default();
    outbox::claim(&c, 1, start(), &retry).unwrap();
    outbox::settle(&c, id, 1, &Outcome::Unknown(Reply::default()), start(), &retry).unwrap();
    outbox::withdraw(&c, id, "closed", start()).unwrap();
    let anew = Letter {
        bytes: b"new words".to_vec(),
        message_id: "aa.00000000@example.int".to_owned(),
        envelope: Envelope { from: "new@example.int".to_owned(), ..letter("aa").envelope },
        ..letter("aa")
    };
    outbox::enqueue(&c, &anew, start(), start()).unwrap();
    let claimed = outbox::claim(&c, 1, start(), &retry).unwrap();
    assert_eq!((&claimed[0].bytes, &claimed[0].message_id), (&letter("aa").bytes, &letter("aa").message_id));
    assert_eq!(
        claimed[0].envelope.from, "new@example.int",
        "where what the mail server says of it is read today"
    );
}

#[test]
fn a_letter_in_doubt_is_not_written_anew_and_goes_again_with_the_same_bytes() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    settle(&c, id, 1, &Outcome::Unknown(Reply::default()), start());
    let anew = Letter { bytes: b"new words".to_vec(), message_id: "b@example.int".to_owned(), ..letter("a") };
    outbox::rewrite(&c, id, &anew).unwrap();
    let again = &claim(&c, after(60))[0];
    assert_eq!((&again.bytes, &again.message_id), (&letter("a").bytes, &letter("a").message_id));
}

#[test]
fn a_letter_that_is_written_anew_is_known_by_the_message_id_that_is_in_it() {
    let c = database();
    let id = put(&c, "a");
    let anew = Letter { message_id: "a@example.org".to_owned(), ..letter("a") };
    outbox::rewrite(&c, id, &anew).unwrap();
    assert_eq!(claim(&c, start())[0].message_id, "a@example.org");
    outbox::rewrite(&c, id, &letter("a")).unwrap();
    let show = outbox::show(&c, id).unwrap().unwrap();
    assert_eq!(show.message_id, "a@example.org", "under way, as it is");
}

#[test]
fn a_letter_was_sent_unless_every_attempt_was_over_before_it_was_handed_over() {
    let reply = |code| Reply { code, ..Reply::default() };
    let cases = [
        ("accepted", Outcome::Accepted(reply(Some(250))), true),
        ("unknown", Outcome::Unknown(reply(None)), true),
        ("no server", Outcome::Later(Trouble::Server, reply(None)), false),
        ("busy, perhaps after the letter", Outcome::Later(Trouble::Server, reply(Some(452))), true),
        ("greylisted", Outcome::Later(Trouble::Recipient, reply(Some(451))), false),
        ("no such mailbox", Outcome::Refused(Trouble::Recipient, reply(Some(550))), false),
        ("refused after the letter", Outcome::Refused(Trouble::Sender, reply(Some(554))), true),
    ];
    for (about, outcome, sent) in cases {
        let c = database();
        let id = put(&c, "a");
        put(&c, "never tried");
        claim(&c, start());
        settle(&c, id, 1, &outcome, start());
        let mut unsent =
            ["a@example.int", "never tried@example.int", "b@example.int"].map(str::to_owned).into();
        outbox::unclaim(&c, LetterId(id.0 + 1), 1, start()).unwrap();
        outbox::retain_unsent(&c, &mut unsent).unwrap();
        assert_eq!(unsent.contains("a@example.int"), !sent, "{about}");
        assert!(unsent.contains("never tried@example.int") && unsent.contains("b@example.int"), "{about}");
        outbox::accept(&c, id, "it came", start()).unwrap();
        outbox::retain_unsent(&c, &mut unsent).unwrap();
        assert_eq!(unsent.len(), 2, "{about}: somebody says that it arrived");
    }
}

#[test]
fn a_failure_is_told_once_whatever_the_clock_shows_and_another_one_of_the_same_letter_again() {
    let c = database();
    let id = put(&c, "a");
    claim(&c, start());
    settle(&c, id, 1, &refused(), after(2));
    let mut impossible = said("martin", Step::Before { days: 7 }, id);
    impossible.how = How::Impossible { why: "There is no address.".to_owned() };
    ledger::record(&c, &impossible, after(3)).unwrap();

    let failed = outbox::failed_untold(&c).unwrap();
    assert_eq!(failed, [(id, format!("letter {id} 1"))]);
    let untold = ledger::impossible_untold(&c).unwrap();
    assert_eq!((untold.len(), untold[0].why.as_str()), (1, "There is no address."));
    outbox::tell_failures(&c, &[failed[0].1.clone(), untold[0].what.clone()]).unwrap();
    assert!(outbox::failed_untold(&c).unwrap().is_empty());
    assert!(ledger::impossible_untold(&c).unwrap().is_empty());

    // Tried again by a person, at a clock that was set back.
    outbox::retry(&c, id, start()).unwrap();
    claim(&c, start());
    settle(&c, id, 2, &refused(), start());
    assert_eq!(outbox::failed_untold(&c).unwrap(), [(id, format!("letter {id} 2"))]);
}

#[test]
fn a_letter_is_late_when_it_waits_beyond_its_time_by_nobodys_decision() {
    let c = database();
    let id = put(&c, "a");
    assert_eq!(outbox::late(&c, after(3600)).unwrap(), 1);
    assert_eq!(outbox::late(&c, start()).unwrap(), 0, "its time has just come");
    outbox::hold(&c, id, "held by a person").unwrap();
    assert_eq!(outbox::late(&c, after(3600)).unwrap(), 0);
}
