//! All that is written: each page from its one source.
//!
//! | file | source |
//! | --- | --- |
//! | `man/rappel*.1` | the command line, as `--help` shows it |
//! | `man/rappel.toml.5`, `rappel.toml` | `config/default.toml` |
//! | `man/rappel-register.7` | `docs/secretariat.md` |
//! | `completions/` | the command line |

mod commands;
mod register;
// Pages are written once, and small.
#[allow(clippy::format_push_string, reason = "a page that is written piece by piece reads as it looks")]
mod roff;
mod settings;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap_complete::Shell;

/// Writes everything below `folder` and names the files.
pub(crate) fn write(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut pages = commands::pages()?;
    pages.push(("rappel.toml.5".to_owned(), settings::page()));
    pages.push(("rappel-register.7".to_owned(), register::page()));
    let mut files = Vec::new();
    for (name, text) in pages {
        put(&folder.join("man").join(name), text.as_bytes(), &mut files)?;
    }
    for (shell, name) in [(Shell::Bash, "rappel"), (Shell::Zsh, "_rappel"), (Shell::Fish, "rappel.fish")] {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut rappel::cli::command(), "rappel", &mut script);
        put(&folder.join("completions").join(name), &script, &mut files)?;
    }
    put(&folder.join("rappel.toml"), rappel::config::draft(&[]).as_bytes(), &mut files)?;
    Ok(files)
}

fn put(file: &Path, content: &[u8], files: &mut Vec<PathBuf>) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, content)?;
    files.push(file.to_owned());
    Ok(())
}
