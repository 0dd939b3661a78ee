"""How far the agencies' witnesses are behind the national log, in entries and in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from central import cosigning
from central.centre import Centre
from protocol.entries.decisions import decode_decision

BEHIND_AFTER = timedelta(hours=6)
"""A witness that is switched off for a night's work is no alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessLag:
    """One agency's witness.

    Attributes:
        name: of its key, which names the agency.
        size: of the largest national checkpoint that it cosigned; 0 for none.
        left: entries behind that.
        since: when the first of them was decided; None where there are none, or its bytes are gone.
    """

    name: str
    size: int
    left: int
    since: datetime | None

    def is_behind(self, now: datetime) -> bool:
        """Whether somebody should look after it."""
        return self.since is not None and now - self.since > BEHIND_AFTER


def witness_lags(conn: Connection, centre: Centre) -> list[WitnessLag]:
    """Every configured witness, in the order of the settings."""
    log = centre.logs.open(conn, centre.national_origin)
    total = log.tree.size
    found = []
    for name, size in cosigning.witnessed_sizes(conn, centre).items():
        since = None
        if size < total:
            entry = centre.logs.entries_at(conn, log, [size])[size]
            since = _decided_at(entry) if entry else None
        found.append(WitnessLag(name=name, size=size, left=total - size, since=since))
    return found


def _decided_at(entry: bytes) -> datetime:
    return datetime.fromisoformat(decode_decision(entry).at)
