"""What a hub may send that is wrong: a clear code, never the service's own mistake, no harm."""

from central.casework import holds
from central.registry import create_invitation
from hubnode.node import Node
from hubnode.sync.run import sync
from protocol.canonical import parse
from protocol.catalogue import shown_record
from protocol.enrolment import encode_enrol_request
from protocol.entries.decisions import ChangeProposed, ChangeVoid
from protocol.limits import CHANGE_BYTES_MAX
from protocol.record_state import decode_record_state
from runtime.ports import Response
from tests.support.author import Author
from tests.support.federation import AUTHORITY, FederationUnderTest
from tests.support.servers import ask
from tests.support.stories import assert_sound, at_centre, at_hub, decisions, first_record, revoke


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
        lambda conn: create_invitation(
            conn, centre, hub=hub, name=hub, hours=1, url=federation.url, by="rina"
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


async def test_a_body_that_was_cut_is_a_clear_refusal_and_the_rest_arrives_later(
    federation: FederationUnderTest,
) -> None:
    lan = await guest(federation)
    lan.grow(5)
    for path, body in (
        ("add-checkpoint", lan.add_checkpoint()),
        ("add-entries", lan.add_entries()),
    ):
        for length in range(0, len(body), len(body) // 7):
            status, code = refusal(await post(federation, path, body[:length]))
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


async def test_a_person_rules_on_a_proposal_and_every_hub_reads_it(
    federation: FederationUnderTest, bali: Node
) -> None:
    record, lan = first_record(bali), await guest(federation)
    seen = len(decisions(federation.centre))
    lan.put(1, {"title": "Judul dari hub lain"}, record=record, national=seen)
    await submit(federation, lan)
    place = len(decisions(federation.centre)) - 1
    outcome = await federation.centre.db.run(
        lambda conn: holds.release_change(
            conn, federation.centre, place=place, by="rina", agency="lan"
        )
    )
    await sync(bali)
    assert outcome == "applied"
    assert (
        shown_record(decode_record_state(at_centre(federation.centre)[record]))["title"]
        == "Judul dari hub lain"
    )
    assert at_hub(bali) == at_centre(federation.centre)
    assert_sound(federation.centre)


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
