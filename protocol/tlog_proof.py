"""`.tlog-proof` files (C2SP tlog-proof): one entry's inclusion, checkable offline."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from protocol.checkpoints import Checkpoint, Cosignature, known_cosignatures, open_checkpoint
from protocol.decimals import parse_decimal
from protocol.errors import MalformedProofFile
from protocol.keys import VerifierKey
from protocol.limits import ENTRY_BYTES_MAX, NOTE_BYTES_MAX, PROOF_HASHES_MAX
from protocol.merkle import HASH_BYTES, leaf_hash
from protocol.merkle_proofs import check_inclusion

_MAGIC = "c2sp.org/tlog-proof@v1"
_INDEX = "index "
_BYTES_MAX = 4 * ENTRY_BYTES_MAX + NOTE_BYTES_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofFile:
    """A proof file's parts, unverified.

    Attributes:
        index: of the entry, from 0.
        proof: inclusion proof, leaf's sibling first.
        checkpoint: the note's bytes, verbatim.
        extra: application data; not authenticated by anything.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def format_proof_file(file: ProofFile) -> bytes:
    """The bytes of a proof file."""
    extra = [] if file.extra is None else [f"extra {base64.b64encode(file.extra).decode()}"]
    hashes = [base64.b64encode(h).decode() for h in file.proof]
    lines = [_MAGIC, *extra, f"index {file.index}", *hashes, ""]
    return "".join(f"{line}\n" for line in lines).encode() + file.checkpoint


def parse_proof_file(data: bytes) -> ProofFile:
    """The parts of a proof file.

    Raises:
        MalformedProofFile: any deviation from tlog-proof, "Format".
    """
    head, separator, checkpoint = data.partition(b"\n\n")
    if not separator or len(data) > _BYTES_MAX:
        raise MalformedProofFile("no empty line before the checkpoint, or too large")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise MalformedProofFile("not ASCII before the checkpoint") from error
    if lines.pop(0) != _MAGIC or not lines:
        raise MalformedProofFile(f"the first line is not {_MAGIC}")
    extra = _decode(lines.pop(0)[6:]) if lines[0].startswith("extra ") else None
    first = lines[0] if lines else ""
    index = parse_decimal(first.removeprefix(_INDEX)) if first.startswith(_INDEX) else None
    if index is None or len(lines) - 1 > PROOF_HASHES_MAX:
        raise MalformedProofFile("no index line, or too many proof lines")
    proof = tuple(_decode_hash(line) for line in lines[1:])
    return ProofFile(index=index, proof=proof, checkpoint=checkpoint, extra=extra)


def check_proof_file(
    file: ProofFile,
    *,
    entry: bytes,
    origin: str,
    keys: Sequence[VerifierKey],
    witnesses: Sequence[VerifierKey] = (),
) -> tuple[Checkpoint, tuple[Cosignature, ...]]:
    """Accepts when `entry` stands in the log, and says which known witnesses cosigned it.

    How many witnesses are enough is the caller's policy (tlog-proof, "Verifying a tlog proof").

    Returns:
        The opened checkpoint, and the verified cosignatures of `witnesses`, one a key at most.

    Raises:
        MalformedNote, MalformedCheckpoint, NoteRefused, ProofRefused: it is not shown to.
    """
    checkpoint = open_checkpoint(file.checkpoint, origin=origin, keys=keys)
    check_inclusion(index=file.index, leaf=leaf_hash(entry), proof=file.proof, tree=checkpoint.tree)
    return checkpoint, known_cosignatures(checkpoint, witnesses)


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedProofFile("a line that is not base64") from error
    if base64.b64encode(data).decode() != text:
        raise MalformedProofFile("not the only base64 of these bytes")
    return data


def _decode_hash(text: str) -> bytes:
    data = _decode(text)
    if len(data) != HASH_BYTES:
        raise MalformedProofFile("a proof line that is not one hash")
    return data
