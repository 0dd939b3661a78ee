"""Excerpts of a log: some of its entries, each with its inclusion proof in one checkpoint.

The parts that evidence files are made of. An excerpt shows that these entries stand in the log; it
does not show that no others do.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from protocol.canonical import Json
from protocol.checkpoints import Checkpoint, open_checkpoint
from protocol.errors import MalformedEvidence
from protocol.keys import VerifierKey
from protocol.merkle import HASH_BYTES, leaf_hash
from protocol.merkle_proofs import check_inclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenEntry:
    """An entry with its inclusion proof.

    Attributes:
        index: from 0.
        entry: its bytes, which are UTF-8.
        proof: 32-byte hashes, the leaf's sibling first (RFC 6962, 2.1.1).
    """

    index: int
    entry: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Entries of one log, unverified.

    Attributes:
        origin: of the log.
        checkpoint: the note that the proofs lead to, with the cosignatures known.
        entries: in order of their indexes.
    """

    origin: str
    checkpoint: bytes
    entries: tuple[ProvenEntry, ...]


def open_excerpt(excerpt: Excerpt, keys: Sequence[VerifierKey]) -> Checkpoint:
    """The checkpoint of an excerpt, when every entry stands in its tree under one of these keys.

    Raises:
        MalformedNote, MalformedCheckpoint, NoteRefused, ProofRefused: it is not shown to.
    """
    checkpoint = open_checkpoint(excerpt.checkpoint, origin=excerpt.origin, keys=keys)
    for it in excerpt.entries:
        leaf = leaf_hash(it.entry)
        check_inclusion(index=it.index, leaf=leaf, proof=it.proof, tree=checkpoint.tree)
    return checkpoint


def excerpt_object(excerpt: Excerpt) -> dict[str, Json]:
    """The excerpt as a member of an evidence file."""
    entries: list[Json] = [
        {
            "index": it.index,
            "entry": it.entry.decode(),
            "proof": [encode_hash(value) for value in it.proof],
        }
        for it in excerpt.entries
    ]
    checkpoint = excerpt.checkpoint.decode()
    return {"origin": excerpt.origin, "checkpoint": checkpoint, "entries": entries}


def read_excerpt(value: Json) -> Excerpt:
    """The way back.

    Raises:
        MalformedEvidence: not such an object.
    """
    members = read_object(value)
    return Excerpt(
        origin=read_text(members, "origin"),
        checkpoint=read_text(members, "checkpoint").encode(),
        entries=tuple(_read_entry(it) for it in read_list(members, "entries")),
    )


def read_object(value: Json) -> dict[str, Json]:
    """An object of an evidence file.

    Raises:
        MalformedEvidence: something else.
    """
    if not isinstance(value, dict):
        raise MalformedEvidence("not an object")
    return value


def read_text(members: dict[str, Json], name: str) -> str:
    """A member that is text.

    Raises:
        MalformedEvidence: it is missing, or something else.
    """
    value = members.get(name)
    if not isinstance(value, str):
        raise MalformedEvidence(f"{name} is no text")
    return value


def read_list(members: dict[str, Json], name: str) -> list[Json]:
    """A member that is a list.

    Raises:
        MalformedEvidence: it is missing, or something else.
    """
    value = members.get(name)
    if not isinstance(value, list):
        raise MalformedEvidence(f"{name} is no list")
    return value


def encode_hash(value: bytes) -> str:
    """A hash as text."""
    return base64.b64encode(value).decode()


def read_hash(value: Json) -> bytes:
    """The way back: 32 bytes in their only base64.

    Raises:
        MalformedEvidence: something else.
    """
    try:
        data = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError) as error:
        raise MalformedEvidence("a hash that is not base64") from error
    if len(data) != HASH_BYTES or encode_hash(data) != value:
        raise MalformedEvidence("a hash has 32 bytes, in base64")
    return data


def _read_entry(value: Json) -> ProvenEntry:
    members = read_object(value)
    index = members.get("index")
    if type(index) is not int or index < 0:
        raise MalformedEvidence("an index is a whole number from 0")
    proof = tuple(read_hash(it) for it in read_list(members, "proof"))
    entry = read_text(members, "entry").encode()
    return ProvenEntry(index=index, entry=entry, proof=proof)
