"""The state of a record: all that the national log says of it, as values and as bytes."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from protocol.canonical import Json
from protocol.entries.members import Seen
from protocol.facts import REPLICATIONS, Facts
from protocol.merge import Stamp, Write

_BEHIND_ESCAPE = re.compile(r"(\\(?:u[0-9a-f]{4}|[^u]))([^\x00-\x7f]+)")
"""An escape in JSON, and the characters outside ASCII that follow it at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordState:
    """All that the national log says of one record.

    Attributes:
        id: UUIDv7.
        owner: hub id.
        revision: how many decisions changed the record, from 1; a noop is none of them.
        last_place: of the last of them.
        attested_at: claimed time of the last attestation, if there was one.
        creation: the stamp of the put that made the record.
        created: the values of the fields that only that put wrote.
        rewritten: every write of every other field, in order of their places.
        facts: what the centre alone says.
    """

    id: str
    owner: str
    revision: int
    last_place: int
    attested_at: str | None
    creation: Stamp
    created: Mapping[str, Json]
    rewritten: Mapping[str, tuple[Write, ...]]
    facts: Facts = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, tuple[Write, ...]]:
        """Every write of every field, in order of their places."""
        return {name: self.writes(name) for name in (*self.created, *self.rewritten)}

    def writes(self, name: str) -> tuple[Write, ...]:
        """Every write of one field, in order of their places; none where nobody wrote it."""
        if name in self.created:
            return (Write(self.creation, self.created[name]),)
        return self.rewritten.get(name, ())


def encode_record_state(state: RecordState) -> bytes:
    """The canonical bytes of a state: what replicas store and compare.

    Logs and stamps stand once and are referred to by number, because a change writes many fields::

        {"logs": [[origin, author], ...], "stamps": [[place, log, number, national, own], ...],
         "created": {name: value}, "fields": {name: [write, ...]}, ...}

    `facts` is there only where there are some.

    The first stamp is the creation's, and `created` holds its values. In `fields` a write is
    `[stamp, value]`, one that is covered `[stamp]`, or `[stamp, value, 1]` where its value is kept.
    """
    stamps = {w.stamp.place: w.stamp for writes in state.rewritten.values() for w in writes}
    stamps[state.creation.place] = state.creation
    places = sorted(stamps)
    numbers = {place: number for number, place in enumerate(places)}
    logs: dict[tuple[str, str], int] = {}
    document: dict[str, Any] = {
        "id": state.id,
        "owner": state.owner,
        "revision": state.revision,
        "last_place": state.last_place,
        "attested_at": state.attested_at,
        "stamps": [_stamp_row(stamps[place], logs) for place in places],
        "logs": list(logs),
        "created": state.created,
        "fields": {
            name: [_write_row(w, numbers[w.stamp.place]) for w in writes]
            for name, writes in state.rewritten.items()
        },
    }
    if state.facts:
        document["facts"] = state.facts
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def decode_record_state(data: bytes) -> RecordState:
    """The state that `encode_record_state` encoded; for bytes of our own database only."""
    document = orjson.loads(data)
    logs = document["logs"]
    stamps = [
        Stamp(
            place=place,
            origin=logs[log][0],
            number=number,
            seen=Seen(national=national, own=own),
            author=logs[log][1],
        )
        for place, log, number, national, own in document["stamps"]
    ]
    return RecordState(
        id=document["id"],
        owner=document["owner"],
        revision=document["revision"],
        last_place=document["last_place"],
        attested_at=document["attested_at"],
        creation=stamps[0],
        created=document["created"],
        rewritten={
            name: tuple(_read_write(row, stamps) for row in rows)
            for name, rows in document["fields"].items()
        },
        facts=document.get("facts", {}),
    )


def write_record_state(state: RecordState) -> str:
    """The canonical text of a state, in NFC, as an entry may carry it.

    It is the JSON of `encode_record_state`, but for what stands outside ASCII right behind an
    escape. There a line break and an accent, each in its own right, would read as the `n` of the
    escape with an accent on it, which is not in NFC: one string of a hub would make a record that
    no decision can carry.
    """
    return _BEHIND_ESCAPE.sub(_escaped, encode_record_state(state).decode())


def read_record_state(text: str) -> RecordState | None:
    """The state whose canonical text this is, or None where it is none; for the text of others."""
    try:
        state = decode_record_state(text.encode())
        is_canonical = write_record_state(state) == text
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None
    return state if is_canonical and _is_sound(state) else None


def catalogue_hash(rows: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256, in hex, over every record's id and the SHA-256 of its state's bytes.

    Args:
        rows: (id, 32 bytes), ascending by id.
    """
    total = hashlib.sha256()
    for record, digest in rows:
        total.update(record.encode() + digest)
    return total.hexdigest()


def with_digests(encoded: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """(id, SHA-256) for each (id, bytes of a state), as `catalogue_hash` takes them."""
    for record, state in encoded:
        yield record, hashlib.sha256(state).digest()


def _is_sound(state: RecordState) -> bool:
    """Whether every member has its type; the canonical text alone does not say so."""
    writes = [write for several in state.rewritten.values() for write in several]
    stamps = [state.creation, *(write.stamp for write in writes)]
    texts = [state.id, state.owner, *(it for s in stamps for it in (s.origin, s.author))]
    counts = [state.revision, state.last_place]
    counts += [n for s in stamps for n in (s.place, s.number, s.seen.national, s.seen.own)]
    return (
        all(type(it) is str for it in texts)
        and all(type(it) is int for it in counts)
        and type(state.attested_at) in (str, type(None))
        and all(type(it) is dict for it in (state.created, state.rewritten, state.facts))
        and all(state.rewritten.values())
        and _are_facts_sound(state.facts)
    )


def _are_facts_sound(facts: Facts) -> bool:
    """Whether replications say whose turn it is, and everything else is a text or texts by name."""
    everything = facts.get(REPLICATIONS, {})
    others = [value for name, value in facts.items() if name != REPLICATIONS]
    texts = [it for value in others for it in (value.values() if type(value) is dict else [value])]
    return (
        isinstance(everything, dict)
        and all(type(it) is str for it in texts)
        and all(_is_replication(it) for it in everything.values())
    )


def _is_replication(value: Json) -> bool:
    if not isinstance(value, dict):
        return False
    texts = (value.get("hub"), value.get("step"), value.get("result", ""))
    return all(type(it) is str for it in texts) and type(value.get("place")) is int


def _escaped(found: re.Match[str]) -> str:
    """An escape and what follows it, all of it as escapes: UTF-16 in hex, as JSON has it."""
    units = found[2].encode("utf-16-be").hex()
    return found[1] + "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _stamp_row(stamp: Stamp, logs: dict[tuple[str, str], int]) -> list[int]:
    log = logs.setdefault((stamp.origin, stamp.author), len(logs))
    return [stamp.place, log, stamp.number, stamp.seen.national, stamp.seen.own]


def _write_row(write: Write, number: int) -> list[Json]:
    if not write.is_covered:
        return [number, write.value]
    return [number] if write.value is None else [number, write.value, 1]


def _read_write(row: list[Any], stamps: list[Stamp]) -> Write:
    match row:
        case [number]:
            return Write(stamps[number], None, is_covered=True)
        case [number, value]:
            return Write(stamps[number], value)
        case _:
            return Write(stamps[row[0]], row[1], is_covered=True)
