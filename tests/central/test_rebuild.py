"""A rebuild derives the catalogue from the national log alone, byte for byte."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Update, delete, update

from central import projection
from central.casework.conflicts import curate
from central.rebuild import rebuild
from central.store import decisions as index
from central.store.tables import DOCUMENT_TABLES
from tests.support.author import Author
from tests.support.rooms import VALID, Room

DOCUMENT = DOCUMENT_TABLES.document
REGIONS = ("51", "51.71", "35", "32.73")


@pytest.fixture
async def filled(room: Room, hub: Author) -> Author:
    """Three records, one of them in conflict with a curator."""
    for number in (1, 2, 3):
        hub.put(number, {**VALID, "title": f"Inovasi antrean {number}"})
    room.submit(hub)
    await room.decide()
    before = room.national.size
    amend(room, hub.record(1), "Judul kurator")
    hub.put(1, {"title": "Judul pemilik"}, national=before)
    room.submit(hub, start=4)
    await room.decide()
    return hub


def amend(room: Room, record: str, title: str) -> None:
    room.write(
        lambda conn, centre: curate(
            conn, centre, record=record, set_={"title": title}, by="rina", agency="panrb"
        )
    )


def bodies(room: Room) -> list[tuple[str, bytes, str]]:
    query = DOCUMENT.select().order_by(DOCUMENT.c.id)
    return room.read(lambda conn, _: [(r.id, r.body, r.words) for r in conn.execute(query)])


def found(room: Room, query: str) -> list[bytes]:
    page = room.read(
        lambda conn, it: projection.search(conn, it, query=query, filters={}, limit=50, after=None)
    )
    return list(page.items)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    "damage",
    [
        update(DOCUMENT).values(visible=False),
        update(DOCUMENT).values(owner="99"),
        update(DOCUMENT).values(words="x"),
        update(index.DECISION).values(outcome="noop"),
        update(index.OUTCOME_COUNT).values(count=77),
    ],
)
def test_whatever_else_was_derived_wrongly_is_noticed_and_mended(
    room: Room, damage: Update
) -> None:
    room.write(lambda conn, _: conn.execute(damage))
    assert not rebuild(room.centre).identical
    assert rebuild(room.centre).identical


@pytest.mark.usefixtures("filled")
def test_a_rebuild_of_an_intact_catalogue_changes_no_byte(room: Room) -> None:
    before = bodies(room)
    report = rebuild(room.centre)
    assert report.identical
    assert bodies(room) == before


@pytest.mark.usefixtures("filled")
def test_the_report_counts_decisions_and_records(room: Room) -> None:
    report = rebuild(room.centre)
    assert (report.entries, report.records) == (room.national.size, 3)
    assert report.catalogue_hash == room.read(projection.catalogue_hash)


def test_an_empty_centre_rebuilds_to_nothing(room: Room) -> None:
    report = rebuild(room.centre)
    assert (report.entries, report.records, report.identical) == (0, 0, True)


def test_a_record_that_was_lost_comes_back(room: Room, filled: Author) -> None:
    before = bodies(room)
    room.write(
        lambda conn, _: conn.execute(delete(DOCUMENT).where(DOCUMENT.c.id == filled.record(1)))
    )
    assert not rebuild(room.centre).identical
    assert bodies(room) == before


@pytest.mark.usefixtures("filled")
def test_a_record_that_was_altered_is_put_right_and_said(room: Room) -> None:
    before = bodies(room)
    amended = update(DOCUMENT).values(body=b"{}", digest=bytes(32))
    room.write(lambda conn, _: conn.execute(amended))
    assert not rebuild(room.centre).identical
    assert bodies(room) == before
    assert rebuild(room.centre).identical


@pytest.mark.usefixtures("filled")
def test_a_search_finds_the_same_after_a_rebuild(room: Room) -> None:
    before = found(room, "antrean"), found(room, "kurator"), found(room, "")
    rebuild(room.centre)
    assert (found(room, "antrean"), found(room, "kurator"), found(room, "")) == before
    assert len(before[0]) == 2


@pytest.mark.usefixtures("filled")
def test_a_rebuild_appends_nothing_to_the_log(room: Room) -> None:
    before = room.national
    rebuild(room.centre)
    assert room.national == before


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    writes=st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(REGIONS), st.booleans(), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
async def test_whatever_was_written_a_rebuild_is_identical(
    room: Room, hub: Author, writes: list[tuple[int, str, bool, bool]]
) -> None:
    start = room.read(lambda conn, it: it.logs.open(conn, hub.origin).tree.size)
    for number, region, has_seen, is_curated in writes:
        seen = room.national.size if has_seen else 0
        title = f"Inovasi {len(hub.entries)}"
        hub.put(number, {**VALID, "title": title, "region": region}, national=seen)
        room.submit(hub, start=start)
        await room.decide()
        start = len(hub.entries)
        if is_curated:
            amend(room, hub.record(number), f"{title} (kurator)")
    assert rebuild(room.centre).identical


def test_the_index_of_decisions_is_derived_too(room: Room, filled: Author) -> None:
    before = room.read(lambda conn, _: (index.outcomes(conn, filled.origin), places(conn, filled)))
    room.write(lambda conn, _: conn.execute(delete(index.DECISION)))
    room.write(lambda conn, _: conn.execute(delete(index.OUTCOME_COUNT)))
    rebuild(room.centre)
    after = room.read(lambda conn, _: (index.outcomes(conn, filled.origin), places(conn, filled)))
    assert after == before
    assert before[0] == {"noop": 1, "applied": 3, "conflict": 1}


def places(conn: Connection, author: Author) -> list[int]:
    return index.of_record(conn, author.record(1))
