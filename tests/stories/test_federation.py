"""Hubs and a centre over real HTTP, on both databases: what they live through together."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from central import projection, registry
from central.casework import conflicts as casework
from central.centre import Centre
from central.rebuild import rebuild
from central.verifying import verify_logs
from deploy.demo.federation import DATA
from hubnode.authoring import Desk, own_record
from hubnode.imports.mapping import load_mapping
from hubnode.imports.readers import read_table
from hubnode.node import Node
from hubnode.review import open_conflicts
from hubnode.store import identity, outcomes, records
from hubnode.store.identity import Identity
from hubnode.store.records import OwnRecord
from hubnode.sync.run import sync
from hubnode.verify import verify_proof_file
from protocol.canonical import Json, parse
from protocol.enrolment import encode_enrol_request
from protocol.entries.decisions import ChangeProposed, ChangeVoid, Decision, decode_decision
from protocol.errors import ProtocolError
from protocol.limits import CHANGE_BYTES_MAX
from protocol.tlog_proof import format_proof_file, parse_proof_file
from runtime.database import Database
from runtime.documents import DocumentStore
from runtime.ports import Response
from tests.support.author import Author
from tests.support.federation import AUTHORITY, FederationUnderTest, import_into
from tests.support.nodes import own_entries, pending_count, publish
from tests.support.servers import ask


@pytest.fixture
async def federation(tmp_path: Path, database_url: str) -> AsyncIterator[FederationUnderTest]:
    async with FederationUnderTest(tmp_path, database_url) as running:
        yield running


@pytest.fixture
async def bali(federation: FederationUnderTest) -> Node:
    """A hub whose imported records the centre has taken and decided."""
    node = await federation.hub("51")
    table = read_table(DATA / "51.csv")
    report = import_into(node, table, load_mapping("template", folder=federation.folder))
    assert (report.added, report.errors) == (len(table.rows), [])
    assert (await federation.sync(node)).state == "ok"
    return node


def who(node: Node) -> Identity:
    found = node.db.read_sync(identity.get)
    assert found is not None
    return found


def first_record(node: Node) -> str:
    [record] = node.db.read_sync(lambda conn: records.page(conn, limit=1))
    return record.id


def edit(node: Node, record: str, change: Callable[[Desk, OwnRecord], None]) -> None:
    """An edit as the operator makes it."""

    def work(conn: Connection) -> None:
        desk = Desk.open(conn, node, who(node), by="operator")
        change(desk, own_record(conn, record))
        desk.save(conn)

    node.db.run_sync(work)


def contents(db: Database, documents: DocumentStore) -> dict[str, bytes]:
    """Every record of a catalogue, as the exact bytes of its state."""

    def work(conn: Connection) -> dict[str, bytes]:
        return documents.get_many(conn, [record for record, _ in documents.digests(conn)])

    return db.read_sync(work)


def at_centre(centre: Centre) -> dict[str, bytes]:
    return contents(centre.db, centre.documents)


def at_hub(node: Node) -> dict[str, bytes]:
    return contents(node.db, node.documents)


def curate(centre: Centre, record: str, title: str) -> None:
    centre.db.run_sync(
        lambda conn: casework.curate(
            conn, centre, record=record, set_={"title": title}, by="rina", agency="panrb"
        )
    )


def revoke(centre: Centre, hub: str) -> None:
    centre.db.run_sync(lambda conn: registry.revoke(conn, centre, hub, "hilang"))


def decisions(centre: Centre) -> list[Decision]:
    def read(conn: Connection) -> list[bytes]:
        log = centre.logs.open(conn, centre.national_origin)
        return list(centre.logs.entries(conn, log, 0, log.tree.size))

    return [decode_decision(entry) for entry in centre.db.read_sync(read)]


def assert_sound(centre: Centre) -> None:
    """The centre's logs hold, and its catalogue is what the national log adds up to."""
    checks = centre.db.read_sync(lambda conn: list(verify_logs(conn, centre)))
    assert [check.sentence for check in checks if not check.is_ok] == []
    assert rebuild(centre).identical


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


def refusal(answer: Response) -> tuple[int, object]:
    """Status and code of a problem document; never the service's own mistake."""
    document = parse(answer.body)
    assert isinstance(document, dict)
    assert answer.status < 500
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert document["status"] == answer.status
    assert document["text_id"]
    return answer.status, document["code"]


async def post(federation: FederationUnderTest, path: str, body: bytes) -> Response:
    return await ask(federation.url + "/sync/v1/" + path, method="POST", body=body)


async def guest(federation: FederationUnderTest, hub: str = "lan") -> Author:
    """A hub without a node: it sends whatever a test makes by hand."""
    author, centre = Author(authority=AUTHORITY, hub=hub, seed=9), federation.centre
    invitation = centre.db.run_sync(
        lambda conn: registry.create_invitation(
            conn, centre, hub=hub, name=hub, hours=1, url=federation.url
        )
    )
    body = encode_enrol_request(author.enrol_request(invitation))
    assert (await post(federation, "enrol", body)).status == 201
    return author


async def submit(federation: FederationUnderTest, author: Author) -> None:
    """Sends the whole log of a guest and has it decided."""
    assert (await post(federation, "add-checkpoint", author.add_checkpoint())).status == 200
    assert (await post(federation, "add-entries", author.add_entries())).status == 200
    await federation.settle()


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

    seen_here = bali.db.read_sync(lambda conn: open_conflicts(conn, who(bali)))
    [seen_there] = centre.db.read_sync(casework.list_conflicts)
    assert {it["value"] for it in seen_here} == {"Judul dari kurator", "Judul dari Bali"}
    assert {head.value for head in seen_there.heads} == {it["value"] for it in seen_here}
    assert await title(federation, record) == "Judul dari Bali"

    publish(bali, "Judul yang disepakati", record=record)
    await federation.sync(bali)
    assert centre.db.read_sync(casework.list_conflicts) == []
    assert bali.db.read_sync(lambda conn: open_conflicts(conn, who(bali))) == []
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
    assert bali.db.read_sync(lambda conn: open_conflicts(conn, who(bali))) == []
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
    origin, keys = who(bali).national, [who(bali).national_verifier]
    shown = verify_proof_file(answer.body, origin=origin, keys=keys)
    decision = shown["decision"]
    assert shown["verified"] is True
    assert isinstance(decision, dict)
    assert decision["record"] == record


@pytest.mark.parametrize("part", [b"Judul yang dibuktikan", b"test.jippnas.example/national/1"])
async def test_a_proof_that_was_altered_does_not_verify(
    federation: FederationUnderTest, bali: Node, part: bytes
) -> None:
    record = publish(bali, "Judul yang dibuktikan")
    await federation.sync(bali)
    file = (await ask(f"{federation.url}/api/v1/innovations/{record}/proof")).body
    origin, keys = who(bali).national, [who(bali).national_verifier]
    assert verify_proof_file(file, origin=origin, keys=keys)["verified"] is True
    with pytest.raises(ProtocolError):
        verify_proof_file(_altered(file, part), origin=origin, keys=keys)


def _altered(file: bytes, part: bytes) -> bytes:
    """The file with another byte in `part`: of its checkpoint, or of the decision beside it."""
    proof = parse_proof_file(file)
    if part in proof.checkpoint:
        return file.replace(part, part[:-1] + b"2")
    assert proof.extra is not None
    assert part in proof.extra
    return format_proof_file(replace(proof, extra=proof.extra.replace(part, part[:-1] + b"!")))


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


async def test_a_revoked_key_is_told_so_by_the_sync_protocol(
    federation: FederationUnderTest,
) -> None:
    lan = await guest(federation)
    revoke(federation.centre, "lan")
    answer = await post(federation, "add-checkpoint", lan.add_checkpoint())
    assert refusal(answer) == (403, "key_revoked")


async def test_a_hub_that_is_unknown_gets_nowhere(federation: FederationUnderTest) -> None:
    stranger = Author(authority=AUTHORITY, hub="99", seed=9)
    for path, body in (
        ("add-checkpoint", stranger.add_checkpoint()),
        ("add-entries", stranger.add_entries()),
    ):
        assert refusal(await post(federation, path, body)) == (404, "unknown_origin")


async def test_a_wrong_key_gets_nowhere(federation: FederationUnderTest) -> None:
    lan = await guest(federation)
    thief = Author(authority=AUTHORITY, hub="lan", seed=10)
    answer = await post(federation, "add-checkpoint", thief.add_checkpoint())
    assert refusal(answer) == (403, "signature_refused")
    await submit(federation, lan)
    assert_sound(federation.centre)


@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.6, 0.99])
async def test_a_body_that_was_cut_is_a_clear_refusal_and_the_rest_arrives_later(
    federation: FederationUnderTest, part: float
) -> None:
    lan = await guest(federation)
    lan.grow(5)
    for path, body in (
        ("add-checkpoint", lan.add_checkpoint()),
        ("add-entries", lan.add_entries()),
    ):
        status, code = refusal(await post(federation, path, body[: int(len(body) * part)]))
        assert status in {400, 403}, code
        assert (await post(federation, path, body)).status == 200
    await federation.settle()
    assert_sound(federation.centre)


async def test_an_enrolment_that_was_cut_is_refused(federation: FederationUnderTest) -> None:
    for body in (b"", b"{", b"[]", b"\xff", b'{"hub":"51"}', b"null"):
        status, _ = refusal(await post(federation, "enrol", body))
        assert status == 400


async def test_another_hubs_record_is_a_proposal_and_stays_as_it_was(
    federation: FederationUnderTest, bali: Node
) -> None:
    record, lan = first_record(bali), await guest(federation)
    before = at_centre(federation.centre)[record]
    lan.put(1, {"title": "Judul dari hub lain"}, record=record)
    await submit(federation, lan)
    assert isinstance(decisions(federation.centre)[-1], ChangeProposed)
    assert at_centre(federation.centre)[record] == before
    await sync(bali)
    assert at_hub(bali) == at_centre(federation.centre)


async def test_an_entry_that_is_too_large_is_held_and_blocks_nothing(
    federation: FederationUnderTest,
) -> None:
    lan = await guest(federation)
    lan.put(1, {"title": "Terlalu besar", "background": "x" * CHANGE_BYTES_MAX})
    lan.entries.append(b"\0" * 65_535)
    lan.put(2, {"title": "Antrean daring", "region": "51", "started": "2024"})
    await submit(federation, lan)
    held, void, applied = decisions(federation.centre)[-3:]
    assert getattr(held, "code", "") == "change_too_large"
    assert isinstance(void, ChangeVoid)
    assert getattr(applied, "outcome", "") == "applied"
    assert_sound(federation.centre)


async def test_bytes_beyond_every_limit_are_too_large(federation: FederationUnderTest) -> None:
    for path in ("enrol", "add-checkpoint", "cosign"):
        answer = await post(federation, path, b"x" * 200_000)
        assert answer.status == 413


async def test_a_hub_learns_what_became_of_its_word(
    federation: FederationUnderTest, bali: Node
) -> None:
    record = first_record(bali)
    edit(bali, record, lambda desk, own: desk.attest(own, "2026"))
    await federation.sync(bali)
    assert bali.db.read_sync(lambda conn: outcomes.of_record(conn, record))[0].outcome == "applied"


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
