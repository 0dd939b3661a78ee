"""What may be wrong with this node, looked at point by point, and what can be mended here.

Each point is a finding with a sentence in both languages. A mend needs no decision and loses
nothing; where a person has to decide, the finding says what to do instead.
"""

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
from runtime import findings
from runtime.findings import Finding, Health
from runtime.keyfile import KeyFileRefused
from runtime.sentences import Sentence
from runtime.unreachable import because

FREE_BYTES_MIN = 500_000_000
WAITING_MAX = timedelta(days=3)
BACKUP_AGE_MAX = timedelta(days=30)
NEEDS_A_PERSON = (RunState.BLOCKED, RunState.ALARM)


class Mend(StrEnum):
    """What can be done here at once, by its command word."""

    NONE = ""
    CLOSE_FILES = findings.CLOSE_FILES
    VERIFY = "verify"
    ADOPT = "adopt"
    """A decision: another machine of this hub stops. Never made unasked."""


WAYS = {
    "mail": Sentence("surat", "mail"),
    "webhook": Sentence("webhook", "webhook"),
}
"""How the channels of alerts are called."""


def examine(conn: Connection, node: Node) -> list[Finding]:
    """Every point of this node, in the order in which they matter."""
    who = identity.get(conn)
    found = [
        findings.files(node.folder, KEY_FILE),
        findings.disk(node.folder, free_bytes_min=FREE_BYTES_MIN),
    ]
    if who is None:
        return [*found, _not_enrolled()]
    return [
        _keys(node, who),
        *found,
        _centre(conn, node),
        _queue(conn, node),
        _sound(conn, node),
        *_backup(conn, node),
        *_kit(conn, node, who),
        *findings.alerts(ALERT_STORE.sent(conn), WAYS),
    ]


def close_files(node: Node) -> None:
    """Lets nobody else read the folder or the key file."""
    findings.close_files(node.folder, KEY_FILE)


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
