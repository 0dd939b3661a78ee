"""What stands on every page of those who work at the centre: who it is, and what waits."""

from typing import Any

from sqlalchemy import Connection

from central.casework.open_cases import open_cases
from central.centre import Centre
from central.store import hubs
from runtime.pages.hub_names import HubNames
from runtime.pages.translating import Say


def frame(conn: Connection, centre: Centre, say: Say) -> dict[str, Any]:
    """The centre's name, the number of open cases behind each place, and what hubs are called."""
    names = HubNames(names=hubs.names(conn), say=say)
    return {
        "authority": centre.authority,
        "open": open_cases(conn, centre),
        "hub_called": names.html,
        "hub_text": names.text,
    }
