"""Awards: which schemes there were in which years.

Source: the table `awards` (KIPP by year, IGA, Kovablik, UNPSA); a reference table by year, never an
enum, so that a record may claim an award that the table does not have yet.
"""

from protocol.innovation.reference import table


def is_award(scheme: str, year: int) -> bool:
    """Whether the scheme, as the table spells it, was awarded in that year."""
    years = table("awards")["schemes"].get(scheme)
    if years is None or year < years["from"]:
        return False
    return "to" not in years or bool(year <= years["to"])


def every_scheme() -> tuple[str, ...]:
    """All schemes of the table, whatever their years."""
    return tuple(table("awards")["schemes"])


def schemes(year: int) -> tuple[str, ...]:
    """The schemes that were awarded in a year, in the table's order."""
    return tuple(scheme for scheme in table("awards")["schemes"] if is_award(scheme, year))
