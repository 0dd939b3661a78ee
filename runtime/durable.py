"""Small files that must survive: written whole or not at all, and locks on folders.

Here too the *issued mark* and the *anchor*: (origin, size, root) of the last tree that this side
signed, and of the last that it knows of the other side. Both lie beside the database, not in it,
because whoever restores an old database does not restore them with it.
"""

import base64
import binascii
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp, mkstemp
from types import TracebackType
from typing import BinaryIO, Self

from protocol.canonical import canonicalise, parse
from protocol.errors import ProtocolError
from protocol.merkle import Tree


class AlreadyRunning(Exception):
    """Another process holds the lock of this folder."""


class MarkUnreadable(Exception):
    """A mark is there and cannot be read: sign nothing, ask a person."""


def write_durably(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Replaces the file at `path`: write, fsync, rename, fsync folder. Of two at once one stays."""
    with _replacing(path, mode) as file:
        file.write(data)


def copy_durably(source: Path, path: Path, *, mode: int = 0o644) -> None:
    """As `write_durably`, of a file's bytes, however many they are."""
    with source.open("rb") as original, _replacing(path, mode) as file:
        shutil.copyfileobj(original, file)


@contextmanager
def _replacing(path: Path, mode: int) -> Iterator[BinaryIO]:
    """A new file that is at `path` once it is written."""
    descriptor, name = mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".new")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with suppress(PermissionError):  # a stick's file system has no modes; who reads a
                os.fchmod(file.fileno(), mode)  # key looks at its mode
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)  # it may hold a key
        raise
    _sync(path.parent)


@contextmanager
def folder_made_durably(path: Path) -> Iterator[Path]:
    """A new folder that is at `path`, whole, once the block ends; nothing may be there before.

    Yields:
        Where its files are to be written meanwhile. Nobody finds it under the name of `path`.
    """
    temporary = Path(mkdtemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new"))
    try:
        yield temporary
        for file in temporary.iterdir():
            _sync(file)
        _sync(temporary)
        temporary.rename(path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    _sync(path.parent)


def _sync(path: Path) -> None:
    """Waits until a file, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_if_there(path: Path) -> bytes | None:
    """The file's bytes, or None where there is no file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def read_at_most(path: Path, count_max: int) -> bytes:
    """The file's bytes, or the first `count_max` + 1 where it has more."""
    with path.open("rb") as file:
        return file.read(count_max + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedMark:
    """A tree of a log, remembered outside the database.

    Attributes:
        origin: the log's name.
        size: entries.
        root: 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def write(self, path: Path) -> None:
        """Replaces the mark at `path`, durably."""
        root = base64.b64encode(self.root).decode()
        write_durably(
            path, canonicalise({"origin": self.origin, "size": self.size, "root": root}) + b"\n"
        )

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The mark at `path`, or None where there is none.

        Raises:
            MarkUnreadable: torn or foreign; never taken for absent.
        """
        data = read_if_there(path)
        if data is None:
            return None
        try:
            value = parse(data)
            if not isinstance(value, dict):
                raise MarkUnreadable(f"{path}: not a mark")
            size, root = value["size"], base64.b64decode(str(value["root"]), validate=True)
            if type(size) is not int:
                raise MarkUnreadable(f"{path}: not a mark")
            tree = Tree(size, root)
            return cls(origin=str(value["origin"]), size=tree.size, root=tree.root)
        except (ProtocolError, KeyError, ValueError, binascii.Error) as error:
            raise MarkUnreadable(f"{path}: {error}") from error


class FolderLock:
    """One process at a time in a folder; held while the `with` block runs.

    Args:
        folder: which must be there.
        name: of the file that is locked in it.
        waits: for its turn, where it is held for a moment only; else `AlreadyRunning` is raised.
    """

    def __init__(self, folder: Path, name: str = "lock", *, waits: bool = False) -> None:
        self._path = folder / name
        self._how = fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB
        self._descriptor = -1

    @classmethod
    def is_held(cls, folder: Path, name: str = "lock") -> bool:
        """Whether some process holds it at this moment; one that was killed does not."""
        try:
            with cls(folder, name):
                return False
        except AlreadyRunning:
            return True

    def __enter__(self) -> Self:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, self._how)
        except OSError as error:
            os.close(descriptor)
            raise AlreadyRunning(str(self._path)) from error
        self._descriptor = descriptor
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)
