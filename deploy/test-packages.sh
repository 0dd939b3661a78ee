#!/bin/sh
# What the tests use beyond Python: PostgreSQL and Chromium. Installed as root on Debian; elsewhere said aloud.
set -u

postgres_is_here() { ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1
chromium_is_here() { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null

install_package() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return
    echo "installing $1 for the tests ..."
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1"; } >/dev/null 2>&1
}

say_missing() {
    echo "********************************************************************"
    echo "** $1 is not here and could not be installed."
    echo "** Every test that needs it will be SKIPPED."
    echo "** On Debian: apt-get install $2"
    echo "********************************************************************"
}

postgres_is_here || install_package postgresql
postgres_is_here || say_missing "PostgreSQL" postgresql
chromium_is_here || install_package chromium
chromium_is_here || say_missing "Chromium" chromium
exit 0
