"""Every way in which bytes from outside can be refused, as types with stable codes.

The tree (a code never changes its meaning; `problems.py` has the sentence for each):

    ProtocolError
    ├── MalformedJson, NotCanonical                 canonical.py
    ├── KeyRefused                                  keys.py
    ├── ProofRefused                                merkle_proofs.py
    ├── MalformedNote, NoteRefused                  notes.py, quorum.py
    ├── MalformedCheckpoint                         checkpoints.py
    ├── MalformedTile                               tiles.py
    ├── MalformedEntries, MalformedMessage          mirror.py
    ├── MalformedProofFile                          tlog_proof.py
    ├── MalformedEvidence, EvidenceRefused          evidence.py, disputes.py
    ├── InvitationRefused, EnrolmentRefused         enrolment.py
    ├── RotationRefused                             rotation.py
    ├── CourierRefused                              courier.py
    ├── EpochRefused                                epochs.py
    └── VoidEntry                                   entries/

Whose fault: a ProtocolError is *theirs* (the peer, the file, the author). A bug of ours is an
ordinary Python exception and is left to crash; an unreachable world is `runtime`'s business.
"""

from typing import ClassVar


class ProtocolError(Exception):
    """Bytes or values from outside that the protocol refuses.

    Attributes:
        default_code: the code of the family, used where a raise names none.
        code: stable identifier, `[a-z0-9_]+`, listed in `protocol.problems`.
        message: one English sentence for logs; screens take theirs from `problems`.
        pointer: JSON pointer (RFC 6901) to the offending part, or "".
    """

    default_code: ClassVar[str] = "protocol_error"

    def __init__(self, message: str, *, code: str | None = None, pointer: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.pointer = pointer


class MalformedJson(ProtocolError):
    """Not strict JSON, or beyond a limit of the parser."""

    default_code = "json_malformed"


class NotCanonical(ProtocolError):
    """JSON, but outside the restricted domain of entries or not its own RFC 8785 form."""

    default_code = "entry_not_canonical"


class KeyRefused(ProtocolError):
    """A verifier key that is malformed, of an unknown type, or not a point of prime order."""

    default_code = "key_refused"


class ProofRefused(ProtocolError):
    """An inclusion, consistency or subtree proof that does not hold."""

    default_code = "proof_refused"


class MalformedNote(ProtocolError):
    """Bytes that are not a signed note."""

    default_code = "note_malformed"


class NoteRefused(ProtocolError):
    """A note without a valid signature of a known key."""

    default_code = "signature_refused"


class MalformedCheckpoint(ProtocolError):
    """A note whose text is not a checkpoint, or of another origin."""

    default_code = "checkpoint_malformed"


class MalformedTile(ProtocolError):
    """A tile or entry bundle path or body that no log serves."""

    default_code = "tile_malformed"


class MalformedEntries(ProtocolError):
    """An add-entries body that breaks the format of tlog-mirror."""

    default_code = "entries_malformed"


class MalformedMessage(ProtocolError):
    """An add-checkpoint body or a mirror-info text that breaks its format."""

    default_code = "message_malformed"


class MalformedProofFile(ProtocolError):
    """Bytes that are not a `.tlog-proof` file."""

    default_code = "proof_file_malformed"


class MalformedEvidence(ProtocolError):
    """Bytes that are not an evidence file."""

    default_code = "evidence_malformed"


class EvidenceRefused(ProtocolError):
    """An evidence file whose parts hold and do not show what it is for."""

    default_code = "evidence_refused"


class InvitationRefused(ProtocolError):
    """An invitation that was mistyped, cut or is of an unknown version."""

    default_code = "invitation_malformed"


class KitRefused(ProtocolError):
    """An emergency kit that was mistyped or cut, or one for a node that has keys in use."""

    default_code = "kit_refused"


class EnrolmentRefused(ProtocolError):
    """An enrolment request that is malformed or does not prove possession of its keys."""

    default_code = "enrolment_refused"


class RotationRefused(ProtocolError):
    """A `key.rotate` whose keys cannot take over: misnamed, or not proven."""

    default_code = "rotation_refused"


class CourierRefused(ProtocolError):
    """A courier file that is foreign, cut, altered, or not the next one."""

    default_code = "courier_malformed"


class EpochRefused(ProtocolError):
    """A new epoch of the national log that does not carry over what it says it does."""

    default_code = "epoch_refused"


class VoidEntry(ProtocolError):
    """An entry of a hub's log that cannot be understood as a change: kept, never applied."""

    default_code = "entry_void"
