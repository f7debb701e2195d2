//! Writes sample letters in every language, as HTML and as text, for people to look at: `tests/pictures/render`
//! makes pictures of them.
//!
//! ```sh
//! cargo run --example pictures -- target/pictures
//! ```

mod cases;

use std::{fs, io, path::Path, process::ExitCode};

use cases::Case;
use rappel::action::Language;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("Name the folder to write to, for example target/pictures.");
        return ExitCode::from(2);
    };
    match write(Path::new(&folder)) {
        Ok(letters) => {
            println!("{letters} letters are written to {}.", Path::new(&folder).display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{} cannot be written to: {error}", Path::new(&folder).display());
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    let mut letters = 0;
    for language in Language::ALL {
        for Case { name, letter } in cases::all(language).map_err(io::Error::other)? {
            fs::write(folder.join(format!("{language}-{name}.html")), &letter.html)?;
            fs::write(
                folder.join(format!("{language}-{name}.txt")),
                format!("Subject: {}\n\n{}", letter.letter.subject, letter.text),
            )?;
            letters += 1;
        }
    }
    Ok(letters)
}
