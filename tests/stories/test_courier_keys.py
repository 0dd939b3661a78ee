"""A hub without a network changes its keys: signed in by a file, in use after its answer."""

from pathlib import Path

import pytest

from central.store import hub_keys
from hubnode.keys import KeyPair, OwnKeys, begin_rotation, load_own_keys
from hubnode.node import Node
from hubnode.store import receipts
from hubnode.store.runs import RunState
from protocol.courier import COSIGN, decode_courier_file
from protocol.entries.hub_decisions import HubKeyRotated
from tests.support.federation import FederationUnderTest
from tests.support.nodes import own_entries, pending_count, publish
from tests.support.sticks import from_centre, from_hub, into_centre, into_hub
from tests.support.stories import assert_sound, at_centre, at_hub, decisions, who


@pytest.fixture
async def hub(federation: FederationUnderTest) -> Node:
    """Enrolled at the office; it sees a network again only where a test says so."""
    return await federation.hub("51")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


def begin(node: Node) -> KeyPair:
    return begin_rotation(node.folder, who(node), node.entropy)


def keys(node: Node) -> OwnKeys:
    return load_own_keys(node.folder, who(node))


async def carried(federation: FederationUnderTest, hub: Node, stick: Path) -> RunState:
    """There and back again: a file of the hub, its decisions, and the answer."""
    for file in await from_hub(hub, stick):
        into_centre(federation.centre, file)
    await federation.settle()
    [answer] = from_centre(federation.centre, "51", stick)
    return (await into_hub(hub, answer)).report.state


async def test_a_hub_changes_its_keys_by_a_file_and_its_answer(
    federation: FederationUnderTest, hub: Node, stick: Path
) -> None:
    fresh = begin(hub)
    publish(hub, "Ditulis sebelum kunci diganti")
    assert await carried(federation, hub, stick) is RunState.OK
    assert (keys(hub).current, keys(hub).next) == (fresh, None)
    [rotated] = [it for it in decisions(federation.centre) if isinstance(it, HubKeyRotated)]
    assert (rotated.log_key, rotated.source.index) == (fresh.log.verifier_key.text, 2)

    publish(hub, "Ditulis sesudah kunci diganti")
    assert await carried(federation, hub, stick) is RunState.OK
    assert hub.db.read_sync(receipts.largest_size) == len(own_entries(hub)) == 4
    assert at_hub(hub) == at_centre(federation.centre)
    kept = federation.centre.db.read_sync(lambda conn: hub_keys.log_keys(conn, "51"))
    assert [(first, last) for _, first, last in kept] == [(0, 2), (3, None)]
    assert_sound(federation.centre)


async def test_nothing_is_signed_between_the_file_and_its_answer(
    federation: FederationUnderTest, hub: Node, stick: Path
) -> None:
    begin(hub)
    [file] = await from_hub(hub, stick)
    publish(hub, "Ditulis selagi kandar di jalan")
    [again] = await from_hub(hub, stick)
    assert pending_count(hub) == 1
    assert decode_courier_file(again).label.size == decode_courier_file(file).label.size == 2
    into_centre(federation.centre, file)
    assert await carried(federation, hub, stick) is RunState.OK
    assert await carried(federation, hub, stick) is RunState.OK
    assert (pending_count(hub), keys(hub).next) == (0, None)
    assert at_hub(hub) == at_centre(federation.centre)


async def test_an_answer_from_before_the_decision_leaves_the_keys_as_they_are(
    federation: FederationUnderTest, hub: Node, stick: Path
) -> None:
    before, fresh = keys(hub).current, begin(hub)
    [file] = await from_hub(hub, stick)
    into_centre(federation.centre, file)
    [early] = from_centre(federation.centre, "51", stick)
    await into_hub(hub, early)
    assert (keys(hub).current, keys(hub).next) == (before, fresh)
    assert await carried(federation, hub, stick) is RunState.OK
    assert keys(hub).current == fresh


async def test_old_files_may_come_after_the_new_keys(
    federation: FederationUnderTest, hub: Node, stick: Path
) -> None:
    publish(hub, "Di bawah kunci lama")
    assert await carried(federation, hub, stick) is RunState.OK
    old = await from_hub(hub, stick)
    assert decode_courier_file(old[0]).bodies(COSIGN)
    begin(hub)
    rotating = await from_hub(hub, stick)
    assert not decode_courier_file(rotating[0]).bodies(COSIGN)
    taken = [into_centre(federation.centre, file) for file in (*rotating, *old, *rotating)]
    assert [it.kept_count for it in taken] == [1, 0, 0]
    assert at_hub(hub) == at_centre(federation.centre)
    assert_sound(federation.centre)


async def test_keys_that_the_centre_did_not_take_are_dropped(
    federation: FederationUnderTest, hub: Node, stick: Path
) -> None:
    """Another hub has them already: somebody copied a folder."""
    before, fresh = keys(hub).current, begin(hub)
    texts = [it.verifier_key.text for it in (fresh.log, fresh.witness)]
    federation.centre.db.run_sync(
        lambda conn: hub_keys.add(
            conn, "52", "elsewhere", log=texts[0], witness=texts[1], first_index=0
        )
    )
    assert await carried(federation, hub, stick) is RunState.ALARM
    assert (keys(hub).current, keys(hub).next) == (before, None)
    publish(hub, "Di bawah kunci lama")
    assert await carried(federation, hub, stick) is RunState.OK
    assert at_hub(hub) == at_centre(federation.centre)


async def test_a_network_in_between_ends_a_rotation_that_a_file_began(
    federation: FederationUnderTest, hub: Node, stick: Path
) -> None:
    fresh = begin(hub)
    [file] = await from_hub(hub, stick)
    into_centre(federation.centre, file)
    assert (await federation.sync(hub)).state is RunState.OK
    assert (keys(hub).current, keys(hub).next) == (fresh, None)
    assert await carried(federation, hub, stick) is RunState.OK
    assert at_hub(hub) == at_centre(federation.centre)
