//! Small disks, and disks whose power can be cut.

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

/// A disk that can lose power: a file, mounted with a file system that has a journal.
pub(crate) struct Disk {
    at: PathBuf,
    image: PathBuf,
}

impl Disk {
    /// Makes and mounts one, of the kind "ext4" or "xfs"; or why that is not possible here.
    pub(crate) fn mount(kind: &str, at: &Path) -> Result<Self, String> {
        fs::create_dir_all(at).unwrap();
        for tool in ["strace", "xfs_io"] {
            tried(Command::new(tool).arg("-V"))?;
        }
        let mut image = at.as_os_str().to_owned();
        image.push(".disk");
        let disk = Self { at: at.to_owned(), image: image.into() };
        // XFS wants 300 MB; what is not written takes no room.
        fs::File::create(&disk.image).unwrap().set_len(320 * 1024 * 1024).unwrap();
        tried(Command::new(format!("mkfs.{kind}")).arg("-q").arg(&disk.image))?;
        mount(&disk.how())?;
        Ok(disk)
    }

    fn how(&self) -> [&str; 4] {
        ["-o", "loop", self.image.to_str().unwrap(), self.at.to_str().unwrap()]
    }

    /// What was written stays, whatever happens.
    pub(crate) fn flush(&self) {
        tried(Command::new("sync").arg("-f").arg(&self.at)).unwrap();
    }

    /// From now on nothing is written to it, and what was not flushed is gone.
    pub(crate) fn lose_power(&mut self) {
        tried(Command::new("xfs_io").args(["-x", "-c", "shutdown"]).arg(&self.at)).unwrap();
    }

    /// The machine is started again.
    pub(crate) fn mount_again(&mut self) {
        tried(Command::new("umount").arg(&self.at)).unwrap();
        mount(&self.how()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.at).status();
    }
}

/// Runs a command that has to go well; or why it did not.
pub(crate) fn tried(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.output() {
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(format!("{name}: {}", String::from_utf8_lossy(&done.stderr).trim())),
        Err(error) => Err(format!("{name} cannot be started ({error})")),
    }
}

fn mount(args: &[&str]) -> Result<(), String> {
    tried(Command::new("mount").args(args))
}
