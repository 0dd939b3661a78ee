"""LAN's real export of 2018: every row becomes a record or a named row error."""

from collections import Counter
from pathlib import Path

from hubnode.imports.mapping import load_mapping
from hubnode.imports.readers import read_table
from hubnode.store import records
from hubnode.store.outcomes import count_by_outcome
from tests.support.federation import FederationUnderTest, import_into
from tests.support.shared import SHARED, needs_shared

FILE = SHARED / "data" / "lan_inovasi_2018.csv"
PAPUA_TENGAH = "94"


@needs_shared("data/lan_inovasi_2018.csv")
async def test_no_row_is_dropped_and_a_second_import_changes_nothing(tmp_path: Path) -> None:
    table, mapping = read_table(FILE), load_mapping("lan", folder=tmp_path)
    async with FederationUnderTest(tmp_path) as federation:
        lan = await federation.hub("lan")
        first = import_into(lan, table, mapping)
        refused = {error.row for error in first.errors}
        assert first.added + len(refused) == len(table.rows) == 200
        assert all(error.code and error.message for error in first.errors)
        again = import_into(lan, table, mapping)
        assert (again.added, again.amended, again.unchanged) == (0, 0, first.added)
        await federation.sync(lan)
        outcomes = lan.db.read_sync(count_by_outcome)
        assert outcomes == {"applied": first.added, "noop": 1}
        regions = Counter(
            str(record.fields.get("region"))
            for record in lan.db.read_sync(lambda conn: records.page(conn, limit=500))
        )
        assert regions[PAPUA_TENGAH] == 0
