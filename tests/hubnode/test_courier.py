"""An answer out of a file: checked like one of the network, and never more believed than it."""

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hubnode.courier import import_file
from hubnode.node import Node
from hubnode.store import identity, receipts, runs
from hubnode.store.runs import RunState
from hubnode.sync.answers import Refused
from hubnode.sync.plan import Known, Step
from hubnode.sync.run import sync
from protocol.errors import CourierRefused, ProtocolError
from tests.support.nodes import enrol_node, open_node, own_entries, publish, publish_many
from tests.support.ports import ManualClock
from tests.support.simulated_answers import answer_file
from tests.support.simulated_centre import SimulatedCentre
from tests.support.sticks import changed, from_hub, into_hub, offline, relabelled, without

ORIGIN = "jippnas.test/hub/51/1"
HOUR_S = 3_600


@pytest.fixture
async def sent(hub: Node, centre: SimulatedCentre) -> Node:
    """A hub whose two changes the centre has taken and decided, and not told it of."""
    publish_many(hub, ["Antrean daring puskesmas", "Perizinan satu pintu"])
    await sync(hub)
    centre.reconcile()
    return hub


def evidence_of(node: Node, code: str) -> list[Path]:
    return list((node.folder / "evidence").glob(f"{code}-*.json"))


async def refusal(node: Node, data: bytes) -> str:
    """The code with which a file is refused before any run begins."""
    before = node.db.read_sync(lambda conn: len(runs.history(conn, limit=99)))
    with pytest.raises(ProtocolError) as refused:
        await into_hub(node, data)
    assert node.db.read_sync(lambda conn: len(runs.history(conn, limit=99))) == before
    return refused.value.code


async def test_decisions_come_home_in_a_file(sent: Node, centre: SimulatedCentre) -> None:
    read = await into_hub(sent, answer_file(centre))
    assert (read.report.state, read.report.pulled) == (RunState.OK, 3)
    assert read.report.catalogue_hash == centre.catalogue_hash()
    assert read.report.standings == {"noted": 1, "shown": 2}
    assert (read.is_old, read.next_volume) == (False, None)


async def test_nothing_is_asked_of_a_network_and_nothing_is_sent(
    sent: Node, centre: SimulatedCentre
) -> None:
    publish(sent, "Menunggu berkas berikutnya")
    centre.requests.clear()
    await into_hub(sent, answer_file(centre))
    assert centre.requests == []
    assert len(own_entries(sent)) == 3


async def test_the_same_file_again_changes_nothing(sent: Node, centre: SimulatedCentre) -> None:
    file = answer_file(centre)
    first = await into_hub(sent, file)
    again = await into_hub(sent, file)
    assert (again.report.pushed, again.report.pulled) == (0, 0)
    assert again.report.catalogue_hash == first.report.catalogue_hash


async def test_a_receipt_comes_home_in_a_file(hub: Node, centre: SimulatedCentre) -> None:
    centre.lose_answer_at = len(centre.requests) + 2
    await sync(hub)
    assert hub.db.read_sync(receipts.largest_size) == 0
    read = await into_hub(hub, answer_file(centre))
    assert (read.report.pushed, hub.db.read_sync(receipts.largest_size)) == (1, 1)


async def test_more_decisions_than_one_tile_holds(
    hub: Node, centre: SimulatedCentre, tmp_path: Path, clock: ManualClock
) -> None:
    other = open_node(tmp_path / "other", centre, clock, seed=2)
    await enrol_node(other, centre.invitation("kemenkes"))
    publish_many(other, [f"Layanan nomor {number}" for number in range(600)])
    await sync(other)
    other.db.close()
    centre.reconcile()
    await into_hub(hub, answer_file(centre))
    publish(hub, "Satu lagi")
    await sync(hub)
    centre.reconcile()
    read = await into_hub(hub, answer_file(centre, start=600))
    assert read.report.state is RunState.OK
    assert read.report.catalogue_hash == centre.catalogue_hash()


class Crash(BaseException):
    """The process dies here."""


def dies_after(count: int) -> Callable[[Step, Known], None]:
    seen: list[Step] = []

    def progress(step: Step, _known: Known) -> None:
        if len(seen) == count:
            raise Crash
        seen.append(step)

    return progress


@pytest.mark.parametrize("count", range(6))
async def test_an_import_killed_after_any_step_is_carried_on(
    hub: Node, centre: SimulatedCentre, clock: ManualClock, count: int
) -> None:
    publish(hub, "Antrean daring puskesmas")
    centre.lose_answer_at = len(centre.requests) + 2
    await sync(hub)
    centre.reconcile()
    file = answer_file(centre)
    with pytest.raises(Crash):
        await import_file(offline(hub), file, progress=dies_after(count))
    hub.db.close()
    again = open_node(hub.folder, centre, clock, seed=3)
    read = await into_hub(again, file)
    assert read.report.catalogue_hash == centre.catalogue_hash()
    assert again.db.read_sync(receipts.largest_size) == 2
    again.db.close()


async def test_before_enrolment_no_file_is_read(node: Node, centre: SimulatedCentre) -> None:
    other = SimulatedCentre(centre.clock)
    await _enrolled_elsewhere(other, node)
    with pytest.raises(Refused, match="not_enrolled"):
        await into_hub(node, answer_file(other))


async def _enrolled_elsewhere(centre: SimulatedCentre, node: Node) -> None:
    """Makes the centre know hub 51, from another machine."""
    folder = node.folder.parent / "elsewhere"
    other = open_node(folder, centre, ManualClock(), seed=4)
    await enrol_node(other, centre.invitation())
    other.db.close()


@pytest.mark.parametrize(
    "label", [{"hub": "52"}, {"authority": "lain.example"}], ids=["hub", "authority"]
)
async def test_a_file_for_somebody_else_is_refused(
    sent: Node, centre: SimulatedCentre, label: dict[str, str]
) -> None:
    assert await refusal(sent, relabelled(answer_file(centre), **label)) == "courier_foreign"


async def test_a_file_for_the_centre_is_refused(sent: Node, tmp_path: Path) -> None:
    [own] = await from_hub(sent, tmp_path / "stick")
    assert await refusal(sent, own) == "courier_foreign"


async def test_a_damaged_file_is_refused(sent: Node, centre: SimulatedCentre) -> None:
    file = answer_file(centre)
    assert await refusal(sent, file[:-1]) == "courier_truncated"
    assert await refusal(sent, file[:-1] + b"?") == "courier_altered"


async def test_a_file_without_a_national_checkpoint_is_refused(
    sent: Node, centre: SimulatedCentre
) -> None:
    file = without(answer_file(centre), "national/1/checkpoint")
    assert await refusal(sent, file) == "courier_malformed"


async def test_a_file_that_begins_too_late_says_what_to_ask_for(
    sent: Node, centre: SimulatedCentre
) -> None:
    file = relabelled(answer_file(centre), start=2)
    with pytest.raises(CourierRefused, match="central courier export 51 --since 1") as refused:
        await into_hub(sent, file)
    assert refused.value.code == "courier_volume_missing"


async def test_a_receipt_of_another_mirror_is_refused(sent: Node, centre: SimulatedCentre) -> None:
    mirror_key = centre.mirror_key
    centre.mirror_key = replace(mirror_key, seed=b"x" * 32)
    centre.mirrors[ORIGIN].note = _without_cosignature(centre.mirrors[ORIGIN].note)
    assert await refusal(sent, answer_file(centre)) == "receipt_refused"


async def test_an_own_log_under_another_key_is_refused(sent: Node, centre: SimulatedCentre) -> None:
    note = centre.mirrors[ORIGIN].note
    assert note is not None
    forged = changed(answer_file(centre), "mirror/checkpoint", note.replace(b"/1\n3\n", b"/1\n4\n"))
    assert await refusal(sent, forged) == "signature_refused"


async def test_decisions_that_are_not_those_of_the_tree_are_not_kept(
    sent: Node, centre: SimulatedCentre
) -> None:
    honest = answer_file(centre)
    read = await into_hub(sent, changed(honest, "entries/000.p/4", _bundle(4)))
    assert (read.report.state, read.report.code) == (RunState.FAILED, "national_log_damaged")
    assert (await into_hub(sent, honest)).report.state is RunState.OK


async def test_a_national_checkpoint_under_another_key_is_not_kept(
    sent: Node, centre: SimulatedCentre
) -> None:
    national_key = centre.national_key
    centre.national_key = replace(national_key, seed=b"x" * 32)
    forged = answer_file(centre)
    centre.national_key = national_key
    read = await into_hub(sent, forged)
    assert (read.report.state, read.report.code) == (RunState.FAILED, "signature_refused")


async def test_a_part_that_is_missing_stops_the_run_and_harms_nothing(
    sent: Node, centre: SimulatedCentre
) -> None:
    read = await into_hub(sent, without(answer_file(centre), "tile/entries"))
    assert (read.report.state, read.report.code) == (RunState.BLOCKED, "courier_part_missing")
    assert (await into_hub(sent, answer_file(centre))).report.state is RunState.OK


async def test_another_past_is_an_alarm_with_evidence(sent: Node, centre: SimulatedCentre) -> None:
    await into_hub(sent, answer_file(centre))
    kept, centre.national = centre.national, [b'{"another":"past"}', *centre.national[1:]]
    for file in (answer_file(centre), _shorter(centre)):
        read = await into_hub(sent, file)
        assert (read.report.state, read.report.code) == (RunState.ALARM, "national_log_forked")
    assert evidence_of(sent, "national_log_forked")
    centre.national = kept
    assert (await into_hub(sent, answer_file(centre))).report.state is RunState.OK


async def test_an_older_file_is_no_alarm(sent: Node, centre: SimulatedCentre) -> None:
    await into_hub(sent, answer_file(centre))
    read = await into_hub(sent, _shorter(centre))
    assert (read.is_old, read.report.state, read.report.national_size) == (True, RunState.OK, 4)


async def test_a_new_national_log_is_an_alarm(sent: Node, centre: SimulatedCentre) -> None:
    read = await into_hub(sent, answer_file(centre, epoch=2))
    assert (read.report.state, read.report.code) == (RunState.ALARM, "national_epoch_changed")


async def test_how_the_centre_sees_the_hub_is_remembered(
    sent: Node, centre: SimulatedCentre
) -> None:
    read = await into_hub(sent, answer_file(centre, state="suspended"))
    assert (read.report.state, read.report.code) == (RunState.BLOCKED, "hub_suspended")
    who = sent.db.read_sync(identity.get)
    assert who is not None
    assert who.state == "suspended"
    assert (await into_hub(sent, answer_file(centre))).report.state is RunState.OK


async def test_a_receipt_is_forgotten_an_hour_later_by_the_centres_own_time(
    hub: Node, centre: SimulatedCentre, clock: ManualClock
) -> None:
    publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    at_once = answer_file(centre)
    clock.advance(HOUR_S + 1)
    assert (await into_hub(hub, at_once)).report.state is RunState.OK
    later = await into_hub(hub, answer_file(centre))
    assert (later.report.state, later.report.code) == (RunState.ALARM, "receipt_not_honoured")
    assert evidence_of(hub, "receipt_not_honoured")


async def test_entries_are_lost_only_where_the_file_is_later_than_the_receipt(
    hub: Node, centre: SimulatedCentre, clock: ManualClock
) -> None:
    await sync(hub)
    old = answer_file(centre)
    mirror = centre.mirrors[ORIGIN]
    before = replace(mirror, entries=list(mirror.entries), pending=dict(mirror.pending))
    clock.advance(5)
    publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    centre.reconcile()
    assert (await into_hub(hub, old)).report.code == ""
    clock.advance(5)
    centre.mirrors[ORIGIN] = before
    read = await into_hub(hub, answer_file(centre))
    assert (read.report.state, read.report.code) == (RunState.ALARM, "centre_lost_entries")
    assert evidence_of(hub, "centre_lost_entries")


async def test_a_twin_is_found_by_a_file_that_holds_its_log(
    sent: Node, centre: SimulatedCentre, clock: ManualClock
) -> None:
    twin = open_node(sent.folder.parent / "twin", centre, clock, seed=1)
    await enrol_node(twin, centre.invitation())
    centre.mirrors[ORIGIN] = replace(centre.mirrors[ORIGIN], entries=[], pending={}, note=None)
    publish(twin, "Dari mesin kembar")
    await sync(twin)
    twin.db.close()
    read = await into_hub(sent, answer_file(centre, has_own_log=True))
    assert (read.report.state, read.report.code) == (RunState.BLOCKED, "own_log_diverged")
    assert evidence_of(sent, "own_log_diverged")


def _shorter(centre: SimulatedCentre) -> bytes:
    """An answer that the centre wrote when it had half of its decisions."""
    whole = centre.national
    centre.national = whole[: len(whole) // 2]
    file = answer_file(centre)
    centre.national = whole
    return file


def _bundle(count: int) -> bytes:
    """As many other entries as a bundle has."""
    return b"".join(struct.pack(">H", 2) + b"{}" for _ in range(count))


def _without_cosignature(note: bytes | None) -> bytes:
    assert note is not None
    return b"".join(line for line in note.splitlines(keepends=True) if b"/mirror " not in line)
