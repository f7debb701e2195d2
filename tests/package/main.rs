//! The Debian package: what is in it, what lintian says, its life from installation to purge, and the service
//! under a real systemd.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod archive;
mod boot;
mod debian;
mod machine;
#[path = "../../packaging/documentation/pages.rs"]
mod pages;
mod practise;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use tempfile::TempDir;

/// What a package has to hold, whatever else is in it.
const CONTENTS: &[&str] = &[
    "-rwxr-xr-x ./usr/bin/rappel",
    "-rw-r--r-- ./etc/rappel/rappel.toml",
    "-rw-r--r-- ./usr/lib/systemd/system/rappel.service",
    "-rw-r--r-- ./usr/lib/sysusers.d/rappel.conf",
    "-rw-r--r-- ./usr/share/bash-completion/completions/rappel",
    "-rw-r--r-- ./usr/share/zsh/vendor-completions/_rappel",
    "-rw-r--r-- ./usr/share/fish/vendor_completions.d/rappel.fish",
    "-rw-r--r-- ./usr/share/man/man1/rappel.1.gz",
    "-rw-r--r-- ./usr/share/man/man1/rappel-setup.1.gz",
    "-rw-r--r-- ./usr/share/man/man1/rappel-outbox-list.1.gz",
    "-rw-r--r-- ./usr/share/man/man5/rappel.toml.5.gz",
    "-rw-r--r-- ./usr/share/man/man7/rappel-register.7.gz",
    "-rw-r--r-- ./usr/share/doc/rappel/copyright",
    "-rw-r--r-- ./usr/share/doc/rappel/changelog.Debian.gz",
    "-rw-r--r-- ./usr/share/doc/rappel/administrator.md",
    "-rw-r--r-- ./usr/share/doc/rappel/examples/share.conf",
    "-rw-r--r-- ./usr/share/doc/rappel/examples/mou-mg/rappel.toml",
    "-rw-r--r-- ./usr/share/doc/rappel/examples/mou-mg/register/Actions.csv",
    "-rw-r--r-- ./usr/share/doc/rappel/examples/templates/reminder.html",
];

/// The life of the package on a machine of its own: this one, with all that is written kept in memory.
const LIFE: &str = r#"
set -eu
mount -t tmpfs tmpfs "$BASE"
mkdir "$BASE/up" "$BASE/work" "$BASE/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$BASE/up,workdir=$BASE/work" "$BASE/root" || exit 77
mount -t proc proc "$BASE/root/proc"
mount --bind /dev "$BASE/root/dev"
mount -t tmpfs tmpfs "$BASE/root/run"
cp "$FIRST" "$BASE/root/run/first.deb"
cp "$SECOND" "$BASE/root/run/second.deb"
exec chroot "$BASE/root" sh -euc '
    export DEBIAN_FRONTEND=noninteractive
    install() { dpkg --no-triggers --force-confold -i "$1" >/dev/null 2>&1 || { dpkg -i "$1"; exit 1; }; }
    is() { found=$(stat --format "%A %U %G" "$1"); [ "$found" = "$2" ] || { echo "$1 is $found, not $2"; exit 1; }; }
    gone() { [ ! -e "$1" ] || { echo "$1 is still there"; exit 1; }; }

    # This is a layer over the machine that tests: whatever it had of rappel is not there.
    rm -rf /etc/rappel /var/lib/rappel
    echo "== a fresh installation sets nothing and sends nothing"
    install /run/first.deb
    is /etc/rappel "drwxr-xr-x root rappel"
    is /etc/rappel/rappel.toml "-rw-r----- root rappel"
    is /var/lib/rappel "drwx------ rappel rappel"
    code=0; rappel run --once 2>/dev/null || code=$?
    [ "$code" = 3 ] || { echo "run ended with $code"; exit 1; }

    echo "== after setup the user of the service can do its work"
    rappel setup --name TSB --address reminders@example.int --register /srv/actions.xlsx --new-register \
        --maildir /var/lib/rappel/letters >/dev/null
    is /etc/rappel/rappel.toml "-rw-r----- root rappel"
    is /var/lib/rappel/rappel.db "-rw------- rappel rappel"
    is /var/lib/rappel/letters "drwx------ rappel rappel"
    chmod 644 /srv/actions.xlsx
    runuser -u rappel -- rappel run --once
    settings=$(sha256sum /etc/rappel/rappel.toml)

    echo "== an upgrade keeps changed settings and the state"
    install /run/second.deb
    grep -q "from the second package" /etc/rappel/rappel.toml.dpkg-dist
    [ "$(sha256sum /etc/rappel/rappel.toml)" = "$settings" ]
    is /etc/rappel/rappel.toml "-rw-r----- root rappel"
    runuser -u rappel -- rappel run --once

    echo "== a removal keeps both"
    dpkg --no-triggers -r rappel >/dev/null 2>&1
    gone /usr/bin/rappel
    [ "$(sha256sum /etc/rappel/rappel.toml)" = "$settings" ]
    is /var/lib/rappel/rappel.db "-rw------- rappel rappel"

    echo "== and who comes back finds them"
    install /run/second.deb
    runuser -u rappel -- rappel run --once
    touch /etc/rappel/smtp-password

    echo "== a purge leaves nothing but the register"
    dpkg --no-triggers -P rappel >/dev/null 2>&1
    gone /etc/rappel
    gone /var/lib/rappel
    [ -z "$(find /etc /usr/bin /usr/lib/systemd /usr/lib/sysusers.d /usr/share/doc /usr/share/man /var/lib/systemd \
        -name "rappel*" -newer /run/first.deb)" ]
    [ -e /srv/actions.xlsx ]
'
"#;

/// Why the machine cannot do this, if it cannot.
fn missing() -> Option<&'static str> {
    let works = |program: &str, args: &[&str]| {
        Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
    };
    if !works("dpkg-deb", &["--version"]) {
        Some("there is no dpkg-deb: this is no Debian")
    } else if !works("cargo", &["deb", "--version"]) {
        Some("there is no cargo-deb; `cargo install cargo-deb` brings it")
    } else {
        None
    }
}

/// Packs the program that is under test, and what is made from its sources.
fn package(folder: &Path) -> PathBuf {
    let documentation = Path::new("target/documentation");
    let _ = fs::remove_dir_all(documentation);
    pages::write(documentation).unwrap();
    let output =
        Command::new("packaging/build").args(["--debug", "--no-build"]).arg(folder).output().unwrap();
    let (said, lintian) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{lintian}");
    if lintian.contains("no lintian here") {
        eprintln!("skipped: lintian, which is not installed");
    }
    PathBuf::from(said.trim())
}

/// The same package with another version and other settings.
fn next_package(first: &Path, folder: &Path) -> PathBuf {
    let (tree, second) = (folder.join("tree"), folder.join("second.deb"));
    let run = |command: &mut Command| assert!(command.output().unwrap().status.success());
    run(Command::new("dpkg-deb").arg("-R").arg(first).arg(&tree));
    let control = fs::read_to_string(tree.join("DEBIAN/control")).unwrap();
    fs::write(tree.join("DEBIAN/control"), control.replace("Version: 0.", "Version: 1:0.")).unwrap();
    let settings = tree.join("etc/rappel/rappel.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("{text}\n# from the second package\n")).unwrap();
    run(Command::new("dpkg-deb").args(["--root-owner-group", "-Zgzip", "-z1", "-b"]).arg(&tree).arg(&second));
    second
}

/// The packages under test, made once: one, and the next with another version and other settings.
fn packages() -> &'static (TempDir, PathBuf, PathBuf) {
    static MADE: OnceLock<(TempDir, PathBuf, PathBuf)> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let first = package(folder.path());
        let second = next_package(&first, folder.path());
        (folder, first, second)
    })
}

#[test]
fn the_package_is_whole_clean_and_keeps_what_belongs_to_its_users() {
    if let Some(why) = missing() {
        eprintln!("skipped: {why}");
        return;
    }
    let (_, package, second) = packages();
    let listed = Command::new("dpkg-deb").arg("-c").arg(package).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let files: Vec<String> = listed
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .map(|words| format!("{} {}", words[0], words[5]))
        .collect();
    for file in CONTENTS {
        assert!(files.iter().any(|found| found == file), "{file} is not in the package:\n{listed}");
    }
    let field = |name: &str| {
        let output = Command::new("dpkg-deb").args(["-f"]).arg(package).arg(name).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    for needed in ["libc6", "systemd (>= 252)", "procps"] {
        assert!(field("Depends").contains(needed), "{needed}: {}", field("Depends"));
    }
    let conffiles = Command::new("dpkg-deb").arg("-I").arg(package).arg("conffiles").output().unwrap();
    assert_eq!(String::from_utf8(conffiles.stdout).unwrap().trim(), "/etc/rappel/rappel.toml");

    live(package, second);
}

fn live(package: &Path, second: &Path) {
    let base = tempfile::tempdir().unwrap();
    let life = Command::new("unshare")
        .args(["--mount", "--propagation", "private", "sh", "-c", LIFE])
        .env("BASE", base.path())
        .env("FIRST", package)
        .env("SECOND", second)
        .output();
    let output = match life {
        Ok(output) if output.status.code() == Some(77) || is_refused(&output.stderr) => {
            eprintln!("skipped: installing, for which root and an overlay file system are needed here");
            return;
        }
        Ok(output) => output,
        Err(_) => {
            eprintln!("skipped: installing, for there is no unshare (util-linux) here");
            return;
        }
    };
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
}

/// Whether the machine did not let this user make a machine of its own.
fn is_refused(said: &[u8]) -> bool {
    let said = String::from_utf8_lossy(said);
    said.contains("unshare failed") || said.contains("mount: ")
}
