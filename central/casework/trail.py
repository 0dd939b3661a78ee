"""The national log as people look through it: the newest first, of one kind, hub or account."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from central.centre import Centre
from central.logs_of_hubs import of_hub
from central.store import decisions as index
from protocol.entries.decisions import FORMS, Decision, read_decisions

READ_AT_ONCE = 500
LOOKED_AT_MAX = 5_000
"""Decisions that one question reads at most: whose they are stands in no index."""

_OF_PERSONS = frozenset(name for name, form in FORMS.items() if "by" in form.members)
"""Of the others nobody is the author, and they are most of the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFilter:
    """Which decisions are asked for; "" asks for any.

    Attributes:
        kind: type of the decision.
        hub: hub id: decisions about it, or about entries of its logs.
        by: account of one of those who decided, alone or as `agency/account`.
    """

    kind: str = ""
    hub: str = ""
    by: str = ""

    def has_decided(self, decision: Decision | None) -> bool:
        """Whether a decision is by the account; nobody knows of one whose bytes are gone."""
        if not self.by:
            return True
        names = {getattr(decision, name, "") for name in ("by", "second_by")} - {""}
        agency = getattr(decision, "agency", "")
        return self.by in names | {f"{agency}/{name}" for name in names}

    @property
    def kinds(self) -> frozenset[str]:
        """The types that can be meant; none of them for all."""
        asked = frozenset([self.kind]) if self.kind else frozenset()
        if not self.by:
            return asked
        return asked & _OF_PERSONS if asked else _OF_PERSONS

    @property
    def is_impossible(self) -> bool:
        """Whether a person is asked for, and a type of decision that no person takes."""
        return bool(self.by) and not self.kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """A part of the log.

    Attributes:
        items: places and decisions, the newest first; None where the bytes are gone.
        before: the place before which the next part begins; None at the beginning of the log.
    """

    items: Sequence[tuple[int, Decision | None]]
    before: int | None


def read(
    conn: Connection, centre: Centre, asked: TrailFilter, *, before: int | None = None, limit: int
) -> Trail:
    """Decisions that were asked for.

    Of an account fewer than `limit` may come though more are there: then `before` says where to
    look on.

    Args:
        conn: an open transaction.
        centre: whose log.
        asked: which.
        before: the place before which they stand; None for the newest of all.
        limit: how many at most.
    """
    if asked.is_impossible:
        return Trail(items=(), before=None)
    found: list[tuple[int, Decision | None]] = []
    looked_at, step = 0, READ_AT_ONCE if asked.by else limit
    while looked_at < LOOKED_AT_MAX:
        places = _newest(conn, asked, before=before, limit=step)
        for place, decision in _read(conn, centre, places):
            before = place
            if asked.has_decided(decision):
                found.append((place, decision))
            if len(found) == limit:
                return Trail(items=found, before=before or None)  # nothing stands before place 0
        if len(places) < step:
            return Trail(items=found, before=None)
        looked_at += len(places)
    return Trail(items=found, before=before)


def _newest(
    conn: Connection, asked: TrailFilter, *, before: int | None, limit: int
) -> Sequence[int]:
    origins = [log.origin for log in of_hub(conn, asked.hub)] if asked.hub else []
    return index.newest(
        conn, kinds=asked.kinds, origins=origins, hub=asked.hub, before=before, limit=limit
    )


def _read(
    conn: Connection, centre: Centre, places: Sequence[int]
) -> list[tuple[int, Decision | None]]:
    log = centre.logs.open(conn, centre.national_origin)
    entries = centre.logs.entries_at(conn, log, places)
    return [
        (place, next((it for _, it in read_decisions([entries[place]])), None)) for place in places
    ]
