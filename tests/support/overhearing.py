"""What SQLite is told on a connection, as it runs it."""

from typing import Any

from sqlalchemy import Connection


def overhear(conn: Connection, said: list[str]) -> None:
    """Notes every statement from here on, for as long as the connection lasts."""
    driver: Any = conn.connection.driver_connection
    driver.set_trace_callback(said.append)
