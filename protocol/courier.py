"""Courier files: the messages of a sync, carried by hand (protocol.md, "Courier files").

    jipp-courier 1
    <SHA-256 of all that follows this line, in hex> <its length in bytes>
    {"authority":…}                     the label, canonical JSON, one line
    <uint16><name><uint64><body> …      the parts, big-endian lengths

A part is named by the address at which the network has the same bytes, so whoever reads a file
checks it with the code that checks the network's answers. The digest finds accidents; it proves
nothing, because anybody can compute one. Reasons: docs/decisions/0012.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from protocol.canonical import Json, canonicalise, parse
from protocol.decimals import parse_decimal
from protocol.errors import CourierRefused, ProtocolError
from protocol.limits import COURIER_BYTES_MAX, INTEGER_MAX
from protocol.merkle_proofs import Range
from protocol.names import is_hub_id
from protocol.tiles import parse_bundle_path, parse_tile_path

VERSION = 1

ADD_CHECKPOINT = "sync/v1/add-checkpoint"
ADD_ENTRIES = "sync/v1/add-entries"
COSIGN = "sync/v1/cosign"
MIRROR = "sync/v1/mirror"
"""Prefix of the hub's own log, as the centre mirrors it."""

_MAGIC = b"jipp-courier "
_LABEL_BYTES_MAX = 4_096
_NAME_BYTES, _BODY_BYTES = 2, 8
_DIGEST_LINE = re.compile(rb"([0-9a-f]{64}) ([0-9]{1,19})")
_AUTHORITY = re.compile(r"[a-z0-9.-]{1,253}")
_STATE = re.compile(r"[a-z]{0,16}")
_LOG_PART = re.compile(r"(?:sync/v1/mirror|log/national/[1-9][0-9]{0,8})/(checkpoint|tile/.+)")


class Direction(StrEnum):
    """Who reads the file."""

    TO_CENTRE = "to-centre"
    TO_HUB = "to-hub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a file says of itself: claims, to route it and to say what is missing.

    Attributes:
        authority: of the centre.
        hub: id of the hub that the file is from or for.
        direction: who reads it.
        sequence: number of the export at its writer, from 1; for people.
        volume, volumes: which part of that export this is, from 1.
        start, end: which entries lie here, of the hub's log or of the national one.
        size: of the tree that they are part of.
        state: how the centre sees the hub; empty towards the centre.
    """

    authority: str
    hub: str
    direction: Direction
    sequence: int
    volume: int
    volumes: int
    start: int
    end: int
    size: int
    state: str = ""

    def __post_init__(self) -> None:
        """Raises CourierRefused where one member is malformed or two contradict each other."""
        if not (_AUTHORITY.fullmatch(self.authority) and is_hub_id(self.hub)):
            raise CourierRefused("a label without authority and hub")
        is_stated = bool(self.state) == (self.direction is Direction.TO_HUB)
        if not (_STATE.fullmatch(self.state) and is_stated):
            raise CourierRefused("a label of another direction's form")
        is_counted = 1 <= self.volume <= self.volumes and self.sequence >= 1
        if not (is_counted and 0 <= self.start <= self.end <= self.size):
            raise CourierRefused("a label that contradicts itself")

    @property
    def volume_before(self) -> str:
        """The volume that comes before this one, in words; empty for the first."""
        if self.volume == 1:
            return ""
        return f"volume {self.volume - 1} of {self.volumes} of file {self.sequence}"

    @property
    def file_name(self) -> str:
        """A name that sorts as the volumes are to be read."""
        volume = f"{self.volume:03}-of-{self.volumes:03}"
        return f"{self.hub}-{self.direction}-{self.sequence:05}-{volume}.courier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message.

    Attributes:
        name: its address on the network, without the leading slash.
        body: the bytes that the network carries there, without Content-Encoding.
    """

    name: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierFile:
    """One file: its label and its parts, in order. No part is verified."""

    label: Label
    parts: tuple[Part, ...]

    def bodies(self, name: str) -> tuple[bytes, ...]:
        """The bodies of all parts of that name."""
        return tuple(part.body for part in self.parts if part.name == name)


def national_prefix(epoch: int) -> str:
    """Prefix of the parts of the national log."""
    return f"log/national/{epoch}"


def encode_courier_file(file: CourierFile) -> bytes:
    """The file's bytes; `decode_courier_file` of them gives the file again.

    Raises:
        CourierRefused: nobody would read it, because it is over `COURIER_BYTES_MAX`.
    """
    label: dict[str, Json] = {it.name: getattr(file.label, it.name) for it in fields(Label)}
    label["direction"] = file.label.direction.value
    contents = canonicalise(label) + b"\n" + b"".join(map(_encode_part, file.parts))
    digest = hashlib.sha256(contents).hexdigest()
    data = b"%b%d\n%b %d\n" % (_MAGIC, VERSION, digest.encode(), len(contents)) + contents
    _check_size(data)
    return data


def decode_courier_file(data: bytes) -> CourierFile:
    """The file in `data`.

    Raises:
        CourierRefused: code courier_malformed (no courier file, or one that breaks the format),
            courier_version, courier_truncated, courier_altered, courier_too_large.
    """
    _check_size(data)
    contents = _contents(data)
    line, _, _ = contents[: _LABEL_BYTES_MAX + 1].partition(b"\n")
    label = _label(line)
    parts = tuple(_parts(contents, len(line) + 1))
    for part in parts:
        _check_name(part.name, label.direction)
    if label.direction is Direction.TO_HUB and len({part.name for part in parts}) != len(parts):
        raise CourierRefused("two parts of one address")
    return CourierFile(label=label, parts=parts)


def split_volumes(sizes: Sequence[int], *, volume_bytes: int) -> list[Range]:
    """Which items go into which volume: ranges of their numbers, in order; always one at least.

    Args:
        sizes: of the items, in bytes.
        volume_bytes: what a volume holds; an item that is larger has a volume of its own.
    """
    volumes: list[Range] = []
    start = filled = 0
    for number, size in enumerate(sizes):
        if number > start and filled + size > volume_bytes:
            volumes.append((start, number))
            start, filled = number, 0
        filled += size
    return [*volumes, (start, len(sizes))]


def _check_size(data: bytes) -> None:
    if len(data) > COURIER_BYTES_MAX:
        sentence = f"{len(data)} bytes, at most {COURIER_BYTES_MAX}"
        raise CourierRefused(sentence, code="courier_too_large")


def _contents(data: bytes) -> bytes:
    """All behind the digest line, as it was written."""
    first, separator, rest = data[: len(_MAGIC) + 20].partition(b"\n")
    if not first.startswith(_MAGIC):
        raise CourierRefused("not a courier file")
    version = parse_decimal(first[len(_MAGIC) :].decode("ascii", "replace"))
    if not separator or version is None:
        raise CourierRefused("a first line that ends nowhere")
    if version != VERSION:
        raise CourierRefused(f"version {version}, known is {VERSION}", code="courier_version")
    begin = len(first) + 1
    line, separator, rest = data[begin : begin + 128].partition(b"\n")
    match = _DIGEST_LINE.fullmatch(line)
    if not separator or match is None or parse_decimal(match[2].decode()) is None:
        raise CourierRefused("a second line without digest and length")
    rest = data[begin + len(line) + 1 :]
    if len(rest) < int(match[2]):
        sentence = f"{len(rest)} of {int(match[2])} bytes"
        raise CourierRefused(sentence, code="courier_truncated")
    if len(rest) > int(match[2]) or hashlib.sha256(rest).hexdigest() != match[1].decode():
        raise CourierRefused("the digest is another", code="courier_altered")
    return rest


def _label(line: bytes) -> Label:
    try:
        members = parse(line, size_max=_LABEL_BYTES_MAX)
    except ProtocolError as error:
        raise CourierRefused("a label that is not JSON") from error
    names = {it.name for it in fields(Label)}
    if not isinstance(members, dict) or members.keys() != names or canonicalise(members) != line:
        raise CourierRefused("a label with other members, or not in canonical form")
    try:
        direction = Direction(str(members["direction"]))
    except ValueError as error:
        raise CourierRefused("an unknown direction") from error
    return Label(
        authority=_text(members, "authority"),
        hub=_text(members, "hub"),
        direction=direction,
        sequence=_number(members, "sequence"),
        volume=_number(members, "volume"),
        volumes=_number(members, "volumes"),
        start=_number(members, "start"),
        end=_number(members, "end"),
        size=_number(members, "size"),
        state=_text(members, "state"),
    )


def _number(members: dict[str, Json], name: str) -> int:
    value = members[name]
    if type(value) is not int or not 0 <= value <= INTEGER_MAX:
        raise CourierRefused(f"{name} is not a number of entries or files")
    return value


def _text(members: dict[str, Json], name: str) -> str:
    value = members[name]
    if not isinstance(value, str):
        raise CourierRefused(f"{name} is not text")
    return value


def _encode_part(part: Part) -> bytes:
    name = part.name.encode("ascii")
    lengths = len(name).to_bytes(_NAME_BYTES, "big"), len(part.body).to_bytes(_BODY_BYTES, "big")
    return lengths[0] + name + lengths[1] + part.body


def _parts(data: bytes, position: int) -> Iterator[Part]:
    while position < len(data):
        name, position = _framed(data, position, _NAME_BYTES)
        body, position = _framed(data, position, _BODY_BYTES)
        try:
            yield Part(name=name.decode("ascii"), body=body)
        except UnicodeDecodeError as error:
            raise CourierRefused("a part without an address") from error


def _framed(data: bytes, position: int, length_bytes: int) -> tuple[bytes, int]:
    """Bytes behind their length, and where they end."""
    start = position + length_bytes
    end = start + int.from_bytes(data[position:start], "big")
    if start > len(data) or end > len(data):
        raise CourierRefused("a part that ends behind the file")
    return data[start:end], end


def _check_name(name: str, direction: Direction) -> None:
    """Accepts an address that a file of this direction carries.

    Raises:
        CourierRefused: it does not.
    """
    if direction is Direction.TO_CENTRE:
        is_known = name in {ADD_CHECKPOINT, ADD_ENTRIES, COSIGN}
    else:
        match = _LOG_PART.fullmatch(name)
        is_known = match is not None and (match[1] == "checkpoint" or _is_tile(match[1]))
    if not is_known:
        raise CourierRefused("a part that such a file does not carry")


def _is_tile(path: str) -> bool:
    parser = parse_bundle_path if path.startswith("tile/entries/") else parse_tile_path
    try:
        parser(path)
    except ProtocolError:
        return False
    return True
