//! The questions, in their order. What an option answered is not asked.

use std::path::{Path, PathBuf};

use super::{
    answers::{Answers, usual_zone},
    dialogue::Dialogue,
    place::Place,
};
use crate::{cli::exit::Failure, deliver::Secret};

/// Asks for all that is not known yet.
pub(super) fn ask(answers: &mut Answers, place: &Place, dialogue: &mut Dialogue) -> Result<(), Failure> {
    say!(
        "The settings will be in {}. What stands in [brackets] is taken when you only press Enter.",
        place.config().display()
    );
    let mut asker = Asker { answers, place, dialogue };
    asker.text("secretariat.name", "The secretariat's name, as letters are signed", None, |a| &mut a.name)?;
    asker.text("secretariat.address", "The address that letters come from", None, |a| &mut a.address)?;
    let address = asker.answers.address.clone();
    asker.text("secretariat.reply_to", "The address that answers go to", address.as_deref(), |a| {
        &mut a.reply_to
    })?;
    let zone = usual_zone();
    asker.text("secretariat.time_zone", "The time zone of deadlines and send times", Some(&zone), |a| {
        &mut a.zone
    })?;
    asker.register()?;
    asker.mail()
}

/// Asks again how letters leave, with what was answered before as the default.
pub(super) fn ask_mail_again(
    answers: &mut Answers,
    place: &Place,
    dialogue: &mut Dialogue,
) -> Result<(), Failure> {
    let before = answers.clone();
    (answers.host, answers.tls, answers.port, answers.user, answers.password, answers.maildir) =
        (None, None, None, None, None, None);
    let mut asker = Asker { answers, place, dialogue };
    match before.maildir {
        Some(folder) => asker.maildir(Some(&folder.to_string_lossy())),
        None => asker.server(&before),
    }
}

struct Asker<'a> {
    answers: &'a mut Answers,
    place: &'a Place,
    dialogue: &'a mut Dialogue,
}

impl Asker<'_> {
    /// Asks for a text, unless it is known, and has it checked as the settings will be.
    fn text(
        &mut self,
        key: &str,
        question: &str,
        default: Option<&str>,
        field: impl Fn(&mut Answers) -> &mut Option<String>,
    ) -> Result<(), Failure> {
        if field(self.answers).is_some() {
            return Ok(());
        }
        let (answers, place) = (&*self.answers, self.place);
        let text = self.dialogue.ask(question, default, |text| {
            if text.is_empty() {
                return Err("An answer is needed here; Ctrl-C ends, and nothing is written.".to_owned());
            }
            let mut tried = answers.clone();
            *field(&mut tried) = Some(text.to_owned());
            tried.complaint(key, place).map(|()| text.to_owned())
        })?;
        *field(self.answers) = Some(text);
        Ok(())
    }

    fn register(&mut self) -> Result<(), Failure> {
        if self.answers.register.is_some() {
            return Ok(());
        }
        let (answers, place) = (&*self.answers, self.place);
        let question = "The secretariat's workbook (or folder of .csv files); a path that ends in .xlsx and where \
                        nothing is, gets an empty one";
        let path = self.dialogue.ask(question, None, |text| {
            let register = Some(full_path(text)?);
            let tried = Answers { register: register.clone(), new_register: true, ..answers.clone() };
            tried.complaint("register.path", place).map(|()| register)
        })?;
        (self.answers.register, self.answers.new_register) = (path, true);
        Ok(())
    }

    fn mail(&mut self) -> Result<(), Failure> {
        if self.answers.maildir.is_some() {
            return Ok(());
        }
        if self.answers.host.is_none() {
            let question =
                "Do letters leave through a mail server (s), or into a local folder, for a trial (f)?";
            if self.dialogue.choice(question, "sf")? == 'f' {
                return self.maildir(None);
            }
        }
        self.server(&Answers::default())
    }

    fn maildir(&mut self, default: Option<&str>) -> Result<(), Failure> {
        let (answers, place) = (&*self.answers, self.place);
        let folder = self.dialogue.ask("The folder for letters (Maildir)", default, |text| {
            let maildir = Some(full_path(text)?);
            let tried = Answers { maildir: maildir.clone(), ..answers.clone() };
            tried.complaint("mail.maildir.path", place).map(|()| maildir)
        })?;
        self.answers.maildir = folder;
        Ok(())
    }

    /// The server, and the login there.
    fn server(&mut self, before: &Answers) -> Result<(), Failure> {
        self.text(
            "mail.smtp.host",
            "The mail server, for example mail.example.org",
            before.host.as_deref(),
            |a| &mut a.host,
        )?;
        let tls = before.tls.as_deref().unwrap_or("starttls");
        let question =
            "Its encryption: starttls (port 587), required (port 465) or none (port 25, on this machine)";
        self.text("mail.smtp.tls", question, Some(tls), |a| &mut a.tls)?;
        self.port(before.port)?;
        // Only where the server was tried and something did not work: most have a certificate that the system trusts.
        if before.host.is_some() && self.answers.tls.as_deref() != Some("none") {
            self.authority(before.ca_file.as_deref())?;
        }
        if self.answers.user.is_none() {
            self.user(before.user.as_deref())?;
        }
        if self.answers.user.is_some() && self.answers.password.is_none() {
            self.password()?;
        }
        Ok(())
    }

    fn port(&mut self, before: Option<u16>) -> Result<(), Failure> {
        if self.answers.port.is_some() {
            return Ok(());
        }
        let usual = match self.answers.tls.as_deref() {
            Some("required") => 465,
            Some("none") => 25,
            _ => 587,
        };
        let default = before.unwrap_or(usual).to_string();
        let port = self.dialogue.ask("Its port", Some(&default), |text| match text.parse::<u16>() {
            Ok(port) if port > 0 => Ok(port),
            _ => {
                Err(format!("{text:?} is not a port. Write a whole number from 1 to 65535, for example 587."))
            }
        })?;
        self.answers.port = (port != usual).then_some(port);
        Ok(())
    }

    fn authority(&mut self, before: Option<&Path>) -> Result<(), Failure> {
        let (answers, place) = (&*self.answers, self.place);
        let default = before.map_or_else(|| "-".to_owned(), |file| file.display().to_string());
        let question =
            "A file (PEM) with the certificate of your own authority, if the server's is of one; - for none";
        let file = self.dialogue.ask(question, Some(&default), |text| {
            if text == "-" {
                return Ok(None);
            }
            let tried = Answers { ca_file: Some(full_path(text)?), ..answers.clone() };
            tried.complaint("mail.smtp.ca_file", place).map(|()| tried.ca_file)
        })?;
        self.answers.ca_file = file;
        Ok(())
    }

    fn user(&mut self, before: Option<&str>) -> Result<(), Failure> {
        let (answers, place) = (&*self.answers, self.place);
        let question = "The name to log in with; - for no login";
        let user = self.dialogue.ask(question, Some(before.unwrap_or("-")), |text| {
            if text == "-" {
                return Ok(None);
            }
            let tried = Answers { user: Some(text.to_owned()), ..answers.clone() };
            tried.complaint("mail.smtp.user", place)?;
            tried.complaint("mail.smtp.tls", place)?;
            Ok(tried.user)
        })?;
        self.answers.user = user;
        Ok(())
    }

    fn password(&mut self) -> Result<(), Failure> {
        let question = if self.place.has_password() {
            format!("The password (not shown; empty for the one in {})", self.place.password_file().display())
        } else {
            "The password (not shown)".to_owned()
        };
        loop {
            let typed = self.dialogue.ask_secret(&question)?;
            if typed.chars().any(char::is_control) {
                say!("  There is a control character in it. Type it again.");
            } else if !typed.is_empty() {
                self.answers.password = Some(Secret::new(typed));
                return Ok(());
            } else if self.place.has_password() {
                return Ok(());
            } else {
                say!("  A login needs a password. Type it, or end with Ctrl-C.");
            }
        }
    }
}

/// Paths start from the folder in which the command was given.
fn full_path(text: &str) -> Result<PathBuf, String> {
    std::path::absolute(text)
        .map_err(|_| "A path is needed, for example /srv/secretariat/actions.xlsx.".to_owned())
}
