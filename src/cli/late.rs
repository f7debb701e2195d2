//! Arguments of a command, described when that command is the one: there are some thirty, and a daemon that starts needs to
//! know one of them.

use std::{cell::Cell, ops::Deref};

use clap::{ArgMatches, Args, Command, Error, FromArgMatches, builder::Resettable};

thread_local! {
    static WHOLE: Cell<bool> = const { Cell::new(false) };
}

/// Makes something of the whole command line, with the arguments of every command described.
pub(super) fn whole<T>(make: impl FnOnce() -> T) -> T {
    WHOLE.set(true);
    let result = make();
    WHOLE.set(false);
    result
}

/// The arguments `A` of a command. What describes them is made when the command is used, or its help is asked for.
#[derive(Debug)]
pub(super) struct Late<A>(Box<A>);

impl<A> Deref for Late<A> {
    type Target = A;

    fn deref(&self) -> &A {
        &self.0
    }
}

impl<A: Args> Args for Late<A> {
    fn augment_args(command: Command) -> Command {
        if WHOLE.get() {
            return A::augment_args(command);
        }
        command.defer(|command| described(command, A::augment_args))
    }

    fn augment_args_for_update(command: Command) -> Command {
        command.defer(|command| described(command, A::augment_args_for_update))
    }
}

impl<A: FromArgMatches> FromArgMatches for Late<A> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        A::from_arg_matches(matches).map(|args| Self(Box::new(args)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// The command with its arguments. What it says of itself is not overwritten by what a part of its arguments says of its own.
fn described(command: Command, augment: fn(Command) -> Command) -> Command {
    let (about, long_about) = (command.get_about().cloned(), command.get_long_about().cloned());
    let command = augment(command);
    command.about(Resettable::from(about)).long_about(Resettable::from(long_about))
}
