"""JSON to rows of text: JSON Lines, and whole documents as interfaces of other systems answer.

Both keep a value that is no text as its JSON. In a document an object within an object makes
columns of its own, with a dot between the names: `{"wilayah": {"kode": 51}}` has `wilayah.kode`.
A line of JSON Lines keeps such an object in one column, which `as = "json"` reads.
"""

from collections.abc import Iterator, Mapping, Sequence

from hubnode.imports.refusal import FileRefused
from protocol.canonical import Json, canonicalise, parse
from protocol.errors import ProtocolError

DOCUMENT_BYTES_MAX = 32 * 1024 * 1024
"""Of a JSON document, which is read as a whole; JSON Lines are read line by line."""

_BOM = b"\xef\xbb\xbf"

Rows = list[tuple[int, Sequence[str]]]
"""Rows with their numbers, the one with the column names first."""


def read_json_lines(data: bytes) -> Rows:
    """Objects, each on a line, by whose number a person finds it.

    Raises:
        FileRefused: a line is no object (`file_malformed`).
    """
    objects: list[tuple[int, Mapping[str, Json]]] = []
    for number, line in enumerate(data.removeprefix(_BOM).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            value = parse(line.strip())
        except ProtocolError as error:
            raise FileRefused(f"line {number}: {error.message}") from error
        if not isinstance(value, dict):
            raise FileRefused(f"line {number} is not an object")
        objects.append((number, value))
    return _rows(objects)


def read_json_document(data: bytes) -> Rows:
    """The objects of a list, counted from 1; the list may be the one member of an object that is.

    Raises:
        FileRefused: no JSON, or no list of objects in it (`file_malformed`), several names for one
            column (`header_repeated`), or too large (`file_too_large`).
    """
    if len(data) > DOCUMENT_BYTES_MAX:
        sentence = f"over {DOCUMENT_BYTES_MAX} bytes; write it as JSON Lines"
        raise FileRefused(sentence, code="file_too_large")
    try:
        document = parse(data.removeprefix(_BOM), size_max=DOCUMENT_BYTES_MAX)
    except ProtocolError as error:
        raise FileRefused(error.message) from error
    return _rows([(number, _flat(it)) for number, it in enumerate(_objects(document), 1)])


def _objects(document: Json) -> list[dict[str, Json]]:
    """The list of the document: itself, or its only member that is a list of objects."""
    members = document.values() if isinstance(document, dict) else [document]
    lists = [found for it in members if (found := _only_objects(it)) is not None]
    if len(lists) != 1:
        raise FileRefused("the document is not a list of objects, and holds not just one")
    return lists[0]


def _only_objects(value: Json) -> list[dict[str, Json]] | None:
    if not isinstance(value, list):
        return None
    found = [it for it in value if isinstance(it, dict)]
    return found if len(found) == len(value) else None


def _flat(value: Mapping[str, Json]) -> dict[str, Json]:
    """The members of an object, and of the objects within it by their dotted names."""
    flat: dict[str, Json] = {}
    for name, member in _leaves("", value):
        if name in flat:
            raise FileRefused(f"two members are called {name!r}", code="header_repeated")
        flat[name] = member
    return flat


def _leaves(path: str, value: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    for name, member in value.items():
        here = f"{path}.{name}" if path else name
        if isinstance(member, dict):
            yield from _leaves(here, member)
        else:
            yield here, member


def _rows(objects: Sequence[tuple[int, Mapping[str, Json]]]) -> Rows:
    """The first one's names are the columns, then the others'."""
    columns = list(dict.fromkeys(name for _, value in objects for name in value))
    rows = [(number, [_cell(it.get(name)) for name in columns]) for number, it in objects]
    return [(0, columns), *rows]


def _cell(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else canonicalise(value).decode()
