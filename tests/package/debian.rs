//! A small Debian in a folder, made once with debootstrap and kept below `target`: what a machine is booted from.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What the machine has besides the smallest Debian: systemd, a mail server with logins, and what makes
/// certificates. All that the package depends on is among it, so that it installs without a network.
const INCLUDED: &str =
    "systemd,systemd-sysv,dbus,procps,ca-certificates,openssl,postfix,libsasl2-modules,sasl2-bin";

/// Changed when [`INCLUDED`] changes, so that an older folder is not used.
const EDITION: u32 = 1;

/// How long debootstrap may take, in seconds.
const PATIENCE: &str = "900";

/// The folder, made if it is not there; or why there cannot be one.
pub(crate) fn folder() -> Result<PathBuf, String> {
    let Site { uri, codename } = site()?;
    let done = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("debian-{codename}-{EDITION}"));
    if done.is_dir() {
        return Ok(done);
    }
    let making = done.with_extension("making");
    let _ = fs::remove_dir_all(&making);
    let made = Command::new("timeout")
        .args([PATIENCE, "debootstrap", "--variant=minbase", "--include", INCLUDED, &codename])
        .arg(&making)
        .arg(&uri)
        .output()
        .map_err(|_| "there is no debootstrap here".to_owned())?;
    if !made.status.success() {
        let said = String::from_utf8_lossy(&made.stdout);
        return Err(format!(
            "debootstrap did not make a Debian: {}",
            said.lines().last().unwrap_or_default()
        ));
    }
    let _ = fs::remove_dir_all(making.join("var/cache/apt/archives"));
    let _ = fs::remove_dir_all(making.join("var/lib/apt/lists"));
    fs::rename(&making, &done).map_err(|error| error.to_string())?;
    Ok(done)
}

/// Where Debian comes from.
struct Site {
    uri: String,
    codename: String,
}

/// The one that this machine's apt is set up with, for the release that it runs: the program was linked here.
fn site() -> Result<Site, String> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let codename = release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    let codename = codename.ok_or("this is no Debian")?.trim_matches('"').to_owned();
    let listed = Command::new("apt-get")
        .args(["indextargets", "--format", "$(ORIGIN) $(CODENAME) $(COMPONENT) $(REPO_URI)"])
        .args(["Created-By: Packages"])
        .output()
        .map_err(|_| "there is no apt-get here")?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let wanted = format!("Debian {codename} main ");
    let uri = listed.lines().find_map(|line| line.strip_prefix(&wanted));
    let uri = uri.ok_or_else(|| format!("apt knows no place for Debian {codename} (apt-get update)"))?;
    Ok(Site { uri: uri.to_owned(), codename })
}
