"""A centre with a few published innovations, which the tests of its outlets read."""

from dataclasses import dataclass, replace
from datetime import timedelta

from central import datestamping
from protocol.canonical import Json
from tests.support.author import Author
from tests.support.centres import RunningCentre
from tests.support.ports import ManualClock

FORMULA = '=HYPERLINK("https://jahat.test";"klik")'
FULL: dict[str, Json] = {
    "title": "Antrean daring puskesmas",
    "short_name": FORMULA,
    "summary": "Warga mengambil nomor dari rumah.\nTanpa menunggu.",
    "region": "51.71",
    "started": "2024-03-01",
    "budget": 25_000_000,
    "sdgs": [3, 16],
    "outputs": [{"indicator": "Waktu tunggu", "unit": "menit", "value": "28"}],
    "replication": {"open": True},
    "awards": [{"scheme": "Top 45", "year": 2021}],
}
PLAIN: dict[str, Json] = {"title": "Perizinan satu pintu", "region": "51", "started": "2019"}
OF_LAN: dict[str, Json] = {
    "title": "Laboratorium inovasi",
    "agency": {"name": "Lembaga Administrasi Negara", "kind": "lembaga"},
    "started": "2014",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A running centre with two innovations of Bali and one of LAN, the last made last."""

    centre: RunningCentre
    bali: Author
    lan: Author

    @property
    def national_size(self) -> int:
        """Of the national log."""
        logs, origin = self.centre.centre.logs, self.centre.centre.national_origin
        return self.centre.centre.db.read_sync(lambda conn: logs.open(conn, origin).tree.size)

    def settle(self, *, ago_s: float = 3_600) -> None:
        """Gives every record its datestamp, as it would have been given so long ago."""
        then = self.centre.centre.clock.now() - timedelta(seconds=ago_s)
        centre = replace(self.centre.centre, clock=ManualClock(then))
        while centre.db.run_sync(lambda conn: datestamping.follow(conn, centre)):
            pass

    async def say(self, author: Author, start: int) -> None:
        """Sends what an author added from entry `start` on, and has it decided."""
        await self.centre.submit(author, start=start)
        await self.centre.reconcile()


async def publish(centre: RunningCentre) -> Published:
    """Enrols two hubs and has their innovations decided."""
    bali, lan = Author(hub="51"), Author(hub="lan", seed=3)
    for author in (bali, lan):
        await centre.enrol(author)
    bali.put(1, FULL)
    bali.put(2, PLAIN)
    lan.put(3, OF_LAN)
    for author in (bali, lan):
        await centre.submit(author)
    await centre.reconcile()
    return Published(centre=centre, bali=bali, lan=lan)
