"""What webhooks tell: types of events, and which of them a stretch of the national log makes.

An event says *that* something is different, not what: whoever hears it looks. So it is small, holds
nothing that not everybody may read, and two decisions about a record in one step are one event. It
is made by comparing what readers see now with what was last told (`central.store.announced`), which
is right also after a rebuild, a redaction or a new epoch, where decisions alone would mislead.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from central.centre import Centre
from central.logs_of_hubs import hubs_by_origin
from central.scope import Scope
from central.store import announced
from central.store import decisions as index
from central.store.announced import UNSEEN, Look
from protocol.canonical import Json, canonicalise
from protocol.entries.decisions import HELD, PROPOSED, kind_of, read_decisions

FORMAT = 1

PUBLISHED, CHANGED = "innovation.published", "innovation.changed"
WITHDRAWN = "innovation.withdrawn"
CONFLICT_OPENED, CONFLICT_CLOSED = "conflict.opened", "conflict.closed"
CHANGE_WAITING = "change.waiting"
HUB_CHANGED = "hub.changed"
HUB_SILENT, HUB_HEARD = "hub.silent", "hub.heard"
TEST = "webhook.test"

SCOPE_OF: Mapping[str, Scope | None] = {
    PUBLISHED: None,
    CHANGED: None,
    WITHDRAWN: None,
    CONFLICT_OPENED: Scope.CASES_READ,
    CONFLICT_CLOSED: Scope.CASES_READ,
    CHANGE_WAITING: Scope.CASES_READ,
    HUB_CHANGED: None,
    HUB_SILENT: Scope.HUBS_READ,
    HUB_HEARD: Scope.HUBS_READ,
}
"""Every type that a webhook may ask for, and the scope that a token needs for it."""

_HUB_KINDS = "hub."


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that webhooks are told.

    Attributes:
        type: of `SCOPE_OF`, or `TEST`.
        place: index in the national log of the decision after which it is so.
        subject: id of the record or of the hub, or ""; what tells two events of one place apart.
        members: what else its body says.
    """

    type: str
    place: int
    subject: str
    members: Mapping[str, Json]


def event_id(event: Event, epoch: int) -> str:
    """The id of an event, the same for everybody and in every attempt."""
    return "-".join(filter(None, (str(epoch), str(event.place), event.type, event.subject)))


def body_of(event: Event, centre: Centre, *, base_url: str) -> bytes:
    """The bytes that are posted for an event.

    Args:
        event: any.
        centre: whose it is.
        base_url: address of the centre without a slash at its end; "" leaves links relative.
    """
    document: dict[str, Json] = {
        "format": FORMAT,
        "id": event_id(event, centre.epoch),
        "type": event.type,
        "authority": centre.authority,
        "epoch": centre.epoch,
        "place": event.place,
        "at": centre.timestamp(),
        **event.members,
    }
    if "record" in event.members:
        document["link"] = f"{base_url}/api/v1/innovations/{event.members['record']}"
    return canonicalise(document)


def events_between(conn: Connection, centre: Centre, start: int, end: int) -> list[Event]:
    """What the decisions from one place up to another make news of, by place; told from here on."""
    rows = index.between(conn, start, end)
    records = {record: row.place for row in rows for record in (row.record, row.other) if record}
    before, after = announced.told(conn, records), announced.now(conn, records)
    announced.keep(conn, after)
    found = [
        event
        for record, look in after.items()
        for event in _of_record(record, records[record], before.get(record, UNSEEN), look)
    ]
    found += _waiting(conn, rows)
    found += _of_hubs(conn, centre, [row.place for row in rows if row.kind.startswith(_HUB_KINDS)])
    return sorted(found, key=lambda it: (it.place, it.type, it.subject))


def _of_record(record: str, place: int, before: Look, after: Look) -> Iterator[Event]:
    members: dict[str, Json] = {"record": record}
    for type_ in _types(before, after):
        yield Event(type=type_, place=place, subject=record, members=members)


def _types(before: Look, after: Look) -> Iterator[str]:
    if after.visible and not before.visible:
        yield PUBLISHED
    elif before.visible and not after.visible:
        yield WITHDRAWN
    elif after.visible and after.digest != before.digest:
        yield CHANGED
    if after.contested and not before.contested:
        yield CONFLICT_OPENED
    elif before.contested and not after.contested:
        yield CONFLICT_CLOSED


def _waiting(conn: Connection, rows: Sequence[Row[Any]]) -> list[Event]:
    """Changes that a person has to rule on."""
    held = [row for row in rows if row.outcome in {HELD, PROPOSED}]
    names = hubs_by_origin(conn) if held else {}
    return [
        Event(
            type=CHANGE_WAITING,
            place=row.place,
            subject="",
            members={
                "hub": names.get(row.origin, ""),
                "outcome": row.outcome,
                "code": row.code or "",
                **({"record": row.record} if row.record else {}),
            },
        )
        for row in held
    ]


def _of_hubs(conn: Connection, centre: Centre, places: Sequence[int]) -> list[Event]:
    log = centre.logs.open(conn, centre.national_origin)
    entries = centre.logs.entries_at(conn, log, places)
    return [
        Event(
            type=HUB_CHANGED,
            place=place,
            subject=hub,
            members={"hub": hub, "decision": kind_of(decision)},
        )
        for place in places
        for _, decision in read_decisions([entries[place]])
        if (hub := getattr(decision, "hub", ""))
    ]
