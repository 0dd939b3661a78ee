"""Which mapping a file was made for: the one whose columns it has."""

import re
from collections.abc import Collection
from pathlib import Path

from hubnode.imports.headings import fitted
from hubnode.imports.making import MappingChoices, choices_in
from hubnode.imports.mapping import READY_MADE, ColumnMapping, MappingRefused, load_mapping
from hubnode.imports.templates import KEY_COLUMN, headings_in
from runtime.durable import write_durably

_TEMPLATE_NEEDS = {KEY_COLUMN, "title", "agency.name"}
_NAME_MAX = 40


def known_mappings(folder: Path) -> list[ColumnMapping]:
    """The saved ones and then the ready-made ones; what cannot be used is left out."""
    names = sorted(found.stem for found in folder.glob("*.toml"))
    every = dict.fromkeys((*names, *READY_MADE))
    return [found for name in every if (found := _loaded(name, folder)) is not None]


def recognised(columns: Collection[str], known: Collection[ColumnMapping]) -> ColumnMapping | None:
    """The mapping that reads most of these columns, if one finds all its columns among them.

    The template's is returned as this file calls its columns.
    """
    fitting = [found for it in known if (found := _fitting(it, set(columns))) is not None]
    return max(fitting, key=lambda it: len(it.columns & set(columns)), default=None)


def saved_choices(name: str, folder: Path) -> MappingChoices | None:
    """The choices behind a saved mapping; None where it was written by hand, or is ready-made."""
    file = folder / f"{name}.toml"
    return choices_in(file.read_bytes()) if file.exists() else None


def is_taken(name: str, folder: Path) -> bool:
    """Whether a mapping of that name is there already."""
    return name in READY_MADE or (folder / f"{name}.toml").exists()


def save_mapping(name: str, text: str, folder: Path) -> None:
    """Keeps a mapping under a name, where the command line finds it too."""
    folder.mkdir(exist_ok=True)
    write_durably(folder / f"{name}.toml", text.encode())


def mapping_name(text: str) -> str:
    """A name as mappings have them, made of what somebody wrote; "" where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:_NAME_MAX].strip("-")


def _loaded(name: str, folder: Path) -> ColumnMapping | None:
    try:
        return load_mapping(name, folder=folder)
    except MappingRefused:
        return None


def _fitting(mapping: ColumnMapping, columns: set[str]) -> ColumnMapping | None:
    if mapping.is_template:
        meant = set(headings_in(columns).values()) | columns
        return _fitted(mapping, columns) if meant >= _TEMPLATE_NEEDS else None
    needed = {*mapping.key, *mapping.known_by}
    if not mapping.is_partial:
        needed |= {*mapping.where, *mapping.columns}
    return mapping if columns >= needed else None


def _fitted(mapping: ColumnMapping, columns: set[str]) -> ColumnMapping | None:
    """None where two of the columns mean one field: a person chooses between them."""
    try:
        return fitted(mapping, columns)
    except MappingRefused:
        return None
