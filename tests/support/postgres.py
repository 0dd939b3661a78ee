"""A real PostgreSQL for tests, from the binaries that Debian installs; nothing is left behind."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
NEEDED = ("initdb", "pg_ctl", "psql")
START_S_MAX = 60
FAST = "-c fsync=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=64MB"


class NoPostgres(Exception):
    """There are no binaries here, or they cannot be used; the message says which."""


class Cluster:
    """A running cluster. Each test takes a database of its own."""

    def __init__(self, binaries: Path, port: int) -> None:
        self._binaries = binaries
        self._port = port
        self._numbers = count(1)

    def fresh_database(self) -> str:
        """The URL of a new, empty database."""
        name = f"test_{next(self._numbers)}"
        self.psql(f"CREATE DATABASE {name} TEMPLATE template0")
        return f"postgresql://postgres@127.0.0.1:{self._port}/{name}"

    def drop(self, url: str) -> None:
        """Removes a database, whoever is still connected."""
        self.psql(f"DROP DATABASE {url.rsplit('/', 1)[1]} WITH (FORCE)")

    def shut(self, url: str) -> None:
        """Ends every connection to a database and takes no more."""
        name = url.rsplit("/", 1)[1]
        self.psql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        ended = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
        self.psql(f"{ended} WHERE datname = '{name}'")  # its own name, of a fixed form

    def reopen(self, url: str) -> None:
        """Takes connections to it again."""
        self.psql(f"ALTER DATABASE {url.rsplit('/', 1)[1]} ALLOW_CONNECTIONS true")

    def psql(self, statement: str) -> None:
        """Runs one statement as superuser."""
        address = ("-h", "127.0.0.1", "-p", str(self._port), "-U", "postgres", "-d", "postgres")
        psql = self._binaries / "psql"
        _run(psql, "-qXAt", "-v", "ON_ERROR_STOP=1", *address, given=statement)


@contextmanager
def running_cluster(settings: str = FAST) -> Iterator[Cluster]:
    """A cluster on a free port of the loopback address, gone afterwards.

    Args:
        settings: options of the server; by default those that give up durability.

    Raises:
        NoPostgres: with the reason, for whoever skips.
    """
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="jipp-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data, port = folder / "data", _free_port()
        initdb = (binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
        _run(*initdb, "--locale=C.UTF-8", "--no-sync")
        pg_ctl = (binaries / "pg_ctl", "-D", data, "-w", "-t", str(START_S_MAX))
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} {settings}"
        _run(*pg_ctl, "-l", folder / "log", "-o", options, "start")
        try:
            yield Cluster(binaries, port)
        finally:
            _run(*pg_ctl, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def find_binaries() -> Path:
    """The folder of the newest PostgreSQL installed.

    Raises:
        NoPostgres: there is none, or nobody to run it as.
    """
    versions = (path for path in DEBIAN.glob("*/bin") if path.parent.name.isdigit())
    for folder in sorted(versions, key=lambda path: int(path.parent.name), reverse=True):
        if all((folder / name).exists() for name in NEEDED):
            if os.geteuid() == 0 and not _has_user("postgres"):
                raise NoPostgres("PostgreSQL refuses to run as root, and no user postgres is here")
            return folder
    raise NoPostgres(f"no PostgreSQL binaries below {DEBIAN} (Debian: apt install postgresql)")


def _has_user(name: str) -> bool:
    return name in {entry.pw_name for entry in pwd.getpwall()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(*command: str | Path, given: str = "") -> None:
    """Runs a command as the user that PostgreSQL accepts."""
    as_root = os.geteuid() == 0
    done = subprocess.run(  # noqa: S603  # our own command line
        [str(part) for part in command],
        input=given.encode(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
        cwd="/",
        user="postgres" if as_root else None,
        group="postgres" if as_root else None,
        extra_groups=[] if as_root else None,
    )
    if done.returncode:
        raise NoPostgres(f"{command[0]}: {done.stderr.decode(errors='replace')}")
