"""The decision that destroys bytes: `entry.redacted` (protocol.md, "Keys and redaction").

It says everything that a fold would have learned from the bytes that go and must still know: what
each of the decisions among them was, and how the record stands without what was redacted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from protocol.canonical import Json
from protocol.entries.envelope import Form
from protocol.entries.members import (
    BY_A_PERSON,
    COMMON,
    COUNT,
    DATE,
    RECORD,
    SOURCE,
    TEXT,
    TEXTS,
    TIME,
    Member,
    Source,
    optional,
)
from protocol.entry_domain import JsonSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedEntry:
    """An entry whose bytes go. Of a decision it says what it was; of a hub's entry only where.

    Attributes:
        origin, index: where it stood.
        kind: its type, such as `change.applied`.
        at: the centre's time of it.
        record: which record it was about.
        outcome: of the change behind it.
        source: the hub's entry behind it.
        code: why it was held.
        other: the second record that it was about.
    """

    origin: str
    index: int
    kind: str | None = None
    at: str | None = None
    record: str | None = None
    outcome: str | None = None
    source: Source | None = None
    code: str | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRow:
    """How a record stands in a campaign that asks for it (`protocol.campaigns.Targeted`)."""

    campaign: str
    hub: str
    year: str
    scheme: str
    is_there: bool
    full: str
    refreshed_place: int | None = None
    refreshed_on: str | None = None
    refreshed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRedacted:
    """The bytes of some entries are destroyed everywhere; their leaf hashes stay.

    Attributes:
        salt: 32 hex digits.
        at: the centre's clock, a claim like any other.
        record: which record stands as `state` says from here on.
        entries: whose bytes go; all of them lie before this decision.
        fields: of the record, whose values in those entries go with them; `state` for a reason.
        state: the record without those values, as the text of `write_record_state`; None
            where the catalogue has no such record.
        campaigns: how the record stands in every campaign that asks for it.
        reason: why; no personal data.
        ground: the legal basis.
        by, second_by: accounts of the two people; no personal data.
        agency: for which agency.
    """

    salt: str
    at: str
    record: str
    entries: tuple[RedactedEntry, ...]
    fields: tuple[str, ...]
    campaigns: tuple[CampaignRow, ...]
    reason: str
    ground: str
    by: str
    second_by: str
    agency: str
    state: str | None = None


TYPE = "entry.redacted"
_MARK = f'"type":"{TYPE}"'.encode()
"""Stands in every canonical entry of that type: nearly all others are passed over by it."""


def may_redact(entry: bytes) -> bool:
    """Whether an entry of the national log may be such a decision; quick. A no is certain."""
    return _MARK in entry


def _list_of(cls: Callable[..., Any], members: Mapping[str, Member]) -> Member:
    """A member that is a list of objects, each made into a `cls`."""

    def read(item: Any) -> Any:
        if type(item) is not dict or not item.keys() <= members.keys():
            raise ValueError("not an object of these members")
        return cls(
            **{
                name: member.decode(item[name])
                for name, member in members.items()
                if name in item or not member.is_optional
            }
        )

    def decode(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise ValueError("not a list")
        return tuple(read(item) for item in value)

    def encode(values: tuple[Any, ...]) -> Json:
        return [
            {
                name: member.encode(getattr(value, name))
                for name, member in members.items()
                if getattr(value, name) is not None
            }
            for value in values
        ]

    item: JsonSchema = {
        "type": "object",
        "properties": {name: member.schema for name, member in members.items()},
        "required": sorted(name for name, member in members.items() if not member.is_optional),
        "additionalProperties": False,
    }
    return Member(decode, encode, {"type": "array", "items": item})


def _typed(kind: type[Any], schema: str) -> Member:
    """A member of exactly this Python type."""

    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"not a {schema}")
        return value

    return Member(check, check, {"type": schema}, is_plain=True)


_ENTRIES = _list_of(
    RedactedEntry,
    {
        "origin": TEXT,
        "index": COUNT,
        "kind": optional(TEXT),
        "at": optional(TIME),
        "record": optional(RECORD),
        "outcome": optional(TEXT),
        "source": optional(SOURCE),
        "code": optional(TEXT),
        "other": optional(RECORD),
    },
)
_CAMPAIGNS = _list_of(
    CampaignRow,
    {
        "campaign": TEXT,
        "hub": TEXT,
        "year": TEXT,
        "scheme": TEXT,
        "is_there": _typed(bool, "boolean"),
        "full": _typed(str, "string"),
        "refreshed_place": optional(COUNT),
        "refreshed_on": optional(DATE),
        "refreshed_by": optional(TEXT),
    },
)

FORMS = (
    Form(
        TYPE,
        EntryRedacted,
        {
            **COMMON,
            "record": RECORD,
            "entries": _ENTRIES,
            "fields": TEXTS,
            "campaigns": _CAMPAIGNS,
            "state": optional(TEXT),
            "reason": TEXT,
            "ground": TEXT,
            "second_by": TEXT,
            **BY_A_PERSON,
        },
    ),
)
