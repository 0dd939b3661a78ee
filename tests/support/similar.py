"""Records that may be one innovation, at a centre under test."""

from protocol.canonical import Json
from tests.support.author import Author
from tests.support.rooms import VALID, Room

TITLE = "Kota Layak Anak"
DENPASAR: dict[str, Json] = {"agency": {"name": "Kota Denpasar", "kind": "kota"}, "region": "51.71"}
GIANYAR: dict[str, Json] = {
    "agency": {"name": "Kabupaten Gianyar", "kind": "kabupaten"},
    "region": "51.04",
}


def publish(room: Room, author: Author, number: int, **fields: Json) -> str:
    """Writes a record of Denpasar at the centre, and waits for the decision; returns its id."""
    start = len(author.entries)
    author.put(number, {**VALID, "title": TITLE, **DENPASAR, **fields}, national=room.national.size)
    deliver(room, author, start)
    return author.record(number)


def deliver(room: Room, author: Author, start: int) -> None:
    """Sends what an author has written from `start` on, and has it decided."""
    held = room.read(lambda conn, it: it.logs.open(conn, author.origin).tree.size)
    room.submit(author, start=min(start, held))
    room.decide_now()
