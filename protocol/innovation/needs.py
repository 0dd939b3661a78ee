"""Which fields a record needs: always, as the schema says, or sometimes, as no schema can say."""

from collections.abc import Mapping
from functools import cache

from protocol.canonical import Json
from protocol.innovation.validate import findings

_PLAIN: Mapping[str, Json] = {
    "id": "01940000-0000-7000-8000-000000000000",
    "hub": "51",
    "title": "Antrean daring",
    "agency": {"name": "Dinas Kesehatan", "kind": "kota"},
}
"""A record with what every record needs, and no field that only some need."""


@cache
def sometimes_needed() -> Mapping[str, str]:
    """By field that some records need, the Indonesian sentence of the rule."""
    found = (it for it in findings(_PLAIN) if it.code == "required")
    return {it.pointer.removeprefix("/"): it.message for it in found}
