"""What is wrong with this node now, of what somebody has to be told."""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.status import is_late
from hubnode.store import backups, identity, runs, verifications
from hubnode.store.runs import RunState
from runtime.alerts.news import Cause


class Kind(StrEnum):
    """What belongs together: causes of one kind are over together."""

    SYNC = "sync"
    SILENCE = "silence"
    DAMAGE = "damage"
    BACKUP = "backup"


SILENT = "sync_silent"
BAD = (RunState.FAILED, RunState.BLOCKED, RunState.ALARM)


def standing(conn: Connection, node: Node, *, interval_s: float) -> tuple[Cause, ...]:
    """All of it; nothing where the node is not enrolled yet.

    Args:
        conn: an open transaction.
        node: this node.
        interval_s: seconds from one run to the next, after twice which without a success the
            silence is a cause; 0 where nothing is planned.
    """
    if identity.get(conn) is None:
        return ()
    found = tuple(_found(conn, node, interval_s))
    is_failing = any(it.kind == Kind.SYNC for it in found)  # which explains the silence
    return tuple(replace(it, is_explained=is_failing and it.kind == Kind.SILENCE) for it in found)


def _found(conn: Connection, node: Node, interval_s: float) -> Iterator[Cause]:
    # a run without a network, or one that was killed, neither proves nor disproves anything
    last = runs.latest_in(conn, (*runs.GOOD, *BAD))
    if last is not None and last.state in BAD:
        since = runs.failing_since(conn, BAD)
        yield Cause(kind=Kind.SYNC, code=last.code or last.state.value, since=since)
    if (silence := _silence(conn, node, interval_s)) is not None:
        yield silence
    verified = verifications.latest(conn)
    if verified is not None and verified.message:
        yield Cause(kind=Kind.DAMAGE, code="damage_found", since=verified.at)
    backup = backups.latest(conn)
    if backup is not None and backup.code:
        since = backups.failing_since(conn)
        yield Cause(kind=Kind.BACKUP, code=backup.code, since=since)


def _silence(conn: Connection, node: Node, interval_s: float) -> Cause | None:
    success, live = runs.latest_success(conn), runs.latest_in(conn, (RunState.RUNNING,))
    since = success.started_at if success else runs.first_at(conn)
    if since is None:
        return None
    # what is under way may be the success; one that hangs is late in its turn
    newest = max(since, live.started_at) if live else since
    is_silent = is_late(newest, node, interval_s)
    return Cause(kind=Kind.SILENCE, code=SILENT, since=since) if is_silent else None
