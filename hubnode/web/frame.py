"""What stands on every page of somebody who has signed in: the hub, its state, what waits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hubnode.status import status_of
from hubnode.store import identity
from hubnode.sync.sentences import sentence_of
from hubnode.web.site import Site
from runtime.pages.formats import zone_of
from runtime.pages.translating import INDONESIAN, msg


@dataclass(frozen=True, slots=True)
class State:
    """How a state of the node looks: never by colour alone.

    Attributes:
        word: on the tag.
        icon: beside it.
        tone: good, wait or bad.
        sentence: of cause.
        button: what to do about it, or "" where nothing helps.
        address: where the button leads, one of `FORMS` if it does something; "" syncs.
    """

    word: str
    icon: str
    tone: str
    sentence: str
    button: str
    address: str


STATES: dict[str, State] = {
    "ok": State(
        msg("Tersinkron"),
        "✓",
        "good",
        msg("Semua perubahan hub ini ada di pusat dan sudah diputuskan."),
        msg("Sinkronkan sekarang"),
        "",
    ),
    "pending": State(
        msg("Menunggu dikirim"),
        "↑",
        "wait",
        msg("Perubahan tersimpan di sini dan dikirim pada sinkronisasi berikut."),
        msg("Kirim sekarang"),
        "",
    ),
    "undecided": State(
        msg("Menunggu pusat"),
        "↑",
        "wait",
        msg("Semua sudah terkirim; pusat belum memutuskan semuanya."),
        msg("Sinkronkan sekarang"),
        "",
    ),
    "running": State(
        msg("Sedang berjalan"),
        "⟳",
        "wait",
        msg("Sinkronisasi sedang berjalan. Anda dapat terus bekerja."),
        msg("Hentikan"),
        "/sinkronisasi/hentikan",
    ),
    "attention": State(
        msg("Perlu tindakan"),
        "!",
        "wait",
        msg("Ada keputusan yang menunggu Anda."),
        msg("Tinjau"),
        "/keputusan",
    ),
    "offline": State(
        msg("Tidak tersambung"),
        "✕",
        "wait",
        msg("Pusat tidak terjangkau. Data aman di sini dan dikirim begitu tersambung."),
        msg("Coba lagi"),
        "",
    ),
    "late": State(
        msg("Terlambat"),
        "◷",
        "bad",
        msg("Sudah lama tidak ada sinkronisasi yang berhasil. Data aman di sini."),
        msg("Lihat penyebab"),
        "/sinkronisasi#riwayat",
    ),
    "blocked": State(
        msg("Ditolak pusat"),
        "✕",
        "bad",
        msg("Pusat menolak hub ini. Data aman di sini dan tetap dapat disunting."),
        msg("Petunjuk"),
        "/kesehatan",
    ),
    "never": State(
        msg("Belum pernah"),
        "○",
        "wait",
        msg("Node ini belum terdaftar di pusat; perubahan disimpan di sini saja."),
        msg("Mulai"),
        "/mulai/pendaftaran",
    ),
}
"""By `hubnode.status`, which calls it pending, too, when the centre has all and has not decided."""

FORMS = frozenset(["", "/sinkronisasi/hentikan"])
"""Addresses that a button sends a form to; the others are pages."""


def frame(conn: Connection, site: Site, *, language: str) -> dict[str, Any]:
    """The status, and what else the frame shows."""
    node, settings = site.node, site.settings
    who = identity.get(conn)
    interval_s = settings.interval_s(node.clock.now())
    next_at = site.next_run_at()
    status = status_of(conn, node, settings.quorum(), interval_s=interval_s)
    return {
        "standing": status,
        "state": _state_of(status),
        "why": _why(status, language),
        "live": site.live,
        "next_run_at": datetime.fromisoformat(next_at) if next_at else None,
        "zone": zone_of(who.hub if who else ""),
        "hub_name": who.name if who else "",
        "authority": who.authority if who else "",
        "counts": {
            "pending": status.get("pending", 0),
            "cases": status.get("cases", 0),
        },
    }


def _state_of(status: Mapping[str, Any]) -> State:
    state = str(status["state"])
    if state == "never" and status["enrolled"]:
        return replace(STATES["pending"], word=msg("Belum pernah"), button=msg("Mulai"))
    is_sent = state == "pending" and not status["pending"]
    return STATES["undecided" if is_sent else state]


def _why(status: Mapping[str, Any], language: str) -> str:
    """The sentence of what a person has to end, else ""."""
    code = status.get("code", "")
    if not code:
        return ""
    if language == INDONESIAN:
        return str(status["sentence"])
    return sentence_of(code).en
