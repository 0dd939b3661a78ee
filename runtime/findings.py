"""What a doctor finds: one point, how it is, and what mends it; and the points both services have.

A mend needs no decision and loses nothing; where a person has to decide, the sentence says what to
do instead.
"""

import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from runtime.alerts.store import Sent
from runtime.alerts.undelivered import why_undelivered
from runtime.keyfile import MODE
from runtime.sentences import Sentence

CLOSE_FILES = "close-files"
"""The mend of files that others can read."""

FOLDER_MODE = 0o700

_MB, _GB = 10**6, 10**9


class Health(StrEnum):
    """How a point is."""

    GOOD = "good"
    NOTICE = "notice"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One point.

    Attributes:
        point: stable word for it.
        sentence: how it is, and what to do where something is wrong.
        mend: what mends it here at once, by its command word, or "".
        detail: for whoever looks closer.
    """

    point: str
    health: Health
    sentence: Sentence
    mend: str = ""
    detail: str = ""

    @property
    def document(self) -> dict[str, str]:
        """As `--json` prints it."""
        return {
            "point": self.point,
            "health": self.health.value,
            "sentence": self.sentence.id,
            "sentence_en": self.sentence.en,
            "mend": self.mend,
            "detail": self.detail,
        }


def files(folder: Path, key_file: str) -> Finding:
    """Whether nobody else can read the data folder and the keys in it."""
    open_to_others = [
        path.name
        for path in (folder, folder / key_file)
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if open_to_others:
        said = Sentence(
            "Folder data atau kunci dapat dibaca pengguna lain di mesin ini.",
            "The data folder or the keys can be read by other users of this machine.",
        )
        detail = ", ".join(open_to_others)
        return Finding(
            point="files", health=Health.PROBLEM, sentence=said, mend=CLOSE_FILES, detail=detail
        )
    said = Sentence(
        "Folder data dan kunci tertutup bagi pengguna lain.",
        "The data folder and the keys are closed to other users.",
    )
    return Finding(point="files", health=Health.GOOD, sentence=said)


def close_files(folder: Path, key_file: str) -> None:
    """Lets nobody else read the folder or the key file."""
    folder.chmod(FOLDER_MODE)
    path = folder / key_file
    if path.exists():
        path.chmod(MODE)


def disk(folder: Path, *, free_bytes_min: int) -> Finding:
    """Whether there is room on the disk of a data folder."""
    free = shutil.disk_usage(folder).free
    detail = f"{free // _GB} GB" if free >= _GB else f"{free // _MB} MB"
    if free < free_bytes_min:
        said = Sentence(
            "Disk hampir penuh: kosongkan sebagian atau perbesar, sebelum tidak ada lagi yang "
            "dapat disimpan.",
            "The disk is almost full: make room or a larger disk, before nothing can be saved.",
        )
        return Finding(point="disk", health=Health.PROBLEM, sentence=said, detail=detail)
    said = Sentence("Ruang disk cukup.", "There is room on the disk.")
    return Finding(point="disk", health=Health.GOOD, sentence=said, detail=detail)


def alerts(sent: Sequence[Sent], ways: dict[str, Sentence]) -> list[Finding]:
    """Whether the last alert arrived, the worse first; nothing where none was sent.

    Args:
        sent: the last of each channel.
        ways: how a channel is called.
    """
    if not sent:
        return []
    worst = min(sent, key=lambda it: it.is_good)
    if worst.is_good:
        said = Sentence("Pemberitahuan terakhir terkirim.", "The last alert was sent.")
        return [Finding(point="alerts", health=Health.GOOD, sentence=said)]
    why, way = why_undelivered(worst.reason), ways[worst.channel]
    said = Sentence(
        f"Pemberitahuan lewat {way.id} tidak terkirim: {why.id}. Dicoba lagi; periksa pengaturan "
        "pemberitahuan.",
        f"An alert by {way.en} was not sent: {why.en}. It is tried again; look at the settings of "
        "alerts.",
    )
    return [Finding(point="alerts", health=Health.PROBLEM, sentence=said, detail=worst.detail)]
