"""A backup of this node: one file that only the hub's own keys open (age, ssh-ed25519 recipient).

It holds the database, the keys, the settings and the column mappings, each with its SHA-256. It
does not hold the issued mark: after a restore nobody here knows what was signed since, so the next
run asks the centre before anything is signed again (protocol.md, "Recovery", C).
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

from hubnode.imports.mapping import FOLDER as MAPPINGS
from hubnode.keys import KEY_FILE, KEY_NAMES, load_own_keys
from hubnode.node import Node
from hubnode.opening import DATABASE_FILE, is_node
from hubnode.settings import BACKUPS_KEPT, SETTINGS_FILE
from hubnode.store.identity import Identity
from hubnode.store.tables import TABLES_VERSION
from hubnode.unsealed import unsealed_folder
from protocol.canonical import Json, canonicalise, parse
from protocol.emergency_kit import EmergencyKit
from protocol.errors import ProtocolError
from runtime.durable import copy_durably
from runtime.keyfile import MODE, KeyFileRefused, load_keys

FOLDER = "backups"
SUFFIX = ".jipp-backup"
MANIFEST = "manifest.json"
FORMAT = 1
KEPT = BACKUPS_KEPT
"""Backups in the node's own folder where no setting says it; the oldest goes for another."""


class BackupRefused(ProtocolError):
    """A backup that cannot be opened with these keys, is damaged, or of another version."""

    default_code = "backup_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A file in the node's folder of backups, as its name and size say."""

    name: str
    made_at: datetime
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a backup holds, in a folder of its own.

    Attributes:
        hub, name: whose it is.
        made_at: by the clock of the machine that made it.
        files: names in `folder`, each as it was.
    """

    folder: Path
    hub: str
    name: str
    made_at: datetime
    files: tuple[str, ...]


def create(node: Node, who: Identity, target: Path | None = None, *, kept: int = KEPT) -> Path:
    """Writes a backup, whole or not at all; takes seconds, so not on the event loop.

    Args:
        node: what to back up.
        who: its enrolment, whose keys open the backup.
        target: the file; else one in the node's own folder of backups.
        kept: how many stay in that folder, this one included.

    Raises:
        KeyFileRefused: the key file cannot be used.
    """
    from hubnode.sealing import seal  # noqa: PLC0415  # a node at rest needs none: 2 MB

    now = node.clock.now()
    key = load_own_keys(node.folder, who).current.log.seed
    with unsealed_folder(node.folder) as folder:
        names = _gather(node.folder, folder)
        document: dict[str, Json] = {
            "format": FORMAT,
            "hub": who.hub,
            "name": who.name,
            "made_at": now.isoformat(),
            "tables": TABLES_VERSION,
            "files": {name: _digest(folder / name) for name in names},
        }
        (folder / MANIFEST).write_bytes(canonicalise(document))
        sealed = seal(folder, (MANIFEST, *names), key)
        path = target or _own_place(node, who, now)
        _put(sealed, path)
    _drop_oldest(node.folder, kept, made=path)
    return path


def every(folder: Path) -> list[Backup]:
    """The backups in a node's own folder, the newest first."""
    found = sorted((folder / FOLDER).glob(f"*{SUFFIX}"), reverse=True)
    return [
        Backup(
            name=path.name,
            made_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
            size_bytes=path.stat().st_size,
        )
        for path in found
    ]


@contextmanager
def opened(path: Path, keys: Sequence[bytes], *, within: Path) -> Iterator[Opened]:
    """A backup, decrypted and compared with its manifest; gone afterwards.

    Args:
        path: of the file.
        keys: seeds of log keys, of which one opens it, 32 bytes each.
        within: the folder under which it lies open meanwhile, such as the data folder.

    Raises:
        BackupRefused: see the class.
        OSError: there is no space left on the disk.
    """
    with unsealed_folder(within) as folder:
        _unpack(path, keys, folder)
        yield _checked(folder)


def require_keys_of(found: Opened, kit: EmergencyKit) -> None:
    """Accepts a backup that holds the keys of the kit that opened it.

    Whoever knows a hub's public key can seal a file to it; only the hub has both of its keys.

    Raises:
        BackupRefused: it holds other keys.
    """
    try:
        inside = load_keys(found.folder / KEY_FILE, KEY_NAMES)
    except KeyFileRefused as error:
        raise BackupRefused(f"the key file in it: {error}") from error
    if tuple(inside[name] for name in KEY_NAMES) != (kit.log, kit.witness):
        raise BackupRefused("it holds other keys than the kit")


def restore(found: Opened, folder: Path) -> None:
    """Puts what a backup holds into a folder in which no node lives.

    Raises:
        BackupRefused: one does.
    """
    if is_node(folder):
        raise BackupRefused("a node lives in that folder; restore into an empty one")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in found.files:
        (folder / name).parent.mkdir(mode=0o700, exist_ok=True)
        copyfile(found.folder / name, folder / name)
    (folder / KEY_FILE).chmod(MODE)


def is_sound(found: Opened) -> bool:
    """Whether SQLite finds nothing wrong with the database in it."""
    with closing(sqlite3.connect(found.folder / DATABASE_FILE)) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchall() == [("ok",)])


def _gather(source: Path, target: Path) -> list[str]:
    """Copies what a backup holds; the database as of one moment, whoever writes meanwhile."""
    with (
        closing(sqlite3.connect(source / DATABASE_FILE)) as live,
        closing(sqlite3.connect(target / DATABASE_FILE)) as copy,
    ):
        live.backup(copy)
    names = [KEY_FILE, SETTINGS_FILE]
    names += [f"{MAPPINGS}/{it.name}" for it in sorted((source / MAPPINGS).glob("*"))]
    there = [name for name in names if (source / name).is_file()]
    for name in there:
        (target / name).parent.mkdir(exist_ok=True)
        copyfile(source / name, target / name)
    return [DATABASE_FILE, *there]


def _own_place(node: Node, who: Identity, now: datetime) -> Path:
    folder = node.folder / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{who.hub}-{now:%Y%m%dT%H%M%SZ}{SUFFIX}"


def _put(sealed: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    copy_durably(sealed, path, mode=MODE)


def _drop_oldest(folder: Path, kept: int, *, made: Path) -> None:
    """Never the one just made, which by a clock that was set back is the oldest of all."""
    own = folder / FOLDER
    others = [own / it.name for it in every(folder) if own / it.name != made]
    for old in others[kept - 1 if made.parent == own else kept :]:
        old.unlink(missing_ok=True)


def _unpack(path: Path, keys: Sequence[bytes], folder: Path) -> None:
    from hubnode.sealing import SealBroken, unseal  # noqa: PLC0415  # a node at rest needs none

    try:
        unseal(path, keys, folder)
    except SealBroken as error:
        raise BackupRefused(f"{path.name}: {error}") from error


def _checked(folder: Path) -> Opened:
    try:
        document = parse((folder / MANIFEST).read_bytes())
        if not isinstance(document, dict) or not isinstance(document["files"], dict):
            raise BackupRefused("its manifest has another form")
        if document["format"] != FORMAT or document["tables"] != TABLES_VERSION:
            raise BackupRefused("it was made by another version of this program")
        files: dict[str, Json] = document["files"]
        if not all(_is_known(name) for name in files) or not {DATABASE_FILE, KEY_FILE} <= set(
            files
        ):
            raise BackupRefused("its manifest names other files than a backup holds")
        if any(_digest(folder / name) != digest for name, digest in files.items()):
            raise BackupRefused("a file in it is damaged")
        (folder / KEY_FILE).chmod(MODE)
        return Opened(
            folder=folder,
            hub=str(document["hub"]),
            name=str(document["name"]),
            made_at=datetime.fromisoformat(str(document["made_at"])),
            files=tuple(files),
        )
    except (OSError, KeyError, ValueError) as error:
        raise BackupRefused("it has no manifest that can be read") from error


def _is_known(name: str) -> bool:
    """Whether a backup holds a file of that name; any other could be put anywhere."""
    folder, slash, rest = name.partition("/")
    is_mapping = (folder, slash) == (MAPPINGS, "/") and rest not in {"", ".", ".."}
    is_one_name = not any(it in rest for it in "/\\\0")
    return name in {DATABASE_FILE, KEY_FILE, SETTINGS_FILE} or (is_mapping and is_one_name)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
