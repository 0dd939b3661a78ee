"""The watch: looks every minute at what is wrong, and tells whoever is to know.

What breaks it is logged and tried again; it never ends the service.
"""

import logging

from central.centre import Centre
from central.monitoring.blackout import Blackout
from central.monitoring.service_state import state_of
from central.monitoring.telling import deliverers, is_silent, tell
from central.reconciler import Reconciler
from central.settings import CentralSettings
from runtime.database import DatabaseError

ROUND_S = 60.0
"""Also before the first round: a service that has just started waits for its hubs."""

log = logging.getLogger(__name__)


class Watch:
    """Goes round until cancelled."""

    def __init__(self, centre: Centre, reconciler: Reconciler, settings: CentralSettings) -> None:
        self._centre = centre
        self._reconciler = reconciler
        self._settings = settings
        self._blackout = Blackout(centre, settings, deliverers(centre, settings))

    async def run_forever(self) -> None:
        """A round a minute."""
        while True:
            await self._centre.sleeper.sleep(ROUND_S)
            await self.once()

    async def once(self) -> None:
        """One round; what fails in it is in the log."""
        if is_silent(self._settings, self._centre.clock.now()):
            return
        try:
            await self._blackout.tell(is_away=await self._is_database_away())
        except Exception:
            log.exception("watching_broke")

    async def _is_database_away(self) -> bool:
        """Tells what is wrong; whether the database could not be used for that."""
        try:
            await tell(self._centre, self._settings, state_of(self._centre, self._reconciler))
        except DatabaseError as error:
            log.warning("watching_later", extra={"error": str(error)})
            return True
        return False
