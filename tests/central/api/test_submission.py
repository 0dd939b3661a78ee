import asyncio
from pathlib import Path

import pytest

from central.api import submission
from protocol.checkpoints import open_checkpoint, open_cosignature
from protocol.mirror import MirrorInfo, decode_mirror_info
from protocol.notes import parse_signature_lines
from runtime.http.codings import encode, encode_pieces
from runtime.ports import Response
from tests.support.author import Author
from tests.support.centres import RunningCentre, document, running_centre
from tests.support.servers import shout

CHECKPOINT = "/sync/v1/add-checkpoint"
ENTRIES = "/sync/v1/add-entries"


def info(response: Response) -> MirrorInfo:
    assert response.headers["content-type"] == "text/x.tlog.mirror-info"
    return decode_mirror_info(response.body)


def code(response: Response) -> tuple[int, object]:
    return response.status, document(response)["code"]


def assert_is_receipt(response: Response, centre: RunningCentre, author: Author) -> None:
    assert response.status == 200
    checkpoint = open_checkpoint(
        author.checkpoint(), origin=author.origin, keys=[author.log_key.verifier_key]
    )
    [line] = parse_signature_lines(response.body)
    mirror = centre.centre.keys.mirror.verifier_key
    assert open_cosignature(line, checkpoint, mirror).timestamp > 0


async def test_a_checkpoint_is_taken(centre: RunningCentre, bali: Author) -> None:
    answer = await centre.post(CHECKPOINT, bali.add_checkpoint())
    assert (answer.status, answer.body) == (200, b"")


async def test_another_old_size_is_told_the_size(centre: RunningCentre, bali: Author) -> None:
    bali.grow(4)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    answer = await centre.post(CHECKPOINT, bali.add_checkpoint(old=2))
    assert (answer.status, answer.body) == (409, b"5\n")
    assert answer.headers["content-type"] == "text/x.tlog.size"


async def test_a_larger_checkpoint_with_its_proof_is_taken(
    centre: RunningCentre, bali: Author
) -> None:
    bali.grow(10)
    await centre.post(CHECKPOINT, bali.add_checkpoint(size=3))
    assert (await centre.post(CHECKPOINT, bali.add_checkpoint(old=3))).status == 200


async def test_an_unknown_origin_is_not_found(centre: RunningCentre) -> None:
    answer = await centre.post(CHECKPOINT, Author(hub="52").add_checkpoint())
    assert code(answer) == (404, "unknown_origin")


@pytest.mark.usefixtures("bali")
async def test_a_checkpoint_of_another_key_is_forbidden(centre: RunningCentre) -> None:
    thief = Author(hub="51", seed=2)
    answer = await centre.post(CHECKPOINT, thief.add_checkpoint())
    assert code(answer) == (403, "signature_refused")


@pytest.mark.parametrize("body", [b"", b"old 0\n", b"old 00\n\nx", b"\xff\xfe", b"old 0\n\nnote\n"])
async def test_what_is_no_checkpoint_is_a_bad_request(centre: RunningCentre, body: bytes) -> None:
    assert (await centre.post(CHECKPOINT, body)).status == 400


async def test_an_old_size_beyond_the_checkpoint_is_a_bad_request(
    centre: RunningCentre, bali: Author
) -> None:
    body = bali.add_checkpoint().replace(b"old 0\n", b"old 9\n")
    assert code(await centre.post(CHECKPOINT, body)) == (400, "bad_old_size")


async def test_two_histories_are_refused_and_kept_as_evidence(
    centre: RunningCentre, bali: Author
) -> None:
    other = Author(hub="51")
    bali.put(1, {"title": "Antrean daring"})
    other.put(1, {"title": "Antrean luring"})
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    answer = await centre.post(CHECKPOINT, other.add_checkpoint(old=2))
    assert code(answer) == (422, "proof_refused")


async def test_an_oversized_checkpoint_is_too_large(centre: RunningCentre) -> None:
    assert code(await centre.post(CHECKPOINT, bytes(100_000))) == (413, "body_too_large")


@pytest.mark.parametrize("coding", ["", "gzip", "zstd"])
async def test_a_whole_upload_is_answered_with_a_receipt(
    centre: RunningCentre, bali: Author, coding: str
) -> None:
    bali.grow(600)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    body = bali.add_entries()
    if coding:
        body = encode(body, coding)
    answer = await centre.post(ENTRIES, body, {"Content-Encoding": coding} if coding else {})
    assert_is_receipt(answer, centre, bali)


async def test_the_same_upload_again_gets_a_receipt_again(
    centre: RunningCentre, bali: Author
) -> None:
    bali.grow(3)
    first = await centre.submit(bali)
    again = await centre.post(ENTRIES, bali.add_entries())
    assert first.status == again.status == 200
    assert_is_receipt(again, centre, bali)


async def test_the_same_upload_at_once_is_kept_once(centre: RunningCentre, bali: Author) -> None:
    bali.grow(300)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    answers = await asyncio.gather(*(centre.post(ENTRIES, bali.add_entries()) for _ in range(6)))
    assert [answer.status for answer in answers] == [200] * 6
    view = document(await centre.signed("GET", "/sync/v1/hub", key=bali.log_key))
    assert view["next_entry"] == 301


async def test_nothing_more_to_send_gets_the_receipt(centre: RunningCentre, bali: Author) -> None:
    bali.grow(3)
    await centre.submit(bali)
    assert_is_receipt(await centre.post(ENTRIES, bali.header(4, 4)), centre, bali)


async def test_a_prefix_is_kept_and_told_where_to_go_on(
    centre: RunningCentre, bali: Author
) -> None:
    bali.grow(600)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    answer = await centre.post(ENTRIES, bali.header() + bali.packages()[0])
    assert (answer.status, info(answer).next_entry, info(answer).size) == (202, 256, 601)
    assert "gzip" in answer.headers["accept-encoding"]
    rest = await centre.post(ENTRIES, bali.add_entries(256))
    assert_is_receipt(rest, centre, bali)


async def test_a_body_that_ends_inside_a_package_keeps_the_whole_ones(
    centre: RunningCentre, bali: Author
) -> None:
    bali.grow(600)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    answer = await centre.post(ENTRIES, bali.add_entries()[:-7])
    assert (answer.status, info(answer).next_entry) == (202, 512)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
async def test_a_compressed_body_that_was_cut_keeps_the_whole_packages(
    centre: RunningCentre, bali: Author, coding: str
) -> None:
    bali.grow(600)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    body = encode_pieces([bali.header(), *bali.packages()], coding)
    answer = await centre.post(ENTRIES, body[:-200], {"Content-Encoding": coding})
    assert (answer.status, info(answer).next_entry) == (202, 512)


async def test_a_lost_trailer_of_gzip_loses_nothing(centre: RunningCentre, bali: Author) -> None:
    bali.grow(3)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    body = encode_pieces([bali.add_entries()], "gzip")
    answer = await centre.post(ENTRIES, body[:-8], {"Content-Encoding": "gzip"})
    assert_is_receipt(answer, centre, bali)


async def test_a_connection_that_breaks_keeps_the_whole_packages(
    centre: RunningCentre, bali: Author
) -> None:
    bali.grow(300)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    body = bali.add_entries()
    head = f"POST {ENTRIES} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n"
    await shout(centre.url, head.encode() + body[:-1], then_close=True)
    for _ in range(50):
        answer = await centre.post(ENTRIES, bali.header(256))
        if answer.status == 400:
            break
        await asyncio.sleep(0.02)
    assert_is_receipt(await centre.post(ENTRIES, bali.add_entries(256)), centre, bali)


@pytest.mark.parametrize("cut", [0, 5, -1])
async def test_a_body_without_one_whole_package_is_a_bad_request(
    centre: RunningCentre, bali: Author, cut: int
) -> None:
    bali.grow(3)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    assert (await centre.post(ENTRIES, bali.add_entries()[:cut])).status == 400


async def test_a_header_alone_is_a_bad_request(centre: RunningCentre, bali: Author) -> None:
    bali.grow(3)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    assert code(await centre.post(ENTRIES, bali.header())) == (400, "body_truncated")


async def test_a_start_beyond_the_next_entry_is_told_where_to_begin(
    centre: RunningCentre, bali: Author
) -> None:
    bali.grow(600)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    answer = await centre.post(ENTRIES, bali.add_entries(256))
    assert (answer.status, info(answer).next_entry) == (409, 0)


async def test_an_end_that_nobody_signed_is_a_conflict(centre: RunningCentre, bali: Author) -> None:
    bali.grow(5)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    answer = await centre.post(ENTRIES, bali.header(0, 4))
    assert (answer.status, info(answer).size) == (409, 6)


async def test_entries_before_a_checkpoint_cannot_be_taken(
    centre: RunningCentre, bali: Author
) -> None:
    assert code(await centre.post(ENTRIES, bali.add_entries())) == (422, "no_pending_checkpoint")


async def test_entries_of_an_unknown_origin_are_not_found(centre: RunningCentre) -> None:
    answer = await centre.post(ENTRIES, Author(hub="52").add_entries())
    assert code(answer) == (404, "unknown_origin")


async def test_a_changed_entry_is_refused_and_nothing_is_kept(
    centre: RunningCentre, bali: Author
) -> None:
    bali.grow(3)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    body = bali.add_entries().replace(b"Perizinan", b"perizinan")
    assert code(await centre.post(ENTRIES, body)) == (422, "package_refused")
    assert info(await centre.post(ENTRIES, bali.add_entries(2))).next_entry == 0


async def test_a_refused_package_leaves_the_ones_before_it(
    centre: RunningCentre, bali: Author
) -> None:
    bali.grow(300)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    first, second = bali.packages()
    body = bali.header() + first + second.replace(b"Perizinan", b"perizinan")
    assert (await centre.post(ENTRIES, body)).status == 422
    assert_is_receipt(await centre.post(ENTRIES, bali.add_entries(256)), centre, bali)


async def test_bytes_behind_the_last_package_are_a_bad_request(
    centre: RunningCentre, bali: Author
) -> None:
    bali.grow(3)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    answer = await centre.post(ENTRIES, bali.add_entries() + b"x")
    assert code(answer) == (400, "entries_malformed")


async def test_what_is_being_kept_is_kept_before_a_body_is_refused(
    centre: RunningCentre, bali: Author
) -> None:
    bali.grow(2_000)
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    await centre.post(ENTRIES, bali.add_entries() + b"x")
    logs = centre.centre.logs
    held = centre.centre.db.read_sync(lambda conn: logs.open(conn, bali.origin).tree.size)
    assert held % 256 == 0
    assert held > 0


async def test_a_bomb_is_too_large(centre: RunningCentre, bali: Author) -> None:
    await centre.post(CHECKPOINT, bali.add_checkpoint())
    bomb = encode(b"\0\1" + bytes(8_000_000), "gzip")
    answer = await centre.post(ENTRIES, bomb, {"Content-Encoding": "gzip"})
    assert answer.status in {400, 404, 413}


async def test_other_methods_are_not_allowed(centre: RunningCentre) -> None:
    assert (await centre.get(ENTRIES)).status == 405


async def test_an_upload_beyond_what_all_may_hold_is_told_to_come_later(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "UNVERIFIED_BYTES_MAX", 2_000)
    async with running_centre(tmp_path / "kecil", database_url) as centre:
        bali = Author(hub="51")
        await centre.enrol(bali)
        bali.grow(300)
        await centre.post(CHECKPOINT, bali.add_checkpoint())
        half = bali.add_entries()[:40_000]
        head = f"POST {ENTRIES} HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n"
        answer = await shout(centre.url, head.encode() + half)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nRetry-After: " in answer


async def test_a_large_upload_that_fell_silent_makes_room_for_an_ordinary_one(
    tmp_path: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(submission, "UNVERIFIED_BYTES_MAX", 42_000)
    async with running_centre(tmp_path / "kecil", database_url) as centre:
        bali, jawa = Author(hub="51"), Author(hub="35", seed=2)
        for hub, count in ((bali, 300), (jawa, 30)):
            await centre.enrol(hub)
            hub.grow(count)
            await centre.post(CHECKPOINT, hub.add_checkpoint())
        head = f"POST {ENTRIES} HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n"
        silent = asyncio.create_task(shout(centre.url, head.encode() + bali.add_entries()[:40_000]))
        await asyncio.sleep(0.2)
        answer = await centre.post(ENTRIES, jawa.add_entries())
        assert_is_receipt(answer, centre, jawa)
        assert (await silent).startswith(b"HTTP/1.1 503 ")
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
