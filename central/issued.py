"""The issued mark of the national log: the newest tree that was signed, kept beside the database.

A database that came back from a backup would sign other entries at sizes that are published
already. So nothing is signed on a national log that is older than the mark or other than it, and no
centre opens on one, nor on one that other keys have signed (docs/decisions/0010).
"""

from sqlalchemy import Connection

from central import recovery_state
from central.centre import Centre
from protocol.checkpoints import open_checkpoint, peek_origin
from protocol.epochs import next_epoch
from protocol.errors import ProtocolError
from protocol.merkle import EMPTY_TREE, Tree
from protocol.names import epoch_of
from runtime.database import DatabaseUnavailable
from runtime.durable import FolderLock, IssuedMark, MarkUnreadable

MARK_FILE = "issued-mark"
LOCK_FILE = "issued-mark.lock"


class HistoryLost(DatabaseUnavailable):
    """The database lacks entries that were published: it is older, or another centre's."""


def check_signer(conn: Connection, centre: Centre) -> None:
    """Accepts a database whose national log was signed by the keys of this folder.

    Raises:
        DatabaseUnavailable: other keys signed it, or it has gone on to a later epoch.
    """
    stored = centre.logs.origins(conn, beginning=f"{centre.authority}/national/")
    latest = max((epoch_of(it, centre.authority) or 0 for it in stored), default=0)
    if latest > centre.epoch:
        raise DatabaseUnavailable(
            f"the national log of this database is of epoch {latest}, and `epoch` is set to "
            f"{centre.epoch}. See central recover"
        )
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
    under_way = recovery_state.read(centre.folder)
    if under_way is not None and under_way.origin == centre.national_origin:
        raise HistoryLost(
            f"{centre.national_origin} is being recovered, so nothing is signed on it. "
            f"See central recover"
        )
    marked = _marked(centre)
    log = centre.logs.open(conn, centre.national_origin)
    is_there = log.tree.size >= marked.size
    if not is_there or centre.logs.tree_at(conn, log, marked.size) != marked:
        raise HistoryLost(
            f"this database is older than what was published: {marked.size} national entries were "
            f"signed, and it does not hold them. Restore the newest backup; if there is none, take "
            f"back what hubs hold: central recover. Nothing is signed with this one, because every "
            f"hub would see two histories"
        )
    return log.tree


def newest_known(centre: Centre) -> IssuedMark | None:
    """The mark of this or a later epoch, or None.

    Raises:
        DatabaseUnavailable: it cannot be read.
    """
    try:
        mark = IssuedMark.read(centre.folder / MARK_FILE)
    except MarkUnreadable as error:
        raise DatabaseUnavailable(f"the issued mark cannot be read: {error}") from error
    epoch = epoch_of(mark.origin, centre.authority) if mark is not None else None
    return mark if epoch is not None and epoch >= centre.epoch else None


def learn(conn: Connection, centre: Centre, note: bytes) -> bool:
    """Takes a checkpoint that somebody holds for a mark, where the database lacks what it covers.

    A mark that was lost with the folder comes back so: it was signed here.

    Args:
        conn: a transaction that has read nothing yet.
        centre: the centre.
        note: a checkpoint of a national log of this centre.

    Returns:
        Whether the mark has moved.

    Raises:
        MalformedNote, MalformedCheckpoint, NoteRefused, EpochRefused: this centre signed no such.
    """
    origin = peek_origin(note)
    epoch = next_epoch(origin, centre.authority) - 1
    key = centre.keys.national.verifier_key.renamed(origin)
    theirs = open_checkpoint(note, origin=origin, keys=[key]).tree
    if epoch < centre.epoch:
        return False
    with FolderLock(centre.folder, LOCK_FILE, waits=True):
        known = newest_known(centre)
        known_epoch = epoch_of(known.origin, centre.authority) if known else None
        if known and (known_epoch or 0, known.size) >= (epoch, theirs.size):
            return False
        log = centre.logs.open(conn, origin)
        is_there = theirs.size <= log.tree.size
        if is_there and centre.logs.tree_at(conn, log, theirs.size) == theirs:
            return False
        mark = IssuedMark(origin=origin, size=theirs.size, root=theirs.root)
        mark.write(centre.folder / MARK_FILE)
    return True


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
    """The marked tree of this epoch's national log; the empty one where there is none.

    Raises:
        HistoryLost: the mark is of a later epoch.
        DatabaseUnavailable: it cannot be read.
    """
    mark = newest_known(centre)
    if mark is None:
        return EMPTY_TREE
    if mark.origin != centre.national_origin:
        raise HistoryLost(
            f"{mark.origin} was published, and this centre is set to {centre.national_origin}: "
            f"an old backup was restored. See central recover"
        )
    return Tree(mark.size, mark.root)
