"""Hubs and a centre over real HTTP, on both databases: what they live through together."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from central import projection
from central.casework import conflicts as casework
from central.casework import holds, hub_states
from central.casework.person import Person
from central.centre import Centre
from central.rebuild import rebuild
from hubnode.authoring import Desk, UnknownRecord, own_record
from hubnode.node import Node
from hubnode.review import open_conflicts, record_history
from hubnode.showing import foreign_record
from hubnode.store import records
from hubnode.store.records import OwnRecord
from hubnode.sync.run import sync
from hubnode.verify_file import verify_file
from protocol.canonical import Json, parse
from protocol.catalogue import shown_record
from protocol.errors import ProtocolError
from protocol.record_state import decode_record_state
from protocol.tlog_proof import format_proof_file, parse_proof_file
from tests.support.federation import FederationUnderTest
from tests.support.nodes import own_entries, pending_count, publish
from tests.support.servers import ask
from tests.support.stories import assert_sound, at_centre, at_hub, first_record, revoke, who


def edit(node: Node, record: str, change: Callable[[Desk, OwnRecord], None]) -> None:
    """An edit as the operator makes it."""

    def work(conn: Connection) -> None:
        desk = Desk.open(conn, node, who(node), by="operator")
        change(desk, own_record(conn, record))
        desk.save(conn)

    node.db.run_sync(work)


def curate(centre: Centre, record: str, title: str) -> None:
    centre.db.run_sync(
        lambda conn: casework.curate(
            conn, centre, record=record, set_={"title": title}, by="rina", agency="panrb"
        )
    )


async def page(federation: FederationUnderTest, path: str) -> dict[str, Json]:
    answer = await ask(federation.url + path)
    assert answer.status == 200
    value = parse(answer.body)
    assert isinstance(value, dict)
    return value


async def title(federation: FederationUnderTest, record: str) -> Json:
    shown = await page(federation, f"/api/v1/innovations/{record}")
    content = shown["record"]
    assert isinstance(content, dict)
    return content["title"]


async def test_what_a_hub_imports_the_nation_reads(
    federation: FederationUnderTest, bali: Node
) -> None:
    listed = await page(federation, "/api/v1/innovations?limit=100")
    own = bali.db.read_sync(lambda conn: records.page(conn, limit=100))
    items = listed["items"]
    assert isinstance(items, list)
    assert {it["id"] for it in items if isinstance(it, dict)} == {record.id for record in own}
    assert pending_count(bali) == 0
    assert_sound(federation.centre)


async def test_every_replica_is_the_centres_catalogue_byte_for_byte(
    federation: FederationUnderTest, bali: Node
) -> None:
    java = await federation.hub("35")
    publish(java, "Lapor cepat jalan berlubang")
    await federation.sync(java)
    await federation.sync(bali)
    centre = federation.centre
    assert at_hub(java) == at_hub(bali) == at_centre(centre)
    hashed = centre.db.read_sync(lambda conn: projection.catalogue_hash(conn, centre))
    reports = [await sync(node) for node in (java, bali)]
    assert {report.catalogue_hash for report in reports} == {hashed}


async def test_a_conflict_is_seen_on_both_sides_and_ends_with_the_hubs_next_write(
    federation: FederationUnderTest, bali: Node
) -> None:
    record, centre = first_record(bali), federation.centre
    curate(centre, record, "Judul dari kurator")
    publish(bali, "Judul dari Bali", record=record)
    await federation.sync(bali)

    seen_here = bali.db.read_sync(lambda conn: open_conflicts(conn, bali, who(bali)))
    [seen_there] = centre.db.read_sync(lambda conn: casework.list_conflicts(conn, centre))
    assert {it["value"] for it in seen_here} == {"Judul dari kurator", "Judul dari Bali"}
    assert {head.value for head in seen_there.heads} == {it["value"] for it in seen_here}
    assert await title(federation, record) == "Judul dari Bali"

    publish(bali, "Judul yang disepakati", record=record)
    await federation.sync(bali)
    assert centre.db.read_sync(lambda conn: casework.list_conflicts(conn, centre)) == []
    assert bali.db.read_sync(lambda conn: open_conflicts(conn, bali, who(bali))) == []
    assert await title(federation, record) == "Judul yang disepakati"
    assert at_hub(bali) == at_centre(centre)
    assert_sound(centre)


async def test_a_conflict_ends_with_the_curators_word_too(
    federation: FederationUnderTest, bali: Node
) -> None:
    record, centre = first_record(bali), federation.centre
    curate(centre, record, "Judul dari kurator")
    publish(bali, "Judul dari Bali", record=record)
    await federation.sync(bali)
    centre.db.run_sync(
        lambda conn: casework.resolve(
            conn,
            centre,
            record=record,
            field="title",
            value="Judul dari kurator",
            by="rina",
            agency="panrb",
        )
    )
    await federation.sync(bali)
    assert bali.db.read_sync(lambda conn: open_conflicts(conn, bali, who(bali))) == []
    assert await title(federation, record) == "Judul dari kurator"
    assert at_hub(bali) == at_centre(centre)


async def test_what_is_withdrawn_disappears_and_what_is_restored_is_back(
    federation: FederationUnderTest, bali: Node
) -> None:
    record = first_record(bali)
    total = (await page(federation, "/api/v1/innovations"))["total"]
    assert isinstance(total, int)
    edit(bali, record, lambda desk, own: desk.withdraw(own, "Tercatat dua kali"))
    await federation.sync(bali)
    assert (await page(federation, "/api/v1/innovations"))["total"] == total - 1
    assert (await page(federation, f"/api/v1/innovations/{record}"))["state"] == "withdrawn"
    edit(bali, record, lambda desk, own: desk.restore(own, "Keliru"))
    await federation.sync(bali)
    assert (await page(federation, "/api/v1/innovations"))["total"] == total
    assert at_hub(bali) == at_centre(federation.centre)
    assert_sound(federation.centre)


async def test_a_proof_from_the_web_verifies_offline(
    federation: FederationUnderTest, bali: Node
) -> None:
    record = first_record(bali)
    answer = await ask(f"{federation.url}/api/v1/innovations/{record}/proof")
    key = who(bali).national_verifier
    shown = verify_file(answer.body, key)
    decision = shown["decision"]
    assert shown["verified"] is True
    assert isinstance(decision, dict)
    assert decision["record"] == record


@pytest.mark.parametrize("database_url", [""])  # what is proved does not depend on it
@pytest.mark.parametrize("part", [b"Judul yang dibuktikan", b"test.jippnas.example/national/1"])
async def test_a_proof_that_was_altered_does_not_verify(
    federation: FederationUnderTest, bali: Node, part: bytes
) -> None:
    record = publish(bali, "Judul yang dibuktikan")
    await federation.sync(bali)
    file = (await ask(f"{federation.url}/api/v1/innovations/{record}/proof")).body
    key = who(bali).national_verifier
    assert verify_file(file, key)["verified"] is True
    with pytest.raises(ProtocolError):
        verify_file(_altered(file, part), key)


def _altered(file: bytes, part: bytes) -> bytes:
    """The file with another byte in `part`: of its checkpoint, or of the decision beside it."""
    proof = parse_proof_file(file)
    if part in proof.checkpoint:
        return file.replace(part, part[:-1] + b"2")
    assert proof.extra is not None
    assert part in proof.extra
    return format_proof_file(replace(proof, extra=proof.extra.replace(part, part[:-1] + b"!")))


async def test_a_suspended_hub_keeps_its_changes_and_sends_them_once_it_is_resumed(
    federation: FederationUnderTest, bali: Node
) -> None:
    centre, rina = federation.centre, Person(by="rina", agency="panrb", reason="Server disita")
    centre.db.run_sync(lambda conn: hub_states.suspend(conn, centre, "51", rina))
    record = first_record(bali)
    publish(bali, "Judul sewaktu ditangguhkan", record=record)
    report = await sync(bali)
    assert (report.state, report.code) == ("blocked", "hub_suspended")
    assert "ditangguhkan" in report.sentence
    centre.db.run_sync(lambda conn: hub_states.resume(conn, centre, "51", rina))
    assert (await federation.sync(bali)).state == "ok"
    shown = shown_record(decode_record_state(at_centre(centre)[record]))
    assert shown["title"] == "Judul sewaktu ditangguhkan"


async def test_a_revoked_hub_is_refused_and_loses_nothing(
    federation: FederationUnderTest, bali: Node
) -> None:
    centre, before = federation.centre, at_centre(federation.centre)
    revoke(centre, "51")
    record = publish(bali, "Ditulis sesudah pencabutan")
    log = own_entries(bali)
    reports = [await federation.sync(bali) for _ in range(2)]
    assert {report.state.value for report in reports} == {"blocked"}
    assert all(report.sentence for report in reports)
    assert at_centre(centre) == before
    assert own_entries(bali)[: len(log)] == log
    own = bali.db.read_sync(lambda conn: own_record(conn, record))
    assert own.fields["title"] == "Ditulis sesudah pencabutan"
    kept = len(own_entries(bali)) - len(log) + pending_count(bali)
    assert kept == 1
    assert_sound(centre)


async def test_a_hub_learns_what_became_of_its_word(
    federation: FederationUnderTest, bali: Node
) -> None:
    record = first_record(bali)
    edit(bali, record, lambda desk, own: desk.attest(own, "2026"))
    await federation.sync(bali)
    history = bali.db.read_sync(lambda conn: record_history(conn, bali, who(bali), record))
    assert [it["outcome"] for it in history] == ["applied", "applied"]


async def test_a_centre_that_was_put_together_again_serves_the_same_catalogue(
    federation: FederationUnderTest, bali: Node
) -> None:
    curate(federation.centre, first_record(bali), "Judul dari kurator")
    path = "/api/v1/innovations?limit=100"
    before = await page(federation, path)
    assert rebuild(federation.centre).identical
    assert await page(federation, path) == before
    await federation.sync(bali)
    assert at_hub(bali) == at_centre(federation.centre)


async def test_a_proposal_counts_once_the_centre_has_released_it(
    federation: FederationUnderTest, bali: Node
) -> None:
    ntb = await federation.hub("52")
    await federation.sync(ntb)
    record = first_record(bali)

    def propose(conn: Connection) -> None:
        owner, shown = foreign_record(conn, ntb, record, hub="52")
        assert owner == "51"
        desk = Desk.open(conn, ntb, who(ntb), by="operator")
        desk.propose(record, shown, {"short_name": "USULAN"}, [])
        desk.save(conn)

    ntb.db.run_sync(propose)
    assert (await federation.sync(ntb)).standings == {"noted": 1, "proposed": 1}
    (waiting,) = federation.centre.db.read_sync(holds.list_waiting)
    federation.centre.db.run_sync(
        lambda conn: holds.release_change(
            conn, federation.centre, place=waiting.place, by="rina", agency="panrb"
        )
    )
    await federation.sync(bali)
    own = bali.db.read_sync(lambda conn: own_record(conn, record))
    assert own.fields["short_name"] == "USULAN"


async def test_nobody_proposes_to_himself_nor_about_what_nobody_knows(
    federation: FederationUnderTest, bali: Node
) -> None:
    for record in (first_record(bali), "01900000-0000-7000-8000-000000000000"):
        with pytest.raises(UnknownRecord):
            bali.db.read_sync(lambda conn: foreign_record(conn, bali, record, hub="51"))  # noqa: B023
    assert_sound(federation.centre)
