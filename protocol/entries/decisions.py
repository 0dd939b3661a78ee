"""Decisions: the entries of the national log (protocol.md, "Decisions").

A decision is self-contained: with the national log alone a replica holds the whole catalogue. Its
*place* is its index there. `Source` ties it to the exact entry behind it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from protocol.canonical import Json
from protocol.entries import campaign_decisions, epoch, hub_decisions, record_decisions, redaction
from protocol.entries.campaign_decisions import CampaignDecision
from protocol.entries.changes import STEPS
from protocol.entries.envelope import Form, decode, encode
from protocol.entries.epoch import EpochOpened
from protocol.entries.hub_decisions import HubDecision
from protocol.entries.members import (
    BY_A_PERSON,
    COMMON,
    ERRORS,
    FIELDS,
    NAMES,
    RECORD,
    SEEN,
    SOURCE,
    TEXT,
    TIME,
    Seen,
    Source,
    one_of,
    optional,
)
from protocol.entries.record_decisions import RecordDecision
from protocol.entries.redaction import EntryRedacted

APPLIED, CONFLICT, NOOP = "applied", "conflict", "noop"
PROPOSED, HELD, VOID = "proposed", "held", "void"
REFUSED = "refused"
OUTCOMES = (APPLIED, CONFLICT, NOOP, PROPOSED, HELD, VOID, REFUSED)

OPENED, PUT, ATTEST = "hub.opened", "record.put", "record.attest"
WITHDRAW, RESTORE = "record.withdraw", "record.restore"
ROTATE = "key.rotate"
REPLICATION = "replication.step"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeApplied:
    """A change that counts: its writes are in the catalogue from this place on.

    Attributes:
        salt: 32 hex digits.
        at: the centre's clock, a claim like any other.
        source: the entry behind it.
        change: its type, such as `record.put`.
        author: hub id.
        claimed_at: `at` of the change.
        outcome: applied, conflict or noop.
        record: what it is about; None for `hub.opened` and `key.rotate`.
        schema: record schema version of a put.
        set, unset: the writes of a put.
        seen: what the author had on screen.
        reason: of a withdrawal or restoration.
        campaign: of an attestation.
        replication, step, details, result: of a step of a replication.
    """

    salt: str
    at: str
    source: Source
    change: str
    author: str
    claimed_at: str
    outcome: str
    record: str | None = None
    schema: str | None = None
    set: Mapping[str, Json] | None = None
    unset: tuple[str, ...] | None = None
    seen: Seen | None = None
    reason: str | None = None
    campaign: str | None = None
    replication: str | None = None
    step: str | None = None
    details: str | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProposed:
    """A change of a hub that is not the owner: it waits for the owner."""

    salt: str
    at: str
    source: Source
    change: str
    author: str
    claimed_at: str
    record: str
    schema: str | None = None
    set: Mapping[str, Json] | None = None
    unset: tuple[str, ...] | None = None
    seen: Seen | None = None
    reason: str | None = None
    campaign: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeHeld:
    """A change that waits for a person; `errors` are {pointer, code, message}."""

    salt: str
    at: str
    source: Source
    author: str
    code: str
    errors: tuple[Mapping[str, str], ...]
    record: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReleased(ChangeApplied):
    """A change that was held or proposed and counts now, by a person's word, from this place on.

    Attributes:
        by: account of that person; no personal data.
        agency: for which agency.
    """

    by: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRefused:
    """A change that was held or proposed and will not count, by a person's word."""

    salt: str
    at: str
    source: Source
    author: str
    by: str
    agency: str
    reason: str
    record: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeVoid:
    """An authentic entry that cannot be understood: kept, never applied."""

    salt: str
    at: str
    source: Source
    author: str
    code: str


Outcome = ChangeApplied | ChangeProposed | ChangeHeld | ChangeVoid
"""The first decision about an entry; every entry gets exactly one."""

Ruling = ChangeReleased | ChangeRefused
"""The second about one that was held or proposed, and the last."""

Decision = (
    Outcome | Ruling | HubDecision | RecordDecision | CampaignDecision | EntryRedacted | EpochOpened
)

_OF_CHANGE = {**COMMON, "source": SOURCE, "author": TEXT}
_CONTENT = {
    "schema": optional(TEXT),
    "set": optional(FIELDS),
    "unset": optional(NAMES),
    "seen": optional(SEEN),
    "reason": optional(TEXT),
    "campaign": optional(TEXT),
}
_STEP = {
    "replication": optional(RECORD),
    "step": optional(one_of(*STEPS)),
    "details": optional(TEXT),
    "result": optional(RECORD),
}

FORMS = {
    form.name: form
    for form in (
        *hub_decisions.FORMS,
        Form(
            "change.applied",
            ChangeApplied,
            {
                **_OF_CHANGE,
                "change": one_of(OPENED, ROTATE, PUT, ATTEST, WITHDRAW, RESTORE, REPLICATION),
                "claimed_at": TIME,
                "outcome": one_of(APPLIED, CONFLICT, NOOP),
                "record": optional(RECORD),
                **_CONTENT,
                **_STEP,
            },
        ),
        Form(
            "change.proposed",
            ChangeProposed,
            {
                **_OF_CHANGE,
                "change": one_of(PUT, ATTEST, WITHDRAW, RESTORE),
                "claimed_at": TIME,
                "record": RECORD,
                **_CONTENT,
            },
        ),
        Form(
            "change.held",
            ChangeHeld,
            {**_OF_CHANGE, "code": TEXT, "errors": ERRORS, "record": optional(RECORD)},
        ),
        Form(
            "change.released",
            ChangeReleased,
            {
                **_OF_CHANGE,
                "change": one_of(PUT, ATTEST, WITHDRAW, RESTORE, REPLICATION),
                "claimed_at": TIME,
                "outcome": one_of(APPLIED, CONFLICT, NOOP),
                "record": RECORD,
                **_CONTENT,
                **_STEP,
                **BY_A_PERSON,
            },
        ),
        Form(
            "change.refused",
            ChangeRefused,
            {**_OF_CHANGE, **BY_A_PERSON, "reason": TEXT, "record": optional(RECORD)},
        ),
        Form("change.void", ChangeVoid, {**_OF_CHANGE, "code": TEXT}),
        *record_decisions.FORMS,
        *campaign_decisions.FORMS,
        *redaction.FORMS,
        *epoch.FORMS,
    )
}
_TYPES: dict[object, Form] = {form.cls: form for form in FORMS.values()}


def kind_of(decision: Decision) -> str:
    """The entry type of a decision, such as `change.applied`."""
    return _TYPES[type(decision)].name


def encode_decision(decision: Decision, *, judged: Mapping[str, Json] | None = None) -> bytes:
    """The decision's bytes.

    Args:
        decision: any.
        judged: the `set` of the change behind it, as `decode_change` gave it.

    Raises:
        NotCanonical: outside the domain of entries, or too large.
    """
    return encode(_TYPES[type(decision)], decision, judged=judged)


def decode_decision(data: bytes) -> Decision:
    """The decision that an entry of the national log stands for.

    Raises:
        VoidEntry: this version does not understand it.
    """
    decision: Decision = decode(FORMS, data)
    return decision


def read_decisions(entries: Iterable[bytes], start: int = 0) -> Iterator[tuple[int, Decision]]:
    """The decisions in a range of the national log, with their places.

    An entry whose bytes are gone is passed over: what it did is carried by a later decision.

    Args:
        entries: their bytes.
        start: place of the first.

    Raises:
        VoidEntry: this version does not understand one.
    """
    for place, entry in enumerate(entries, start):
        if entry:
            yield place, decode_decision(entry)


def outcome_of(decision: Decision) -> str | None:
    """What became of the change behind a decision, or None where there is no change."""
    match decision:
        case ChangeApplied():
            return decision.outcome
        case ChangeProposed():
            return PROPOSED
        case ChangeHeld():
            return HELD
        case ChangeVoid():
            return VOID
        case ChangeRefused():
            return REFUSED
        case _:
            return None


def source_of(decision: Decision) -> Source | None:
    """The entry behind a decision, or None where the centre is its author."""
    return decision.source if isinstance(decision, Outcome | Ruling) else None
