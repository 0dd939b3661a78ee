"""What stands on every page of those who work at the centre: who it is, and what waits."""

from typing import Any

from sqlalchemy import Connection

from central.casework.open_cases import open_cases
from central.centre import Centre


def frame(conn: Connection, centre: Centre) -> dict[str, Any]:
    """The name of the centre and the number of open cases behind each place."""
    return {"authority": centre.authority, "open": open_cases(conn, centre)}
