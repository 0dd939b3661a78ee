"""Folders in which keys and personal data lie open for a moment, such as what a backup holds.

They are made under the data folder, which nobody else reads, and never in the system's `/tmp`. Who
is killed leaves one; the service removes it when it begins. One that is in use is locked.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from runtime.durable import FolderLock

PREFIX = "unsealed-"
LOCK = "unsealed.lock"


@contextmanager
def unsealed_folder(within: Path) -> Iterator[Path]:
    """A new folder that only this user reads; gone afterwards."""
    with TemporaryDirectory(dir=within, prefix=PREFIX) as made, FolderLock(Path(made), LOCK):
        yield Path(made)


def remove_leftovers(folder: Path) -> None:
    """Removes what was left by whoever was killed; what is in use stays."""
    for it in folder.glob(f"{PREFIX}*"):
        if it.is_dir() and not FolderLock.is_held(it, LOCK):
            shutil.rmtree(it, ignore_errors=True)
