"""A hub as tests need it: keys, a log that grows, and the messages that submit it.

Slow and obvious on purpose: every proof is computed from all leaves.
"""

from collections.abc import Mapping, Sequence

from protocol.canonical import Json
from protocol.checkpoints import cosign, open_checkpoint, sign_checkpoint
from protocol.enrolment import EnrolRequest, make_enrol_request, parse_invitation
from protocol.entries.changes import (
    HubOpened,
    RecordPut,
    RecordWithdraw,
    ReplicationStep,
    encode_change,
)
from protocol.entries.members import Seen
from protocol.innovation.identifiers import make_uuid7
from protocol.keys import SignatureType, SigningKey, VerifierKey
from protocol.merkle import Node, Tree, leaf_hash, root_of
from protocol.merkle_proofs import (
    Range,
    consistency_ranges,
    make_proof,
    nodes_needed,
    subtree_ranges,
)
from protocol.mirror import (
    AddCheckpoint,
    EntriesHeader,
    Package,
    encode_add_checkpoint,
    encode_entries_header,
    encode_package,
    packages_of,
)
from protocol.names import continued_origin, hub_origin, witness_name
from protocol.rotation import Place, make_rotation

AT = "2026-11-23T07:00:00Z"
TITLES = ("Antrean daring puskesmas", "Perizinan satu pintu", "Jemput bola kependudukan")


class Author:
    """A hub that is not a node: what its node would send, made by hand."""

    def __init__(
        self,
        *,
        authority: str = "jippnas.test",
        hub: str = "51",
        seed: int = 1,
        generation: int = 1,
    ) -> None:
        self.authority = authority
        self.hub = hub
        self.origin = hub_origin(authority, hub, generation)
        self.log_key, self.witness_key = self.keys_of(seed)
        self.former: list[tuple[int, SigningKey]] = []
        """Log keys before, each with the size of the largest checkpoint that it signs."""
        self.entries: list[bytes] = [self._opened()]

    def enrol_request(self, invitation: str) -> EnrolRequest:
        """What the node posts with an invitation."""
        return make_enrol_request(
            parse_invitation(invitation),
            log_key=self.log_key,
            witness_key=self.witness_key,
            instance="instance-1",
            software="hubnode/test",
        )

    def keys_of(self, seed: int) -> tuple[SigningKey, SigningKey]:
        """The log key and the witness key of a seed."""
        return (
            SigningKey(name=self.origin, type=SignatureType.ED25519, seed=bytes([seed]) * 32),
            SigningKey(
                name=witness_name(self.authority, self.hub),
                type=SignatureType.COSIGNATURE,
                seed=bytes([seed + 100]) * 32,
            ),
        )

    def rotate(self, seed: int, *, index: int | None = None) -> None:
        """Signs in the keys of that seed; they prove `index`, or the place where they stand."""
        keys = self.keys_of(seed)
        size = len(self.entries)
        rotation = make_rotation(
            Place(
                authority=self.authority,
                hub=self.hub,
                origin=self.origin,
                index=size if index is None else index,
            ),
            log_key=keys[0],
            witness_key=keys[1],
            salt=f"{size:032x}",
            at=AT,
            by="operator",
        )
        self.entries.append(encode_change(rotation))
        self.former.append((size + 1, self.log_key))
        self.log_key, self.witness_key = keys

    def record(self, number: int) -> str:
        """Id of the author's record of that number."""
        return make_uuid7(unix_ms=1_795_000_000_000 + number, random=self.hub.encode().ljust(10))

    def grow(self, count: int) -> None:
        """Publishes that many new records."""
        for _ in range(count):
            number = len(self.entries)
            self.put(number, {"title": f"{TITLES[number % len(TITLES)]} {number}"})

    def put(
        self, number: int, fields: Mapping[str, Json], *, national: int = 0, record: str = ""
    ) -> None:
        """Writes fields of the author's record of that number, or of the one with this id."""
        agency: Json = {"name": "Provinsi Bali", "kind": "provinsi"}
        change = RecordPut(
            salt=f"{len(self.entries):032x}",
            at=AT,
            by="operator",
            seen=Seen(national=national, own=len(self.entries)),
            record=record or self.record(number),
            schema="1.0.0",
            set={"agency": agency, **fields},
        )
        self.entries.append(encode_change(change))

    def withdraw(self, number: int, reason: str) -> None:
        """Hides the author's record of that number."""
        change = RecordWithdraw(
            salt=f"{len(self.entries):032x}",
            at=AT,
            by="operator",
            seen=Seen(national=0, own=len(self.entries)),
            record=self.record(number),
            reason=reason,
        )
        self.entries.append(encode_change(change))

    def step(self, kind: str, original: str, *, result: str | None = None) -> None:
        """Takes a step of the replication of a record; each record has one at most."""
        change = ReplicationStep(
            salt=f"{len(self.entries):032x}",
            at=AT,
            by="operator",
            seen=Seen(national=0, own=len(self.entries)),
            record=original,
            replication=f"{original[:-4]}ffff",
            step=kind,
            details="Surat 12/2026",
            result=result,
        )
        self.entries.append(encode_change(change))

    def tree(self, size: int | None = None) -> Tree:
        """The tree of the first `size` entries."""
        leaves = self._leaves()[:size]
        return Tree(len(leaves), root_of(leaves))

    def checkpoint(self, size: int | None = None) -> bytes:
        """A signed checkpoint of the first `size` entries."""
        tree = self.tree(size)
        ended = (key for last, key in self.former if tree.size <= last)
        return sign_checkpoint(self.origin, tree, next(ended, self.log_key)).note

    def add_checkpoint(self, *, old: int = 0, size: int | None = None) -> bytes:
        """The body of add-checkpoint."""
        new = self.tree(size).size
        proof = self._proof(consistency_ranges(old, new)) if 0 < old <= new else ()
        return encode_add_checkpoint(
            AddCheckpoint(old_size=old, proof=proof, checkpoint=self.checkpoint(size))
        )

    def packages(self, start: int = 0, end: int | None = None) -> list[bytes]:
        """The canonical sequence of entry packages, encoded."""
        last = len(self.entries) if end is None else end
        return [
            encode_package(
                Package(
                    start=first,
                    end=after,
                    entries=tuple(self.entries[first:after]),
                    proof=self._proof(subtree_ranges(first - first % 256, after, last)),
                )
            )
            for first, after in packages_of(start, last)
        ]

    def header(self, start: int = 0, end: int | None = None, *, ticket: bytes = b"") -> bytes:
        """The head of add-entries."""
        last = len(self.entries) if end is None else end
        return encode_entries_header(
            EntriesHeader(origin=self.origin, start=start, end=last, ticket=ticket)
        )

    def add_entries(self, start: int = 0, end: int | None = None) -> bytes:
        """The whole body of add-entries."""
        return self.header(start, end) + b"".join(self.packages(start, end))

    def cosignature(self, note: bytes, *, national_key: VerifierKey, timestamp: int = 1) -> bytes:
        """The body of cosign for a national checkpoint."""
        checkpoint = open_checkpoint(note, origin=national_key.name, keys=[national_key])
        line = cosign(checkpoint, self.witness_key, timestamp=timestamp).line
        return f"{checkpoint.tree.size}\n{line.text}".encode()

    def _opened(self) -> bytes:
        return encode_change(
            HubOpened(
                salt="0" * 32,
                at=AT,
                by="operator",
                authority=self.authority,
                hub=self.hub,
                software="hubnode/test",
                schemas=("1.0.0",),
                continues=continued_origin(self.origin),
            )
        )

    def _leaves(self) -> list[bytes]:
        return [leaf_hash(entry) for entry in self.entries]

    def _proof(self, ranges: Sequence[Range]) -> tuple[bytes, ...]:
        leaves = self._leaves()
        hashes: dict[Node, bytes] = {
            node: root_of(leaves[node.index << node.height : (node.index + 1) << node.height])
            for node in nodes_needed(ranges)
        }
        return make_proof(ranges, hashes)
