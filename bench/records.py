"""Generated innovations of 2-4 kB as rows for the mapping `template`. The same in every run."""

import random
from collections.abc import Iterator
from pathlib import Path

import orjson

SEED = 20260801
CHANGED_EVERY = 100
"""Of an edited file every hundredth row differs: 1 %."""

_SUBJECTS = (
    *("Petugas puskesmas", "Kader posyandu", "Dinas pendapatan", "Kantor kecamatan", "Warga desa"),
    *("Guru penggerak", "Kelompok nelayan", "Balai pelatihan", "Unit pengaduan", "Tim lapangan"),
)
_VERBS = ("mencatat", "memantau", "menjadwalkan", "menyederhanakan", "mengirim", "memeriksa")
_OBJECTS = (
    *("kunjungan ibu hamil", "tunggakan pajak", "izin usaha kecil", "stok obat", "kehadiran siswa"),
    *("laporan jalan rusak", "hasil panen", "kualitas air", "antrean loket", "bantuan sosial"),
)
_ENDS = (
    *("setiap pagi sebelum layanan dibuka.", "tanpa formulir kertas.", "bersama perangkat desa."),
    *("dalam satu hari kerja.", "melalui telepon genggam.", "dengan data yang sudah ada."),
)
_REGIONS = ("51", "35", "73", "32.73", "33.72", "12.71", "61.71", "53.71", "94", "64.72")
_STAGES = ("inisiatif", "uji_coba", "penerapan")
_FORMS = ("tata_kelola", "pelayanan_publik", "lainnya")
_TEXTS = {
    "summary": 4,
    "background": 6,
    "objective": 4,
    "novelty": 3,
    "implementation": 9,
    "resources": 3,
    "impact": 5,
    "sustainability.strategy": 2,
    "replication.prerequisites": 2,
    "replication.potential": 2,
}


def write_rows(path: Path, count: int, *, edited: bool = False) -> None:
    """Writes `count` rows as JSON Lines; `edited` changes the stage and a text of 1 % of them."""
    with path.open("wb") as file:
        file.writelines(orjson.dumps(row) + b"\n" for row in _rows(count, edited=edited))


def _rows(count: int, *, edited: bool) -> Iterator[dict[str, str]]:
    for number in range(count):
        row = _row(number)
        if edited and number % CHANGED_EVERY == 0:
            row |= {"stage": "penerapan", "impact": row["impact"] + " Diperbarui tahun ini."}
        yield row


def _row(number: int) -> dict[str, str]:
    chance = random.Random(f"{SEED}/{number}")  # noqa: S311  # sample text, not a secret
    title = f"{chance.choice(_SUBJECTS)} {chance.choice(_VERBS)} {chance.choice(_OBJECTS)}"
    region = chance.choice(_REGIONS)
    return {
        "kode": f"B{number:07}",
        "title": f"{title} nomor {number}",
        "agency.name": f"Dinas {chance.choice(_OBJECTS).title()}",
        "agency.kind": "kota" if "." in region else "provinsi",
        "region": region,
        "service_unit": f"Bidang {chance.choice(_OBJECTS)}",
        "started": str(chance.randint(2012, 2025)),
        "innovation_type": chance.choice(("digital", "non_digital")),
        "innovation_form": chance.choice(_FORMS),
        "stage": chance.choice(_STAGES[:2]),
        "initiator": "perangkat_daerah",
        "sdgs": ";".join(map(str, sorted(chance.sample(range(1, 18), 3)))),
        "budget": str(chance.randint(10, 900) * 1_000_000),
        "beneficiaries.count": str(chance.randint(50, 90_000)),
        "beneficiaries.group": chance.choice(_SUBJECTS),
        "awards.1.scheme": "KIPP",
        "awards.1.year": str(chance.randint(2015, 2025)),
        "awards.1.rank": "Top 99",
        "outputs.1.indicator": chance.choice(_OBJECTS),
        "outputs.1.unit": "orang",
        "outputs.1.value": str(chance.randint(1, 9_000)),
        "locations.1.region": chance.choice(_REGIONS),
        "locations.1.since": str(chance.randint(2018, 2025)),
        "sustainability.status": "berlanjut_lancar",
        "roadmap.1.year": "2027",
        "roadmap.1.target": _sentence(chance),
        "documents.1.url": f"https://dokumen.example.go.id/{number}.pdf",
        "documents.1.kind": "pedoman",
        **{name: " ".join(_sentence(chance) for _ in range(n)) for name, n in _TEXTS.items()},
    }


def _sentence(chance: random.Random) -> str:
    parts = (_SUBJECTS, _VERBS, _OBJECTS, _ENDS)
    return " ".join(chance.choice(words) for words in parts)
