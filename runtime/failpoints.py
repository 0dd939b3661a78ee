"""Named points at which a test can make this process die, fail or wait; nothing when off.

`JIPP_FAILPOINT=name:kill` (SIGKILL to itself), `name:raise`. Read once, at import.
"""

import os
import signal

_NAME, _, _ACTION = os.environ.get("JIPP_FAILPOINT", "").partition(":")


class FailpointHit(Exception):
    """Raised at an armed point, in place of whatever could fail there."""


def failpoint(name: str) -> None:
    """Acts when `name` is armed."""
    if name != _NAME:
        return
    if _ACTION == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise FailpointHit(name)
