"""Replication: one hub takes over what another has, step by step.

Minat, kesepakatan, persetujuan, implementasi: the hub that wants says that it is interested, the
owner agrees to share, the hub that wants approves of doing it, and says in the end which of its
records came of it. So each side binds itself once before anything is built, in its own log. The
owner may refuse until then, and who wants may withdraw at any time before the end.
"""

from collections.abc import Mapping

from protocol.canonical import Json
from protocol.entries.changes import (
    AGREEMENT,
    APPROVAL,
    IMPLEMENTATION,
    INTEREST,
    REFUSAL,
    WITHDRAWAL,
)
from protocol.limits import RUNNING_REPLICATIONS_MAX

Replications = Mapping[str, Mapping[str, Json]]
"""What is known of every replication of one record, by their ids."""

WANTER, OWNER = "wanter", "owner"
"""Whose step it is: of the hub that wants, or of the hub that owns the original."""

_NEXT: Mapping[str, Mapping[str, str]] = {
    "": {INTEREST: WANTER},
    INTEREST: {AGREEMENT: OWNER, REFUSAL: OWNER, WITHDRAWAL: WANTER},
    AGREEMENT: {APPROVAL: WANTER, REFUSAL: OWNER, WITHDRAWAL: WANTER},
    APPROVAL: {IMPLEMENTATION: WANTER, WITHDRAWAL: WANTER},
}
"""What may follow; the step by which it goes on stands first."""


def next_steps(last: str) -> Mapping[str, str]:
    """The steps that may follow, each with whose it is.

    Args:
        last: the step before, "" where there is none yet.
    """
    return _NEXT.get(last, {})


def awaited(last: str) -> tuple[str, str] | None:
    """The step by which a replication goes on, with whose it is; None where it has ended.

    Args:
        last: the step before.
    """
    return next(iter(next_steps(last).items()), None)


def may_take(step: str, *, author: str, owner: str, standing: Mapping[str, Json]) -> bool:
    """Whether a hub may take a step.

    Args:
        step: the step.
        author: hub id.
        owner: of the original.
        standing: what is known of the replication, as `replication_after` gave it; empty where
            it would begin. Nobody replicates from itself.
    """
    wanter = standing.get("hub", author)
    whose = next_steps(str(standing.get("step", ""))).get(step)
    party = owner if whose == OWNER else wanter
    return whose is not None and author == party and wanter != owner


def is_running(standing: Mapping[str, Json]) -> bool:
    """Whether a replication has begun and may still come to something."""
    return bool(standing) and awaited(str(standing.get("step", ""))) is not None


def is_on_its_way(replications: Replications, hub: str) -> bool:
    """Whether a hub has a replication of a record under way: then it begins no second one.

    Args:
        replications: what is known of all of the record, by their ids.
        hub: id of the hub that wants.
    """
    return any(it.get("hub") == hub and is_running(it) for it in replications.values())


def is_full(replications: Replications) -> bool:
    """Whether so many replications of a record are under way that none can begin."""
    return sum(is_running(it) for it in replications.values()) >= RUNNING_REPLICATIONS_MAX


def replications_after(
    replications: Replications, name: str, standing: Mapping[str, Json]
) -> dict[str, Json]:
    """What is known of all replications of a record once one of them has gone on.

    A state is repeated by every redaction and shown on every page, so no other hub may swell it:
    who begins again leaves the end of its last time behind, and of a full record what ended first
    goes. The record's history keeps them all.

    Args:
        replications: before it, by their ids.
        name: id of the one that has gone on.
        standing: what is known of that one now.
    """
    after = {known: it for known, it in replications.items() if known != name}
    ended = sorted(
        (known for known, it in after.items() if not is_running(it)),
        key=lambda known: (int(str(after[known].get("place", 0))), known),
    )
    left = [known for known in ended if after[known].get("hub") == standing.get("hub")]
    excess = len(after) - len(left) + 1 - RUNNING_REPLICATIONS_MAX
    left += [known for known in ended if known not in left][: max(0, excess)]
    kept: dict[str, Json] = {known: {**it} for known, it in after.items() if known not in left}
    return {**kept, name: {**standing}}


def replication_after(
    standing: Mapping[str, Json], *, step: str, author: str, place: int, result: str | None
) -> dict[str, Json]:
    """What is known of a replication after a step.

    Args:
        standing: before it.
        step: the step.
        author: hub id; of the first step the hub that wants.
        place: of the decision in the national log.
        result: the record that came of it, where it is the last.
    """
    after: dict[str, Json] = {"hub": author, **standing, "step": step, "place": place}
    return after if result is None else {**after, "result": result}
