"""What may be wrong with this node, looked at point by point, and what can be mended here.

Each point is a finding with a sentence in both languages. A mend needs no decision and loses
nothing; where a person has to decide, the finding says what to do instead.
"""

import shutil
import stat
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from hubnode.keys import KEY_FILE, load_own_keys
from hubnode.node import Node
from hubnode.status import past_runs
from hubnode.store import backups, identity, outbox, runs, safeguards, verifications
from hubnode.store.alerts import ALERT_STORE
from hubnode.store.identity import Identity
from hubnode.store.runs import Run, RunState
from hubnode.sync.sentences import sentence_of
from hubnode.verifying import EVERY
from runtime.alerts.undelivered import why_undelivered
from runtime.keyfile import MODE, KeyFileRefused
from runtime.sentences import Sentence
from runtime.unreachable import because

FREE_BYTES_MIN = 500_000_000
FOLDER_MODE = 0o700
WAITING_MAX = timedelta(days=3)
BACKUP_AGE_MAX = timedelta(days=30)
NEEDS_A_PERSON = (RunState.BLOCKED, RunState.ALARM)


class Health(StrEnum):
    """How a point is."""

    GOOD = "good"
    NOTICE = "notice"
    PROBLEM = "problem"


class Mend(StrEnum):
    """What can be done here at once, by its command word."""

    NONE = ""
    CLOSE_FILES = "close-files"
    VERIFY = "verify"
    ADOPT = "adopt"
    """A decision: another machine of this hub stops. Never made unasked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One point.

    Attributes:
        point: stable word for it.
        sentence: how it is, and what to do where something is wrong.
        mend: what mends it.
        detail: for whoever looks closer.
    """

    point: str
    health: Health
    sentence: Sentence
    mend: Mend = Mend.NONE
    detail: str = ""


_MB, _GB = 10**6, 10**9


def examine(conn: Connection, node: Node) -> list[Finding]:
    """Every point of this node, in the order in which they matter."""
    who = identity.get(conn)
    findings = [_files(node), _disk(node)]
    if who is None:
        return [*findings, _not_enrolled()]
    return [
        _keys(node, who),
        *findings,
        _centre(conn, node),
        _queue(conn, node),
        _sound(conn, node),
        *_backup(conn, node),
        *_kit(conn, node, who),
        *_alerts(conn),
    ]


def close_files(node: Node) -> None:
    """Lets nobody else read the folder or the key file."""
    node.folder.chmod(FOLDER_MODE)
    key_file = node.folder / KEY_FILE
    if key_file.exists():
        key_file.chmod(MODE)


def _not_enrolled() -> Finding:
    return Finding(point="enrolment", health=Health.NOTICE, sentence=sentence_of("not_enrolled"))


def _keys(node: Node, who: Identity) -> Finding:
    try:
        load_own_keys(node.folder, who)
    except KeyFileRefused as refused:
        return Finding(
            point="keys",
            health=Health.PROBLEM,
            sentence=sentence_of("key_file_refused"),
            detail=str(refused),
        )
    said = Sentence("Kunci hub ini dapat dipakai.", "This hub's keys can be used.")
    return Finding(point="keys", health=Health.GOOD, sentence=said)


def _files(node: Node) -> Finding:
    open_to_others = [
        path.name
        for path in (node.folder, node.folder / KEY_FILE)
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if open_to_others:
        said = Sentence(
            "Folder data atau kunci dapat dibaca pengguna lain di mesin ini.",
            "The data folder or the keys can be read by other users of this machine.",
        )
        detail = ", ".join(open_to_others)
        return Finding(
            point="files",
            health=Health.PROBLEM,
            sentence=said,
            mend=Mend.CLOSE_FILES,
            detail=detail,
        )
    said = Sentence(
        "Folder data dan kunci tertutup bagi pengguna lain.",
        "The data folder and the keys are closed to other users.",
    )
    return Finding(point="files", health=Health.GOOD, sentence=said)


def _disk(node: Node) -> Finding:
    free = shutil.disk_usage(node.folder).free
    detail = f"{free // _GB} GB" if free >= _GB else f"{free // _MB} MB"
    if free < FREE_BYTES_MIN:
        said = Sentence(
            "Disk hampir penuh: kosongkan sebagian, sebelum sinkronisasi tidak dapat menyimpan.",
            "The disk is almost full: make room before a sync run cannot save.",
        )
        return Finding(point="disk", health=Health.PROBLEM, sentence=said, detail=detail)
    said = Sentence("Ruang disk cukup.", "There is room on the disk.")
    return Finding(point="disk", health=Health.GOOD, sentence=said, detail=detail)


def _centre(conn: Connection, node: Node) -> Finding:
    last = next(iter(past_runs(conn, node, limit=1)), None)
    if last is None or last.state is RunState.RUNNING:
        said = Sentence("Belum pernah disinkronkan.", "It has never been synced.")
        return Finding(point="centre", health=Health.NOTICE, sentence=said)
    if last.state in NEEDS_A_PERSON:
        mend = Mend.ADOPT if last.code == "identity_in_use" else Mend.NONE
        return Finding(
            point="centre",
            health=Health.PROBLEM,
            sentence=_with_reason(last),
            mend=mend,
            detail=last.detail,
        )
    success = runs.latest_success(conn)
    if success is None or success.started_at < last.started_at:
        said = sentence_of(last.code or "no_progress")
        if last.code == "unreachable" and (why := because(last.detail)):
            said = Sentence(f"{said.id} {why.id}", f"{said.en} {why.en}")
        return Finding(point="centre", health=Health.NOTICE, sentence=said, detail=last.detail)
    said = Sentence("Sinkronisasi terakhir berhasil.", "The last sync run succeeded.")
    return Finding(point="centre", health=Health.GOOD, sentence=said)


def _with_reason(run: Run) -> Sentence:
    """Why a run was stopped, with what somebody gave as the reason behind a dash."""
    said, dash, reason = sentence_of(run.code), *run.sentence.partition(" — ")[1:]
    return Sentence(run.sentence, f"{said.en}{dash}{reason}")


def _queue(conn: Connection, node: Node) -> Finding:
    oldest = next(iter(outbox.pending(conn, 1)), None)
    if oldest is not None and node.clock.now() - oldest.created_at > WAITING_MAX:
        said = Sentence(
            "Ada perubahan yang sudah lebih dari tiga hari menunggu dikirim. Data aman di sini.",
            "There are changes that have waited for more than three days. The data is safe here.",
        )
        detail = f"{outbox.count(conn)}"
        return Finding(point="queue", health=Health.PROBLEM, sentence=said, detail=detail)
    said = Sentence("Tidak ada perubahan yang tertahan lama.", "No change has waited for long.")
    return Finding(point="queue", health=Health.GOOD, sentence=said)


def _sound(conn: Connection, node: Node) -> Finding:
    last = verifications.latest(conn)
    if last is not None and last.message:
        return Finding(
            point="data",
            health=Health.PROBLEM,
            sentence=sentence_of("damage_found"),
            detail=last.message,
        )
    if last is None or node.clock.now() - last.at > 2 * EVERY:
        said = Sentence(
            "Data di disk ini sudah lama tidak diperiksa.",
            "The data on this disk has not been verified for long.",
        )
        return Finding(point="data", health=Health.NOTICE, sentence=said, mend=Mend.VERIFY)
    said = Sentence(
        "Data di disk ini utuh menurut pemeriksaan terakhir.",
        "The data on this disk is whole, as of the last verification.",
    )
    return Finding(point="data", health=Health.GOOD, sentence=said, mend=Mend.VERIFY)


def _backup(conn: Connection, node: Node) -> list[Finding]:
    """How old the newest backup is, and whether the last scheduled one failed."""
    last = backups.latest(conn)
    if last is not None and last.code:
        said = sentence_of(last.code)
        return [Finding(point="backup", health=Health.PROBLEM, sentence=said, detail=last.detail)]
    at = _last_backup_at(conn)
    if at is None:
        said = Sentence(
            "Node ini belum pernah dicadangkan. Draf dan kontak hanya ada di disk ini.",
            "This node was never backed up. Drafts and contacts are on this disk alone.",
        )
        return [Finding(point="backup", health=Health.NOTICE, sentence=said)]
    age = node.clock.now() - at
    said = _ago("Cadangan terakhir dibuat", "The last backup was made", age)
    if age > BACKUP_AGE_MAX:
        said = Sentence(f"{said.id} Buat yang baru.", f"{said.en} Make another one.")
        return [Finding(point="backup", health=Health.NOTICE, sentence=said)]
    return [Finding(point="backup", health=Health.GOOD, sentence=said)]


def _last_backup_at(conn: Connection) -> datetime | None:
    """When the newest was made, whoever noted it."""
    good = backups.latest_good(conn)
    known = (safeguards.backup_at(conn), good and good.at)
    return max((at for at in known if at), default=None)


def _kit(conn: Connection, node: Node, who: Identity) -> list[Finding]:
    """Whether the kit of the keys of now was ever shown; nothing where they cannot be used."""
    try:
        key = load_own_keys(node.folder, who).current.log.verifier_key.text
    except KeyFileRefused:
        return []
    at = safeguards.kit_at(conn, key=key)
    if at is None:
        said = Sentence(
            "Kit darurat dari kunci sekarang belum pernah dicetak. Bila mesin ini hilang, hanya "
            "kit itu yang mengembalikan hub ini.",
            "The emergency kit of the present keys was never printed. If this machine is lost, "
            "only that kit brings this hub back.",
        )
        return [Finding(point="kit", health=Health.NOTICE, sentence=said)]
    said = _ago(
        "Kit darurat terakhir ditampilkan untuk dicetak",
        "The emergency kit was last shown to be printed",
        node.clock.now() - at,
    )
    return [Finding(point="kit", health=Health.GOOD, sentence=said)]


def _ago(what: str, what_en: str, age: timedelta) -> Sentence:
    days = max(0, age.days)
    if not days:
        return Sentence(f"{what} hari ini.", f"{what_en} today.")
    return Sentence(f"{what} {days} hari lalu.", f"{what_en} {days} day{'s'[: days > 1]} ago.")


def _alerts(conn: Connection) -> list[Finding]:
    """Whether the last alert arrived, the worse first; nothing where none was sent."""
    sent = sorted(ALERT_STORE.sent(conn), key=lambda it: it.is_good)
    if not sent:
        return []
    worst = sent[0]
    if worst.is_good:
        said = Sentence("Pemberitahuan terakhir terkirim.", "The last alert was sent.")
        return [Finding(point="alerts", health=Health.GOOD, sentence=said)]
    why = why_undelivered(worst.reason)
    way, way_en = ("webhook",) * 2 if worst.channel == "webhook" else ("surat", "mail")
    said = Sentence(
        f"Pemberitahuan lewat {way} tidak terkirim: {why.id}. Dicoba lagi; periksa Pengaturan, "
        "Pemberitahuan.",
        f"An alert by {way_en} was not sent: {why.en}. It is tried again; look at Settings, "
        "Alerts.",
    )
    return [Finding(point="alerts", health=Health.PROBLEM, sentence=said, detail=worst.detail)]
