"""Hubs say to one another, through the centre, that they all hold the same catalogue."""

import pytest

from central.casework import hub_states
from central.casework.person import Person
from hubnode.confirming import confirmations
from hubnode.keys import begin_rotation, load_own_keys
from hubnode.node import Node
from hubnode.status import status_of
from hubnode.sync.run import sync
from hubnode.verify import verify_node
from protocol.checkpoints import Checkpoint, sign_checkpoint
from protocol.confirmations import Confirmations
from protocol.merkle import Tree
from runtime.ports import Request, Response, Transport, Unreachable
from tests.support.federation import FederationUnderTest
from tests.support.servers import ask
from tests.support.stories import who


def seen_by(node: Node) -> Confirmations:
    return node.db.read_sync(lambda conn: confirmations(conn, node, who(node)))


async def test_a_hub_learns_who_else_holds_its_catalogue(federation: FederationUnderTest) -> None:
    bali, jatim = [await federation.hub(name) for name in ("51", "35")]
    for node in (bali, jatim):
        await federation.sync(node)
    await sync(bali)
    assert seen_by(jatim).newest == ("35",)
    assert seen_by(bali).newest == ("35", "51")
    await sync(jatim)
    assert seen_by(jatim).sentence_en == "2 of 2 hubs confirm this catalogue"


async def test_a_hub_that_is_away_counts_and_does_not_confirm(
    federation: FederationUnderTest,
) -> None:
    bali, jatim = [await federation.hub(name) for name in ("51", "35")]
    for node in (jatim, bali, jatim):
        await federation.sync(node)
    before = seen_by(jatim).size
    lan = await federation.hub("lan")
    for node in (lan, bali, lan):
        await federation.sync(node)
    assert seen_by(lan).newest == ("51", "lan")
    assert seen_by(lan).older == {"35": before}


async def test_where_nothing_is_new_nothing_more_is_asked(federation: FederationUnderTest) -> None:
    bali = await federation.hub("51")
    for _ in range(2):
        await federation.sync(bali)
    steps: list[str] = []
    await sync(bali, progress=lambda step, _known: steps.append(type(step).__name__))
    assert steps == ["Ask", "Ask", "Audit", "Rest"]


async def test_status_verify_and_the_centre_say_the_same(federation: FederationUnderTest) -> None:
    bali, jatim = [await federation.hub(name) for name in ("51", "35")]
    for node in (bali, jatim, bali, jatim):
        await federation.sync(node)
    keys = load_own_keys(bali.folder, who(bali)).verifiers
    status = bali.db.read_sync(lambda conn: status_of(conn, bali))
    verified = bali.db.read_sync(lambda conn: verify_node(conn, bali, who(bali), keys))
    answer = await ask(federation.url + "/api/v1/checkpoint")
    assert status["confirmed"] == verified["confirmed"] == seen_by(bali).document()
    assert b'"text_en":"2 of 2 hubs confirm this catalogue"' in answer.body


class SplitView:
    """A centre that shows this hub, among what others cosigned, a tree of another history."""

    def __init__(self, transport: Transport, forged: Checkpoint) -> None:
        self._transport = transport
        self._note = forged.note.replace(b"\n", b"\\n").decode()

    async def request(self, request: Request) -> Response:
        """See `runtime.ports.Transport`."""
        answer = await self._transport.request(request)
        if not request.url.endswith("/api/v1/checkpoint"):
            return answer
        body = f'{{"checkpoint":"{self._note}"}}'.encode()
        return Response(status=200, headers=answer.headers, body=body)


@pytest.mark.parametrize("size", [1, 2])
async def test_what_others_cosigned_of_another_history_is_an_alarm_with_both_checkpoints(
    federation: FederationUnderTest, size: int
) -> None:
    bali, jatim = [await federation.hub(name) for name in ("51", "35")]
    for node in (bali, jatim):
        await federation.sync(node)
    key = federation.centre.keys.national
    forged = sign_checkpoint(key.name, Tree(size, bytes(32)), key)
    object.__setattr__(bali, "transport", SplitView(bali.transport, forged))
    report = await sync(bali)
    assert report.code == "national_log_forked"
    [file] = (bali.folder / "evidence").iterdir()
    assert forged.note.replace(b"\n", b"\\n") in file.read_bytes()


class Silent:
    """A network in which one page never comes."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def request(self, request: Request) -> Response:
        """See `runtime.ports.Transport`."""
        if request.url.endswith("/api/v1/checkpoint"):
            raise Unreachable("timeout")
        return await self._transport.request(request)


async def test_a_run_that_did_everything_else_does_not_fail_for_want_of_confirmations(
    federation: FederationUnderTest,
) -> None:
    bali, jatim = [await federation.hub(name) for name in ("51", "35")]
    for node in (bali, jatim):
        await federation.sync(node)
    object.__setattr__(bali, "transport", Silent(bali.transport))
    assert (await sync(bali)).state == "ok"
    assert seen_by(bali).newest == ("51",)


async def test_a_rotated_witness_key_confirms_as_before(
    federation: FederationUnderTest, bali: Node
) -> None:
    begin_rotation(bali.folder, who(bali), bali.entropy)
    for _ in range(2):
        await federation.sync(bali)
    jatim = await federation.hub("35")
    for node in (bali, jatim, bali):
        await federation.sync(node)
    assert seen_by(bali).newest == ("35", "51")
    keys = load_own_keys(bali.folder, who(bali)).verifiers
    verified = bali.db.read_sync(lambda conn: verify_node(conn, bali, who(bali), keys))
    assert verified["confirmed"] == seen_by(bali).document()


async def test_a_suspended_hub_does_not_count(federation: FederationUnderTest, bali: Node) -> None:
    await federation.hub("35")
    person = Person(by="rina", agency="panrb", reason="Server disita")
    federation.centre.db.run_sync(
        lambda conn: hub_states.suspend(conn, federation.centre, "35", person)
    )
    for _ in range(2):
        await federation.sync(bali)
    assert seen_by(bali).sizes.keys() == {"51"}
    answer = await ask(federation.url + "/api/v1/checkpoint")
    assert b'"text_en":"1 of 1 hubs confirm this catalogue"' in answer.body
