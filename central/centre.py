"""The parts of a running centre, put together once and handed to whoever acts."""

from dataclasses import dataclass
from pathlib import Path

from protocol.fingerprints import fingerprint, words
from protocol.keys import SigningKey, VerifierKey
from protocol.limits import SALT_BYTES
from protocol.names import national_origin
from runtime.campaigns import CampaignStore
from runtime.database import Database
from runtime.documents import DocumentStore
from runtime.lineages import LineageStore
from runtime.logstore import LogStore
from runtime.ports import Clock, Entropy, Sleeper


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreKeys:
    """The centre's private keys: of the national log (0x01) and as mirror (0x04)."""

    national: SigningKey
    mirror: SigningKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """The centre: its folder, its stores, its ports and who it is."""

    folder: Path
    db: Database
    logs: LogStore
    documents: DocumentStore
    campaigns: CampaignStore
    lineages: LineageStore
    clock: Clock
    entropy: Entropy
    sleeper: Sleeper
    keys: CentreKeys
    authority: str
    epoch: int
    witnesses: tuple[VerifierKey, ...] = ()
    """Keys of the agencies that cosign the national log."""

    @property
    def national_origin(self) -> str:
        """Origin of the national log of this epoch."""
        return national_origin(self.authority, self.epoch)

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 over the national and the mirror verifier key."""
        return fingerprint([self.keys.national.verifier_key, self.keys.mirror.verifier_key])

    @property
    def fingerprint_words(self) -> tuple[str, ...]:
        """The fingerprint as two people compare it."""
        return words(self.fingerprint)

    def timestamp(self) -> str:
        """Now, as decisions claim it: RFC 3339 in UTC, whole seconds."""
        return self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def salt(self) -> str:
        """A fresh salt for a decision."""
        return self.entropy.bytes(SALT_BYTES).hex()
