"""Replication: one hub takes over what another has, step by step (domain.md, "Rules").

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
