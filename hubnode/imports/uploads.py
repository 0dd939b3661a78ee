"""Files that came through a browser: kept in the data folder until imported or thrown away.

Each has a folder of its own, with the file, what is known of it, what people corrected in it and
what the last rehearsal said. All of it is plain files, so a restart of the service loses nothing.
A file may hold personal data that nobody has looked for yet: only the node's account may read it.
"""

import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import Any

import orjson

from hubnode.imports.refusal import FileRefused
from runtime.durable import read_if_there, write_durably

FOLDER = "uploads"
UPLOADS_MAX = 20
"""Files that are kept at one time; whoever brings another one throws one away first."""

KEPT_FOR = timedelta(days=7)
"""How long a file is kept on which nobody works: it may hold personal data."""

SAMPLES = 3
"""Rows that are shown beside the columns."""

KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".json", ".jsonl", ".ndjson")

_ID = re.compile(r"[0-9a-f]{16}\Z")
_ABOUT, _CORRECTIONS, _CHECK = "about.json", "corrections.json", "check.json"
_NAME_MAX = 120

Corrections = Mapping[int, Mapping[str, str]]
"""By row number and column, the text that somebody put in place of the file's."""


class Phase(StrEnum):
    """How far a file has come. Where nobody works on it, READING and IMPORTING were interrupted."""

    READING = "reading"
    REFUSED = "refused"
    COLUMNS = "columns"
    CHECKED = "checked"
    IMPORTING = "importing"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What is known of a file.

    Attributes:
        id: 16 hex digits.
        name: as the person's machine calls it.
        by: account that brought it.
        at: when, RFC 3339.
        sheet: of a workbook; None is the first.
        header_row: number of the row with the column names.
        sheets: names of the sheets of a workbook.
        columns: in the file's order.
        samples: cells of the first rows, in the order of the columns.
        rows_count: how many rows it has.
        mapping: name of the mapping that is used, or "".
        fault: code of why it stopped, or "".
        detail: what the program says of the fault.
        withdraw_missing: whether records whose rows have vanished are withdrawn.
        run: number of the import that it became, or None.
        importer: account that let it be imported.
        shown: what that account was shown would happen, as `hubnode.imports.stages` tokens it.
    """

    id: str
    name: str
    by: str
    at: str
    phase: Phase
    sheet: str | None = None
    header_row: int = 1
    sheets: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    samples: tuple[tuple[str, ...], ...] = ()
    rows_count: int = 0
    mapping: str = ""
    fault: str = ""
    detail: str = ""
    withdraw_missing: bool = False
    run: int | None = None
    importer: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Uploads:
    """The files of one node.

    Attributes:
        folder: where they are kept; made when the first one comes.
    """

    folder: Path

    def begin(self, *, id_: str, name: str, by: str, at: datetime) -> Upload:
        """Makes room for a file that is about to come.

        Raises:
            FileRefused: code file_type_unknown or too_many_uploads.
        """
        shown = _shown_name(name)
        if Path(shown).suffix.lower() not in KINDS:
            raise FileRefused(
                f"{shown}: use .csv, .xlsx, .json or .jsonl", code="file_type_unknown"
            )
        if len(self.every()) >= UPLOADS_MAX:
            raise FileRefused(f"{UPLOADS_MAX} files are kept already", code="too_many_uploads")
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._place(id_).mkdir(mode=0o700)
        made = Upload(id=id_, name=shown, by=by, at=at.isoformat(), phase=Phase.READING)
        self.save(made)
        return made

    def every(self) -> list[Upload]:
        """All that are kept, the newest first."""
        if not self.folder.is_dir():
            return []
        found = (self.get(place.name) for place in self.folder.iterdir())
        return sorted((it for it in found if it is not None), key=lambda it: it.at, reverse=True)

    def get(self, id_: str) -> Upload | None:
        """The upload of that id."""
        if not _ID.match(id_):
            return None
        data = read_if_there(self._place(id_) / _ABOUT)
        if data is None:
            return None
        values: dict[str, Any] = orjson.loads(data)
        values["sheets"], values["columns"] = tuple(values["sheets"]), tuple(values["columns"])
        values["samples"] = tuple(tuple(row) for row in values["samples"])
        values["phase"] = Phase(values["phase"])
        return Upload(**values)

    def save(self, upload: Upload) -> None:
        """Keeps what is known."""
        self._write(upload.id, _ABOUT, asdict(upload))

    def file(self, upload: Upload) -> Path:
        """Where the file itself lies."""
        return self._place(upload.id) / f"source{Path(upload.name).suffix.lower()}"

    def marked_file(self, upload: Upload, ending: str) -> Path:
        """Where the file with the errors written into it is made."""
        return self._place(upload.id) / f"marked{ending}"

    def corrections(self, upload: Upload) -> dict[int, dict[str, str]]:
        """What people put in place of the file's texts."""
        found = self._read(upload.id, _CORRECTIONS) or {}
        return {int(number): cells for number, cells in found.items()}

    def correct(self, upload: Upload, corrections: Corrections) -> None:
        """Adds corrections to those that there are; the later one of a cell counts."""
        every = self.corrections(upload)
        for number, cells in corrections.items():
            every[number] = {**every.get(number, {}), **cells}
        self._write(upload.id, _CORRECTIONS, {str(number): it for number, it in every.items()})

    def check(self, upload: Upload) -> dict[str, Any] | None:
        """What the last rehearsal said, as `hubnode.imports.preview` writes it."""
        return self._read(upload.id, _CHECK)

    def checked_at(self, upload: Upload) -> float:
        """When the last rehearsal was kept, in seconds as the file system counts them."""
        return (self._place(upload.id) / _CHECK).stat().st_mtime

    def save_check(self, upload: Upload, check: Mapping[str, Any]) -> None:
        """Keeps what a rehearsal said."""
        self._write(upload.id, _CHECK, check)

    def discard_of(self, run: int) -> None:
        """Throws away what is left of the file that became this import."""
        for it in self.every():
            if it.run == run:
                self.discard(it.id)

    def discard_abandoned(self, now: datetime) -> list[str]:
        """Throws away every file on which nobody has worked for `KEPT_FOR`; returns their ids."""
        if not self.folder.is_dir():
            return []
        since = (now - KEPT_FOR).timestamp()
        places = [it for it in self.folder.iterdir() if _ID.match(it.name)]
        old = sorted(it.name for it in places if _worked_at(it) < since)
        for id_ in old:
            self.discard(id_)
        return old

    def discard(self, id_: str) -> None:
        """Throws a file away, with all that is known of it."""
        if _ID.match(id_):
            shutil.rmtree(self._place(id_), ignore_errors=True)

    def _place(self, id_: str) -> Path:
        return self.folder / id_

    def _read(self, id_: str, name: str) -> dict[str, Any] | None:
        data = read_if_there(self._place(id_) / name)
        return None if data is None else dict(orjson.loads(data))

    def _write(self, id_: str, name: str, value: Mapping[str, Any]) -> None:
        write_durably(self._place(id_) / name, orjson.dumps(value), mode=0o600)


def _worked_at(place: Path) -> float:
    """When a file was last worked on, as the file system counts: every step is kept in a file."""
    try:
        return max(it.stat().st_mtime for it in (place, *place.iterdir()))
    except OSError:  # it is being thrown away at this moment
        return inf


def _shown_name(name: str) -> str:
    """The last part of a path, without what no screen shows, short enough for the history."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(char for char in last if char.isprintable()).strip()
    ending = Path(clean).suffix
    return clean if len(clean) <= _NAME_MAX else clean[: _NAME_MAX - len(ending)] + ending
