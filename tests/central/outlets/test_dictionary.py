"""The data dictionary says of every field what Satu Data Indonesia asks."""

import csv
import io

from central.outlets.dictionary import (
    NEVER,
    SOMETIMES,
    WITHIN,
    dictionary_csv,
    dictionary_document,
    variables,
)
from protocol.innovation.fields import fields


def test_every_field_is_there_and_so_is_every_member() -> None:
    names = [it.name for it in variables()]
    assert [name for name in names if "." not in name] == [field.name for field in fields()]
    assert {"agency.kind", "outputs[].value", "criteria.efisien.score"} <= {*names}
    assert len(names) == len(set(names))


def test_it_says_when_a_field_is_needed() -> None:
    needs = {it.name: it.need for it in variables()}
    assert needs["title"] == "always"
    assert needs["region"] == SOMETIMES
    assert needs["external_ids[].value"] == WITHIN
    assert needs["summary"] == NEVER


def test_a_closed_list_stands_with_its_words_in_both_languages() -> None:
    stage = next(it for it in variables() if it.name == "stage")
    assert stage.type == "choice"
    assert stage.choices["uji_coba"] == {"id": "Uji coba", "en": "Trial"}


def test_every_reference_table_names_its_decree() -> None:
    tables = dictionary_document()["tables"]
    assert isinstance(tables, list)
    assert all(isinstance(it, dict) and it["source"] for it in tables)


def test_the_csv_has_a_row_a_field() -> None:
    rows = list(csv.DictReader(io.StringIO(dictionary_csv().decode("utf-8-sig"), newline="")))
    assert [row["alias"] for row in rows] == [it.name for it in variables()]
    title = next(row for row in rows if row["alias"] == "title")
    assert title["aturan_validasi"] == "sedikitnya 5 karakter; paling banyak 500 karakter"
