#!/usr/bin/env bash
# Passes all tests, on a fresh machine with cargo as well: the mail server that one of them talks to, strace, which kills
# the program at a chosen system call in another, and what makes, looks at and boots the Debian package (cargo-deb,
# lintian, debootstrap, systemd-nspawn) and the static archive (the musl target, musl-tools), libfaketime, with which
# a clock is set, and xfsprogs, with which the power is cut, are installed if that is possible here, and those tests say
# "skipped" and why if it is not.
set -euo pipefail
cd "$(dirname "$0")"

there() { command -v "$1" >/dev/null; }

faketime() { compgen -G "/usr/lib/*/faketime/libfaketime.so.1" >/dev/null; }

if ! { there postfix && there strace && there lintian && there debootstrap && there systemd-nspawn && there musl-gcc && there xfs_io && faketime; } &&
    there apt-get && [ "$(id -u)" = 0 ]; then
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends postfix strace lintian man-db debootstrap systemd-container musl-tools libfaketime xfsprogs) >/dev/null 2>&1 ||
        echo "Postfix, strace, lintian, debootstrap, systemd-container, musl-tools, libfaketime and xfsprogs could not be installed; the tests that need them will be skipped."
fi
musl=$(uname -m)-unknown-linux-musl
if ! [ -d "$(rustc --print target-libdir --target "$musl" 2>/dev/null)" ] && there rustup; then
    rustup --quiet target add "$musl" >/dev/null 2>&1 ||
        echo "The target $musl could not be installed; the test of the static archive will be skipped."
fi
if ! there cargo-deb; then
    # Not optimised: it is used once, and made in a third of the time.
    cargo install --quiet --locked --debug cargo-deb >/dev/null 2>&1 ||
        echo "cargo-deb could not be installed; the tests of the package will be skipped."
fi

cargo test --quiet "$@"
