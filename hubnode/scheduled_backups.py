"""Backups that the service makes by itself: when one is due, and how it went."""

import logging
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from hubnode.backup import create
from hubnode.node import Node
from hubnode.settings import NodeSettings
from hubnode.store import backups, identity, safeguards
from hubnode.store.backups import Attempt
from hubnode.store.identity import Identity
from runtime.keyfile import KeyFileRefused

SPANS: Mapping[str, timedelta] = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
RETRY = timedelta(hours=1)
FAILED = "backup_failed"

log = logging.getLogger(__name__)


def due_at(
    every: str, last: Attempt | None, good: Attempt | None, now: datetime
) -> datetime | None:
    """When the next one is due, or None where none is wanted. Pure.

    Args:
        every: `off`, `daily` or `weekly`.
        last: the newest attempt.
        good: the newest that succeeded.
        now: by a clock that may have been set back, so that nothing is far in the future.
    """
    span = SPANS.get(every)
    if span is None:
        return None
    if last is not None and last.code:
        return min(last.at + RETRY, now + RETRY)
    return min(good.at + span, now + span) if good else now


async def back_up_if_due(node: Node, settings: NodeSettings) -> Attempt | None:
    """Makes a backup where one is due, and keeps how it went; None where none was."""
    now = node.clock.now()
    who, last, good = await node.db.read(
        lambda conn: (identity.get(conn), backups.latest(conn), backups.latest_good(conn))
    )
    due = due_at(settings.backup_every, last, good, now)
    if who is None or due is None or due > now:
        return None
    attempt = await node.db.worker.run(partial(_attempted, node, who, settings.backups_kept))
    await node.db.run(partial(_keep, attempt=attempt))
    log.info("backed_up", extra={"code": attempt.code})
    return attempt


def _keep(conn: Connection, *, attempt: Attempt) -> None:
    backups.keep(conn, attempt)
    if not attempt.code:
        safeguards.keep_backup(conn, attempt.at)


def _attempted(node: Node, who: Identity, kept: int) -> Attempt:
    now = node.clock.now()
    try:
        path = create(node, who, kept=kept)
    except KeyFileRefused as refused:
        return Attempt(at=now, code="key_file_refused", detail=str(refused))
    except OSError as error:
        return Attempt(at=now, code=FAILED, detail=error.strerror or str(error))
    except sqlite3.Error as error:
        return Attempt(at=now, code=FAILED, detail=str(error))
    return Attempt(at=now, name=path.name)
