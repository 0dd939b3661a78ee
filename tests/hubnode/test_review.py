"""What an operator reads about own changes, whatever became of them."""

from dataclasses import replace
from typing import Any

import pytest

from hubnode import review
from hubnode.node import Node
from hubnode.review import record_history
from hubnode.sync.run import sync
from protocol.entries.decisions import kind_of
from protocol.entries.record_decisions import RecordDecision
from tests.support.entries import AT, curated
from tests.support.nodes import publish
from tests.support.simulated_centre import SimulatedCentre
from tests.support.stories import who
from tests.support.verdicts import (
    HIDDEN,
    LINKED,
    NUMBERED,
    OTHER,
    TRANSFERRED,
    award,
    merged,
    reverted,
)


def history(hub: Node, record: str) -> list[tuple[object, object, object]]:
    return [(it["number"], it["change"], it["standing"]) for it in rows(hub, record)]


async def test_a_history_is_every_change_from_the_first_to_the_one_that_waits(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    publish(hub, "Antrean daring", record=record)
    await sync(hub)
    publish(hub, "Antrean puskesmas", record=record)
    assert history(hub, record) == [
        (1, "record.put", "shown"),
        (2, "record.put", "sent"),
        (None, "record.put", "pending"),
    ]


async def test_a_change_on_which_the_centre_broke_stays_in_the_history_of_its_record(
    hub: Node, centre: SimulatedCentre
) -> None:
    centre.breaks_at = 2
    other, record = publish(hub, "Antrean daring"), publish(hub, "Bus sekolah gratis")
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    assert history(hub, record) == [(2, "record.put", "held")]
    assert history(hub, other) == [(1, "record.put", "shown")]


def rows(hub: Node, record: str) -> list[dict[str, Any]]:
    return hub.db.read_sync(lambda conn: record_history(conn, hub, who(hub), record))


@pytest.fixture
async def record(hub: Node, centre: SimulatedCentre) -> str:
    """A record of this hub that the centre has applied."""
    made = publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    return made


async def test_the_owner_reads_what_a_curator_wrote_on_its_record(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    centre.decide(curated({"title": "Antrean daring"}, record=record))
    await sync(hub)
    own, decided = rows(hub, record)
    assert (own["number"], own["says"]) == (1, None)
    assert decided == {
        "number": None,
        "at": AT,
        "by": "JIPPNas/kurator",
        "change": "record.curated",
        "fields": ["title"],
        "reason": None,
        "place": 3,
        "outcome": None,
        "standing": "",
        "code": "",
        "says": None,
    }


@pytest.mark.parametrize(
    ("decision", "says"),
    [
        (reverted(set={"title": "Judul lama"}), None),
        (merged(), {"other": OTHER}),
        (LINKED, {"other": OTHER}),
        (TRANSFERRED, {"giver": "51", "to": "52"}),
        (NUMBERED, {"number": "2026-000001"}),
        (award("confirmed"), {"scheme": "sinovik-top-99", "year": 2019, "standing": "confirmed"}),
        (HIDDEN, {"state": "hidden"}),
    ],
)
async def test_the_owner_reads_everything_else_that_people_at_the_centre_decide(
    hub: Node, centre: SimulatedCentre, record: str, decision: RecordDecision, says: object
) -> None:
    centre.decide(replace(decision, record=record))
    await sync(hub)
    decided = rows(hub, record)[-1]
    assert (decided["change"], decided["says"]) == (kind_of(decision), says)
    assert (decided["by"], decided["reason"]) == ("panrb/rina", getattr(decision, "reason", None))


async def test_a_decision_about_two_records_stands_in_the_history_of_both(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    centre.decide(replace(LINKED, record=OTHER, original=record))
    await sync(hub)
    assert [it["change"] for it in rows(hub, record)] == ["record.put", "record.linked"]


async def test_decisions_about_other_records_are_not_in_it(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    centre.decide(replace(NUMBERED, record=OTHER))
    await sync(hub)
    assert [it["change"] for it in rows(hub, record)] == ["record.put"]


async def test_decisions_stand_among_the_own_changes_in_their_order(
    hub: Node, centre: SimulatedCentre, record: str
) -> None:
    centre.decide(replace(NUMBERED, record=record))
    await sync(hub)
    publish(hub, "Antrean semua puskesmas", record=record)
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    publish(hub, "Antrean", record=record)
    kinds = [(it["change"], it["standing"]) for it in rows(hub, record)]
    assert kinds == [
        ("record.put", "shown"),
        ("number.assigned", ""),
        ("record.put", "shown"),
        ("record.put", "pending"),
    ]


async def test_a_long_log_is_read_page_by_page(
    hub: Node, centre: SimulatedCentre, record: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.decide(replace(NUMBERED, record=record))
    await sync(hub)
    monkeypatch.setattr(review, "PAGE_ENTRIES", 1)
    assert [it["change"] for it in rows(hub, record)] == ["record.put", "number.assigned"]
