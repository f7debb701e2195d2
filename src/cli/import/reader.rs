//! The process in which a report is taken apart: this program again, with bounds on its memory, that reads the file
//! from standard input and writes the document to standard output.

use std::io::{self, Read, Write};

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

use super::super::exit::Ended;
use crate::minutes::{self, Document, Limits};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The name of the file
    name: String,
    /// How much memory it may take, in bytes
    #[arg(long)]
    memory: u64,
    /// The size of the largest file, in bytes
    #[arg(long)]
    size: u64,
}

/// What the process says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// The document.
    Read(Document),
    /// Why it was not read, in sentences.
    Refused(String),
}

pub(in crate::cli) fn run(args: &Args) -> Ended {
    let limit = Rlimit { current: Some(args.memory), maximum: Some(args.memory) };
    setrlimit(Resource::As, limit).map_err(io::Error::from)?;
    // What goes wrong in there is said by whoever started it.
    std::panic::set_hook(Box::new(|_| {}));
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let limits = Limits { file_bytes: args.size, unpacked_bytes: args.memory, ..Limits::default() };
    let answer = match minutes::read(&args.name, &bytes, &limits) {
        Ok(document) => Answer::Read(document),
        Err(why) => Answer::Refused(why.0),
    };
    drop(bytes);
    let mut out = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut out, &answer).map_err(anyhow::Error::from)?;
    out.flush()?;
    Ok(())
}
