"""The centre restored from an old backup: what it lacks, and how it goes on (row G of "Recovery").

Three steps, each safe to repeat. A recovery *begins*: nothing is signed any more, and hubs hand
back what they hold (`central.taking_back`). A new epoch is *declared*: its log carries over what
there is then, and says which tree it closes (`EpochOpened`). It is *finished*: settings, issued
mark and recovery file follow the database, so a kill between leaves only that to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from central import issued, national, recovery_state
from central.casework.person import are_one
from central.centre import Centre
from central.opening import opened_centre
from central.public_text import refuse_private
from central.reinviting import SecondAdminNeeded
from central.settings import CentralSettings, write_epoch
from central.store import audit, blocks, hubs
from central.store.tables import LOG_TABLES
from protocol.entries.epoch import EpochOpened
from protocol.errors import EpochRefused
from protocol.keys import SigningKey
from protocol.merkle import Tree
from protocol.names import FIRST_EPOCH, epoch_of, national_origin
from runtime.carrying import carry_over
from runtime.durable import IssuedMark, MarkUnreadable
from runtime.logstore import LogRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the database holds of the national log, and what is known to have been signed.

    Attributes:
        origin: of the national log.
        size: entries that the database holds.
        known_size: of the largest tree that is known to have been signed.
        is_marked: whether anything but the database says what was signed.
        is_other: the database went on differently from what is known: a branch was signed on it.
        began_at: when the recovery began; None before.
        heard: hubs that have called since, and handed back what they hold.
        awaited: hubs that have not.
    """

    origin: str
    size: int
    known_size: int
    is_marked: bool
    is_other: bool
    began_at: datetime | None
    heard: tuple[str, ...]
    awaited: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all that is known to have been signed is here, and something knows."""
        return self.is_marked and not self.missing and not self.is_other

    @property
    def missing(self) -> int:
        """Entries that were signed and are not here."""
        return max(0, self.known_size - self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What two admins declare.

    Attributes:
        reason: stands in the national log.
        by, second_by: their accounts; no personal data.
        agency: for which agency.
    """

    reason: str
    by: str
    second_by: str
    agency: str


@contextmanager
def recovering_centre(folder: Path, settings: CentralSettings) -> Iterator[Centre]:
    """The centre of a data folder whatever its database lacks, at the latest epoch that is known.

    Raises:
        KeyFileRefused, DatabaseError: as `opened_centre`, but for what is missing.
    """
    under_way = recovery_state.read(folder)
    origins = [under_way.origin if under_way else "", _marked_origin(folder)]
    epochs = [epoch_of(origin, settings.authority) or FIRST_EPOCH for origin in origins]
    known = replace(settings, epoch=max(settings.epoch, *epochs))
    with opened_centre(folder, known, is_recovery=True) as centre:
        yield centre


def find(conn: Connection, centre: Centre) -> Finding:
    """Looks at the database, the mark and the hubs; changes nothing."""
    under_way = recovery_state.read(centre.folder)
    began_at = under_way.began_at if under_way else None
    log = _newest_log(conn, centre)
    known = _known(centre)
    is_other = (
        known is not None
        and 0 < known.size <= log.tree.size
        and centre.logs.tree_at(conn, log, known.size) != known
    )
    active = [hub for hub in hubs.everyone(conn) if hub.state == hubs.ACTIVE]
    heard = {
        it.hub for it in active if began_at and it.last_seen_at and it.last_seen_at >= began_at
    }
    return Finding(
        origin=centre.national_origin,
        size=log.tree.size,
        known_size=max(known.size if known else 0, log.tree.size),
        is_marked=known is not None,
        is_other=is_other,
        began_at=began_at,
        heard=tuple(sorted(heard)),
        awaited=tuple(sorted({it.hub for it in active} - heard)),
    )


def begin(conn: Connection, centre: Centre) -> None:
    """Ends all signing on the national log, so that it can take back what it lost.

    A database that knows only an earlier epoch goes on under the name of the latest.
    """
    before = _newest_log(conn, centre)
    if before.origin != centre.national_origin:
        _carry(conn, centre, before.origin, centre.national_origin)
    under_way = recovery_state.read(centre.folder)
    if under_way is None or under_way.origin != centre.national_origin:
        now = centre.clock.now()
        audit.note(conn, at=now, what="recovery.began", hub=None, detail=centre.national_origin)
        state = recovery_state.Recovery(origin=centre.national_origin, began_at=now)
        recovery_state.write(centre.folder, state)


def declare(conn: Connection, centre: Centre, wish: Wish) -> Centre:
    """Closes the national log and opens the next epoch behind what is carried over.

    Returns:
        The centre of the next epoch; `finish` makes it the one that is served.

    Raises:
        SecondAdminNeeded: both accounts are one.
        TextRefused: the reason or an account looks like personal data.
        EpochRefused: no recovery is under way, or the database went on differently from what is
            known to have been signed.
    """
    refuse_private({"reason": wish.reason, "by": wish.by, "second_by": wish.second_by})
    if are_one(wish.by, wish.second_by):
        raise SecondAdminNeeded(f"{wish.by} cannot be both; another account has to be the second")
    found = find(conn, centre)
    if found.began_at is None:
        raise EpochRefused("no recovery is under way; begin with central recover")
    if found.is_other:
        raise EpochRefused("the database went on differently from what was signed before")
    following = next_centre(centre)
    closed = centre.logs.open(conn, centre.national_origin)
    _carry(conn, centre, centre.national_origin, following.national_origin)
    known = _known(centre)
    if known is None or known.size < closed.tree.size:
        known = closed.tree
    national.append(conn, following, [_opening(following, closed.tree, known, wish)])
    now = centre.clock.now()
    audit.note(conn, at=now, what="epoch.opened", hub=None, detail=following.national_origin)
    return following


def is_declared(conn: Connection, centre: Centre) -> bool:
    """Whether the database has the next epoch, so that only finishing is left to do."""
    return next_centre(centre).national_origin in _origins(conn, centre)


def finish(centre: Centre) -> None:
    """Makes the settings and the issued mark those of the epoch that was declared."""
    write_epoch(centre.folder, centre.epoch)
    centre.db.read_sync(lambda conn: issued.remember(conn, centre))
    recovery_state.remove(centre.folder)


def next_centre(centre: Centre) -> Centre:
    """The same centre in the epoch after this one."""
    epoch = centre.epoch + 1
    key = centre.keys.national
    name = national_origin(centre.authority, epoch)
    signing = SigningKey(name=name, type=key.type, seed=key.seed)
    return replace(centre, epoch=epoch, keys=replace(centre.keys, national=signing))


def _opening(following: Centre, closed: Tree, known: Tree, wish: Wish) -> EpochOpened:
    return EpochOpened(
        salt=following.salt(),
        at=following.timestamp(),
        epoch=following.epoch,
        origin=national_origin(following.authority, following.epoch - 1),
        size=closed.size,
        root=closed.root.hex(),
        known_size=known.size,
        known_root=known.root.hex(),
        reason=wish.reason,
        by=wish.by,
        second_by=wish.second_by,
        agency=wish.agency,
    )


def _carry(conn: Connection, centre: Centre, before: str, after: str) -> None:
    log = centre.logs.open(conn, before)
    carry_over(conn, centre.logs, LOG_TABLES, log, origin=after, size=log.tree.size)
    progress = blocks.progress(conn, before)
    if progress is not None:
        blocks.save_progress(conn, after, progress)


def _newest_log(conn: Connection, centre: Centre) -> LogRow:
    """The database's national log of this epoch, or of the last one before that it knows."""
    epochs = [epoch_of(it, centre.authority) or 0 for it in _origins(conn, centre)]
    epoch = max([it for it in epochs if it <= centre.epoch], default=centre.epoch)
    return centre.logs.open(conn, national_origin(centre.authority, epoch))


def _origins(conn: Connection, centre: Centre) -> list[str]:
    return centre.logs.origins(conn, beginning=f"{centre.authority}/national/")


def _known(centre: Centre) -> Tree | None:
    mark = issued.newest_known(centre)
    return None if mark is None else Tree(mark.size, mark.root)


def _marked_origin(folder: Path) -> str:
    try:
        mark = IssuedMark.read(folder / issued.MARK_FILE)
    except MarkUnreadable:
        return ""
    return mark.origin if mark else ""
