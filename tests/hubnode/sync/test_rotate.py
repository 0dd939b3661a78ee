"""A hub gets new keys: durable before anything is signed with them, in use once the centre knows.

The steps of a rotating run are enumerated: it is stopped after each, loses each answer, and the
next run carries on.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hubnode.enrolment import create_node
from hubnode.keys import OwnKeys, begin_rotation, load_own_keys
from hubnode.node import Node
from hubnode.store import identity
from hubnode.store.runs import RunState
from hubnode.sync.plan import Known, Step
from hubnode.sync.run import Progress, sync
from hubnode.verify import verify_node
from protocol.catalogue import shown_record
from protocol.entries.decisions import ChangeApplied, decode_decision
from protocol.entries.hub_decisions import HubKeyRotated
from protocol.names import witness_name
from runtime.keyfile import KeyFileRefused
from tests.support.nodes import (
    backup,
    enrol_node,
    open_node,
    own_entries,
    pending_count,
    publish,
    restore_backup,
)
from tests.support.ports import ManualClock, SeededEntropy
from tests.support.simulated_centre import SimulatedCentre

ORIGIN = "jippnas.test/hub/51/1"
STEPS, REQUESTS = 15, 8
"""Of the rotating run below; a test counts them."""


class Crash(BaseException):
    """The process dies here."""


def dies_after(count: int, seen: list[str]) -> Progress:
    def progress(step: Step, _known: Known) -> None:
        if len(seen) == count:
            raise Crash
        seen.append(type(step).__name__)

    return progress


def keys_of(node: Node) -> OwnKeys:
    who = node.db.read_sync(identity.get)
    assert who is not None
    return load_own_keys(node.folder, who)


def begin(node: Node) -> str:
    """New keys in the file; the text of the log key among them."""
    who = node.db.read_sync(identity.get)
    assert who is not None
    return begin_rotation(node.folder, who, node.entropy).log.verifier_key.text


@pytest.fixture
def centre(clock: ManualClock) -> SimulatedCentre:
    return SimulatedCentre(clock)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "node"


@pytest.fixture
async def hub(folder: Path, centre: SimulatedCentre, clock: ManualClock) -> Node:
    """A hub with one record at the centre, another that waits, and its next keys made."""
    node = open_node(folder, centre, clock)
    await enrol_node(node, centre.invitation())
    publish(node, "Antrean daring puskesmas")
    await sync(node)
    centre.reconcile()
    await sync(node)
    publish(node, "Perizinan satu pintu")
    return node


@pytest.fixture(autouse=True)
def _closed(hub: Node) -> Iterator[None]:
    yield
    hub.db.close()


async def settle(node: Node, centre: SimulatedCentre, key: str) -> None:
    """Syncs until everything is decided and home, and checks that it is, under the new key."""
    for _ in range(3):
        report = await sync(node)
        centre.reconcile()
    report = await sync(node)
    assert (report.state, report.code) == (RunState.OK, "")
    assert report.catalogue_hash == centre.catalogue_hash()
    keys = keys_of(node)
    assert (keys.current.log.verifier_key.text, keys.next) == (key, None)
    assert centre.mirrors[ORIGIN].log_key.text == key
    assert centre.mirrors[ORIGIN].former is None
    entries = own_entries(node)
    assert centre.mirrors[ORIGIN].entries == entries
    assert len(entries) == len(set(entries)) == 4
    assert pending_count(node) == 0
    assert report.standings == {"noted": 2, "shown": 2}
    assert len(centre.records) == 2
    who = node.db.read_sync(identity.get)
    assert who is not None
    verified = node.db.read_sync(lambda conn: verify_node(conn, node, who, keys.verifiers))
    assert verified["own_entries"] == 4


async def test_a_rotating_run_has_this_many_steps(hub: Node, centre: SimulatedCentre) -> None:
    begin(hub)
    seen: list[str] = []
    centre.requests.clear()
    await sync(hub, progress=dies_after(99, seen))
    assert (len(seen), len(centre.requests)) == (STEPS, REQUESTS), (seen, centre.requests)
    assert seen.index("Append") < seen.index("Rotate") < seen.index("HandOver")


@pytest.mark.parametrize("count", range(STEPS))
async def test_a_rotation_killed_after_any_step_is_carried_on(
    hub: Node, centre: SimulatedCentre, clock: ManualClock, count: int
) -> None:
    key = begin(hub)
    with pytest.raises(Crash):
        await sync(hub, progress=dies_after(count, []))
    hub.db.close()
    again = open_node(hub.folder, centre, clock, seed=3)
    await settle(again, centre, key)
    again.db.close()


@pytest.mark.parametrize("count", range(REQUESTS))
async def test_an_answer_lost_in_a_rotation_doubles_nothing(
    hub: Node, centre: SimulatedCentre, count: int
) -> None:
    key = begin(hub)
    centre.lose_answer_at = len(centre.requests) + count
    await sync(hub)
    await settle(hub, centre, key)


async def test_who_dies_between_new_keys_and_their_entry_makes_no_others(hub: Node) -> None:
    assert begin(hub) == begin(hub)


async def test_nothing_is_signed_by_the_new_keys_before_the_centre_has_them(
    hub: Node, centre: SimulatedCentre
) -> None:
    before, key = keys_of(hub).current, begin(hub)
    centre.is_offline = True
    await sync(hub)
    keys = keys_of(hub)
    assert keys.current == before
    assert keys.next is not None
    assert keys.next.log.verifier_key.text == key
    assert len(own_entries(hub)) == 2


async def test_the_old_verifier_key_stays_beside_the_new_keys(
    hub: Node, centre: SimulatedCentre
) -> None:
    old = keys_of(hub).current.log.verifier_key
    key = begin(hub)
    await settle(hub, centre, key)
    assert keys_of(hub).past == (old,)
    assert (hub.folder / "keys.pem").stat().st_mode & 0o777 == 0o600


async def test_the_national_log_tells_the_new_keys(hub: Node, centre: SimulatedCentre) -> None:
    key = begin(hub)
    await settle(hub, centre, key)
    decisions = [decode_decision(entry) for entry in centre.national]
    [rotated] = [it for it in decisions if isinstance(it, HubKeyRotated)]
    assert rotated.log_key == key
    applied = decisions[decisions.index(rotated) - 1]
    assert isinstance(applied, ChangeApplied)
    assert applied.source == rotated.source


async def test_what_was_signed_and_not_sent_goes_before_the_rotation(
    hub: Node, centre: SimulatedCentre
) -> None:
    """F39: signed offline with the old key, and the rotation is a later entry of the same log."""
    centre.refuse_path = "/sync/v1/add-"
    await sync(hub)
    assert (len(own_entries(hub)), pending_count(hub)) == (3, 0)
    key = begin(hub)
    centre.refuse_path = ""
    await settle(hub, centre, key)


async def test_edits_that_wait_still_cover_one_another_after_a_rotation(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Judul pertama")
    publish(hub, "Judul kedua", record=record)
    begin(hub)
    publish(hub, "Judul ketiga", record=record)
    for _ in range(3):
        await sync(hub)
        centre.reconcile()
    report = await sync(hub)
    assert report.standings.get("conflict", 0) == 0
    assert shown_record(centre.records[record])["title"] == "Judul ketiga"


async def test_new_keys_that_the_centre_refuses_are_dropped_and_the_old_ones_go_on(
    hub: Node, centre: SimulatedCentre
) -> None:
    before = keys_of(hub)
    begin(hub)
    centre.refuses_rotation = True
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.ALARM, "rotation_refused")
    assert keys_of(hub) == before
    publish(hub, "Jemput bola kependudukan")
    centre.reconcile()
    await sync(hub)
    centre.reconcile()
    report = await sync(hub)
    assert report.state is RunState.OK
    assert report.standings == {"noted": 1, "shown": 3, "void": 1}


async def test_a_backup_from_before_the_rotation_is_brought_up_to_date(
    hub: Node, centre: SimulatedCentre, clock: ManualClock, tmp_path: Path
) -> None:
    backup(hub, tmp_path / "backup")
    key = begin(hub)
    await settle(hub, centre, key)
    hub.db.close()
    restore_backup(hub.folder, tmp_path / "backup")
    again = open_node(hub.folder, centre, clock, seed=4)
    await settle(again, centre, key)
    again.db.close()


async def test_the_witness_cosigns_with_its_new_key_after_the_hand_over(
    hub: Node, centre: SimulatedCentre
) -> None:
    key = begin(hub)
    await settle(hub, centre, key)
    assert centre.cosigned[witness_name("jippnas.test", "51")] == len(centre.national)


async def test_keys_are_rotated_twice(hub: Node, centre: SimulatedCentre) -> None:
    made = [keys_of(hub).current.log.verifier_key.text]
    for _ in range(2):
        made.append(begin(hub))
        for _ in range(3):
            await sync(hub)
            centre.reconcile()
    keys = keys_of(hub)
    assert [*(key.text for key in keys.past), keys.current.log.verifier_key.text] == made
    assert (await sync(hub)).state is RunState.OK


async def test_a_locked_key_file_stays_locked(hub: Node) -> None:
    (hub.folder / "keys.pem").unlink()
    words = "rahasia sekali"
    other = hub.folder.parent / "other"
    create_node(other, entropy=SeededEntropy(1), passphrase=words)
    (other / "keys.pem").rename(hub.folder / "keys.pem")
    who = hub.db.read_sync(identity.get)
    assert who is not None
    begin_rotation(hub.folder, who, hub.entropy, passphrase=words)
    await sync(hub, passphrase=words)
    with pytest.raises(KeyFileRefused):
        load_own_keys(hub.folder, who)
    assert load_own_keys(hub.folder, who, passphrase=words).next is None
