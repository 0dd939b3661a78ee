"""Atom feeds (RFC 4287) of new and of changed innovations, in parts (RFC 5005, section 3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from sqlalchemy import Connection

from central.centre import Centre
from central.outlets.columns import Item
from central.outlets.markup import add, root, written
from central.store import datestamps
from central.store.datestamps import Datestamp, Span
from protocol.catalogue import public_record
from protocol.innovation.regions import region_name
from protocol.record_state import decode_record_state

ENTRIES_A_PART = 50

_NEVER = "1970-01-01T00:00:00Z"
"""When a feed without entries was changed: it must say something (4.2.15)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed.

    Attributes:
        title: in Indonesian.
        is_first: whether it is ordered by when readers first found an innovation; else by when
            they last found something new in it.
    """

    title: str
    is_first: bool


FEEDS: Mapping[str, Feed] = {
    "inovasi-baru": Feed(title="Inovasi baru", is_first=True),
    "inovasi-berubah": Feed(title="Inovasi yang berubah", is_first=False),
}
"""By name in the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOrder:
    """A part of a feed as it was asked for.

    Attributes:
        name: of `FEEDS`.
        site: what people call this service.
        address: of the service, without a slash at its end.
        now: the moment of the answer.
        filters: `hub`, `province` and their values.
        before: time and id of the entry behind which it begins, or None.
    """

    name: str
    site: str
    address: str
    now: str
    filters: Mapping[str, str]
    before: tuple[str, str] | None

    @property
    def feed(self) -> Feed:
        """What `name` stands for."""
        return FEEDS[self.name]

    def time_of(self, stamp: Datestamp) -> str:
        """The time by which this feed puts an innovation."""
        return stamp.first_at if self.feed.is_first else stamp.at

    def link(self, cursor: str = "") -> str:
        """The address of a part."""
        asked = {**self.filters, **({"cursor": cursor} if cursor else {})}
        path = f"{self.address}/umpan/{self.name}.atom"
        return f"{path}?{urlencode(asked)}" if asked else path


def feed_document(
    conn: Connection, centre: Centre, order: FeedOrder, *, cursor_of: Callable[[str], str]
) -> bytes:
    """A part of a feed, the newest entry first.

    Args:
        conn: a transaction.
        centre: the centre.
        order: what was asked for.
        cursor_of: makes the opaque text that stands for a place in the feed.
    """
    span = Span(
        until=order.now,
        hub=order.filters.get("hub"),
        province=order.filters.get("province"),
    )
    is_first = order.feed.is_first
    found = datestamps.newest(
        conn, span, is_first=is_first, before=order.before, limit=ENTRIES_A_PART + 1
    )
    shown = found[:ENTRIES_A_PART]
    here = order.link(cursor_of(" ".join(order.before)) if order.before else "")
    whole = _head(centre, order, shown, here)
    add(whole, "link", attributes={"rel": "first", "href": order.link()})
    if len(found) > len(shown):
        last = shown[-1]
        cursor = cursor_of(f"{order.time_of(last)} {last.record}")
        add(whole, "link", attributes={"rel": "next", "href": order.link(cursor)})
    bodies = centre.documents.get_many(conn, [it.record for it in shown])
    for stamp in shown:
        item = public_record(decode_record_state(bodies[stamp.record]))
        if item["state"] == "active":  # not withdrawn since it was followed
            _add_entry(whole, order, stamp, item)
    return written(whole)


def _head(centre: Centre, order: FeedOrder, shown: list[Datestamp], here: str) -> Element:
    """The feed without its entries; `here` is the address of this part (RFC 4287, 4.2.7.2)."""
    whole = root("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "id"})
    about = "".join(f"/{name}/{value}" for name, value in sorted(order.filters.items()))
    add(whole, "id", f"urn:jipp:{centre.authority}:umpan:{order.name}{about}")
    add(whole, "title", f"{order.feed.title} · {order.site}")
    add(whole, "updated", order.time_of(shown[0]) if shown else _NEVER)
    add(add(whole, "author"), "name", order.site)
    add(whole, "link", attributes={"rel": "self", "href": here})
    add(whole, "link", attributes={"rel": "alternate", "href": f"{order.address}/"})
    return whole


def _add_entry(whole: Element, order: FeedOrder, stamp: Datestamp, item: Item) -> None:
    record = item["record"]
    entry = add(whole, "entry")
    add(entry, "id", f"urn:uuid:{stamp.record}")
    add(entry, "title", record.get("title", ""))
    add(entry, "published", stamp.first_at)
    add(entry, "updated", min(stamp.at, order.now))
    add(add(entry, "author"), "name", record.get("agency", {}).get("name", item["hub"]))
    page = f"{order.address}/inovasi/{stamp.record}"
    add(entry, "link", attributes={"rel": "alternate", "type": "text/html", "href": page})
    data = f"{order.address}/api/v1/innovations/{stamp.record}"
    json = {"rel": "alternate", "type": "application/json", "href": data}
    add(entry, "link", attributes=json)
    add(entry, "category", attributes={"scheme": "urn:jipp:hub", "term": item["hub"]})
    region = str(record.get("region", ""))
    if region:
        label = region_name(region) or region
        about = {"scheme": "urn:jipp:region", "term": region, "label": label}
        add(entry, "category", attributes=about)
    if record.get("summary"):
        add(entry, "summary", record["summary"])
