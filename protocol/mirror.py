"""The messages of tlog-mirror: add-checkpoint, add-entries with its packages, mirror-info.

add-checkpoint is the witness's (C2SP tlog-witness). Processing them is the centre's business;
this room knows their form only.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from protocol.decimals import parse_decimal
from protocol.errors import MalformedEntries, MalformedMessage
from protocol.limits import (
    LOG_SIZE_MAX,
    NOTE_BYTES_MAX,
    PACKAGE_ENTRIES,
    PROOF_HASHES_MAX,
    TICKET_BYTES_MAX,
)
from protocol.merkle import HASH_BYTES
from protocol.merkle_proofs import Range

_ORIGIN_BYTES_MAX = 1024
_MIRROR_INFO_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCheckpoint:
    """The body of add-checkpoint.

    Attributes:
        old_size: size of the last pending checkpoint that the client knows of.
        proof: consistency proof from there, at most 63 hashes.
        checkpoint: the note's bytes, unverified.
    """

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes


def encode_add_checkpoint(message: AddCheckpoint) -> bytes:
    """The body as tlog-witness writes it."""
    lines = [f"old {message.old_size}", *(base64.b64encode(h).decode() for h in message.proof), ""]
    return "".join(f"{line}\n" for line in lines).encode() + message.checkpoint


def decode_add_checkpoint(data: bytes) -> AddCheckpoint:
    """The message in a body.

    Raises:
        MalformedMessage: any deviation from tlog-witness, "add-checkpoint".
    """
    head, separator, checkpoint = data.partition(b"\n\n")
    if not separator or len(checkpoint) > NOTE_BYTES_MAX:
        raise MalformedMessage("no empty line before the checkpoint, or a checkpoint too large")
    try:
        first, *hashes = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise MalformedMessage("not ASCII before the checkpoint") from error
    old_size = parse_decimal(first.removeprefix("old "))
    if not first.startswith("old ") or old_size is None:
        raise MalformedMessage("the first line is not `old <size>`")
    if len(hashes) > PROOF_HASHES_MAX:
        raise MalformedMessage(f"more than {PROOF_HASHES_MAX} proof lines")
    proof = tuple(_decode_hash(line) for line in hashes)
    return AddCheckpoint(old_size=old_size, proof=proof, checkpoint=checkpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesHeader:
    """What stands before the packages of add-entries.

    Attributes:
        origin: the log's.
        start: `upload_start`.
        end: `upload_end`, at least `start`.
        ticket: opaque to the client.
    """

    origin: str
    start: int
    end: int
    ticket: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An entry package: entries [start, end) with the proof of their subtree.

    Attributes:
        start: index of the first entry.
        end: one past the last; both lie in one aligned block of 256.
        entries: their bytes; none where they were redacted.
        proof: subtree consistency proof of [subtree_start, end).
        gone: the leaf hash of each entry without bytes, in order.
    """

    start: int
    end: int
    entries: tuple[bytes, ...]
    proof: tuple[bytes, ...]
    gone: tuple[bytes, ...] = ()

    @property
    def subtree_start(self) -> int:
        """`start` rounded down to a multiple of 256."""
        return self.start - self.start % PACKAGE_ENTRIES


def packages_of(start: int, end: int) -> Iterator[Range]:
    """The canonical packages for [start, end), one at a time: a stranger names `end`."""
    while start < end:
        after = min(start - start % PACKAGE_ENTRIES + PACKAGE_ENTRIES, end)
        yield start, after
        start = after


def encode_entries_header(header: EntriesHeader) -> bytes:
    """The header's bytes."""
    origin = header.origin.encode()
    return (
        len(origin).to_bytes(2, "big")
        + origin
        + header.start.to_bytes(8, "big")
        + header.end.to_bytes(8, "big")
        + len(header.ticket).to_bytes(2, "big")
        + header.ticket
    )


def encode_package(package: Package) -> bytes:
    """A package's bytes.

    Ours alone: behind the length 0 of a redacted entry stands its leaf hash, which tlog-mirror,
    that knows no redaction, has no place for.
    """
    gone = iter(package.gone)
    entries = b"".join(len(e).to_bytes(2, "big") + (e or next(gone)) for e in package.entries)
    return entries + bytes([len(package.proof)]) + b"".join(package.proof)


class EntriesDecoder:
    """Reads an add-entries body as it arrives: first the header, then each whole package.

    Bytes in, values out, no I/O. After the last byte, `is_finished` says whether the body held the
    whole canonical sequence and `is_cut` whether it ended inside a message.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._header: EntriesHeader | None = None
        self._expected: Iterator[Range] = iter(())
        self._current: Range | None = None
        self._entries: list[bytes] = []
        """Of the current package, as far as they have arrived; the buffer begins behind them."""
        self._entries_bytes = 0
        self._gone: list[bytes] = []
        """The leaf hashes of those without bytes."""

    @property
    def is_finished(self) -> bool:
        """Whether the header and every package of its interval have been read."""
        return self._header is not None and self._current is None

    @property
    def is_cut(self) -> bool:
        """Whether bytes of an incomplete header or package are left over."""
        return self._header is None or bool(self._buffer or self._entries)

    @property
    def held_bytes(self) -> int:
        """Bytes of the message that is not complete yet."""
        return len(self._buffer) + self._entries_bytes

    def feed(self, data: bytes) -> list[EntriesHeader | Package]:
        """What `data` completed, in order.

        Raises:
            MalformedEntries: a header or package that breaks the format.
        """
        self._buffer += data
        values: list[EntriesHeader | Package] = []
        while (value := self._next()) is not None:
            values.append(value)
        return values

    def _next(self) -> EntriesHeader | Package | None:
        if self._header is None:
            return self._next_header()
        if self._current is None:
            if self._buffer:
                raise MalformedEntries("bytes after the last package")
            return None
        return self._next_package(*self._current)

    def _next_header(self) -> EntriesHeader | None:
        view = bytes(self._buffer[: _ORIGIN_BYTES_MAX + TICKET_BYTES_MAX + 20])
        origin_end = 2 + int.from_bytes(view[:2], "big")
        ticket_start = origin_end + 18
        ticket_bytes = int.from_bytes(view[origin_end + 16 : ticket_start], "big")
        if origin_end > 2 + _ORIGIN_BYTES_MAX or ticket_bytes > TICKET_BYTES_MAX:
            raise MalformedEntries("an origin or ticket that is too long")
        end = ticket_start + ticket_bytes
        if len(view) < max(end, ticket_start):
            return None
        self._header = _header(view[2:origin_end], view[origin_end:end])
        self._expected = packages_of(self._header.start, self._header.end)
        self._current = next(self._expected, None)
        del self._buffer[:end]
        return self._header

    def _next_package(self, start: int, end: int) -> Package | None:
        if not self._take_entries(end - start) or not self._buffer:
            return None
        count = self._buffer[0]
        if count > PROOF_HASHES_MAX:
            raise MalformedEntries(f"more than {PROOF_HASHES_MAX} proof hashes")
        proof_end = 1 + count * HASH_BYTES
        if len(self._buffer) < proof_end:
            return None
        hashes = bytes(self._buffer[1:proof_end])
        proof = tuple(hashes[i : i + HASH_BYTES] for i in range(0, len(hashes), HASH_BYTES))
        del self._buffer[:proof_end]
        entries, gone = tuple(self._entries), tuple(self._gone)
        package = Package(start=start, end=end, entries=entries, proof=proof, gone=gone)
        self._entries, self._entries_bytes, self._gone = [], 0, []
        self._current = next(self._expected, None)
        return package

    def _take_entries(self, count: int) -> bool:
        """Moves whole entries out of the buffer; True once there are `count` of them."""
        view, position = bytes(self._buffer), 0
        while len(self._entries) < count:
            start = position + 2
            count_bytes = int.from_bytes(view[position:start], "big")
            end = start + (count_bytes or HASH_BYTES)
            if len(view) < end:
                break
            self._entries.append(view[start:end] if count_bytes else b"")
            if not count_bytes:
                self._gone.append(view[start:end])
            self._entries_bytes += end - start
            position = end
        del self._buffer[:position]
        return len(self._entries) == count


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorInfo:
    """The body of a 202 or 409 answer to add-entries (`text/x.tlog.mirror-info`).

    Attributes:
        size: of a valid pending checkpoint.
        next_entry: index of the first entry that the mirror lacks.
        ticket: to be sent back as it is.
    """

    size: int
    next_entry: int
    ticket: bytes = b""


def encode_mirror_info(info: MirrorInfo) -> bytes:
    """Three lines."""
    ticket = base64.b64encode(info.ticket).decode()
    return f"{info.size}\n{info.next_entry}\n{ticket}\n".encode()


def decode_mirror_info(data: bytes) -> MirrorInfo:
    """The three lines' values.

    Raises:
        MalformedMessage: not three lines of that form.
    """
    try:
        lines = data.decode("ascii").split("\n")
        ticket = base64.b64decode(lines[2], validate=True)
    except (UnicodeDecodeError, IndexError, binascii.Error) as error:
        raise MalformedMessage("not a mirror-info body") from error
    size, next_entry = parse_decimal(lines[0]), parse_decimal(lines[1])
    if len(lines) != _MIRROR_INFO_LINES + 1 or lines[-1] or size is None or next_entry is None:
        raise MalformedMessage("not a mirror-info body")
    return MirrorInfo(size=size, next_entry=next_entry, ticket=ticket)


def _header(origin: bytes, rest: bytes) -> EntriesHeader:
    start, end = int.from_bytes(rest[:8], "big"), int.from_bytes(rest[8:16], "big")
    if start > end or end > LOG_SIZE_MAX:
        raise MalformedEntries("upload_start lies after upload_end, or that beyond any log")
    try:
        name = origin.decode()
    except UnicodeDecodeError as error:
        raise MalformedEntries("an origin that is not UTF-8") from error
    if min(name, default=" ") < " ":
        raise MalformedEntries("an origin with control characters")
    return EntriesHeader(origin=name, start=start, end=end, ticket=rest[18:])


def _decode_hash(line: str) -> bytes:
    try:
        data = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedMessage("a proof line that is not base64") from error
    if len(data) != HASH_BYTES or base64.b64encode(data).decode() != line:
        raise MalformedMessage("a proof line that is not one hash")
    return data
