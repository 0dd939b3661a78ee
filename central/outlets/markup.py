"""XML as text that every parser takes: written by the standard library, never read by it here."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (section 2.2), and JSON has."""


def root(tag: str, attributes: Mapping[str, str]) -> Element:
    """The first element; a prefix in a name is declared by an attribute `xmlns:...`."""
    return Element(tag, dict(attributes))


def add(
    parent: Element, tag: str, text: str = "", attributes: Mapping[str, str] | None = None
) -> Element:
    """One more element in `parent`, which is returned; signs that XML has not become U+FFFD."""
    made = SubElement(parent, tag)
    describe(made, attributes or {})
    if text:
        made.text = _clean(text)
    return made


def describe(element: Element, attributes: Mapping[str, str]) -> None:
    """Adds attributes; signs that XML has not become U+FFFD."""
    for name, text in attributes.items():
        element.set(name, _clean(text))


def written(element: Element) -> bytes:
    """The document in UTF-8, with its declaration."""
    body: bytes = tostring(element, encoding="utf-8", xml_declaration=True)
    return body


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
