"""Addresses of searches: the innovations behind a number."""

from collections.abc import Mapping
from urllib.parse import urlencode


def search_address(filters: Mapping[str, str]) -> str:
    """Where the search page lists what has these values.

    Args:
        filters: facet to value, of `protocol.innovation.searching.FACETS`.
    """
    return f"/?{urlencode(filters)}" if filters else "/"
