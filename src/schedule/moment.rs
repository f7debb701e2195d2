//! A send time at which planning happens, and where each action stands then on the steps of its policy.

use std::cell::{Cell, OnceCell, RefCell};

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

use super::{
    Due, Policy, Rules,
    escalation::Patience,
    ladder::{Ladder, MOST_LEFT_OUT, horizon, told_on},
    plan::at_moment,
    policy::days_between,
    quiet::Gate,
    welcome::Newcomers,
};
use crate::{
    action::{
        Action, ActionId, After, Deadline, Heard, RecipientId, Step, Told,
        maps::{HashMap, HashSet},
    },
    cadence::WorkingDays,
    directory::Directory,
};

/// A send time at which planning happens, with what it implies for every policy.
#[derive(Debug)]
pub struct Moment<'a> {
    /// The rules in force.
    pub rules: &'a Rules,
    /// The send time that is served.
    pub at: Timestamp,
    /// Its day in the secretariat's zone: steps up to this day are reached.
    pub today: Date,
    /// By the name of the policy and the day that is reached: one lookup for thousands of actions.
    cadences: RefCell<HashMap<(&'a str, Date), Around>>,
    /// The day of which the first send day was asked last, and that day.
    send_day: Cell<Option<(Date, Option<Date>)>>,
    /// Found when the first action of a seat asks for them.
    newcomers: OnceCell<Newcomers>,
    /// Found when the first action is looked at.
    gate: OnceCell<Gate>,
    /// Rungs that are due, and whose letters are one too many for their readers beside others of this send time.
    put_off: HashSet<(ActionId, After)>,
}

/// The last firing of a cadence up to an instant, and the first one after it.
type Around = (Option<Date>, Option<Timestamp>);

impl<'a> Moment<'a> {
    /// The moment of the send time `at`.
    pub fn new(rules: &'a Rules, at: Timestamp) -> Self {
        let today = rules.send().zone().to_datetime(at).date();
        Self {
            rules,
            at,
            today,
            cadences: RefCell::default(),
            send_day: Cell::default(),
            newcomers: OnceCell::new(),
            gate: OnceCell::new(),
            put_off: HashSet::default(),
        }
    }

    /// The same moment, at which rungs that are due are not told when the send time `then` puts them off: there is too much
    /// else for their readers. All that is due then is planned for that.
    #[must_use]
    pub fn putting_off(self, directory: &Directory, told: &Told, then: Timestamp) -> Self {
        let mut planned = Moment::new(self.rules, then);
        at_moment(directory, told, &mut planned);
        Self { put_off: planned.put_off, ..self }
    }

    /// Takes note of rungs that are not told at this send time; whether that is news of one.
    pub(super) fn put_off(&mut self, rungs: impl Iterator<Item = (ActionId, After)>) -> bool {
        let before = self.put_off.len();
        self.put_off.extend(rungs);
        self.put_off.len() > before
    }

    /// Whether a rung that is due is not told at this send time.
    pub fn is_put_off(&self, id: &ActionId, after: After) -> bool {
        !self.put_off.is_empty() && self.put_off.contains(&(id.clone(), after))
    }

    /// The latest step reached of an action under a policy, and the first one that is not, on these
    /// working days. `said` are the steps of working days that were told.
    pub(super) fn steps(
        &self,
        action: &Action,
        policy: &'a Policy,
        days: &WorkingDays,
        said: &[u32],
    ) -> Steps {
        let opened = |due: &Due| action.opened.is_none_or(|opened| opened <= due.latest_day());
        let Some(deadline) = action.deadline_on(self.today) else {
            let (reached, next) = self.outstanding(policy, days);
            return Steps { reached: reached.filter(opened), next };
        };
        let deadline = deadline.day(self.rules.send().zone());
        let ladder = Ladder { policy, days, deadline, said };
        let mut next = ladder.following(self.today);
        while let Some(due) = next.filter(|due| !opened(due)) {
            next = ladder.after(&due);
        }
        // After a meeting comes the next one, not a reminder that this one is overdue.
        let occasion =
            action.more.follows.as_ref().filter(|follows| follows.each).and_then(|f| f.on(self.today));
        let next = next.filter(|due| occasion.is_none_or(|occasion| due.told_on <= occasion.until()));
        Steps { reached: ladder.reached(self.today).filter(opened), next }
    }

    /// The step after one that is not reached.
    pub(super) fn step_after(
        &self,
        action: &Action,
        policy: &Policy,
        days: &WorkingDays,
        said: &[u32],
        due: &Due,
    ) -> Option<Due> {
        let zone = self.rules.send().zone();
        if let Some(deadline) = action.deadline_on(self.today) {
            let deadline = deadline.day(zone);
            return Ladder { policy, days, deadline, said }.after(due);
        }
        let cadence = policy.without_deadline.as_ref()?;
        let end = due.day.tomorrow().ok().and_then(|day| start_of(day, zone))?;
        let mut next = cadence.first_at_or_after(end)?;
        for _ in 0..MOST_LEFT_OUT {
            let on = zone.to_datetime(next).date();
            if let Some(told_on) = told_on(policy.closed_day, days, on) {
                return Some(Due { step: Step::Outstanding { on }, day: on, told_on });
            }
            next = cadence.next_after(next)?;
        }
        None
    }

    /// The day of the first send time on or after a day.
    pub(super) fn first_send_day(&self, day: Date) -> Option<Date> {
        // Most actions of a send time have the same steps.
        if let Some((_, found)) = self.send_day.get().filter(|(asked, _)| *asked == day) {
            return found;
        }
        let send = self.rules.send();
        let first = start_of(day, send.zone()).and_then(|start| send.first_at_or_after(start));
        let found = first.map(|first| send.zone().to_datetime(first).date());
        self.send_day.set(Some((day, found)));
        found
    }

    /// Where an action without a deadline stands.
    fn outstanding(&self, policy: &'a Policy, days: &WorkingDays) -> (Option<Due>, Option<Due>) {
        let zone = self.rules.send().zone();
        let due = |on: Date| {
            let told_on = told_on(policy.closed_day, days, on)?;
            Some(Due { step: Step::Outstanding { on }, day: on, told_on })
        };
        let horizon = horizon(policy.closed_day, days, self.today);
        let Some(cadence) = &policy.without_deadline else { return (None, None) };
        let (mut last, mut next) = self.firings(policy, horizon);
        // Days that are left out are passed over, within bounds.
        for _ in 0..MOST_LEFT_OUT {
            let Some(day) = last.filter(|day| due(*day).is_none()) else { break };
            let before = start_of(day, zone).map(|start| start - SignedDuration::from_nanos(1));
            last = before.and_then(|t| cadence.last_at_or_before(t)).map(|t| zone.to_datetime(t).date());
        }
        for _ in 0..MOST_LEFT_OUT {
            let Some(at) = next.filter(|at| due(zone.to_datetime(*at).date()).is_none()) else { break };
            next = cadence.next_after(at);
        }
        (last.and_then(due), next.and_then(|at| due(zone.to_datetime(at).date())))
    }

    /// The firings around the end of the horizon: around the moment itself when that is today.
    fn firings(&self, policy: &'a Policy, horizon: Date) -> Around {
        let Some(cadence) = &policy.without_deadline else { return (None, None) };
        let mut cadences = self.cadences.borrow_mut();
        *cadences.entry((policy.name.as_str(), horizon)).or_insert_with(|| {
            let zone = self.rules.send().zone();
            let end = horizon.tomorrow().ok().and_then(|day| start_of(day, zone));
            let until = match end {
                Some(end) if horizon != self.today => end - SignedDuration::from_nanos(1),
                _ => self.at,
            };
            let last = cadence.last_at_or_before(until).map(|last| zone.to_datetime(last).date());
            (last, cadence.next_after(until))
        })
    }

    /// Who is new to a seat, by what was told before this moment. One moment is asked with one directory and one
    /// view of the ledger.
    pub(super) fn newcomers(&self, directory: &Directory, told: &Told) -> &Newcomers {
        self.newcomers.get_or_init(|| Newcomers::find(directory, told, self.today, self.at))
    }

    /// The weekly letters at this moment, by the same view of the ledger.
    pub(super) fn gate(&self, told: &Told) -> Gate {
        *self.gate.get_or_init(|| Gate::at(self, told))
    }

    /// What somebody heard of an action and a deadline; none as long as the mail server took no letter about it.
    pub(super) fn heard(
        &self,
        told: &Told,
        id: &ActionId,
        who: &RecipientId,
        deadline: Option<Deadline>,
    ) -> Option<Patience> {
        let Heard { letters, first, last, late } = told.letters(id, who, deadline).heard()?;
        let day = |at| self.zone().to_datetime(at).date();
        Some(Patience { letters, since: day(first), last: day(last), late })
    }

    /// Whether a step of `day` is no news any more. To somebody who was never told it always is news.
    pub(super) fn is_too_old(&self, day: Date, latest_told: Option<Date>, patience: u32) -> bool {
        latest_told.is_some()
            && self
                .rules
                .max_age()
                .is_some_and(|days| days_between(day, self.today) > i64::from(days + patience))
    }

    /// The latest step reached of an action under a policy, on these working days.
    pub fn latest_step(&self, action: &Action, policy: &'a Policy, days: &WorkingDays) -> Option<Due> {
        self.steps(action, policy, days, &[]).reached
    }

    /// When a step of `day` is told: the first send time at or after the beginning of that day,
    /// and after the moment itself.
    pub(super) fn send_time(&self, day: Date) -> Option<Timestamp> {
        let send = self.rules.send();
        let first = send.first_at_or_after(start_of(day, send.zone())?)?;
        if first > self.at { Some(first) } else { send.next_after(self.at) }
    }
}

/// The first instant of a day.
pub(super) fn start_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(day.to_datetime(Time::midnight())).compatible().ok()
}

/// Where an action stands on its policy's ladder.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Steps {
    pub(super) reached: Option<Due>,
    pub(super) next: Option<Due>,
}
