//! Letters that wait while the register goes on: what they tell may have become untrue.
//!
//! A letter about an action that was closed, or whose deadline moved, or that is no longer asked
//! of its recipient, is withdrawn before it leaves; of a digest the rest is written anew. A letter about
//! an action whose row is missing is kept back until the row is there again, or was missing for too long.
//! One that was corrected, that has waited beyond its day, or whose address was corrected, is written anew; one about
//! an earlier step than another that waits is not sent any more. A letter that a person holds is looked at when it is
//! released.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date};

use super::{
    Daemon, Setup,
    closed::is_true_as_it_is,
    ends::Ends,
    fate::{Fate, Outdated},
    guard::{self, Hold},
    journal,
    reworded::{as_of_today, in_its_place, is_elsewhere},
    still::{Untrue, still_true},
};
use crate::{
    action::{Action, ActionId, Deadline, RecipientId, ReminderKey, Told},
    compose,
    directory::{Directory, Recipient},
    ledger::{self, Kept, Overtaking, Waiting},
    outbox::{self, LetterId},
    schedule::{self, Reminder},
};

impl Daemon {
    /// Withdraws or rewrites what waits and is no longer true under the register in force. A letter
    /// that is being sent at this moment is past recall.
    pub(super) async fn withdraw_outdated(&mut self) {
        self.look_at_what_waits(false).await;
    }

    /// As [`Daemon::withdraw_outdated`]; or the words alone, while the register is what it was.
    async fn look_at_what_waits(&mut self, words_alone: bool) {
        let Some(directory) = self.register.directory.clone() else { return };
        // What no connection has begun can still be taken back.
        self.take_back_what_waits(self.clock.now()).await;
        let read = self.store.read(|c| Ok((ledger::waiting_reminders(c)?, ledger::overtaking(c)?)));
        let (waiting, overtaking) = match read {
            Ok(read) => read,
            Err(error) => return self.store_failed(&error),
        };
        self.take_in_ends();
        let now = self.clock.now();
        let (mut letters, mut flying) = (BTreeMap::<LetterId, Vec<Waiting>>::new(), Vec::new());
        self.sight.past_recall = false;
        let worded_by = self.sight.worded_by.take();
        for one in waiting {
            if self.flight.letters.contains_key(&one.letter.0) {
                self.sight.past_recall = true;
                flying.push(one);
            } else {
                letters.entry(one.letter).or_default().push(one);
            }
        }
        let missing = self.register.vanished.iter().map(|one| one.action.clone()).collect();
        // What is on its way, or has arrived, is told as well as what waits.
        let latest = latest(letters.values().flatten().chain(&flying), &overtaking);
        let today = Today {
            setup: &self.setup,
            latest: &latest,
            words_alone,
            may_release: self.sight.may_release,
            worded_by: worded_by.as_deref(),
            directory: &directory,
            missing,
            told: &self.agenda.told,
            now,
        };
        let mut fates: Vec<_> =
            letters.iter().filter_map(|(letter, told)| fate_alone(&today, *letter, told)).collect();
        if self.sight.may_release {
            // What tells of no action cannot have become untrue.
            let released = self.store.read(outbox::released).unwrap_or_default().into_iter();
            fates.extend(released.filter(|id| !letters.contains_key(id)).map(|id| Fate::Release(id, None)));
        }
        // What is past recall now was not looked at: the next look looks at everything.
        let all_seen = (!self.sight.past_recall).then(|| Arc::clone(&directory));
        let worded_by = if words_alone { worded_by } else { all_seen };
        if fates.is_empty() {
            self.sight.worded_by = worded_by;
            return;
        }
        let in_words: Vec<_> = fates.iter().map(Fate::in_words).collect();
        // What is withdrawn tells of nothing any more afterwards.
        let about = self.references_in(in_words.iter().map(|(letter, _)| letter.0));
        let is_flood = matches!(self.guard.hold, Some(Hold::Flood(_)));
        let written = self.store.write(move |c| {
            fates.iter().try_for_each(|one| one.come_true(c, now))?;
            // What was written anew is held as what it stands for was.
            if is_flood {
                guard::hold_what_is_queued(c)?;
            }
            Ok((outbox::next_attempt(c)?, ledger::told(c)?))
        });
        match written.await {
            Ok((next, told)) => {
                journal::say_what_becomes_of(&in_words, &about);
                self.flight.next_attempt = next;
                (self.agenda.told, self.agenda.ends) = (Arc::new(told), Ends::default());
                self.agenda.is_told_anew = true;
                if let Some(mailing) = &mut self.agenda.mailing {
                    // What is queued of it is in the view.
                    mailing.forget_told();
                }
                self.sight.worded_by = worded_by;
            }
            Err(error) => self.store_failed(&error),
        }
    }

    /// Looks at what a person released, with files that were looked at after that: it leaves if it is still true.
    pub(super) async fn look_at_what_was_released(&mut self) {
        if self.sight.may_release {
            self.withdraw_outdated().await;
            self.sight.may_release = false;
        }
    }

    /// On a new day, looks at what waits: a term or an absence may have begun or ended, and what has waited since an
    /// earlier day is told in the words of today.
    pub(super) async fn look_on_a_new_day(&mut self, now: Timestamp) {
        let today = self.setup.rules.send().zone().to_datetime(now).date();
        if self.agenda.looked_on == Some(today) || !self.store_works() {
            return;
        }
        self.agenda.looked_on = Some(today);
        if self.store.read(|c| outbox::late(c, Timestamp::MAX)).is_ok_and(|waiting| waiting > 0) {
            self.look_at_what_waits(false).await;
        }
    }

    /// When the next day begins, if something waits.
    pub(super) fn next_day_of_what_waits(&self, now: Timestamp) -> Option<Timestamp> {
        self.flight.next_attempt?;
        let zone = self.setup.rules.send().zone();
        let tomorrow = zone.to_datetime(now).date().tomorrow().ok()?;
        Some(tomorrow.to_zoned(zone.clone()).ok()?.timestamp())
    }

    /// Looks at the words of what was to leave before an instant.
    pub(super) async fn reword(&mut self, before: Timestamp) {
        if self.store.read(|c| outbox::late(c, before)).is_ok_and(|late| late > 0) {
            self.look_at_what_waits(true).await;
        }
    }
}

/// Of each action and recipient, the latest step that waits or was told, and the letter that tells it.
pub(super) type Latest<'w> = HashMap<(&'w ActionId, &'w RecipientId, Option<Deadline>), (Date, LetterId)>;

fn latest<'w>(waiting: impl Iterator<Item = &'w Waiting>, overtaking: &'w [Overtaking]) -> Latest<'w> {
    let waiting = waiting.filter(|one| one.kept != Kept::Held).map(|one| (&one.key, one.day, one.letter));
    let arrived = overtaking.iter().map(|one| (&one.key, one.day, one.letter));
    let mut latest = Latest::new();
    for (ReminderKey { action, recipient, deadline, .. }, day, letter) in waiting.chain(arrived) {
        let known = latest.entry((action, recipient, *deadline)).or_insert((day, letter));
        *known = (day, letter).max(*known);
    }
    latest
}

/// What waiting letters are compared with.
pub(super) struct Today<'a> {
    pub(super) setup: &'a Setup,
    pub(super) directory: &'a Directory,
    /// From which the letters have their words, if that is known of all of them.
    pub(super) worded_by: Option<&'a Directory>,
    pub(super) latest: &'a Latest<'a>,
    /// Nothing is withdrawn but what a later letter tells.
    words_alone: bool,
    /// What a person released may leave.
    may_release: bool,
    /// Actions whose rows may come back.
    pub(super) missing: HashSet<ActionId>,
    /// What was told, by these letters too.
    pub(super) told: &'a Told,
    pub(super) now: Timestamp,
}

impl Today<'_> {
    /// The day, in the secretariat's zone.
    pub(super) fn day(&self) -> Date {
        self.setup.rules.send().zone().to_datetime(self.now).date()
    }
}

/// What becomes of a letter, whatever becomes of the others: where that cannot be found out by a mistake in rappel, the
/// letter is kept back, because it may be untrue.
fn fate_alone(today: &Today<'_>, letter: LetterId, waiting: &[Waiting]) -> Option<Fate> {
    schedule::alone(|| fate(today, letter, waiting)).unwrap_or_else(|| {
        let why =
            "rappel could not find out by a mistake of its own whether it is still true; please report it";
        let is_kept = waiting.iter().any(|one| matches!(one.kept, Kept::Back | Kept::Held));
        (!is_kept).then(|| Fate::KeepBack(letter, why.to_owned()))
    })
}

fn fate(today: &Today<'_>, letter: LetterId, waiting: &[Waiting]) -> Option<Fate> {
    let &Today { setup, directory, told, now, .. } = today;
    // What waits for the recipient's morning is written in the words of then.
    let leaves = waiting.first()?.planned_for.max(now);
    let kept = waiting.first()?.kept;
    let is_released = kept == Kept::Released;
    if is_true_as_it_is(today, waiting) {
        return (is_released && today.may_release).then_some(Fate::Release(letter, None));
    }
    let mut reasons = Vec::new();
    let (mut rest, mut stale, mut missing, mut merged) = (Vec::new(), Vec::new(), 0, Vec::new());
    let mut still = Vec::new();
    let is_copy = waiting.iter().all(|one| one.key.recipient.is_copy());
    for one in waiting {
        let why = match still_true(today, one) {
            Ok(reminder) => {
                still.push(one.key.clone());
                rest.push(reminder);
                continue;
            }
            Err(Untrue::Superseded(by)) => {
                merged.push((one.key.clone(), by));
                reasons.push(format!("letter {by} tells a later step of {}", one.key.action));
                continue;
            }
            Err(Untrue::Missing(why)) => {
                missing += 1;
                why
            }
            Err(Untrue::Stale(why)) => why,
        };
        stale.push(one.key.clone());
        reasons.push(why);
    }
    if today.words_alone && !stale.is_empty() {
        return None;
    }
    let moved = if is_copy { Vec::new() } else { elsewhere(waiting, &mut rest) };
    for reminder in moved {
        reasons.push(format!("{} has another address now", reminder.recipient.name));
        stale.push(reminder.key);
    }
    // What does not go to one address with the same readers of copies any more is planned anew.
    let mut groups = schedule::to_letters(rest).into_iter();
    let rest = groups.next().unwrap_or_default();
    for apart in groups.flatten() {
        reasons.push(format!("{} is told in a letter of its own now", apart.key.action));
        stale.extend(
            known_as(&apart, is_copy).filter(|key| waiting.iter().any(|one| one.key == **key)).cloned(),
        );
    }
    if missing > 0 && missing == stale.len() && rest.is_empty() && merged.is_empty() {
        let is_news = kept == Kept::No || is_released;
        return is_news.then(|| Fate::KeepBack(letter, reasons.join("; ")));
    }
    if reasons.is_empty() && is_released && !today.may_release {
        return None;
    }
    let write = |reminders: &[Reminder<'_>]| {
        let recipient = &reminders.first()?.recipient;
        let around = |action: &Action| setup.around(directory, told, action);
        let identity = &setup.settings.secretariat;
        // A mistake in one letter is no reason to end the daemon.
        let composed = catch_unwind(AssertUnwindSafe(|| {
            let templates = &setup.templates;
            let (anew, copies) =
                compose::letters(reminders, recipient, &around, identity, templates, leaves)?;
            // Several may get copies; each waits by itself.
            let mine =
                || copies.into_iter().find(|(to, _)| to.id == waiting[0].addressee).map(|(_, copy)| copy);
            Ok::<_, compose::ComposeError>(if is_copy { mine() } else { Some(anew) })
        }));
        Some(composed.ok().and_then(Result::ok).flatten())
    };
    if reasons.is_empty() {
        let anew = || write(&rest).flatten();
        let letter = waiting.first()?;
        if is_released || kept == Kept::Back {
            return Some(Fate::Release(letter.letter, in_its_place(letter, &rest, is_copy, anew)));
        }
        return as_of_today(today, letter, &rest, is_copy, anew);
    }
    let why = format!("withdrawn before it left: {}", reasons.join("; "));
    let keys: Vec<_> = rest
        .iter()
        .flat_map(|reminder| known_as(reminder, is_copy))
        .filter(|key| still.contains(key))
        .cloned()
        .collect();
    let rest = match write(&rest) {
        None => None,
        Some(Some(anew)) => Some((anew, keys)),
        // What cannot be written anew is planned anew.
        Some(None) => {
            stale.extend(keys);
            None
        }
    };
    Some(Fate::Outdated(Box::new(Outdated { letter, why, stale, merged, rest })))
}

/// Takes out the reminders of whoever has another address than the others now: a letter goes to one, and they get
/// one of their own.
fn elsewhere<'r>(waiting: &[Waiting], rest: &mut Vec<Reminder<'r>>) -> Vec<Reminder<'r>> {
    let has_moved = |recipient: &Recipient| waiting.iter().all(|one| is_elsewhere(recipient, one));
    let all = rest.iter().all(|reminder| has_moved(&reminder.recipient));
    let first = rest.first().map(|reminder| reminder.recipient.email.clone());
    rest.extract_if(.., |reminder| {
        if all { Some(&reminder.recipient.email) != first.as_ref() } else { has_moved(&reminder.recipient) }
    })
    .collect()
}

/// Under which names the ledger knows what a letter tells: the reminder and those that it tells as well, or its
/// copies.
fn known_as<'r>(
    reminder: &'r Reminder<'_>,
    is_copy: bool,
) -> impl Iterator<Item = &'r ReminderKey> + use<'r> {
    let told = std::iter::once(&reminder.key).chain(reminder.also.iter().map(|alike| &alike.key));
    let copies = reminder.copies.iter().map(|copy| &copy.key);
    told.filter(move |_| !is_copy).chain(copies.filter(move |_| is_copy))
}
