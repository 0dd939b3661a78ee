"""Lineage for tests: hubs that replicate, and who came of whom."""

from dataclasses import replace

from protocol.canonical import Json
from protocol.entries.decisions import REPLICATION, ChangeApplied
from protocol.record_state import RecordState
from tests.support.campaigns import Fold
from tests.support.entries import HUB, MINIMAL, SALT, applied, record_id
from tests.support.verdicts import WHY

ORIGINAL, RESULT = record_id(1), record_id(2)
REPLICATION_ID = record_id(90)
WANTER = "73"
WAY = (
    ("interest", WANTER),
    ("agreement", HUB),
    ("approval", WANTER),
    ("implementation", WANTER),
)
LINK = {**WHY, "salt": SALT}


def step(
    kind: str,
    hub: str = WANTER,
    *,
    original: str = ORIGINAL,
    replication: str = REPLICATION_ID,
    result: str | None = None,
) -> ChangeApplied:
    """A step that the centre has applied."""
    return replace(
        applied(record=original, hub=hub),
        change=REPLICATION,
        schema=None,
        set=None,
        unset=None,
        replication=replication,
        step=kind,
        details="Surat minat 12/2026",
        result=result,
    )


def made(number: int, *, hub: str = HUB, **fields: Json) -> ChangeApplied:
    """A new record of a hub."""
    title: Json = f"Inovasi {number}"
    return applied(
        {**MINIMAL, "title": title, **fields}, record=record_id(number), hub=hub, index=number
    )


def claiming(number: int, original: str, *, hub: str = WANTER, **fields: Json) -> ChangeApplied:
    """A new record that says itself which one it replicates."""
    return made(number, hub=hub, replicates={"innovation": original}, **fields)


def implemented(original: str, result: str, *, hub: str = WANTER) -> ChangeApplied:
    """The last step: a record of a hub came of another one."""
    replication = f"{result[:-2]}f{result[-1]}"
    return step("implementation", hub, original=original, replication=replication, result=result)


def states(fold: Fold) -> list[RecordState]:
    return list(fold.records.values())
