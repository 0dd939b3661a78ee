"""According to the hub, according to the centre."""

import pytest

from central import presence, projection, registry
from central.monitoring import hub_health, two_views
from central.monitoring.two_views import Agreement, Fact, Pair
from protocol.canonical import Json
from runtime.software import SOFTWARE
from tests.support.author import Author
from tests.support.rooms import Room


@pytest.fixture
def author(room: Room, hub: Author) -> Author:
    """Hub 51, of which everything is decided."""
    hub.grow(3)
    room.submit(hub)
    room.decide_now()
    return hub


def say(room: Room, **message: Json) -> None:
    room.write(
        lambda conn, it: presence.note_report(conn, it, registry.get_hub(conn, "51"), message)
    )


def pairs(room: Room) -> dict[Fact, Pair]:
    found = room.read(
        lambda conn, it: two_views.both(
            conn,
            it,
            hub_health.of_hub(conn, it, "51", default_hours=6),
            hub_health.lags(conn, it)["51"],
        )
    )
    return {it.fact: it for it in found}


def own_hash(room: Room) -> str:
    return room.read(projection.catalogue_hash)


@pytest.mark.usefixtures("author")
def test_every_fact_has_its_row(room: Room) -> None:
    assert list(pairs(room)) == list(Fact)


def test_a_log_that_is_here_whole_is_the_same(room: Room, author: Author) -> None:
    found = pairs(room)[Fact.ENTRIES]
    assert (found.of_hub, found.of_centre) == (str(len(author.entries)),) * 2
    assert found.agreement is Agreement.SAME


def test_entries_under_way_are_behind(room: Room, author: Author) -> None:
    start = len(author.entries)
    author.grow(2)
    room.add_checkpoint(author, old=start)
    assert pairs(room)[Fact.ENTRIES].agreement is Agreement.BEHIND


@pytest.mark.usefixtures("author")
def test_a_hub_that_says_nothing_of_its_catalogue_is_not_judged(room: Room) -> None:
    found = pairs(room)
    assert found[Fact.NATIONAL].agreement is Agreement.UNKNOWN
    assert found[Fact.CATALOGUE].agreement is Agreement.UNKNOWN


@pytest.mark.usefixtures("author")
def test_catalogues_of_one_size_are_compared(room: Room) -> None:
    size = room.national.size
    say(room, state="ok", national_size=size, catalogue_hash=own_hash(room))
    assert pairs(room)[Fact.CATALOGUE].agreement is Agreement.SAME
    say(room, state="ok", national_size=size, catalogue_hash="00" * 32)
    assert pairs(room)[Fact.CATALOGUE].agreement is Agreement.DIFFERENT


@pytest.mark.usefixtures("author")
def test_catalogues_of_two_sizes_cannot_be_compared(room: Room) -> None:
    say(room, state="ok", national_size=room.national.size - 1, catalogue_hash="00" * 32)
    found = pairs(room)
    assert found[Fact.CATALOGUE].agreement is Agreement.UNKNOWN
    assert found[Fact.NATIONAL].agreement is Agreement.BEHIND


@pytest.mark.usefixtures("author")
@pytest.mark.parametrize(
    ("software", "expected"),
    [
        (SOFTWARE, Agreement.SAME),
        ("jipp-federation/0.0.9", Agreement.BEHIND),
        ("something else", Agreement.SAME),
    ],
)
def test_an_older_program_is_behind(room: Room, software: str, expected: Agreement) -> None:
    say(room, state="ok", software=software)
    assert pairs(room)[Fact.SOFTWARE].agreement is expected
