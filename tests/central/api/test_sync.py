import base64
from datetime import timedelta

import pytest

from central import registry
from protocol.checkpoints import open_checkpoint
from protocol.enrolment import decode_enrol_answer, encode_enrol_request
from protocol.notes import parse_note
from protocol.tiles import bundle_path, decode_bundle
from runtime.http.identity import sign_request
from runtime.ports import Request, Response
from tests.support.author import Author
from tests.support.centres import RunningCentre, document
from tests.support.servers import ask

HUB = "/sync/v1/hub"
ENROL = "/sync/v1/enrol"
COSIGN = "/sync/v1/cosign"
REPORT = "/sync/v1/report"


def code(response: Response) -> tuple[int, object]:
    return response.status, document(response)["code"]


async def test_an_invited_hub_is_enrolled_and_learns_the_centres_keys(
    centre: RunningCentre,
) -> None:
    answer = await centre.enrol(Author(hub="51"))
    told = decode_enrol_answer(answer.body)
    assert (answer.status, told.hub, told.state, told.epoch) == (201, "51", "active", 1)
    assert told.national_key == centre.centre.keys.national.verifier_key
    assert told.mirror_key == centre.centre.keys.mirror.verifier_key


async def test_an_enrolment_is_a_decision_of_the_national_log(
    centre: RunningCentre, bali: Author
) -> None:
    note = (await centre.get("/log/national/1/checkpoint")).body
    key = centre.centre.keys.national.verifier_key
    assert open_checkpoint(note, origin=key.name, keys=[key]).tree.size == 1
    [entry] = decode_bundle((await centre.get("/log/national/1/" + bundle_path(0, 1))).body)
    assert bali.origin.encode() in entry


async def test_the_same_enrolment_again_gets_the_same_answer(centre: RunningCentre) -> None:
    body = encode_enrol_request(Author().enrol_request(centre.invitation("51")))
    first = await centre.post(ENROL, body)
    again = await centre.post(ENROL, body)
    assert first.body == again.body


async def test_an_invitation_cannot_be_used_by_another(centre: RunningCentre) -> None:
    invitation = centre.invitation("51")
    await centre.post(ENROL, encode_enrol_request(Author().enrol_request(invitation)))
    other = encode_enrol_request(Author(seed=2).enrol_request(invitation))
    assert code(await centre.post(ENROL, other)) == (403, "invitation_used")


async def test_a_secret_that_nobody_gave_is_refused(centre: RunningCentre) -> None:
    request = Author().enrol_request(centre.invitation("51"))
    body = encode_enrol_request(request).replace(request.secret.hex().encode(), b"0" * 32)
    assert code(await centre.post(ENROL, body))[0] == 403


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"{" * 5_000, b'{"hub":NaN}', b"\xff"])
async def test_what_is_no_enrolment_is_a_bad_request(centre: RunningCentre, body: bytes) -> None:
    assert (await centre.post(ENROL, body)).status == 400


async def test_a_hub_sees_how_the_centre_sees_it(centre: RunningCentre, bali: Author) -> None:
    bali.grow(3)
    await centre.submit(bali)
    await centre.reconcile()
    view = document(await centre.signed("GET", HUB, key=bali.log_key))
    assert (view["origin"], view["size"], view["next_entry"]) == (bali.origin, 4, 4)
    assert base64.b64decode(str(view["root"])) == bali.tree().root
    assert (view["state"], view["reconciled"], view["call_again_s"]) == ("active", 4, 0)
    assert view["national"] == {
        "origin": "jippnas.test/national/1",
        "size": 5,
        "carried": 0,
        "cosignatures": 0,
    }
    assert isinstance(view["outcomes"], dict)
    assert sum(int(str(count)) for count in view["outcomes"].values()) == 4


@pytest.mark.parametrize("path", [HUB, "/sync/v1/mirror/checkpoint", "/sync/v1/mirror/tile/0/000"])
@pytest.mark.usefixtures("bali")
async def test_private_pages_are_for_those_who_sign(centre: RunningCentre, path: str) -> None:
    assert code(await centre.get(path)) == (401, "request_unsigned")


async def test_a_stranger_cannot_sign_for_a_hub(centre: RunningCentre, bali: Author) -> None:
    thief = Author(hub="51", seed=9)
    assert bali.origin == thief.origin
    answer = await centre.signed("GET", HUB, key=thief.log_key)
    assert code(answer) == (401, "request_signature_refused")


async def test_a_hub_that_is_not_enrolled_is_a_stranger(centre: RunningCentre) -> None:
    answer = await centre.signed("GET", HUB, key=Author(hub="52").log_key)
    assert code(answer) == (401, "request_signature_refused")


async def test_the_witness_key_does_not_sign_requests(centre: RunningCentre, bali: Author) -> None:
    assert (await centre.signed("GET", HUB, key=bali.witness_key)).status == 401


async def test_a_hub_with_a_wrong_clock_is_told_the_time(
    centre: RunningCentre, bali: Author
) -> None:
    request = sign_request(
        Request(method="GET", url=centre.url + HUB),
        key=bali.log_key,
        authority="jippnas.test",
        now=centre.centre.clock.now() - timedelta(hours=7),
        nonce=b"n",
    )
    answer = await ask(request.url, headers=request.headers)
    assert code(answer) == (401, "request_expired")
    assert answer.headers["date"]


async def test_a_request_for_another_authority_is_refused(
    centre: RunningCentre, bali: Author
) -> None:
    request = sign_request(
        Request(method="GET", url=centre.url + HUB),
        key=bali.log_key,
        authority="staging.test",
        now=centre.centre.clock.now(),
        nonce=b"n",
    )
    answer = await ask(request.url, headers=request.headers)
    assert code(answer) == (401, "request_for_another_authority")


async def test_a_hub_gets_its_own_log_back(centre: RunningCentre, bali: Author) -> None:
    bali.grow(299)
    await centre.submit(bali)
    note = await centre.signed("GET", "/sync/v1/mirror/checkpoint", key=bali.log_key)
    key = bali.log_key.verifier_key
    checkpoint = open_checkpoint(note.body, origin=bali.origin, keys=[key])
    assert checkpoint.tree == bali.tree()
    mirror = centre.centre.keys.mirror.verifier_key
    assert mirror.name in [line.name for line in parse_note(note.body).signatures]
    path = "/sync/v1/mirror/" + bundle_path(1, 44)
    bundle = await centre.signed("GET", path, key=bali.log_key)
    assert decode_bundle(bundle.body) == tuple(bali.entries[256:])
    assert bundle.headers["cache-control"] == "no-store"


async def test_a_hub_that_asks_for_its_log_is_heard_of(centre: RunningCentre, bali: Author) -> None:
    await centre.signed("GET", "/sync/v1/mirror/checkpoint", key=bali.log_key)
    row = centre.centre.db.read_sync(lambda conn: registry.get_hub(conn, "51"))
    assert row.last_seen_at is not None


async def test_a_hub_without_a_mirror_has_no_checkpoint(
    centre: RunningCentre, bali: Author
) -> None:
    answer = await centre.signed("GET", "/sync/v1/mirror/checkpoint", key=bali.log_key)
    assert code(answer) == (404, "not_found")


async def test_a_revoked_hub_learns_that_it_is_and_nothing_more(
    centre: RunningCentre, bali: Author
) -> None:
    await centre.submit(bali)
    running = centre.centre
    running.db.run_sync(lambda conn: registry.revoke(conn, running, "51", "hilang", by="rina"))
    view = document(await centre.signed("GET", HUB, key=bali.log_key))
    assert view["state"] == "revoked"
    for method, path, body in (
        ("GET", "/sync/v1/mirror/checkpoint", b""),
        ("GET", "/sync/v1/mirror/" + bundle_path(0, 1), b""),
        ("POST", REPORT, b"{}"),
    ):
        answer = await centre.signed(method, path, key=bali.log_key, body=body)
        assert code(answer) == (403, "key_revoked")


async def test_a_cosignature_is_kept_and_shown(centre: RunningCentre, bali: Author) -> None:
    note = (await centre.get("/log/national/1/checkpoint")).body
    key = centre.centre.keys.national.verifier_key
    body = bali.cosignature(note, national_key=key, timestamp=1_795_000_000)
    assert (await centre.post(COSIGN, body)).status == 204
    assert (await centre.post(COSIGN, body)).status == 204
    shown = (await centre.get("/log/national/1/cosigned-checkpoint")).body
    assert [line.name for line in parse_note(shown).signatures] == [
        key.name,
        bali.witness_key.name,
    ]


async def test_a_checkpoint_does_not_change_when_it_is_cosigned(
    centre: RunningCentre, bali: Author
) -> None:
    first = await centre.get("/log/national/1/checkpoint")
    key = centre.centre.keys.national.verifier_key
    await centre.post(COSIGN, bali.cosignature(first.body, national_key=key))
    again = await centre.get("/log/national/1/checkpoint", {"If-None-Match": first.headers["etag"]})
    assert again.status == 304


async def test_a_cosignature_of_a_stranger_is_forbidden(
    centre: RunningCentre, bali: Author
) -> None:
    note = (await centre.get("/log/national/1/checkpoint")).body
    key = centre.centre.keys.national.verifier_key
    for stranger in (Author(hub="52"), Author(hub="51", seed=9)):
        assert bali.witness_key != stranger.witness_key
        body = stranger.cosignature(note, national_key=key)
        assert code(await centre.post(COSIGN, body)) == (403, "signature_refused")
    assert (await centre.get("/log/national/1/cosigned-checkpoint")).status == 404


async def test_a_cosignature_on_a_size_that_was_never_signed_is_not_found(
    centre: RunningCentre, bali: Author
) -> None:
    note = (await centre.get("/log/national/1/checkpoint")).body
    key = centre.centre.keys.national.verifier_key
    body = bali.cosignature(note, national_key=key).replace(b"1\n", b"7\n", 1)
    assert code(await centre.post(COSIGN, body)) == (404, "not_found")


@pytest.mark.parametrize("body", [b"", b"1\n", b"01\nx\n", b"x\ny\n", b"1\n- a b\n"])
@pytest.mark.usefixtures("bali")
async def test_what_is_no_cosignature_is_a_bad_request(centre: RunningCentre, body: bytes) -> None:
    assert (await centre.post(COSIGN, body)).status == 400


async def test_a_report_updates_how_the_centre_sees_the_node(
    centre: RunningCentre, bali: Author
) -> None:
    body = b'{"instance":"instance-2","software":"hubnode/9","clock_offset_s":3}'
    answer = await centre.signed("POST", REPORT, key=bali.log_key, body=body)
    assert answer.status == 204
    view = document(await centre.signed("GET", HUB, key=bali.log_key))
    assert view["instance"] == "instance-1", "a report makes no other machine the hub's"


@pytest.mark.parametrize("body", [b"[]", b'{"instance":7}', b'{"software":"\\u001b[31m"}', b"{"])
async def test_what_is_no_report_is_a_bad_request(
    centre: RunningCentre, bali: Author, body: bytes
) -> None:
    answer = await centre.signed("POST", REPORT, key=bali.log_key, body=body)
    assert answer.status == 400
