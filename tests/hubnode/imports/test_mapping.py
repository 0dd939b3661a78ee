"""A mapping says what each column means; what is wrong in it is named when it is read."""

from pathlib import Path

import pytest

from hubnode.imports.headings import fitted
from hubnode.imports.mapping import (
    READY_MADE,
    ColumnMapping,
    MappingRefused,
    check_columns,
    load_mapping,
    map_row,
    parse_mapping,
)
from hubnode.imports.readers import read_table
from hubnode.imports.template_file import write_template
from hubnode.imports.templates import template_columns
from protocol.canonical import Json

KEY = '[key]\ncolumns = ["no"]\n'


def mapping(fields: str) -> ColumnMapping:
    return parse_mapping((fields + KEY).encode(), name="uji")


def mapped(fields: str, **cells: str) -> dict[str, Json]:
    record, faults = map_row(mapping(fields), {"no": "1", **cells})
    assert faults == []
    return record


def faults(fields: str, **cells: str) -> list[tuple[str, str]]:
    _, found = map_row(mapping(fields), {"no": "1", **cells})
    return [(fault.target, fault.code) for fault in found]


def refusal(text: str) -> str:
    with pytest.raises(MappingRefused) as raised:
        parse_mapping(text.encode(), name="uji")
    return raised.value.message


def test_a_column_becomes_a_field() -> None:
    assert mapped('fields.title.column = "judul"\n', judul="Antar Obat") == {"title": "Antar Obat"}


def test_several_columns_are_joined_without_gaps() -> None:
    rule = 'fields.summary = { columns = ["a", "b", "c"], join = " / " }\n'
    assert mapped(rule, a="satu", b="", c="tiga") == {"summary": "satu / tiga"}


def test_a_template_needs_all_its_columns() -> None:
    rule = 'fields.title.template = "{a} di {b}"\n'
    assert mapped(rule, a="Obat", b="Bali") == {"title": "Obat di Bali"}
    assert mapped(rule, a="Obat", b="") == {}


def test_the_first_rule_with_a_value_counts() -> None:
    rule = 'fields.started.first = [{ column = "a", as = "year" }, { column = "b" }]\n'
    assert mapped(rule, a="", b="2020") == {"started": "2020"}
    assert mapped(rule, a="2019", b="2020") == {"started": "2019"}


def test_rules_that_must_agree_and_do_not_are_a_fault() -> None:
    rule = 'fields.region.agree = [{ column = "a" }, { column = "b" }]\n'
    assert mapped(rule, a="51", b="") == {"region": "51"}
    assert faults(rule, a="51", b="52") == [("region", "contradiction")]


def test_a_constant_alone_makes_no_object() -> None:
    rule = 'fields.agency = { name = { column = "a" }, kind = { constant = "kota" } }\n'
    assert mapped(rule, a="Dinas") == {"agency": {"name": "Dinas", "kind": "kota"}}
    assert mapped(rule, a="") == {}


def test_an_object_of_constants_is_made_for_every_row() -> None:
    rule = 'fields.agency = { name = { constant = "LAN" }, kind = { constant = "lembaga" } }\n'
    assert mapped(rule) == {"agency": {"name": "LAN", "kind": "lembaga"}}


def test_empty_items_of_a_list_are_left_out() -> None:
    rule = (
        '[[fields.awards]]\nscheme = { constant = "KIPP" }\nyear = { column = "a" }\n'
        '[[fields.awards]]\nscheme = { column = "b" }\n'
    )
    assert mapped(rule, a="", b="IGA") == {"awards": [{"scheme": "IGA"}]}
    assert mapped(rule, a="", b="") == {}


def test_a_fault_names_the_place_within_a_list() -> None:
    rule = '[[fields.outputs]]\nvalue = { column = "a", as = "integer" }\n'
    assert faults(rule, a="banyak") == [("outputs.0.value", "bad_format")]


@pytest.mark.parametrize(
    ("bps", "name", "region"),
    [("5171", "Kota Denpasar", "51.71"), ("51", "Bali", "51"), ("9471", "Kota Jayapura", "91.71")],
)
def test_a_bps_code_becomes_the_region_that_kemendagri_numbers(
    bps: str, name: str, region: str
) -> None:
    rule = 'fields.region.bps_region = [{ code = "kode", name = "nama" }]\n'
    assert mapped(rule, kode=bps, nama=name) == {"region": region}


def test_the_old_code_94_is_papua_and_never_papua_tengah() -> None:
    rule = 'fields.region.bps_region = [{ code = "kode", name = "nama" }]\n'
    assert mapped(rule, kode="94", nama="Papua") == {"region": "91"}


def test_a_bps_code_that_nobody_can_place_is_a_fault() -> None:
    rule = 'fields.region.bps_region = [{ code = "kode", name = "nama" }]\n'
    assert faults(rule, kode="9999", nama="Entah") == [("region", "unknown_region")]


def test_a_region_is_found_by_its_exact_name_alone() -> None:
    rule = 'fields.region.region_name = ["a"]\n'
    assert mapped(rule, a="Kota Denpasar") == {"region": "51.71"}
    assert mapped(rule, a="Denpasar Raya") == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("= rusak", "not TOML"),
        (KEY, "[fields.title]"),
        ('[fields]\ntitle.column = "a"\n', "[key]"),
        ('fields.title.column = "a"\n[key]\ncolumns = []\n', "[key]"),
        (KEY + '[kunci]\na = 1\nfields.title.column = "a"', "kunci"),
        (KEY + '[fields.judul]\ncolumn = "a"\n', "judul"),
        (KEY + '[fields.title]\nkolom = "a"\n', "no operator"),
        (KEY + '[fields.title]\ncolumn = "a"\nconstant = "b"\n', "column and constant"),
        (KEY + '[fields.title]\ncolumn = "a"\nwarna = "b"\n', "warna"),
        (KEY + '[fields.title]\ncolumn = ""\n', "column name"),
        (KEY + '[fields.title]\ntemplate = "tetap"\n', "braces"),
        (KEY + "[fields.title]\nfirst = []\n", "list of rules"),
        (KEY + '[fields.agency.nama]\ncolumn = "a"\n', "nama"),
        (KEY + "[fields]\ntitle = 1\n", "title"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_named(text: str, words: str) -> None:
    assert words in refusal(text)


def test_a_mapping_names_the_columns_that_the_file_lacks() -> None:
    chosen = mapping('fields.title.column = "judul"\n')
    with pytest.raises(MappingRefused, match="'judul'") as refused:
        check_columns(chosen, ["no", "nama"], [])
    assert refused.value.code == "mapping_column_missing"
    check_columns(chosen, ["no", "judul"], [])


def test_a_partial_mapping_takes_absent_columns_as_empty() -> None:
    chosen = mapping('partial = true\nfields.title.column = "a"\nfields.summary.column = "b"\n')
    check_columns(chosen, ["no", "a"], [])
    assert map_row(chosen, {"no": "1", "a": "Judul"}) == ({"title": "Judul"}, [])


def test_a_saved_mapping_goes_before_a_ready_made_one(tmp_path: Path) -> None:
    (tmp_path / "lan.toml").write_text('fields.title.column = "x"\n' + KEY, encoding="utf-8")
    assert load_mapping("lan", folder=tmp_path).columns == {"x"}
    assert load_mapping(str(tmp_path / "lan.toml"), folder=tmp_path / "none").name == "lan"


@pytest.mark.parametrize("name", ["tidak-ada", "../lan", "", "a.toml"])
def test_a_mapping_that_is_not_there_says_which_are(tmp_path: Path, name: str) -> None:
    with pytest.raises(MappingRefused) as refused:
        load_mapping(name, folder=tmp_path)
    assert refused.value.code == "mapping_unknown"


@pytest.mark.parametrize("name", READY_MADE)
def test_a_ready_made_mapping_can_be_used(tmp_path: Path, name: str) -> None:
    assert load_mapping(name, folder=tmp_path).rules


def test_the_template_has_every_column_that_its_mapping_reads(tmp_path: Path) -> None:
    file = tmp_path / "inovasi.xlsx"
    write_template(file)
    columns = read_table(file).columns
    chosen = fitted(load_mapping("template", folder=tmp_path), columns)
    assert columns == tuple(column.heading for column in template_columns())
    assert chosen.columns | set(chosen.key) == set(columns)


@pytest.mark.parametrize("value", ["0", "-1", "true", '"2"'])
def test_a_header_row_counts_from_one(value: str) -> None:
    text = f"[file]\nheader_row = {value}\n"
    with pytest.raises(MappingRefused, match="'header_row' is a whole number from 1 on, not "):
        parse_mapping(text.encode(), name="x")


def test_a_mapping_that_is_not_partial_may_say_so() -> None:
    text = 'partial = false\n[key]\ncolumns = ["kode"]\n[fields.title]\ncolumn = "judul"\n'
    assert parse_mapping(text.encode(), name="x").is_partial is False


def test_a_mapping_that_is_refused_is_named(tmp_path: Path) -> None:
    file = tmp_path / "dinas.toml"
    file.write_text("[", encoding="ascii")
    with pytest.raises(MappingRefused, match=f"{file}: not TOML"):
        load_mapping(str(file), folder=tmp_path)
