"""Who vouches for what the catalogue says of a record: the checkpoint above it, and its cosigners.

The checkpoint is the one that the record's proof file carries (`central.projection.proof`), so that
a page names exactly the parties whose lines a reader finds in the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from central import cosigning
from central.centre import Centre
from protocol.checkpoints import Checkpoint, known_cosignatures
from protocol.keys import VerifierKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigner:
    """One party that has checked the checkpoint and signed it too.

    Attributes:
        party: id of the hub, or of the agency.
        key: its verifier key, whose name says who it is.
        at: when it says that it signed.
    """

    party: str
    key: VerifierKey
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a reader can check of one decision.

    Attributes:
        place: of the decision in the national log.
        size: of the checkpoint that covers it, in entries.
        agencies, hubs: who cosigned that checkpoint, by their names.
        key: of the national log; whoever checks must have it from elsewhere too.
        words: the centre's fingerprint, as two people compare it.
    """

    place: int
    size: int
    agencies: tuple[Cosigner, ...]
    hubs: tuple[Cosigner, ...]
    key: VerifierKey
    words: tuple[str, ...]


def provenance_of(conn: Connection, centre: Centre, place: int) -> Provenance | None:
    """Who vouches for the decision at a place; None while no checkpoint covers it.

    A cosigner is known here as an active hub or an agency of the settings; other lines of a file
    are no less valid, but this centre has nobody's name for them.
    """
    checkpoint = cosigning.best_checkpoint(conn, centre, place=place)
    if checkpoint is None:
        return None
    hubs = {key: hub for hub, key in cosigning.witness_keys(conn).items()}
    return Provenance(
        place=place,
        size=checkpoint.tree.size,
        agencies=tuple(_cosigners(checkpoint, _agencies(centre))),
        hubs=tuple(_cosigners(checkpoint, hubs)),
        key=centre.keys.national.verifier_key,
        words=centre.fingerprint_words,
    )


def _agencies(centre: Centre) -> dict[VerifierKey, str]:
    """The agencies' keys, whose names end in their ids (`protocol.names.agency_witness_name`)."""
    return {key: key.name.rpartition("/")[2] for key in centre.witnesses}


def _cosigners(checkpoint: Checkpoint, known: dict[VerifierKey, str]) -> Iterator[Cosigner]:
    keys = {(key.name, key.key_id): key for key in known}
    made = known_cosignatures(checkpoint, tuple(known))
    for line in sorted(made, key=lambda it: it.name):
        key = keys[line.name, line.key_id]
        at = datetime.fromtimestamp(line.timestamp, tz=UTC)
        yield Cosigner(party=known[key], key=key, at=at)
