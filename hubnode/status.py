"""One sentence on how this node is, and the numbers behind it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hubnode import replica, review, showing
from hubnode.campaigns import open_tasks, sentence_of
from hubnode.confirming import confirmations, newest_checkpoint
from hubnode.instance import own_instance
from hubnode.keys import load_own_keys
from hubnode.node import SYNC_LOCK, Node
from hubnode.replications import waiting_sentences
from hubnode.store import identity, outbox, outcomes, records, runs, verifications
from hubnode.store.identity import Identity
from hubnode.store.runs import Run, RunState
from hubnode.sync import sentences
from protocol.quorum import NOBODY, Quorum, witnesses_on
from runtime.durable import FolderLock
from runtime.keyfile import KeyFileRefused

_UNENROLLED = "Belum terdaftar di pusat. Minta undangan, lalu: hubnode enrol UNDANGAN"

_STOPPED = (RunState.BLOCKED, RunState.ALARM)
"""What only a person can end; the run's own sentence says why."""

_HIDE_LATENESS = ("ok", "pending", "offline")
"""States that say nothing of how long it has been so."""

LATE_INTERVALS = 2
LATE_S_MIN = 300
"""Whoever syncs every few seconds is not late after a few seconds, only out of reach."""

_BY_RUN = {
    RunState.RUNNING: ("running", "Sedang berjalan."),
    RunState.OFFLINE: ("offline", "Tidak tersambung. Data aman di sini dan akan dikirim nanti."),
    RunState.FAILED: ("late", "Sinkronisasi terakhir gagal. Data aman di sini; coba lagi."),
    RunState.INTERRUPTED: (
        "late",
        "Sinkronisasi terakhir terputus; dilanjutkan pada yang berikut.",
    ),
}


def status_of(
    conn: Connection, node: Node, quorum: Quorum = NOBODY, *, interval_s: float = 0
) -> dict[str, Any]:
    """The state, its sentence, and what it was made from.

    Args:
        conn: an open transaction.
        node: this node.
        quorum: which witnesses must have cosigned the national log before it is called good.
        interval_s: seconds from one run to the next, after twice which without a success the node
            is late; 0 where nothing is planned.
    """
    who = identity.get(conn)
    if who is None:
        nothing = {"code": "", "detail": "", "pending": 0}
        return {"state": "never", "sentence": _UNENROLLED, "enrolled": False, **nothing}
    pending = outbox.count(conn)
    last = next(iter(past_runs(conn, node, limit=1)), None)
    success = runs.latest_success(conn)
    counts = outcomes.count_by_outcome(conn)
    own_size = node.logs.open(conn, who.origin).tree.size
    witnesses = _witnesses(conn, node, who, quorum)
    waiting = review.count_waiting(conn, node, who)
    hidden = showing.count_hidden(conn, node, who.hub)
    state, code, sentence = (
        _unusable_keys(node, who)
        or _damage(conn)
        or _stopped(last)
        or _state(
            last,
            hidden=hidden,
            pending=pending,
            undecided=own_size - sum(counts.values()) + waiting.at_centre,
            for_a_person=waiting.cases,
        )
    )
    if state == "ok" and len(witnesses) < quorum.required:
        state, sentence = "pending", _unwitnessed(len(witnesses), quorum)
    if success and state in _HIDE_LATENESS and is_late(success.started_at, node, interval_s):
        state, sentence = "late", _late_since(success)
    return {
        "state": state,
        "code": code,
        "sentence": sentence,
        "detail": last.detail if last and last.state in _STOPPED else "",
        "enrolled": True,
        "hub": who.hub,
        "name": who.name,
        "authority": who.authority,
        "centre": who.url,
        "instance": own_instance(conn, node.folder),
        "records": records.count(conn),
        "hidden": hidden,
        "pending": pending,
        "cases": waiting.cases,
        "at_centre": waiting.at_centre,
        "own_size": own_size,
        "outcomes": dict(counts),
        "last_run_at": last.started_at.isoformat() if last else None,
        "last_success_at": success.started_at.isoformat() if success else None,
        "to_refresh": [sentence_of(task) for task in open_tasks(conn, node, who.hub)],
        "to_replicate": waiting_sentences(conn, node, who),
        **_catalogue(conn, node, who),
        "confirmed": confirmations(conn, node, who).document(),
        "witnesses": list(witnesses),
        "witnesses_required": quorum.required,
    }


def _unusable_keys(node: Node, who: Identity) -> tuple[str, str, str] | None:
    """What stops the next run before its first call, whatever the last one said."""
    try:
        load_own_keys(node.folder, who)
    except KeyFileRefused as refused:
        sentence = f"{sentences.sentence_of('key_file_refused').id} — {refused}"
        return "blocked", "key_file_refused", sentence
    return None


def _damage(conn: Connection) -> tuple[str, str, str] | None:
    """What the last verification found, until `hubnode recover` has put it right."""
    last = verifications.latest(conn)
    if last is None or not last.message:
        return None
    sentence = f"{sentences.sentence_of('damage_found').id} — {last.message}"
    return "blocked", "damage_found", sentence


def past_runs(conn: Connection, node: Node, *, limit: int) -> list[Run]:
    """The newest runs first; one whose process was killed did not get to say that it ended."""
    found = runs.history(conn, limit=limit)
    if not any(_is_open(run) for run in found) or FolderLock.is_held(node.folder, SYNC_LOCK):
        return found
    return [replace(run, state=RunState.INTERRUPTED) if _is_open(run) else run for run in found]


def is_late(since: datetime, node: Node, interval_s: float) -> bool:
    """Whether a success is so long ago that there should have been another."""
    age_s = (node.clock.now() - since).total_seconds()
    return interval_s > 0 and late_after_s(interval_s) < age_s


def late_after_s(interval_s: float) -> float:
    """Seconds after a success from which on a node is late, if it has no other."""
    return max(LATE_S_MIN, LATE_INTERVALS * interval_s)


def _late_since(success: Run) -> str:
    moment = f"{success.started_at:%Y-%m-%d %H.%M} UTC"
    return f"Terlambat: sinkronisasi terakhir yang berhasil {moment}. Data aman di sini."


def _witnesses(conn: Connection, node: Node, who: Identity, quorum: Quorum) -> tuple[str, ...]:
    checkpoint = newest_checkpoint(conn, node, who)
    return () if checkpoint is None else witnesses_on(checkpoint, quorum)


def _unwitnessed(count: int, quorum: Quorum) -> str:
    wanted = f"{count} dari {len(quorum.witnesses)}, perlu {quorum.required}"
    return f"Tersinkron; katalog ini menunggu saksi ({wanted})."


def _is_open(run: Run) -> bool:
    return run.state is RunState.RUNNING


def _catalogue(conn: Connection, node: Node, who: Identity) -> dict[str, object]:
    return {
        "national_size": replica.applied_size(conn, node, who),
        "catalogue_records": node.documents.count(conn),
    }


def _stopped(last: Run | None) -> tuple[str, str, str] | None:
    """What only a person can end, as the last run found it."""
    if last is None or last.state not in _STOPPED:
        return None
    return "blocked", last.code, last.sentence


def _state(
    last: Run | None, *, pending: int, undecided: int, for_a_person: int, hidden: int
) -> tuple[str, str, str]:
    """What the last run says, else what waits."""
    if last is None:
        return "never", "", "Belum pernah disinkronkan. Mulai dengan: hubnode sync now"
    if last.state in _BY_RUN:
        state, sentence = _BY_RUN[last.state]
        return state, "", sentence
    state, sentence = _waiting(pending=pending, undecided=undecided, for_a_person=for_a_person)
    if hidden and state == "ok":
        sentence = f"{sentence} Disembunyikan pusat: {hidden}. Lihat: hubnode record list"
    return state, "", sentence


def _waiting(*, pending: int, undecided: int, for_a_person: int) -> tuple[str, str]:
    """Never "ok" while something waits: to be sent, for a person, or for the centre."""
    if pending:
        return "pending", f"Menunggu dikirim ({pending})."
    if for_a_person:
        return "attention", f"Perlu tindakan ({for_a_person}). Lihat: hubnode decisions"
    if undecided:
        return "pending", f"Terkirim; menunggu keputusan pusat ({undecided})."
    return "ok", "Tersinkron."
