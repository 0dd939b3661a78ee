"""k of n: how many of the witnesses that a reader trusts must have cosigned a checkpoint.

The policy is the reader's (C2SP tlog-proof, "Verifying a tlog proof", step 3). Keys count, not
names: one key under two names is one witness.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from protocol.checkpoints import Checkpoint, open_cosignature
from protocol.errors import KeyRefused, NoteRefused
from protocol.keys import SignatureType, VerifierKey, parse_verifier_key
from protocol.notes import SignatureLine, parse_note


class WitnessesMissing(NoteRefused):
    """Fewer of the reader's witnesses than he requires have cosigned a checkpoint."""

    default_code = "witnesses_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """A reader's policy.

    Attributes:
        witnesses: keys of type 0x04, no public key twice.
        required: how many of them, from 0.

    Raises:
        KeyRefused: a key of another type, one twice, or more required than there are.
    """

    witnesses: tuple[VerifierKey, ...] = ()
    required: int = 0

    def __post_init__(self) -> None:
        if any(key.type is not SignatureType.COSIGNATURE for key in self.witnesses):
            raise KeyRefused("a witness's key is of type 4")
        if len({key.public_key for key in self.witnesses}) < len(self.witnesses):
            raise KeyRefused("a witness is named twice")
        if not 0 <= self.required <= len(self.witnesses):
            raise KeyRefused(f"{self.required} required of {len(self.witnesses)} witnesses")


NOBODY = Quorum()
"""The policy of a reader who requires no witness."""


def parse_quorum(texts: Sequence[str], required: int) -> Quorum:
    """The policy that verifier keys as text and a number stand for.

    Raises:
        KeyRefused: as `Quorum`, or a text that stands for no key.
    """
    return Quorum(witnesses=tuple(map(parse_verifier_key, texts)), required=required)


def witnesses_on(checkpoint: Checkpoint, quorum: Quorum) -> tuple[str, ...]:
    """Names of the reader's witnesses whose cosignature on a checkpoint verifies, sorted."""
    known = {(key.name, key.key_id): key for key in quorum.witnesses}
    found: dict[bytes, str] = {}
    for line in parse_note(checkpoint.note).signatures:
        key = known.get((line.name, line.key_id))
        if key is not None and _verifies(line, checkpoint, key):
            found[key.public_key] = key.name
    return tuple(sorted(found.values()))


def check_quorum(checkpoint: Checkpoint, quorum: Quorum) -> tuple[str, ...]:
    """The witnesses on a checkpoint, where they are enough.

    Raises:
        WitnessesMissing: they are not.
    """
    found = witnesses_on(checkpoint, quorum)
    if len(found) < quorum.required:
        raise WitnessesMissing(
            f"{len(found)} of {len(quorum.witnesses)} witnesses have cosigned the checkpoint of "
            f"size {checkpoint.tree.size}; {quorum.required} are required"
        )
    return found


def _verifies(line: SignatureLine, checkpoint: Checkpoint, key: VerifierKey) -> bool:
    try:
        open_cosignature(line, checkpoint, key)
    except NoteRefused:
        return False
    return True
