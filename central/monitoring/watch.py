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
from central.store.alerts import ALERT_STORE
from runtime.alerts.telling import Unkept
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
        self._unkept: Unkept = {}
        self._blackout = Blackout(centre, settings, deliverers(centre, settings))

    async def run_forever(self) -> None:
        """A round a minute."""
        while True:
            await self._centre.sleeper.sleep(ROUND_S)
            await self.once()

    async def once(self) -> None:
        """One round; what fails in it is in the log."""
        may_tell = not is_silent(self._settings, self._centre.clock.now())
        try:
            self._blackout.note(is_away=not await self._look(may_tell=may_tell))
            if may_tell:
                await self._blackout.tell()
        except Exception:
            log.exception("watching_broke")

    async def _look(self, *, may_tell: bool) -> bool:
        """Looks at what is wrong, and tells it where it may; whether the database let it."""
        centre, service = self._centre, state_of(self._centre, self._reconciler)
        try:
            if may_tell:
                await tell(centre, self._settings, service, self._unkept)
            else:
                await centre.db.read(ALERT_STORE.sent)
        except DatabaseError as error:
            log.warning("watching_later", extra={"error": str(error)})
            return False
        return True
