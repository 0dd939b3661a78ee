"""A catalogue for visitors: two hubs whose innovations say much and replicate each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from central import cosigning
from protocol.canonical import Json
from runtime.ports import Response
from tests.support.author import Author
from tests.support.centres import RunningCentre

HEALTH, MARKETS = "Kesehatan", "Pertumbuhan ekonomi"
PAGE = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "id"}

QUEUE: dict[str, Any] = {
    "title": "Antrean daring puskesmas",
    "short_name": "ANDAPUS",
    "region": "51",
    "started": "2019",
    "summary": "Warga mengambil nomor antrean puskesmas dari rumah dan datang pada jamnya.",
    "background": "Warga menunggu sejak subuh hanya untuk mengambil nomor antrean.",
    "objective": "Menunggu di puskesmas tidak lebih dari lima belas menit.",
    "innovation_type": "digital",
    "stage": "penerapan",
    "sdgs": [3, 16],
    "category": HEALTH,
    "agency": {"name": "Dinas Kesehatan Provinsi Bali", "kind": "provinsi"},
    "criteria": {
        "efisien": {"text": "Loket cukup satu.", "score": 4},
        "efektif": {"text": "Waktu tunggu turun di semua puskesmas.", "score": 5},
        "kebaruan": {"text": "Belum ada di provinsi lain saat dimulai."},
    },
    "awards": [{"scheme": "Top 45", "year": 2021}, {"scheme": "Top 99", "year": 2020}],
    "comparisons": [
        {
            "group": "outcome",
            "indicator": "Waktu tunggu",
            "unit": "menit",
            "before": "120",
            "after": "15",
        },
        {"group": "output", "indicator": "Pendaftar daring", "before": "0", "after": "1.250"},
    ],
    "locations": [{"region": "35.78", "agency": "Kota Surabaya", "since": "2023"}],
    "replication": {"prerequisites": "Jaringan internet di puskesmas.", "open": True},
    "roadmap": [
        {
            "year": 2027,
            "target": "Semua puskesmas di Bali",
            "activity": "Pelatihan petugas",
            "owner": "Dinas Kesehatan",
            "status": "rencana",
        },
        {"year": 2025, "target": "Tiga kabupaten", "status": "selesai"},
    ],
}
"""An innovation that says much."""

MARKET: dict[str, Any] = {
    "title": "Pasar daring pedagang kecil",
    "region": "51.71",
    "started": "2021",
    "stage": "uji_coba",
    "category": MARKETS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A running centre with what two hubs have published.

    Attributes:
        queue, market: innovations of Bali.
        replica: of the queue, by Makassar.
    """

    running: RunningCentre
    bali: Author
    makassar: Author
    queue: str
    market: str
    replica: str

    @property
    def url(self) -> str:
        """Where the centre answers."""
        return self.running.url

    async def page(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        """What a browser gets that asks for a page in Indonesian."""
        return await self.running.get(path, {**PAGE, **(headers or {})})

    async def publish(self, author: Author, fields: Mapping[str, Json], *, number: int = 0) -> str:
        """Puts another record, or writes to that of a number; the centre has decided about it."""
        start = len(author.entries)
        author.put(number or start, fields if number else {"started": "2024", **fields})
        await self.sent(author, start=start)
        return author.record(number or start)

    async def sent(self, author: Author, *, start: int) -> None:
        """The centre has taken and decided what the author wrote since."""
        await self.running.submit(author, start=start)
        await self.running.reconcile()

    def cosign(self, *authors: Author) -> None:
        """These hubs have checked the newest national checkpoint."""
        centre = self.running.centre
        key = centre.keys.national.verifier_key

        def work(conn: Any) -> None:
            log = centre.logs.open(conn, centre.national_origin)
            note = centre.logs.latest_checkpoint(conn, log)
            assert note is not None
            for author in authors:
                message = author.cosignature(note, national_key=key, timestamp=1_795_000_000)
                cosigning.keep_cosignatures(conn, centre, message)

        centre.db.run_sync(work)


async def published_catalogue(running: RunningCentre) -> Catalogue:
    """Bali has an innovation in health and one for markets; Makassar replicates the first."""
    bali, makassar = Author(hub="51"), Author(hub="73", seed=3)
    for author in (bali, makassar):
        await running.enrol(author)
    queue, market, replica = bali.record(1), bali.record(2), makassar.record(1)
    found = Catalogue(
        running=running, bali=bali, makassar=makassar, queue=queue, market=market, replica=replica
    )
    bali.put(1, QUEUE)
    bali.put(2, MARKET)
    await found.sent(bali, start=0)
    makassar.put(
        1,
        {
            "title": "Antre dari rumah Makassar",
            "region": "73.71",
            "started": "2025",
            "category": HEALTH,
            "sdgs": [3],
            "criteria": {"efisien": {"text": "Satu petugas melayani semua.", "score": 3}},
            "replicates": {"innovation": queue, "adapted": "Bahasa dan jam layanan."},
            "agency": {"name": "Dinas Kesehatan Kota Makassar", "kind": "kota"},
        },
    )
    await found.sent(makassar, start=0)
    found.cosign(bali, makassar)
    return found
