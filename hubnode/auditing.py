"""The audit of the own log, offline: every receipt honoured, every applied write accounted for.

Nothing derived is believed: outcomes and standings are taken from the decisions in the national
log, and compared with what is written down. A change that was applied must be shown, in conflict,
hidden by a withdrawal, or covered by a later write; whether it is covered is looked for among all
writes of the field, apart from the merge that the catalogue is folded with (protocol.md,
"Exchange").
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection

from hubnode.evidence import evidence_of
from hubnode.node import Node
from hubnode.own_decisions import Reading, read_national, stamp_of, standing_in
from hubnode.review import count_waiting
from hubnode.store import outbox, outcomes, receipts, runs
from hubnode.store.identity import Identity
from hubnode.store.outcomes import Standing
from hubnode.store.receipts import Receipt
from hubnode.sync.audit import HONOUR_WITHIN, forgotten_evidence
from hubnode.sync.session import EVIDENCE_FOLDER
from hubnode.verify import verify_node
from protocol import catalogue
from protocol.canonical import Json
from protocol.checkpoints import known_cosignatures, open_checkpoint
from protocol.entries.decisions import (
    HELD,
    PROPOSED,
    ChangeApplied,
    Outcome,
    Ruling,
    outcome_of,
)
from protocol.entries.hub_decisions import HubKeyRotated
from protocol.errors import ProtocolError
from protocol.evidence import record_object
from protocol.faithful import is_as_signed, is_faithful, record_of
from protocol.keys import VerifierKey
from protocol.limits import PACKAGE_ENTRIES
from protocol.merge import covers
from protocol.quorum import NOBODY, Quorum

_UNFINISHED = frozenset({"log_unsigned", "catalogue_behind", "witnesses_missing"})
"""Codes of `verify_node` that a later sync run mends."""


class Level(StrEnum):
    """How bad a finding is."""

    ATTENTION = "attention"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person has to know.

    Attributes:
        code: stable; `hubnode.sync.sentences` has what an operator reads.
        level: an alarm is what an honest centre and a sound disk never cause.
        index: of the own entry concerned, or None.
        record: that it is about, or None.
        detail: what was found, in English.
        evidence: all that a third party needs to judge an alarm; empty where there is no other
            party to it.
    """

    code: str
    level: Level
    index: int | None = None
    record: str | None = None
    detail: str = ""
    evidence: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What an audit found; own = standings + undecided, and receipted is a part of own.

    Attributes:
        own: entries of the own log.
        receipted: of these, how many the centre gave a receipt for.
        undecided: of these, how many have no outcome yet.
        pending: changes that are not in the log yet.
        standings: how many entries stand where, recomputed.
        findings: none where all is well.
    """

    own: int
    receipted: int
    undecided: int
    pending: int
    standings: Mapping[Standing, int]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """An audit under way."""

    conn: Connection
    node: Node
    who: Identity
    own_keys: Sequence[VerifierKey]
    reading: Reading


def audit_node(
    conn: Connection,
    node: Node,
    who: Identity,
    own_keys: Sequence[VerifierKey],
    quorum: Quorum = NOBODY,
) -> Audited:
    """Audits everything that can be looked at without a network."""
    unsound = _unsoundness(conn, node, who, own_keys, quorum)
    reading = Reading()
    if unsound is None or unsound.level is Level.ATTENTION:
        reading = read_national(conn, node, who)
    case = _Case(conn=conn, node=node, who=who, own_keys=own_keys, reading=reading)
    size = node.logs.open(conn, who.origin).tree.size
    standings = Counter(
        standing_in(reading, who, it) for it in range(size) if reading.is_decided(it)
    )
    findings = [unsound] if unsound else []
    if unsound is None or unsound.code == "witnesses_missing":
        findings += [*_of_entries(case, size), *_of_outcomes(case, standings)]
    findings += [*_of_receipts(case), *_for_a_person(case)]
    return Audited(
        own=size,
        receipted=receipts.largest_size(conn),
        undecided=size - standings.total(),
        pending=outbox.count(conn),
        standings=standings,
        findings=tuple(findings),
    )


def _unsoundness(
    conn: Connection, node: Node, who: Identity, own_keys: Sequence[VerifierKey], quorum: Quorum
) -> Finding | None:
    """What `verify` refuses: then nothing else that is read here says anything."""
    try:
        verify_node(conn, node, who, own_keys, quorum)
    except ProtocolError as error:
        level = Level.ATTENTION if error.code in _UNFINISHED else Level.ALARM
        return Finding(code=error.code, level=level, detail=error.message)
    return None


def _of_entries(case: _Case, size: int) -> Iterator[Finding]:
    """What is wrong with the decisions about each own entry, and with those that lack one."""
    log = case.node.logs.open(case.conn, case.who.origin)
    for start in range(0, size, PACKAGE_ENTRIES):
        end = min(size, start + PACKAGE_ENTRIES)
        for index, entry in enumerate(case.node.logs.entries(case.conn, log, start, end), start):
            if index not in case.reading.redacted:
                yield from _of_entry(case, index, entry)
    decided, rotated = case.reading.decided, case.reading.rotated
    for index in sorted(it for it in {*decided, *rotated} if it >= size):
        places = [place for place, _ in (*decided.get(index, ()), *rotated.get(index, ()))]
        yield Finding(
            code="decision_of_nothing",
            level=Level.ALARM,
            index=index,
            detail=f"decided at {places}; the own log has {size} entries",
        )
    yield from _forgotten(case, size)


def _of_entry(case: _Case, index: int, entry: bytes) -> Iterator[Finding]:
    decided, rotated = case.reading.decided.get(index, []), case.reading.rotated.get(index, [])
    code = ""
    if not _is_one_outcome([decision for _, decision in decided]):
        code = "decided_twice"
    elif not _are_faithful(decided, rotated, entry):
        code = "decision_unfaithful"
    elif decided and _is_lost(case, index):
        code = "change_not_shown"
    if code:
        places = [place for place, _ in (*decided, *rotated)]
        record = record_of(entry)
        shown = evidence_of(case.conn, case.node, case.who, record or "", places)
        yield Finding(
            code=code,
            level=Level.ALARM,
            index=index,
            record=record,
            detail=f"decided at {places}",
            evidence=record_object(shown),
        )


def _is_one_outcome(decisions: list[Outcome | Ruling]) -> bool:
    """One outcome, and one ruling at most, on what was held or proposed."""
    if not decisions:
        return True
    first, *later = decisions
    if isinstance(first, Ruling):
        return False
    is_waiting = outcome_of(first) in {HELD, PROPOSED}
    return not later or (is_waiting and len(later) == 1 and isinstance(later[0], Ruling))


def _are_faithful(
    decided: Sequence[tuple[int, Outcome | Ruling]],
    rotated: Sequence[tuple[int, HubKeyRotated]],
    entry: bytes,
) -> bool:
    """Whether the decisions about an own entry, and the keys taken from it, say what it says."""
    is_repeated = all(is_faithful(decision, entry) for _, decision in decided)
    return is_repeated and all(is_as_signed(decision, entry) for _, decision in rotated)


def _is_lost(case: _Case, index: int) -> bool:
    """Whether an applied write is not shown although some field of it is covered by nobody."""
    if standing_in(case.reading, case.who, index) is not Standing.SUPERSEDED:
        return False
    place, decision = case.reading.decided[index][-1]
    if not isinstance(decision, ChangeApplied) or decision.record is None:
        return True
    own = stamp_of(decision, place, case.who.national)
    return not all(
        any(covers(later, own) for later in case.reading.stamps[decision.record, name])
        for name in catalogue.writes_of(decision)
    )


def _forgotten(case: _Case, size: int) -> Iterator[Finding]:
    """The first receipted entry that nobody has decided about, if its hour is over.

    The hour ends when the centre was last asked: what it has decided since, nobody here knows. A
    file is judged when it is read (`hubnode.sync.audit`), because it may be old.
    """
    receipted = min(size, receipts.largest_size(case.conn))
    missing = next((it for it in range(receipted) if not case.reading.is_decided(it)), None)
    receipt = None if missing is None else receipts.covering(case.conn, missing)
    asked_at = runs.asked_at(case.conn)
    if missing is None or receipt is None or asked_at is None:
        return
    if asked_at - receipt.kept_at > HONOUR_WITHIN:
        yield Finding(
            code="receipt_not_honoured",
            level=Level.ALARM,
            index=missing,
            detail=f"receipted at {receipt.kept_at.isoformat()}",
            evidence=forgotten_evidence(
                case.conn,
                case.node,
                case.who,
                own_keys=case.own_keys,
                receipt=receipt,
                index=missing,
            ),
        )


def _of_outcomes(case: _Case, standings: Mapping[Standing, int]) -> Iterator[Finding]:
    written = outcomes.count_by_standing(case.conn)
    if written != dict(standings):
        detail = f"written down: {dict(written)}; recomputed: {dict(standings)}"
        yield Finding(code="outcomes_altered", level=Level.ALARM, detail=detail)


def _of_receipts(case: _Case) -> Iterator[Finding]:
    """Receipts that do not hold: another tree, or a signature that does not verify."""
    for receipt in receipts.all_of_them(case.conn):
        if not _holds(case, receipt):
            detail = f"the receipt for {receipt.size} entries"
            yield Finding(code="receipt_altered", level=Level.ALARM, detail=detail)


def _holds(case: _Case, receipt: Receipt) -> bool:
    logs = case.node.logs
    log = logs.open(case.conn, case.who.origin)
    try:
        own = open_checkpoint(receipt.note, origin=case.who.origin, keys=case.own_keys)
        cosignatures = known_cosignatures(own, [case.who.mirror_verifier])
    except ProtocolError:
        return False
    is_whole = bool(cosignatures) and own.tree.size == receipt.size <= log.tree.size
    return is_whole and logs.tree_at(case.conn, log, receipt.size) == own.tree


def _for_a_person(case: _Case) -> Iterator[Finding]:
    node = case.node
    cases = count_waiting(case.conn, node, case.who).cases
    if cases:
        yield Finding(code="changes_need_a_person", level=Level.ATTENTION, detail=f"{cases} cases")
    folder = node.folder / EVIDENCE_FOLDER
    kept = sorted(it.name for it in folder.iterdir()) if folder.is_dir() else []
    if kept:
        yield Finding(code="evidence_kept", level=Level.ATTENTION, detail=", ".join(kept))
