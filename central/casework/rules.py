"""Rules: many conflicts resolved at once, each by the same word."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from sqlalchemy import Connection

from central.casework import conflicts
from central.casework.conflicts import Conflict, Head
from central.centre import Centre
from protocol.canonical import Json
from protocol.catalogue import SET_FIELDS, STATE
from protocol.merge import CENTRE


class Rule(StrEnum):
    """Whose value stays."""

    OWNER = "owner-wins"
    CENTRE = "centre-wins"
    LATEST = "latest-wins"


def chosen(rule: Rule, conflict: Conflict) -> Head | None:
    """The value that stays by a rule, or None where the rule says nothing.

    A set-like field has no single value per author, and only a hub withdraws and restores.
    """
    if conflict.field == STATE or conflict.field in SET_FIELDS:
        return None
    author = {Rule.OWNER: conflict.hub, Rule.CENTRE: CENTRE}.get(rule)
    heads = [head for head in conflict.heads if author in (None, head.author)]
    return max(heads, key=lambda head: head.place, default=None)


def covered_by(
    conn: Connection, centre: Centre, rule: Rule, fields: Collection[str], hub: str = ""
) -> list[tuple[Conflict, Head]]:
    """The open conflicts that a rule would end, each with the value that stays.

    Args:
        conn: a connection.
        centre: the centre.
        rule: whose value stays.
        fields: names of the fields that it is for.
        hub: only records of this hub; "" for all.
    """
    found = conflicts.list_conflicts(conn, centre)
    return _covered([it for it in found if hub in ("", it.hub)], rule, fields)


def covered_of(
    conn: Connection, centre: Centre, rule: Rule, fields: Collection[str], records: Collection[str]
) -> list[tuple[Conflict, Head]]:
    """As `covered_by`, of these records; in the order of their ids."""
    found = conflicts.conflicts_of(conn, centre, records)
    return _covered(sorted(found, key=lambda it: it.record), rule, fields)


def resolve_many(
    conn: Connection,
    centre: Centre,
    rule: Rule,
    fields: Collection[str],
    records: Collection[str],
    *,
    by: str,
    agency: str,
) -> int:
    """Ends every open conflict of these records that a rule covers; how many it were.

    Raises:
        CaseRefused: a value that stays is no longer valid; then nothing is resolved.
        TextRefused: the account's name or a value looks like personal data.
    """
    staying: dict[str, dict[str, Json]] = {}
    for conflict, head in covered_of(conn, centre, rule, fields, records):
        staying.setdefault(conflict.record, {})[conflict.field] = head.value
    conflicts.curate_many(conn, centre, staying, by=by, agency=agency)
    return sum(map(len, staying.values()))


def _covered(
    found: Iterable[Conflict], rule: Rule, fields: Collection[str]
) -> list[tuple[Conflict, Head]]:
    staying = ((it, chosen(rule, it)) for it in found if it.field in fields)
    return [(it, head) for it, head in staying if head is not None]
