"""The centre's rows of a campaign: written with the decisions, and derived again by a rebuild."""

import pytest
from sqlalchemy import Connection, Update, delete, update

from central import national
from central.centre import Centre
from central.rebuild import rebuild
from central.store.tables import CAMPAIGN_TABLES
from protocol.entries.decisions import Decision
from tests.support.author import Author
from tests.support.campaigns import CAMPAIGN, Fold, closed, opened
from tests.support.rooms import VALID, Room

ROW = CAMPAIGN_TABLES.record


def append(room: Room, *decisions: Decision) -> None:
    room.write(lambda conn, centre: national.append(conn, centre, decisions))


def progress(room: Room) -> dict[str, str]:
    rows = room.read(lambda conn, it: it.campaigns.rows(conn, CAMPAIGN))
    return {row.record: row.progress for row in rows}


@pytest.fixture
async def asked(room: Room, hub: Author) -> Author:
    """Three records and a campaign for all of them."""
    for number in (1, 2, 3):
        hub.put(number, {**VALID, "title": f"Inovasi antrean {number}"})
    room.submit(hub)
    await room.decide()
    append(room, opened())
    return hub


def test_opening_fixes_the_target_in_the_same_transaction(room: Room, asked: Author) -> None:
    assert progress(room) == dict.fromkeys(map(asked.record, (1, 2, 3)), "left")


async def test_a_hubs_batch_moves_its_records(room: Room, asked: Author) -> None:
    asked.put(2, {"title": "Judul yang dimutakhirkan"}, national=room.national.size)
    room.submit(asked, start=4)
    await room.decide()
    assert progress(room)[asked.record(2)] == "refreshed"
    assert sorted(progress(room).values()) == ["left", "left", "refreshed"]


async def test_the_rows_are_what_the_log_adds_up_to(room: Room, asked: Author) -> None:
    asked.put(1, {"title": "Judul baru"}, national=room.national.size)
    room.submit(asked, start=4)
    await room.decide()
    append(room, closed(), opened(campaign="kedua"))
    ledger = Fold().add(*room.decisions()).ledger
    assert room.read(lambda conn, it: it.campaigns.is_same(conn, ledger))
    assert rebuild(room.centre).identical


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    "damage",
    [
        update(ROW).values(progress="refreshed"),
        update(ROW).values(hub="99"),
        update(CAMPAIGN_TABLES.campaign).values(due="2030-01-01"),
        update(CAMPAIGN_TABLES.campaign).values(closed_place=1),
    ],
)
def test_a_row_that_was_altered_is_noticed_and_mended(room: Room, damage: Update) -> None:
    room.write(lambda conn, _: conn.execute(damage))
    assert not rebuild(room.centre).identical
    assert rebuild(room.centre).identical


@pytest.mark.usefixtures("asked")
def test_a_row_that_was_lost_comes_back(room: Room) -> None:
    before = progress(room)
    room.write(lambda conn, _: conn.execute(delete(ROW)))
    assert not rebuild(room.centre).identical
    assert progress(room) == before


def test_a_transaction_that_fails_opens_nothing(room: Room) -> None:
    def fails(conn: Connection, centre: Centre) -> None:
        national.append(conn, centre, [opened()])
        raise LookupError

    with pytest.raises(LookupError):
        room.write(fails)
    assert room.read(lambda conn, it: it.campaigns.every(conn)) == []
