"""Courier files of an `Author`: what its node would write, made by hand."""

from collections.abc import Sequence

from protocol.courier import (
    ADD_CHECKPOINT,
    ADD_ENTRIES,
    COSIGN,
    CourierFile,
    Direction,
    Label,
    Part,
    encode_courier_file,
)
from tests.support.author import Author
from tests.support.rooms import Room


def hub_file(
    author: Author,
    *,
    old: Sequence[int] = (0,),
    start: int = 0,
    size: int | None = None,
    cosign: bytes = b"",
) -> bytes:
    """A file of the author's first `size` entries, in one volume."""
    end = len(author.entries) if size is None else size
    offers = [Part(name=ADD_CHECKPOINT, body=author.add_checkpoint(old=it, size=end)) for it in old]
    entries = [Part(name=ADD_ENTRIES, body=author.add_entries(start, end))] if start < end else []
    said = [Part(name=COSIGN, body=cosign)] if cosign else []
    label = Label(
        authority=author.authority,
        hub=author.hub,
        direction=Direction.TO_CENTRE,
        sequence=1,
        volume=1,
        volumes=1,
        start=start,
        end=end,
        size=end,
    )
    return encode_courier_file(CourierFile(label=label, parts=(*offers, *entries, *said)))


def cosigned(room: Room, author: Author, *, timestamp: int = 1) -> bytes:
    """The author's cosignature on the national checkpoint of now."""
    note = room.read(
        lambda conn, it: it.logs.latest_checkpoint(conn, it.logs.open(conn, it.national_origin))
    )
    assert note is not None
    key = room.centre.keys.national.verifier_key
    return author.cosignature(note, national_key=key, timestamp=timestamp)
