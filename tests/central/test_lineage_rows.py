"""The centre's rows of lineage: written with the decisions, and derived again by a rebuild."""

import pytest
from sqlalchemy import Connection, Update, delete, update

from central.casework import identity, revert
from central.casework.conflicts import CaseRefused
from central.centre import Centre
from central.rebuild import rebuild
from central.store.tables import LINEAGE_TABLES
from protocol.entries.decisions import ChangeHeld
from tests.support.author import Author
from tests.support.casework import RINA
from tests.support.rooms import VALID, Room

REPLICATION, LINK = LINEAGE_TABLES.replication, LINEAGE_TABLES.link


@pytest.fixture
async def replicated(room: Room, hub: Author) -> tuple[str, str]:
    """A record of hub 51, and one of hub 73 that came of it in four steps; their ids."""
    wanter = Author(hub="73", seed=3)
    room.enrol(wanter)
    original, result = hub.record(1), wanter.record(1)
    for author in (hub, wanter):
        author.put(1, VALID)
        await sent(room, author, start=0)
    wanter.step("interest", original)
    await sent(room, wanter, start=2)
    hub.step("agreement", original)
    await sent(room, hub, start=2)
    wanter.step("approval", original)
    wanter.step("implementation", original, result=result)
    await sent(room, wanter, start=3)
    return original, result


async def sent(room: Room, author: Author, *, start: int) -> None:
    room.submit(author, start=start)
    await room.decide()


def test_a_hubs_steps_are_rows_of_the_same_transaction(
    room: Room, replicated: tuple[str, str]
) -> None:
    original, result = replicated
    [found] = room.read(lambda conn, it: it.lineages.replications(conn, [original]))
    assert (found.hub, found.owner, found.step, found.result) == (
        "73",
        "51",
        "implementation",
        result,
    )
    assert [it.record for it in room.read(lambda conn, it: it.lineages.below(conn, original))] == [
        result
    ]


@pytest.mark.usefixtures("replicated")
def test_the_rows_are_what_the_log_adds_up_to(room: Room) -> None:
    before = room.read(lambda conn, it: it.lineages.fingerprint(conn))
    assert rebuild(room.centre).identical
    assert room.read(lambda conn, it: it.lineages.fingerprint(conn)) == before


@pytest.mark.usefixtures("replicated")
@pytest.mark.parametrize(
    "damage",
    [
        update(REPLICATION).values(step="refusal"),
        update(REPLICATION).values(place=1),
        update(LINK).values(is_confirmed=False),
        update(LINK).values(state="hidden"),
    ],
)
def test_a_row_that_was_altered_is_noticed_and_mended(room: Room, damage: Update) -> None:
    room.write(lambda conn, _: conn.execute(damage))
    assert not rebuild(room.centre).identical
    assert rebuild(room.centre).identical


def test_a_row_that_was_lost_comes_back(room: Room, replicated: tuple[str, str]) -> None:
    room.write(lambda conn, _: conn.execute(delete(LINK)))
    assert not rebuild(room.centre).identical
    above = room.read(lambda conn, it: it.lineages.above(conn, replicated[1]))
    assert [it.record for it in above] == [replicated[0]]


async def test_two_hubs_that_take_over_from_each_other_make_no_circle(
    room: Room, hub: Author, replicated: tuple[str, str]
) -> None:
    original, result = replicated
    wanter = Author(hub="73", seed=3)
    wanter.entries = room_entries(room, wanter.origin)
    hub.step("interest", result)
    await sent(room, hub, start=3)
    wanter.step("agreement", result)
    await sent(room, wanter, start=5)
    hub.step("approval", result)
    hub.step("implementation", result, result=original)
    await sent(room, hub, start=4)
    held = room.decisions()[-1]
    assert isinstance(held, ChangeHeld)
    assert held.code == "step_out_of_order"
    assert "original" not in room.state(original).facts


def test_a_link_that_the_hubs_made_is_taken_back_by_a_person(
    room: Room, replicated: tuple[str, str]
) -> None:
    original, result = replicated
    undone = room.write(
        lambda conn, it: identity.undo(conn, it, record=original, other=result, person=RINA)
    )
    assert undone == ("replication", ())
    assert room.state(result).facts == {}
    assert rebuild(room.centre).identical


def test_a_link_that_the_hubs_made_is_undone_before_the_two_are_distinct(
    room: Room, replicated: tuple[str, str]
) -> None:
    original, result = replicated

    def keep_apart(conn: Connection, centre: Centre) -> None:
        identity.keep_apart(conn, centre, record=original, other=result, person=RINA)

    with pytest.raises(CaseRefused, check=lambda error: error.code == "decided_already"):
        room.write(keep_apart)
    room.write(
        lambda conn, it: identity.reopen(conn, it, record=result, other=original, person=RINA)
    )
    room.write(keep_apart)


def test_a_revert_takes_back_that_the_hubs_record_replicates_another(
    room: Room, replicated: tuple[str, str]
) -> None:
    _, result = replicated
    place = room.national.size - 1

    def revert_wanter(conn: Connection, centre: Centre) -> int:
        written = revert.written_since(conn, "73", place)
        return revert.revert(conn, centre, "73", place, written, person=RINA)

    assert room.write(revert_wanter) == 1
    assert room.state(result).facts == {}
    assert room.write(revert_wanter) == 0


def test_a_revert_leaves_a_link_that_a_person_made_again(
    room: Room, replicated: tuple[str, str]
) -> None:
    original, result = replicated
    place = room.national.size - 1
    room.write(
        lambda conn, it: identity.reopen(conn, it, record=result, other=original, person=RINA)
    )
    room.write(
        lambda conn, it: identity.link(conn, it, record=result, original=original, person=RINA)
    )
    written = room.read(lambda conn, _: revert.written_since(conn, "73", place))
    plan = room.read(lambda conn, it: revert.plan(conn, it, "73", place, written))
    assert plan.reversals == ()


def room_entries(room: Room, origin: str) -> list[bytes]:
    """A hub's log as the centre has it."""

    def read(conn: Connection, centre: Centre) -> list[bytes]:
        log = centre.logs.open(conn, origin)
        return list(centre.logs.entries(conn, log, 0, log.tree.size))

    return room.read(read)
