"""A witness: its folder, its key, and the latest checkpoint of each log that it cosigned.

That checkpoint is one file a log, replaced durably before anybody hears of the cosignature (C2SP
tlog-witness: "MUST persist the new checkpoint before responding"). It is all that a witness has to
remember, so there is no database. Never put an old copy of the folder back: the witness would
cosign another history from there on.
"""

import hashlib
import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from protocol.checkpoints import (
    Checkpoint,
    cosign,
    open_checkpoint,
    peek_origin,
    with_cosignatures,
)
from protocol.disputes import Dispute, encode_dispute
from protocol.errors import ProofRefused, ProtocolError
from protocol.keys import SignatureType, SigningKey, VerifierKey
from protocol.merkle import EMPTY_TREE
from protocol.merkle_proofs import prefix_root
from protocol.mirror import AddCheckpoint
from protocol.names import agency_witness_name, is_hub_id
from protocol.notes import format_note, open_note
from protocol.witness import UnknownLog, check_submission
from runtime.durable import read_if_there, write_durably
from runtime.keyfile import load_keys, save_keys
from runtime.ports import Clock, Entropy

KEY_FILE = "keys.pem"
KEY_NAMES = ("witness",)
SEED_BYTES = 32
STATE_FOLDER = "latest"
EVIDENCE_FOLDER = "evidence"

log = logging.getLogger(__name__)


class WitnessRefused(Exception):
    """A witness that cannot be made; the message says why."""


class StateUnreadable(Exception):
    """What the witness remembers cannot be read: it cosigns nothing, and a person must look."""


def name_of(log_key: VerifierKey, agency: str) -> str:
    """The key name of an agency's witness of a national log.

    Raises:
        WitnessRefused: not a national log's key, or no name for an agency.
    """
    authority, is_national, _ = log_key.name.partition("/national/")
    if not is_national or log_key.type is not SignatureType.ED25519:
        raise WitnessRefused(f"{log_key.name} is no national log.")
    if not is_hub_id(agency):
        raise WitnessRefused("A name is 1 to 63 of a-z, 0-9 and inner hyphens.")
    return agency_witness_name(authority, agency)


def create_key(folder: Path, *, entropy: Entropy) -> None:
    """Makes the folder with a fresh key.

    Raises:
        WitnessRefused: there is a key already, or no folder can be there.
    """
    if (folder / KEY_FILE).exists():
        raise WitnessRefused(f"{folder} holds a key already.")
    try:
        for made in (folder, folder / STATE_FOLDER, folder / EVIDENCE_FOLDER):
            made.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise WitnessRefused(f"{folder} cannot be made: {error.strerror}.") from error
    save_keys(folder / KEY_FILE, {"witness": entropy.bytes(SEED_BYTES)})


def load_key(folder: Path, name: str) -> SigningKey:
    """The witness's key (type 0x04).

    Raises:
        KeyFileRefused: it is missing, or others may read it.
    """
    seed = load_keys(folder / KEY_FILE, KEY_NAMES)["witness"]
    return SigningKey(name=name, type=SignatureType.COSIGNATURE, seed=seed)


def origin_hash(origin: str) -> str:
    """How an origin stands in a path: SHA-256 in lower-case hexadecimal (tlog-witness)."""
    return hashlib.sha256(origin.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A witness at work. One process a folder; safe to call from any thread.

    Attributes:
        folder: where it remembers.
        key: with which it cosigns.
        logs: verifier keys by origin, of the logs that it watches.
        clock: for the time in a cosignature.
    """

    folder: Path
    key: SigningKey
    logs: Mapping[str, Sequence[VerifierKey]]
    clock: Clock
    _alone: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def observe(self, message: AddCheckpoint) -> bytes:
        """Cosigns a checkpoint that continues the latest one; returns the signature line.

        Raises:
            UnknownLog: the log is not watched.
            ProtocolError: as `protocol.witness.check_submission`; nothing is cosigned.
            StateUnreadable, OSError: nothing can be compared or kept, so nothing is cosigned.
        """
        origin = peek_origin(message.checkpoint)
        keys = self.logs.get(origin)
        if not keys:
            raise UnknownLog(f"{origin} is not watched here")
        with self._alone:
            latest = self.latest(origin)
            tree = latest.tree if latest else EMPTY_TREE
            try:
                theirs = check_submission(message, origin=origin, keys=keys, latest=tree)
            except ProofRefused:
                self._keep_dispute(message, origin, latest)
                raise
            return self._cosign(theirs, keys)

    def latest(self, origin: str) -> Checkpoint | None:
        """The latest checkpoint of a watched log that was cosigned, with that cosignature.

        Raises:
            StateUnreadable: it was altered on the disk.
        """
        note = read_if_there(self._path(origin))
        if note is None:
            return None
        try:
            return open_checkpoint(note, origin=origin, keys=self.logs[origin])
        except ProtocolError as error:
            raise StateUnreadable(f"{self._path(origin)}: {error.message}") from error

    def _cosign(self, theirs: Checkpoint, keys: Sequence[VerifierKey]) -> bytes:
        signed = format_note(open_note(theirs.note, keys))  # without the lines of strangers
        bare = Checkpoint(origin=theirs.origin, tree=theirs.tree, note=signed)
        timestamp = int(self.clock.now().timestamp())
        cosignature = cosign(bare, self.key, timestamp=timestamp)
        write_durably(self._path(bare.origin), with_cosignatures(bare, [cosignature]).note)
        log.info("cosigned", extra={"origin": bare.origin, "size": bare.tree.size})
        return cosignature.line.text.encode()

    def _keep_dispute(self, message: AddCheckpoint, origin: str, latest: Checkpoint | None) -> None:
        """Keeps what proves that the log signed two histories, where the refusal proves that."""
        keys = self.logs[origin]
        theirs = open_checkpoint(message.checkpoint, origin=origin, keys=keys)
        dispute = latest and _dispute(latest, theirs, message.proof, keys)
        if not dispute:
            log.warning("refused", extra={"origin": origin, "size": theirs.tree.size})
            return
        body = encode_dispute(dispute)
        name = f"{origin_hash(origin)[:16]}-{hashlib.sha256(body).hexdigest()[:16]}.json"
        write_durably(self.folder / EVIDENCE_FOLDER / name, body)
        log.error("log_forked", extra={"origin": origin, "size": theirs.tree.size, "file": name})

    def _path(self, origin: str) -> Path:
        return self.folder / STATE_FOLDER / origin_hash(origin)


def _dispute(
    latest: Checkpoint, theirs: Checkpoint, proof: Sequence[bytes], keys: Sequence[VerifierKey]
) -> Dispute | None:
    """Two checkpoints that contradict each other; of two sizes only where the proof says so."""
    if latest.tree == theirs.tree:
        return None
    prefix = None
    if theirs.tree.size > latest.tree.size:
        prefix = prefix_root(size=latest.tree.size, proof=proof, tree=theirs.tree)
        if prefix in {None, latest.tree.root}:
            return None
    return Dispute(
        origin=theirs.origin,
        checkpoints=(latest.note, theirs.note),
        prefix=prefix,
        proof=tuple(proof) if prefix else (),
        verifier_keys=tuple(key.text for key in keys),
    )
