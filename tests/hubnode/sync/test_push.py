"""Sending: cut uploads go on, receipts are checked, one checkpoint covers a batch."""

from dataclasses import replace

import pytest

from hubnode.node import Node
from hubnode.store import receipts
from hubnode.store.runs import RunState
from hubnode.sync.run import sync
from protocol.canonical import parse
from protocol.checkpoints import cosign, open_checkpoint, open_cosignature
from protocol.keys import SignatureType, SigningKey
from protocol.notes import parse_note
from runtime.ports import Request, Response
from tests.support.nodes import own_entries, publish, publish_many
from tests.support.simulated_centre import SimulatedCentre

ORIGIN = "jippnas.test/hub/51/1"
MANY = [f"Inovasi nomor {number}" for number in range(600)]


async def test_the_first_entry_opens_the_log_for_this_centre(hub: Node) -> None:
    await sync(hub)
    (opened,) = own_entries(hub)
    members = parse(opened)
    assert isinstance(members, dict)
    assert (members["type"], members["authority"], members["hub"]) == (
        "hub.opened",
        "jippnas.test",
        "51",
    )


async def test_changes_keep_the_order_in_which_they_were_saved(hub: Node) -> None:
    titles = ["Pertama kali", "Kedua kali", "Ketiga kali"]
    publish_many(hub, titles)
    await sync(hub)
    changes = [parse(entry) for entry in own_entries(hub)[1:]]
    assert [change["set"]["title"] for change in changes] == titles  # type: ignore[index,call-overload]


async def test_a_cut_upload_loses_the_package_in_flight_only(
    hub: Node, centre: SimulatedCentre
) -> None:
    publish_many(hub, MANY)
    centre.cut_packages = 2
    first = await sync(hub)
    assert first.state is RunState.OFFLINE
    assert len(centre.mirrors[ORIGIN].entries) == 512
    centre.cut_packages = None
    second = await sync(hub)
    assert (second.state, second.pushed) == (RunState.OK, 89)
    assert centre.mirrors[ORIGIN].entries == own_entries(hub)


async def test_a_cut_upload_is_finished_before_anything_new_is_signed(
    hub: Node, centre: SimulatedCentre
) -> None:
    publish_many(hub, MANY[:400])
    centre.cut_packages = 1
    await sync(hub)
    centre.cut_packages = None
    publish(hub, "Datang kemudian")
    await sync(hub)
    assert sorted(centre.mirrors[ORIGIN].pending) == [401, 402]


async def test_a_centre_that_forgot_the_checkpoint_is_offered_it_by_the_next_run(
    hub: Node, centre: SimulatedCentre
) -> None:
    publish(hub, "Antrean daring puskesmas")

    def forget(path: str, response: Response) -> Response:
        if path.endswith("add-checkpoint"):
            centre.mirrors[ORIGIN].pending.clear()
            centre.tamper = lambda _path, answer: answer
        return response

    centre.tamper = forget
    assert (await sync(hub)).code == "no_progress"
    assert (await sync(hub)).state is RunState.OK
    assert centre.mirrors[ORIGIN].entries == own_entries(hub)


async def test_the_receipt_is_the_mirrors_own_signature_on_the_checkpoint(
    hub: Node, centre: SimulatedCentre
) -> None:
    await sync(hub)
    (receipt,) = hub.db.read_sync(lambda conn: receipts.latest(conn, limit=9))
    checkpoint = open_checkpoint(receipt.note, origin=ORIGIN, keys=[centre.mirrors[ORIGIN].log_key])
    mirror = centre.mirror_key.verifier_key
    (line,) = [it for it in parse_note(receipt.note).signatures if it.name == mirror.name]
    assert open_cosignature(line, checkpoint, mirror).timestamp == receipt.timestamp
    assert checkpoint.tree.size == receipt.size == 1


async def test_a_receipt_of_another_key_is_none(hub: Node, centre: SimulatedCentre) -> None:
    stranger = SigningKey(
        name="jippnas.test/mirror", type=SignatureType.COSIGNATURE, seed=b"x" * 32
    )

    def forge(path: str, response: Response) -> Response:
        if not path.endswith("add-entries"):
            return response
        checkpoint = open_checkpoint(
            centre.mirrors[ORIGIN].note or b"", origin=ORIGIN, keys=[centre.mirrors[ORIGIN].log_key]
        )
        line = cosign(checkpoint, stranger, timestamp=1).line
        return replace(response, body=line.text.encode())

    centre.tamper = forge
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.FAILED, "receipt_refused")
    assert hub.db.read_sync(receipts.largest_size) == 0
    centre.tamper = lambda _path, response: response
    assert (await sync(hub)).state is RunState.OK
    assert hub.db.read_sync(receipts.largest_size) == 1


async def test_an_upload_that_never_moves_ends_the_run(hub: Node, centre: SimulatedCentre) -> None:
    publish(hub, "Antrean daring puskesmas")

    def stuck(path: str, response: Response) -> Response:
        if path.endswith("add-entries"):
            return replace(response, status=202, body=b"2\n0\n\n")
        return response

    centre.tamper = stuck
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.FAILED, "no_progress")


async def test_entries_that_the_centre_lost_are_sent_again_with_an_alarm(
    hub: Node, centre: SimulatedCentre
) -> None:
    await sync(hub)
    mirror = centre.mirrors[ORIGIN]
    publish(hub, "Antrean daring puskesmas")
    before = dict(mirror.pending), list(mirror.entries), mirror.note
    await sync(hub)
    mirror.pending, mirror.entries, mirror.note = before
    report = await sync(hub)
    assert (report.state, report.code) == (RunState.ALARM, "centre_lost_entries")
    assert mirror.entries == own_entries(hub)
    assert list((hub.folder / "evidence").glob("centre_lost_entries-*.json"))
    assert (await sync(hub)).state is RunState.OK


@pytest.mark.parametrize(
    ("announced", "used"), [("", "gzip"), ("gzip", "gzip"), ("gzip, zstd", "zstd")]
)
async def test_an_upload_is_zstd_only_where_the_centre_announced_it(
    hub: Node, centre: SimulatedCentre, announced: str, used: str
) -> None:
    uploads: list[str] = []
    answer = centre.request

    async def look(request: Request) -> Response:
        if request.url.endswith("add-entries"):
            uploads.append(request.headers["Content-Encoding"])
        return await answer(request)

    centre.announced = announced
    centre.request = look  # type: ignore[method-assign]
    await sync(hub)
    assert uploads == [used]
