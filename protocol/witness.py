"""What a witness checks before it cosigns a checkpoint (C2SP tlog-witness, "add-checkpoint").

The rules alone, in the order of the text: the signature, the old size, the size that the witness
has, the proof. Whoever keeps the state makes checking and keeping one atomic step. A mirror moves
its pending checkpoints by the same rules.
"""

from collections.abc import Sequence

from protocol.checkpoints import Checkpoint, open_checkpoint
from protocol.errors import ProtocolError
from protocol.keys import VerifierKey
from protocol.merkle import Tree
from protocol.merkle_proofs import check_consistency
from protocol.mirror import AddCheckpoint


class UnknownLog(ProtocolError):
    """The witness was not told to watch this log."""

    default_code = "unknown_origin"


class BadOldSize(ProtocolError):
    """The old size is larger than the checkpoint."""

    default_code = "bad_old_size"


class SizeConflict(ProtocolError):
    """The latest checkpoint has another size than the old one that was named; `size` says which."""

    default_code = "size_conflict"

    def __init__(self, size: int) -> None:
        super().__init__(f"the latest checkpoint has size {size}")
        self.size = size


def check_submission(
    message: AddCheckpoint, *, origin: str, keys: Sequence[VerifierKey], latest: Tree
) -> Checkpoint:
    """The submitted checkpoint, opened, when it continues the latest one.

    Args:
        message: what was submitted.
        origin: of a log that is watched, as the checkpoint claims it.
        keys: of that log.
        latest: the tree of the latest checkpoint; the empty tree where there was none.

    Raises:
        MalformedNote, MalformedCheckpoint: no checkpoint (400; 422 for a wrong empty root).
        NoteRefused: no valid signature of the log (403).
        BadOldSize: 400.
        SizeConflict: 409.
        ProofRefused: the two are not shown to be consistent (422).
    """
    theirs = open_checkpoint(message.checkpoint, origin=origin, keys=keys)
    check_continues(message, theirs, latest=latest)
    return theirs


def check_continues(message: AddCheckpoint, theirs: Checkpoint, *, latest: Tree) -> None:
    """Accepts a submitted checkpoint that continues the latest one.

    Args:
        message: what was submitted.
        theirs: its checkpoint, opened.
        latest: the tree of the latest checkpoint; the empty tree where there was none.

    Raises:
        BadOldSize, SizeConflict, ProofRefused: as `check_submission`.
    """
    if message.old_size > theirs.tree.size:
        raise BadOldSize(f"old size {message.old_size}, checkpoint {theirs.tree.size}")
    if message.old_size != latest.size:
        raise SizeConflict(latest.size)
    if latest.size or message.proof:  # from nothing, the empty proof
        check_consistency(old=latest, new=theirs.tree, proof=message.proof)
