"""Addresses of searches: the innovations behind a number."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode


def search_address(asked: Mapping[str, str | Sequence[str]]) -> str:
    """Where the search page lists what has these values.

    Args:
        asked: facet to value, of `protocol.innovation.searching.FACETS`, and what else that page
            takes; a name may have several values.
    """
    return f"/?{urlencode(asked, doseq=True)}" if asked else "/"
