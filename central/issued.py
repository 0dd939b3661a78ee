"""The issued mark of the national log: the newest tree that was signed, kept beside the database.

A database that came back from a backup would sign other entries at sizes that are published
already. So no centre opens on a national log that is older than its mark, other than it, or signed
by other keys than its own.
"""

from sqlalchemy import Connection

from central.centre import Centre
from protocol.checkpoints import open_checkpoint
from protocol.errors import ProtocolError
from protocol.merkle import Tree
from runtime.database import DatabaseUnavailable
from runtime.durable import IssuedMark, MarkUnreadable

MARK_FILE = "issued-mark"


def check(conn: Connection, centre: Centre) -> None:
    """Accepts a database that holds all that this folder's keys are known to have signed.

    Raises:
        DatabaseUnavailable: it is older, or another centre's.
    """
    log = centre.logs.open(conn, centre.national_origin)
    note = centre.logs.latest_checkpoint(conn, log)
    if note is not None:
        _check_signed_here(centre, note)
    mark = _mark(centre)
    if mark is None or mark.origin != centre.national_origin:
        return
    is_there = log.tree.size >= mark.size
    if not is_there or centre.logs.tree_at(conn, log, mark.size) != Tree(mark.size, mark.root):
        raise DatabaseUnavailable(
            f"this database is older than what was published: {mark.size} national entries were "
            f"signed, and it does not hold them. Restore the newest backup; sign nothing with this "
            f"one, because every hub would see two histories"
        )


def remember(conn: Connection, centre: Centre) -> None:
    """Writes the mark of the national log as it stands, if it has grown; it never goes back."""
    tree = centre.logs.open(conn, centre.national_origin).tree
    known = _mark(centre)
    known_size = known.size if known and known.origin == centre.national_origin else 0
    if tree.size > known_size:
        mark = IssuedMark(origin=centre.national_origin, size=tree.size, root=tree.root)
        mark.write(centre.folder / MARK_FILE)


def _mark(centre: Centre) -> IssuedMark | None:
    try:
        return IssuedMark.read(centre.folder / MARK_FILE)
    except MarkUnreadable as error:
        raise DatabaseUnavailable(f"the issued mark cannot be read: {error}") from error


def _check_signed_here(centre: Centre, note: bytes) -> None:
    keys = [centre.keys.national.verifier_key]
    try:
        open_checkpoint(note, origin=centre.national_origin, keys=keys)
    except ProtocolError as error:
        raise DatabaseUnavailable(
            "the national log of this database was signed by other keys than those of this folder"
        ) from error
