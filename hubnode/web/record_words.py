"""What pages call the parts of a record, its states and what was done to it."""

from dataclasses import dataclass

from hubnode import redacting
from hubnode.imports import undo
from hubnode.imports.commit import RETURNED_REASON, VANISHED_REASON
from hubnode.own_list import ListState
from runtime.pages.translating import msg

SORTS = {
    "updated": msg("Terakhir diubah"),
    "title": msg("Judul"),
    "year": msg("Tahun"),
    "completeness": msg("Paling belum lengkap"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """How a state is shown: never by colour alone."""

    tone: str
    icon: str
    word: str
    sentence: str = ""


STATES = {
    ListState.DRAFT: Mark("", "✎", msg("Draf")),
    ListState.SAMPLE: Mark("wait", "◇", msg("Data contoh")),
    ListState.PENDING: Mark(
        "wait",
        "↑",
        msg("Menunggu dikirim"),
        msg("Perubahan tersimpan di sini dan dikirim pada sinkronisasi berikut."),
    ),
    ListState.SENT: Mark(
        "wait",
        "◷",
        msg("Menunggu keputusan"),
        msg("Perubahan sudah dikirim; pusat belum memutuskannya."),
    ),
    ListState.HELD: Mark(
        "bad",
        "!",
        msg("Ditahan"),
        msg("Pusat menahan sebuah perubahan. Lihat alasannya di Keputusan."),
    ),
    ListState.CONFLICT: Mark(
        "bad",
        "⇄",
        msg("Benturan data"),
        msg("Sebuah isian mempunyai beberapa nilai. Selesaikan di Keputusan."),
    ),
    ListState.WITHDRAWN: Mark(
        "", "⊘", msg("Ditarik"), msg("Pembaca tidak melihatnya. Ia dapat ditampilkan kembali.")
    ),
    ListState.HIDDEN: Mark(
        "bad", "⊘", msg("Disembunyikan pusat"), msg("Pusat menutupnya bagi pembaca.")
    ),
    ListState.MERGED: Mark(
        "", "⇉", msg("Digabung"), msg("Pusat menggabungnya ke inovasi lain, yang dilihat pembaca.")
    ),
    ListState.PUBLISHED: Mark(
        "good", "✓", msg("Terbit"), msg("Pembaca katalog nasional melihatnya seperti di sini.")
    ),
}

PROGRAM_REASONS = {
    undo.REASON: msg("Impor dibatalkan."),
    VANISHED_REASON: msg("Tidak ada lagi dalam berkas sumber."),
    RETURNED_REASON: msg("Kembali ada dalam berkas sumber."),
    redacting.REASON: msg("Diredaksi."),
}
"""Reasons that this program wrote into the log by itself; those of people stay in their words."""

STANDINGS = {
    "pending": Mark("wait", "↑", msg("Menunggu dikirim")),
    "sent": Mark("wait", "◷", msg("Menunggu keputusan")),
    "shown": Mark("good", "✓", msg("Berlaku")),
    "superseded": Mark("", "↷", msg("Diganti yang lebih baru")),
    "conflict": Mark("bad", "⇄", msg("Benturan data")),
    "hidden": Mark("", "⊘", msg("Tidak tampak")),
    "noted": Mark("good", "✓", msg("Dicatat")),
    "proposed": Mark("wait", "?", msg("Usulan")),
    "held": Mark("bad", "!", msg("Ditahan")),
    "void": Mark("bad", "✕", msg("Batal")),
    "refused": Mark("bad", "✕", msg("Ditolak")),
    "redacted": Mark("", "⊘", msg("Diredaksi")),
}
