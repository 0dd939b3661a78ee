"""The list of own records: what people ask of it, and how each row stands."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from hubnode import drafting
from hubnode.node import Node
from hubnode.own_list import Listed, ListState, OwnList, Question
from hubnode.store import drafts, identity
from hubnode.sync.run import sync
from tests.support.nodes import publish, publish_many, withdraw

T = TypeVar("T")


def ask(hub: Node, question: Callable[[OwnList], T]) -> T:
    who = hub.db.read_sync(identity.get)
    assert who is not None
    return hub.db.read_sync(lambda conn: question(OwnList(conn, hub, who)))


def rows(hub: Node, question: Question | None = None) -> list[Listed]:
    return ask(hub, lambda listed: listed.page(question or Question(), limit=100))


def titles(hub: Node, question: Question) -> list[str]:
    found = rows(hub, question)
    assert ask(hub, lambda listed: listed.count(question)) == len(found)
    return [row.title for row in found]


def test_every_word_must_be_found(hub: Node) -> None:
    publish(hub, "Antrean daring puskesmas")
    publish(hub, "Antrean samsat")
    assert titles(hub, Question(query="antrean DARING")) == ["Antrean daring puskesmas"]
    assert len(titles(hub, Question(query="provinsi bali"))) == 2


def test_a_facet_leaves_what_has_its_value(hub: Node) -> None:
    publish(hub, "Antrean daring", category="Kesehatan")
    publish(hub, "Perizinan", category="Perizinan", started="2019")
    assert titles(hub, Question(category="Kesehatan")) == ["Antrean daring"]
    assert titles(hub, Question(year="2019", missing="B")) == ["Perizinan"]


def test_a_facet_counts_what_its_other_values_would_leave(hub: Node) -> None:
    publish(hub, "Antrean daring", category="Kesehatan")
    publish(hub, "Perizinan", category="Perizinan", started="2019")
    found = ask(hub, lambda listed: listed.counts(Question(category="Kesehatan")))
    assert found["category"] == {"Kesehatan": 1, "Perizinan": 1}
    assert found["year"] == {"2024": 1}


def test_rows_are_sorted_as_asked(hub: Node) -> None:
    publish(hub, "B lebih lengkap", summary="Ringkas", started="2019")
    publish(hub, "A kurang lengkap")
    assert titles(hub, Question(sort="title"))[0] == "A kurang lengkap"
    assert titles(hub, Question(sort="completeness"))[0] == "A kurang lengkap"
    assert titles(hub, Question(sort="year"))[-1] == "B lebih lengkap"


async def test_a_record_is_pending_until_it_is_sent_and_published_once_decided(hub: Node) -> None:
    publish(hub, "Antrean daring")
    [row] = rows(hub)
    assert row.state is ListState.PENDING
    await sync(hub)
    await sync(hub)
    [row] = rows(hub)
    assert row.state in {ListState.SENT, ListState.PUBLISHED}


async def test_a_withdrawn_record_says_so_once_it_is_sent(hub: Node) -> None:
    record = publish(hub, "Antrean daring")
    withdraw(hub, record)
    [row] = rows(hub)
    assert row.state is ListState.PENDING


def test_a_draft_is_listed_beside_its_record_or_alone(hub: Node) -> None:
    record = publish(hub, "Antrean daring")
    who = hub.db.read_sync(identity.get)
    assert who is not None
    hub.db.run_sync(lambda conn: drafting.draft_of(conn, hub, who, record, account="rina"))
    hub.db.run_sync(
        lambda conn: drafting.begin(conn, hub, account="rina", fields={"title": "Baru sekali"})
    )
    assert sorted(titles(hub, Question(state="draft"))) == ["Antrean daring", "Baru sekali"]


def test_only_what_a_campaign_asks_for_is_left(hub: Node) -> None:
    kept = publish(hub, "Antrean daring")
    publish(hub, "Perizinan")
    assert titles(hub, replace(Question(), among={kept})) == ["Antrean daring"]


def test_a_page_is_a_part_of_the_whole_in_its_order(hub: Node) -> None:
    publish_many(hub, [f"Inovasi {number:02}" for number in range(30)])
    asked = Question(sort="title")
    parts = [
        ask(hub, lambda listed, offset=offset: listed.page(asked, limit=12, offset=offset))  # type: ignore[misc]
        for offset in (0, 12, 24)
    ]
    assert [len(part) for part in parts] == [12, 12, 6]
    assert [row.title for part in parts for row in part] == titles(hub, asked)


def test_signs_of_the_database_are_only_letters_of_a_word(hub: Node) -> None:
    publish(hub, "Hemat 100% listrik")
    publish(hub, "Hemat 100 liter")
    assert titles(hub, Question(query="100%")) == ["Hemat 100% listrik"]
    assert titles(hub, Question(query="h_mat")) == []
    assert titles(hub, Question(missing="AB")) == []


def test_a_draft_is_counted_once_and_goes_when_it_is_thrown_away(hub: Node) -> None:
    record = publish(hub, "Antrean daring")
    begun = hub.db.run_sync(
        lambda conn: drafting.begin(conn, hub, account="rina", fields={"title": "Baru sekali"})
    )
    hub.db.run_sync(lambda conn: drafting.begin(conn, hub, account="rina"))
    assert ask(hub, lambda listed: listed.counts(Question()))["state"] == {"draft": 1, "pending": 1}
    hub.db.run_sync(lambda conn: drafts.discard(conn, begun.id))
    assert [row.id for row in rows(hub)] == [record]
