import gzip
import zlib

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from runtime.http.codings import STEP_BYTES, CodingRefused, decoder_of, encode, encode_pieces

CODINGS = ["gzip", "zstd"]


def decoded(data: bytes, coding: str, *, step: int = 1 << 20) -> bytes:
    decoder = decoder_of(coding)
    assert decoder is not None
    body = b"".join(
        piece
        for start in range(0, len(data), step)
        for piece in decoder.feed(data[start : start + step])
    )
    decoder.finish()
    return body


@given(data=st.binary(max_size=5_000), coding=st.sampled_from(CODINGS), step=st.integers(1, 700))
def test_decoding_gives_back_what_was_encoded_however_it_is_cut(
    data: bytes, coding: str, step: int
) -> None:
    assert decoded(encode(data, coding), coding, step=step) == data


@pytest.mark.parametrize("coding", CODINGS)
def test_a_bomb_comes_out_in_small_pieces(coding: str) -> None:
    bomb = encode(bytes(20_000_000), coding)
    decoder = decoder_of(coding)
    assert decoder is not None
    sizes = [len(piece) for piece in decoder.feed(bomb)]
    assert max(sizes) <= STEP_BYTES
    assert sum(sizes) == 20_000_000


@pytest.mark.parametrize("coding", CODINGS)
def test_a_stream_without_its_end_is_truncated(coding: str) -> None:
    with pytest.raises(CodingRefused) as refused:
        decoded(encode(b"inovasi" * 100, coding)[:-3], coding)
    assert refused.value.code == "body_truncated"


@pytest.mark.parametrize("coding", CODINGS)
def test_no_bytes_at_all_are_truncated(coding: str) -> None:
    with pytest.raises(CodingRefused) as refused:
        decoded(b"", coding)
    assert refused.value.code == "body_truncated"


@pytest.mark.parametrize("coding", CODINGS)
def test_bytes_of_another_kind_are_corrupt(coding: str) -> None:
    with pytest.raises(CodingRefused) as refused:
        decoded(b"<html>captive portal</html>", coding)
    assert refused.value.code == "body_corrupt"


@pytest.mark.parametrize("coding", CODINGS)
def test_bytes_behind_the_end_are_corrupt(coding: str) -> None:
    with pytest.raises(CodingRefused) as refused:
        decoded(encode(b"a", coding) + encode(b"b", coding), coding)
    assert refused.value.code == "body_corrupt"


def test_a_zstd_window_that_needs_much_memory_is_refused() -> None:
    options = {int(zstd.CompressionParameter.window_log): 27}
    huge = zstd.ZstdCompressor(options=options)
    data = huge.compress(bytes(1_000)) + huge.flush()
    with pytest.raises(CodingRefused):
        decoded(data, "zstd")


def test_codings_are_named_in_any_case() -> None:
    assert decoded(gzip.compress(b"a"), " GZIP ") == b"a"


def test_no_coding_passes_bytes_on() -> None:
    assert decoded(b"abc", "", step=1) == b"abc"


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip"])
def test_other_codings_are_not_understood(coding: str) -> None:
    assert decoder_of(coding) is None


@pytest.mark.parametrize("coding", CODINGS)
def test_every_piece_can_be_used_before_the_next_arrives(coding: str) -> None:
    first, second = bytes(range(256)), bytes(range(255, -1, -1))
    wire = encode_pieces([first, second], coding)
    decoder = decoder_of(coding)
    assert decoder is not None
    arrived = b"".join(decoder.feed(wire[: len(wire) // 2 + 20]))
    assert arrived.startswith(first)
    assert arrived + b"".join(decoder.feed(wire[len(wire) // 2 + 20 :])) == first + second
    decoder.finish()


def test_gzip_is_understood_by_everybody() -> None:
    assert zlib.decompress(encode(b"abc", "gzip"), wbits=31) == b"abc"
