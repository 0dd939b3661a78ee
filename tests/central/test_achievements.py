"""What the catalogue adds up to, on both databases."""

from central import national
from central.achievements import Achievements, Reckoning, count_achievements
from central.store import tallies
from protocol.canonical import Json
from protocol.innovation.searching import FACETS
from tests.support.author import Author
from tests.support.casework import with_records
from tests.support.rooms import Room
from tests.support.verdicts import merged

MARKET: dict[str, Json] = {"region": "51.71", "category": "Ekonomi", "started": "2021"}


def counted(room: Room) -> Achievements:
    return room.read(count_achievements)


def claims(original: str) -> dict[str, Json]:
    return {"title": "Antrean di sini juga", "replicates": {"innovation": original}}


def test_only_facets_are_counted_so_that_a_search_finds_what_is_behind_a_number() -> None:
    assert {*tallies.BY, *tallies.OF} <= set(FACETS)


def test_each_innovation_is_counted_once_in_every_way(room: Room, hub: Author) -> None:
    with_records(room, hub, {"category": "Kesehatan"}, MARKET, {"stage": "penerapan"})
    found = counted(room)
    assert found.total == 3
    assert found.provinces == {"51": 3}
    assert found.categories == {"Kesehatan": 1, "Ekonomi": 1, None: 1}
    assert found.years == {"2024": 2, "2021": 1}
    assert found.stages == {"penerapan": 1, None: 2}
    assert found.agency_kinds == {"provinsi": 3}
    assert found.provinces_by_category["Ekonomi"] == {"51": 1}


def test_ways_of_counting_agree(room: Room, hub: Author) -> None:
    with_records(room, hub, {}, MARKET, {"category": "Kesehatan", "stage": "inisiatif"})
    found = counted(room)
    sums = [found.provinces, found.years, found.categories, found.agency_kinds, found.stages]
    assert {sum(it.values()) for it in sums} == {found.total}


def test_an_empty_catalogue_adds_up_to_nothing(room: Room) -> None:
    found = counted(room)
    assert (found.total, found.replications, found.most_replicated) == (0, 0, [])


def test_who_was_replicated_most_comes_first(room: Room, hub: Author) -> None:
    one, two = with_records(room, hub, {"title": "Antrean"}, {"title": "Pasar ikan"})
    with_records(room, hub, claims(one), claims(two), claims(two))
    found = counted(room)
    assert [(it["id"], count) for it, count in found.most_replicated] == [(two, 2), (one, 1)]
    assert (found.replications, found.replicated) == (3, {"51": 2})


def test_replications_of_a_merged_record_are_its_heirs(room: Room, hub: Author) -> None:
    kept, absorbed = with_records(room, hub, {"title": "Antrean"}, {"title": "Pasar ikan"})
    with_records(room, hub, claims(absorbed))
    room.write(
        lambda conn, centre: national.append(conn, centre, [merged(record=kept, absorbed=absorbed)])
    )
    [(item, count)] = counted(room).most_replicated
    assert (item["id"], count) == (kept, 1)


def test_a_count_is_as_many_as_the_catalogue_lists(room: Room, hub: Author) -> None:
    (one,) = with_records(room, hub, {})
    with_records(room, hub, claims(one), claims(one))
    listed = room.read(
        lambda conn, centre: conn.execute(centre.lineages.replicating(conn, one)).all()
    )
    assert room.read(lambda conn, _: tallies.replication_counts(conn)) == {one: len(listed)}


async def test_numbers_are_kept_while_nothing_is_decided(room: Room) -> None:
    reckoning = Reckoning(room.centre)
    first = await reckoning.achievements()
    assert await reckoning.achievements() is first
