"""`make bench`: the real programs as processes on loopback, each step timed, on both databases.

Prints; asserts nothing. Figures of one run belong together; machines are noisy. PostgreSQL is left
out, and that is said, where its binaries are not installed.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from urllib.request import urlopen

from backports import zstd

from bench import pages, search
from bench.records import CHANGED_EVERY, write_rows
from deploy.demo.federation import Federation, Hub, run
from tests.support.postgres import NoPostgres, running_cluster

RECORDS_DEFAULT = 10_000
POLL_S = 0.05
SETTLE_S = 3
REST_LOOKS = 6
IDLE_INTERVAL_S = 3_600
METRICS = "/metrics"
DURABLE = "-c shared_buffers=256MB"
DATABASE_SETTING = "JIPP_CENTRAL_DATABASE_URL"
MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value.

    Attributes:
        name: what was measured.
        value: in `unit`.
        unit: such as `s` or `MB`.
        rate: work a second, or 0.
    """

    name: str
    value: float
    unit: str
    rate: float = 0


@dataclass(slots=True)
class Bench:
    """The steps of one database, in order."""

    database: str
    folder: Path
    count: int
    figures: list[Figure] = field(default_factory=list)

    def measure(self) -> None:
        """Runs every step once."""
        plain, edited = self.folder / "plain.jsonl", self.folder / "edited.jsonl"
        write_rows(plain, self.count)
        write_rows(edited, self.count, edited=True)
        with Federation(self.folder / "federation") as federation:
            first, second = federation.hubs[:2]
            self._whole(federation, first, second, plain)
            self._changes(federation, first, edited)
            self._nothing_changed(federation, first)
            self._memory(federation)

    def _whole(self, federation: Federation, first: Hub, second: Hub, rows: Path) -> None:
        self._timed("import into a hub", self.count, lambda: _import(first, rows))
        before = _loopback_bytes()
        seconds = _sync_until_searchable(federation, first, self.count)
        self._add("hub to searchable", seconds, "s", self.count / seconds)
        self._wire(_loopback_bytes() - before, rows)
        first.do("sync", "now", "--json")
        self._timed("replica of a new hub", self.count, lambda: second.do("sync", "now", "--json"))

    def _wire(self, count: int, rows: Path) -> None:
        """Both directions; where the centre's database is on the same device, nobody can tell."""
        if self.database == "SQLite":
            self._add("  on the wire", count / MB, "MB")
            packed = len(zstd.compress(rows.read_bytes()))
            self._add("  on the wire / zstd of the rows", count / packed, "x")

    def _changes(self, federation: Federation, hub: Hub, rows: Path) -> None:
        changed = self.count // CHANGED_EVERY
        self._timed("1 % edited: import", changed, lambda: _import(hub, rows))
        seconds = _sync_until_searchable(federation, hub, changed)
        self._add("1 % edited: searchable", seconds, "s", changed / seconds)
        hub.do("sync", "now", "--json")

    def _nothing_changed(self, federation: Federation, hub: Hub) -> None:
        hub.do("sync", "now", "--json")
        while _metric(_page(federation, METRICS).decode(), "jipp_uncompared_entries"):
            time.sleep(SETTLE_S)  # looking for duplicates goes on in the background
        requests, seconds = _answered(federation)
        self._timed("nothing changed: sync", 0, lambda: hub.do("sync", "now", "--json"))
        requests_after, seconds_after = _answered(federation)
        self._add("  requests", requests_after - requests, "")
        self._add("  time in the centre", (seconds_after - seconds) * 1_000, "ms")
        self._timed("hubnode status", 0, lambda: hub.do("status", "--json"))
        self._timed("hubnode --help", 0, lambda: run("hubnode", "--help"))

    def _memory(self, federation: Federation) -> None:
        self._add("centre: peak memory", _memory_mb(federation.pids[0], "VmHWM"), "MB")
        self._add("hub commands: peak memory", getrusage(RUSAGE_CHILDREN).ru_maxrss / 1_024, "MB")
        federation.serve_hubs(interval_s=IDLE_INTERVAL_S)
        _, had_it, _, copies_it, _ = federation.pids
        self._add("node at rest with the whole catalogue", _memory_at_rest_mb(had_it), "MB")
        self._add("node at rest that has just copied it", _memory_at_rest_mb(copies_it), "MB")

    def _timed(self, name: str, count: int, work: Callable[[], object]) -> None:
        began = time.perf_counter()
        work()
        seconds = time.perf_counter() - began
        self._add(name, seconds, "s", count / seconds)

    def _add(self, name: str, value: float, unit: str, rate: float = 0) -> None:
        self.figures.append(Figure(name, value, unit, rate))
        print(f"  {self.database}: {_line(self.figures[-1])}", file=sys.stderr, flush=True)


def main() -> None:
    """Measures on SQLite and on PostgreSQL, and prints both beside each other."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("question", nargs="?", choices=("sync", "search", "pages"), default="sync")
    parser.add_argument("--records", type=int)
    asked = parser.parse_args()
    if asked.question == "search":
        search.measure(asked.records or search.RECORDS_DEFAULT)
        return
    if asked.question == "pages":
        pages.measure(asked.records or pages.RECORDS_DEFAULT)
        return
    count = asked.records or RECORDS_DEFAULT
    sqlite = _measured("SQLite", count)
    try:
        with running_cluster(DURABLE) as cluster:
            os.environ[DATABASE_SETTING] = cluster.fresh_database()
            postgresql = _measured("PostgreSQL", count)
    except NoPostgres as reason:
        print(f"PostgreSQL is left out: {reason}", file=sys.stderr)
        postgresql = []
    _print_table(count, sqlite, postgresql)


def _measured(database: str, count: int) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="jipp-bench-") as folder:
        bench = Bench(database, Path(folder), count)
        bench.measure()
        return bench.figures


def _print_table(count: int, sqlite: list[Figure], postgresql: list[Figure]) -> None:
    print(f"{count:,} records of 2-4 kB; rates are records or changes a second")
    print(f"{'':36}{'SQLite':>20}{'PostgreSQL':>22}{'ratio':>8}")
    others = {figure.name: figure for figure in postgresql}
    for figure in sqlite:
        row = f"{figure.name:36}{_shown(figure):>20}"
        if other := others.get(figure.name):
            ratio = other.value / figure.value if figure.value else 1
            row += f"{_shown(other):>22}{ratio:>8.2f}"
        print(row)


def _line(figure: Figure) -> str:
    return f"{figure.name.strip()}: {_shown(figure)}"


def _shown(figure: Figure) -> str:
    rate = f"  {figure.rate:,.0f}/s" if figure.rate else ""
    digits = 0 if figure.unit in ("", "MB") and figure.value > 1 else 2
    return f"{figure.value:,.{digits}f} {figure.unit}".rstrip() + rate


def _import(hub: Hub, file: Path) -> None:
    hub.do("import", "commit", str(file), "--mapping", "template", "--json")


def _sync_until_searchable(federation: Federation, hub: Hub, expected: int) -> float:
    """Seconds from the start of a hub's run until the centre has decided all that it sent.

    The centre decides while the upload goes on, so the run may well take longer. The run begins
    when the command has started, as it does on a node that is already there, and has read its keys.
    Asking costs the centre time too, so it is asked seldom at first and often towards the end.
    """
    sizes = [(time.time(), _national_size(federation))]
    with ThreadPoolExecutor(1) as thread:
        run_of_hub = thread.submit(lambda: hub.do("sync", "now", "--json"))
        while not run_of_hub.done() or sizes[-1][1] < sizes[0][1] + run_of_hub.result()["pushed"]:
            left = 1 - (sizes[-1][1] - sizes[0][1]) / expected
            time.sleep(POLL_S * (1 + max(0.0, left) * min(9, expected // 1_000)))
            sizes.append((time.time(), _national_size(federation)))
    wanted = sizes[0][1] + run_of_hub.result()["pushed"]
    searchable_at = next(moment for moment, size in sizes if size >= wanted)
    started_at = hub.do("sync", "history", "--limit", "1", "--json")["items"][0]["started_at"]
    return searchable_at - datetime.fromisoformat(started_at).timestamp()


def _national_size(federation: Federation) -> int:
    """The second line of the checkpoint (tlog-checkpoint)."""
    return int(_page(federation, "/log/national/1/checkpoint").split(b"\n")[1])


def _answered(federation: Federation) -> tuple[int, float]:
    """How many requests the centre has answered, and in how many seconds."""
    page = _page(federation, METRICS).decode()
    count = _metric(page, "http_request_seconds_count")
    return int(count), _metric(page, "http_request_seconds_sum")


def _metric(page: str, name: str) -> float:
    """The sum over all labels, but for the question itself."""
    found = (line for line in page.splitlines() if re.split("[{ ]", line, maxsplit=1)[0] == name)
    return sum(float(line.rsplit(" ", 1)[1]) for line in found if METRICS not in line)


def _page(federation: Federation, path: str) -> bytes:
    with urlopen(federation.url + path) as answer:  # noqa: S310  # our own
        page: bytes = answer.read()
        return page


def _loopback_bytes() -> int:
    """Bytes that crossed the loopback device, with TCP's and IP's headers."""
    for line in Path("/proc/net/dev").read_text(encoding="ascii").splitlines():
        name, _, counters = line.partition(":")
        if name.strip() == "lo":
            return int(counters.split()[0])
    return 0


def _memory_at_rest_mb(pid: int) -> float:
    """Memory of a process once it has not changed for a while: what it began is done."""
    seen: list[float] = []
    while len(seen) < REST_LOOKS or max(seen[-REST_LOOKS:]) - min(seen[-REST_LOOKS:]) > 1:
        time.sleep(SETTLE_S)
        seen.append(_memory_mb(pid, "VmRSS"))
    return seen[-1]


def _memory_mb(pid: int, name: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(it for it in status.splitlines() if it.startswith(name))
    return int(line.split()[1]) / 1_024


if __name__ == "__main__":
    main()
