"""The issued mark of the national log: the newest tree that was signed, kept beside the database.

A database that came back from a backup would sign other entries at sizes that are published
already. So nothing is signed on a national log that is older than the mark or other than it, and no
centre opens on one, nor on one that other keys have signed (docs/decisions/0010).
"""

from sqlalchemy import Connection

from central.centre import Centre
from protocol.checkpoints import open_checkpoint
from protocol.errors import ProtocolError
from protocol.merkle import EMPTY_TREE, Tree
from runtime.database import DatabaseUnavailable
from runtime.durable import FolderLock, IssuedMark, MarkUnreadable

MARK_FILE = "issued-mark"
LOCK_FILE = "issued-mark.lock"


class HistoryLost(DatabaseUnavailable):
    """The database lacks entries that were published: it is older, or another centre's."""


def check_signer(conn: Connection, centre: Centre) -> None:
    """Accepts a database whose national log was signed by the keys of this folder.

    Raises:
        DatabaseUnavailable: other keys signed it.
    """
    log = centre.logs.open(conn, centre.national_origin)
    note = centre.logs.latest_checkpoint(conn, log)
    if note is None:
        return
    try:
        keys = [centre.keys.national.verifier_key]
        open_checkpoint(note, origin=centre.national_origin, keys=keys)
    except ProtocolError as error:
        raise DatabaseUnavailable(
            "the national log of this database was signed by other keys than those of this folder"
        ) from error


def check(conn: Connection, centre: Centre) -> Tree:
    """Accepts a database that holds all that is known to have been signed; returns its tree.

    The mark is read before the database: whoever writes a mark has committed before.

    Args:
        conn: a transaction that has read nothing yet, or that has appended to the national log, so
            that nobody else has.
        centre: whose mark it is.

    Raises:
        HistoryLost: it does not.
        DatabaseUnavailable: the mark cannot be read.
    """
    marked = _marked(centre)
    log = centre.logs.open(conn, centre.national_origin)
    is_there = log.tree.size >= marked.size
    if not is_there or centre.logs.tree_at(conn, log, marked.size) != marked:
        raise HistoryLost(
            f"this database is older than what was published: {marked.size} national entries were "
            f"signed, and it does not hold them. Restore the newest backup; sign nothing with this "
            f"one, because every hub would see two histories"
        )
    return log.tree


def remember(conn: Connection, centre: Centre) -> None:
    """Writes the mark of the national log as it stands, if it has grown; it never goes back.

    Args:
        conn: a transaction that has read nothing yet.
        centre: whose mark it is.

    Raises:
        HistoryLost: the database does not hold what the mark says.
        OSError: the mark cannot be written.
    """
    with FolderLock(centre.folder, LOCK_FILE, waits=True):
        tree = check(conn, centre)
        if tree.size > _marked(centre).size:
            mark = IssuedMark(origin=centre.national_origin, size=tree.size, root=tree.root)
            mark.write(centre.folder / MARK_FILE)


def _marked(centre: Centre) -> Tree:
    """The marked tree of this epoch's national log; the empty one where there is none."""
    try:
        mark = IssuedMark.read(centre.folder / MARK_FILE)
    except MarkUnreadable as error:
        raise DatabaseUnavailable(f"the issued mark cannot be read: {error}") from error
    if mark is None or mark.origin != centre.national_origin:
        return EMPTY_TREE
    return Tree(mark.size, mark.root)
