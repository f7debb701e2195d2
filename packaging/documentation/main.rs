//! Writes what is made from the sources rather than by hand: manual pages, shell completions, and the settings
//! file of the package.
//!
//! ```sh
//! cargo run --example documentation -- target/documentation
//! ```

#[path = "pages.rs"]
mod pages;

use std::{path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("Name the folder to write to, for example target/documentation.");
        return ExitCode::from(2);
    };
    match pages::write(&folder) {
        Ok(files) => {
            println!("{} files are written to {}.", files.len(), folder.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{} cannot be written to: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}
