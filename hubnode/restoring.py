"""A backup put into a node that runs and has no hub yet, as the wizard does on a new machine.

`hubnode.backup.restore` fills an empty folder before anything runs in it; here pages are open. All
is looked at in a folder aside first. Then keys and settings go in, and the database last, in one
transaction of SQLite: whoever is killed before that has a fresh node still, and does it again.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from hubnode.backup import BackupRefused, Opened, is_sound, opened, require_keys_of
from hubnode.kit import note_typed
from hubnode.node import SYNC_LOCK, Node
from hubnode.opening import DATABASE_FILE, opened_node
from hubnode.store import identity, safeguards
from protocol.emergency_kit import EmergencyKit
from runtime.durable import FolderLock, write_durably
from runtime.keyfile import MODE

Newcomer = Callable[[Connection], None]
"""Keeps in the restored database whoever restores it: their account, and where it is signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """Whose backup it was, and from when by the clock of the machine that made it."""

    hub: str
    name: str
    made_at: datetime


async def restore_here(
    node: Node, path: Path, kit: EmergencyKit, *, newcomer: Newcomer
) -> Restored:
    """Puts a backup in place of what a fresh node has.

    The next run asks the centre for what was sent since (protocol.md, "Recovery", C); before it,
    the operator says that this machine is the hub's (`hubnode.adopting`).

    Raises:
        AlreadyRunning: a sync run is under way.
        BackupRefused: this node is enrolled already, or the kit does not open the backup, or it is
            damaged; nothing was changed.
    """
    with FolderLock(node.folder, SYNC_LOCK):
        if await node.db.read(identity.get) is not None:
            raise BackupRefused("this node is enrolled; restore on a fresh one")
        return await node.db.worker.run(partial(_restore, node, path, kit, newcomer))


def note_restored(
    conn: Connection, made_at: datetime, kit: EmergencyKit | None, now: datetime
) -> None:
    """Keeps in a restored database what it cannot know: it was copied before this was noted.

    Args:
        conn: of the restored database.
        made_at: when the backup was made.
        kit: that opened it, if somebody typed one.
        now: when it was typed.
    """
    safeguards.keep_backup(conn, made_at)
    if kit is not None:
        note_typed(conn, kit, now)


def _restore(node: Node, path: Path, kit: EmergencyKit, newcomer: Newcomer) -> Restored:
    folder, now = node.folder, node.clock.now()
    with opened(path, [kit.log], within=folder) as found:
        require_keys_of(found, kit)
        if not is_sound(found):
            raise BackupRefused("the database in it is damaged")
        with opened_node(found.folder) as staged:
            staged.db.run_sync(newcomer)
            staged.db.run_sync(lambda conn: note_restored(conn, found.made_at, kit, now))
        _put_files(found, folder)
        _put_database(found.folder / DATABASE_FILE, folder / DATABASE_FILE)
        return Restored(hub=found.hub, name=found.name, made_at=found.made_at)


def _put_files(found: Opened, folder: Path) -> None:
    for name in found.files:
        if name == DATABASE_FILE:
            continue
        (folder / name).parent.mkdir(mode=0o700, exist_ok=True)
        write_durably(folder / name, (found.folder / name).read_bytes(), mode=MODE)


def _put_database(source: Path, target: Path) -> None:
    """Gives a database that others have open the content of another one, whole or not at all.

    Raises:
        BackupRefused: SQLite cannot.
    """
    try:
        with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(target)) as live:
            ours.backup(live)
    except sqlite3.Error as error:
        raise BackupRefused(f"the database was not put in place: {error}") from error
