"""Dumps of the catalogue in the data folder: what is in one, and which there are.

A dump is a folder that never changes: its name says the day and the size of the national log.
"""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from protocol.canonical import Json, parse

FOLDER = "dumps"
RECORDS, CHECKPOINT, MANIFEST, SUMS = (
    "innovations.jsonl.gz",
    "checkpoint",
    "manifest.json",
    "SHA256SUMS",
)
FILES: Mapping[str, str] = {
    RECORDS: "application/gzip",
    CHECKPOINT: "text/plain; charset=utf-8",
    MANIFEST: "application/json",
    SUMS: "text/plain; charset=utf-8",
}
"""The files of a dump, with their media types."""

_NAME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[1-9][0-9]{0,15}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """A dump that is there.

    Attributes:
        name: `2026-11-29-131`: the day, and how many decisions it holds.
        path: its folder.
    """

    name: str
    path: Path

    @property
    def size(self) -> int:
        """Of the national log that it holds the catalogue of."""
        return int(self.name.rpartition("-")[2])

    @property
    def day(self) -> str:
        """When it was made: YYYY-MM-DD in WIB."""
        return self.name.rpartition("-")[0]

    def manifest(self) -> dict[str, Json]:
        """What it says of itself.

        Raises:
            MalformedJson: somebody has changed it.
        """
        value = parse((self.path / MANIFEST).read_bytes())
        return value if isinstance(value, dict) else {}


def dumps_in(folder: Path) -> Sequence[Dump]:
    """Every dump of a centre's data folder, the newest first."""
    place = folder / FOLDER
    found = [it for it in place.iterdir() if _NAME.match(it.name)] if place.is_dir() else []
    dumps = [Dump(name=it.name, path=it) for it in found]
    return sorted(dumps, key=lambda it: (it.day, it.size), reverse=True)


def dump_named(folder: Path, name: str) -> Dump | None:
    """The dump of that name, or None."""
    return next((it for it in dumps_in(folder) if it.name == name), None)


def keep_only(folder: Path, count: int) -> None:
    """Removes all dumps but the newest, and what a run that was killed has left.

    Needs the folder's lock. Who is reading an old one reads it to its end.
    """
    for dump in dumps_in(folder)[count:]:
        shutil.rmtree(dump.path)
    for left in (folder / FOLDER).glob(".*.new"):
        shutil.rmtree(left)
