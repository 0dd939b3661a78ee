"""The XML Schema of the format `jipp`, made from the schema file of the record."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from central.oai.formats import OWN_NAMESPACE
from central.outlets.markup import add, root, written
from protocol.facts import NUMBER
from protocol.innovation.reference import schema
from runtime.pages.field_words import members_of

_SIMPLE = {"integer": "xs:integer", "boolean": "xs:boolean"}


def xml_schema() -> bytes:
    """The document that harvesters find at `/oai/jipp.xsd`."""
    whole = root(
        "xs:schema",
        {
            "xmlns:xs": "http://www.w3.org/2001/XMLSchema",
            "targetNamespace": OWN_NAMESPACE,
            "elementFormDefault": "qualified",
        },
    )
    innovation = _sequence(add(whole, "xs:element", attributes={"name": "innovation"}))
    for name in (NUMBER, "attested_at"):
        _element(innovation, name, {})
    record = _sequence(add(innovation, "xs:element", attributes={"name": "record"}))
    for name, form in schema()["properties"].items():
        _element(record, name, form)
    _element(innovation, "award_standings", {"type": "array", "items": {}})
    kind = whole[0][0]
    for name in ("revision", "updated_place"):
        add(kind, "xs:attribute", attributes={"name": name, "type": "xs:integer"})
    return written(whole)


def _sequence(parent: Element) -> Element:
    return add(add(parent, "xs:complexType"), "xs:sequence")


def _element(parent: Element, name: str, form: Mapping[str, Any], *, many: bool = False) -> None:
    bounds = {"minOccurs": "0", **({"maxOccurs": "unbounded"} if many else {})}
    kind = form.get("type", "string")
    if kind == "array":
        items = _sequence(add(parent, "xs:element", attributes={"name": name, **bounds}))
        _element(items, "item", form["items"], many=True)
    elif kind == "object":
        members = _sequence(add(parent, "xs:element", attributes={"name": name, **bounds}))
        for member, inner in members_of(form).items():
            _element(members, member, inner)
    else:
        simple = {"name": name, "type": _SIMPLE.get(kind, "xs:string"), **bounds}
        add(parent, "xs:element", attributes=simple)
