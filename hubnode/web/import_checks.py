"""What an import would do, the faulty rows and how they are mended, and the import itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from hubnode.imports.choices import choices_of
from hubnode.imports.correcting import masks
from hubnode.imports.mapping import FOLDER, means_template
from hubnode.imports.marked import ENDINGS
from hubnode.imports.recognising import saved_choices
from hubnode.imports.stages import CHANGED
from hubnode.imports.templates import headings_in
from hubnode.imports.uploads import Phase, Upload
from hubnode.store import records
from hubnode.web.import_words import OUTCOMES, fault_sentence
from hubnode.web.import_work import (
    Elsewhere,
    asked_upload,
    commit,
    place_of,
    prepare,
    stages_of,
    uploads_of,
)
from hubnode.web.imports import attached
from hubnode.web.visit import Visit
from protocol.floods import is_flood
from protocol.innovation.privacy import PRIVACY
from runtime.pages.finding_words import error_sentence

FAULTS_SHOWN = 5
FAULTS_A_PAGE = 20
CELL_LENGTH_MAX = 8_000
"""Longer texts are mended in a spreadsheet: a form has room for a page of these."""

_LONG = 80

Check = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell at fault.

    Attributes:
        name: of its input.
        column: in the file.
        text: as it is now.
        choices: what it may be, word by code, where it has to be one of a few.
        is_long: whether it needs room.
        is_too_long: whether it cannot be mended here.
    """

    name: str
    column: str
    text: str
    choices: Mapping[str, str]
    is_long: bool
    is_too_long: bool


async def preview_page(visit: Visit, found: Upload, *, fault: str = "") -> web.Response:
    """What an import would do."""
    check = await _check(visit, found)
    counts = check["counts"]
    total = await visit.node.db.read(records.count)
    floods = is_flood(counts["amended"], lambda: total)
    withdrawing_floods = is_flood(counts["amended"] + counts["missing"], lambda: total)
    return await visit.hub_page(
        "import_preview.html",
        here="imports",
        status=422 if fault else 200,
        upload=found,
        tally=counts,
        first=check["first"],
        faults=_told(visit, check["faults"][:FAULTS_SHOWN]),
        outcomes=OUTCOMES,
        change_count=counts["added"] + counts["amended"],
        shown=check.get("token", ""),
        needs_second=visit.signer.needs_second,
        is_flood=floods,
        is_flood_by_withdrawing=withdrawing_floods and not floods,
        unread=check.get("unread", ()),
        fault=fault_sentence(fault or found.fault, visit.say),
    )


async def imported_page(visit: Visit, found: Upload) -> web.Response:
    """What an import did, where rows are left to mend."""
    check = await _check(visit, found)
    return await visit.hub_page(
        "import_imported.html",
        here="imports",
        upload=found,
        tally=check["counts"],
        faults=_told(visit, check["faults"][:FAULTS_SHOWN]),
    )


async def faults_page(visit: Visit) -> web.Response:
    """The faulty rows, with an input for each cell at fault."""
    found = await _checked(visit)
    check = await _check(visit, found)
    number = _page_number(visit)
    choices = await visit.node.db.worker.run(lambda: _choices(visit, found))
    shown = _told(visit, check["faults"][number * FAULTS_A_PAGE :][:FAULTS_A_PAGE])
    return await visit.hub_page(
        "import_faults.html",
        here="imports",
        upload=found,
        tally=check["counts"],
        rows=[(it, _cells(found, it, choices)) for it in shown],
        page_number=number,
        page_count=-(-len(check["faults"]) // FAULTS_A_PAGE),
    )


async def correct(visit: Visit) -> web.Response:
    """Keeps what was mended and rehearses again."""
    found = await _checked(visit)
    check = await _check(visit, found)
    given = {
        it["row"]: cells
        for it in check["faults"]
        if (cells := _given(visit, found, it["row"], it["cells"]))
    }
    uploads = uploads_of(visit)
    await visit.node.db.worker.run(lambda: uploads.correct(found, given))
    await prepare(visit, found)
    return visit.go(place_of(found), told="corrected")


async def mask(visit: Visit) -> web.Response:
    """Takes personal data out of every row in which some was found, and rehearses again."""
    found = await _checked(visit)
    check = await _check(visit, found)
    private = [(it["row"], it["cells"]) for it in check["faults"] if _is_private(it)]
    uploads = uploads_of(visit)
    await visit.node.db.worker.run(lambda: uploads.correct(found, masks(private)))
    await prepare(visit, found)
    return visit.go(place_of(found), told="masked")


async def marked_file(visit: Visit) -> web.StreamResponse:
    """The file with a column that names the errors of each row."""
    found = await _checked(visit)
    ending = f".{visit.request.match_info['ending']}"
    if ending not in ENDINGS:
        raise web.HTTPNotFound
    stages = await stages_of(visit)
    await visit.node.db.worker.run(lambda: stages.mark(found, ending))
    name = f"{found.name.rpartition('.')[0]}-kesalahan{ending}"
    return web.FileResponse(stages.uploads.marked_file(found, ending), headers=attached(name))


async def import_file(visit: Visit) -> web.StreamResponse:
    """Imports what is valid, as it was shown, once the question about personal data is answered."""
    found = await _checked(visit)
    check = await _check(visit, found)
    shown = visit.text("shown")
    if not shown or shown != check.get("token"):
        return await preview_page(visit, found, fault=CHANGED)
    if check["counts"]["private"] and visit.text("private") != "leave":
        return await preview_page(visit, found, fault="private_unanswered")
    counts, withdraws = check["counts"], visit.text("withdraw_missing") == "yes"
    is_meant = visit.text("withdraw_count") == str(counts["missing"]) and not counts["faulty"]
    if (withdraws and not is_meant) or not (withdraws or counts["added"] or counts["amended"]):
        return await preview_page(visit, found, fault="withdrawal_unconfirmed")
    meant = replace(found, importer=visit.account, withdraw_missing=withdraws, shown=shown)
    await commit(visit, meant)
    return visit.go(place_of(found))


async def _checked(visit: Visit) -> Upload:
    found = await asked_upload(visit)
    if found.phase not in {Phase.CHECKED, Phase.IMPORTED}:
        raise Elsewhere(place_of(found))
    return found


async def _check(visit: Visit, found: Upload) -> Check:
    check = await visit.node.db.worker.run(lambda: uploads_of(visit).check(found))
    if check is None:
        raise web.HTTPNotFound
    return check


def _told(visit: Visit, faults: list[Check]) -> list[Check]:
    """Faulty rows whose errors say where they are as people call it."""
    return [{**it, "errors": [_placed(visit, error) for error in it["errors"]]} for it in faults]


def _placed(visit: Visit, error: Check) -> Check:
    columns = ", ".join(error["columns"])
    field = error["field"]
    word = visit.reader.field(field, first=0) if field else ""
    message = error_sentence(visit.reader, error["code"], error["message"], field=field)
    return {**error, "message": message, "where": columns or word}


def _page_number(visit: Visit) -> int:
    text = visit.text("halaman")
    return max(1, int(text)) - 1 if text.isascii() and text.isdigit() and len(text) < 6 else 0  # noqa: PLR2004


def _choices(visit: Visit, found: Upload) -> dict[str, Mapping[str, str]]:
    """By column, what its cells may say; only where a column is one field and nothing else."""
    folder = visit.node.folder / FOLDER
    saved = saved_choices(found.mapping, folder)
    if saved is not None:
        return {column: choices_of(target) for column, target in saved.targets.items()}
    named = headings_in(found.columns) if means_template(found.mapping, folder) else {}
    return {column: choices_of(target) for column, target in named.items()}


def _cells(
    found: Upload, fault: Mapping[str, Any], choices: Mapping[str, Mapping[str, str]]
) -> list[Cell]:
    return [
        Cell(
            name=_name(found, fault["row"], column),
            column=column,
            text=text,
            choices=choices.get(column, {}),
            is_long=len(text) > _LONG or "\n" in text,
            is_too_long=len(text) > CELL_LENGTH_MAX,
        )
        for column, text in fault["cells"].items()
    ]


def _given(visit: Visit, found: Upload, row: int, cells: Mapping[str, str]) -> dict[str, str]:
    """The cells of a row that the form says otherwise."""
    told = {}
    for column, text in cells.items():
        value = visit.form.get(_name(found, row, column))
        if isinstance(value, str):
            said = value.replace("\r\n", "\n").strip()
            if said != text.replace("\r\n", "\n"):
                told[column] = said
    return told


def _name(found: Upload, row: int, column: str) -> str:
    """Of an input; by the column's place, for a heading may be any text."""
    return f"cell-{row}-{found.columns.index(column)}"


def _is_private(fault: Mapping[str, Any]) -> bool:
    return any(str(error["code"]).startswith(PRIVACY) for error in fault["errors"])
