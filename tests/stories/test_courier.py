"""A hub without a network: what it writes and reads is carried on a stick, and nothing is lost.

Enrolment itself needs the network once: the machine is enrolled at the office, and taken home.
"""

from pathlib import Path

import pytest

from central import projection
from central.centre import Centre
from hubnode.node import Node
from hubnode.store import receipts
from hubnode.store.runs import RunState
from tests.support.federation import FederationUnderTest
from tests.support.nodes import own_entries, pending_count, publish_many
from tests.support.sticks import (
    from_centre,
    from_hub,
    into_centre,
    into_hub,
)
from tests.support.stories import assert_sound, at_centre, at_hub, who


@pytest.fixture
async def hub(federation: FederationUnderTest) -> Node:
    """Enrolled at the office; it never sees a network again."""
    return await federation.hub("51")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


def mirrored(centre: Centre, node: Node) -> list[bytes]:
    """The hub's log as the centre has it."""
    log_name = who(node).origin

    def read(conn):  # type: ignore[no-untyped-def]
        log = centre.logs.open(conn, log_name)
        return centre.logs.entries(conn, log, 0, log.tree.size)

    return list(centre.db.read_sync(read))


def catalogue_hash(centre: Centre) -> str:
    return centre.db.read_sync(lambda conn: projection.catalogue_hash(conn, centre))


async def test_what_is_carried_there_is_decided_and_carried_back(
    federation: FederationUnderTest, hub: Node, stick: Path
) -> None:
    centre = federation.centre
    publish_many(hub, ["Antrean daring puskesmas", "Perizinan satu pintu"])
    [file] = await from_hub(hub, stick)
    assert pending_count(hub) == 0
    taken = into_centre(centre, file)
    assert (taken.kept_count, taken.mirrored_size, taken.undecided_count) == (3, 3, 3)
    assert mirrored(centre, hub) == own_entries(hub)

    await federation.settle()
    [answer] = from_centre(centre, "51", stick)
    read = await into_hub(hub, answer)
    assert (read.report.state, read.report.pulled) == (RunState.OK, 4)
    assert read.report.sentence == "3 perubahan: 2 tampil, 1 tercatat"
    assert read.report.catalogue_hash == catalogue_hash(centre)
    assert at_hub(hub) == at_centre(centre)
    assert hub.db.read_sync(receipts.largest_size) == 3
    assert_sound(centre)
