"""Nothing that arrives from outside is answered with 500, on either database."""

import base64
from dataclasses import replace

import pytest

from protocol.checkpoints import sign_checkpoint
from protocol.enrolment import encode_enrol_request
from protocol.merkle import Tree
from protocol.mirror import (
    AddCheckpoint,
    EntriesHeader,
    encode_add_checkpoint,
    encode_entries_header,
)
from tests.support.author import Author
from tests.support.centres import RunningCentre, document
from tests.support.servers import shout

BEYOND = 2**64 - 1


def cursor(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/innovations?limit=000000001999", 400),
        ("/api/v1/innovations?limit=201", 400),
        (f"/api/v1/innovations?limit=1{'9' * 190}", 400),
        (f"/api/v1/innovations?cursor={cursor(bytes(1))}", 400),
        (f"/api/v1/innovations?cursor={cursor(b'x')}", 400),
        ("/api/v1/innovations?q=%00", 400),
        ("/api/v1/innovations?year=%00", 400),
        ("/api/v1/innovations?hub=%ff", 400),
        ("/api/v1/innovations?q=%ff%fe", 400),
        ("/api/v1/innovations?q=caf%c3%a9", 200),
        ("/api/v1/innovations?q=stra%c3%9fe", 200),
        ("/api/v1/innovations?hub=../x", 400),
        ("/api/v1/innovations/%00", 404),
        ("/api/v1/innovations/%ff/proof", 404),
        ("/api/v1/campaigns/%00", 404),
        ("/api/v1/campaigns/%00/progress", 404),
        ("/log/national/999999999/checkpoint", 404),
        ("/log/national/1/tile/0/" + "x999/" * 6 + "999", 404),
        ("/log/national/1/tile/0/" + "x999/" * 700 + "999", 404),
        ("/log/national/1/tile/entries/" + "x999/" * 6 + "999", 404),
        ("/log/national/1/tile/entries/000.p/300", 404),
        ("/log/national/1/tile/%00", 404),
    ],
)
async def test_a_strange_address_is_refused(centre: RunningCentre, path: str, status: int) -> None:
    assert (await centre.get(path)).status == status


@pytest.mark.parametrize(("start", "end"), [(0, BEYOND), (BEYOND, BEYOND), (0, 2**63)])
async def test_an_upload_beyond_any_log_is_malformed(
    centre: RunningCentre, bali: Author, start: int, end: int
) -> None:
    header = EntriesHeader(origin=bali.origin, start=start, end=end)
    answer = await centre.post("/sync/v1/add-entries", encode_entries_header(header))
    assert (answer.status, document(answer)["code"]) == (400, "entries_malformed")


async def test_an_origin_of_control_characters_is_malformed(centre: RunningCentre) -> None:
    header = EntriesHeader(origin="\0", start=0, end=1)
    answer = await centre.post("/sync/v1/add-entries", encode_entries_header(header))
    assert answer.status == 400


async def test_a_checkpoint_beyond_any_log_is_malformed(
    centre: RunningCentre, bali: Author
) -> None:
    for size in (2**63, 10**19 - 1):
        note = sign_checkpoint(bali.origin, Tree(size, b"\1" * 32), bali.log_key).note
        message = AddCheckpoint(old_size=0, proof=(), checkpoint=note)
        answer = await centre.post("/sync/v1/add-checkpoint", encode_add_checkpoint(message))
        assert (answer.status, document(answer)["code"]) == (400, "checkpoint_malformed")


async def test_an_old_size_beyond_any_log_is_malformed(centre: RunningCentre, bali: Author) -> None:
    body = b"old 9999999999999999999\n\n" + bali.checkpoint()
    assert (await centre.post("/sync/v1/add-checkpoint", body)).status == 400


@pytest.mark.parametrize("software", ["a\0b", "\x1b[2Jx", "x" * 121])
async def test_software_that_is_no_line_of_text_does_not_enrol(
    centre: RunningCentre, software: str
) -> None:
    author = Author(hub="53", seed=3)
    request = replace(author.enrol_request(centre.invitation("53")), software=software)
    answer = await centre.post("/sync/v1/enrol", encode_enrol_request(request))
    assert document(answer)["code"] == "enrolment_refused"


@pytest.mark.parametrize("digest", [b"\xff\xfe", b"\xc3\xa9", b""])
async def test_a_digest_of_any_bytes_is_a_wrong_digest(
    centre: RunningCentre, bali: Author, digest: bytes
) -> None:
    key = bali.log_key
    covered = '("@method" "@path" "@query" "jipp-authority" "content-digest")'
    keyid = f"{key.name}+{key.verifier_key.key_id.hex()}"
    head = "\r\n".join(
        [
            "POST /sync/v1/report HTTP/1.1",
            "Host: x",
            "JIPP-Authority: jippnas.test",
            f'Signature-Input: jipp={covered};created=1;nonce="aa";keyid="{keyid}"',
            f"Signature: jipp=:{base64.b64encode(bytes(64)).decode()}:",
            "Connection: close",
            "Content-Length: 1",
            "",
        ]
    )
    answer = await shout(centre.url, head.encode() + b"Content-Digest: " + digest + b"\r\n\r\n1")
    assert b"request_digest_wrong" in answer
