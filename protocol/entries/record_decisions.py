"""Decisions of people at the centre about records (protocol.md, "Decisions").

All carry who decided (`by`, an account, and `agency`), nearly all why (`reason`). Whoever undoes
one writes another.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.canonical import Json
from protocol.entries.envelope import Form
from protocol.entries.members import (
    BY_A_PERSON,
    COMMON,
    COUNT,
    FIELDS,
    HASH,
    NAMES,
    RECORD,
    SEEN,
    TEXT,
    Member,
    Seen,
    one_of,
    optional,
)

ACTIVE, WITHDRAWN = "active", "withdrawn"
PUBLIC, HIDDEN = "public", "hidden"
CONFIRMED, REJECTED, OPEN = "confirmed", "rejected", "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCurated:
    """An amendment by a curator at the centre: a change by another author.

    Attributes:
        salt: 32 hex digits.
        at: the centre's clock, a claim like any other.
        record: UUIDv7.
        set, unset: the writes.
        seen: what the curator had on screen.
        by: account of that person; no personal data.
        agency: for which agency.
    """

    salt: str
    at: str
    record: str
    set: Mapping[str, Json]
    unset: tuple[str, ...]
    seen: Seen
    by: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReverted:
    """A record as it stood before the decision at `to`, whatever its hub has written since.

    Attributes:
        salt, at, by, agency: as of `RecordCurated`.
        record: UUIDv7.
        to: place in the national log.
        set, unset: the writes.
        seen: what the person had on screen.
        reason: why.
        state: active or withdrawn, where that changes too.
        hub: whose writes are taken back; None in decisions of before this was said.
    """

    salt: str
    at: str
    record: str
    to: int
    set: Mapping[str, Json]
    unset: tuple[str, ...]
    seen: Seen
    reason: str
    by: str
    agency: str
    state: str | None = None
    hub: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMerged:
    """Two records are of the same innovation: `record` stays, `absorbed` leads to it.

    Attributes:
        salt, at, by, agency: as of `RecordCurated`.
        record: the survivor.
        absorbed: the other.
        set, unset: what the survivor takes from the other, field by field.
        seen: what the person had on screen.
        reason: why.
    """

    salt: str
    at: str
    record: str
    absorbed: str
    set: Mapping[str, Json]
    unset: tuple[str, ...]
    seen: Seen
    reason: str
    by: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUnmerged(RecordMerged):
    """They are two after all; `set` and `unset` give the survivor back what the merge wrote over.

    What was written on the survivor since stays as it is.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLinked:
    """`record` replicates `original`."""

    salt: str
    at: str
    record: str
    original: str
    reason: str
    by: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDistinct:
    """`record` and `other` are two innovations that have nothing to do with each other."""

    salt: str
    at: str
    record: str
    other: str
    reason: str
    by: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReopened:
    """What was decided about `record` and `other`, linked or distinct, no longer holds."""

    salt: str
    at: str
    record: str
    other: str
    reason: str
    by: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTransferred:
    """`record` belongs to the hub `to` from here on; its history stays whole.

    Attributes:
        salt, at, by, agency: as of `RecordCurated`.
        record: UUIDv7.
        giver: hub id of the owner until now.
        to: hub id of the owner from here on.
        reason: why, such as the law that split a province.
    """

    salt: str
    at: str
    record: str
    giver: str
    to: str
    reason: str
    by: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberAssigned:
    """The national registration number (NRI) of a record."""

    salt: str
    at: str
    record: str
    number: str
    by: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardConfirmed:
    """Whether an award that a record claims was really given.

    Attributes:
        salt, at, by, agency: as of `RecordCurated`.
        record: UUIDv7.
        scheme: of the reference table of awards.
        year: of the award.
        award: SHA-256, in hex, of what the record said of it (`protocol.facts.award_digest`).
        standing: confirmed, rejected, or open again.
        reason: the decree, or why not.
    """

    salt: str
    at: str
    record: str
    scheme: str
    year: int
    award: str
    standing: str
    reason: str
    by: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationSet:
    """Whether readers see a record: `state` is public or hidden."""

    salt: str
    at: str
    record: str
    state: str
    reason: str
    by: str
    agency: str


RecordDecision = (
    RecordCurated
    | RecordReverted
    | RecordMerged
    | RecordUnmerged
    | RecordLinked
    | RecordDistinct
    | RecordReopened
    | RecordTransferred
    | NumberAssigned
    | AwardConfirmed
    | PublicationSet
)

_SECOND = {
    RecordMerged: "absorbed",
    RecordUnmerged: "absorbed",
    RecordLinked: "original",
    RecordDistinct: "other",
    RecordReopened: "other",
}


def other_record(decision: object) -> str | None:
    """The second record that a decision is about, or None where it is about one at most."""
    name = _SECOND.get(type(decision))
    return getattr(decision, name) if name else None


_OF_RECORD: dict[str, Member] = {**COMMON, "record": RECORD, **BY_A_PERSON}
_REASONED: dict[str, Member] = {**_OF_RECORD, "reason": TEXT}
_WRITING: dict[str, Member] = {"set": FIELDS, "unset": NAMES, "seen": SEEN}

FORMS = (
    Form("record.curated", RecordCurated, {**_OF_RECORD, **_WRITING}),
    Form(
        "record.reverted",
        RecordReverted,
        {
            **_REASONED,
            **_WRITING,
            "to": COUNT,
            "state": optional(one_of(ACTIVE, WITHDRAWN)),
            "hub": optional(TEXT),
        },
    ),
    Form("record.merged", RecordMerged, {**_REASONED, **_WRITING, "absorbed": RECORD}),
    Form("record.unmerged", RecordUnmerged, {**_REASONED, **_WRITING, "absorbed": RECORD}),
    Form("record.linked", RecordLinked, {**_REASONED, "original": RECORD}),
    Form("record.distinct", RecordDistinct, {**_REASONED, "other": RECORD}),
    Form("record.reopened", RecordReopened, {**_REASONED, "other": RECORD}),
    Form("record.transferred", RecordTransferred, {**_REASONED, "giver": TEXT, "to": TEXT}),
    Form("number.assigned", NumberAssigned, {**_OF_RECORD, "number": TEXT}),
    Form(
        "award.confirmed",
        AwardConfirmed,
        {
            **_REASONED,
            "scheme": TEXT,
            "year": COUNT,
            "award": HASH,
            "standing": one_of(CONFIRMED, REJECTED, OPEN),
        },
    ),
    Form("publication.set", PublicationSet, {**_REASONED, "state": one_of(PUBLIC, HIDDEN)}),
)
