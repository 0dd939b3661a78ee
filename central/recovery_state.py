"""Whether this centre is being recovered: a file beside the database that names the log.

While it is there nothing is signed on that log, by no command and no service: hubs may still hold
more of it. It is written by `central recover` and removed when the next epoch is open.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from protocol.canonical import Json, canonicalise, parse
from protocol.errors import ProtocolError
from runtime.database import DatabaseUnavailable
from runtime.durable import read_if_there, write_durably

RECOVERY_FILE = "recovery.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """A recovery under way.

    Attributes:
        origin: of the national log that takes back what it lost.
        began_at: by the centre's clock; a hub that was seen since has handed back what it holds.
    """

    origin: str
    began_at: datetime


def read(folder: Path) -> Recovery | None:
    """The recovery under way, or None.

    Raises:
        DatabaseUnavailable: the file is there and cannot be read.
    """
    data = read_if_there(folder / RECOVERY_FILE)
    if data is None:
        return None
    try:
        value = parse(data)
        if not isinstance(value, dict):
            raise DatabaseUnavailable(f"{folder / RECOVERY_FILE} cannot be read")
        began_at = datetime.fromisoformat(str(value["began_at"]))
        return Recovery(origin=str(value["origin"]), began_at=began_at)
    except (ProtocolError, KeyError, ValueError) as error:
        raise DatabaseUnavailable(f"{folder / RECOVERY_FILE} cannot be read: {error}") from error


def write(folder: Path, recovery: Recovery) -> None:
    """Begins a recovery, durably."""
    value: Json = {"origin": recovery.origin, "began_at": recovery.began_at.isoformat()}
    write_durably(folder / RECOVERY_FILE, canonicalise(value) + b"\n")


def remove(folder: Path) -> None:
    """Ends it."""
    (folder / RECOVERY_FILE).unlink(missing_ok=True)
