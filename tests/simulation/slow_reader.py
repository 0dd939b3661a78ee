"""The catalogue as somebody makes it who reads the national log aloud: every write, and no fold.

Records of which anything was redacted are left out: then the log says a state, and no writes.
"""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from central.centre import Centre
from protocol.canonical import Json
from protocol.catalogue import SET_FIELDS, conflicts, shown_record, writes_by_person, writes_of
from protocol.entries.decisions import ChangeApplied, Decision, read_decisions
from protocol.entries.record_decisions import (
    RecordCurated,
    RecordMerged,
    RecordReverted,
    RecordTransferred,
)
from protocol.entries.redaction import EntryRedacted
from protocol.record_state import decode_record_state
from tests.support import reference_merge as reference
from tests.support.reference_merge import Said


@dataclass
class Told:
    """What the log tells of one record.

    Attributes:
        owner: hub id.
        said: by field, everything that anybody wrote.
    """

    owner: str
    said: dict[str, list[Said]] = field(default_factory=dict)


def faults(conn: Connection, centre: Centre) -> list[str]:
    """The fields in which the catalogue says something else than the slow reader."""
    log = centre.logs.open(conn, centre.national_origin)
    entries = centre.logs.entries(conn, log, 0, log.tree.size)
    told = _told(dict(read_decisions(entries, 0)), centre.national_origin)
    found = []
    for record, it in told.items():
        state = decode_record_state(centre.documents.get(conn, record) or b"")
        shown = shown_record(state)
        if state.owner != it.owner or state.fields.keys() != it.said.keys():
            found.append(record)
        found += [
            f"{record}: {name}"
            for name, said in it.said.items()
            if not _is_shown(shown, name, said, it.owner)
            or (name in conflicts(state)) != _is_contested(name, said)
        ]
    return found


def _told(decisions: dict[int, Decision], origin: str) -> dict[str, Told]:
    told: dict[str, Told] = {}
    for place, decision in decisions.items():
        match decision:
            case ChangeApplied(record=str(record)) if record in told or decision.set is not None:
                it = told.setdefault(record, Told(decision.author))
                seen = (decision.seen.national, decision.seen.own) if decision.seen else (0, 0)
                source = decision.source
                stamp = (place, source.origin, source.index, *seen, decision.author)
                _say(it, stamp, writes_of(decision))
            case RecordCurated() | RecordMerged() | RecordReverted():
                seen = (decision.seen.national, decision.seen.own)
                stamp = (place, origin, place, *seen, "")
                _say(told.setdefault(decision.record, Told("")), stamp, writes_by_person(decision))
            case RecordTransferred():
                told.setdefault(decision.record, Told("")).owner = decision.to
            case _:
                pass
    redacted = {it.record for it in decisions.values() if isinstance(it, EntryRedacted)}
    return {record: it for record, it in told.items() if record not in redacted}


def _say(it: Told, stamp: tuple[int, str, int, int, int, str], written: dict[str, Json]) -> None:
    for name, value in written.items():
        it.said.setdefault(name, []).append(Said(*stamp, value))


def _is_shown(shown: dict[str, Json], name: str, said: list[Said], owner: str) -> bool:
    if name in SET_FIELDS:
        elements = shown.get(name) or []
        assert isinstance(elements, list)
        return set(map(reference.text, elements)) == reference.element_texts(said, owner)
    if name == "state":
        return True  # the shown record says nothing of it; its heads are compared all the same
    return shown.get(name) == reference.shown_write(said, owner).value


def _is_contested(name: str, said: list[Said]) -> bool:
    if name in SET_FIELDS:
        return bool(reference.disputed(said))
    return len(reference.head_values(said)) > 1
