"""This hub's keys in the key file, and how a rotation moves through it.

The file alone says how far a rotation is, so whoever is killed in the middle goes on:

    log, witness                         nothing is being rotated
    log, witness, next-log, next-witness the next keys are made; the old ones sign until the centre
                                         has the entry that signs the next ones in
    log, witness                         they are in use; the log key before is a note

The next keys are durable before anything is signed with them. Log keys before are kept as verifier
keys, because they signed checkpoints that have to be checked.
"""

from dataclasses import dataclass
from pathlib import Path

from hubnode.store.identity import Identity
from protocol.fingerprints import fingerprint, words
from protocol.keys import SEED_BYTES, SignatureType, SigningKey, VerifierKey, parse_verifier_key
from runtime.keyfile import KeyFileRefused, load_keys, load_notes, replace_keys
from runtime.ports import Entropy

KEY_FILE = "keys.pem"
KEY_NAMES = ("log", "witness")
NEXT_NAMES = ("next-log", "next-witness")
_PAST = "past "


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """The key of the hub's log and its key as a witness."""

    log: SigningKey
    witness: SigningKey

    @property
    def words(self) -> tuple[str, ...]:
        """Of their fingerprint, as two people compare it."""
        return words(fingerprint([self.log.verifier_key, self.witness.verifier_key]))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKeys:
    """What the key file holds.

    Attributes:
        current: sign now.
        next: will, once the centre has taken them; None where nothing is being rotated.
        past: log keys that did, the oldest first.
    """

    current: KeyPair
    next: KeyPair | None
    past: tuple[VerifierKey, ...]

    @property
    def verifiers(self) -> tuple[VerifierKey, ...]:
        """Every key that has signed checkpoints of the own log."""
        return (self.current.log.verifier_key, *self.past)


def load_own_keys(folder: Path, who: Identity, *, passphrase: str | None = None) -> OwnKeys:
    """The hub's keys, under the names that the enrolment gave them.

    Raises:
        KeyFileRefused: the key file is missing, cannot be used, lacks one, or is another node's.
    """
    path = folder / KEY_FILE
    seeds = load_keys(path, KEY_NAMES, passphrase=passphrase)
    has_next = all(name in seeds for name in NEXT_NAMES)
    notes = (note for note in load_notes(path) if note.startswith(_PAST))
    keys = OwnKeys(
        current=_pair(who, seeds["log"], seeds["witness"]),
        next=_pair(who, seeds["next-log"], seeds["next-witness"]) if has_next else None,
        past=tuple(parse_verifier_key(note.removeprefix(_PAST)) for note in notes),
    )
    _refuse_foreign(path, who, keys)
    return keys


def _refuse_foreign(path: Path, who: Identity, keys: OwnKeys) -> None:
    """Refuses a file of other keys: what they sign would be another hub's, or nobody's."""
    if who.enrolled_key not in {key.text for key in keys.verifiers}:
        advice = "put the copy back that was made of its own"
        raise KeyFileRefused(f"{path}: these are not the keys this node enrolled with; {advice}")


def begin_rotation(
    folder: Path, who: Identity, entropy: Entropy, *, passphrase: str | None = None
) -> KeyPair:
    """The next keys: those of a rotation that has begun, or fresh ones, durable when this returns.

    Raises:
        KeyFileRefused: as `load_own_keys`.
    """
    keys = load_own_keys(folder, who, passphrase=passphrase)
    if keys.next is not None:
        return keys.next
    fresh = _pair(who, entropy.bytes(SEED_BYTES), entropy.bytes(SEED_BYTES))
    _write(folder, keys.current, keys.past, upcoming=fresh, passphrase=passphrase)
    return fresh


def finish_rotation(
    folder: Path, keys: OwnKeys, *, is_taken: bool, passphrase: str | None = None
) -> None:
    """Ends a rotation: the next keys become the keys, or are dropped where the centre refused them.

    Args:
        folder: the node's.
        keys: as loaded, with the next ones.
        is_taken: the centre has taken the next keys.
        passphrase: of the key file.
    """
    if keys.next is None:
        return
    if is_taken:
        past = (*keys.past, keys.current.log.verifier_key)
        _write(folder, keys.next, past, passphrase=passphrase)
    else:
        _write(folder, keys.current, keys.past, passphrase=passphrase)


def _write(
    folder: Path,
    current: KeyPair,
    past: tuple[VerifierKey, ...],
    *,
    upcoming: KeyPair | None = None,
    passphrase: str | None = None,
) -> None:
    seeds = {"log": current.log.seed, "witness": current.witness.seed}
    if upcoming is not None:
        seeds |= {"next-log": upcoming.log.seed, "next-witness": upcoming.witness.seed}
    notes = [f"{_PAST}{key.text}" for key in past]
    replace_keys(folder / KEY_FILE, seeds, passphrase=passphrase, notes=notes)


def _pair(who: Identity, log: bytes, witness: bytes) -> KeyPair:
    return KeyPair(
        log=SigningKey(name=who.origin, type=SignatureType.ED25519, seed=log),
        witness=SigningKey(name=who.witness, type=SignatureType.COSIGNATURE, seed=witness),
    )
