"""Choices on a screen become a mapping that everybody can read, and are found in it again."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubnode.imports.making import (
    DATE_FORMATS,
    MappingChoices,
    choices_in,
    made_mapping,
    mapping_text,
    suggested,
    targets,
)
from hubnode.imports.mapping import MappingRefused, map_row
from hubnode.imports.recognising import (
    known_mappings,
    mapping_name,
    recognised,
    save_mapping,
    saved_choices,
)

BASIC = MappingChoices(key="No", targets={"Nama": "title", "Tahap": "stage"})

FIRST_ITEMS = sorted(it for it in targets() if not {"2", "3"} & set(it.split(".")))
"""Items are numbered by their order: a second one without a first is the first."""

columns = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@given(
    chosen=st.dictionaries(columns, st.sampled_from(FIRST_ITEMS), max_size=12),
    key=columns,
    date_format=st.sampled_from(DATE_FORMATS),
    header_row=st.integers(1, 9),
    sheet=st.none() | columns,
)
def test_what_was_chosen_is_found_again(
    chosen: dict[str, str], key: str, date_format: str, header_row: int, sheet: str | None
) -> None:
    once = {target: column for column, target in chosen.items() if target != "title"}
    dated = any(targets()[target].form == "date" for target in once)
    choices = MappingChoices(
        key=key,
        targets={**{column: target for target, column in once.items()}, "JUDUL ": "title"},
        constants={"agency.kind": "kota"} if "agency.kind" not in once else {},
        date_format=date_format if dated else DATE_FORMATS[0],
        sheet=sheet,
        header_row=header_row,
    )
    text, mapping = made_mapping(choices, name="uji", description='Dari "sana"\x7f')
    found = choices_in(text.encode())
    assert found is not None
    assert {**found.targets} == {**choices.targets}
    assert (found.key, found.constants) == (choices.key, choices.constants)
    assert (found.date_format, found.sheet) == (choices.date_format, choices.sheet)
    assert mapping.header_row == header_row


@pytest.mark.parametrize(
    ("cell", "stage"),
    [("Uji Coba", "uji_coba"), ("UJI-COBA", "uji_coba"), ("penerapan", "penerapan")],
)
def test_a_choice_is_known_however_it_is_spelled(cell: str, stage: str) -> None:
    _, mapping = made_mapping(BASIC, name="uji", description="Uji")
    record, faults = map_row(mapping, {"No": "1", "Nama": "Antar Obat", "Tahap": cell})
    assert (record["stage"], faults) == (stage, [])


def test_a_longer_choice_is_not_taken_for_a_shorter_one() -> None:
    choices = MappingChoices(key="No", targets={"Nama": "title", "Jenis": "innovation_type"})
    _, mapping = made_mapping(choices, name="uji", description="Uji")
    cells = {"No": "1", "Nama": "Antar Obat", "Jenis": "Non Digital"}
    assert map_row(mapping, cells)[0]["innovation_type"] == "non_digital"


def test_a_region_may_be_named_or_numbered() -> None:
    choices = MappingChoices(key="No", targets={"Nama": "title", "Daerah": "region"})
    _, mapping = made_mapping(choices, name="uji", description="Uji")
    for cell in ("51.71", "Kota Denpasar"):
        record, _ = map_row(mapping, {"No": "1", "Nama": "Antar Obat", "Daerah": cell})
        assert record["region"] == "51.71"


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        (MappingChoices(key="", targets={"Nama": "title"}), "mapping_incomplete"),
        (MappingChoices(key="No", targets={"Nama": "summary"}), "mapping_incomplete"),
        (MappingChoices(key="No", targets={"A": "title", "B": "title"}), "target_repeated"),
    ],
)
def test_choices_that_are_no_mapping_are_refused(choices: MappingChoices, code: str) -> None:
    with pytest.raises(MappingRefused) as refused:
        mapping_text(choices, description="Uji")
    assert refused.value.code == code


def test_headings_suggest_fields() -> None:
    begun = suggested(("No. Registrasi", "Nama Inovasi", "Ringkasan", "agency.kind", "Lain"))
    assert begun.key == "No. Registrasi"
    assert begun.targets == {
        "Nama Inovasi": "title",
        "Ringkasan": "summary",
        "agency.kind": "agency.kind",
    }


def test_of_a_mapping_written_by_hand_no_choices_are_made(tmp_path: Path) -> None:
    text = '[key]\ncolumns = ["a"]\n[fields.title]\ncolumns = ["a", "b"]\n'
    save_mapping("tangan", text, tmp_path)
    assert saved_choices("tangan", tmp_path) is None
    assert saved_choices("lan", tmp_path) is None


def test_a_file_is_recognised_by_its_columns(tmp_path: Path) -> None:
    wide = MappingChoices(key="No", targets={**BASIC.targets, "Isi": "summary"})
    save_mapping("sempit", mapping_text(BASIC, description="Uji"), tmp_path)
    save_mapping("lebar", mapping_text(wide, description="Uji"), tmp_path)
    save_mapping("rusak", "[fields]", tmp_path)
    known = known_mappings(tmp_path)
    names = {
        columns: found.name if (found := recognised(columns, known)) else None
        for columns in (
            ("No", "Nama", "Tahap"),
            ("No", "Nama", "Tahap", "Isi", "Lain"),
            ("kode", "title", "agency.name", "stage"),
            ("Nama", "Tahap"),
        )
    }
    assert list(names.values()) == ["sempit", "lebar", "template", None]


def test_a_name_is_made_of_what_somebody_wrote() -> None:
    assert mapping_name("  Daftar Dinas (2024)! ") == "daftar-dinas-2024"
    assert mapping_name("???") == ""
