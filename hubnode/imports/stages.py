"""A file's way from a browser into the hub: read and rehearsed, then imported.

Both run in a worker thread and take long for a large file. What they find is kept beside the file
(`hubnode.imports.uploads`), so that a page is made without reading the file again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from hubnode.imports.commit import ImportOrder, ImportReport, RowError, import_table, selected_rows
from hubnode.imports.correcting import columns_at_fault, corrected, rows_at_fault
from hubnode.imports.headings import fitted, place_words, unread_columns
from hubnode.imports.mapping import FOLDER, ColumnMapping, load_mapping
from hubnode.imports.marked import write_marked
from hubnode.imports.readers import SourceRow, SourceTable, read_table
from hubnode.imports.recognising import known_mappings, recognised
from hubnode.imports.refusal import FileRefused
from hubnode.imports.uploads import SAMPLES, Phase, Upload, Uploads
from hubnode.imports.workbook import sheet_names
from hubnode.node import Node
from hubnode.store import imports as store
from hubnode.store.identity import Identity
from protocol.innovation.privacy import PRIVACY

FIRST_ROWS = 8
"""Rows that the preview shows."""

CHANGED = "preview_changed"
"""The fault of a file of which something else would be imported than was shown."""

PLACES_TRIED = 4
"""Sheets and header rows at which a saved mapping may have its columns; a large file is slow."""

_SAMPLE_LENGTH = 80
_WORKBOOKS = (".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Who is told how far the work is.

    Attributes:
        begin: told the number of rows that there are to do.
        advance: told how many more are done; may raise to end the work between two transactions.
    """

    begin: Callable[[int], None]
    advance: Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """What the work needs."""

    node: Node
    identity: Identity
    uploads: Uploads

    def prepare(self, upload: Upload, progress: Progress) -> Upload:
        """Reads the file and, once it is known which column is which field, rehearses the import.

        Raises:
            FileRefused: it cannot be read as a table.
            MappingRefused: the mapping does not fit it.
        """
        table, mapping, upload = self._read(upload)
        self._kept(upload)
        if mapping is None:
            return self._kept(replace(upload, phase=Phase.COLUMNS))
        table = corrected(table, self.uploads.corrections(upload))
        order = self._order(upload, table, mapping, is_rehearsal=True)
        selected = selected_rows(order)
        progress.begin(len(selected))
        report = import_table(self.node, self.identity, order, advance=progress.advance)
        upload = replace(upload, mapping=mapping.name, phase=Phase.CHECKED)
        check = check_of(report, mapping, table, selected)
        self.uploads.save_check(upload, {**check, "token": token_of(upload, report)})
        return self._kept(upload)

    def commit(self, upload: Upload, progress: Progress) -> Upload:
        """Imports what is valid. An import that was interrupted goes on where it stopped.

        One that has not begun is rehearsed once more: where it would do anything else than what the
        person was shown, nothing is imported and what it would do is there to be looked at.

        Raises:
            FileRefused: as `prepare`.
            MappingRefused: as `prepare`.
        """
        if upload.run is None:
            now = self.prepare(replace(upload, phase=Phase.READING), progress)
            check = self.uploads.check(now)
            if not upload.shown or check is None or check["token"] != upload.shown:
                return self._kept(replace(now, fault=CHANGED, importer="", shown=""))
            run = self.node.db.run_sync(lambda conn: self._begin(conn, upload))
            upload = self._kept(replace(upload, run=run))
        table, mapping = self._again(upload)
        order = self._order(upload, table, mapping, is_rehearsal=False)
        selected = selected_rows(order)
        progress.begin(len(selected))
        report = import_table(self.node, self.identity, order, advance=progress.advance)
        self.uploads.save_check(upload, check_of(report, mapping, table, selected))
        return self._kept(replace(upload, phase=Phase.IMPORTED))

    def mark(self, upload: Upload, ending: str) -> None:
        """Writes the file with the errors of the last check in a column of its own, if need be."""
        path = self.uploads.marked_file(upload, ending)
        if path.exists() and path.stat().st_mtime > self.uploads.checked_at(upload):
            return
        table, _ = self._again(upload)
        check = self.uploads.check(upload) or {"faults": []}
        told = {it["row"]: [_sentence(error) for error in it["errors"]] for it in check["faults"]}
        name = f"new-{self.node.entropy.bytes(4).hex()}{ending}"  # two people may ask at once
        new = path.with_name(name)
        write_marked(new, table, told, header_row=upload.header_row)
        new.replace(path)

    def _again(self, upload: Upload) -> tuple[SourceTable, ColumnMapping]:
        """The table as people corrected it, and the mapping that was chosen."""
        mapping = load_mapping(upload.mapping, folder=self.node.folder / FOLDER)
        table = self._table(upload, upload.sheet, upload.header_row)
        mapping = fitted(mapping, table.columns)
        return corrected(table, self.uploads.corrections(upload)), mapping

    def _begin(self, conn: Connection, upload: Upload) -> int:
        now = self.node.clock.now()
        return store.begin(conn, mapping=upload.mapping, file=upload.name, at=now)

    def _order(
        self, upload: Upload, table: SourceTable, mapping: ColumnMapping, *, is_rehearsal: bool
    ) -> ImportOrder:
        return ImportOrder(
            table=table,
            mapping=mapping,
            file=upload.name,
            by=upload.importer or upload.by,
            withdraw_missing=upload.withdraw_missing,
            is_rehearsal=is_rehearsal,
            run=None if is_rehearsal else upload.run,
        )

    def _read(self, upload: Upload) -> tuple[SourceTable, ColumnMapping | None, Upload]:
        file = self.uploads.file(upload)
        if file.suffix in _WORKBOOKS and not upload.sheets:
            upload = self._kept(replace(upload, sheets=tuple(sheet_names(file))))
        if upload.mapping:
            mapping = load_mapping(upload.mapping, folder=self.node.folder / FOLDER)
            table = self._table(upload, upload.sheet, upload.header_row)
            return table, fitted(mapping, table.columns), self._described(upload, table)
        known = known_mappings(self.node.folder / FOLDER)
        tried = [_Place(upload.sheet, upload.header_row)]
        if (upload.sheet, upload.header_row) == (None, 1):
            places = dict.fromkeys((it.sheet, it.header_row) for it in known)
            tried += [_Place(*place) for place in places if place != (None, 1)]
        return self._first_recognised(upload, tried[:PLACES_TRIED], known)

    def _first_recognised(
        self, upload: Upload, places: Iterable["_Place"], known: list[ColumnMapping]
    ) -> tuple[SourceTable, ColumnMapping | None, Upload]:
        """The table at the first place where a mapping fits, else at the first place of all."""
        first: SourceTable | FileRefused | None = None
        for place in places:
            try:
                table = self._table(upload, place.sheet, place.header_row)
            except FileRefused as refused:
                first = first or refused
                continue
            here = [it for it in known if place.is_of(it)]
            if (mapping := recognised(table.columns, here)) is not None:
                placed = replace(upload, sheet=place.sheet, header_row=place.header_row)
                return table, mapping, self._described(placed, table)
            first = first or table
        if isinstance(first, SourceTable):
            return first, None, self._described(upload, first)
        raise first or FileRefused("the file is empty", code="no_rows")

    def _table(self, upload: Upload, sheet: str | None, header_row: int) -> SourceTable:
        return read_table(self.uploads.file(upload), sheet=sheet, header_row=header_row)

    def _described(self, upload: Upload, table: SourceTable) -> Upload:
        samples = tuple(
            tuple(row.cells[name][:_SAMPLE_LENGTH] for name in table.columns)
            for row in table.rows[:SAMPLES]
        )
        return replace(upload, columns=table.columns, samples=samples, rows_count=len(table.rows))

    def _kept(self, upload: Upload) -> Upload:
        self.uploads.save(upload)
        return upload


def token_of(upload: Upload, report: ImportReport) -> str:
    """What a person was shown, in a few letters: this file, this mapping and what they would do.

    The file itself never changes; what people corrected in it shows in what it would do.
    """
    shown = repr((upload.id, upload.mapping, upload.sheet, upload.header_row, report.plan))
    return sha256(shown.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the column names may stand."""

    sheet: str | None
    header_row: int

    def is_of(self, mapping: ColumnMapping) -> bool:
        """Whether a mapping may be read here; one that takes what columns there are, anywhere."""
        is_here = (mapping.sheet, mapping.header_row) == (self.sheet, self.header_row)
        return is_here or mapping.is_partial


def check_of(
    report: ImportReport, mapping: ColumnMapping, table: SourceTable, selected: list[SourceRow]
) -> dict[str, Any]:
    """What the pages say of an import, or of its rehearsal, as plain data."""
    by_number = {row.number: row for row in table.rows}
    faults = [
        _fault(by_number[number], errors, mapping, table)
        for number, errors in rows_at_fault(report.errors)
    ]
    return {
        "counts": {
            "selected": len(selected),
            "added": report.added,
            "amended": report.amended,
            "unchanged": report.unchanged,
            "withdrawn": report.withdrawn,
            "missing": report.missing,
            "still_withdrawn": report.still_withdrawn,
            "faulty": len(faults),
            "private": sum(_is_private(it) for it in faults),
        },
        "first": [
            {
                "row": row.number,
                "title": _title(mapping, row),
                "outcome": report.outcomes.get(row.number, "faulty"),
            }
            for row in selected[:FIRST_ROWS]
        ],
        "faults": faults,
        "unread": unread_columns(mapping, table.columns),
    }


def _fault(
    row: SourceRow, errors: list[RowError], mapping: ColumnMapping, table: SourceTable
) -> dict[str, Any]:
    told = [
        {
            "field": error.field,
            "code": error.code,
            "message": error.message,
            "columns": columns_at_fault(mapping, error, table.columns),
        }
        for error in errors
    ]
    columns = dict.fromkeys(name for error in told for name in error["columns"])
    return {
        "row": row.number,
        "title": _title(mapping, row),
        "errors": told,
        "cells": {name: row.cells[name] for name in columns},
    }


def _is_private(fault: dict[str, Any]) -> bool:
    return any(str(error["code"]).startswith(PRIVACY) for error in fault["errors"])


def _title(mapping: ColumnMapping, row: SourceRow) -> str:
    names = [name for rule in mapping.rules for name in rule.columns_of("title")]
    return next((row.cells[name] for name in names if row.cells.get(name)), "")


def _sentence(error: dict[str, Any]) -> str:
    where = place_words(error["field"], error["columns"])
    return f"{where}: {error['message']}" if where else str(error["message"])
