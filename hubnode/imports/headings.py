"""The mapping `template` for a file whose headings are what people read, not the fields' paths."""

from collections.abc import Collection

from hubnode.imports.mapping import TEMPLATE, ColumnMapping, MappingRefused, parse_mapping
from hubnode.imports.templates import KEY_COLUMN, headings_in, template_mapping
from runtime.pages.field_words import Reader
from runtime.pages.translating import INDONESIAN


def fitted(mapping: ColumnMapping, columns: Collection[str]) -> ColumnMapping:
    """The mapping as this file calls its columns; any other than the template's stays as it is.

    Raises:
        MappingRefused: code target_repeated: two columns of the file mean one field.
    """
    if mapping.name != TEMPLATE or mapping.key != (KEY_COLUMN,) or not mapping.is_partial:
        return mapping
    names: dict[str, str] = {}
    for heading, path in headings_in(columns).items():
        if path in names:
            sentence = f"two columns become {path}: {names[path]!r} and {heading!r}"
            raise MappingRefused(sentence, code="target_repeated")
        names[path] = heading
    if all(path == heading for path, heading in names.items()):
        return mapping
    return parse_mapping(template_mapping(names).encode(), name=mapping.name)


def place_words(field: str, columns: Collection[str]) -> str:
    """Where an error is, as a person sees it.

    Args:
        field: path of the field, or "" where it is in none.
        columns: headings of the file in which it can be mended; else the field's label is said.
    """
    if columns:
        return ", ".join(columns)
    reader = Reader(INDONESIAN, lambda sentence: sentence)
    return reader.field(field, first=0) if field else ""
