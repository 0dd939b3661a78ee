"""Courier files: one form of bytes, and whatever was cut, changed or made up is refused."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.canonical import canonicalise
from protocol.courier import (
    ADD_CHECKPOINT,
    ADD_ENTRIES,
    COSIGN,
    MIRROR,
    CourierFile,
    Direction,
    Label,
    Part,
    decode_courier_file,
    encode_courier_file,
    national_prefix,
    split_volumes,
)
from protocol.errors import CourierRefused
from protocol.limits import COURIER_BYTES_MAX, INTEGER_MAX
from protocol.problems import PROBLEMS
from protocol.tiles import Tile, bundle_path, tile_path

TO_CENTRE = Label(
    authority="jippnas.test",
    hub="51",
    direction=Direction.TO_CENTRE,
    sequence=7,
    volume=1,
    volumes=2,
    start=0,
    end=3,
    size=5,
)
TO_HUB = replace(TO_CENTRE, direction=Direction.TO_HUB, state="active")
FROM_HUB = CourierFile(
    label=TO_CENTRE,
    parts=(
        Part(name=ADD_CHECKPOINT, body=b"old 0\n\n..."),
        Part(name=ADD_ENTRIES, body=b"\x00\x01"),
        Part(name=COSIGN, body=b""),
    ),
)

counts = st.integers(0, INTEGER_MAX)
to_centre_parts = st.builds(
    Part, name=st.sampled_from([ADD_CHECKPOINT, ADD_ENTRIES, COSIGN]), body=st.binary(max_size=40)
)
paths = st.one_of(
    st.just("checkpoint"),
    st.builds(tile_path, st.builds(Tile, st.integers(0, 63), st.integers(0, 9), st.just(5))),
    st.builds(bundle_path, st.integers(0, 10**6), st.integers(1, 256)),
)
to_hub_parts = st.builds(
    lambda prefix, path, body: Part(name=f"{prefix}/{path}", body=body),
    st.sampled_from([MIRROR, national_prefix(1), national_prefix(12)]),
    paths,
    st.binary(max_size=40),
)


@st.composite
def labels(draw: st.DrawFn, direction: Direction) -> Label:
    start, end, size = sorted(draw(st.tuples(counts, counts, counts)))
    volume, volumes = sorted(draw(st.tuples(st.integers(1, 999), st.integers(1, 999))))
    return Label(
        authority=draw(st.sampled_from(["jippnas.go.id", "contoh.example"])),
        hub=draw(st.sampled_from(["51", "kemenkes", "uji-3"])),
        direction=direction,
        sequence=draw(st.integers(1, INTEGER_MAX)),
        volume=volume,
        volumes=volumes,
        start=start,
        end=end,
        size=size,
        state="active" if direction is Direction.TO_HUB else "",
    )


def files_of(direction: Direction, parts: st.SearchStrategy[Part]) -> st.SearchStrategy[object]:
    unique = (lambda part: part.name) if direction is Direction.TO_HUB else None
    several = st.lists(parts, max_size=6, unique_by=unique).map(tuple)
    return st.builds(CourierFile, label=labels(direction), parts=several)


files = st.one_of(
    files_of(Direction.TO_CENTRE, to_centre_parts), files_of(Direction.TO_HUB, to_hub_parts)
)


def refusal(data: bytes) -> str:
    """The code with which these bytes are refused."""
    with pytest.raises(CourierRefused) as refused:
        decode_courier_file(data)
    assert refused.value.code in PROBLEMS
    return refused.value.code


def sealed(contents: bytes) -> bytes:
    """A file of these contents with a digest that fits: what a forger would make."""
    digest = hashlib.sha256(contents).hexdigest()
    return f"jipp-courier 1\n{digest} {len(contents)}\n".encode() + contents


def contents_of(file: CourierFile) -> bytes:
    return encode_courier_file(file).split(b"\n", 2)[2]


@given(file=files)
def test_a_file_is_its_bytes(file: CourierFile) -> None:
    assert decode_courier_file(encode_courier_file(file)) == file


@given(file=files, data=st.data())
def test_a_file_with_any_byte_changed_is_refused(file: CourierFile, data: st.DataObject) -> None:
    whole = bytearray(encode_courier_file(file))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    refusal(bytes(whole))


@given(file=files, data=st.data())
def test_a_file_that_was_cut_anywhere_is_refused(file: CourierFile, data: st.DataObject) -> None:
    whole = encode_courier_file(file)
    refusal(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(file=files, more=st.binary(min_size=1, max_size=9))
def test_a_file_with_something_behind_it_is_refused(file: CourierFile, more: bytes) -> None:
    assert refusal(encode_courier_file(file) + more) == "courier_altered"


@given(data=st.binary(max_size=300))
def test_noise_is_no_file(data: bytes) -> None:
    assert refusal(data) == "courier_malformed"


@given(contents=st.binary(max_size=300))
def test_a_forged_digest_makes_no_file_of_noise(contents: bytes) -> None:
    assert refusal(sealed(contents)) == "courier_malformed"


def test_what_is_wrong_has_a_code_of_its_own() -> None:
    whole = encode_courier_file(FROM_HUB)
    assert refusal(b"PK\x03\x04") == "courier_malformed"
    assert refusal(whole[:-1]) == "courier_truncated"
    assert refusal(whole[:-1] + b"?") == "courier_altered"
    assert refusal(whole.replace(b"jipp-courier 1", b"jipp-courier 2")) == "courier_version"
    assert refusal(b"x" * (COURIER_BYTES_MAX + 1)) == "courier_too_large"


@pytest.mark.parametrize(
    "line",
    [b"jipp-courier 01\n", b"jipp-courier 1 \n", b"jipp-courier +1\n", b"jipp-courier 1\r\n"],
)
def test_the_first_line_has_one_form(line: bytes) -> None:
    assert refusal(line + encode_courier_file(FROM_HUB).split(b"\n", 1)[1]) == "courier_malformed"


def test_the_length_has_one_form() -> None:
    first, second, rest = encode_courier_file(FROM_HUB).split(b"\n", 2)
    digest, length = second.split()
    assert refusal(b"%b\n%b 0%b\n%b" % (first, digest, length, rest)) == "courier_malformed"
    assert refusal(b"%b\n%b %b\n%b" % (first, digest.upper(), length, rest)) == "courier_malformed"


@pytest.mark.parametrize(
    "changes",
    [
        {"authority": "Jipp Nas"},
        {"authority": 5},
        {"hub": "../51"},
        {"direction": "sideways"},
        {"sequence": 0},
        {"volume": 0},
        {"volume": 3},
        {"start": 4},
        {"size": 2},
        {"size": "5"},
        {"start": -1},
        {"state": "active"},
        {"more": 1},
    ],
)
def test_a_label_that_cannot_be_is_refused(changes: dict[str, str | int]) -> None:
    members: dict[str, object] = {
        name: getattr(TO_CENTRE, name) for name in Label.__dataclass_fields__
    }
    members |= {"direction": TO_CENTRE.direction.value, **changes}
    assert refusal(sealed(canonicalise(members) + b"\n")) == "courier_malformed"  # type: ignore[arg-type]


def test_a_label_is_in_canonical_form() -> None:
    contents = contents_of(FROM_HUB)
    assert refusal(sealed(contents.replace(b'":', b'": ', 1))) == "courier_malformed"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        (TO_CENTRE, "sync/v1/enrol"),
        (TO_CENTRE, "log/national/1/checkpoint"),
        (TO_HUB, ADD_ENTRIES),
        (TO_HUB, "log/national/0/checkpoint"),
        (TO_HUB, "log/national/1/tile/../../etc/passwd"),
        (TO_HUB, "log/national/1/tile/0/000.p/256"),
        (TO_HUB, "/log/national/1/checkpoint"),
        (TO_HUB, ""),
    ],
)
def test_a_part_that_such_a_file_does_not_carry_is_refused(label: Label, name: str) -> None:
    file = CourierFile(label=label, parts=(Part(name=name, body=b""),))
    assert refusal(encode_courier_file(file)) == "courier_malformed"


def test_an_address_is_ascii() -> None:
    contents = contents_of(CourierFile(label=TO_HUB, parts=()))
    assert refusal(sealed(contents + b"\x00\x01\xff" + bytes(8))) == "courier_malformed"


def test_an_answer_has_one_body_for_an_address() -> None:
    part = Part(name=f"{MIRROR}/checkpoint", body=b"")
    file = CourierFile(label=TO_HUB, parts=(part, part))
    assert refusal(encode_courier_file(file)) == "courier_malformed"


def test_a_file_is_named_so_that_volumes_sort() -> None:
    assert TO_CENTRE.file_name == "51-to-centre-00007-001-of-002.courier"


@given(sizes=st.lists(st.integers(0, 50)), volume_bytes=st.integers(1, 100))
def test_volumes_hold_everything_once_and_in_order(sizes: list[int], volume_bytes: int) -> None:
    volumes = split_volumes(sizes, volume_bytes=volume_bytes)
    assert [number for start, end in volumes for number in range(start, end)] == [
        *range(len(sizes))
    ]
    assert len(volumes) >= 1
    for start, end in volumes:
        assert sum(sizes[start:end]) <= volume_bytes or end - start == 1
