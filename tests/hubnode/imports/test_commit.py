"""An import changes what the file changed since last time, names what it refuses, loses nothing."""

from dataclasses import replace

import pytest

from hubnode.imports.commit import ROWS_A_TRANSACTION, ImportOrder, ImportReport, import_table
from hubnode.imports.mapping import ColumnMapping, parse_mapping
from hubnode.imports.readers import SourceRow, SourceTable
from hubnode.node import Node
from hubnode.store import identity, outbox, records
from hubnode.store.records import OwnRecord
from hubnode.sync.run import sync
from protocol.canonical import Json
from protocol.catalogue import conflicts, shown_record
from protocol.entries.changes import RecordPut, decode_change
from tests.support.nodes import publish, withdraw
from tests.support.simulated_centre import SimulatedCentre
from tests.support.verdicts import TRANSFERRED

MAPPING = parse_mapping(
    b"""
fields.title.column = "judul"
fields.started = { column = "tahun", as = "year" }
fields.summary.column = "ringkasan"
fields.region.constant = "51.71"
[fields.agency]
name = { constant = "Dinas Kesehatan" }
kind = { constant = "kota" }
[key]
columns = ["no"]
""",
    name="uji",
)
COLUMNS = ("no", "judul", "tahun", "ringkasan")


def row(number: int, key: str, title: str, year: str = "2021", summary: str = "") -> SourceRow:
    values = (key, title, year, summary)
    return SourceRow(number=number, cells=dict(zip(COLUMNS, values, strict=True)))


FIRST, SECOND = row(2, "1", "Antar Obat"), row(3, "2", "Pasar Daring")


def imported(
    node: Node,
    *rows: SourceRow,
    mapping: ColumnMapping = MAPPING,
    withdraw_missing: bool = False,
    is_rehearsal: bool = False,
    steps: list[int] | None = None,
) -> ImportReport:
    who = node.db.read_sync(identity.get)
    assert who is not None
    order = ImportOrder(
        table=SourceTable(columns=COLUMNS, rows=rows),
        mapping=mapping,
        file="inovasi.csv",
        by="operator",
        withdraw_missing=withdraw_missing,
        is_rehearsal=is_rehearsal,
    )
    done: list[int] = [] if steps is None else steps
    return import_table(node, who, order, advance=done.append)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.amended, report.unchanged, report.withdrawn


def codes(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(error.row, error.field, error.code) for error in report.errors]


def own(node: Node) -> dict[str, OwnRecord]:
    """Own records by title."""
    page = node.db.read_sync(lambda conn: records.page(conn, limit=2_000))
    return {str(record.fields["title"]): record for record in page}


def last_change(node: Node) -> RecordPut:
    change = decode_change(node.db.read_sync(lambda conn: outbox.pending(conn, 2_000))[-1].entry)
    assert isinstance(change, RecordPut)
    return change


async def test_everything_that_is_wrong_with_a_row_is_told_at_once(hub: Node) -> None:
    report = imported(hub, row(2, "1", "- N/A -", "dua ribu", "Surel: a@b.example"))
    assert [(error.field, error.code) for error in report.errors] == [
        ("started", "bad_format"),
        ("title", "placeholder"),
        ("summary", "privacy_email"),
    ]


async def test_of_a_row_that_is_known_the_rest_is_told_as_the_record_would_be(hub: Node) -> None:
    imported(hub, FIRST)
    report = imported(hub, row(2, "1", "Tes", "dua ribu"))
    found = [(error.field, error.code) for error in report.errors]
    assert found == [("started", "bad_format"), ("title", "too_short")]


@pytest.mark.parametrize("year", ["1821", "2999"])
async def test_a_year_out_of_range_is_answered_with_the_range(hub: Node, year: str) -> None:
    (error,) = imported(hub, row(2, "1", "Antar Obat", year)).errors
    assert (error.field, error.code) == ("started", "date_range")
    assert "dari 1990 sampai" in error.message


async def test_new_rows_become_records(hub: Node) -> None:
    assert counts(imported(hub, FIRST, SECOND)) == (2, 0, 0, 0)
    assert set(own(hub)) == {"Antar Obat", "Pasar Daring"}


async def test_the_same_file_again_changes_nothing(hub: Node) -> None:
    imported(hub, FIRST, SECOND)
    before = hub.db.read_sync(outbox.count)
    assert counts(imported(hub, FIRST, SECOND)) == (0, 0, 2, 0)
    assert hub.db.read_sync(outbox.count) == before


async def test_rows_may_move_within_the_file(hub: Node) -> None:
    imported(hub, FIRST, SECOND)
    moved = row(2, "2", "Pasar Daring"), row(3, "1", "Antar Obat")
    assert counts(imported(hub, *moved)) == (0, 0, 2, 0)


async def test_of_a_changed_row_only_what_changed_is_written(hub: Node) -> None:
    imported(hub, FIRST, SECOND)
    assert counts(imported(hub, FIRST, row(3, "2", "Pasar Daring", "2022"))) == (0, 1, 1, 0)
    assert (last_change(hub).set, last_change(hub).unset) == ({"started": "2022"}, ())


async def test_a_cell_that_was_emptied_empties_its_field(hub: Node) -> None:
    imported(hub, row(2, "1", "Antar Obat", summary="Kurir mengantar."))
    assert counts(imported(hub, FIRST)) == (0, 1, 0, 0)
    assert (last_change(hub).set, last_change(hub).unset) == ({}, ("summary",))


async def test_an_edit_by_hand_survives_the_next_import(hub: Node) -> None:
    imported(hub, FIRST)
    record = own(hub)["Antar Obat"]
    publish(hub, "Antar Obat Malam", record=record.id)
    assert counts(imported(hub, row(2, "1", "Antar Obat", "2022"))) == (0, 1, 0, 0)
    after = own(hub)["Antar Obat Malam"]
    assert (after.id, after.fields["started"]) == (record.id, "2022")


async def test_a_row_that_vanished_is_named_and_its_record_stays(hub: Node) -> None:
    imported(hub, FIRST, SECOND)
    report = imported(hub, FIRST)
    assert (counts(report), report.missing) == ((0, 0, 1, 0), 1)
    assert not own(hub)["Pasar Daring"].withdrawn


async def test_a_row_that_vanished_is_withdrawn_when_asked_and_comes_back_when_it_returns(
    hub: Node,
) -> None:
    imported(hub, FIRST, SECOND)
    assert counts(imported(hub, FIRST, withdraw_missing=True)) == (0, 0, 1, 1)
    assert own(hub)["Pasar Daring"].withdrawn
    assert counts(imported(hub, FIRST, withdraw_missing=True)) == (0, 0, 1, 0)
    assert counts(imported(hub, FIRST, SECOND)) == (0, 1, 1, 0)
    assert not own(hub)["Pasar Daring"].withdrawn


async def test_a_record_that_a_person_withdrew_stays_so(hub: Node) -> None:
    imported(hub, FIRST, SECOND)
    withdraw(hub, own(hub)["Pasar Daring"].id)
    report = imported(hub, FIRST, SECOND)
    assert (counts(report), report.still_withdrawn) == ((0, 0, 2, 0), 1)
    assert own(hub)["Pasar Daring"].withdrawn


async def test_a_record_that_an_import_withdrew_and_then_a_person_stays_so(hub: Node) -> None:
    imported(hub, FIRST, SECOND)
    imported(hub, FIRST, withdraw_missing=True)
    imported(hub, FIRST, SECOND)
    withdraw(hub, own(hub)["Pasar Daring"].id)
    assert imported(hub, FIRST, SECOND).still_withdrawn == 1


async def test_a_rehearsal_counts_and_stores_nothing(hub: Node) -> None:
    assert counts(imported(hub, FIRST, SECOND, is_rehearsal=True)) == (2, 0, 0, 0)
    assert own(hub) == {}
    assert counts(imported(hub, FIRST, SECOND)) == (2, 0, 0, 0)


async def test_each_refused_row_is_named_and_the_others_are_kept(hub: Node) -> None:
    report = imported(
        hub,
        FIRST,
        row(3, "", "Tanpa Kunci"),
        row(4, "1", "Kunci Lagi"),
        row(5, "5", "Tahun Salah", "dua ribu"),
        row(6, "6", "tes"),
        row(9, "7", "Ada Nomor", summary="Hubungi 0812-3456-7890."),
    )
    assert counts(report) == (1, 0, 0, 0)
    assert codes(report) == [
        (3, "no", "key_missing"),
        (4, "no", "key_repeated"),
        (5, "started", "bad_format"),
        (6, "title", "too_short"),
        (9, "summary", "privacy_phone"),
    ]
    assert all(error.message for error in report.errors)


async def test_a_row_with_cells_beyond_the_last_column_is_refused(hub: Node) -> None:
    surplus = SourceRow(number=2, cells=dict(FIRST.cells), is_surplus=True)
    assert codes(imported(hub, surplus)) == [(2, "", "surplus_cells")]


async def test_an_edit_since_does_not_keep_a_record_withdrawn_whose_row_came_back(
    hub: Node, centre: SimulatedCentre
) -> None:
    imported(hub, FIRST, SECOND)
    imported(hub, FIRST, withdraw_missing=True)
    record = own(hub)["Pasar Daring"].id
    publish(hub, "Pasar Daring", record=record, summary="Ditulis tangan")
    await settle(hub, centre)
    report = imported(hub, FIRST, SECOND)
    assert (counts(report), report.still_withdrawn) == ((0, 1, 1, 0), 0)
    assert not own(hub)["Pasar Daring"].withdrawn
    assert own(hub)["Pasar Daring"].fields["summary"] == "Ditulis tangan"


async def test_a_refused_row_does_not_count_as_vanished(hub: Node) -> None:
    imported(hub, FIRST)
    report = imported(hub, row(2, "1", "Antar Obat", "salah"), withdraw_missing=True)
    assert (counts(report), report.missing) == ((0, 0, 0, 0), 0)


async def test_two_mappings_remember_their_rows_apart(hub: Node) -> None:
    imported(hub, FIRST)
    other = parse_mapping(
        b'fields.title.column = "judul"\nfields.started.column = "tahun"\n'
        b'fields.region.constant = "51"\n'
        b'fields.agency = { name = { constant = "BKD Bali" }, kind = { constant = "provinsi" } }\n'
        b'[key]\ncolumns = ["no"]\n',
        name="lain",
    )
    assert counts(imported(hub, FIRST, mapping=other)) == (1, 0, 0, 0)


async def test_many_rows_are_stored_in_parts_and_told_to_the_bar(hub: Node) -> None:
    many = [row(n, str(n), f"Inovasi nomor {n}") for n in range(2, ROWS_A_TRANSACTION + 12)]
    steps: list[int] = []
    assert imported(hub, *many, steps=steps).added == len(many)
    assert steps == [ROWS_A_TRANSACTION, 10]


async def test_an_import_that_was_interrupted_is_finished_by_the_next(
    hub: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [row(n, str(n), f"Inovasi nomor {n}") for n in range(2, ROWS_A_TRANSACTION + 12)]
    real, calls = records.save_many, 0

    def fails(conn: object, rows: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        real(conn, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(records, "save_many", fails)
    with pytest.raises(KeyboardInterrupt):
        imported(hub, *many)
    monkeypatch.undo()
    assert counts(imported(hub, *many)) == (10, 0, ROWS_A_TRANSACTION, 0)


async def test_a_value_keeps_its_bytes_from_cell_to_signed_change(hub: Node) -> None:
    odd: Json = "Ω≈ç√∫ 'x' <b> =1+1 \u200b — 你好 🎉"
    imported(hub, row(2, "1", "Antar Obat", summary=str(odd)))
    assert last_change(hub).set["summary"] == odd


async def settle(hub: Node, centre: SimulatedCentre) -> None:
    for _ in range(2):
        await sync(hub)
        centre.reconcile()


async def corrected(hub: Node, centre: SimulatedCentre, **correction: Json) -> str:
    """A record of the file that a curator corrected, as both sides have it."""
    imported(hub, FIRST)
    await settle(hub, centre)
    [record] = centre.records
    centre.curate(record, correction)
    await settle(hub, centre)
    return record


async def test_a_file_that_does_not_know_of_a_correction_is_a_conflict_with_it(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = await corrected(hub, centre, title="Antar Obat ke Rumah")
    imported(hub, row(2, "1", "Antar Obat Pasien", summary="Kurir"))
    await settle(hub, centre)
    assert conflicts(centre.records[record]).keys() == {"title"}
    assert shown_record(centre.records[record])["summary"] == "Kurir"


async def test_a_file_that_changed_something_else_before_still_does_not_know_of_it(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = await corrected(hub, centre, title="Antar Obat ke Rumah")
    for title in ("Antar Obat", "Antar Obat Pasien"):
        imported(hub, row(2, "1", title, summary="Kurir"))
        await settle(hub, centre)
    assert conflicts(centre.records[record]).keys() == {"title"}


async def test_a_file_that_left_a_field_empty_does_not_know_what_a_curator_wrote_there(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = await corrected(hub, centre, summary="Obat diantar kurir")
    for summary in ("", "Kurir"):
        imported(hub, row(2, "1", "Antar Obat Pasien", summary=summary))
        await settle(hub, centre)
    assert conflicts(centre.records[record]).keys() == {"summary"}


async def test_a_file_that_took_a_correction_over_knows_of_it(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = await corrected(hub, centre, title="Antar Obat ke Rumah")
    for title in ("Antar Obat ke Rumah", "Antar Obat Pasien"):
        imported(hub, row(2, "1", title, summary="Kurir"))
        await settle(hub, centre)
    assert conflicts(centre.records[record]) == {}
    assert shown_record(centre.records[record])["title"] == "Antar Obat Pasien"


async def test_a_row_of_a_record_that_went_to_another_hub_is_refused(
    hub: Node, centre: SimulatedCentre
) -> None:
    imported(hub, FIRST, SECOND)
    await settle(hub, centre)
    given = own(hub)["Antar Obat"].id
    centre.decide(replace(TRANSFERRED, record=given))
    await sync(hub)
    report = imported(hub, row(2, "1", "Antar Obat Pasien"), SECOND)
    assert codes(report) == [(2, "", "record_given")]
    assert counts(report) == (0, 0, 1, 0)
