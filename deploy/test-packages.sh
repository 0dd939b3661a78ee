#!/bin/sh
# What the tests use beyond Python: PostgreSQL 15. Installed as root on Debian; elsewhere said aloud.
set -u

if [ -x /usr/lib/postgresql/15/bin/initdb ]; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing PostgreSQL 15 for the tests ..."
    if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql-15; } >/dev/null 2>&1; then
        exit 0
    fi
fi
echo "********************************************************************"
echo "** PostgreSQL 15 is not here and could not be installed.           **"
echo "** Every test that needs it will be SKIPPED.                       **"
echo "** On Debian: apt-get install postgresql-15                        **"
echo "********************************************************************"
