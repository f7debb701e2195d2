//! Who is told of an action at a send time when nobody answers: those who are asked, those to whom it was escalated in
//! their place, and those to whom it is escalated then.

use std::borrow::Cow;

use jiff::{Timestamp, civil::Date};

use super::{
    Answer, Manner, Rung, Stands,
    escalation::{Asked, Patience, Silent, is_in_place},
    moment::Moment,
};
use crate::{action::After, directory::Recipient};

/// What a letter says about the silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// How many letters there were.
    pub letters: u32,
    /// The day of the first.
    pub since: Option<Date>,
    /// Who had them.
    pub asked: Vec<String>,
    /// Who gets a copy because of that.
    pub copied: Vec<String>,
    /// To whom the letter goes of which they get a copy, when it is another than this one.
    pub copy_of: Option<String>,
    /// Who else gets the same letter, when a copy of this one goes to somebody.
    pub beside: Vec<String>,
    /// Whether the recipient is told from now on in place of those who were asked.
    pub instead: bool,
    /// The name of the step's own templates, if it has some.
    pub template: Option<String>,
    /// The day from which on it could be told, if it is planned to be.
    pub reached: Option<Date>,
}

/// Who is told of an action at a send time: those who are asked, and those to whom it is escalated then.
#[derive(Debug)]
pub(super) struct Turn<'d> {
    /// By the steps of the policy.
    pub(super) asked: Cow<'d, [Asked<'d>]>,
    /// What is escalated, if anything is.
    pub(super) escalated: Option<Escalated<'d>>,
}

/// A rung that is told.
#[derive(Debug)]
pub(super) struct Escalated<'d> {
    pub(super) after: After,
    /// Who gets a copy of the letter to the first of those who are asked. All who are asked read that.
    pub(super) copied: Vec<Recipient>,
    /// Who gets a letter of their own.
    pub(super) told: Vec<Asked<'d>>,
    pub(super) unanswered: Unanswered,
}

/// A rung that would be told.
#[derive(Debug)]
pub(super) struct Foreseen {
    /// On which day.
    pub(super) on: Date,
    /// To whom letters would go.
    pub(super) to: Vec<Recipient>,
    /// Whether it waits then until somebody approves.
    pub(super) needs_approval: bool,
    /// Whether others get copies of those letters.
    pub(super) is_copied: bool,
}

impl Escalated<'_> {
    /// What one of those who are asked reads who heard that, when others get a copy; none for whoever heard nothing: that
    /// somebody has not answered who was not asked is not true.
    pub(super) fn to_asked(&self, heard: Option<Patience>) -> Option<Unanswered> {
        let Patience { letters, since, .. } = heard.filter(|_| !self.copied.is_empty())?;
        Some(Unanswered { letters: letters.max(1), since: Some(since), ..self.unanswered.clone() })
    }
}

impl<'d> Turn<'d> {
    /// When nothing is escalated.
    pub(super) fn of(asked: &'d [Asked<'d>]) -> Self {
        Self { asked: Cow::Borrowed(asked), escalated: None }
    }
}

impl<'d, 'r> Silent<'d, 'r> {
    /// Who is told at a send time.
    pub(super) fn turn(&self, moment: &Moment<'r>) -> Turn<'d> {
        let mut turn = self.reminded(moment);
        if self.action.snoozed_on(moment.today).is_some() {
            return turn;
        }
        let deadline = self.action.deadline_on(moment.today);
        let standings = self.standings(moment, self.answer(deadline).is_some());
        let due = standings.into_iter().find_map(|(rung, stands)| match stands {
            Stands::Due { since } => Some((rung, since)),
            _ => None,
        });
        if let Some((rung, since)) = due.filter(|(rung, _)| !moment.is_put_off(self.id, rung.after)) {
            let mut escalated = self.escalated(moment, rung);
            escalated.unanswered.reached = Some(since);
            if escalated.unanswered.instead {
                turn.asked = Cow::Borrowed(&[]);
            }
            turn.escalated = Some(escalated);
        }
        turn
    }

    /// When which of its rungs would be told to whom: those that are due today, and those whose days are known.
    pub(super) fn foreseen(&self, moment: &Moment<'r>) -> Vec<Foreseen> {
        let mut foreseen = Vec::new();
        let deadline = self.action.deadline_on(moment.today);
        for (rung, stands) in self.standings(moment, self.answer(deadline).is_some()) {
            let on = match stands {
                Stands::Due { .. } | Stands::Full { .. } => moment.today,
                Stands::Ahead { on: Some(on) } => on,
                Stands::Ahead { on: None }
                | Stands::Told { .. }
                | Stands::Waits { .. }
                | Stands::Needless
                | Stands::Stopped => {
                    continue;
                }
            };
            let to = self.to(moment, rung);
            let needs_approval = self.lacks_approval(rung, &to, deadline);
            let is_copied = rung.how == Manner::Copy;
            let told = if is_copied { self.heard_ones(moment) } else { to };
            foreseen.push(Foreseen { on: on.max(moment.today), to: told, needs_approval, is_copied });
        }
        foreseen
    }

    /// Those who are reminded and had a letter, or will when what waits has left.
    fn heard_ones(&self, moment: &Moment<'_>) -> Vec<Recipient> {
        let deadline = self.action.deadline_on(moment.today);
        let had = |one: &&Recipient| {
            let letters = self.told.letters(self.id, one.remembered_as(), deadline);
            letters.heard().is_some() || letters.waiting() > 0
        };
        self.reminded(moment).asked.iter().map(|(one, _)| one).filter(had).cloned().collect()
    }

    /// Who is reminded by the steps of the policy.
    pub(super) fn reminded(&self, moment: &Moment<'_>) -> Turn<'d> {
        let told = self.told.escalated(self.id, self.action.deadline_on(moment.today)).next();
        if told.is_none() || self.answer(self.action.deadline_on(moment.today)).is_some() {
            return Turn::of(self.asked);
        }
        self.reminded_until(moment, Timestamp::MAX)
    }

    fn reminded_until(&self, moment: &Moment<'_>, before: Timestamp) -> Turn<'d> {
        let reminded = self.with_days(self.reminded_before(moment, before));
        Turn { asked: Cow::Owned(reminded), escalated: None }
    }

    fn with_days(&self, to: Vec<Recipient>) -> Vec<Asked<'d>> {
        let directory = self.directory;
        to.into_iter()
            .map(|one| {
                let days = directory.working_days(&one);
                (one, days)
            })
            .collect()
    }

    /// Who is told at this rung, and what the letter says.
    fn escalated(&self, moment: &Moment<'_>, rung: &Rung) -> Escalated<'d> {
        let heard = self.heard(moment);
        let to = self.to(moment, rung);
        let instead = rung.how == Manner::Instead && is_in_place(&to);
        let (copied, told) = if rung.how == Manner::Copy { (to, Vec::new()) } else { (Vec::new(), to) };
        let unanswered = Unanswered {
            letters: heard.map_or(0, |heard| heard.letters),
            since: heard.map(|heard| heard.since),
            asked: self.asked.iter().map(|(one, _)| one.name.clone()).collect(),
            copied: copied.iter().map(|one| one.name.clone()).collect(),
            copy_of: None,
            beside: Vec::new(),
            instead,
            template: rung.template.as_ref().map(|own| own.name.clone()),
            reached: None,
        };
        Escalated { after: rung.after, copied, told: self.with_days(told), unanswered }
    }

    /// As [`Silent::turn`], for a rung that was told or is taken for told; or why it would not be told any more.
    pub(super) fn again(&self, moment: &Moment<'_>, after: After) -> Result<Turn<'d>, Over> {
        let rung = self.policy.escalate.iter().find(|rung| rung.after == after).ok_or(Over::Policy)?;
        let deadline = self.action.deadline_on(moment.today);
        if let Some(answer) = self.answer(deadline) {
            return Err(Over::Answered(answer));
        }
        let escalated = self.escalated(moment, rung);
        let before = self.told_at(moment, rung).unwrap_or(Timestamp::MAX);
        Ok(Turn { escalated: Some(escalated), ..self.reminded_until(moment, before) })
    }
}

/// Why an escalation is no longer true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Over {
    /// The policy has no such rung.
    Policy,
    /// Somebody answered.
    Answered(Answer),
    /// Nobody of those who are asked has had a letter.
    Unheard,
    /// It needs approval, and that was taken back.
    Unapproved,
    /// Whoever's letter was copied is not asked any more, or somebody else gets the copy by now.
    Elsewhere,
}
