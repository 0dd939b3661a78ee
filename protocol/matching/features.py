"""What of a record decides whether it is another one: a small value, kept beside the record."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from protocol.canonical import Json
from protocol.matching.owners import Owner, owner_of
from protocol.matching.titles import Title, title_of
from protocol.matching.words import Words, tokens_of

UNNAMED_SYSTEM = "other"
"""Two numbers of it may be of two systems, so that they say nothing."""

_YEAR_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """One record, as far as matching looks at it.

    Attributes:
        id: UUIDv7.
        title: in its normal form.
        owner: whose it is.
        unit: the service unit, in the normal form of a title.
        year: of the beginning, or 0.
        numbers: external numbers as `system:value`, without signs, in order.
        origins: the ids and NRIs that the record says it replicates.
    """

    id: str
    title: Title
    owner: Owner
    unit: str = ""
    year: int = 0
    numbers: Words = ()
    origins: Words = ()


def features_of(record_id: str, record: Mapping[str, Json]) -> Features:
    """The features of a record as readers see it (`protocol.catalogue.shown_record`)."""
    owner = owner_of(record)
    started = _text(record, "started")[:_YEAR_DIGITS]
    return Features(
        id=record_id,
        title=title_of(_text(record, "title"), own=owner.names, own_kind=owner.kind),
        owner=owner,
        unit=_unit(_text(record, "service_unit"), owner),
        year=int(started) if started.isdecimal() else 0,
        numbers=numbers_of(record),
        origins=origins_of(record),
    )


def numbers_of(record: Mapping[str, Json]) -> Words:
    """The external numbers of named systems as `system:value`, without signs, in order."""
    numbers = record.get("external_ids")
    found = {
        f"{_text(number, 'system')}:{''.join(tokens_of(_text(number, 'value')))}"
        for number in (numbers if isinstance(numbers, list) else [])
        if isinstance(number, dict) and _text(number, "system") != UNNAMED_SYSTEM
    }
    return tuple(sorted(number for number in found if not number.endswith(":")))


def origins_of(record: Mapping[str, Json]) -> Words:
    """The ids, and the NRIs as `numbers_of` writes them, that a record says it replicates."""
    origin = record.get("replicates")
    if not isinstance(origin, dict):
        return ()
    nri = "".join(tokens_of(_text(origin, "nri")))
    found = [_text(origin, "innovation"), f"nri:{nri}" if nri else ""]
    return tuple(it for it in found if it)


def encode_features(features: Features) -> bytes:
    """JSON of the features, for our own database."""
    return orjson.dumps(features)


def decode_features(data: bytes) -> Features:
    """The features that `encode_features` encoded; for bytes of our own database only."""
    found = orjson.loads(data)
    title, owner = found["title"], found["owner"]
    return Features(
        id=found["id"],
        title=Title(
            words=tuple(title["words"]),
            whole=tuple(title["whole"]),
            short=tuple(map(tuple, title["short"])),
            aliases=tuple(title["aliases"]),
            names=tuple(map(tuple, title["names"])),
            years=tuple(title["years"]),
            is_directed=title["is_directed"],
        ),
        owner=Owner(
            key=owner["key"],
            before=tuple(owner["before"]),
            unit=tuple(owner["unit"]),
            names=tuple(map(tuple, owner["names"])),
            kind=owner["kind"],
        ),
        unit=found["unit"],
        year=found["year"],
        numbers=tuple(found["numbers"]),
        origins=tuple(found["origins"]),
    )


def _unit(text: str, owner: Owner) -> str:
    return " ".join(title_of(text, own=owner.names).words) if text else ""


def _text(record: Mapping[str, Json], field: str) -> str:
    value = record.get(field)
    return value if isinstance(value, str) else ""
