"""Whose turn it is to search the catalogue: a search at 100,000 innovations holds a core."""

from runtime.http.turns import Turns

AT_ONCE = 2
"""Of the pages, and as many of the API: the service has eight threads, and hubs want theirs."""

WAITING_MAX = 32


def search_turns() -> Turns:
    """Fresh turns."""
    return Turns(at_once=AT_ONCE, waiting_max=WAITING_MAX)
