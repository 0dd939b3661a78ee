"""What the centre shows now, asked and compared by a hub that sends nothing."""

from hubnode.auditing import Finding
from hubnode.auditing_online import audit_online
from hubnode.keys import load_own_keys
from hubnode.node import Node
from protocol.canonical import canonicalise
from protocol.checkpoints import sign_checkpoint
from protocol.disputes import Dispute, check_dispute
from protocol.evidence import parse_evidence
from protocol.merkle import Tree
from runtime.ports import Request, Response, Transport
from tests.support.federation import FederationUnderTest
from tests.support.stories import who


class Replaced:
    """The centre, whose answers at one path end differently."""

    def __init__(self, transport: Transport, path: str, body: bytes) -> None:
        self._transport = transport
        self._path = path
        self._body = body

    async def request(self, request: Request) -> Response:
        """See `runtime.ports.Transport`."""
        answer = await self._transport.request(request)
        if not request.url.endswith(self._path):
            return answer
        return Response(status=200, headers=answer.headers, body=self._body)


async def findings(node: Node) -> list[Finding]:
    return list(await audit_online(node, who(node), load_own_keys(node.folder, who(node))))


async def test_an_honest_centre_is_not_accused(federation: FederationUnderTest, bali: Node) -> None:
    await federation.hub("35")
    assert await findings(bali) == []


async def test_an_older_national_log_is_an_alarm(
    federation: FederationUnderTest, bali: Node
) -> None:
    centre = federation.centre
    note = centre.db.read_sync(
        lambda conn: centre.logs.checkpoint_at(
            conn, centre.logs.open(conn, centre.national_origin), 1
        )
    )
    body = canonicalise({"checkpoint": (note or b"").decode()})
    for path, shown in (("/log/national/1/checkpoint", note or b""), ("/api/v1/checkpoint", body)):
        bali_transport = Replaced(bali.transport, path, shown)
        object.__setattr__(bali, "transport", bali_transport)
    assert [it.code for it in await findings(bali)] == ["national_log_behind"]


async def test_two_histories_are_an_alarm_whose_file_anybody_can_check(
    federation: FederationUnderTest, bali: Node
) -> None:
    key = federation.centre.keys.national
    forged = sign_checkpoint(key.name, Tree(3, bytes(32)), key)
    body = canonicalise({"checkpoint": forged.note.decode()})
    object.__setattr__(bali, "transport", Replaced(bali.transport, "/api/v1/checkpoint", body))
    [found] = await findings(bali)
    assert found.code == "national_log_forked"
    dispute = parse_evidence(canonicalise(dict(found.evidence)))
    assert isinstance(dispute, Dispute)
    smaller, larger = check_dispute(dispute, [key.verifier_key])
    assert smaller.tree == forged.tree
    assert larger.tree.size >= smaller.tree.size


async def test_a_copy_of_the_own_log_that_is_no_copy_is_an_alarm(
    federation: FederationUnderTest, bali: Node
) -> None:
    key = load_own_keys(bali.folder, who(bali)).current.log
    forged = sign_checkpoint(key.name, Tree(2, bytes(32)), key).note
    path = "/sync/v1/mirror/checkpoint"
    object.__setattr__(bali, "transport", Replaced(bali.transport, path, forged))
    assert [it.code for it in await findings(bali)] == ["own_log_corrupt"]
    assert federation.centre.national_origin == who(bali).national
