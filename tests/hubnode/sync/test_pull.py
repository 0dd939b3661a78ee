"""Fetching: nothing is kept that does not add up, and nothing that was kept is ever reset."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from hubnode import replica
from hubnode.authoring import Desk, own_record
from hubnode.node import Node
from hubnode.store import identity
from hubnode.store.runs import RunState
from hubnode.sync.run import sync
from protocol.canonical import parse
from protocol.disputes import Dispute, check_dispute
from protocol.entries.hub_decisions import HubEnrolled
from protocol.evidence import parse_evidence
from protocol.keys import SignatureType, SigningKey
from runtime.durable import IssuedMark
from runtime.ports import Response
from tests.support.nodes import publish
from tests.support.simulated_centre import SimulatedCentre

Tamper = Callable[[str, Response], Response]


def announce(centre: SimulatedCentre, count: int) -> None:
    """The national log grows by decisions that touch no record."""
    for _ in range(count):
        number = len(centre.national)
        centre.decide(
            HubEnrolled(
                salt=f"{number:032x}",
                at="2026-11-23T07:00:00Z",
                hub=f"h{number}",
                name=f"Hub {number}",
                origin=f"jippnas.test/hub/h{number}/1",
                generation=1,
                log_key="key",
                witness_key="key",
            )
        )


def replica_of(node: Node) -> list[bytes]:
    def work(conn: Connection) -> list[bytes]:
        who = identity.get(conn)
        assert who is not None
        log = node.logs.open(conn, who.national)
        assert replica.applied_size(conn, node, who) == log.tree.size
        return node.logs.entries(conn, log, 0, log.tree.size)

    return node.db.read_sync(work)


def untouched(_path: str, response: Response) -> Response:
    return response


def without_national_log(path: str, response: Response) -> Response:
    is_gone = "/national/" in path
    return replace(response, status=404, body=b'{"code":"not_found"}') if is_gone else response


@pytest.mark.parametrize("growth", [1, 254, 255, 256, 257, 511, 700, 1_500])
async def test_a_log_of_any_size_comes_home_whole(
    hub: Node, centre: SimulatedCentre, growth: int
) -> None:
    announce(centre, growth)
    report = await sync(hub)
    assert report.state is RunState.OK
    assert replica_of(hub) == centre.national


async def test_it_comes_home_in_pieces_as_well(hub: Node, centre: SimulatedCentre) -> None:
    for growth in (3, 251, 1, 1, 300, 0, 212, 1):
        announce(centre, growth)
        assert (await sync(hub)).state is RunState.OK
    assert replica_of(hub) == centre.national


async def test_growth_within_one_bundle_costs_one_request(
    hub: Node, centre: SimulatedCentre
) -> None:
    announce(centre, 300)
    await sync(hub)
    announce(centre, 1)
    centre.requests.clear()
    await sync(hub)
    fetched = [it for it in centre.requests if "/tile/" in it]
    assert fetched == ["GET /log/national/1/tile/entries/001.p/46"]


def on(part: str, change: Callable[[bytes], bytes]) -> Tamper:
    def tamper(path: str, response: Response) -> Response:
        return replace(response, body=change(response.body)) if part in path else response

    return tamper


def flipped(body: bytes) -> bytes:
    return body[:-1] + bytes([body[-1] ^ 1])


def cut(body: bytes) -> bytes:
    return body[:-1]


def emptied(_body: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("part", ["tile/entries/000", "tile/entries/001", "tile/1/"])
@pytest.mark.parametrize("change", [flipped, cut, emptied])
async def test_damage_on_the_way_is_refused_and_fetched_again(
    hub: Node, centre: SimulatedCentre, part: str, change: Callable[[bytes], bytes]
) -> None:
    announce(centre, 300)
    centre.tamper = on(part, change)
    report = await sync(hub)
    assert report.state is RunState.FAILED
    assert replica_of(hub) == []
    centre.tamper = lambda _path, response: response
    assert (await sync(hub)).state is RunState.OK
    assert replica_of(hub) == centre.national


async def test_a_checkpoint_of_another_key_is_refused(hub: Node, centre: SimulatedCentre) -> None:
    name = centre.national_key.name
    centre.national_key = SigningKey(name=name, type=SignatureType.ED25519, seed=b"x" * 32)
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.FAILED, "signature_refused")
    assert replica_of(hub) == []


async def test_a_centre_that_went_back_is_an_alarm_and_nothing_is_reset(
    hub: Node, centre: SimulatedCentre
) -> None:
    announce(centre, 300)
    await sync(hub)
    before = list(centre.national)
    del centre.national[200:]
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.ALARM, "national_log_behind")
    assert replica_of(hub) == before
    (evidence,) = (hub.folder / "evidence").glob("national_log_behind-*.json")
    document = parse(evidence.read_bytes())
    assert isinstance(document, dict)
    assert document["our_checkpoint"] != document["their_checkpoint"]
    await sync(hub)
    assert len(list((hub.folder / "evidence").iterdir())) == 1


@pytest.mark.parametrize("growth", [0, 1, 300])
@pytest.mark.parametrize("rewritten", [0, 100, 299])
async def test_another_history_is_an_alarm_and_nothing_is_reset(
    hub: Node, centre: SimulatedCentre, growth: int, rewritten: int
) -> None:
    announce(centre, 299)
    await sync(hub)
    before = list(centre.national)
    centre.national[rewritten] = before[(rewritten + 1) % 300]
    announce(centre, growth)
    if growth == 0:
        centre.forget_etag = True
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.ALARM, "national_log_forked")
    assert replica_of(hub) == before
    [file] = (hub.folder / "evidence").glob("national_log_forked-*.json")
    dispute = parse_evidence(file.read_bytes())
    assert isinstance(dispute, Dispute)
    sides = check_dispute(dispute, [centre.national_key.verifier_key])
    assert [it.tree.size for it in sides] == [300, 300 + growth]


async def test_the_anchor_outlives_the_database(hub: Node, centre: SimulatedCentre) -> None:
    announce(centre, 9)
    await sync(hub)
    anchor = IssuedMark.read(hub.folder / "anchor.json")
    assert anchor is not None
    assert (anchor.origin, anchor.size) == ("jippnas.test/national/1", 10)


async def test_a_restored_database_does_not_accept_another_history_below_the_anchor(
    hub: Node, centre: SimulatedCentre
) -> None:
    announce(centre, 9)
    IssuedMark(origin="jippnas.test/national/1", size=5, root=b"r" * 32).write(
        hub.folder / "anchor.json"
    )
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.ALARM, "national_log_forked")
    assert replica_of(hub) == []


async def test_a_restored_database_does_not_accept_less_than_the_anchor(
    hub: Node, centre: SimulatedCentre
) -> None:
    announce(centre, 9)
    IssuedMark(origin="jippnas.test/national/1", size=99, root=b"r" * 32).write(
        hub.folder / "anchor.json"
    )
    assert (await sync(hub)).code == "national_log_behind"


async def test_old_backups_on_both_sides_do_not_pass_for_the_newest(
    hub: Node, centre: SimulatedCentre
) -> None:
    announce(centre, 9)
    await sync(hub)
    IssuedMark(origin="jippnas.test/national/1", size=99, root=b"r" * 32).write(
        hub.folder / "anchor.json"
    )
    assert (await sync(hub)).code == "national_log_behind"


async def test_a_decision_of_a_newer_version_is_kept_and_waits(
    hub: Node, centre: SimulatedCentre
) -> None:
    await sync(hub)
    centre.national.append(b'{"type":"record.merged","v":2}')
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.FAILED, "decision_unknown")
    assert report.national_size == 1


async def test_an_epoch_that_is_not_shown_changes_nothing(
    hub: Node, centre: SimulatedCentre
) -> None:
    await sync(hub)
    centre.tamper = on("/sync/v1/hub", lambda body: body.replace(b"national/1", b"national/2"))
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.FAILED, "answer_malformed")
    assert replica_of(hub) == centre.national


async def test_own_records_follow_what_the_centre_decided(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    centre.curate(record, {"title": "Antrean Daring Puskesmas Denpasar"})
    report = await sync(hub)
    assert report.standings == {"noted": 1, "shown": 1}
    assert report.catalogue_hash == centre.catalogue_hash()


async def test_a_national_log_that_is_gone_is_an_alarm(hub: Node, centre: SimulatedCentre) -> None:
    announce(centre, 3)
    await sync(hub)
    centre.tamper = without_national_log
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.ALARM, "national_log_behind")
    assert replica_of(hub) == centre.national


@pytest.mark.parametrize("answers", [untouched, without_national_log])
async def test_a_checkpoint_whose_entries_never_came_is_not_taken_back(
    hub: Node, centre: SimulatedCentre, answers: Tamper
) -> None:
    announce(centre, 300)
    centre.tamper = on("tile/entries/", cut)
    await sync(hub)
    assert replica_of(hub) == []
    del centre.national[200:]
    centre.tamper = answers
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.ALARM, "national_log_behind")
    [path] = (hub.folder / "evidence").glob("national_log_behind-*.json")
    evidence = parse(path.read_bytes())
    assert isinstance(evidence, dict)
    assert str(evidence["our_checkpoint"]).startswith("jippnas.test/national/1\n301\n")


async def test_a_checkpoint_whose_entries_never_came_is_compared_when_they_do(
    hub: Node, centre: SimulatedCentre
) -> None:
    announce(centre, 300)
    centre.tamper = on("tile/entries/", cut)
    await sync(hub)
    centre.national[299], centre.national[300] = centre.national[300], centre.national[299]
    announce(centre, 1)
    centre.tamper = untouched
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.ALARM, "national_log_forked")


async def test_a_centre_that_has_decided_nothing_yet_is_no_alarm(
    hub: Node, centre: SimulatedCentre
) -> None:
    centre.tamper = without_national_log
    assert (await sync(hub)).state is RunState.OK


async def test_a_record_follows_a_curator_after_it_was_attested(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Antrean")
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    attest(hub, record)
    await sync(hub)
    centre.reconcile()
    centre.curate(record, {"title": "Antrean Daring"})
    await sync(hub)
    assert title_of(hub, record) == "Antrean Daring"


def attest(node: Node, record: str) -> None:
    def work(conn: Connection) -> None:
        who = identity.get(conn)
        assert who is not None
        desk = Desk.open(conn, node, who, by="operator")
        desk.attest(own_record(conn, record))
        desk.save(conn)

    node.db.run_sync(work)


def title_of(node: Node, record: str) -> object:
    return node.db.read_sync(lambda conn: own_record(conn, record)).fields["title"]
