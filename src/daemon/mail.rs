//! The way on which letters leave. New mail settings take effect if a carrier can be started with them; if not, letters go on
//! leaving by the old ones, and the secretariat is told.

use super::{Daemon, fact, in_force::file_name, pause::Pause, post::LAST_LETTERS};

use crate::{
    action::{Place, Problem, Problems},
    deliver::{Carrier, DeliverError, MailSettings},
    ledger,
};

/// What letters leave by.
#[derive(Debug)]
pub(super) struct Mail {
    pub(super) carrier: Carrier,
    /// The settings of the carrier.
    pub(super) settings: MailSettings,
    /// Why the settings in the file are not those of the carrier, if they cannot be.
    pub(super) trouble: Option<String>,
    /// Settings that take effect once nothing is in flight with the old ones.
    pub(super) new: Option<MailSettings>,
    /// The outbox waits because the mail server cannot be used.
    pub(super) pause: Option<Pause>,
}

impl Mail {
    /// A carrier with these settings.
    pub(super) fn start(settings: MailSettings) -> Result<Self, DeliverError> {
        let carrier = Carrier::start(settings.clone())?;
        Ok(Self { carrier, settings, trouble: None, new: None, pause: None })
    }
}

impl Daemon {
    /// Notes that the mail settings in force are not those that letters leave by, if it is so.
    pub(super) fn compare_mail_settings(&mut self) {
        let wanted = &self.setup.settings.mail;
        self.mail.new = (*wanted != self.mail.settings).then(|| wanted.clone());
    }

    /// Tries settings again that could not be used: perhaps what was missing is there now.
    pub(super) fn try_mail_settings_again(&mut self) {
        if self.mail.trouble.is_some() {
            self.compare_mail_settings();
        }
    }

    /// Sends with new settings once nothing is in flight with the old ones.
    pub(super) async fn change_carrier(&mut self) {
        let Some(mail) = self.mail.new.take() else {
            // Somebody went back to the settings that work.
            if self.mail.settings == self.setup.settings.mail {
                self.mail_settings_work().await;
            }
            return;
        };
        match Carrier::start(mail.clone()) {
            Ok(carrier) => {
                self.mail.carrier.shut(LAST_LETTERS).await;
                self.mail.carrier = carrier;
                self.mail.settings = mail;
                self.mail.pause = None;
                self.mail_settings_work().await;
                self.try_everything_now().await;
            }
            Err(error) => self.keep_mail_settings(error.to_string()).await,
        }
    }

    async fn mail_settings_work(&mut self) {
        if self.mail.trouble.take().is_some() {
            tracing::info!("The mail settings in the file are in force.");
            self.remember_mail_trouble(String::new()).await;
            self.say_status();
        }
    }

    /// Told once, until they can be used or are others.
    async fn keep_mail_settings(&mut self, error: String) {
        if self.mail.trouble.as_ref() == Some(&error) {
            return;
        }
        tracing::error!("The new mail settings cannot be used; the old ones stay. {error}");
        self.remember_mail_trouble(format!(
            "The new mail settings cannot be used; the old ones are in force: {error}."
        ))
        .await;
        let file = file_name(&self.setup.settings.file);
        let what = format!("the configuration {file}");
        let text = format!("{error}. Letters go on leaving by the mail settings of before.");
        let place = Place { file, ..Place::default() };
        self.notice(&Problems(vec![Problem::error(place, text)]), (&what, self.today())).await;
        self.mail.trouble = Some(error);
        self.say_status();
    }

    async fn remember_mail_trouble(&mut self, trouble: String) {
        let written = self.store.write(move |c| ledger::set_fact(c, fact::MAIL_TROUBLE, &trouble));
        if let Err(error) = written.await {
            self.store_failed(&error);
        }
    }
}
