"""Row G of "Recovery": the centre comes back from an old backup, and nothing that anybody saved or
decided is lost that anybody still holds.

Told over real HTTP, once with the centre on SQLite and once on PostgreSQL.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from central.casework import conflicts, numbers, redaction
from central.casework.person import Person
from central.casework.redaction import RedactionOrder
from central.issued import HistoryLost
from central.projection import proof_of_place
from central.store import decisions as index
from central.store import hub_keys
from hubnode.keys import begin_rotation, load_own_keys
from hubnode.node import Node
from hubnode.store import records
from hubnode.store.runs import RunState
from hubnode.sync.run import sync
from hubnode.verify import verify_node
from hubnode.verify_file import verify_file
from protocol.entries.epoch import EpochOpened
from runtime.system import SystemEntropy
from tests.support.databases import DatabaseUnderTest
from tests.support.nodes import publish
from tests.support.restorable import RestorableFederation
from tests.support.stories import assert_sound, at_centre, at_hub, decisions, who

RINA = Person(by="rina", agency="panrb", reason="UU 15/2022")
BOTH = ("51", "52")


@pytest.fixture
async def federation(
    tmp_path: Path, database_url: str, request: pytest.FixtureRequest
) -> AsyncIterator[RestorableFederation]:
    is_postgres = database_url.startswith("postgresql")
    cluster = request.getfixturevalue("postgres_cluster") if is_postgres else None
    made = DatabaseUnderTest(database_url, cluster)
    async with RestorableFederation(tmp_path, made) as running:
        for name in BOTH:
            await running.hub(name)
        yield running


def number(federation: RestorableFederation, *ids: str) -> dict[str, str]:
    it = federation.centre
    return it.db.run_sync(lambda conn: numbers.assign(conn, it, ids, RINA))


def curate(federation: RestorableFederation, record: str, title: str) -> None:
    it = federation.centre
    it.db.run_sync(
        lambda conn: conflicts.curate(
            conn, it, record=record, set_={"title": title}, by="rina", agency="panrb"
        )
    )


def redact_summary(federation: RestorableFederation, record: str) -> None:
    it = federation.centre
    place = it.db.read_sync(lambda conn: index.of_record(conn, record)[-1])
    order = RedactionOrder(
        record=record, place=place, fields=("summary",), ground="UU 27/2022", second_by="budi"
    )
    it.db.run_sync(lambda conn: redaction.redact(conn, it, order, RINA))


async def work(federation: RestorableFederation, chance: Random, count: int) -> None:
    """Hubs publish and amend, people at the centre number and curate; in some order."""
    for _ in range(count):
        name = chance.choice(BOTH)
        node = federation.nodes[name]
        mine = [it.id for it in node.db.read_sync(lambda conn: records.page(conn, limit=50))]
        again = chance.choice(mine) if mine and chance.random() < 0.4 else None
        publish(node, f"Layanan {chance.randrange(10**6)} {name}", record=again)
        await federation.sync(name)
        everything = sorted(at_centre(federation.centre))
        deed = chance.randrange(3)
        if deed == 0:
            number(federation, chance.choice(everything))
        elif deed == 1:
            curate(federation, chance.choice(everything), f"Dikurasi {chance.randrange(10**6)}")


def assert_verified(node: Node) -> None:
    keys = load_own_keys(node.folder, who(node)).verifiers
    node.db.read_sync(lambda conn: verify_node(conn, node, who(node), keys))


async def assert_whole(federation: RestorableFederation) -> None:
    """Replicas are the centre's catalogue, every log holds, and every hub's database too."""
    await federation.sync(*BOTH)
    for report in await federation.sync(*BOTH):
        assert (report.state, report.code) == (RunState.OK, ""), report
    for node in federation.nodes.values():
        assert at_hub(node) == at_centre(federation.centre)
        assert_verified(node)
    assert_sound(federation.centre)


def opening(federation: RestorableFederation) -> EpochOpened:
    found = [it for it in decisions(federation.centre) if isinstance(it, EpochOpened)]
    return found[-1]


@pytest.mark.parametrize("seed", range(3))
async def test_all_that_hubs_hold_comes_back(federation: RestorableFederation, seed: int) -> None:
    chance = Random(seed)
    await work(federation, chance, chance.randrange(1, 4))
    backup = await federation.back_up()
    await work(federation, chance, chance.randrange(1, 5))
    await federation.sync(*BOTH)
    before = at_centre(federation.centre)
    await federation.restore(backup)
    found = await federation.recover(BOTH)
    assert (found.missing, found.awaited) == (0, ())
    for name in BOTH:
        report = await sync(federation.nodes[name])
        assert (report.state, report.code) == (RunState.ATTENTION, "national_epoch_followed")
    assert at_centre(federation.centre) == before
    assert opening(federation).size == opening(federation).known_size
    await assert_whole(federation)


async def test_a_centre_whose_mark_is_ahead_does_not_serve(
    federation: RestorableFederation,
) -> None:
    backup = await federation.back_up()
    publish(federation.nodes["51"], "Antrean daring")
    await federation.sync("51")
    await federation.restore(backup)
    with pytest.raises(HistoryLost, match="central recover"):
        await federation.start()
    await federation.recover(BOTH)
    await assert_whole(federation)


async def test_without_its_mark_the_first_hub_that_knows_more_stops_it(
    federation: RestorableFederation,
) -> None:
    backup = await federation.back_up()
    publish(federation.nodes["51"], "Antrean daring")
    await federation.sync(*BOTH)
    before = at_centre(federation.centre)
    publish(federation.nodes["51"], "Belum terkirim")
    await federation.restore(backup, with_mark=False)
    await federation.start()
    report = await sync(federation.nodes["51"])
    assert (report.state, report.code) == (RunState.ALARM, "national_log_behind")
    with pytest.raises(HistoryLost):
        await federation.settle()
    await federation.stop()
    await federation.recover(BOTH)
    assert at_centre(federation.centre) == before
    await assert_whole(federation)
    assert len(at_centre(federation.centre)) == len(before) + 1


async def test_twice_in_a_row_opens_two_epochs(federation: RestorableFederation) -> None:
    chance = Random(7)
    oldest = await federation.back_up()
    await work(federation, chance, 2)
    await federation.sync(*BOTH)
    await federation.restore(oldest)
    await federation.recover(BOTH)
    await assert_whole(federation)
    await work(federation, chance, 2)
    await federation.sync(*BOTH)
    before = at_centre(federation.centre)
    await federation.restore(oldest)
    found = await federation.recover(BOTH)
    assert found.missing == 0
    assert (opening(federation).epoch, federation.centre.epoch) == (3, 3)
    assert at_centre(federation.centre) == before
    await assert_whole(federation)


async def test_numbers_and_curations_are_what_they_were(federation: RestorableFederation) -> None:
    record = publish(federation.nodes["51"], "Antrean daring")
    await federation.sync("51")
    backup = await federation.back_up()
    given = number(federation, record)
    curate(federation, record, "Antrean Daring Puskesmas")
    await federation.sync(*BOTH)
    await federation.restore(backup)
    await federation.recover(["52"])
    assert number(federation, record) == {}
    again = publish(federation.nodes["51"], "Yang lain")
    await federation.sync("51")
    assert number(federation, again)[again] > given[record]
    await assert_whole(federation)


async def test_what_was_redacted_stays_redacted(federation: RestorableFederation) -> None:
    record = publish(federation.nodes["51"], "Antrean daring", summary="Sakit jantung sejak kecil")
    await federation.sync(*BOTH)
    backup = await federation.back_up()
    redact_summary(federation, record)
    await federation.sync(*BOTH)
    await federation.restore(backup)
    await federation.recover(BOTH)
    await assert_whole(federation)
    assert b"jantung" not in at_centre(federation.centre)[record]
    assert federation.centre.db.read_sync(federation.centre.logs.is_redacted)


async def test_a_rotation_in_between_is_known_again(federation: RestorableFederation) -> None:
    node = federation.nodes["51"]
    publish(node, "Antrean daring")
    await federation.sync(*BOTH)
    backup = await federation.back_up()
    begin_rotation(node.folder, who(node), SystemEntropy())
    await federation.sync("51")
    publish(node, "Di bawah kunci baru")
    await federation.sync(*BOTH)
    await federation.restore(backup)
    await federation.recover(["52", "51"])
    await assert_whole(federation)
    it = federation.centre
    origin = who(node).origin
    assert len(it.db.read_sync(lambda conn: hub_keys.of_log(conn, origin))) == 2


async def test_what_nobody_holds_is_said_and_decided_again(
    federation: RestorableFederation,
) -> None:
    backup = await federation.back_up()
    publish(federation.nodes["51"], "Antrean daring")
    await sync(federation.nodes["51"])
    await federation.settle()
    await federation.restore(backup)
    found = await federation.recover(BOTH)
    assert found.missing == 2
    assert opening(federation).known_size - opening(federation).size == 2
    await assert_whole(federation)
    assert len(at_centre(federation.centre)) == 1


async def test_a_hub_that_comes_late_keeps_what_was_left_out_as_evidence(
    federation: RestorableFederation,
) -> None:
    backup = await federation.back_up()
    record = publish(federation.nodes["51"], "Antrean daring")
    await federation.sync("51")
    curate(federation, record, "Tidak dibawa serta")
    await sync(federation.nodes["51"])
    await federation.restore(backup)
    await federation.recover(["52"])
    report = await sync(federation.nodes["51"])
    assert report.code == "national_epoch_followed"
    kept = list((federation.nodes["51"].folder / "evidence").glob("national_decisions_dropped-*"))
    assert b"Tidak dibawa serta" in kept[0].read_bytes()
    await assert_whole(federation)


async def test_centre_and_hub_go_back_at_once(federation: RestorableFederation) -> None:
    publish(federation.nodes["51"], "Antrean daring")
    await federation.sync(*BOTH)
    backup, of_hub = await federation.back_up(), await federation.back_up_hub("51")
    publish(federation.nodes["51"], "Yang hilang di dua sisi")
    await federation.sync(*BOTH)
    await federation.restore(backup)
    await federation.restore_hub("51", of_hub)
    await federation.recover(BOTH)
    before = at_centre(federation.centre)
    assert len(before) == 2
    await sync(federation.nodes["51"])
    assert at_hub(federation.nodes["51"]) == at_centre(federation.centre)


async def test_a_proof_of_the_closed_log_still_holds(federation: RestorableFederation) -> None:
    publish(federation.nodes["51"], "Antrean daring")
    await federation.sync(*BOTH)
    it = federation.centre
    proof = it.db.read_sync(lambda conn: proof_of_place(conn, it, 0))
    backup = await federation.back_up()
    await federation.sync(*BOTH)
    await federation.restore(backup)
    await federation.recover(BOTH)
    await federation.sync(*BOTH)
    key = who(federation.nodes["51"]).national_verifier
    assert proof is not None
    assert verify_file(proof, key)["verified"]


async def test_an_epoch_that_carries_over_something_else_is_an_alarm(
    federation: RestorableFederation,
) -> None:
    publish(federation.nodes["51"], "Antrean daring")
    await federation.sync(*BOTH)
    backup = await federation.back_up()
    publish(federation.nodes["51"], "Cabang pertama")
    await federation.sync("51")
    await federation.restore(backup, with_mark=False)
    await federation.start()
    publish(federation.nodes["52"], "Cabang kedua")
    await federation.sync("52")
    await federation.stop()
    await federation.recover(["52"])
    report = await sync(federation.nodes["51"])
    assert (report.state, report.code) == (RunState.ALARM, "epoch_refused")


async def test_what_was_sent_and_redacted_in_between_is_sent_again_without_its_bytes(
    federation: RestorableFederation,
) -> None:
    backup = await federation.back_up()
    record = publish(federation.nodes["51"], "Antrean daring", summary="Sakit jantung sejak kecil")
    await federation.sync(*BOTH)
    redact_summary(federation, record)
    await federation.sync(*BOTH)
    publish(federation.nodes["51"], "Yang berikutnya")
    await federation.sync(*BOTH)
    before = at_centre(federation.centre)
    await federation.restore(backup)
    await federation.recover(BOTH)
    await assert_whole(federation)
    assert at_centre(federation.centre) == before
