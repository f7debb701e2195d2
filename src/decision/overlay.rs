//! What holds of an action when something was decided about it.

use super::{Change, Decision, Subject, reopened};
use crate::action::{Action, Deadline, Status, fold};

/// An action as it counts, and how each decision about it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlaid {
    /// The action, as the decisions have it.
    pub action: Action,
    /// One for each decision, in their order.
    pub standings: Vec<Standing>,
}

/// How a decision stands against the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It holds, and the register says something else.
    Holds,
    /// It changes nothing, because the register has always said the same.
    Agrees,
    /// The register says the same by now: the decision is over.
    CaughtUp,
    /// The register was changed to something else since: the decision is over.
    Overruled,
    /// It cannot be followed for now: the person to whom it was handed over is not in the register.
    Impossible,
}

impl Standing {
    /// Whether the decision counts no more, for good.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::CaughtUp | Self::Overruled)
    }
}

/// What counts of `row`, a row of the register, when these decisions were made about it. `knows` says whether a
/// person is in the register.
///
/// A decision holds for as long as the register says what it said when the decision was made. Once it says
/// something else, the register counts.
#[must_use]
pub fn overlay(row: &Action, decisions: &[&Decision], knows: &dyn Fn(&str) -> bool) -> Overlaid {
    let mut action = row.clone();
    let standings = decisions
        .iter()
        .map(|decision| {
            let standing = standing(row, decision, knows);
            if standing == Standing::Holds {
                apply(&mut action, row, decision);
            }
            standing
        })
        .collect();
    Overlaid { action, standings }
}

fn standing(row: &Action, decision: &Decision, knows: &dyn Fn(&str) -> bool) -> Standing {
    let is_untouched = fold(&decision.change.subject().written(row)) == fold(&decision.seen);
    let agrees = agrees(row, &decision.change);
    match (&decision.change, is_untouched) {
        (Change::Assign { to: Some(to) }, true) if !knows(to) => Standing::Impossible,
        (_, true) if agrees => Standing::Agrees,
        (_, true) => Standing::Holds,
        (_, false) if agrees => Standing::CaughtUp,
        (_, false) => Standing::Overruled,
    }
}

/// Whether the register says itself what was decided.
fn agrees(row: &Action, change: &Change) -> bool {
    match change {
        Change::Close { .. } => !row.status.is_open(),
        Change::Reopen => row.status.is_open(),
        Change::Snooze { until } => row.more.snoozed == *until,
        // The register has no say about it.
        Change::Acknowledge { .. }
        | Change::Unacknowledge
        | Change::Approve { .. }
        | Change::Unapprove { .. } => true,
        Change::Extend { to } => row.more.follows.is_none() && row.deadline == Some(Deadline::Day(*to)),
        Change::Assign { to } => {
            to.as_ref().is_none_or(|to| fold(to) == fold(&Subject::AskedOf.written(row)))
        }
    }
}

fn apply(action: &mut Action, row: &Action, decision: &Decision) {
    match &decision.change {
        Change::Close { outcome } => {
            action.status = Status::Done;
            action.more.room().closed = Some(decision.day);
            if let Some(outcome) = outcome {
                action.more.room().outcome = Some(outcome.as_str().into());
            }
        }
        Change::Reopen => {
            action.status = reopened(row.status);
            action.more.room().closed = None;
        }
        Change::Snooze { until } => action.more.room().snoozed = *until,
        Change::Acknowledge { .. }
        | Change::Unacknowledge
        | Change::Approve { .. }
        | Change::Unapprove { .. } => {}
        Change::Extend { to } => {
            action.deadline = Some(Deadline::Day(*to));
            action.more.room().follows = None;
        }
        Change::Assign { to } => action.more.room().handed_to = to.as_deref().map(Into::into),
    }
}

#[cfg(test)]
mod tests {
    use jiff::{
        Timestamp,
        civil::{Date, date},
    };
    use proptest::prelude::*;

    use super::*;
    use crate::action::{Addressee, After, Follows, Kind, More, Particulars, Purpose};

    fn row(status: Status, deadline: Option<Date>) -> Action {
        Action {
            reference: "17/06".to_owned(),
            title: "nominate a representative".to_owned(),
            details: None,
            kind: Kind::Nomination,
            purpose: Purpose::Action,
            asked_of: Addressee::Body("ITU-T".into()),
            deadline: deadline.map(Deadline::Day),
            status,
            policy: None,
            origin: None,
            opened: None,
            more: More::default(),
        }
    }

    fn decided(row: &Action, change: Change) -> Decision {
        Decision {
            id: 1,
            action: row.id(),
            reference: row.reference.clone(),
            asked_of: row.asked_of.to_string(),
            seen: change.subject().written(row),
            change,
            who: "ann".to_owned(),
            why: None,
            day: date(2017, 6, 1),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    fn stands(row: &Action, decision: &Decision) -> (Action, Standing) {
        let Overlaid { action, standings } = overlay(row, &[decision], &|name| name == "Ann");
        (action, standings[0])
    }

    const JUNE: Date = date(2017, 6, 23);
    const JULY: Date = date(2017, 7, 28);

    #[test]
    fn a_closed_action_is_closed_until_the_register_says_something_else() {
        let open = row(Status::Pending, None);
        let close = decided(&open, Change::Close { outcome: Some("appointed".to_owned()) });
        let (action, standing) = stands(&open, &close);
        assert_eq!((action.status, standing), (Status::Done, Standing::Holds));
        assert_eq!(
            (action.more.outcome.as_deref(), action.more.closed),
            (Some("appointed"), Some(date(2017, 6, 1)))
        );

        let caught_up = row(Status::Withdrawn, None);
        assert_eq!(stands(&caught_up, &close), (caught_up.clone(), Standing::CaughtUp));
        let edited = row(Status::InProgress, None);
        assert_eq!(stands(&edited, &close), (edited.clone(), Standing::Overruled));
    }

    #[test]
    fn what_is_reopened_has_the_status_that_the_register_gives_it_if_that_is_an_open_one() {
        let done = row(Status::Done, None);
        let reopen = decided(&done, Change::Reopen);
        assert_eq!(stands(&done, &reopen).0.status, Status::Open);
        let pending = row(Status::Pending, None);
        let reopen = decided(&pending, Change::Reopen);
        assert_eq!(stands(&pending, &reopen), (pending.clone(), Standing::Agrees));
    }

    #[test]
    fn an_extension_ends_when_the_cell_is_edited_and_not_when_its_meeting_moves() {
        let follows = |days| {
            let said = "at TSAG-2".to_owned();
            let follows = Some(Box::new(Follows { said, each: false, occasions: Vec::new() }));
            Action {
                more: Particulars {
                    follows,
                    ..(*row(Status::Open, Some(JUNE.saturating_add(jiff::Span::new().days(days)))).more)
                        .clone()
                }
                .into(),
                ..row(Status::Open, Some(JUNE.saturating_add(jiff::Span::new().days(days))))
            }
        };
        let extend = decided(&follows(0), Change::Extend { to: JULY });
        let (action, standing) = stands(&follows(7), &extend);
        assert_eq!(
            (action.deadline, action.more.follows.clone(), standing),
            (Some(Deadline::Day(JULY)), None, Standing::Holds)
        );
        assert_eq!(stands(&row(Status::Open, Some(JUNE)), &extend).1, Standing::Overruled);
        assert_eq!(stands(&row(Status::Open, Some(JULY)), &extend).1, Standing::CaughtUp);
    }

    #[test]
    fn who_left_the_register_is_not_reminded_and_whomever_it_is_asked_of_is() {
        let open = row(Status::Open, None);
        for (to, handed, standing) in [
            (Some("Ann"), Some("Ann"), Standing::Holds),
            (Some("Bob"), None, Standing::Impossible),
            (None, None, Standing::Agrees),
        ] {
            let assign = decided(&open, Change::Assign { to: to.map(str::to_owned) });
            let (action, stands) = stands(&open, &assign);
            assert_eq!((action.more.handed_to.as_deref(), stands), (handed, standing));
        }
    }

    #[test]
    fn a_snooze_may_begin_end_or_contradict_one_of_the_register() {
        let plain = row(Status::Open, None);
        let snoozed = Action {
            more: Particulars { snoozed: Some(JUNE), ..(*plain.more).clone() }.into(),
            ..plain.clone()
        };
        let until_july = Change::Snooze { until: Some(JULY) };
        assert_eq!(stands(&plain, &decided(&plain, until_july.clone())).0.more.snoozed, Some(JULY));
        assert_eq!(stands(&snoozed, &decided(&snoozed, Change::Snooze { until: None })).0.more.snoozed, None);
        assert_eq!(stands(&snoozed, &decided(&plain, until_july)).1, Standing::Overruled);
    }

    fn status() -> impl Strategy<Value = Status> {
        use Status::{Done, InProgress, Open, Pending, Superseded, Withdrawn};
        prop::sample::select(vec![Open, Pending, InProgress, Done, Withdrawn, Superseded])
    }

    fn rows() -> impl Strategy<Value = Action> {
        let day = || prop::option::of((1i8..28).prop_map(|day| date(2017, 6, day)));
        (status(), day(), day()).prop_map(|(status, deadline, snoozed)| Action {
            more: Particulars { snoozed, ..(*row(status, deadline).more).clone() }.into(),
            ..row(status, deadline)
        })
    }

    fn changes() -> impl Strategy<Value = Change> {
        let day = || (1i8..28).prop_map(|day| date(2017, 6, day));
        prop_oneof![
            Just(Change::Close { outcome: None }),
            Just(Change::Reopen),
            prop::option::of(day()).prop_map(|until| Change::Snooze { until }),
            day().prop_map(|to| Change::Extend { to }),
            day().prop_map(|day| Change::Acknowledge { deadline: Some(Deadline::Day(day)) }),
            Just(Change::Acknowledge { deadline: None }),
            Just(Change::Unacknowledge),
            day().prop_map(|day| Change::Approve {
                after: After::Overdue { days: 7 },
                deadline: Some(Deadline::Day(day))
            }),
            Just(Change::Unapprove { after: After::Unanswered { letters: 3 } }),
            prop::option::of(Just("Ann".to_owned())).prop_map(|to| Change::Assign { to }),
        ]
    }

    proptest! {
        /// Whatever was decided: where the register was edited since, it counts, and where it was not, the decision.
        #[test]
        fn the_later_of_decision_and_edit_counts(before in rows(), after in rows(), change in changes()) {
            let decision = decided(&before, change.clone());
            let (action, standing) = stands(&after, &decision);
            let subject = change.subject();
            let was_edited = subject.written(&before) != subject.written(&after);
            if was_edited {
                prop_assert_eq!(&action, &after);
                prop_assert!(standing.is_over());
            } else {
                let now = match &change {
                    Change::Close { .. } => !action.status.is_open(),
                    Change::Reopen => action.status.is_open(),
                    Change::Snooze { until } => action.more.snoozed == *until,
                    Change::Extend { to } => action.deadline == Some(Deadline::Day(*to)),
                    Change::Assign { to } => action.more.handed_to.as_deref() == to.as_deref(),
                    Change::Acknowledge { .. }
                    | Change::Unacknowledge
                    | Change::Approve { .. }
                    | Change::Unapprove { .. } => true,
                };
                prop_assert!(now && !standing.is_over());
                // What was decided is what a secretary would write: then nothing differs any more.
                prop_assert_eq!(standing == Standing::Agrees, action == after);
            }
            prop_assert_eq!(action.id(), after.id());
        }

        #[test]
        fn a_change_reads_back_as_it_was_stored(change in changes()) {
            let value = change.value();
            prop_assert_eq!(Change::stored(change.verb(), value.as_deref()), Some(change));
        }
    }
}
