"""What people at the centre do: curate, ask for refreshes, rule, judge, give away, suspend, erase.

What they may not do is refused with a code, and that is as good a step as any.
"""

from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import Connection

from central import matching
from central.casework import hub_states, identity, ownership, redaction
from central.casework.campaigns import CampaignOrder, close_campaign, open_campaign
from central.casework.conflicts import curate, list_conflicts, resolve
from central.casework.holds import list_waiting, refuse_change, release_change
from central.casework.numbers import assign
from central.casework.person import Person
from central.casework.publication import set_publication
from central.casework.redaction import RedactionOrder
from central.store import decisions as index
from protocol.errors import ProtocolError
from tests.simulation.stage import Machine, salts
from tests.simulation.world import HUBS, World

WHO = {"by": "rina", "agency": "panrb"}
PERSON = Person(**WHO, reason="Surat 12/2026")

Act = Callable[[Connection, World, Machine], str]


def at_the_centre(act: Act) -> Callable[[World, Machine], Awaitable[str]]:
    """One transaction of a person, all of it or, where it is refused, nothing."""

    async def happening(world: World, machine: Machine) -> str:
        try:
            return world.centre.db.run_sync(lambda conn: act(conn, world, machine))
        except ProtocolError as refused:
            return f"refused {refused.code}"

    return happening


def is_curated(conn: Connection, world: World, _machine: Machine) -> str:
    """A curator writes on a record that a hub may be writing on."""
    record = world.chance.choice(_records(conn, world))
    values = {"title": f"Judul kurator nomor {world.chance.randrange(1_000)}"}
    written = curate(conn, world.centre, record=record, set_=values, **WHO)
    return ", ".join(written)


def has_a_conflict_resolved(conn: Connection, world: World, _machine: Machine) -> str:
    """Somebody who has seen all heads writes one of them."""
    conflicts = list_conflicts(conn, world.centre)
    if not conflicts:
        return "there is none"
    found = world.chance.choice(conflicts)
    value = world.chance.choice(found.heads).value
    resolve(conn, world.centre, record=found.record, field=found.field, value=value, **WHO)
    return found.field


def is_asked_for_a_refresh(conn: Connection, world: World, _machine: Machine) -> str:
    """The centre closes the campaign that is open, or opens another."""
    centre = world.centre
    known = centre.campaigns.every(conn)
    if known and known[0].closing is None:
        close_campaign(conn, centre, campaign=known[0].id, reason="Selesai", **WHO)
        return f"closes {known[0].id}"
    order = CampaignOrder(
        campaign=f"kampanye-{len(known)}",
        title="Pemutakhiran",
        due="2199-12-31",
        target={"hub": world.chance.sample(HUBS, 2)},
        **WHO,
    )
    open_campaign(conn, centre, order)
    return f"opens {order.campaign}"


def is_ruled_on(conn: Connection, world: World, _machine: Machine) -> str:
    """A change that waits is released or refused."""
    waiting = list_waiting(conn)
    if not waiting:
        return "nothing waits"
    case = world.chance.choice(waiting)
    if world.chance.randrange(2):
        outcome = release_change(conn, world.centre, place=case.place, **WHO)
        return f"{case.outcome} {case.code} counts: {outcome}"
    refuse_change(conn, world.centre, place=case.place, reason="Tidak sesuai", **WHO)
    return f"{case.outcome} {case.code} does not count"


def is_judged(conn: Connection, world: World, _machine: Machine) -> str:
    """Two records are one, one of the other, distinct; or that is taken back."""
    one, other = world.chance.sample(_records(conn, world, at_least=2), 2)
    centre = world.centre
    match world.chance.choice(["same", "replication", "distinct", "undo"]):
        case "same":
            identity.merge(conn, centre, record=one, absorbed=other, take=["title"], person=PERSON)
            return "same"
        case "replication":
            identity.link(conn, centre, record=one, original=other, person=PERSON)
            return "replication"
        case "distinct":
            identity.keep_apart(conn, centre, record=one, other=other, person=PERSON)
            return "distinct"
        case _:
            verdict, _ = identity.undo(conn, centre, record=one, other=other, person=PERSON)
            return f"not {verdict}"


def is_given_away(conn: Connection, world: World, _machine: Machine) -> str:
    """A record gets another owner, or its owner of before."""
    record, to = world.chance.choice(_records(conn, world)), world.chance.choice(HUBS)
    giver, given = ownership.transfer(conn, world.centre, record, to=to, person=PERSON)
    return f"{giver} to {to}: {len(given.records)}"


def is_numbered_or_hidden(conn: Connection, world: World, _machine: Machine) -> str:
    """What only the centre says of a record."""
    record = world.chance.choice(_records(conn, world))
    match world.chance.choice(["number", "hidden", "public"]):
        case "number":
            return f"{len(assign(conn, world.centre, [record], PERSON))} numbers"
        case state:
            return f"{state} {set_publication(conn, world.centre, record, state, PERSON)}"


def is_suspended(conn: Connection, world: World, machine: Machine) -> str:
    """One at a time: the next time that this happens to anybody, it may send again."""
    resumed = resume_all(conn, world)
    if resumed:
        return f"no more: {resumed}"
    hub_states.suspend(conn, world.centre, machine.hub, PERSON)
    return ""


def has_bytes_erased(conn: Connection, world: World, _machine: Machine) -> str:
    """Two people have the content of a change or a decision destroyed."""
    record = world.chance.choice(_records(conn, world))
    place = world.chance.choice(index.of_record(conn, record))
    order = RedactionOrder(record=record, place=place, ground="UU 27/2022", second_by="tono")
    planned = redaction.plan(conn, world.centre, order, PERSON)
    positions = {(it.origin, it.index) for decision in planned for it in decision.entries}
    gone = salts(_entries(conn, world, sorted(positions)))
    redaction.redact(conn, world.centre, order, PERSON)
    world.redacted |= gone
    return f"{len(positions)} entries"


def is_compared_with_others(conn: Connection, world: World, _machine: Machine) -> str:
    """The matcher follows the national log."""
    return f"{matching.follow(conn, world.centre)} decisions"


def resume_all(conn: Connection, world: World) -> str:
    """Every hub may send again; which of them could not."""
    resumed = [hub for hub in HUBS if hub_states.resume(conn, world.centre, hub, PERSON)]
    return ", ".join(resumed)


class NothingThere(ProtocolError):
    """There are not enough records yet."""

    default_code = "unknown_record"


def _records(conn: Connection, world: World, *, at_least: int = 1) -> list[str]:
    found = sorted(record for record, _ in world.centre.documents.digests(conn))
    if len(found) < at_least:
        raise NothingThere("too early")
    return found


def _entries(conn: Connection, world: World, positions: Sequence[tuple[str, int]]) -> list[bytes]:
    logs = world.centre.logs
    found: list[bytes] = []
    for origin, number in positions:
        found += logs.entries(conn, logs.open(conn, origin), number, number + 1)
    return found
