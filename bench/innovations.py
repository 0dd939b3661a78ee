"""Generated innovations for searches: words as often as in Indonesian texts; always the same."""

import random
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice

from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from protocol.canonical import Json
from protocol.entries.members import Seen
from protocol.innovation.reference import table
from protocol.merge import Stamp
from protocol.record_state import RecordState

SEED = 20260801
ORIGIN = "bench.example/hub/51/1"
FIRST_MS = 0x01942B6E4C00
"""The time in the first id, in milliseconds: each innovation is a second younger."""

TOPICS = (
    *("layanan", "masyarakat", "desa", "kesehatan", "puskesmas", "antrean", "perizinan", "usaha"),
    *("sekolah", "sampah", "air", "bersih", "ibu", "hamil", "gizi", "stunting", "pajak", "pasar"),
    *("nelayan", "panen", "jalan", "pengaduan", "warga", "kependudukan", "digital", "aplikasi"),
    *("terpadu", "mandiri", "banjir", "bencana", "rumah", "sakit", "obat", "dokter", "akta"),
    *("kelahiran", "difabel", "lansia", "perpustakaan", "keliling", "petani", "irigasi", "guru"),
)
_AFFIXED = ("pe{}an", "me{}", "ke{}an", "di{}", "ber{}", "{}an", "{}kan", "{}nya")
_AFFIXED_ONE_IN = 3
_AFFIXED_WORDS = 1_500
_COMMON_MAX = 20
"""With it the commonest word stands in about half of the texts, as it does in LAN's file."""


def innovations(count: int) -> Iterator[RecordState]:
    """The states of `count` innovations, as the national log would add up to them."""
    words = _Words()
    for number in range(count):
        yield _state(number, words)


def id_of(number: int) -> str:
    """The id of an innovation: a UUIDv7."""
    moment = f"{FIRST_MS + 1_000 * number:012x}"
    return f"{moment[:8]}-{moment[8:]}-7000-8000-{number:012x}"


class _Words:
    def __init__(self) -> None:
        roots = {it for it in StemmerFactory().get_words() if it.isalpha()}
        others = sorted(roots.difference(TOPICS))
        random.Random(SEED).shuffle(others)  # noqa: S311  # sample text, not a secret
        self._words = [*TOPICS, *others]
        weights = (1 / (rank + _COMMON_MAX) for rank in range(len(self._words)))
        self._weights = list(accumulate(weights))

    def text(self, chance: random.Random, count: int) -> str:
        """So many words, the common ones often, some with an affix."""
        found = range(len(self._words))
        ranks = chance.choices(found, cum_weights=self._weights, k=count)
        return " ".join(self._form(rank, chance) for rank in ranks)

    def _form(self, rank: int, chance: random.Random) -> str:
        word = self._words[rank]
        if rank > _AFFIXED_WORDS or chance.randrange(_AFFIXED_ONE_IN):
            return word
        return chance.choice(_AFFIXED).format(word)


def _state(number: int, words: _Words) -> RecordState:
    chance = random.Random(f"{SEED}/{number}")  # noqa: S311  # sample text, not a secret
    record = _record(number, chance, words)
    creation = Stamp(
        place=number, origin=ORIGIN, number=number, seen=Seen(national=0, own=number), author="51"
    )
    return RecordState(
        id=id_of(number),
        owner=str(record["hub"]),
        revision=1,
        last_place=number,
        attested_at=None,
        creation=creation,
        created=record,
        rewritten={},
        facts={"number": f"2026-{number:06}"},
    )


def _record(number: int, chance: random.Random, words: _Words) -> dict[str, Json]:
    regions = _regions()
    region = chance.choice(regions)
    return {
        "title": words.text(chance, chance.randint(3, 8)).title(),
        "short_name": f"{chance.choice(TOPICS)}{number % 997}".upper(),
        "summary": words.text(chance, chance.randint(30, 110)),
        "objective": words.text(chance, chance.randint(15, 60)),
        "impact": words.text(chance, 60),
        "service_unit": f"Bidang {words.text(chance, 2)}",
        "agency": {"name": f"Dinas {words.text(chance, 1)}", "kind": _kind(region)},
        "region": region,
        "hub": region[:2],
        "stage": chance.choice(("inisiatif", "uji_coba", "penerapan")),
        "innovation_type": chance.choice(("digital", "non_digital")),
        "started": str(chance.randint(2012, 2026)),
    }


def _regions() -> Sequence[str]:
    regions = table("regions")
    return [*regions["provinces"], *regions["districts"]]


def _kind(region: str) -> str:
    if "." not in region:
        return "provinsi"
    return "kota" if region[3] == "7" else "kabupaten"


def in_parts(states: Iterator[RecordState], size: int) -> Iterator[list[RecordState]]:
    """The states in lists of `size`."""
    while part := list(islice(states, size)):
        yield part
