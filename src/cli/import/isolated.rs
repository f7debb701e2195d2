//! Reads a report in a process of its own, so that no file can take more time or memory than the settings allow, or
//! bring this one down.

use std::{
    fs::File,
    io::{Read, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context, anyhow};

use super::{super::exit::Failure, reader::Answer};
use crate::minutes::{Document, Settings};

/// Reads the report.
pub(super) fn read(path: &Path, settings: &Settings) -> Result<Document, Failure> {
    let bytes = bytes(path, settings.limits.file_bytes)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let answer = ask(&name, bytes, settings)?;
    match answer {
        Answer::Read(document) => Ok(document),
        Answer::Refused(why) => Err(refused(path, &why)),
    }
}

fn refused(path: &Path, why: &str) -> Failure {
    Failure::Failed(anyhow!("{}: {why}", path.display()))
}

/// The file, if it is a regular one within the limit.
fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => refused(path, "It is not there. Correct the path."),
        std::io::ErrorKind::PermissionDenied => refused(path, "You may not read it."),
        _ => refused(path, &format!("It cannot be read: {error}.")),
    };
    // Opening a named pipe would wait for somebody to write into it: look before.
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(refused(path, "It is not a regular file. Name the file that holds the report."));
    }
    let too_large = || {
        let why = format!(
            "The file is larger than {} MiB, the most that is read (import.file_mib). Save it without its pictures, or only \
             the part that matters.",
            most >> 20
        );
        refused(path, &why)
    };
    if metadata.len() > most {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > most { Err(too_large()) } else { Ok(bytes) }
}

/// Hands the file to the other process, and waits for its answer until the time is over.
fn ask(name: &str, bytes: Vec<u8>, settings: &Settings) -> Result<Answer, Failure> {
    let mut child = start(name, settings).context("the reader of reports cannot be started")?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    // It may end before it has read everything; what it says then tells why.
    thread::spawn(move || input.map(|mut input| input.write_all(&bytes)));
    let (sender, answer) = mpsc::channel();
    thread::spawn(move || {
        let mut said = Vec::new();
        let read = output.map(|mut output| output.read_to_end(&mut said));
        let _ = sender.send(read.and_then(Result::ok).map(|_| said));
    });
    let said = answer.recv_timeout(settings.time);
    if said.is_err() {
        let _ = child.kill();
    }
    let status = child.wait().context("the reader of reports cannot be waited for")?;
    match said {
        Err(_) => Err(Failure::Failed(anyhow!("{name}: {}", too_long(settings.time)))),
        Ok(said) if status.success() => {
            let answer = said.as_deref().and_then(|said| serde_json::from_slice(said).ok());
            answer.ok_or_else(|| Failure::Failed(anyhow!("{name}: the reader of reports gave no answer.")))
        }
        Ok(_) => Err(Failure::Failed(anyhow!("{name}: {}", too_much(settings.memory)))),
    }
}

fn start(name: &str, settings: &Settings) -> std::io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg("read-report")
        .arg("--memory")
        .arg(settings.memory.to_string())
        .arg("--size")
        .arg(settings.limits.file_bytes.to_string())
        .arg("--")
        .arg(name)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

fn too_long(time: Duration) -> String {
    format!(
        "It could not be read within {} seconds (import.time). Save it again, or only the part that matters.",
        time.as_secs()
    )
}

fn too_much(memory: u64) -> String {
    format!(
        "It is damaged, or reading it takes more than {} MiB of memory (import.memory_mib). Save it again, or only the part \
         that matters.",
        memory >> 20
    )
}
