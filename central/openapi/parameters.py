"""The parameters of `/api/v1`, with the bounds that `central.api.queries` holds them to."""

from collections.abc import Mapping, Sequence
from typing import Any

from central.openapi.shapes import ID, Shape
from central.outlets.columns import HEADERS
from protocol.campaign_numbers import BREAKDOWNS
from protocol.campaigns import PROGRESS
from protocol.innovation.completeness import GROUPS
from protocol.innovation.reference import schema, table
from protocol.innovation.searching import AWARD_STANDINGS

Parameter = Mapping[str, Any]

TEXT_CHARACTERS_MAX = 200
LIMIT_MAX = 200


def _in_query(name: str, sentence: str, shape: Shape) -> Parameter:
    return {"name": name, "in": "query", "description": sentence, "schema": shape}


def in_path(name: str, sentence: str, shape: Shape) -> Parameter:
    """A part of the address."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": sentence,
        "schema": shape,
    }


def _text(pattern: str = "") -> Shape:
    bounded = {"type": "string", "maxLength": TEXT_CHARACTERS_MAX}
    return {**bounded, "pattern": pattern} if pattern else bounded


_FIELDS = schema()["properties"]
_KINDS = _FIELDS["agency"]["properties"]["kind"]["enum"]
_YES_OR_NO: Shape = {"enum": ["yes", "no"]}
_HUB: Shape = {**_FIELDS["hub"]}

RECORD = in_path("record", "Id of an innovation (UUIDv7).", {**ID})
CAMPAIGN = in_path("campaign", "Id of a campaign.", {"type": "string", "minLength": 1})
BY = _in_query("by", "What the numbers are by; hub where nothing is said.", {"enum": [*BREAKDOWNS]})
HEADER = _in_query("header", "What stands above the columns.", {"enum": [*HEADERS]})
PAGE: Sequence[Parameter] = (
    _in_query("limit", "Items a page.", {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX}),
    _in_query("cursor", "`next` of the page before; opaque.", _text()),
)
SORT = _in_query("sort", "What stands first; best unless given.", {"enum": ["best", "newest"]})
SELECTION: Sequence[Parameter] = (
    _in_query("q", "Words, in any form of their roots.", _text()),
    _in_query("exact", "1: no word is taken for another.", {"enum": ["0", "1"]}),
    _in_query("hub", "Whose they are.", _HUB),
    _in_query("province", "Kemendagri's code.", {"enum": [*table("regions")["provinces"]]}),
    _in_query("region", "Kemendagri's code, such as 51.71.", _text(r"^[0-9]{2}(\.[0-9]{2})?$")),
    _in_query("stage", "Their stage.", {"enum": _FIELDS["stage"]["enum"]}),
    _in_query("innovation_type", "Their type.", {"enum": _FIELDS["innovation_type"]["enum"]}),
    _in_query("category", "The KIPP category, as the record writes it.", _text()),
    _in_query("agency_kind", "Kind of the agency.", {"enum": _KINDS}),
    _in_query("year", "Year in which they began; of a campaign its own.", _text("^[0-9]{4}$")),
    _in_query("award", "What the centre says of their awards.", {"enum": [*AWARD_STANDINGS]}),
    _in_query("original", "Only what replicates this innovation directly.", {**ID}),
    _in_query("campaign", "Only what this campaign asks for.", _text()),
    _in_query("progress", "With `campaign`: what became of them.", {"enum": [*PROGRESS]}),
    _in_query(
        "complete", "Whether nothing of A-D is missing; with `campaign` as it counts.", _YES_OR_NO
    ),
    _in_query("full", "With `campaign`: a group that is full.", {"enum": [*GROUPS]}),
    _in_query("lacking", "With `campaign`: a group that is not.", {"enum": [*GROUPS]}),
    _in_query("scheme", "With `campaign`: their awards, as its numbers are by scheme.", _text()),
    _in_query("day", "With `campaign`: the day of the refresh, or none.", _text()),
)
"""Which innovations."""
