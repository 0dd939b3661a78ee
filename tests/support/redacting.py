"""A centre that redacts, and what the tests ask of it afterwards."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, select

from central.casework import redaction
from central.casework.conflicts import CaseRefused
from central.casework.person import Person
from central.casework.redaction import RedactionOrder
from central.centre import Centre
from central.public_text import TextRefused
from central.rebuild import rebuild
from central.store.tables import METADATA
from central.verifying import verify_logs
from protocol.canonical import Json
from protocol.entries.redaction import EntryRedacted
from tests.support.author import Author
from tests.support.rooms import VALID, Room

PRIVATE = "Penggagasnya sakit jantung sejak kecil"
RINA = Person(by="rina", agency="panrb", reason="Permohonan warga")
PLACE = 2
"""Of the decision that has the text: behind the enrolment and the opening."""


def filled(room: Room, hub: Author) -> Author:
    """Two records, the first with a text that must go."""
    hub.put(1, {**VALID, "summary": PRIVATE, "objective": "Antrean singkat"})
    hub.put(2, {**VALID, "title": "Perizinan satu pintu"})
    room.submit(hub)
    room.decide_now()
    return hub


def order(author: Author, **members: Any) -> RedactionOrder:
    return RedactionOrder(
        **{
            "record": author.record(1),
            "place": PLACE,
            "fields": ("summary",),
            "ground": "UU 27/2022 pasal 8",
            "second_by": "budi",
            **members,
        }
    )


def redact(
    room: Room, author: Author, *, person: Person = RINA, **members: Any
) -> list[EntryRedacted]:
    wanted = order(author, **members)
    return room.write(lambda conn, it: redaction.redact(conn, it, wanted, person))


def refused(room: Room, author: Author, *, person: Person = RINA, **members: Any) -> str:
    size = room.national.size
    with pytest.raises((CaseRefused, TextRefused)) as caught:
        redact(room, author, person=person, **members)
    assert room.national.size == size
    return caught.value.code


def amend(room: Room, author: Author, fields: dict[str, Json], *, number: int = 1) -> None:
    start = len(author.entries)
    author.put(number, fields, national=room.national.size)
    room.submit(author, start=start)
    room.decide_now()


def stored(room: Room) -> Iterator[bytes]:
    """Everything that stands in any table, as bytes."""

    def read(conn: Connection, _centre: Centre) -> list[bytes]:
        found = []
        for table in METADATA.sorted_tables:
            for row in conn.execute(select(table)):
                found += [it if isinstance(it, bytes) else str(it).encode() for it in row]
        return found

    yield from room.read(read)


def is_anywhere(room: Room, text: str = PRIVATE) -> bool:
    """Whether any table has the text, also as it is searched."""
    return any(text.encode() in it or text.lower().encode() in it for it in stored(room))


def assert_sound(room: Room) -> None:
    checks = room.read(lambda conn, it: list(verify_logs(conn, it)))
    assert [it.sentence for it in checks if not it.is_ok] == []
    assert rebuild(room.centre).identical


def entry_at(room: Room, origin: str, index: int) -> bytes:
    def read(conn: Connection, centre: Centre) -> bytes:
        log = centre.logs.open(conn, origin)
        return centre.logs.entries(conn, log, index, index + 1)[0]

    return room.read(read)
