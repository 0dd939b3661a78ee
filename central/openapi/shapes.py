"""The shapes of answers, as JSON Schema 2020-12; that of a record is the schema file itself."""

from collections.abc import Mapping
from typing import Any

from protocol.campaign_numbers import NUMBERS
from protocol.innovation.completeness import GROUPS
from protocol.innovation.reference import schema
from protocol.innovation.searching import AWARD_STANDINGS

Shape = Mapping[str, Any]

TEXT: Shape = {"type": "string"}
COUNT: Shape = {"type": "integer", "minimum": 0}
YES_OR_NO: Shape = {"type": "boolean"}
MOMENT: Shape = {"type": "string", "format": "date-time"}
ID: Shape = schema()["properties"]["id"]


def named(name: str) -> Shape:
    """One of `SHAPES`, wherever it is needed."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(items: Shape) -> Shape:
    """Any number of them."""
    return {"type": "array", "items": items}


def or_null(shape: Shape) -> Shape:
    """That, or null."""
    return {"anyOf": [shape, {"type": "null"}]}


def of(optional: Mapping[str, Shape] | None = None, /, **members: Shape) -> Shape:
    """An object that has these members, perhaps the optional ones too, and in time more."""
    return {
        "type": "object",
        "required": sorted(members),
        "properties": {**members, **(optional or {})},
    }


def by_name(values: Shape) -> Shape:
    """An object with any names, each with such a value."""
    return {"type": "object", "additionalProperties": values}


def _record() -> Shape:
    return {name: it for name, it in schema().items() if name not in ("$schema", "$id")}


_AWARD = {
    **schema()["properties"]["awards"]["items"],
    "properties": {
        **schema()["properties"]["awards"]["items"]["properties"],
        "standing": {"enum": list(AWARD_STANDINGS)},
    },
}

_ITEM: dict[str, Shape] = {
    "id": ID,
    "hub": TEXT,
    "revision": COUNT,
    "state": {"enum": ["active", "withdrawn", "merged", "hidden"]},
    "conflicts": listed(TEXT),
    "updated_place": COUNT,
    "attested_at": or_null(TEXT),
    "completeness": of(
        **{name: {"type": "integer", "minimum": 0, "maximum": 100} for name in GROUPS},
        complete=YES_OR_NO,
    ),
    "facts": {"type": "object"},
    "awards": listed(_AWARD),
    "record": {
        "anyOf": [named("Record"), {"type": "object", "maxProperties": 0}],
        "description": "Empty while the centre hides the innovation.",
    },
}
_RELATIVE: dict[str, Shape] = {
    "record": ID,
    "hub": TEXT,
    "title": TEXT,
    "state": TEXT,
    "confirmed": YES_OR_NO,
}
_SOURCE = or_null(of(origin=TEXT, index=COUNT))
_NUMBERS = of(**dict.fromkeys(NUMBERS, COUNT))
_QUERIES = by_name(TEXT)
_CAMPAIGN = of(
    campaign=TEXT,
    title=TEXT,
    due={"type": "string", "format": "date"},
    state={"enum": ["open", "overdue", "closed"]},
    target=by_name(listed(TEXT)),
    opened=of(place=COUNT, at=MOMENT, by=TEXT, agency=TEXT),
    closed=or_null(of(place=COUNT, at=MOMENT, by=TEXT, agency=TEXT, reason=TEXT)),
    numbers=_NUMBERS,
    queries=_QUERIES,
)

SHAPES: Mapping[str, Shape] = {
    "Record": _record(),
    "Innovation": of(**_ITEM),
    "Found": of(
        items=listed(named("Innovation")),
        next=or_null(TEXT),
        total=COUNT,
        facets=by_name(by_name(COUNT)),
        corrected=or_null(of(asked=TEXT, q=TEXT)),
    ),
    "WholeInnovation": of(
        **_ITEM,
        history=listed(named("HistoryRow")),
        history_next=or_null(TEXT),
        replications=listed(
            of(
                replication=TEXT,
                original=ID,
                owner=TEXT,
                hub=TEXT,
                step=TEXT,
                place=COUNT,
                result=or_null(ID),
            )
        ),
        family=of(
            originals=listed(of(**_RELATIVE)),
            replications=listed(of(**_RELATIVE, original=ID, generation=COUNT, count=COUNT)),
            counts=of(direct=COUNT, all=COUNT),
        ),
        spread=of(
            places=listed(
                of(
                    region=or_null(TEXT),
                    name=or_null(TEXT),
                    agency=or_null(TEXT),
                    since=or_null(TEXT),
                    record=ID,
                )
            ),
            regions=COUNT,
            provinces=COUNT,
            agencies=COUNT,
        ),
    ),
    "HistoryRow": of(
        {"author": TEXT, "reason": or_null(TEXT), "fields": listed(TEXT)},
        place=COUNT,
        at=or_null(MOMENT),
        kind=TEXT,
        outcome=or_null(TEXT),
        source=_SOURCE,
    ),
    "History": of(items=listed(named("HistoryRow")), next=or_null(TEXT)),
    "Campaign": _CAMPAIGN,
    "Campaigns": of(items=listed(named("Campaign"))),
    "Progress": of(
        campaign=TEXT,
        by=TEXT,
        items=listed(of(value=TEXT, **dict.fromkeys(NUMBERS, COUNT), queries=_QUERIES)),
    ),
    "Hubs": of(
        items=listed(
            of(
                hub=TEXT,
                name=TEXT,
                state={"enum": ["active", "suspended", "retired", "revoked"]},
                origin=TEXT,
                log_key=TEXT,
                witness_key=TEXT,
                last_seen_at=or_null(MOMENT),
            )
        )
    ),
    "Checkpoint": of(
        origin=TEXT,
        size=COUNT,
        root=TEXT,
        checkpoint=TEXT,
        older_checkpoints=listed(TEXT),
        hubs=of(
            size=COUNT,
            active=COUNT,
            confirmed=COUNT,
            newest=listed(TEXT),
            older=by_name(COUNT),
            never=listed(TEXT),
            text_id=TEXT,
            text_en=TEXT,
        ),
        witnesses=listed(of(name=TEXT, key=TEXT, size=COUNT)),
    ),
    "Problem": of(
        {
            "detail": TEXT,
            "errors": listed(of(pointer=TEXT, code=TEXT, message=TEXT)),
        },
        type=TEXT,
        title=TEXT,
        status={"type": "integer"},
        code=TEXT,
        retry={"enum": ["now", "after", "after_fix", "operator", "never"]},
        text_id=TEXT,
        text_en=TEXT,
    ),
}
"""By name, as the document's components."""
