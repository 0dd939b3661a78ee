"""A key is accepted once, for one hub; also when its verifier key carries another hub's name."""

import pytest

from central import registry
from protocol.errors import EnrolmentRefused
from tests.support.author import Author
from tests.support.rooms import Room


def refused(room: Room, author: Author) -> str:
    with pytest.raises(EnrolmentRefused) as caught:
        room.enrol(author)
    return caught.value.code


def test_two_hubs_cannot_share_a_key(room: Room) -> None:
    room.enrol(Author(hub="51", seed=1))
    assert refused(room, Author(hub="52", seed=1)) == "key_in_use"


def test_a_revoked_key_does_not_come_back_under_another_hub(room: Room) -> None:
    room.enrol(Author(hub="51", seed=1))
    room.write(lambda conn, centre: registry.revoke(conn, centre, "51", "stolen", by="rina"))
    assert refused(room, Author(hub="52", seed=1)) == "key_in_use"


def test_one_key_does_not_serve_as_log_key_of_one_hub_and_witness_key_of_another(
    room: Room,
) -> None:
    room.enrol(Author(hub="51", seed=1))
    assert refused(room, Author(hub="52", seed=101)) == "key_in_use"


def test_other_keys_are_welcome(room: Room) -> None:
    room.enrol(Author(hub="51", seed=1))
    room.enrol(Author(hub="52", seed=2))
    assert [row.hub for row in room.read(lambda conn, _: registry.list_hubs(conn))] == ["51", "52"]
