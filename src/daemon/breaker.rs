//! The flood breaker: letters cannot be called back, so a number that looks like a mistake waits
//! for somebody to look at it.

use std::{cmp::Ordering, collections::HashMap};

use jiff::Timestamp;

use crate::{config::Limits, schedule::Reminder};

/// What is known about how many letters are usual.
#[derive(Debug, Clone, Default)]
pub(super) struct Usual {
    /// Whether no letter has ever been written on this state.
    pub first: bool,
    /// The median of the last send times with letters.
    pub median: Option<u32>,
    /// How many the send time before foresaw for this one.
    pub forecast: Option<u32>,
    /// Letters that were written today already, by address in lower case.
    pub today: HashMap<String, u32>,
}

/// Where a letter of a send time goes, and the copies of it. Addresses are in lower case.
#[derive(Debug, Clone, Default)]
pub(super) struct Addressed {
    /// Where it goes.
    pub to: String,
    /// The absent colleague for whom it goes there, if somebody is.
    pub instead_of: Option<String>,
    /// Where copies go.
    pub copies: Vec<String>,
}

impl Addressed {
    /// Where these reminders go, that are one letter.
    pub(super) fn of(letter: &[Reminder<'_>]) -> Option<Self> {
        let first = letter.first()?;
        let copies = first.copies.iter().map(|copy| copy.to.email.to_lowercase());
        Some(Self {
            to: first.recipient.email.to_lowercase(),
            instead_of: first.recipient.stands_in().map(|absence| absence.who.email.to_lowercase()),
            copies: copies.collect(),
        })
    }
}

/// Why a send time's letters are held, or none if they may leave.
pub(super) fn judge(limits: &Limits, usual: &Usual, to: &[Addressed]) -> Option<String> {
    let letters = u32::try_from(to.len()).unwrap_or(u32::MAX);
    if usual.first && letters > limits.first_run {
        return Some(format!(
            "nothing was ever sent from here before, and {letters} letters would leave at once (limits.first_run is {})",
            limits.first_run
        ));
    }
    if letters > limits.per_run {
        return Some(format!("{letters} letters would leave at once (limits.per_run is {})", limits.per_run));
    }
    many_times(limits, letters, usual.median, "usual number")
        .or_else(|| many_times(limits, letters, usual.forecast, "number that was forecast"))
        .or_else(|| one_person(limits, usual, to))
}

/// As many as the first run may have are never too many.
fn many_times(limits: &Limits, letters: u32, of: Option<u32>, what: &str) -> Option<String> {
    let (of, times) = (of?, limits.times_usual);
    let compared = match of {
        0 => format!("and the {what} is 0"),
        _ => format!("more than {times} times the {what}, {of}"),
    };
    (letters > limits.first_run && letters > of.max(1).saturating_mul(times))
        .then(|| format!("{letters} letters would leave at once, {compared} (limits.times_usual)"))
}

/// Copies count. What a deputy gets for an absent colleague is counted apart: in August one may stand in for many.
fn one_person(limits: &Limits, usual: &Usual, to: &[Addressed]) -> Option<String> {
    let mut more: HashMap<(&str, Option<&str>), u32> = HashMap::new();
    for Addressed { to, instead_of, copies } in to {
        *more.entry((to, instead_of.as_deref())).or_default() += 1;
        for copy in copies {
            *more.entry((copy, None)).or_default() += 1;
        }
    }
    let all = more.into_iter().map(|((address, _), more)| {
        let today = usual.today.get(address).copied().unwrap_or_default();
        (today.saturating_add(more), today)
    });
    let (all, today) = all.max().filter(|(all, _)| *all > limits.per_person_and_day)?;
    Some(format!(
        "somebody got {today} letters and copies today and would have {all} then (limits.per_person_and_day is {})",
        limits.per_person_and_day
    ))
}

/// What is remembered of a forecast: when letters leave next, and how many; or that none do.
pub(super) fn remembered(next: Option<(Timestamp, usize)>) -> String {
    next.map_or_else(|| NO_LETTERS.to_owned(), |(at, letters)| format!("{at} {letters}"))
}

const NO_LETTERS: &str = "none";

/// How many letters were foreseen for a send time, by what is remembered: none before the time of the forecast. After
/// that time nothing was foreseen yet, neither many nor few.
pub(super) fn foreseen(remembered: &str, send_time: Timestamp) -> Option<u32> {
    if remembered == NO_LETTERS {
        return Some(0);
    }
    let (at, letters) = remembered.split_once(' ')?;
    let at: Timestamp = at.parse().ok()?;
    match send_time.cmp(&at) {
        Ordering::Less => Some(0),
        Ordering::Equal => letters.parse().ok(),
        Ordering::Greater => None,
    }
}

/// The middle of some numbers; none if there are fewer than three.
pub(super) fn median(mut numbers: Vec<u32>) -> Option<u32> {
    numbers.sort_unstable();
    (numbers.len() >= 3).then(|| numbers[numbers.len() / 2])
}

#[cfg(test)]
mod tests;
