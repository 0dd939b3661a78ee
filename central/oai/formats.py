"""What a record is written as: `oai_dc`, which every repository has, and `jipp`, all of it.

Source of the first: "Simple Dublin Core" of OAI-PMH 2.0, Implementation Guidelines; the elements
are those of dublincore.org. The second has an element a field, named as the schema names it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from central.outlets.columns import Item
from central.outlets.markup import add
from protocol.facts import NUMBER
from protocol.innovation.reference import schema, table
from protocol.innovation.regions import region_name
from runtime.pages.field_words import members_of

OWN_NAMESPACE = "urn:jipp:oai:1"
_DC = "http://purl.org/dc/elements/1.1/"
_OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataFormat:
    """A format.

    Attributes:
        schema: address of its XML Schema; one that begins with a slash is this service's.
        namespace: of its elements.
        write: adds an innovation to the element `metadata`; takes the address of the service.
    """

    schema: str
    namespace: str
    write: Callable[[Element, Item, str], None]


def _write_dublin_core(parent: Element, item: Item, address: str) -> None:
    whole = add(
        parent,
        "oai_dc:dc",
        attributes={
            "xmlns:oai_dc": _OAI_DC,
            "xmlns:dc": _DC,
            "xmlns:xsi": _XSI,
            "xsi:schemaLocation": f"{_OAI_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        },
    )
    for name, text in _dublin_core(item, address):
        if text:
            add(whole, f"dc:{name}", text)


def _dublin_core(item: Item, address: str) -> Iterator[tuple[str, str]]:
    record: Mapping[str, Any] = item["record"]
    agency = record.get("agency", {}).get("name", "")
    yield "title", record.get("title", "")
    yield "title", record.get("short_name", "")
    yield "creator", record.get("credit", {}).get("team", "") or agency
    for name in ("category", "government_affair"):
        yield "subject", record.get(name, "")
    for goal in record.get("sdgs", ()):
        yield "subject", table("sdgs")["goals"].get(str(goal), {}).get("id", "")
    for tag in record.get("tags", ()):
        yield "subject", tag
    yield "description", record.get("summary", "")
    yield "publisher", agency
    yield "date", record.get("started", "")
    yield "type", "Inovasi pelayanan publik"
    yield "identifier", f"{address}/inovasi/{item['id']}"
    yield "identifier", str(item["facts"].get(NUMBER, ""))
    yield "language", "id"
    yield "coverage", region_name(str(record.get("region", ""))) or ""
    for document in record.get("documents", ()):
        yield "relation", document.get("url", "")


def _write_own(parent: Element, item: Item, address: str) -> None:
    whole = add(
        parent,
        "innovation",
        attributes={
            "xmlns": OWN_NAMESPACE,
            "xmlns:xsi": _XSI,
            "xsi:schemaLocation": f"{OWN_NAMESPACE} {address}{FORMATS['jipp'].schema}",
            "revision": str(item["revision"]),
            "updated_place": str(item["updated_place"]),
        },
    )
    if NUMBER in item["facts"]:
        add(whole, NUMBER, str(item["facts"][NUMBER]))
    if item["attested_at"]:
        add(whole, "attested_at", item["attested_at"])
    _add_members(add(whole, "record"), schema()["properties"], item["record"])
    standings = add(whole, "award_standings")
    for award in item["awards"]:
        add(standings, "item", award["standing"])


def _add_members(parent: Element, forms: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """The members in the order of the schema, which is that of the XML Schema too."""
    for name, form in forms.items():
        if name in values:
            _add_value(parent, name, form, values[name])


def _add_value(parent: Element, name: str, form: Mapping[str, Any], value: Any) -> None:
    match value:
        case dict():
            _add_members(add(parent, name), members_of(form), value)
        case list():
            several = add(parent, name)
            for it in value:
                _add_value(several, "item", form["items"], it)
        case bool():
            add(parent, name, "true" if value else "false")
        case _:
            add(parent, name, str(value))


FORMATS: Mapping[str, MetadataFormat] = {
    "oai_dc": MetadataFormat(
        schema="http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        namespace=_OAI_DC,
        write=_write_dublin_core,
    ),
    "jipp": MetadataFormat(
        schema="/oai/jipp.xsd",
        namespace=OWN_NAMESPACE,
        write=_write_own,
    ),
}
"""By metadataPrefix."""
