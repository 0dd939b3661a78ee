"""36 of 38 hubs confirm this catalogue: counted from cosignatures that verify, active hubs only."""

from functools import partial

from sqlalchemy import Connection, text

from central import cosigning, registry
from central.centre import Centre
from protocol.confirmations import Confirmations
from tests.support.author import Author
from tests.support.rooms import Room


def enrolled(room: Room, *hubs: str) -> list[Author]:
    authors = [Author(hub=hub, seed=int(hub)) for hub in hubs]
    for author in authors:
        room.enrol(author)
    return authors


def cosigned(room: Room, *authors: Author) -> None:
    """These hubs cosign the newest national checkpoint."""
    key = room.centre.keys.national.verifier_key
    [newest, *_] = room.read(cosigning.cosigned_checkpoints)
    for author in authors:
        message = author.cosignature(newest.note, national_key=key)
        room.write(partial(keep, message))


def keep(message: bytes, conn: Connection, centre: Centre) -> int:
    return cosigning.keep_cosignatures(conn, centre, message)


def found(room: Room) -> Confirmations:
    return room.read(cosigning.confirmations)


def test_nothing_is_signed_before_the_first_hub(room: Room) -> None:
    assert room.read(cosigning.cosigned_checkpoints) == []
    assert found(room).document()["active"] == 0


def test_each_hub_stands_where_its_newest_cosignature_does(room: Room) -> None:
    bali, jatim = enrolled(room, "51", "35")
    cosigned(room, bali, jatim)
    enrolled(room, "73")
    cosigned(room, jatim)
    assert found(room).newest == ("35",)
    assert found(room).older == {"51": 2}
    assert found(room).never == ("73",)


def test_a_revoked_hub_leaves_numerator_and_denominator(room: Room) -> None:
    bali, jatim = enrolled(room, "51", "35")
    room.write(lambda conn, centre: registry.revoke(conn, centre, "51", "hilang", by="rina"))
    cosigned(room, jatim)
    assert found(room).document()["active"] == 1
    assert found(room).sentence_en == "1 of 1 hubs confirm this catalogue"
    assert bali.hub not in found(room).sizes


def test_a_cosignature_altered_in_the_database_confirms_nothing(room: Room) -> None:
    bali, jatim = enrolled(room, "51", "35")
    cosigned(room, bali, jatim)
    room.write(lambda conn, _: conn.execute(text("UPDATE cosignature SET timestamp = 2")))
    assert found(room).never == ("35", "51")


def test_the_checkpoints_that_are_shown_carry_the_lines_behind_the_counts(room: Room) -> None:
    bali, _ = enrolled(room, "51", "35")
    cosigned(room, bali)
    enrolled(room, "73")
    sizes = [it.tree.size for it in room.read(cosigning.cosigned_checkpoints)]
    assert sizes == [3, 2]
