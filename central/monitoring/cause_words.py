"""What is said of each matter and each code of the centre's alerts, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from central import troubles
from central.monitoring import causes
from central.monitoring.causes import Matter
from runtime.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a matter: its title, and what to do."""

    title: Sentence
    advice: Sentence


WORDS: Mapping[Matter, Words] = {
    Matter.DATABASE: Words(
        Sentence("Basis data pusat tidak dapat dipakai", "The centre's database cannot be used"),
        Sentence(
            "Periksa layanan basis data, jaringan ke sana, dan ruang disknya. Yang tersimpan di "
            "hub aman dan terkirim sesudahnya.",
            "Look at the database's service, the network to it and the room on its disk. What hubs "
            "keep is safe, and is sent afterwards.",
        ),
    ),
    Matter.STUCK: Words(
        Sentence("Tidak ada yang diputuskan", "Nothing is decided"),
        Sentence(
            "Buka halaman Kesehatan, lalu lihat log layanan. Yang diterima tetap tersimpan.",
            "Open the page Health, then look at the service's log. What arrived is kept.",
        ),
    ),
    Matter.SETBACK: Words(
        Sentence("Perubahan sebuah hub gagal diputuskan", "Changes of a hub cannot be decided"),
        Sentence(
            "Lihat log layanan di sekitar kata batch_broke atau hub_set_back; hub lain tidak "
            "terpengaruh.",
            "Look at the service's log near the words batch_broke or hub_set_back; other hubs are "
            "not affected.",
        ),
    ),
    Matter.MARK: Words(
        Sentence("Tanda terbit tidak dapat ditulis", "The issued mark cannot be written"),
        Sentence(
            "Periksa ruang dan hak akses folder data pusat.",
            "Look at the room in the centre's data folder, and at who may write there.",
        ),
    ),
    Matter.DISK: Words(
        Sentence("Disk pusat hampir penuh", "The centre's disk is almost full"),
        Sentence(
            "Kosongkan sebagian atau perbesar disk, sebelum perubahan hub tidak dapat disimpan.",
            "Make room or a larger disk, before hubs' changes cannot be kept.",
        ),
    ),
    Matter.WITNESS: Words(
        Sentence("Saksi tertinggal", "A witness is behind"),
        Sentence(
            "Hubungi lembaga yang menjalankan saksi itu; central witness list menyebut sebabnya.",
            "Call the agency that runs it; central witness list says what it answers.",
        ),
    ),
    Matter.CONTRADICTION: Words(
        Sentence("Hub menandatangani dua riwayat", "A hub signed two histories"),
        Sentence(
            "Jangan hapus apa pun. Ekspor buktinya dengan central evidence export, lalu hubungi "
            "operator hub itu.",
            "Delete nothing. Export the evidence with central evidence export, then call the "
            "hub's operator.",
        ),
    ),
    Matter.TROUBLE: Words(
        Sentence("Hub berhenti mengirim", "A hub stopped sending"),
        Sentence(
            "Hubungi operator hub itu dan sebutkan kodenya.",
            "Call the hub's operator and name the code.",
        ),
    ),
    Matter.SILENT: Words(
        Sentence("Hub terlambat tersinkron", "A hub is overdue"),
        Sentence(
            "Hubungi operator hub itu: apakah node berjalan dan jaringannya tersambung?",
            "Call the hub's operator: does the node run, and is its network up?",
        ),
    ),
}

_SENTENCES: Mapping[str, Sentence] = {
    causes.HUB_SILENT: Sentence("tidak ada kabar", "not heard of"),
    causes.HUB_LATE: Sentence(
        "terdengar, tetapi tidak ada sinkronisasi yang berhasil",
        "heard of, and no sync run succeeds",
    ),
    causes.HUB_NEVER: Sentence("belum pernah tersinkron", "never synced"),
    causes.TWO_HISTORIES: Sentence(
        "dua titik periksa yang saling bertentangan", "two checkpoints that contradict each other"
    ),
    causes.DATABASE_AWAY: Sentence(
        "tidak dapat dibaca atau ditulis", "it cannot be read or written"
    ),
    causes.NOTHING_DECIDED: Sentence(
        "semua hub yang menunggu keputusan gagal", "every hub that waits for a decision fails"
    ),
    causes.BATCH_FAILED: Sentence("gagal berulang kali", "fails again and again"),
    causes.MARK_NOT_WRITTEN: Sentence("gagal ditulis", "writing it failed"),
    causes.DISK_SHORT: Sentence("kurang dari 1 GB tersisa", "less than 1 GB is left"),
    causes.WITNESS_BEHIND: Sentence(
        "belum menandatangani keputusan yang lebih lama dari enam jam",
        "has not cosigned decisions that are more than six hours old",
    ),
}


def sentence_of(code: str) -> Sentence:
    """What a code says; one that a hub reported has its sentence in `central.troubles`."""
    return _SENTENCES.get(code) or troubles.sentence_of(code)
