"""What hubs say of themselves, and when they were last heard of."""

from datetime import timedelta

from sqlalchemy import Connection

from central.centre import Centre
from central.store import hubs, reports
from central.store.hubs import HubRow
from protocol.canonical import Json
from protocol.errors import MalformedMessage
from protocol.limits import INSTANCE_CHARACTERS_MAX, SOFTWARE_CHARACTERS_MAX

CODE_CHARACTERS_MAX = 64

SEEN_AGAIN_AFTER = timedelta(seconds=60)
"""A hub that asks more often is not written down again: an idle question costs no commit."""


def is_news(centre: Centre, hub: HubRow) -> bool:
    """Whether hearing of this hub now is worth writing down; a time to come is a clock mended."""
    if hub.last_seen_at is None:
        return True
    return abs(centre.clock.now() - hub.last_seen_at) > SEEN_AGAIN_AFTER


def note_seen(conn: Connection, centre: Centre, hub: HubRow, *, is_over: bool = False) -> None:
    """Writes down that the hub was heard of, and whether it has begun to use its new key."""
    hubs.change(conn, hub.hub, last_seen_at=centre.clock.now())
    if is_over:
        hubs.end_hand_over(conn, hub)


def note_report(conn: Connection, centre: Centre, hub: HubRow, report: Json) -> None:
    """Writes down which software speaks for the hub, and how it is.

    Of which machine, `central.instances` knows; one that is not the hub's says nothing for it.

    Raises:
        MalformedMessage: not an object, or a member of another form.
    """
    if not isinstance(report, dict):
        raise MalformedMessage("a report is a JSON object")
    instance = _text(report, "instance", INSTANCE_CHARACTERS_MAX)
    code = _text(report, "code", CODE_CHARACTERS_MAX)
    software = _text(report, "software", SOFTWARE_CHARACTERS_MAX) or hub.software
    now = centre.clock.now()
    hubs.change(conn, hub.hub, software=software, last_seen_at=now)
    if instance in {"", hub.instance}:
        reports.keep(conn, hub.hub, code, at=now)


def _text(report: dict[str, Json], name: str, length_max: int) -> str:
    value = report.get(name, "")
    if not isinstance(value, str) or len(value) > length_max or not value.isprintable():
        raise MalformedMessage(f"{name} is printable text of at most {length_max} characters")
    return value
