"""What people at the centre do in tests: who they are, and a hub with decided records."""

from collections.abc import Mapping, Sequence

from central.casework.person import Person
from protocol.canonical import Json
from tests.support.author import Author
from tests.support.rooms import VALID, Room

RINA = Person(by="rina", agency="panrb", reason="UU 15/2022")
PRIVATE = Person(by="rina", agency="panrb", reason="NIK 5171011503850001")


def with_records(room: Room, author: Author, *records: Mapping[str, Json]) -> Sequence[str]:
    """Records of a hub that the centre has taken and decided, by their ids in order."""
    start = len(author.entries) if len(author.entries) > 1 else 0
    first = len(author.entries)
    for number, fields in enumerate(records, start=first):
        author.put(number, {**VALID, **fields})
    room.submit(author, start=start)
    room.decide_now()
    return [author.record(number) for number in range(first, first + len(records))]
