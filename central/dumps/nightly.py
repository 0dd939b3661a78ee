"""The dump of every night: made within an hour after one o'clock in WIB, or once the centre runs.

APScheduler 3 looks every hour; whether there is one of today says the data folder, so that a centre
that was down at night makes it in the morning, and one that restarts makes none twice.
"""

import logging
from datetime import timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from central.centre import Centre
from central.dumps.files import Dump, dumps_in
from central.dumps.forgetting import forget_redacted, forget_surplus
from central.dumps.making import NothingToDump, make_dump, wib_now
from runtime.database import DatabaseError
from runtime.durable import AlreadyRunning

HOUR_WIB = 1
"""When nobody waits for a page."""

FIRST_LOOK = timedelta(minutes=2)
"""After a start, when hubs that waited have been heard."""

JITTER_S = 300

log = logging.getLogger(__name__)


class Nightly:
    """Makes a dump a day, as long as the settings keep any, and removes those that have to go."""

    def __init__(self, centre: Centre, *, kept: int) -> None:
        self._centre = centre
        self._kept = kept
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self, *, first_look: timedelta = FIRST_LOOK) -> None:
        """Starts to look every hour."""
        self._scheduler.start()
        first = self._centre.clock.now() + first_look
        self._scheduler.add_job(
            self.look, "interval", hours=1, jitter=JITTER_S, next_run_time=first
        )

    def stop(self) -> None:
        """Looks no more; one that is being made is left to end, or nothing of it stays."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def look(self) -> Dump | None:
        """Makes today's dump where there is none, if any are kept.

        Those that hold what was redacted are removed, and those beyond what the settings keep: also
        where they keep none any more, for all that are there are served.

        Returns:
            What was made, or None where there was nothing to make.
        """
        worker = self._centre.db.worker
        try:
            await worker.run(partial(forget_redacted, self._centre, waits=False))
            await worker.run(partial(forget_surplus, self._centre, kept=self._kept))
            if not self._kept or not is_due(self._centre):
                return None
            dump = await worker.run(partial(make_dump, self._centre, kept=self._kept))
        except (AlreadyRunning, NothingToDump):
            return None
        except (DatabaseError, OSError) as error:
            log.warning("dump_later", extra={"error": str(error)})
            return None
        log.info("dumped", extra={"dump": dump.name})
        return dump


def is_due(centre: Centre) -> bool:
    """Whether there is none of today, and its night has come to one o'clock."""
    newest = next(iter(dumps_in(centre.folder)), None)
    if newest is None:
        return True
    now = wib_now(centre)
    return newest.day != now.date().isoformat() and now.hour >= HOUR_WIB
