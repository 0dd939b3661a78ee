"""How many cases wait for somebody at the centre, by kind: one count for every page."""

from dataclasses import dataclass

from sqlalchemy import Connection

from central.centre import Centre
from central.store import candidates, decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCases:
    """Numbers of open cases.

    Attributes:
        conflicts: records with a field that has several heads.
        duplicates: pairs that nobody has judged.
        waiting: changes that are held or proposed.
    """

    conflicts: int
    duplicates: int
    waiting: int


def open_cases(conn: Connection, centre: Centre) -> OpenCases:
    """The numbers of this moment."""
    return OpenCases(
        conflicts=centre.documents.contested_count(conn),
        duplicates=candidates.open_count(conn),
        waiting=decisions.waiting_count(conn),
    )
