//! Small disks.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

/// A file system of its own in memory, gone at the end.
pub(crate) struct Volume {
    at: PathBuf,
}

impl Volume {
    /// Mounts one of so many KiB; or why that is not possible here.
    pub(crate) fn mount(at: &Path, kib: u32) -> Result<Self, String> {
        fs::create_dir_all(at).unwrap();
        let size = format!("size={kib}k,mode=0700");
        mount(&["-t", "tmpfs", "-o", &size, "tmpfs", at.to_str().unwrap()])?;
        Ok(Self { at: at.to_owned() })
    }

    /// Makes it read-only, or writable again.
    pub(crate) fn read_only(&self, yes: bool) {
        let how = if yes { "remount,ro" } else { "remount,rw" };
        mount(&["-o", how, self.at.to_str().unwrap()]).unwrap();
    }

    /// Fills it up, but for so many KiB.
    pub(crate) fn fill_but(&self, kib: u64) {
        let mut file = OpenOptions::new().create(true).append(true).open(self.ballast()).unwrap();
        while file.write_all(&[7; 4096]).is_ok() {}
        let full = file.metadata().unwrap().len();
        file.set_len(full.saturating_sub(kib * 1024)).unwrap();
    }

    /// Makes room again.
    pub(crate) fn make_room(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.at.join("ballast")
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.at).status();
    }
}

fn mount(args: &[&str]) -> Result<(), String> {
    match Command::new("mount").args(args).output() {
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(format!("mount: {}", String::from_utf8_lossy(&done.stderr).trim())),
        Err(error) => Err(format!("mount cannot be started ({error})")),
    }
}
