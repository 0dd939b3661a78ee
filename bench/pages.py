"""`make bench ARGS=pages`: how long the centre takes for each of its screens, with every hub.

Asks a real centre over HTTP, signed in as an administrator, with 54 hubs that report and the whole
catalogue; the client's own time is in the figures. Prints; asserts nothing.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.innovations import id_of, in_parts, innovations
from central import projection
from central.role import Role
from tests.support.author import Author
from tests.support.centres import RunningCentre, running_centre
from tests.support.desk import Somebody, signed_in
from tests.support.desk_hubs import say

RECORDS_DEFAULT = 20_000
RECORDS_A_WRITE = 500
HUBS = range(11, 65)
REPORTS_A_HUB = 5
ASKED_TIMES = 7
PAGES = (
    "/",
    "/?q=antrean",
    "/?urut=terbaru",
    f"/inovasi/{id_of(5)}",
    f"/bandingkan?id={id_of(5)}&id={id_of(6)}",
    "/peta",
    "/celah",
    "/data",
    "/metadata",
    "/pusat",
    "/pusat/hub",
    f"/pusat/hub/{HUBS[0]}",
    "/pusat/pendaftaran",
    "/pusat/benturan",
    "/pusat/dugaan-ganda",
    "/pusat/ditahan",
    "/pusat/kampanye",
    "/pusat/mutu",
    "/pusat/mutu/penghargaan",
    "/pusat/jejak",
    "/pusat/jejak/tindakan",
    "/pusat/akun",
    "/pusat/token",
    "/pusat/webhook",
    "/pusat/kesehatan",
    "/api/v1/innovations",
    "/api/v1/hubs",
)


def measure(count: int) -> None:
    """Measures every page on SQLite."""
    asyncio.run(_measure(count))


async def _measure(count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="jipp-bench-") as folder:
        async with running_centre(Path(folder) / "centre") as running:
            await _fill(running, count)
            print(f"{len(HUBS)} hubs, {count:,} innovations; milliseconds of one answer")
            print(f"{'median':>8}{'first':>8}{'bytes':>9}  page")
            async with signed_in(running.centre, running.url, Role.ADMINISTRATOR) as somebody:
                for path in PAGES:
                    await _print(somebody, path)


async def _fill(running: RunningCentre, count: int) -> None:
    for seed, hub in enumerate(HUBS, 1):
        await running.enrol(Author(hub=str(hub), seed=seed))
        for _ in range(REPORTS_A_HUB):
            say(running, str(hub), {"state": "ok", "pushed": 3, "duration_s": 2})
    centre = running.centre
    for part in in_parts(innovations(count), RECORDS_A_WRITE):
        centre.db.run_sync(lambda conn: projection.put(conn, centre, part))  # noqa: B023


async def _print(somebody: Somebody, path: str) -> None:
    times, size = [], 0
    for _ in range(ASKED_TIMES):
        began = time.perf_counter()
        async with somebody.http.get(somebody.url + path) as answer:
            answer.raise_for_status()
            size = len(await answer.read())
        times.append((time.perf_counter() - began) * 1_000)
    print(f"{median(times[1:]):8.1f}{times[0]:8.1f}{size:9,}  {path}", flush=True)
