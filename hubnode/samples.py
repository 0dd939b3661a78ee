"""Sample data: drafts to try the pages with, that nobody can sign and one click removes.

They are drafts in a state of their own (docs/decisions/0035): `hubnode.drafting` refuses to publish
them or to hand them over, so none of them can get into a log, whoever presses what.
"""

from importlib.resources import files
from typing import cast

from sqlalchemy import Connection

from hubnode.drafting import begin
from hubnode.node import Node
from hubnode.store import drafts
from hubnode.store.drafts import DraftState
from hubnode.store.identity import Identity
from protocol.canonical import Json, parse
from protocol.innovation.regions import region_name

FILE = "sample_innovations.json"


def innovations() -> list[dict[str, Json]]:
    """What they say; about nobody."""
    return cast("list[dict[str, Json]]", parse(files("hubnode").joinpath(FILE).read_bytes()))


def load(conn: Connection, node: Node, who: Identity, *, account: str) -> int:
    """Makes the sample drafts; returns how many, none where there are some already."""
    if count(conn):
        return 0
    place: dict[str, Json] = {"region": who.hub} if region_name(who.hub) else {}
    found = innovations()
    for fields in found:
        begin(conn, node, account=account, fields={**fields, **place}, state=DraftState.SAMPLE)
    return len(found)


def count(conn: Connection) -> int:
    """How many there are."""
    return len(_every(conn))


def remove(conn: Connection) -> int:
    """Forgets all of them, and what somebody wrote into them to try it; returns how many."""
    return sum(drafts.discard(conn, it) for it in _every(conn))


def _every(conn: Connection) -> list[str]:
    return [it.id for it in drafts.every(conn) if it.state is DraftState.SAMPLE]
