"""A hub without a network: what it writes and reads is carried on a stick, and nothing is lost.

Enrolment itself needs the network once: the machine is enrolled at the office, and taken home.
"""

from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import Connection

from central import projection
from central.centre import Centre
from central.intake import HubRefused, UnknownOrigin
from hubnode.node import Node
from hubnode.status import past_runs
from hubnode.store import receipts
from hubnode.store.runs import RunState
from protocol.courier import decode_courier_file
from protocol.errors import CourierRefused
from tests.support.federation import FederationUnderTest
from tests.support.nodes import own_entries, pending_count, publish, publish_many
from tests.support.sticks import from_centre, from_hub, into_centre, into_hub
from tests.support.stories import assert_sound, at_centre, at_hub, revoke, who

ORDERS = list(permutations(range(3)))


@pytest.fixture
async def hub(federation: FederationUnderTest) -> Node:
    """Enrolled at the office; it sees a network again only where a test says so."""
    return await federation.hub("51")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


def mirrored(centre: Centre, node: Node) -> list[bytes]:
    """The hub's log as the centre has it."""
    origin = who(node).origin

    def read(conn: Connection) -> list[bytes]:
        log = centre.logs.open(conn, origin)
        return centre.logs.entries(conn, log, 0, log.tree.size)

    return centre.db.read_sync(read)


def catalogue_hash(centre: Centre) -> str:
    return centre.db.read_sync(lambda conn: projection.catalogue_hash(conn, centre))


def assert_equal(centre: Centre, node: Node) -> None:
    """Both sides have one log and one catalogue, byte for byte."""
    assert mirrored(centre, node) == own_entries(node)
    assert at_hub(node) == at_centre(centre)
    assert_sound(centre)


async def test_what_is_carried_there_is_decided_and_carried_back(
    federation: FederationUnderTest, hub: Node, stick: Path
) -> None:
    centre = federation.centre
    publish_many(hub, ["Antrean daring puskesmas", "Perizinan satu pintu"])
    [file] = await from_hub(hub, stick)
    assert pending_count(hub) == 0
    taken = into_centre(centre, file)
    assert (taken.kept_count, taken.mirrored_size, taken.undecided_count) == (3, 3, 3)

    await federation.settle()
    [answer] = from_centre(centre, "51", stick)
    read = await into_hub(hub, answer)
    assert read.report.state is RunState.OK
    assert (read.report.pushed, read.report.pulled) == (3, 4)
    assert read.report.sentence == "3 perubahan: 2 tampil, 1 tercatat"
    assert read.report.catalogue_hash == catalogue_hash(centre)
    assert hub.db.read_sync(receipts.largest_size) == 3
    assert_equal(centre, hub)


async def test_an_answer_is_a_run_of_the_history(
    federation: FederationUnderTest, hub: Node, stick: Path
) -> None:
    publish(hub, "Antrean daring puskesmas")
    into_centre(federation.centre, *await from_hub(hub, stick))
    await federation.settle()
    await into_hub(hub, *from_centre(federation.centre, "51", stick))
    read, written = hub.db.read_sync(lambda conn: past_runs(conn, hub, limit=9))
    assert (read.state, read.pushed_count, read.pulled_count) == (RunState.OK, 2, 3)
    assert read.sentence == "2 perubahan: 1 tampil, 1 tercatat"
    assert (written.state, written.code) == (RunState.OFFLINE, "courier_exported")


async def test_before_its_first_file_a_hub_can_read_the_catalogue(
    federation: FederationUnderTest, bali: Node, stick: Path
) -> None:
    other = await federation.hub("35")
    read = await into_hub(other, *from_centre(federation.centre, "35", stick))
    assert read.report.state is RunState.OK
    assert at_hub(other) == at_centre(federation.centre) == at_hub(bali)


@pytest.mark.parametrize("order", ORDERS)
async def test_files_of_a_hub_may_come_in_any_order_and_twice(
    federation: FederationUnderTest, hub: Node, stick: Path, order: tuple[int, ...]
) -> None:
    centre, files = federation.centre, []
    for number in range(3):
        publish(hub, f"Inovasi nomor {number}")
        files += await from_hub(hub, stick)
    for index in (*order, *order):
        into_centre(centre, files[index])
        await federation.settle()
    await into_hub(hub, *from_centre(centre, "51", stick))
    assert len(own_entries(hub)) == 4
    assert_equal(centre, hub)


@pytest.mark.parametrize("order", ORDERS)
async def test_answers_may_come_in_any_order_and_twice(
    federation: FederationUnderTest, hub: Node, stick: Path, order: tuple[int, ...]
) -> None:
    centre, answers = federation.centre, []
    for number in range(3):
        publish(hub, f"Inovasi nomor {number}")
        into_centre(centre, *await from_hub(hub, stick))
        if number:  # the first answer was written before anything was decided
            await federation.settle()
        answers += from_centre(centre, "51", stick)
    reads = [await into_hub(hub, answers[index]) for index in (*order, *order)]
    assert {read.report.state for read in reads} == {RunState.OK}
    assert reads[-1].report.sentence == "4 perubahan: 3 tampil, 1 tercatat"
    assert hub.db.read_sync(receipts.largest_size) == 4
    assert_equal(centre, hub)


async def test_a_stick_and_the_network_do_not_disturb_each_other(
    federation: FederationUnderTest, hub: Node, stick: Path
) -> None:
    centre = federation.centre
    publish(hub, "Ditulis ke berkas")
    [early] = await from_hub(hub, stick)
    publish(hub, "Dikirim lewat jaringan")
    assert (await federation.sync(hub)).state is RunState.OK
    [old_answer] = from_centre(centre, "51", stick, since=0)
    assert into_centre(centre, early).kept_count == 0

    publish(hub, "Ditulis lagi ke berkas")
    [late] = await from_hub(hub, stick)
    assert decode_courier_file(late).label.start == 3
    assert into_centre(centre, late).kept_count == 1
    await federation.sync(hub)
    read = await into_hub(hub, old_answer)
    assert (read.is_old, read.report.state) == (True, RunState.OK)
    assert (await federation.sync(hub)).state is RunState.OK
    assert_equal(centre, hub)


async def test_a_stick_that_is_lost_loses_nothing(
    federation: FederationUnderTest, hub: Node, stick: Path
) -> None:
    publish(hub, "Ada di kandar yang hilang")
    await from_hub(hub, stick)
    publish(hub, "Ada di kandar berikutnya")
    [file] = await from_hub(hub, stick)
    assert into_centre(federation.centre, file).kept_count == 3
    assert mirrored(federation.centre, hub) == own_entries(hub)


async def test_what_a_lost_stick_held_goes_over_the_network_too(
    federation: FederationUnderTest, hub: Node, stick: Path
) -> None:
    publish(hub, "Ada di kandar yang hilang")
    await from_hub(hub, stick)
    report = await federation.sync(hub)
    assert report.state is RunState.OK
    assert_equal(federation.centre, hub)


async def test_volumes_are_taken_one_after_the_other_on_both_sides(
    federation: FederationUnderTest, hub: Node, stick: Path
) -> None:
    centre = federation.centre
    publish_many(hub, [f"Inovasi nomor {number}" for number in range(600)])
    first, second, third = await from_hub(hub, stick, volume_bytes=1)
    with pytest.raises(CourierRefused, match="volume 1 of 3 of file 1 first") as refused:
        into_centre(centre, second)
    assert refused.value.code == "courier_volume_missing"
    assert mirrored(centre, hub) == []
    kept = [into_centre(centre, volume).kept_count for volume in (first, second, second, third)]
    assert kept == [256, 256, 0, 89]

    await federation.settle()
    first, second = from_centre(centre, "51", stick, volume_bytes=1)
    with pytest.raises(CourierRefused, match="volume 1 of 2 of file 1 first"):
        await into_hub(hub, second)
    reads = [await into_hub(hub, volume) for volume in (first, first, second)]
    assert [(read.report.pulled, read.next_volume) for read in reads] == [
        (256, 2),
        (0, 2),
        (346, None),
    ]
    assert_equal(centre, hub)


async def test_an_answer_begins_where_the_hub_says_that_it_is(
    federation: FederationUnderTest, bali: Node, stick: Path
) -> None:
    other = await federation.hub("35")
    publish_many(other, [f"Inovasi nomor {number}" for number in range(300)])
    await federation.sync(other)
    [file] = await from_hub(other, stick)
    size = into_centre(federation.centre, file).cosigned_size
    assert (
        size
        == other.db.read_sync(lambda conn: other.logs.open(conn, who(other).national)).tree.size
    )
    publish(bali, "Sesudah itu")
    await federation.sync(bali)
    [answer] = from_centre(federation.centre, "35", stick)
    label = decode_courier_file(answer).label
    assert (label.start, label.size) == (256, size + 1)
    assert (await into_hub(other, answer)).report.pulled == 1
    assert at_hub(other) == at_centre(federation.centre)


async def test_a_revoked_hub_is_refused_and_told_so(
    federation: FederationUnderTest, hub: Node, stick: Path
) -> None:
    centre = federation.centre
    publish(hub, "Ditulis sebelum pencabutan")
    [file] = await from_hub(hub, stick)
    revoke(centre, "51")
    with pytest.raises(HubRefused) as refused:
        into_centre(centre, file)
    assert refused.value.code == "key_revoked"
    assert mirrored(centre, hub) == []
    read = await into_hub(hub, *from_centre(centre, "51", stick))
    assert (read.report.state, read.report.code) == (RunState.BLOCKED, "key_revoked")
    assert read.report.sentence.endswith(": hilang")
    assert len(own_entries(hub)) == 2


async def test_a_hub_that_is_unknown_here_is_refused(
    hub: Node, stick: Path, tmp_path: Path
) -> None:
    [file] = await from_hub(hub, stick)
    async with FederationUnderTest(tmp_path / "other") as other:
        with pytest.raises(UnknownOrigin) as refused:
            into_centre(other.centre, file)
    assert refused.value.code == "unknown_origin"
