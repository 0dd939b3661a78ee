from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from central.verifying import LogCheck, verify_logs
from tests.support.author import Author
from tests.support.centres import RunningCentre, running_centre

REPEAT = """
UPDATE log_entry SET bytes = (
    SELECT b.bytes FROM log_entry b WHERE b.log_id = log_entry.log_id AND b."index" = 7
) WHERE "index" = 8
"""


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[RunningCentre]:
    """A centre that holds and has decided 301 entries of one hub."""
    async with running_centre(tmp_path / "pusat") as running:
        bali = Author(hub="51")
        bali.grow(300)
        await running.enrol(bali)
        await running.submit(bali)
        await running.reconcile()
        yield running


def checks(running: RunningCentre) -> list[LogCheck]:
    centre = running.centre
    return centre.db.read_sync(lambda conn: list(verify_logs(conn, centre)))


def damage(running: RunningCentre, statement: str) -> None:
    def change(conn: object) -> None:
        conn.execute(text(statement))  # type: ignore[attr-defined]  # a Connection

    running.centre.db.run_sync(change)


def test_what_nobody_touched_holds(centre: RunningCentre) -> None:
    national, mirror = checks(centre)
    assert (national.is_ok, national.size, national.signed_size) == (True, 302, 302)
    assert (mirror.is_ok, mirror.size, mirror.signed_size) == (True, 301, 301)


@pytest.mark.parametrize(
    ("why", "statement"),
    [
        ("an entry was changed", "UPDATE log_entry SET bytes = x'00' WHERE \"index\" = 100"),
        ("an entry stands twice", REPEAT),
        ("the root was changed", "UPDATE log SET root = zeroblob(32)"),
        ("a checkpoint was changed", "UPDATE log_checkpoint SET note = x'00'"),
    ],
)
def test_damage_is_found_in_both_logs(centre: RunningCentre, why: str, statement: str) -> None:
    damage(centre, statement)
    assert [check.is_ok for check in checks(centre)] == [False, False], why
