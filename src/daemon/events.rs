//! What happens to the daemon from outside: signals, changed files, the watchdog's interval.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::Setup;
use crate::compose::Templates;
use notify::{RecursiveMode, Watcher};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
    time::Instant,
};

/// How long a folder has to be quiet before a change in it is looked at: editors and office
/// programs write, rename and delete several files for one save.
const QUIET: Duration = Duration::from_millis(500);

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// SIGTERM or SIGINT.
    Stop,
    /// SIGHUP: read everything again.
    Reload,
    /// A file beside the register, the settings or the templates changed.
    FilesChanged,
}

/// Where events come from.
#[derive(Debug)]
pub struct Events {
    terminate: Signal,
    interrupt: Signal,
    reload: Signal,
    files: Option<Files>,
    watched: Vec<PathBuf>,
    quiet_at: Option<Instant>,
}

#[derive(Debug)]
struct Files {
    changes: mpsc::Receiver<()>,
    /// Dropping it ends the watch.
    _watcher: notify::RecommendedWatcher,
}

impl Events {
    /// Signals only.
    pub fn signals() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            reload: signal(SignalKind::hangup())?,
            files: None,
            watched: Vec::new(),
            quiet_at: None,
        })
    }

    /// Watches these folders as well, not the files in them: a file that is replaced is a new
    /// file. Where the system cannot watch, the daemon's own look at the files every half minute
    /// has to do; the error says so.
    fn watch(&mut self, folders: &[PathBuf]) -> notify::Result<()> {
        let (report, changes) = mpsc::channel(1);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Reading a file is no change; a full channel already says what there is to say.
            if event.is_ok_and(|event| !event.kind.is_access()) {
                let _ = report.try_send(());
            }
        })?;
        for folder in folders {
            watcher.watch(folder, RecursiveMode::NonRecursive)?;
        }
        self.files = Some(Files { changes, _watcher: watcher });
        Ok(())
    }

    /// Watches the folders of register, settings and templates, in place of those watched before.
    pub fn watch_files_of(&mut self, setup: &Setup) {
        let settings = &setup.settings;
        let mut folders = vec![folder_of(&settings.register.path), folder_of(&settings.file)];
        if let Some(templates) = &settings.templates {
            folders.push(templates.clone());
            // "en/reminder.txt" is in a folder of its own.
            let own = Templates::names().map(|name| folder_of(&templates.join(name)));
            folders.extend(own.filter(|folder| folder.is_dir()));
        }
        folders.sort();
        folders.dedup();
        if self.watched == folders {
            return;
        }
        if let Err(error) = self.watch(&folders) {
            tracing::warn!("Files cannot be watched ({error}); they are looked at every half minute.");
        }
        self.watched = folders;
    }

    /// SIGTERM or SIGINT; what else happens meanwhile is the next event. Cancel safe.
    pub async fn stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// The next event. Cancel safe.
    pub async fn next(&mut self) -> Event {
        loop {
            let quiet = self.quiet_at;
            tokio::select! {
                biased;
                _ = self.terminate.recv() => return Event::Stop,
                _ = self.interrupt.recv() => return Event::Stop,
                _ = self.reload.recv() => return Event::Reload,
                () = changed(self.files.as_mut()) => self.quiet_at = Some(Instant::now() + QUIET),
                () = until(quiet) => {
                    self.quiet_at = None;
                    return Event::FilesChanged;
                }
            }
        }
    }
}

async fn changed(files: Option<&mut Files>) {
    let seen = match files {
        Some(files) => files.changes.recv().await,
        None => None,
    };
    if seen.is_none() {
        std::future::pending::<()>().await;
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

/// The folder to watch for a file or folder of the installation.
fn folder_of(path: &Path) -> PathBuf {
    if path.is_dir() {
        return path.to_owned();
    }
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
