"""The centre's time, as far as this machine knows it: what signed requests are dated by.

The clock of a machine may be years off, and its hub shall sync all the same. Where the centre finds
a request too old or not yet made, its answer says what time it is there, and the request is dated
by that and sent once more (protocol.md, "For one hub only"). Nothing else here goes by it: what an
author claims is his own clock's. Whoever forges that answer gets a request of another date, and
signed requests may be repeated without effect.
"""

from datetime import datetime, timedelta

from runtime.http.dates import read_date
from runtime.ports import Clock


class CentreTime:
    """This machine's clock, corrected by what the centre said.

    Attributes:
        error: how far the centre's clock is ahead of this one, as far as this run was told.
    """

    def __init__(self, clock: Clock) -> None:
        self.error = timedelta()
        self._clock = clock

    def now(self) -> datetime:
        """The centre's time."""
        return self._clock.now() + self.error

    def learn(self, date: str) -> bool:
        """Takes the header `Date` of an answer; whether it names a moment."""
        try:
            self.error = read_date(date) - self._clock.now()
        except (ValueError, OverflowError):
            return False
        return True
