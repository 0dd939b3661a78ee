"""Importing a table: new rows become records, changed rows amendments, the rest stays as it is.

A row is compared with what the *same row said last time*, not with the record, so that edits made
by hand in between survive the next import. One transaction holds at most 500 rows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice
from typing import Literal

from sqlalchemy import Connection

from hubnode.authoring import Desk, EditRefused
from hubnode.imports.headings import fitted
from hubnode.imports.mapping import ColumnMapping, check_columns, map_row
from hubnode.imports.readers import SourceRow, SourceTable
from hubnode.imports.refusal import FileRefused
from hubnode.node import Node
from hubnode.store import imports as store
from hubnode.store import records
from hubnode.store.identity import Identity
from hubnode.store.imports import KnownRow, Step
from hubnode.store.records import OwnRecord
from hubnode.withheld import is_said_again, remembered
from protocol.canonical import Json, canonicalise
from protocol.innovation.explaining import Finding

ROWS_A_TRANSACTION = 500
VANISHED_REASON = "Tidak ada lagi dalam berkas sumber."
RETURNED_REASON = "Kembali ada dalam berkas sumber."

Outcome = Literal["added", "amended", "unchanged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """Why a row was not imported; numbered as in the spreadsheet."""

    row: int
    field: str
    code: str
    message: str


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do.

    Attributes:
        outcomes: added, amended or unchanged, by the number of each row that was accepted.
        withdrawn: records that were withdrawn because their rows have vanished.
        missing: records whose rows are not in the file any more.
        still_withdrawn: records that stay withdrawn though their rows are in the file: it was not
            an import that withdrew them.
        errors: of the rows that were not imported.
        plan: of a rehearsal, a hash of all that it would do, row by row and field by field; "" of
            an import.
    """

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    withdrawn: int = 0
    missing: int = 0
    still_withdrawn: int = 0
    errors: list[RowError] = field(default_factory=list)
    plan: str = ""

    @property
    def added(self) -> int:
        """Records that rows made."""
        return self._count("added")

    @property
    def amended(self) -> int:
        """Records that rows changed."""
        return self._count("amended")

    @property
    def unchanged(self) -> int:
        """Records that were already as their rows say."""
        return self._count("unchanged")

    def _count(self, outcome: Outcome) -> int:
        return sum(it == outcome for it in self.outcomes.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrder:
    """What is imported, and how.

    Attributes:
        table: the file's rows.
        mapping: columns to fields.
        file: the file's name, for the history.
        by: local account name.
        where: column to value; other rows are left alone.
        withdraw_missing: whether rows that vanished withdraw their records.
        is_rehearsal: nothing is stored.
        run: number of an import that was begun and interrupted, to go on with; None begins one.
    """

    table: SourceTable
    mapping: ColumnMapping
    file: str
    by: str
    where: Mapping[str, str] = field(default_factory=dict)
    withdraw_missing: bool = False
    is_rehearsal: bool = False
    run: int | None = None


def import_table(
    node: Node, identity: Identity, order: ImportOrder, *, advance: Callable[[int], None]
) -> ImportReport:
    """Imports what is valid and names what is not.

    Args:
        node: where to.
        identity: whose records they become.
        order: what and how.
        advance: told the number of rows done, for a progress bar.

    Raises:
        MappingRefused: the mapping does not fit the file.
        FileRefused: code no_rows, where the file has none; then nothing is withdrawn either.
    """
    order = replace(order, mapping=fitted(order.mapping, order.table.columns))
    check_columns(order.mapping, order.table.columns, order.where)
    _refuse_nothing(order)
    return _Import(node, identity, order).run(advance)


def selected_rows(order: ImportOrder) -> list[SourceRow]:
    """The rows that `where` lets through."""
    wanted = {**order.mapping.where, **order.where}
    return [
        row
        for row in order.table.rows
        if all(row.cells.get(column) == value for column, value in wanted.items())
    ]


def _refuse_nothing(order: ImportOrder) -> None:
    """An export that went wrong looks like this, and must not withdraw what is missing in it."""
    if not order.table.rows:
        sentence = f"{order.file} has no row below its column names; nothing was done"
        raise FileRefused(sentence, code="no_rows")


class _Import:
    """One import while it runs."""

    def __init__(self, node: Node, identity: Identity, order: ImportOrder) -> None:
        self._node = node
        self._identity = identity
        self._order = order
        self._report = ImportReport()
        self._known: dict[str, KnownRow] = {}
        self._seen: set[str] = set()
        self._import_id = 0
        self._touched: set[str] = set()
        self._plan = sha256()

    def run(self, advance: Callable[[int], None]) -> ImportReport:
        db, rows = self._node.db, selected_rows(self._order)
        db.run_sync(self._begin)
        for part in _parts(rows):
            db.run_sync(lambda conn, part=part: self._take(conn, part))  # type: ignore[misc]
            advance(len(part))
        vanished = [key for key in self._known if key not in self._seen]
        db.run_sync(lambda conn: self._withdraw(conn, vanished))
        if self._order.is_rehearsal:
            self._report.plan = self._plan.hexdigest()
        return self._report

    def _note(self, *what: object) -> None:
        """Adds a part to the plan, which people compare with what they were shown."""
        if self._order.is_rehearsal:
            self._plan.update(repr(what).encode(errors="backslashreplace"))

    def _begin(self, conn: Connection) -> None:
        name = self._order.mapping.name
        self._known = store.known_rows(conn, name)
        if self._order.is_rehearsal:
            return
        if self._order.run is None:
            now = self._node.clock.now()
            self._import_id = store.begin(conn, mapping=name, file=self._order.file, at=now)
        else:
            self._import_id = self._order.run
            self._touched = store.records_of(conn, self._import_id)

    def _take(self, conn: Connection, rows: Sequence[SourceRow]) -> None:
        desk = Desk.open(conn, self._node, self._identity, by=self._order.by)
        keys = [_key(self._order.mapping, row) for row in rows]
        ids = [self._known[key].record for key in keys if key in self._known]
        own = records.get_many(conn, ids)
        remembered: dict[str, KnownRow] = {}
        steps: list[Step] = []
        for row, key in zip(rows, keys, strict=True):
            done = self._row(desk, row, key, own)
            if done is not None:
                remembered[key] = done
                steps += self._step(desk, own.get(done.record), done.record)
        self._store(conn, desk, remembered, steps)

    def _row(
        self, desk: Desk, row: SourceRow, key: str, own: Mapping[str, OwnRecord]
    ) -> KnownRow | None:
        """Puts one row on the desk; None where there was nothing to do."""
        if key in self._seen or not any(row.cells[c] for c in self._order.mapping.key):
            code, text = ("key_repeated", "muncul dua kali") if key in self._seen else _NO_KEY
            self._refuse(row, ".".join(self._order.mapping.key), code, f"Kunci baris ini {text}.")
            return None
        self._seen.add(key)
        if row.is_surplus:
            self._refuse(row, "", "surplus_cells", _SURPLUS)
            return None
        fields, faults = map_row(self._order.mapping, row.cells)
        for fault in faults:
            self._refuse(row, fault.target, fault.code, fault.message)
        known = self._known.get(key)
        try:
            if not faults:
                return self._edit(desk, row, known, fields, own)
            told = {fault.target.partition(".")[0] for fault in faults}
            record, after = _after(desk, known, fields, own)
            self._refuse_all(row, desk.check(record, after, at_fault=told))
        except EditRefused as refused:
            self._refuse_all(row, refused.findings)
        return None

    def _edit(
        self,
        desk: Desk,
        row: SourceRow,
        known: KnownRow | None,
        fields: dict[str, Json],
        own: Mapping[str, OwnRecord],
    ) -> KnownRow | None:
        record, after = _after(desk, known, fields, own)
        if known is None:
            desk.put(None, record, after)
            self._report.outcomes[row.number] = "added"
            self._note(row.number, after)
            return KnownRow(record=record, fields=fields, national=desk.national)
        before = own[record]
        hidden_by_import = known.withdrawn_own is not None
        returned = hidden_by_import and before.withdrawn_own == known.withdrawn_own
        if after != before.fields:
            desk.put(before, record, after, national=known.national)
        self._report.still_withdrawn += before.withdrawn and not returned
        if returned:
            desk.restore(desk.current(before), RETURNED_REASON)
        names = sorted(before.fields.keys() | after.keys())
        changed = [(n, after.get(n)) for n in names if before.fields.get(n) != after.get(n)]
        self._note(row.number, before.withdrawn, returned, changed)
        if after == before.fields and not returned:
            self._report.outcomes[row.number] = "unchanged"
            said = remembered(known.fields, fields)
            return None if known.fields == said else replace(known, fields=said)
        self._report.outcomes[row.number] = "amended"
        knows_all = _is_met(self._order.mapping, fields, after)
        national = desk.national if knows_all else known.national
        return replace(known, fields=remembered(known.fields, fields), national=national)

    def _withdraw(self, conn: Connection, vanished: Sequence[str]) -> None:
        own = records.get_many(conn, [self._known[key].record for key in vanished])
        gone = [own[it] for it in sorted(own) if not own[it].withdrawn]
        self._report.missing = len(gone)
        self._note([record.id for record in gone])
        if not self._order.withdraw_missing:
            return
        desk = Desk.open(conn, self._node, self._identity, by=self._order.by)
        steps: list[Step] = []
        for record in gone:
            desk.withdraw(record, VANISHED_REASON)
            steps += self._step(desk, record, record.id)
        self._report.withdrawn = len(gone)
        withdrawals = {it.id: desk.current(it).withdrawn_own for it in gone}
        self._store(conn, desk, {}, steps)
        if not self._order.is_rehearsal:
            store.note_withdrawals(conn, withdrawals)

    def _store(
        self,
        conn: Connection,
        desk: Desk,
        remembered: Mapping[str, KnownRow],
        steps: Sequence[Step],
    ) -> None:
        if not self._order.is_rehearsal:
            desk.save(conn)
            store.remember_rows(conn, self._order.mapping.name, remembered)
            store.add_steps(conn, self._import_id, steps)

    def _step(self, desk: Desk, before: OwnRecord | None, record: str) -> list[Step]:
        after = desk.edited(record)
        if record in self._touched or after is None:
            return []
        self._touched.add(record)
        return [
            Step(
                record=record,
                before=before.fields if before else None,
                after=after.fields,
                was_withdrawn=before.withdrawn if before else False,
                is_withdrawn=after.withdrawn,
            )
        ]

    def _refuse_all(self, row: SourceRow, findings: Sequence[Finding]) -> None:
        for found in findings:
            target = found.pointer.strip("/").replace("/", ".")
            self._refuse(row, target, found.code, found.message)

    def _refuse(self, row: SourceRow, target: str, code: str, message: str) -> None:
        error = RowError(row=row.number, field=target, code=code, message=message)
        self._note(row.number, target, code, message)
        self._report.errors.append(error)


_GIVEN = Finding(
    pointer="",
    code="record_given",
    message="Inovasi dari baris ini telah diserahkan kepada hub lain.",
)
_NO_KEY = ("key_missing", "kosong")
_SURPLUS = "Baris ini punya sel di luar kolom terakhir; periksa pemisah dan tanda kutipnya."


def _after(
    desk: Desk, known: KnownRow | None, fields: dict[str, Json], own: Mapping[str, OwnRecord]
) -> tuple[str, dict[str, Json]]:
    """The id of the row's record, and the record as the row would leave it.

    Raises:
        EditRefused: the record belongs to another hub by now.
    """
    if known is None:
        return desk.new_id(), fields
    if known.record not in own:
        raise EditRefused((_GIVEN,))
    return known.record, _merged(own[known.record].fields, known.fields, fields)


def _merged(
    own: Mapping[str, Json], last: Mapping[str, Json], now: Mapping[str, Json]
) -> dict[str, Json]:
    """The record with what the row changed since last time."""
    changed = {
        name: value for name, value in now.items() if not is_said_again(last.get(name), value)
    }
    kept = {name: value for name, value in own.items() if name in now or name not in last}
    return {**kept, **changed}


def _is_met(mapping: ColumnMapping, row: Mapping[str, Json], record: Mapping[str, Json]) -> bool:
    """Whether the row says what the record says: only then does its author know the record.

    What the row leaves empty counts too: a curator may have filled it.
    """
    return all(record.get(rule.target) == row.get(rule.target) for rule in mapping.rules)


def _key(mapping: ColumnMapping, row: SourceRow) -> str:
    return canonicalise([row.cells[column] for column in mapping.key]).decode()


def _parts(rows: Sequence[SourceRow]) -> Iterator[list[SourceRow]]:
    source = iter(rows)
    while part := list(islice(source, ROWS_A_TRANSACTION)):
        yield part
