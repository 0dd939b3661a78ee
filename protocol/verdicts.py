"""The verdicts: why a change is held or only proposed, before it is merged.

A table, tried from the top; the first that speaks decides. Each looks at one change and at what the
centre knows of its record, and is silent or says what is wrong.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from protocol.canonical import Json
from protocol.catalogue import SET_FIELDS, STATE, shown_record
from protocol.entries.changes import (
    IMPLEMENTATION,
    INTEREST,
    Change,
    RecordAttest,
    RecordChange,
    RecordPut,
    RecordRestore,
    RecordWithdraw,
    ReplicationStep,
)
from protocol.entries.decisions import HELD, PROPOSED
from protocol.errors import VoidEntry
from protocol.facts import replication_in, replications_in
from protocol.innovation.privacy import scan
from protocol.innovation.validate import SCHEMA_VERSIONS, findings, is_valid
from protocol.limits import CHANGE_BYTES_MAX
from protocol.look_alikes import likeness
from protocol.merge import Stamp, covers
from protocol.record_state import RecordState
from protocol.replication import is_full, is_on_its_way, may_take

ERROR_CHARACTERS_MAX = 500
"""Length of an error's pointer and of its message there."""

UNSEEN_WRITES_MAX = 16
"""Writes of one field that a change may leave uncovered, those aside that another covers already.
Two people who do not know of each other are a conflict; who knows of nothing at all has an old copy
on screen. In a set-like field every write counts, because each has a say in its elements."""

SET_WRITES_MAX = 64
"""Writes of a set-like field beyond which a change must have seen them all: its elements are
merged from every write, and that must not cost a minute (docs/decisions/0008)."""

_VERSION = re.compile(r"\d{1,4}(\.\d{1,4}){2}", re.ASCII)
"""What of a hub's text may be repeated in a decision, which is public, before it was scanned."""

Error = dict[str, str]


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
        rotates: intake took new keys of the hub from this entry.
        result: the state of the record that a step names as its result, where there is one.
        above: ids of the originals that the record goes back to; asked only where `result` is.
        is_flooded: the hub rewrites too much of what it has at once (`protocol.floods`).
        alike: active records of other hubs that share a key with the record that the entry makes
            (`protocol.look_alikes.keys_of`).
    """

    authority: str
    hub: str
    origin: str
    national_origin: str
    national_size: int
    last_good_index: int | None
    record: RecordState | None
    rotates: bool = False
    result: RecordState | None = None
    above: frozenset[str] = frozenset()
    is_flooded: bool = False
    alike: Sequence[RecordState] = ()


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


def rewrites(change: Change | VoidEntry) -> bool:
    """Whether a change of a record that is there alters or hides what readers see."""
    return isinstance(change, RecordPut | RecordWithdraw)


def _is_revoked(case: Case) -> list[Error] | None:
    last_good = case.known.last_good_index
    return [] if last_good is not None and case.index > last_good else None


def _is_unopened(case: Case) -> list[Error] | None:
    return [] if case.index == 0 else None


def _is_too_large(case: Case) -> list[Error] | None:
    return [] if case.size > CHANGE_BYTES_MAX else None


def _is_about_nothing(case: Case) -> list[Error] | None:
    creates = isinstance(case.change, RecordPut)
    return None if creates or case.known.record is not None else []


def _is_not_owners(case: Case) -> list[Error] | None:
    record = case.known.record
    is_foreign = record is not None and record.owner != case.known.hub
    return [] if is_foreign and not isinstance(case.change, ReplicationStep) else None


def _is_out_of_step(case: Case) -> list[Error] | None:
    change, record = case.change, case.known.record
    if not isinstance(change, ReplicationStep) or record is None:
        return None
    may = may_take(
        change.step,
        author=case.known.hub,
        owner=record.owner,
        standing=replication_in(record.facts, change.replication),
    )
    is_second = change.step == INTEREST and is_on_its_way(
        replications_in(record.facts), case.known.hub
    )
    return None if may and not is_second and _has_its_result(case, change) else []


def _is_one_too_many(case: Case) -> list[Error] | None:
    change, record = case.change, case.known.record
    if not isinstance(change, ReplicationStep) or change.step != INTEREST or record is None:
        return None
    return [] if is_full(replications_in(record.facts)) else None


def _has_its_result(case: Case, step: ReplicationStep) -> bool:
    """Whether the implementation names a record of its author, and no other step names one.

    What the original itself came of cannot come of it: two hubs that take over from each other
    would make a circle.
    """
    result = case.known.result
    if step.step != IMPLEMENTATION:
        return step.result is None
    older = {step.record, *case.known.above}
    return result is not None and result.owner == case.known.hub and result.id not in older


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
    is_set = name in SET_FIELDS
    counting = [write for write in writes if is_set or not write.is_covered]
    unseen_count = sum(not covers(stamp, write.stamp) for write in counting)
    is_long = is_set and len(writes) > SET_WRITES_MAX
    return unseen_count > (0 if is_long else UNSEEN_WRITES_MAX)


def _written_by(change: RecordChange) -> Iterable[str]:
    match change:
        case RecordPut():
            return (*change.set, *change.unset)
        case RecordWithdraw() | RecordRestore():
            return (STATE,)
        case RecordAttest() | ReplicationStep():
            return ()


def _is_in_flood(case: Case) -> list[Error] | None:
    record = case.known.record
    is_rewriting = record is not None and rewrites(case.change) and record.owner == case.known.hub
    return [] if case.known.is_flooded and is_rewriting else None


def _is_of_unknown_schema(case: Case) -> list[Error] | None:
    change = case.change
    if not isinstance(change, RecordPut) or change.schema in SCHEMA_VERSIONS:
        return None
    named = change.schema if _VERSION.fullmatch(change.schema) else "yang lain"
    sentence = f"Pusat mengenal skema sampai {SCHEMA_VERSIONS[-1]}; perubahan ini {named}."
    return [_error("/schema", "schema_unknown", sentence)]


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


def _is_look_alike(case: Case) -> list[Error] | None:
    change, known = case.change, case.known
    if not known.alike or known.record is not None or not isinstance(change, RecordPut):
        return None
    record = _record_after(known, change)
    found = [it for other in known.alike if (it := likeness(record, other)) is not None]
    return [_error(it.pointer, it.code, it.message) for it in found] or None


def _texts_of(change: RecordChange) -> Mapping[str, Json]:
    match change:
        case RecordPut():
            return change.set
        case RecordWithdraw() | RecordRestore():
            return {"reason": change.reason}
        case RecordAttest():
            return {"campaign": change.campaign}
        case ReplicationStep():
            return {"details": change.details}


VERDICTS = (
    Verdict(HELD, "key_revoked", "The key no longer counts at this index.", _is_revoked),
    Verdict(HELD, "log_unopened", "Index 0 is where `hub.opened` belongs.", _is_unopened),
    Verdict(HELD, "change_too_large", "No decision could repeat the change.", _is_too_large),
    Verdict(HELD, "unknown_record", "Only a put may name a new record.", _is_about_nothing),
    Verdict(HELD, "step_out_of_order", "It is not this hub's step now.", _is_out_of_step),
    Verdict(HELD, "replications_full", "Too many hubs replicate the record.", _is_one_too_many),
    Verdict(HELD, "seen_ahead", "The author saw what did not exist yet.", _is_ahead),
    Verdict(HELD, "seen_behind", "The author had an old copy on screen.", _is_behind),
    Verdict(HELD, "flood", "The hub rewrites much of what it has at once.", _is_in_flood),
    Verdict(HELD, "schema_unknown", "The centre lacks this schema version.", _is_of_unknown_schema),
    Verdict(HELD, "schema_invalid", "The record would not be valid after it.", _is_invalid),
    Verdict(HELD, "privacy_finding", "A text looks like personal data.", _is_private),
    Verdict(HELD, "look_alike", "It is a near copy of another hub's record.", _is_look_alike),
    Verdict(PROPOSED, "not_owner", "Another hub owns the record.", _is_not_owners),
)
"""Verdicts before the merge, in the order in which they are tried. A proposal repeats the change in
the national log for ever, so it is examined as if it were the owner's."""


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
