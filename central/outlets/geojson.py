"""Innovations as GeoJSON (RFC 7946): a feature each, at the seat of its province."""

from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

import orjson

from central.outlets.columns import Item
from central.outlets.positions import seat_of
from protocol.facts import NUMBER
from protocol.innovation.regions import region_name
from protocol.innovation.searching import year_of

POSITION = "seat of the province, to 0.1 degree"
"""Stands in every feature, so that nobody takes a point for the place of the innovation."""


def write_geojson(file: BinaryIO, items: Iterable[Item]) -> None:
    """A FeatureCollection, one feature a line; one that names no region has no geometry."""
    file.write(b'{"type":"FeatureCollection","features":[')
    separator = b"\n"
    for item in items:
        file.write(separator + orjson.dumps(_feature(item), option=orjson.OPT_SORT_KEYS))
        separator = b",\n"
    file.write(b"\n]}\n")


def _feature(item: Item) -> dict[str, Any]:
    record: Mapping[str, Any] = item["record"]
    region = str(record.get("region", ""))
    seat = seat_of(region)
    return {
        "type": "Feature",
        "id": item["id"],
        "geometry": None if seat is None else {"type": "Point", "coordinates": list(seat)},
        "properties": {
            "title": record.get("title"),
            "hub": item["hub"],
            "state": item["state"],
            "number": item["facts"].get(NUMBER),
            "agency": record.get("agency", {}).get("name"),
            "region": region or None,
            "region_name": region_name(region),
            "stage": record.get("stage"),
            "year": year_of(record),
            "complete": item["completeness"]["complete"],
            "position": None if seat is None else POSITION,
        },
    }
