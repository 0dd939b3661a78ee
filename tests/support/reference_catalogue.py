"""The centre once more, slow and obvious: changes in the order of decision to outcomes and records.

Beside `reference_merge`, which says what stands of the writes of one field. It keeps every write as
it was said, knows the verdicts that a well-formed change can meet, and derives all else afresh.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from protocol.canonical import Json
from tests.support import reference_merge as merge
from tests.support.reference_merge import Said

REQUIRED = {"title", "agency", "region", "started"}
SETS = {"sdgs"}
ACTIVE: Json = {"status": "active"}


class Step(NamedTuple):
    """One change: who says it, at which number of its log, having seen what, and what it says."""

    hub: str
    number: int
    national: int
    own: int
    kind: str
    record: str
    set: dict[str, Json]
    unset: tuple[str, ...]
    at: str


@dataclass
class Record:
    """All that was ever written of one record."""

    owner: str
    said: dict[str, list[Said]] = field(default_factory=dict)
    attested_at: str | None = None

    def shown(self) -> dict[str, Json]:
        """Field to shown value; of a set its elements, sorted by their text."""
        return {name: value for name in self.said if (value := self.value(name)) is not None}

    def value(self, name: str) -> Json:
        said = self.said.get(name, [])
        if name in SETS:
            return as_set(merge.element_texts(said, self.owner))
        return merge.shown_write(said, self.owner).value if said else None

    def contested(self) -> set[str]:
        return {name for name, said in self.said.items() if is_contested(name, said)}

    def holds(self, name: str, value: Json) -> bool:
        """Whether a field is settled, and as this value."""
        if is_contested(name, self.said.get(name, [])):
            return False
        if name in SETS:
            value = as_set(merge.text(it) for it in merge.as_list(value))
        standing = self.value(name)
        standing = ACTIVE if name == "state" and standing is None else standing
        return merge.text(standing) == merge.text(value)


def as_set(texts: Iterable[bytes]) -> list[Json] | None:
    """Elements by their text, in one order; None where there are none."""
    return [it.decode() for it in sorted(texts)] or None


def is_contested(name: str, said: list[Said]) -> bool:
    return bool(merge.disputed(said)) if name in SETS else len(merge.head_values(said)) > 1


def decided(steps: Iterable[Step]) -> tuple[list[str], dict[str, Record]]:
    """The outcome of each step, the n-th of which is decided at place n, and the records."""
    records: dict[str, Record] = {}
    return [_decide(records, place, step) for place, step in enumerate(steps)], records


def _decide(records: dict[str, Record], place: int, step: Step) -> str:
    if wrong := _wrong(records.get(step.record), place, step):
        return wrong
    record = records.setdefault(step.record, Record(step.hub))
    if step.kind == "attest":
        was, record.attested_at = record.attested_at, step.at
        return "noop" if was == step.at else "applied"
    is_noop = all(record.holds(name, value) for name, value in _written(step).items())
    _write(record, place, step)
    if is_noop:
        return "noop"
    return "conflict" if record.contested() & _written(step).keys() else "applied"


def _wrong(record: Record | None, place: int, step: Step) -> str:
    if record is None and step.kind != "put":
        return "unknown_record"
    if step.national > place or step.own > step.number:
        return "seen_ahead"
    if record is None and not step.set.keys() >= REQUIRED:
        return "schema_invalid"
    return "proposed" if record is not None and record.owner != step.hub else ""


def _written(step: Step) -> dict[str, Json]:
    withdrawn: Json = {"status": "withdrawn", "reason": "Ganda"}
    states: dict[str, Json] = {"withdraw": withdrawn, "restore": ACTIVE}
    if step.kind in states:
        return {"state": states[step.kind]}
    return {**dict.fromkeys(step.unset), **step.set}


def _write(record: Record, place: int, step: Step) -> None:
    for name, value in _written(step).items():
        seen = (step.national, step.own)
        said = Said(place, f"hub/{step.hub}", step.number, *seen, step.hub, value)
        record.said.setdefault(name, []).append(said)
