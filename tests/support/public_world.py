"""A catalogue for visitors: two hubs whose innovations say much and replicate each other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hubnode.node import Node
from tests.support.federation import FederationUnderTest
from tests.support.nodes import publish

HEALTH, MARKET = "Kesehatan", "Pertumbuhan ekonomi"

QUEUE: dict[str, Any] = {
    "short_name": "ANDAPUS",
    "summary": "Warga mengambil nomor antrean puskesmas dari rumah dan datang pada jamnya.",
    "background": "Warga menunggu sejak subuh hanya untuk mengambil nomor antrean.",
    "objective": "Menunggu di puskesmas tidak lebih dari lima belas menit.",
    "novelty": "Nomor antrean mengikuti lama pelayanan yang nyata setiap poli.",
    "implementation": "Puskesmas membuka jadwal, warga memilih jam, petugas memanggil.",
    "resources": "Dua pengembang dan satu petugas di setiap puskesmas.",
    "innovation_type": "digital",
    "innovation_form": "pelayanan_publik",
    "stage": "penerapan",
    "initiator": "perangkat_daerah",
    "sdgs": [3, 16],
    "category": HEALTH,
    "government_affair": "Kesehatan",
    "service_unit": "UPTD Puskesmas",
    "agency": {"name": "Dinas Kesehatan Provinsi Bali", "kind": "provinsi"},
    "criteria": {
        "efisien": {"text": "Loket cukup satu.", "score": 4},
        "efektif": {"text": "Waktu tunggu turun di semua puskesmas.", "score": 5},
        "dampak": {"text": "Kunjungan ibu hamil naik.", "score": 4},
        "partisipatif": {"text": "Kader menyampaikan keluhan setiap bulan.", "score": 3},
        "kolaboratif": {"text": "Bersama Dinas Kominfo dan BPJS Kesehatan.", "score": 4},
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
        {"year": 2026, "target": "Tersambung dengan rekam medis", "status": "berjalan"},
    ],
}
"""An innovation that says much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicWorld:
    """A federation and its innovations, by their ids."""

    federation: FederationUnderTest
    bali: Node
    makassar: Node
    queue: str
    market: str
    replica: str

    @property
    def url(self) -> str:
        """Where the centre answers."""
        return self.federation.url

    async def sync(self) -> None:
        """Each hub sends and hears, until both know all and have cosigned it."""
        for node in (self.bali, self.makassar, self.bali, self.makassar):
            await self.federation.sync(node)


@asynccontextmanager
async def public_world(folder: Path, database_url: str = "") -> AsyncIterator[PublicWorld]:
    """Bali has an innovation in health and one for markets; Makassar replicates the first."""
    async with FederationUnderTest(folder, database_url) as federation:
        bali, makassar = await federation.hub("51"), await federation.hub("73")
        queue = publish(bali, "Antrean daring puskesmas", **QUEUE)
        market = publish(bali, "Pasar daring pedagang kecil", started="2019", category=MARKET)
        await federation.sync(bali)
        replica = publish(
            makassar,
            "Antre dari rumah Makassar",
            category=HEALTH,
            sdgs=[3],
            region="73.71",
            started="2025",
            criteria={"efisien": {"text": "Satu petugas melayani semua.", "score": 3}},
            replicates={"innovation": queue, "adapted": "Bahasa dan jam layanan."},
            agency={"name": "Dinas Kesehatan Kota Makassar", "kind": "kota"},
        )
        world = PublicWorld(
            federation=federation,
            bali=bali,
            makassar=makassar,
            queue=queue,
            market=market,
            replica=replica,
        )
        await world.sync()
        yield world
