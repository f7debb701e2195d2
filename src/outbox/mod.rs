//! Letters on their way: finished, durable, each sent until it is settled.
//!
//! # What holds, whatever happens
//!
//! 1. **A letter exists once.** Its key is unique: enqueueing it again, after a restart or a second plan, is
//!    a no-op, also when it is settled long since.
//! 2. **No attempt without a record.** [`claim`], or [`Straight`] for a letter that leaves at once, writes the attempt
//!    down and commits before anything is sent. What could not be recorded is not sent.
//! 3. **Never two attempts at once.** A claimed letter is not claimed again before its next attempt, which
//!    lies [`LEASE`] ahead, longer than any attempt lasts, until [`settle`], [`unclaim`] or, in the
//!    next process, [`recover`] ends the attempt; [`renew`] puts that off for one that is still under way.
//! 4. **Never lost.** A letter leaves the outbox only as accepted, refused, expired, or by a person's decision.
//!    One whose attempt has no known end is sent again after its back-off: the same bytes, the same Message-ID. When
//!    that one has no known end either, and no archive knows, a person decides.
//! 5. **Nothing is forgotten.** Settled letters stay, with every attempt and its answer.
//!
//! Every function is whole and harmless when it is done twice, because a transaction that was reported
//! as not recorded may have been recorded. Each runs inside a transaction of the caller (`store`'s
//! writer), takes `now`, and may be combined with others in it.
//!
//! # States
//!
//! | state | what it means | leaves it by |
//! | --- | --- | --- |
//! | queued | waits for its next attempt | `claim`, `hold`, `withdraw`, `accept` |
//! | sending | an attempt is under way | `settle`, `unclaim`, `recover`; after `LEASE`, `claim` |
//! | unknown | an attempt ended without an answer, so the letter may have arrived; waits for its next attempt | as queued |
//! | held | a person, or rappel itself, keeps it: never claimed; the note says why | `release`, `withdraw`, `accept`; in doubt, `retry` |
//! | accepted | the server took it | – |
//! | refused | never: trying again is useless | `retry`, `accept` |
//! | expired | not accepted for as long as `give_up_after` from its first attempt that reached a server | `retry`, `accept` |
//! | withdrawn | no longer meant to be sent | `accept`, `enqueue` when it is meant again |
//!
//! Between the claim and the answer a letter is *sending*. If the process dies then, the next one's
//! [`recover`] makes it *unknown*: whether it was sent nobody knows. The same state follows from
//! [`Outcome::Unknown`], when the connection is lost after the final dot.
//!
//! A letter can be withdrawn, held or accepted by a person **while its attempt is under way or unknown**: that
//! decides about the future only. What nobody has begun to send is given back ([`no_longer_sent`] says which letters these
//! are); what is on the wire may still arrive, the note and the attempts say so, and an
//! answer that comes later is added to the history. If that answer is *accepted*, the letter is
//! accepted, whatever was decided meanwhile: it is what happened.
//!
//! [`Outcome::Unknown`]: crate::letter::Outcome::Unknown

mod claim;
mod clock;
mod decide;
mod due;
mod enqueue;
mod erase;
mod list;
mod pack;
mod reached;
mod released;
mod retry;
mod settle;
mod show;
mod state;
mod straight;

pub use claim::{Claimed, LEASE, claim, claim_planned, keep_place, recover, regain, unclaim};
pub use clock::{clock_was_set, renew};
pub use decide::{
    Decided, IN_DOUBT, KEPT_BACK, LastAttempt, SECOND_TRIED, WITH_RUN, accept, accept_by_person, discard,
    give_back_if_decided, held, hold, hold_if_doubtful, hold_run, hurry, keep_back, last_attempt,
    no_longer_sent, readdress, redirect, release, release_kept_back, release_run, remark, retry, rewrite,
    withdraw,
};
pub use due::{
    Counts, Figures, accepted_since, failed_since, failed_untold, figures, late, next_attempt,
    next_attempt_planned, tell_failures, waiting, written_since,
};
pub use enqueue::{Enqueued, LetterId, enqueue, enqueue_packed};
pub use erase::{Naming, addresses_of, erase_old, erase_recipient, erase_text, is_shared, naming};
pub use list::{Filter, Summary, list};
pub use pack::{Dictionaries, Packed};
pub use reached::{newest, retain_unsent};
pub use released::{RELEASED, release_looked_at, released, retry_looked_at};
pub use retry::RetrySettings;
pub use settle::settle;
pub use show::{Answer, Attempt, Detail, Standing, show, standing, vouched};
pub use state::State;
pub use straight::Straight;
