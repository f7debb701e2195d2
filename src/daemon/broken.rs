//! Actions about which planning fails, by a mistake in rappel: the secretariat is told, because nobody is reminded of them.

use super::Daemon;
use crate::compose::{Item, Notice};

impl Daemon {
    /// Tells the secretariat of them, once for the same ones: all other reminders leave.
    pub(super) async fn tell_what_is_broken(&mut self) {
        let broken = self.upcoming().map(|upcoming| upcoming.failed.clone()).unwrap_or_default();
        if broken == self.reports.broken || !self.store_works() {
            return;
        }
        self.reports.broken.clone_from(&broken);
        if broken.is_empty() {
            return;
        }
        tracing::error!("Planning fails by a mistake in rappel for {} actions.", broken.len());
        let now = self.clock.now();
        if let Some(letter) = self.composed(&notice(&broken), now) {
            self.tell(letter, now).await;
        }
    }
}

fn notice(broken: &[String]) -> Notice {
    let what = match broken {
        [_] => "an action".to_owned(),
        several => format!("{} actions", several.len()),
    };
    let item = |action: &String| Item { title: action.clone(), text: "nobody is reminded of it".to_owned() };
    Notice {
        sort: "broken".to_owned(),
        about: broken.join("\n"),
        subject: format!("planning fails for {what}"),
        lead: "By a mistake of its own rappel cannot work out whom to remind of what follows, and when. All other \
               reminders leave as usual."
            .to_owned(),
        items: broken.iter().map(item).collect(),
        advice: vec![
            "Please report it, with the row of the register. Until it is mended somebody has to remember what is listed."
                .to_owned(),
            "You are told again when another one fails.".to_owned(),
        ],
    }
}
