"""Which column is which field: a ready-made mapping, a saved one, or choices for each column."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from aiohttp import web

from hubnode.imports.making import (
    CONSTANTS,
    DATE_FORMATS,
    MappingChoices,
    mapping_text,
    suggested,
    targets,
)
from hubnode.imports.mapping import FOLDER, MappingRefused, parse_mapping
from hubnode.imports.recognising import (
    is_taken,
    known_mappings,
    mapping_name,
    save_mapping,
    saved_choices,
)
from hubnode.imports.uploads import Upload
from hubnode.web.import_words import READY_MADE_WORDS, fault_sentence
from hubnode.web.import_work import asked_upload, place_of, prepare
from hubnode.web.visit import Visit
from protocol.innovation.fields import field_to_fill
from runtime.pages.field_words import GROUPS

NEW = ""
"""What is chosen in place of a mapping that there is."""


@dataclass(frozen=True, slots=True)
class _Option:
    """A field that a column may become."""

    path: str
    word: str


async def columns_page(visit: Visit) -> web.Response:
    """The choices, as they were saved or as the headings suggest them."""
    found = await asked_upload(visit)
    if not found.columns:
        return visit.go(place_of(found))
    choices, name = await visit.node.db.worker.run(lambda: _begun(visit, found))
    return await _page(visit, found, choices, name=name, fault=found.fault)


async def choose_mapping(visit: Visit) -> web.Response:
    """Uses a mapping that there is."""
    found = await asked_upload(visit)
    known = {it.name: it for it in await visit.node.db.worker.run(lambda: _known(visit))}
    chosen = known.get(visit.text("mapping"))
    if chosen is None:
        return visit.go(f"{place_of(found)}/kolom")
    is_here = (chosen.sheet, chosen.header_row) == (found.sheet, found.header_row)
    placed = {} if is_here or chosen.is_partial else _place(chosen.sheet, chosen.header_row)
    await prepare(visit, replace(found, mapping=chosen.name, **placed))
    return visit.go(place_of(found))


async def save_columns(visit: Visit) -> web.Response:
    """Saves the choices under a name, for the next file like this one too, and uses them."""
    found = await asked_upload(visit)
    choices, name = _chosen(visit, found), visit.text("name")
    try:
        text = await visit.node.db.worker.run(lambda: _saved(visit, found, choices, name))
    except MappingRefused as refused:
        return await _page(visit, found, choices, name=name, fault=refused.code)
    await prepare(visit, replace(found, mapping=text))
    return visit.go(place_of(found))


def _saved(visit: Visit, found: Upload, choices: MappingChoices, asked: str) -> str:
    """Saves a mapping and gives its name.

    Raises:
        MappingRefused: code mapping_incomplete, target_repeated, name_missing or name_taken.
    """
    folder, name = visit.node.folder / FOLDER, mapping_name(asked)
    text = mapping_text(choices, description=asked)
    if not name:
        raise MappingRefused("a mapping needs a name", code="name_missing")
    is_own = name == found.mapping and saved_choices(name, folder) is not None
    if is_taken(name, folder) and not is_own:
        raise MappingRefused(f"there is a mapping {name}", code="name_taken")
    parse_mapping(text.encode(), name=name)
    save_mapping(name, text, folder)
    return name


async def _page(
    visit: Visit, found: Upload, choices: MappingChoices, *, name: str, fault: str
) -> web.Response:
    known = await visit.node.db.worker.run(lambda: _known(visit))
    return await visit.hub_page(
        "import_columns.html",
        here="imports",
        status=422 if fault and visit.request.method == "POST" else 200,
        upload=found,
        choices=choices,
        name=name,
        fault=fault_sentence(fault, visit.say),
        fault_code=fault,
        known=[it.name for it in known],
        ready_made=READY_MADE_WORDS,
        columns=list(zip(found.columns, _samples(found), strict=True)),
        groups=list(_groups(visit)),
        kinds=targets()["agency.kind"].choices,
        date_formats=DATE_FORMATS,
    )


def _begun(visit: Visit, found: Upload) -> tuple[MappingChoices, str]:
    """The choices to begin with, and the name under which they are saved."""
    saved = saved_choices(found.mapping, visit.node.folder / FOLDER) if found.mapping else None
    if saved is not None:
        return saved, found.mapping
    begun = suggested(found.columns)
    return begun, mapping_name(found.name.rpartition(".")[0])


def _chosen(visit: Visit, found: Upload) -> MappingChoices:
    picked = {
        column: target
        for index, column in enumerate(found.columns)
        if (target := visit.text(f"column-{index}")) in targets()
    }
    key = visit.text("key")
    date_format = visit.text("date_format")
    constants = {it: text for it in CONSTANTS if (text := visit.text(f"all-{it}"))}
    if constants.get("agency.kind", "") not in targets()["agency.kind"].choices:
        constants.pop("agency.kind", None)
    return MappingChoices(
        key=key if key in found.columns else "",
        targets=picked,
        constants=constants,
        date_format=date_format if date_format in DATE_FORMATS else DATE_FORMATS[0],
        sheet=found.sheet,
        header_row=found.header_row,
    )


def _known(visit: Visit) -> list[Any]:
    return known_mappings(visit.node.folder / FOLDER)


def _place(sheet: str | None, header_row: int) -> dict[str, Any]:
    return {"sheet": sheet, "header_row": header_row}


def _samples(found: Upload) -> list[str]:
    """Of each column, the first text that there is."""
    return [
        next((row[index] for row in found.samples if row[index]), "")
        for index in range(len(found.columns))
    ]


def _groups(visit: Visit) -> Iterator[tuple[str, list[_Option]]]:
    """The fields by the groups of the schema, in the reader's language."""
    every = [(field_to_fill(path.partition(".")[0]).group, path) for path in targets()]
    every.sort(key=lambda it: list(GROUPS).index(it[0]))
    for group, paths in groupby(every, key=lambda it: it[0]):
        options = [_Option(path, visit.reader.field(path)) for _, path in paths]
        yield visit.reader.group(group), options
