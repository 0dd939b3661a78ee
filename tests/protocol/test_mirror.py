"""The messages of tlog-mirror and tlog-witness: one form each; whatever else arrives is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import MalformedEntries, MalformedMessage
from protocol.mirror import (
    AddCheckpoint,
    EntriesDecoder,
    EntriesHeader,
    MirrorInfo,
    Package,
    decode_add_checkpoint,
    decode_mirror_info,
    encode_add_checkpoint,
    encode_entries_header,
    encode_mirror_info,
    encode_package,
    packages_of,
)

HASHES = st.binary(min_size=32, max_size=32)
NOTE = b"origin\n1\nroot\n\n\xe2\x80\x94 name sig\n"


@given(
    old_size=st.integers(0, 2**63 - 1),
    proof=st.lists(HASHES, max_size=63).map(tuple),
    checkpoint=st.binary(max_size=60),
)
def test_an_add_checkpoint_is_its_bytes(
    old_size: int, proof: tuple[bytes, ...], checkpoint: bytes
) -> None:
    message = AddCheckpoint(old_size=old_size, proof=proof, checkpoint=checkpoint)
    assert decode_add_checkpoint(encode_add_checkpoint(message)) == message


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"old",
        b"old ",
        b"old 01",
        b"old -1",
        b"old 1 ",
        b"Old 1",
        b"old 99999999999999999999",
        b"old 1\nAAAA",
        b"old 1\n" + b"A" * 44,
        b"old 1\n" + b"A" * 43 + b"B",
        b"old 1\n!" + b"A" * 42 + b"=",
        b"old \xd9\xa1",
        b"old 0" + (b"\n" + b"A" * 43 + b"=") * 64,
    ],
)
def test_another_head_of_add_checkpoint_is_refused(head: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode_add_checkpoint(head + b"\n\n" + NOTE)


def test_an_add_checkpoint_without_its_empty_line_or_too_large_is_refused() -> None:
    for data in (b"old 1\n" + NOTE.replace(b"\n\n", b"\n"), b"old 1\n\n" + bytes(65_537)):
        with pytest.raises(MalformedMessage):
            decode_add_checkpoint(data)


@st.composite
def uploads(draw: st.DrawFn) -> list[EntriesHeader | Package]:
    start = draw(st.integers(0, 600))
    end = draw(st.integers(start, start + 600))
    origin = draw(st.text(st.characters(codec="utf-8", min_codepoint=0x20), max_size=20))
    header = EntriesHeader(origin=origin, start=start, end=end, ticket=draw(st.binary(max_size=20)))
    packages = [
        Package(
            start=first,
            end=last,
            entries=tuple(b"entry %d" % number for number in range(first, last)),
            proof=tuple(draw(st.lists(HASHES, max_size=3))),
        )
        for first, last in packages_of(start, end)
    ]
    return [header, *packages]


def encoded(upload: list[EntriesHeader | Package]) -> bytes:
    return b"".join(
        encode_entries_header(it) if isinstance(it, EntriesHeader) else encode_package(it)
        for it in upload
    )


@given(upload=uploads(), cuts=st.lists(st.integers(1, 2_000), max_size=8))
def test_an_upload_is_read_as_it_arrives_in_whatever_pieces(
    upload: list[EntriesHeader | Package], cuts: list[int]
) -> None:
    data, decoder = encoded(upload), EntriesDecoder()
    values: list[EntriesHeader | Package] = []
    for cut in cuts:
        values += decoder.feed(data[:cut])
        data = data[cut:]
    values += decoder.feed(data)
    assert values == upload
    assert (decoder.is_finished, decoder.is_cut) == (True, False)


@given(upload=uploads(), data=st.data())
def test_an_upload_that_was_cut_gives_its_whole_packages_and_says_so(
    upload: list[EntriesHeader | Package], data: st.DataObject
) -> None:
    whole = encoded(upload)
    cut = data.draw(st.integers(0, len(whole) - 1))
    decoder = EntriesDecoder()
    values = decoder.feed(whole[:cut])
    assert values == upload[: len(values)]
    assert not decoder.is_finished or len(values) == len(upload)
    bounds = {len(encoded(upload[:n])) for n in range(1, len(upload) + 1)}
    assert decoder.is_cut == (cut not in bounds)


@given(start=st.integers(0, 2_000), width=st.integers(0, 2_000))
def test_packages_are_the_blocks_of_256_that_an_interval_touches(start: int, width: int) -> None:
    ranges = list(packages_of(start, start + width))
    assert [n for first, last in ranges for n in range(first, last)] == list(
        range(start, start + width)
    )
    assert all(first // 256 == (last - 1) // 256 for first, last in ranges)
    assert all(last % 256 == 0 for _, last in ranges[:-1])


def _header(origin: bytes = b"log", start: int = 0, end: int = 1, ticket: bytes = b"") -> bytes:
    return (
        len(origin).to_bytes(2, "big") + origin + start.to_bytes(8, "big")
        + end.to_bytes(8, "big") + len(ticket).to_bytes(2, "big") + ticket
    )  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        _header(start=2, end=1),
        _header(origin=b"\xff"),
        _header(origin=b"\x00"),
        _header(end=2**63),
        _header(origin=b"x" * 1_025),
        _header(ticket=b"x" * 1_025),
        _header() + b"\x00\x01x\x40",
        _header() + b"\x00\x01x\x00" + b"more",
        _header(start=1, end=1) + b"more",
    ],
)
def test_an_upload_that_breaks_the_format_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedEntries):
        EntriesDecoder().feed(data)


def test_an_entry_without_bytes_is_read_with_its_leaf_hash() -> None:
    header = EntriesHeader(origin="log", start=0, end=2)
    package = Package(start=0, end=2, entries=(b"", b"x"), proof=(), gone=(b"h" * 32,))
    data = encode_entries_header(header) + encode_package(package)
    assert EntriesDecoder().feed(data) == [header, package]


@given(data=st.binary(max_size=120))
def test_any_bytes_are_an_upload_unfinished_or_refused(data: bytes) -> None:
    decoder = EntriesDecoder()
    try:
        values = decoder.feed(data)
    except MalformedEntries:
        return
    assert data.startswith(encoded(values))


@given(
    size=st.integers(0, 2**63 - 1),
    next_entry=st.integers(0, 2**63 - 1),
    ticket=st.binary(max_size=30),
)
def test_a_mirror_info_is_its_three_lines(size: int, next_entry: int, ticket: bytes) -> None:
    info = MirrorInfo(size=size, next_entry=next_entry, ticket=ticket)
    assert encode_mirror_info(info).count(b"\n") == 3
    assert decode_mirror_info(encode_mirror_info(info)) == info


@pytest.mark.parametrize(
    "data",
    [
        b"", b"1\n2\n", b"1\n2\n\n\n", b"1\n2", b"01\n2\n\n", b"1\n-2\n\n",
        b"1\n2\n!\n", b"\xff\n2\n\n", b"1 \n2\n\n",
        b"9223372036854775808\n2\n\n",
    ],
)  # fmt: skip
def test_any_other_mirror_info_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode_mirror_info(data)


def test_a_header_of_the_largest_range_costs_nothing() -> None:
    header = EntriesHeader(origin="a.example/hub/51/1", start=0, end=2**63 - 1, ticket=b"")
    (read,) = EntriesDecoder().feed(encode_entries_header(header))
    assert read == header
