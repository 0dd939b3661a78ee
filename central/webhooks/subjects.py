"""What the events that webhooks were told of are about: the innovation, the hub, or both."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection

from central import national
from central.centre import Centre
from central.store.deliveries import Delivery
from protocol.catalogue import is_hidden, shown_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What one event is about.

    Attributes:
        record: id of the innovation, or "".
        title: that readers see for it now, or "" where they see none.
        hub: id of the hub, or "".
    """

    record: str
    title: str
    hub: str


def subjects_of(conn: Connection, centre: Centre, told: Sequence[Delivery]) -> dict[int, Subject]:
    """By the numbers of deliveries, what each is about, as its body names it."""
    bodies = {it.number: orjson.loads(it.body) for it in told}
    records = {str(body["record"]) for body in bodies.values() if "record" in body}
    states = national.load_states(conn, centre, sorted(records))
    titles = {
        record: "" if is_hidden(it) else str(shown_record(it).get("title", ""))
        for record, it in states.items()
    }
    return {
        number: Subject(
            record=body.get("record", ""),
            title=titles.get(body.get("record", ""), ""),
            hub=body.get("hub", ""),
        )
        for number, body in bodies.items()
    }
