"""What hubs say of themselves, and when they were last heard of."""

from datetime import timedelta

from sqlalchemy import Connection

from central.centre import Centre
from central.store import hub_runs, hubs, reports
from central.store.hubs import HubRow
from central.store.reports import Report
from protocol.canonical import Json
from protocol.errors import MalformedMessage
from protocol.limits import INSTANCE_CHARACTERS_MAX, SOFTWARE_CHARACTERS_MAX

CODE_CHARACTERS_MAX = 64
STATE_CHARACTERS_MAX = 16
HASH_CHARACTERS_MAX = 64
COUNT_MAX = 2**53 - 1
"""The largest number that every reader of JSON reads as it was written."""

GOOD_S_MAX = 10 * 365 * 86_400
"""A success that is older is as good as none; keeps a hub's number from being no time at all."""

SAME_RUN_WITHIN = timedelta(seconds=5)
"""Told twice, by two clocks that were read at two moments."""

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


def note_good(conn: Connection, centre: Centre, hub: HubRow, *, good_s: int) -> None:
    """Writes down that a run of the hub went well `good_s` seconds ago, if that is news.

    A hub does not report a run that found nothing to do: its next question says it.
    """
    now = centre.clock.now()
    at = now - timedelta(seconds=min(good_s, GOOD_S_MAX))
    before = reports.get(conn, hub.hub)
    known = before.good_at if before is not None else None
    if known is not None and at - known <= SAME_RUN_WITHIN:
        return
    if reports.keep_good(conn, hub.hub, at=at):
        hub_runs.add_quiet(conn, hub.hub, at=at)


def note_report(conn: Connection, centre: Centre, hub: HubRow, message: Json) -> None:
    """Writes down which software speaks for the hub, and how its last run went.

    Of which machine, `central.instances` knows; one that is not the hub's says nothing for it.

    Raises:
        MalformedMessage: not an object, or a member of another form.
    """
    if not isinstance(message, dict):
        raise MalformedMessage("a report is a JSON object")
    instance = _text(message, "instance", INSTANCE_CHARACTERS_MAX)
    software = _text(message, "software", SOFTWARE_CHARACTERS_MAX) or hub.software
    report = _report(message)
    now = centre.clock.now()
    hubs.change(conn, hub.hub, software=software, last_seen_at=now)
    if instance in {"", hub.instance}:
        reports.keep(conn, hub.hub, report, at=now)
        hub_runs.add(conn, hub.hub, report, at=now)


def _report(message: dict[str, Json]) -> Report:
    return Report(
        state=_text(message, "state", STATE_CHARACTERS_MAX),
        code=_text(message, "code", CODE_CHARACTERS_MAX),
        pushed=_count(message, "pushed") or 0,
        pulled=_count(message, "pulled") or 0,
        pending=_count(message, "pending") or 0,
        attention=_count(message, "attention") or 0,
        duration_s=_count(message, "duration_s"),
        national_size=_count(message, "national_size") or 0,
        catalogue_hash=_text(message, "catalogue_hash", HASH_CHARACTERS_MAX),
    )


def _text(message: dict[str, Json], name: str, length_max: int) -> str:
    value = message.get(name, "")
    if not isinstance(value, str) or len(value) > length_max or not value.isprintable():
        raise MalformedMessage(f"{name} is printable text of at most {length_max} characters")
    return value


def _count(message: dict[str, Json], name: str) -> int | None:
    """A number of the message; None where it is left out."""
    value = message.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= COUNT_MAX:
        raise MalformedMessage(f"{name} is a whole number from 0 to {COUNT_MAX}")
    return value
