"""Whether a decision can be taken back, and in one sentence why not where it cannot."""

from collections.abc import Mapping

from sqlalchemy import Connection

from central.casework import undoing
from central.casework.judged import standing_verdict
from central.casework.undoing import Hindrance, Undo
from central.centre import Centre
from central.past import decision_at
from runtime.pages.translating import msg

HINDRANCES: Mapping[Hindrance, str] = {
    Hindrance.REFUSED: msg("Penolakan tidak dapat diurungkan; hub dapat mengirim perubahan baru."),
    Hindrance.CREATED: msg(
        "Tidak dapat diurungkan: keputusan ini membuat inovasinya, dan hanya hub pemiliknya yang "
        "dapat menariknya."
    ),
    Hindrance.NOTHING: msg("Keputusan ini tidak menulis isian; tidak ada yang diurungkan."),
    Hindrance.STATE: msg(
        "Tidak dapat diurungkan: ditarik atau tampil hanya dinyatakan hub pemiliknya."
    ),
    Hindrance.REDACTED: msg("Tidak dapat diurungkan: isi sebelumnya sudah diredaksi."),
    Hindrance.REWRITTEN: msg(
        "Tidak ada lagi yang dapat diurungkan: isiannya sudah ditulis lagi sesudah keputusan ini."
    ),
    Hindrance.CONTESTED: msg(
        "Isian ini berbenturan lagi. Putuskan di halaman benturannya; semua nilainya ada di sana."
    ),
    Hindrance.SAME: msg(
        "Tidak ada yang perlu diurungkan: yang dilihat pembaca sama dengan sebelum keputusan ini."
    ),
}
"""What a reader is told instead of an undo; still Indonesian."""

NO_WAY = msg("Keputusan ini tidak dapat diurungkan di sini.")


def no_way_back(conn: Connection, centre: Centre, place: int) -> str:
    """Why the decision at a place cannot be taken back, still Indonesian; "" where it can be."""
    found = undoing.look(conn, centre, place)
    if isinstance(found, Undo):
        return ""
    if found is not None:
        return HINDRANCES[found]
    is_there = place < centre.logs.open(conn, centre.national_origin).tree.size
    decision = decision_at(conn, centre, place) if is_there else None
    return "" if standing_verdict(conn, place, decision) else NO_WAY
