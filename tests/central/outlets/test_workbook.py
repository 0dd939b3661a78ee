import io

from python_calamine import CalamineWorkbook

from central.outlets.workbook import CELL_CHARACTERS_MAX, CUT, write_workbook
from protocol.catalogue import public_record
from protocol.entries.members import Seen
from protocol.merge import Stamp
from protocol.record_state import RecordState


def test_a_text_that_no_cell_holds_ends_in_a_sign_that_it_was_cut() -> None:
    stamp = Stamp(place=1, origin="a", number=1, seen=Seen(national=0, own=1), author="51")
    state = RecordState(
        id="01942b6e-4c00-7000-8000-000000000001",
        owner="51",
        revision=1,
        last_place=1,
        attested_at=None,
        creation=stamp,
        created={"title": "Antrean", "implementation": "a" * 40_000},
        rewritten={},
    )
    file = io.BytesIO()
    write_workbook(file, [public_record(state)], header="fields")
    file.seek(0)
    heads, row = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    cell = str(row[heads.index("implementation")])
    assert len(cell) == CELL_CHARACTERS_MAX
    assert cell.endswith(CUT)
