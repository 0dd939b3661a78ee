"""`make bench`: the real programs as processes on loopback, each step timed; memory at the end.

Rates of one run belong together; machines are noisy. `--database` takes the URL of an empty
PostgreSQL database; without it the centre keeps SQLite.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

from bench.records import CHANGED_EVERY, write_rows
from deploy.demo.federation import Federation, Hub

RECORDS_DEFAULT = 10_000
POLL_S = 0.02


def main() -> None:
    """Runs every step once and prints one line each."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS_DEFAULT)
    parser.add_argument("--database", default="", help="postgresql://... of an empty database")
    asked = parser.parse_args()
    if asked.database:
        os.environ["JIPP_CENTRAL_DATABASE_URL"] = asked.database
    with tempfile.TemporaryDirectory(prefix="jipp-bench-") as folder:
        _measure(Path(folder), asked.records)


def _measure(folder: Path, count: int) -> None:
    plain, edited = folder / "plain.jsonl", folder / "edited.jsonl"
    write_rows(plain, count)
    write_rows(edited, count, edited=True)
    with Federation(folder / "federation") as federation:
        first, second = federation.hubs[:2]
        _step("import", count, lambda: _import(first, plain))
        _step("hub to searchable", count, lambda: _sync_until_searchable(federation, first))
        first.do("sync", "now", "--json")
        _step("new hub's replica", count, lambda: second.do("sync", "now", "--json"))
        changed = count // CHANGED_EVERY
        _step("1 % edited: import", changed, lambda: _import(first, edited))
        _step("1 % edited: searchable", changed, lambda: _sync_until_searchable(federation, first))
        first.do("sync", "now", "--json")
        _step("nothing changed", 1, lambda: first.do("sync", "now", "--json"))
        print(f"centre, peak memory: {_peak_mb(federation.centre_pid)} MB", flush=True)


def _import(hub: Hub, file: Path) -> None:
    hub.do("import", "commit", str(file), "--mapping", "template", "--json")


def _sync_until_searchable(federation: Federation, hub: Hub) -> None:
    """One run of the hub, and then until the centre has decided everything that it sent."""
    before = _national_size(federation)
    pushed = hub.do("sync", "now", "--json")["pushed"]
    while _national_size(federation) < before + pushed:
        time.sleep(POLL_S)


def _national_size(federation: Federation) -> int:
    """The second line of the checkpoint (tlog-checkpoint)."""
    with urlopen(f"{federation.url}/log/national/1/checkpoint") as answer:  # noqa: S310  # our own
        return int(answer.read().split(b"\n")[1])


def _step(name: str, count: int, work: Callable[[], object]) -> None:
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    print(f"{name}: {seconds:.2f} s, {count / seconds:,.0f} a second", flush=True)


def _peak_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(it for it in status.splitlines() if it.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main()
