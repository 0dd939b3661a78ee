"""What stands on every page of somebody who has signed in: the hub, its state, what waits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from hubnode.doctor import WAITING_MAX
from hubnode.status import late_after_s, status_of
from hubnode.store import hubs, identity
from hubnode.web.said import Told, told
from hubnode.web.site import Site
from runtime.pages.formats import zone_of
from runtime.pages.hub_names import HubNames
from runtime.pages.translating import Say, msg


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


def frame(conn: Connection, site: Site, *, language: str, say: Say) -> dict[str, Any]:
    """The status, and what else the frame shows."""
    node, settings = site.node, site.settings
    who = identity.get(conn)
    interval_s = settings.interval_s(node.clock.now())
    next_at = site.next_run_at()
    status = status_of(conn, node, settings.quorum(), interval_s=interval_s)
    zone = zone_of(who.hub if who else "")
    why = _why(status, language, zone)
    return {
        "standing": status,
        "state": _state_of(status),
        "why": why.sentence,
        "why_detail": why.detail,
        "live": site.live,
        "next_run_at": datetime.fromisoformat(next_at) if next_at else None,
        "late_at": _late_at(status, interval_s),
        "worry_days": WAITING_MAX.days,
        "zone": zone,
        "hub_called": HubNames(names=hubs.names(conn), say=say).html,
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


def _late_at(status: Mapping[str, Any], interval_s: float) -> datetime | None:
    """From when on a node that is offline is called late, or None where nobody can say."""
    success = status.get("last_success_at")
    if not success or not interval_s:
        return None
    return datetime.fromisoformat(success) + timedelta(seconds=late_after_s(interval_s))


def _why(status: Mapping[str, Any], language: str, zone: str) -> Told:
    """What a person has to end, else nothing."""
    code, detail = str(status.get("code", "")), str(status.get("detail", ""))
    if not code:
        return Told(sentence="", detail=detail)
    return told(str(status["sentence"]), code, detail, language=language, zone=zone)
