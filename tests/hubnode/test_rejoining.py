"""Ending case C, closely: what is kept, what comes back, and being killed in the middle of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from central.store import reports
from central.troubles import sentence_of
from hubnode.damage import Damage
from hubnode.recovering import RecoveryCancelled
from hubnode.rejoining import Finding
from hubnode.store import outbox, records
from hubnode.store.runs import history
from hubnode.sync.plan import Offer, Send
from hubnode.sync.run import sync
from hubnode.verify_file import verify_file
from protocol.canonical import parse
from protocol.catalogue import conflicts
from protocol.entries.changes import RecordPut, decode_change
from protocol.record_state import decode_record_state
from tests.support.federation import FederationUnderTest
from tests.support.machines import Dice, Machine, assert_whole
from tests.support.nodes import own_entries, publish
from tests.support.stories import at_hub, first_record, who

KILLED_AT = ("recover-evidence", "recover-mark", "recover-done")


@pytest.fixture
async def federation(tmp_path: Path) -> AsyncIterator[FederationUnderTest]:
    async with FederationUnderTest(tmp_path, f"sqlite:///{tmp_path}/centre.sqlite") as running:
        yield running


@pytest.fixture
async def twin(federation: FederationUnderTest) -> Machine:
    """A frozen machine: one record was amended on both branches, on this one twice."""
    machine = await Machine.enrolled(federation)
    machine.edit(Dice(1), 1)
    await federation.sync(machine.node)
    record = first_record(machine.node)
    old = await machine.backup("lama")
    amend(machine, record, "Cabang sini, pertama")
    amend(machine, record, "Cabang sini, kedua")
    await machine.sign_and_die(Offer)
    newer = await machine.backup("baru")
    await machine.restore(old, marks="backup")
    amend(machine, record, "Cabang pusat")
    await federation.sync(machine.node)
    await machine.restore(newer, marks="backup")
    return machine


def amend(machine: Machine, record: str, title: str) -> None:
    machine.saved.append((record, title))
    publish(machine.node, title, record=record)


def seen_own(entry: bytes) -> int:
    change = decode_change(entry)
    assert isinstance(change, RecordPut)
    return change.seen.own


async def test_both_branches_are_kept_as_a_dispute_that_anyone_can_check(twin: Machine) -> None:
    found = await twin.recover()
    (path,) = found.evidence
    file = path.read_bytes()
    checked = verify_file(file, who(twin.node).national_verifier)
    assert (checked["kind"], checked["origin"]) == ("evidence.dispute", who(twin.node).origin)
    evidence = parse(file)
    assert isinstance(evidence, dict)
    assert evidence["common_size"] == 2


async def test_what_comes_back_claims_to_have_seen_nothing_of_the_centres_branch(
    twin: Machine,
) -> None:
    await twin.recover()
    entries = own_entries(twin.node)
    assert [seen_own(entry) for entry in entries[-3:]] == [2, 2, 2]
    assert len(entries) == 5


async def test_a_contradiction_between_the_branches_is_a_conflict(
    twin: Machine,
) -> None:
    record = first_record(twin.node)
    await twin.recovered()
    state = decode_record_state(at_hub(twin.node)[record])
    values = {write.value for write in conflicts(state)["title"]}
    assert {"Cabang pusat", "Cabang sini, kedua"} <= values
    assert_whole(twin)


async def test_it_says_first_what_it_will_do(twin: Machine) -> None:
    publish(twin.node, "Menunggu saat beku")
    asked: list[Finding | Damage] = []

    def refuse(finding: Finding | Damage) -> bool:
        asked.append(finding)
        return False

    before = own_entries(twin.node)
    with pytest.raises(RecoveryCancelled):
        await twin.recover(refuse)
    (finding,) = asked
    said = finding.document()
    assert (said["from_centre"], said["pending_again"], said["waiting"]) == (1, 2, 1)
    assert "Dari pusat: 1; kembali tertunda: 2; sudah menunggu: 1." in finding.sentence.id
    assert own_entries(twin.node) == before
    assert twin.status()["state"] == "blocked"


@pytest.mark.parametrize("where", KILLED_AT)
async def test_whoever_is_killed_in_the_middle_says_it_again(
    twin: Machine, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def die(name: str) -> None:
        if name == where:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("hubnode.rejoining.failpoint", die)
        with pytest.raises(KeyboardInterrupt):
            await twin.recover()
    await twin.stop()
    await twin.start()
    await twin.recovered()
    assert_whole(twin)
    assert len(list((twin.folder / "evidence").glob("own_log_diverged-*"))) <= 2


async def test_the_history_says_what_was_done(twin: Machine) -> None:
    await twin.recover()
    runs = twin.node.db.read_sync(lambda conn: history(conn, limit=9))
    (mended,) = [run for run in runs if run.code == "own_log_rejoined"]
    assert "kembali tertunda: 2" in mended.sentence


async def test_own_records_follow_the_centre_again_once_all_is_decided(twin: Machine) -> None:
    await twin.recovered()

    record = first_record(twin.node)
    own = twin.node.db.read_sync(lambda conn: records.get(conn, record))
    assert own is not None
    assert own.last_own == len(own_entries(twin.node)) - 1
    assert twin.node.db.read_sync(outbox.count) == 0


async def test_a_signature_that_the_centre_holds_over_lost_changes_is_not_signed_over(
    federation: FederationUnderTest,
) -> None:
    machine = await Machine.enrolled(federation)
    machine.edit(Dice(1), 1)
    await federation.sync(machine.node)
    old = await machine.backup("lama")
    machine.edit(Dice(2), 1)
    await machine.sign_and_die(Send)
    await machine.restore(old, marks="lost")
    machine.edit(Dice(3), 1)
    found = await machine.recover()
    assert [it.code for it in found.findings] == ["own_log_stuck"]
    assert found.is_stuck
    assert machine.status()["pending"] == 1


def told_of(federation: FederationUnderTest) -> tuple[str, bool]:
    """The trouble that the admin reads of hub 51, and whether it is over."""
    row = federation.centre.db.read_sync(lambda conn: reports.get(conn, "51"))
    assert row is not None
    assert row.trouble not in sentence_of(row.trouble).en
    return row.trouble, not row.code


async def test_the_admin_reads_of_it_too(federation: FederationUnderTest, twin: Machine) -> None:
    await sync(twin.node)
    assert told_of(federation) == ("own_log_diverged", False)
    await twin.recovered()
    assert told_of(federation) == ("own_log_rejoined", True)
