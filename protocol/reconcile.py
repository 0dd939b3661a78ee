"""Reconciliation: (what is known, one entry of a hub's log) to one decision.

Total: every authentic entry gets exactly one outcome, and none can block the entries behind it.
`prepare` reads the entry and says which record is needed; `reconcile` decides. The verdicts are a
table, tried from the top; the first that speaks decides.

Not here: duplicates and look-alikes, floods, and the release of what was held.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from protocol.canonical import Json
from protocol.catalogue import (
    SET_FIELDS,
    STATE,
    RecordState,
    apply,
    conflicts,
    is_settled_as,
    shown_record,
    writes_of,
)
from protocol.entries.changes import (
    Change,
    HubOpened,
    RecordAttest,
    RecordChange,
    RecordPut,
    RecordRestore,
    RecordWithdraw,
    decode_change,
    type_of,
)
from protocol.entries.decisions import (
    APPLIED,
    ATTEST,
    CONFLICT,
    HELD,
    NOOP,
    PROPOSED,
    ChangeApplied,
    ChangeHeld,
    ChangeProposed,
    ChangeVoid,
    Outcome,
)
from protocol.entries.members import Source
from protocol.errors import VoidEntry
from protocol.innovation.privacy import scan
from protocol.innovation.validate import SCHEMA_VERSION, findings, is_valid
from protocol.limits import CHANGE_BYTES_MAX
from protocol.merge import Stamp, covers

ERRORS_MAX = 20
"""Errors that a held decision lists; the decision must fit into an entry."""

ERROR_CHARACTERS_MAX = 500
"""Length of an error's pointer and of its message there."""

UNSEEN_WRITES_MAX = 16
"""Writes of one field that a change may leave uncovered. Two people who do not know of each other
are a conflict; who knows of nothing at all has an old copy on screen."""

SET_WRITES_MAX = 64
"""Writes of a set-like field beyond which a change must have seen them all: its elements are
merged from every write, and that must not cost a minute (docs/decisions/0008)."""

Error = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An entry, read once.

    Attributes:
        record: which record it is about; None where it is about none or void.
        change: the change, or why there is none.
        size: of the entry, in bytes.
    """

    record: str | None
    change: Change | VoidEntry
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the centre knows when it decides.

    Attributes:
        authority: the centre's namespace.
        hub: whose log the entry is of.
        origin: that log's.
        national_origin: of the national log.
        national_size: of the national log: the decision's place.
        last_good_index: of a revoked key; None while it counts.
        record: the record's state, where there is one.
    """

    authority: str
    hub: str
    origin: str
    national_origin: str
    national_size: int
    last_good_index: int | None
    record: RecordState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One change before the verdicts.

    Attributes:
        known: what the centre knows.
        change: what the author says.
        index: of the entry in the hub's log.
        size: of the entry, in bytes.
    """

    known: Known
    change: RecordChange
    index: int
    size: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row of the table.

    Attributes:
        outcome: held or proposed.
        code: why; of a held change the code that the author's screen explains.
        meaning: when it speaks, in one sentence.
        errors: what is wrong in detail where it speaks, or None where it is silent.
    """

    outcome: str
    code: str
    meaning: str
    errors: Callable[[Case], list[Error] | None]


def record_of(entry: bytes) -> str | None:
    """Which record an entry is about; None where it is about none or void."""
    return prepare(entry).record


def prepare(entry: bytes) -> Prepared:
    """Reads an entry; never raises."""
    try:
        change = decode_change(entry)
    except VoidEntry as error:
        return Prepared(record=None, change=error.with_traceback(None), size=len(entry))
    record = None if isinstance(change, HubOpened) else change.record
    return Prepared(record=record, change=change, size=len(entry))


def reconcile(known: Known, prepared: Prepared, *, index: int, at: str, salt: str) -> Outcome:
    """The one decision about an entry.

    Args:
        known: what the centre knows; `known.record` is that of `prepared.record`.
        prepared: the entry, read.
        index: of the entry in the hub's log; the caller asks once an index.
        at: the centre's time, RFC 3339 in UTC.
        salt: 32 hex digits.
    """
    change = prepared.change
    source = Source(origin=known.origin, index=index)
    if isinstance(change, VoidEntry):
        return ChangeVoid(salt=salt, at=at, source=source, author=known.hub, code=change.code)
    applied = _as_applied(known.hub, change, source=source, at=at, salt=salt)
    if isinstance(change, HubOpened):
        return _opened(known, change, applied)
    case = Case(known=known, change=change, index=index, size=prepared.size)
    for verdict in VERDICTS:
        errors = verdict.errors(case)
        if errors is not None:
            return (
                _proposed(applied)
                if verdict.outcome == PROPOSED
                else _held(applied, verdict.code, errors)
            )
    return _settled(known, applied)


def hold(known: Known, *, index: int, at: str, salt: str) -> ChangeHeld:
    """The decision about an entry that `reconcile` or the store breaks on: kept for a person.

    A fault of ours, and not the author's; but no entry may block those behind it.
    """
    return ChangeHeld(
        salt=salt,
        at=at,
        source=Source(origin=known.origin, index=index),
        author=known.hub,
        code="decision_failed",
        errors=(),
        record=None,
    )


def _is_revoked(case: Case) -> list[Error] | None:
    last_good = case.known.last_good_index
    return [] if last_good is not None and case.index > last_good else None


def _is_too_large(case: Case) -> list[Error] | None:
    return [] if case.size > CHANGE_BYTES_MAX else None


def _is_about_nothing(case: Case) -> list[Error] | None:
    creates = isinstance(case.change, RecordPut)
    return None if creates or case.known.record is not None else []


def _is_not_owners(case: Case) -> list[Error] | None:
    record = case.known.record
    return [] if record is not None and record.owner != case.known.hub else None


def _is_ahead(case: Case) -> list[Error] | None:
    seen = case.change.seen
    ahead = seen.national > case.known.national_size or seen.own > case.index
    return [] if ahead else None


def _is_behind(case: Case) -> list[Error] | None:
    record = case.known.record
    if record is None:
        return None
    stamp = Stamp(
        place=case.known.national_size,
        origin=case.known.origin,
        number=case.index,
        seen=case.change.seen,
        author=case.known.hub,
    )
    late = [name for name in _written_by(case.change) if _is_late(name, stamp, record)]
    return [
        _error(f"/{name}", "seen_behind", "Sudah sering berubah sejak dilihat.") for name in late
    ] or None


def _is_late(name: str, stamp: Stamp, record: RecordState) -> bool:
    writes = record.writes(name)
    if len(writes) <= UNSEEN_WRITES_MAX:
        return False
    unseen_count = sum(not covers(stamp, write.stamp) for write in writes)
    is_long = name in SET_FIELDS and len(writes) > SET_WRITES_MAX
    return unseen_count > (0 if is_long else UNSEEN_WRITES_MAX)


def _written_by(change: RecordChange) -> Iterable[str]:
    match change:
        case RecordPut():
            return (*change.set, *change.unset)
        case RecordWithdraw() | RecordRestore():
            return (STATE,)
        case RecordAttest():
            return ()


def _is_of_unknown_schema(case: Case) -> list[Error] | None:
    change = case.change
    return [] if isinstance(change, RecordPut) and change.schema != SCHEMA_VERSION else None


def _is_invalid(case: Case) -> list[Error] | None:
    if not isinstance(case.change, RecordPut):
        return None
    record = _record_after(case.known, case.change)
    if is_valid(record):
        return None
    return [_error(f.pointer, f.code, f.message) for f in findings(record)]


def _is_private(case: Case) -> list[Error] | None:
    found = scan(_texts_of(case.change))
    return [_error(f.pointer, f.kind, f.excerpt) for f in found] or None


def _texts_of(change: RecordChange) -> Mapping[str, Json]:
    match change:
        case RecordPut():
            return change.set
        case RecordWithdraw() | RecordRestore():
            return {"reason": change.reason}
        case RecordAttest():
            return {"campaign": change.campaign}


VERDICTS = (
    Verdict(HELD, "key_revoked", "The key no longer counts at this index.", _is_revoked),
    Verdict(HELD, "change_too_large", "No decision could repeat the change.", _is_too_large),
    Verdict(HELD, "unknown_record", "Only a put may name a new record.", _is_about_nothing),
    Verdict(HELD, "seen_ahead", "The author saw what did not exist yet.", _is_ahead),
    Verdict(HELD, "seen_behind", "The author had an old copy on screen.", _is_behind),
    Verdict(HELD, "schema_unknown", "The centre lacks this schema version.", _is_of_unknown_schema),
    Verdict(HELD, "schema_invalid", "The record would not be valid after it.", _is_invalid),
    Verdict(HELD, "privacy_finding", "A text looks like personal data.", _is_private),
    Verdict(PROPOSED, "not_owner", "Another hub owns the record.", _is_not_owners),
)
"""Verdicts before the merge, in the order in which they are tried. A proposal repeats the change in
the national log for ever, so it is examined as if it were the owner's."""


def _opened(known: Known, change: HubOpened, applied: ChangeApplied) -> Outcome:
    bound_here = (change.authority, change.hub) == (known.authority, known.hub)
    if applied.source.index == 0 and bound_here:
        return replace(applied, outcome=NOOP)
    return ChangeVoid(
        salt=applied.salt,
        at=applied.at,
        source=applied.source,
        author=applied.author,
        code="foreign_log",
    )


def _settled(known: Known, applied: ChangeApplied) -> ChangeApplied:
    """The merge's own outcomes: noop, conflict or applied."""
    before = known.record
    if before is None:
        return applied
    written = writes_of(applied)
    if applied.change == ATTEST:
        is_noop = before.attested_at == applied.claimed_at
    else:
        is_noop = all(is_settled_as(before, name, value) for name, value in written.items())
    if is_noop:
        return replace(applied, outcome=NOOP)
    after = apply(
        {before.id: before}, applied, place=known.national_size, origin=known.national_origin
    )
    contested = conflicts(after[before.id]).keys() & written.keys()
    return replace(applied, outcome=CONFLICT) if contested else applied


def _as_applied(hub: str, change: Change, *, source: Source, at: str, salt: str) -> ChangeApplied:
    put = change if isinstance(change, RecordPut) else None
    return ChangeApplied(
        salt=salt,
        at=at,
        source=source,
        change=type_of(change),
        author=hub,
        claimed_at=change.at,
        outcome=APPLIED,
        record=None if isinstance(change, HubOpened) else change.record,
        schema=put.schema if put else None,
        set=put.set if put else None,
        unset=put.unset if put else None,
        seen=None if isinstance(change, HubOpened) else change.seen,
        reason=change.reason if isinstance(change, RecordWithdraw | RecordRestore) else None,
        campaign=change.campaign if isinstance(change, RecordAttest) else None,
    )


def _proposed(applied: ChangeApplied) -> ChangeProposed:
    return ChangeProposed(
        salt=applied.salt,
        at=applied.at,
        source=applied.source,
        change=applied.change,
        author=applied.author,
        claimed_at=applied.claimed_at,
        record=applied.record or "",
        schema=applied.schema,
        set=applied.set,
        unset=applied.unset,
        seen=applied.seen,
        reason=applied.reason,
        campaign=applied.campaign,
    )


def _held(applied: ChangeApplied, code: str, errors: Iterable[Error]) -> ChangeHeld:
    return ChangeHeld(
        salt=applied.salt,
        at=applied.at,
        source=applied.source,
        author=applied.author,
        code=code,
        errors=tuple(errors)[:ERRORS_MAX],
        record=applied.record,
    )


def _record_after(known: Known, change: RecordPut) -> dict[str, Json]:
    """The record as the author wants it, on top of what stands."""
    if known.record is None:
        return {"id": change.record, "hub": known.hub, **change.set}
    standing = shown_record(known.record)
    for name in change.unset:
        standing.pop(name, None)
    return standing | dict(change.set)


def _error(pointer: str, code: str, message: str) -> Error:
    """An error that an entry can hold: bounded, and in NFC wherever text was cut or joined."""
    texts = {"pointer": pointer, "code": code, "message": message}
    return {
        name: unicodedata.normalize("NFC", text[:ERROR_CHARACTERS_MAX])
        for name, text in texts.items()
    }
