"""Floods: so much rewritten at once that a person has to look."""

from collections.abc import Callable

FLOOD_RECORDS, FLOOD_PERCENT = 20, 10
"""More than both, of records and of a hundred of them, are a flood."""


def is_flood(rewritten_count: int, owned_count: Callable[[], int]) -> bool:
    """Whether a hub rewrites too much of what it has.

    Args:
        rewritten_count: records that it rewrites or withdraws.
        owned_count: tells how many it has; asked only where it matters.
    """
    if rewritten_count <= FLOOD_RECORDS:
        return False
    return 100 * rewritten_count > FLOOD_PERCENT * owned_count()
