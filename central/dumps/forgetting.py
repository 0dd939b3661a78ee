"""Dumps that hold what was redacted since go: what must be forgotten must not be handed on."""

import shutil

from sqlalchemy import Connection

from central.centre import Centre
from central.dumps.files import FOLDER, dumps_in
from central.store import decisions as index
from protocol.entries.redaction import TYPE as ENTRY_REDACTED
from runtime.durable import FolderLock


def forget_redacted(centre: Centre) -> int:
    """Removes every dump that is older than the newest redaction; returns how many."""
    dumps = dumps_in(centre.folder)
    last = centre.db.read_sync(_last_redaction) if dumps else None
    if last is None or all(it.size > last for it in dumps):
        return 0
    with FolderLock(centre.folder / FOLDER, waits=True):
        older = [it for it in dumps_in(centre.folder) if it.size <= last]
        for dump in older:
            shutil.rmtree(dump.path)
    return len(older)


def _last_redaction(conn: Connection) -> int | None:
    places = index.of_kinds(conn, [ENTRY_REDACTED])
    return places[-1] if places else None
