"""The matcher: looks behind the decisions for records that may be one; rescans once a day."""

from functools import partial

from central import matching
from central.centre import Centre
from central.log_follower import IDLE_S, LogFollower

BETWEEN_RESCANS_S = 0.05


def matcher(centre: Centre) -> LogFollower:
    """Compares records as long as there are some to compare, what is new first."""
    return LogFollower(
        centre,
        name="matcher",
        left_count=matching.left_count,
        follow=matching.follow,
        idle=_rescan,
    )


async def _rescan(centre: Centre) -> float:
    if await centre.db.read(partial(matching.is_rescan_due, centre=centre)):
        await centre.db.run(partial(matching.begin_rescan, centre=centre))
    if not await centre.db.read(partial(matching.is_rescanning, centre=centre)):
        return IDLE_S
    await centre.db.run(partial(matching.rescan, centre=centre))
    return BETWEEN_RESCANS_S
