"""Decisions of people about records, with the members that hardly matter filled in."""

from typing import Any

from protocol.entries.members import Seen
from protocol.entries.record_decisions import (
    AwardConfirmed,
    NumberAssigned,
    PublicationSet,
    RecordDecision,
    RecordDistinct,
    RecordLinked,
    RecordMerged,
    RecordReopened,
    RecordReverted,
    RecordTransferred,
    RecordUnmerged,
)
from protocol.facts import award_digest
from tests.support.entries import AT, HUB, SALT, record_id

RECORD, OTHER = record_id(), record_id(2)
BY = {"salt": SALT, "at": AT, "record": RECORD, "by": "rina", "agency": "panrb"}
WHY = {**BY, "reason": "Surat 12/2026"}
NOTHING: dict[str, Any] = {"set": {}, "unset": (), "seen": Seen(national=2, own=2)}


def merged(**members: Any) -> RecordMerged:
    return RecordMerged(**{**WHY, **NOTHING, "absorbed": OTHER, **members})


def reverted(**members: Any) -> RecordReverted:
    return RecordReverted(**{**WHY, **NOTHING, "to": 1, **members})


def unmerged(**members: Any) -> RecordUnmerged:
    return RecordUnmerged(**{**WHY, **NOTHING, "absorbed": OTHER, **members})


LINKED = RecordLinked(**WHY, original=OTHER)
DISTINCT = RecordDistinct(**WHY, other=OTHER)
REOPENED = RecordReopened(**WHY, other=OTHER)
TRANSFERRED = RecordTransferred(**WHY, giver=HUB, to="52")
NUMBERED = NumberAssigned(**BY, number="2026-000001")
HIDDEN = PublicationSet(**WHY, state="hidden")
PUBLIC = PublicationSet(**WHY, state="public")


def award(standing: str, *, scheme: str = "sinovik-top-99", year: int = 2019) -> AwardConfirmed:
    """What the centre says of an award of which the record names nothing else."""
    digest = award_digest({"scheme": scheme, "year": year})
    return AwardConfirmed(**WHY, scheme=scheme, year=year, award=digest, standing=standing)


EVERY: tuple[RecordDecision, ...] = (
    merged(set={"title": "Judul"}),
    unmerged(unset=("credit",)),
    reverted(set={"title": "Judul lama"}),
    reverted(state="withdrawn"),
    LINKED,
    DISTINCT,
    REOPENED,
    TRANSFERRED,
    NUMBERED,
    HIDDEN,
    award("confirmed"),
)
