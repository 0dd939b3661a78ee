"""Reconciliation: (what is known, one entry of a hub's log) to one decision.

Total: every authentic entry gets exactly one outcome, and none can block the entries behind it.
`prepare` reads the entry and says which record is needed; `reconcile` decides: by the first of the
`protocol.verdicts` that speaks, or by the merge.

Not here: candidates of duplicates (`protocol.matching`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from protocol.catalogue import apply, conflicts, is_settled_as, writes_of
from protocol.entries.changes import (
    Change,
    HubOpened,
    KeyRotate,
    LogChange,
    RecordAttest,
    RecordPut,
    RecordRestore,
    RecordWithdraw,
    ReplicationStep,
    decode_change,
    type_of,
)
from protocol.entries.decisions import (
    APPLIED,
    ATTEST,
    CONFLICT,
    NOOP,
    PROPOSED,
    REPLICATION,
    ChangeApplied,
    ChangeHeld,
    ChangeProposed,
    ChangeReleased,
    ChangeVoid,
    Outcome,
    encode_decision,
)
from protocol.entries.hub_decisions import HubKeyRotated
from protocol.entries.members import Source
from protocol.errors import VoidEntry
from protocol.names import continued_origin
from protocol.verdicts import VERDICTS, Case, Error, Known, Verdict

OVERRULED = frozenset({"seen_behind", "flood", "privacy_finding", "look_alike", "not_owner"})
"""Verdicts that a person may overrule: an old copy, a flood that was meant, a false alarm, a record
that is no copy, a proposal that is right."""

ERRORS_MAX = 20
"""Errors that a held decision lists; the decision must fit into an entry."""


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

    @property
    def result(self) -> str | None:
        """The record that a step of a replication names as its result."""
        return self.change.result if isinstance(self.change, ReplicationStep) else None


def prepare(entry: bytes) -> Prepared:
    """Reads an entry; never raises."""
    try:
        change = decode_change(entry)
    except VoidEntry as error:
        return Prepared(record=None, change=error.with_traceback(None), size=len(entry))
    record = None if isinstance(change, LogChange) else change.record
    return Prepared(record=record, change=change, size=len(entry))


def reconcile(
    known: Known,
    prepared: Prepared,
    *,
    index: int,
    at: str,
    salt: str,
    verdicts: Iterable[Verdict] = VERDICTS,
) -> Outcome:
    """The one decision about an entry.

    Args:
        known: what the centre knows; `known.record` is that of `prepared.record`.
        prepared: the entry, read.
        index: of the entry in the hub's log; the caller asks once an index.
        at: the centre's time, RFC 3339 in UTC.
        salt: 32 hex digits.
        verdicts: those that are tried; others only to see what they would change.
    """
    change = prepared.change
    source = Source(origin=known.origin, index=index)
    if isinstance(change, VoidEntry):
        return ChangeVoid(salt=salt, at=at, source=source, author=known.hub, code=change.code)
    applied = _as_applied(known.hub, change, source=source, at=at, salt=salt)
    if isinstance(change, HubOpened):
        return _opened(known, change, applied)
    if isinstance(change, KeyRotate):
        return _rotated(known, applied)
    case = Case(known=known, change=change, index=index, size=prepared.size)
    for verdict in verdicts:
        errors = verdict.errors(case)
        if errors is not None:
            return (
                _proposed(applied)
                if verdict.outcome == PROPOSED
                else _held(applied, verdict.code, errors)
            )
    return _settled(known, applied)


def consequence(prepared: Prepared, outcome: Outcome, *, salt: str) -> HubKeyRotated | None:
    """The decision that follows an outcome in the same batch: the new keys of an applied rotation.

    Args:
        prepared: the entry, read.
        outcome: what `reconcile` decided about it.
        salt: 32 hex digits.
    """
    change = prepared.change
    if not isinstance(change, KeyRotate) or not isinstance(outcome, ChangeApplied):
        return None
    return HubKeyRotated(
        salt=salt,
        at=outcome.at,
        source=outcome.source,
        hub=outcome.author,
        log_key=change.log_key,
        witness_key=change.witness_key,
    )


def encode_outcome(outcome: Outcome, prepared: Prepared) -> bytes:
    """The decision's bytes, without another look at what was seen when the entry was read.

    Raises:
        NotCanonical: too large for an entry.
    """
    change = prepared.change
    judged = change.set if isinstance(change, RecordPut) else None
    return encode_decision(outcome, judged=judged)


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


def release(
    known: Known, prepared: Prepared, *, index: int, at: str, salt: str, by: str, agency: str
) -> ChangeReleased | str:
    """The decision of a person that a held or proposed change counts, or why it cannot.

    A person may overrule what is a matter of judgement. What would break the catalogue stays as it
    is: an invalid record, an unknown schema, a key that no longer counts.

    Args:
        known: what the centre knows now.
        prepared: the entry, read.
        index: of the entry in the hub's log.
        at: the centre's time, RFC 3339 in UTC.
        salt: 32 hex digits.
        by: account of the person; no personal data.
        agency: for which agency.

    Returns:
        The decision, or the code of the verdict that still stands.
    """
    change = prepared.change
    if isinstance(change, VoidEntry | LogChange):
        return "not_waiting"
    case = Case(known=known, change=change, index=index, size=prepared.size)
    for verdict in VERDICTS:
        if verdict.code not in OVERRULED and verdict.errors(case) is not None:
            return verdict.code
    source = Source(origin=known.origin, index=index)
    settled = _settled(known, _as_applied(known.hub, change, source=source, at=at, salt=salt))
    members = {member.name: getattr(settled, member.name) for member in fields(settled)}
    return ChangeReleased(**members, by=by, agency=agency)


def _opened(known: Known, change: HubOpened, applied: ChangeApplied) -> Outcome:
    bound_here = (change.authority, change.hub, change.continues) == (
        known.authority,
        known.hub,
        continued_origin(known.origin),
    )
    if applied.source.index == 0 and bound_here:
        return replace(applied, outcome=NOOP)
    return _void(applied, "foreign_log")


def _rotated(known: Known, applied: ChangeApplied) -> Outcome:
    """What intake made of it counts: it alone saw under which checkpoint the entry came."""
    last_good = known.last_good_index
    if last_good is not None and applied.source.index > last_good:
        return _held(applied, "key_revoked", ())
    return applied if known.rotates else _void(applied, "rotation_refused")


def _void(applied: ChangeApplied, code: str) -> ChangeVoid:
    return ChangeVoid(
        salt=applied.salt,
        at=applied.at,
        source=applied.source,
        author=applied.author,
        code=code,
    )


def _settled(known: Known, applied: ChangeApplied) -> ChangeApplied:
    """The merge's own outcomes: noop, conflict or applied."""
    before = known.record
    if before is None or applied.change == REPLICATION:
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
    step = change if isinstance(change, ReplicationStep) else None
    return ChangeApplied(
        salt=salt,
        at=at,
        source=source,
        change=type_of(change),
        author=hub,
        claimed_at=change.at,
        outcome=APPLIED,
        record=None if isinstance(change, LogChange) else change.record,
        schema=put.schema if put else None,
        set=put.set if put else None,
        unset=put.unset if put else None,
        seen=None if isinstance(change, LogChange) else change.seen,
        reason=change.reason if isinstance(change, RecordWithdraw | RecordRestore) else None,
        campaign=change.campaign if isinstance(change, RecordAttest) else None,
        replication=step.replication if step else None,
        step=step.step if step else None,
        details=step.details if step else None,
        result=step.result if step else None,
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
