"""What is said of hubs on the pages: freshness, runs, states, and where two views differ."""

from collections.abc import Mapping
from dataclasses import dataclass

from central.monitoring.freshness import Freshness
from central.monitoring.two_views import Agreement, Fact
from central.store.hubs import ACTIVE, RETIRED, REVOKED, SUSPENDED
from runtime.pages.translating import msg


@dataclass(frozen=True, slots=True)
class Word:
    """A state as it is shown: never by its tone alone.

    Attributes:
        tone: of `jipp.css`: `good`, `wait`, `bad` or "".
        icon: one character.
        name: one or two words.
        sentence: what it means, or what to do.
    """

    tone: str
    icon: str
    name: str
    sentence: str = ""


FRESHNESS: Mapping[Freshness, Word] = {
    Freshness.REFUSED: Word(
        "bad", "✕", msg("Berhenti mengirim"), msg("Hubungi operatornya dan sebutkan kodenya.")
    ),
    Freshness.SILENT: Word(
        "bad",
        "…",
        msg("Tidak terdengar"),
        msg("Hubungi operatornya: apakah node berjalan dan jaringannya tersambung?"),
    ),
    Freshness.LATE: Word(
        "bad",
        "!",
        msg("Terlambat"),
        msg(
            "Node menghubungi pusat, tetapi tidak berhasil: mintalah operatornya membuka halaman "
            "Sinkronisasi."
        ),
    ),
    Freshness.NEVER: Word(
        "wait",
        "○",
        msg("Belum pernah"),
        msg("Sudah terdaftar, belum pernah tersinkron: tanyakan apakah operatornya perlu bantuan."),
    ),
    Freshness.DUE: Word(
        "wait",
        "◔",
        msg("Lewat sasaran"),
        msg("Belum perlu tindakan: tunggu sinkronisasi berikutnya."),
    ),
    Freshness.OK: Word("good", "✓", msg("Segar"), msg("Tersinkron dalam sasarannya.")),
    Freshness.STOPPED: Word("", "□", msg("Tidak ikut")),
}
"""Why a hub takes no part is said of its state."""

STATES: Mapping[str, Word] = {
    ACTIVE: Word("good", "✓", msg("Aktif")),
    SUSPENDED: Word(
        "wait",
        "!",
        msg("Ditangguhkan"),
        msg(
            "Hub ini ditangguhkan: pusat tidak menerima kirimannya, dan kesegarannya tidak dinilai."
        ),
    ),
    RETIRED: Word(
        "", "□", msg("Ditutup"), msg("Hub ini sudah ditutup; kesegarannya tidak dinilai.")
    ),
    REVOKED: Word(
        "bad",
        "✕",
        msg("Kunci dicabut"),
        msg("Kunci hub ini dicabut: pusat tidak menerima kirimannya; kesegarannya tidak dinilai."),
    ),
}

RUNS: Mapping[str, Word] = {
    "ok": Word("good", "✓", msg("Berhasil")),
    "attention": Word("good", "!", msg("Berhasil, ada yang perlu tindakan di hub")),
    "blocked": Word("bad", "✕", msg("Hub berhenti mengirim")),
    "alarm": Word("bad", "✕", msg("Hub menemukan kejanggalan")),
    "failed": Word("wait", "!", msg("Gagal")),
    "interrupted": Word("wait", "!", msg("Terputus")),
}
UNKNOWN_RUN = Word("wait", "?", msg("Hasilnya tidak dikenal"))

FACTS: Mapping[Fact, str] = {
    Fact.ENTRIES: msg("Entri log hub"),
    Fact.NATIONAL: msg("Keputusan yang sudah dipasang"),
    Fact.COSIGNED: msg("Keputusan yang sudah ditandasaksikan"),
    Fact.CATALOGUE: msg("Sidik katalog"),
    Fact.SOFTWARE: msg("Perangkat lunak"),
}
AGREEMENTS: Mapping[Agreement, Word] = {
    Agreement.SAME: Word("good", "✓", msg("Sama")),
    Agreement.BEHIND: Word("wait", "◔", msg("Tertinggal")),
    Agreement.DIFFERENT: Word("bad", "✕", msg("Berbeda")),
    Agreement.UNKNOWN: Word("", "?", msg("Belum diketahui")),
}
