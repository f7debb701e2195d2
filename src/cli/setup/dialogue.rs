//! Questions and answers, on a terminal or through a pipe.

use std::io::{self, IsTerminal, StdinLock, Write};

use rustix::termios::{self, LocalModes, OptionalActions, Termios};

use super::{super::exit::Failure, first_line};

/// Asks on standard output and reads standard input.
pub(super) struct Dialogue {
    input: StdinLock<'static>,
}

impl Dialogue {
    pub(super) fn with_standard_input() -> Self {
        Self { input: io::stdin().lock() }
    }

    /// The next line of the input, as it is; none at its end.
    pub(super) fn line(&mut self) -> io::Result<Option<String>> {
        first_line(&mut self.input)
    }

    /// Asks until the answer is good. An empty answer is the default, where there is one; a bad one is
    /// asked for again, with the reason.
    pub(super) fn ask<T>(
        &mut self,
        question: &str,
        default: Option<&str>,
        good: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Failure> {
        loop {
            match default {
                Some(default) => write_out!("{question} [{default}]: "),
                None => write_out!("{question}: "),
            }
            let line = self.answer(question)?;
            let answer = match (line.trim(), default) {
                ("", Some(default)) => default,
                (answer, _) => answer,
            };
            match good(answer) {
                Ok(value) => return Ok(value),
                Err(why) => say!("  {why}"),
            }
        }
    }

    /// Asks for one of these letters; the first is the default.
    pub(super) fn choice(&mut self, question: &str, letters: &str) -> Result<char, Failure> {
        let default = letters.get(..1);
        self.ask(question, default, |answer| {
            let mut typed = answer.chars().map(|letter| letter.to_ascii_lowercase());
            match (typed.next(), typed.next()) {
                (Some(letter), None) if letters.contains(letter) => Ok(letter),
                _ => Err(format!("Type one of {}.", spaced(letters))),
            }
        })
    }

    /// Asks for a secret. On a terminal it is not shown while it is typed.
    pub(super) fn ask_secret(&mut self, question: &str) -> Result<String, Failure> {
        // Before the question: somebody may type as soon as it is there.
        let _hidden = Hidden::start();
        write_out!("{question}: ");
        self.answer(question)
    }

    fn answer(&mut self, question: &str) -> Result<String, Failure> {
        io::stdout().flush()?;
        let line = self.line()?;
        if !io::stdin().is_terminal() {
            say!();
        }
        line.ok_or_else(|| {
            Failure::Failed(anyhow::anyhow!(
                "There was no answer to \"{question}\". Nothing was written. Every answer can be given as an \
                 option: `rappel setup --help` lists them."
            ))
        })
    }
}

fn spaced(letters: &str) -> String {
    letters.chars().map(String::from).collect::<Vec<_>>().join(", ")
}

/// While it lives, the terminal does not show what is typed. A shell sets its terminal right again by
/// itself when the program is ended meanwhile.
struct Hidden {
    before: Option<Termios>,
}

impl Hidden {
    fn start() -> Self {
        let before = termios::tcgetattr(io::stdin()).ok();
        if let Some(before) = &before {
            let mut quiet = before.clone();
            quiet.local_modes.remove(LocalModes::ECHO);
            quiet.local_modes.insert(LocalModes::ECHONL);
            let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, &quiet);
        }
        Self { before }
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}
