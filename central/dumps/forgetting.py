"""Dumps that go: what must be forgotten must not be handed on, nor more be kept than is wished."""

import shutil

from sqlalchemy import Connection

from central.centre import Centre
from central.dumps.files import FOLDER, dumps_in, keep_only
from central.store import decisions as index
from protocol.entries.redaction import TYPE as ENTRY_REDACTED
from runtime.durable import FolderLock


def forget_redacted(centre: Centre, *, waits: bool = True) -> int:
    """Removes every dump that is older than the newest redaction; returns how many.

    Whatever is being made, of a snapshot that may be older, is there before this looks.

    Args:
        centre: the centre, whose redactions are committed.
        waits: for a dump that is being made, which takes minutes.

    Raises:
        AlreadyRunning: one is being made, and it is not waited for.
    """
    place = centre.folder / FOLDER
    if not place.is_dir():
        return 0
    with FolderLock(place, waits=waits):
        dumps = dumps_in(centre.folder)
        last = centre.db.read_sync(_last_redaction) if dumps else None
        older = [it for it in dumps if last is not None and it.size <= last]
        for dump in older:
            shutil.rmtree(dump.path)
    return len(older)


def forget_surplus(centre: Centre, *, kept: int) -> None:
    """Removes the oldest dumps beyond those that are kept, whether or not another is made.

    Raises:
        AlreadyRunning: one is being made.
    """
    place = centre.folder / FOLDER
    if place.is_dir():
        with FolderLock(place):
            keep_only(centre.folder, kept)


def _last_redaction(conn: Connection) -> int | None:
    places = index.of_kinds(conn, [ENTRY_REDACTED])
    return places[-1] if places else None
