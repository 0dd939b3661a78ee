"""Completeness of a record in the ministry's groups A-E, with what is missing by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from protocol.canonical import Json
from protocol.innovation.fields import Field, fields

GROUPS = ("A", "B", "C", "D", "E")
REQUIRED_GROUPS = ("A", "B", "C", "D")
_ONLY_OF_REPLICATIONS = "replicates"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCompleteness:
    """One group.

    Attributes:
        group: A to E.
        present: fields filled.
        total: fields that count.
        missing: names of the others, in the order of the schema.
    """

    group: str
    present: int
    total: int
    missing: tuple[str, ...]

    @property
    def percent(self) -> int:
        """0 to 100, rounded down, so that 100 means all of it."""
        return 100 * self.present // self.total if self.total else 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """All groups of a record."""

    groups: Mapping[str, GroupCompleteness]

    @property
    def complete(self) -> bool:
        """*Lengkap*: all of A-D; E is reported apart."""
        return all(not self.groups[name].missing for name in REQUIRED_GROUPS)


def completeness(record: Mapping[str, Json]) -> Completeness:
    """How complete a record is. `replicates` counts where the record is a replication."""
    return Completeness(groups={name: _group(name, record) for name in GROUPS})


def is_complete(record: Mapping[str, Json]) -> bool:
    """As `completeness(record).complete`, without counting: every change of a record asks."""
    return all(
        record.get(field.name) or (field.name == _ONLY_OF_REPLICATIONS and field.name not in record)
        for group in REQUIRED_GROUPS
        for field in _counted(group)
    )


def _group(name: str, record: Mapping[str, Json]) -> GroupCompleteness:
    counted = [
        field.name
        for field in _counted(name)
        if field.name != _ONLY_OF_REPLICATIONS or field.name in record
    ]
    missing = tuple(field for field in counted if not record.get(field))
    return GroupCompleteness(
        group=name, present=len(counted) - len(missing), total=len(counted), missing=missing
    )


@cache
def _counted(group: str) -> tuple[Field, ...]:
    return tuple(field for field in fields() if field.counts_for == group)
