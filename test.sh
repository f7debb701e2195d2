#!/usr/bin/env bash
# Passes all tests, on a fresh machine with cargo as well: the mail server that one of them talks to,
# strace, which kills the program at a chosen system call in another, and lintian, which looks at the
# Debian package, are installed if that is possible here, and those tests say "skipped" and why if it is not.
set -euo pipefail
cd "$(dirname "$0")"

if ! { command -v postfix && command -v strace && command -v lintian; } >/dev/null && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends postfix strace lintian man-db) >/dev/null 2>&1 ||
        echo "Postfix, strace and lintian could not be installed; the tests that need them will be skipped."
fi

cargo test --quiet "$@"
