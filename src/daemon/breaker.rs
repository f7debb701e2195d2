//! The flood breaker: letters cannot be called back, so a number that looks like a mistake waits
//! for somebody to look at it.

use std::collections::HashMap;

use crate::config::Limits;

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

/// Why a send time's letters are held, or none if they may leave. `to` are the addresses of the
/// letters, in lower case.
pub(super) fn judge(limits: &Limits, usual: &Usual, to: &[String]) -> Option<String> {
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
    let of = of?.max(1);
    (letters > limits.first_run && letters > of.saturating_mul(limits.times_usual)).then(|| {
        format!(
            "{letters} letters would leave at once, more than {} times the {what}, {of} (limits.times_usual)",
            limits.times_usual
        )
    })
}

fn one_person(limits: &Limits, usual: &Usual, to: &[String]) -> Option<String> {
    let over = to
        .iter()
        .find(|address| usual.today.get(*address).is_some_and(|today| *today >= limits.per_person_and_day))?;
    Some(format!(
        "somebody got {} letters today and would get another (limits.per_person_and_day is {})",
        usual.today.get(over).copied().unwrap_or_default(),
        limits.per_person_and_day
    ))
}

/// The middle of some numbers; none if there are fewer than three.
pub(super) fn median(mut numbers: Vec<u32>) -> Option<u32> {
    numbers.sort_unstable();
    (numbers.len() >= 3).then(|| numbers[numbers.len() / 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        first_run: 25,
        per_run: 500,
        per_person_and_day: 3,
        per_person_and_week: None,
        times_usual: 5,
    };

    fn to(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("d{number}@example.org")).collect()
    }

    #[test]
    fn a_first_start_never_surprises_a_hundred_delegates() {
        let first = Usual { first: true, ..Usual::default() };
        assert!(judge(&LIMITS, &first, &to(26)).unwrap().contains("first"));
        assert_eq!(judge(&LIMITS, &first, &to(25)), None);
        assert_eq!(judge(&LIMITS, &Usual::default(), &to(26)), None);
    }

    #[test]
    fn many_times_the_usual_or_the_forecast_number_is_held() {
        let usual = Usual { median: Some(10), ..Usual::default() };
        assert!(judge(&LIMITS, &usual, &to(51)).unwrap().contains("usual"));
        assert_eq!(judge(&LIMITS, &usual, &to(50)), None);
        let forecast = Usual { forecast: Some(0), ..Usual::default() };
        assert!(judge(&LIMITS, &forecast, &to(26)).unwrap().contains("forecast"));
        assert_eq!(judge(&LIMITS, &forecast, &to(25)), None, "a few are never too many");
    }

    #[test]
    fn more_than_the_limit_at_once_is_held() {
        assert!(judge(&LIMITS, &Usual::default(), &to(501)).unwrap().contains("per_run"));
    }

    #[test]
    fn one_person_does_not_get_more_letters_a_day_than_the_limit() {
        let today = HashMap::from([("d0@example.org".to_owned(), 3)]);
        let usual = Usual { today, ..Usual::default() };
        assert!(judge(&LIMITS, &usual, &to(1)).unwrap().contains("per_person_and_day"));
    }

    #[test]
    fn the_median_of_fewer_than_three_says_nothing() {
        assert_eq!(median(vec![1, 2]), None);
        assert_eq!(median(vec![9, 1, 5]), Some(5));
    }
}
