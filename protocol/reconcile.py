"""Reconciliation: (what is known, one entry of a hub's log) to one decision.

Total: every authentic entry gets exactly one outcome, and none can block the entries behind it.
The rules are a table, tried from the top; the first that speaks decides. Matching of duplicates,
floods and holds by look-alike are not here yet.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from protocol.canonical import Json, canonicalise
from protocol.catalogue import RecordState, apply, conflicts, shown_record
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
    CONFLICT,
    NOOP,
    ChangeApplied,
    ChangeHeld,
    ChangeProposed,
    ChangeVoid,
    Outcome,
)
from protocol.entries.envelope import Source
from protocol.errors import VoidEntry
from protocol.innovation.privacy import scan
from protocol.innovation.validate import SCHEMA_VERSION, findings, is_valid
from protocol.limits import CHANGE_BYTES_MAX
from protocol.merge import heads

ERRORS_MAX = 20
"""Errors that a held decision lists; the decision must fit into an entry."""

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
    """One entry before the rules.

    Attributes:
        known: what the centre knows.
        prepared: the entry, read.
        index: its place in the hub's log.
        at: the centre's time, for the decision.
        salt: of the decision.
    """

    known: Known
    prepared: Prepared
    index: int
    at: str
    salt: str


def prepare(entry: bytes) -> Prepared:
    """Reads an entry; never raises."""
    try:
        change = decode_change(entry)
    except VoidEntry as error:
        return Prepared(record=None, change=error, size=len(entry))
    record = None if isinstance(change, HubOpened) else change.record
    return Prepared(record=record, change=change, size=len(entry))


def reconcile(known: Known, prepared: Prepared, *, index: int, at: str, salt: str) -> Outcome:
    """The one decision about an entry.

    Args:
        known: what the centre knows; `known.record` is that of `prepared.record`.
        prepared: the entry, read.
        index: its place in the hub's log; the caller asks once an index.
        at: the centre's time, RFC 3339 in UTC.
        salt: 32 hex digits.
    """
    case = Case(known=known, prepared=prepared, index=index, at=at, salt=salt)
    change = prepared.change
    if isinstance(change, VoidEntry):
        return _void(case, change.code)
    if isinstance(change, HubOpened):
        return _opened(case, change)
    for rule in RULES:
        outcome = rule(case, change)
        if outcome is not None:
            return outcome
    return _applied(case, change)


def _opened(case: Case, change: HubOpened) -> Outcome:
    bound_here = (change.authority, change.hub) == (case.known.authority, case.known.hub)
    if case.index != 0 or not bound_here:
        return _void(case, "foreign_log")
    return ChangeApplied(
        salt=case.salt,
        at=case.at,
        source=Source(case.known.origin, case.index),
        change=type_of(change),
        author=case.known.hub,
        claimed_at=change.at,
        outcome=NOOP,
    )


def _refuse_revoked(case: Case, _change: RecordChange) -> Outcome | None:
    last_good = case.known.last_good_index
    return _held(case, "key_revoked") if last_good is not None and case.index > last_good else None


def _refuse_large(case: Case, _change: RecordChange) -> Outcome | None:
    return _held(case, "change_too_large") if case.prepared.size > CHANGE_BYTES_MAX else None


def _refuse_ahead(case: Case, change: RecordChange) -> Outcome | None:
    ahead = change.seen.national > case.known.national_size or change.seen.own > case.index
    return _held(case, "seen_ahead") if ahead else None


def _refuse_unknown_record(case: Case, change: RecordChange) -> Outcome | None:
    creates = isinstance(change, RecordPut)
    return None if creates or case.known.record else _held(case, "unknown_record")


def _propose(case: Case, change: RecordChange) -> Outcome | None:
    record = case.known.record
    if record is None or record.owner == case.known.hub:
        return None
    applied = _as_applied(case, change)
    return ChangeProposed(
        **{name: getattr(applied, name) for name in ChangeProposed.__dataclass_fields__}
    )


def _refuse_unknown_schema(case: Case, change: RecordChange) -> Outcome | None:
    unknown = isinstance(change, RecordPut) and change.schema != SCHEMA_VERSION
    return _held(case, "schema_unknown") if unknown else None


def _refuse_invalid(case: Case, change: RecordChange) -> Outcome | None:
    if not isinstance(change, RecordPut):
        return None
    record = _record_after(case.known, change)
    if is_valid(record):
        return None
    errors = [
        {"pointer": f.pointer, "code": f.code, "message": f.message} for f in findings(record)
    ]
    return _held(case, "schema_invalid", errors)


def _refuse_private(case: Case, change: RecordChange) -> Outcome | None:
    if not isinstance(change, RecordPut):
        return None
    found = scan(dict(change.set))
    errors = [{"pointer": f.pointer, "code": f.kind, "message": f.excerpt} for f in found]
    return _held(case, "privacy_finding", errors) if found else None


RULES: tuple[Callable[[Case, RecordChange], Outcome | None], ...] = (
    _refuse_revoked,
    _refuse_large,
    _refuse_ahead,
    _refuse_unknown_record,
    _propose,
    _refuse_unknown_schema,
    _refuse_invalid,
    _refuse_private,
)
"""Verdicts before the merge, in the order in which they are tried."""


def _applied(case: Case, change: RecordChange) -> Outcome:
    decision = _as_applied(case, change)
    before = case.known.record
    if before is not None and _says_nothing_new(before, change):
        return replace(decision, outcome=NOOP)
    known = {before.id: before} if before is not None else {}
    after = apply(
        known, decision, place=case.known.national_size, origin=case.known.national_origin
    )
    contested = conflicts(after[change.record]).keys() & _names(change)
    return replace(decision, outcome=CONFLICT) if contested else decision


def _as_applied(case: Case, change: RecordChange) -> ChangeApplied:
    put = change if isinstance(change, RecordPut) else None
    moved = change if isinstance(change, RecordWithdraw | RecordRestore) else None
    return ChangeApplied(
        salt=case.salt,
        at=case.at,
        source=Source(case.known.origin, case.index),
        change=type_of(change),
        author=case.known.hub,
        claimed_at=change.at,
        outcome=APPLIED,
        record=change.record,
        schema=put.schema if put else None,
        set=put.set if put else None,
        unset=put.unset if put else None,
        seen=change.seen,
        reason=moved.reason if moved else None,
        campaign=change.campaign if isinstance(change, RecordAttest) else None,
    )


def _says_nothing_new(state: RecordState, change: RecordChange) -> bool:
    """Whether every value written is already the one settled value."""
    if not isinstance(change, RecordPut):
        return False
    wanted: dict[str, Json] = {name: None for name in change.unset if name in state.fields}
    wanted |= change.set
    return all(_is_settled(state, name, value) for name, value in wanted.items())


def _is_settled(state: RecordState, name: str, value: Json) -> bool:
    standing = heads(state.fields.get(name, ()))
    if len(standing) != 1:
        return False
    settled = standing[0].value
    return settled is value or canonicalise(settled) == canonicalise(value)


def _record_after(known: Known, change: RecordPut) -> dict[str, Json]:
    record: dict[str, Json] = {"id": change.record, "hub": known.hub}
    if known.record is not None:
        record = shown_record(known.record)
        for name in change.unset:
            record.pop(name, None)
    return record | dict(change.set)


def _names(change: RecordChange) -> set[str]:
    if isinstance(change, RecordPut):
        return {*change.set, *change.unset}
    return {"state"}


def _held(case: Case, code: str, errors: list[Error] | None = None) -> ChangeHeld:
    return ChangeHeld(
        salt=case.salt,
        at=case.at,
        source=Source(case.known.origin, case.index),
        author=case.known.hub,
        code=code,
        errors=tuple((errors or [])[:ERRORS_MAX]),
        record=case.prepared.record,
    )


def _void(case: Case, code: str) -> ChangeVoid:
    return ChangeVoid(
        salt=case.salt,
        at=case.at,
        source=Source(case.known.origin, case.index),
        author=case.known.hub,
        code=code,
    )
