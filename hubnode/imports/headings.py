"""The mapping `template` for a file whose headings are what people read, not the fields' paths."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from hubnode.imports.mapping import ColumnMapping, MappingRefused, parse_mapping
from hubnode.imports.marked import ERROR_COLUMN
from hubnode.imports.templates import headings_in, template_mapping
from runtime.pages.field_words import Reader
from runtime.pages.translating import INDONESIAN


def fitted(mapping: ColumnMapping, columns: Collection[str]) -> ColumnMapping:
    """The mapping as this file calls its columns; any other than the built-in one stays as it is.

    Raises:
        MappingRefused: code target_repeated: two columns of the file mean one field.
    """
    if not mapping.is_template:
        return mapping
    names: dict[str, str] = {}
    for heading, path in headings_in(columns).items():
        if path in names:
            sentence = f"two columns become {path}: {names[path]!r} and {heading!r}"
            raise MappingRefused(sentence, code="target_repeated")
        names[path] = heading
    if all(path == heading for path, heading in names.items()):
        return mapping
    made = parse_mapping(template_mapping(names).encode(), name=mapping.name)
    return replace(made, is_template=True)


def unread_columns(
    mapping: ColumnMapping, columns: Iterable[str], where: Collection[str] = ()
) -> list[str]:
    """Columns of a file that the built-in mapping does not know: headings that were changed.

    Any other mapping leaves out what it likes, so that nothing is said of its file.

    Args:
        mapping: fitted to the file.
        columns: of the file.
        where: columns by which rows are chosen.
    """
    if not mapping.is_template:
        return []
    read = {*mapping.key, *mapping.columns, *where, ERROR_COLUMN}
    return [column for column in columns if column not in read]


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
