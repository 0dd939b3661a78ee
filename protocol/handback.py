"""What a hub hands back to a centre that was restored from an old backup: entries it lost.

Ours alone (protocol.md, "Recovery", G). The message proves itself, whoever brings it: the entries
belong to a checkpoint that the centre once signed. An entry whose bytes were redacted is sent as
its leaf hash.

    jipp-hand-back/v1
    <index of the first entry>
    <number of entries>
    <number of proof hashes>
    <bytes of the checkpoint>
    <the checkpoint, the proof hashes, the entries>

Each number is decimal on a line of its own. An entry is its length in two bytes (big-endian) and
its bytes; a length of 0 is followed by the leaf hash.
"""

from dataclasses import dataclass

from protocol.checkpoints import Checkpoint
from protocol.decimals import parse_decimal
from protocol.errors import MalformedMessage
from protocol.limits import HAND_BACK_ENTRIES_MAX, NOTE_BYTES_MAX, PROOF_HASHES_MAX
from protocol.merkle import HASH_BYTES, Tree, leaf_hash
from protocol.merkle_proofs import check_consistency

_FIRST_LINE = b"jipp-hand-back/v1"
_HEAD_LINES = 5
_LENGTH_BYTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBack:
    """Entries of a log with the checkpoint that they belong to.

    Attributes:
        checkpoint: the note's bytes, unverified.
        start: index of the first entry.
        entries: their bytes; no bytes where they were redacted.
        leaves: their leaf hashes, in the same order.
        proof: consistency proof from the tree behind the last entry to the checkpoint's; empty
            where the two are one, or where nothing but the checkpoint is shown.
    """

    checkpoint: bytes
    start: int
    entries: tuple[bytes, ...] = ()
    leaves: tuple[bytes, ...] = ()
    proof: tuple[bytes, ...] = ()

    @property
    def end(self) -> int:
        """One past the last entry."""
        return self.start + len(self.entries)


def encode_hand_back(message: HandBack) -> bytes:
    """The message's bytes."""
    counts = message.start, len(message.entries), len(message.proof), len(message.checkpoint)
    head = b"".join(b"%d\n" % count for count in counts)
    pairs = zip(message.entries, message.leaves, strict=True)
    entries = (len(e).to_bytes(_LENGTH_BYTES, "big") + (e or leaf) for e, leaf in pairs)
    parts = (_FIRST_LINE, b"\n", head, message.checkpoint, *message.proof, *entries)
    return b"".join(parts)


def decode_hand_back(data: bytes) -> HandBack:
    """The message in a body.

    Raises:
        MalformedMessage: any deviation from the form above, or more than the limits allow.
    """
    lines = data.split(b"\n", _HEAD_LINES)
    if len(lines) != _HEAD_LINES + 1 or lines[0] != _FIRST_LINE:
        raise MalformedMessage("not a hand-back")
    start, count, proof_count, note_bytes = (_number(line) for line in lines[1:_HEAD_LINES])
    if count > HAND_BACK_ENTRIES_MAX or proof_count > PROOF_HASHES_MAX:
        raise MalformedMessage("more entries or proof hashes than a hand-back may have")
    if note_bytes > NOTE_BYTES_MAX:
        raise MalformedMessage("a checkpoint too large")
    reader = _Reader(lines[_HEAD_LINES])
    checkpoint = reader.take(note_bytes)
    proof = tuple(reader.take(HASH_BYTES) for _ in range(proof_count))
    pairs = [reader.take_entry() for _ in range(count)]
    if not reader.is_done:
        raise MalformedMessage("bytes behind the last entry")
    return HandBack(
        checkpoint=checkpoint,
        start=start,
        entries=tuple(entry for entry, _ in pairs),
        leaves=tuple(leaf for _, leaf in pairs),
        proof=proof,
    )


def check_hand_back(message: HandBack, *, tree: Tree, theirs: Checkpoint) -> None:
    """Accepts entries that lead to the checkpoint.

    Args:
        message: what was handed back.
        tree: of the log with those entries behind its own.
        theirs: the checkpoint, opened.

    Raises:
        ProofRefused: they do not.
    """
    check_consistency(old=tree, new=theirs.tree, proof=message.proof)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    @property
    def is_done(self) -> bool:
        return self._position == len(self._data)

    def take(self, count: int) -> bytes:
        taken = self._data[self._position : self._position + count]
        if len(taken) != count:
            raise MalformedMessage("a hand-back that ends too early")
        self._position += count
        return taken

    def take_entry(self) -> tuple[bytes, bytes]:
        """An entry and its leaf hash."""
        entry = self.take(int.from_bytes(self.take(_LENGTH_BYTES), "big"))
        return entry, leaf_hash(entry) if entry else self.take(HASH_BYTES)


def _number(line: bytes) -> int:
    try:
        number = parse_decimal(line.decode("ascii"))
    except UnicodeDecodeError as error:
        raise MalformedMessage("a line that is no number") from error
    if number is None:
        raise MalformedMessage("a line that is no number")
    return number
