//! Explicit steps: `rappel init`, `rappel new`, `rappel accept-register`.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::exit::{Ended, Failure};
use crate::{
    clock::Clock,
    daemon::{self, Intake, Setup, fact},
    ledger, register, store,
};

#[derive(Debug, clap::Args)]
pub(super) struct NewArgs {
    /// The workbook to write; it must not be there yet
    file: PathBuf,
}

pub(super) fn new_workbook(args: &NewArgs) -> Ended {
    new_workbook_at(&args.file)
}

/// Writes an empty workbook, and says so.
pub(super) fn new_workbook_at(file: &Path) -> Ended {
    let today = Clock::System.now().to_zoned(TimeZone::system()).date();
    register::new_workbook(file, today)?;
    say!("{} is written. Replace the sample rows by your own.", file.display());
    Ok(())
}

pub(super) fn init(config: &Path) -> Ended {
    let setup = Setup::load(config)?;
    let folder = &setup.settings.state;
    store::init(folder, Clock::System.now())?;
    say!("{} is ready. `rappel run` starts the daemon.", folder.display());
    Ok(())
}

#[derive(Debug, clap::Args)]
pub(super) struct BackupArgs {
    /// The file to write; it must not be there yet
    file: PathBuf,
}

pub(super) fn backup(config: &Path, args: &BackupArgs) -> Ended {
    let setup = Setup::load(config)?;
    store::backup(&setup.settings.state, &args.file)?;
    say!("{} is written.", args.file.display());
    Ok(())
}

pub(super) fn accept_register(config: &Path) -> Ended {
    let (setup, directory, _) = daemon::load(config)?;
    let known = |c: &_| Ok((ledger::known_open(c)?, ledger::get_fact(c, fact::REGISTER_ENDS)?));
    let (known, ends) = store::open_reader(&setup.settings.state)?.read(known)?;
    if daemon::judge(&known, ends.as_deref(), &directory, None) == Intake::Apply {
        return Err(Failure::NotFound(
            "Nothing is held: the register in the files comes into force without being accepted. `rappel status` says \
             what is in force."
                .to_owned(),
        ));
    }
    let digest = daemon::digest(&directory);
    let now = Clock::System.now();
    let accept = |c: &_| {
        ledger::set_fact(c, fact::REGISTER_ACCEPTED, &digest)?;
        ledger::decided(c, "accept-register", None, now)
    };
    store::write_beside(&setup.settings.state, accept)?;
    let open = daemon::open_actions(&directory).count();
    say!(
        "The register with {} is accepted; a running daemon takes it over within a minute.",
        super::output::count(open, "open action", "open actions")
    );
    Ok(())
}
