"""A draft changes what its author changed, and nothing of what happened meanwhile."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from hubnode import drafting
from hubnode.authoring import EditRefused
from hubnode.drafting import Reading
from hubnode.node import Node
from hubnode.store import drafts, identity, outbox, private_answers, records
from hubnode.store.drafts import Draft, DraftChanged, DraftState
from hubnode.store.identity import Identity
from protocol.canonical import Json
from tests.support.nodes import FIELDS, publish

T = TypeVar("T")
PHONE = "Hubungi 0812 3456 7890."


def at(node: Node, work: Callable[[Connection, Identity], T]) -> T:
    def of_hub(conn: Connection) -> T:
        who = identity.get(conn)
        assert who is not None
        return work(conn, who)

    return node.db.run_sync(of_hub)


def draft_of(node: Node, record: str) -> Draft:
    return at(node, lambda conn, who: drafting.draft_of(conn, node, who, record, account="rina"))


def written(node: Node, draft: Draft, **fields: Json) -> Draft:
    after = {**draft.fields, **fields}
    return at(node, lambda conn, _: drafting.write(conn, node, draft, after, account="rina"))


def reading_of(node: Node, draft: Draft) -> Reading:
    return at(node, lambda conn, who: drafting.read(conn, node, who, draft, by="rina"))


def published(node: Node, draft: Draft) -> int:
    def work(conn: Connection, who: Identity) -> int:
        reading = drafting.read(conn, node, who, draft, by="rina")
        return drafting.publish(conn, node, who, reading, by="rina")

    return at(node, work)


def fields_of(node: Node, record: str) -> dict[str, Json]:
    own = node.db.read_sync(lambda conn: records.get(conn, record))
    assert own is not None
    return own.fields


def new(node: Node, **fields: Json) -> Draft:
    filled = {**FIELDS, "title": "Antar Obat", **fields}
    return at(node, lambda conn, _: drafting.begin(conn, node, account="rina", fields=filled))


def test_a_new_draft_becomes_a_record_with_its_id(hub: Node) -> None:
    draft = new(hub)
    assert published(hub, draft) == 1
    assert fields_of(hub, draft.id)["title"] == "Antar Obat"
    assert hub.db.read_sync(drafts.every) == []


def test_a_record_has_one_draft(hub: Node) -> None:
    record = publish(hub, "Antar Obat")
    assert draft_of(hub, record) == draft_of(hub, record)


def test_a_draft_leaves_what_others_wrote_meanwhile(hub: Node) -> None:
    record = publish(hub, "Antar Obat", short_name="AO")
    draft = written(hub, draft_of(hub, record), short_name="ANDAL")
    publish(hub, "Antar Obat Bali", record=record)
    assert [it.name for it in reading_of(hub, draft).differences] == ["short_name"]
    published(hub, draft)
    fields = fields_of(hub, record)
    assert (fields["title"], fields["short_name"]) == ("Antar Obat Bali", "ANDAL")


def test_a_field_that_others_changed_too_is_marked(hub: Node) -> None:
    record = publish(hub, "Antar Obat", short_name="AO")
    draft = written(hub, draft_of(hub, record), short_name="ANDAL")
    publish(hub, "Antar Obat", record=record, short_name="LAIN")
    [changed] = reading_of(hub, draft).differences
    assert (changed.before, changed.after, changed.is_overtaken) == ("LAIN", "ANDAL", True)


def test_a_draft_that_changes_nothing_signs_nothing(hub: Node) -> None:
    record = publish(hub, "Antar Obat")
    before = hub.db.read_sync(outbox.count)
    assert published(hub, draft_of(hub, record)) == 0
    assert hub.db.read_sync(outbox.count) == before


def test_a_private_text_is_not_signed_before_somebody_says_why_it_stays(hub: Node) -> None:
    draft = new(hub, summary=PHONE)
    [found] = reading_of(hub, draft).unanswered
    with pytest.raises(EditRefused):
        published(hub, draft)
    reasons = {found.key: "Nomor layanan kantor"}
    answered = at(hub, lambda conn, _: drafting.answer(conn, hub, draft, reasons))
    published(hub, answered)
    [kept] = hub.db.read_sync(lambda conn: private_answers.of_record(conn, draft.id))
    assert (kept.reason, kept.account) == ("Nomor layanan kantor", "rina")


def test_an_answer_holds_for_the_next_edit_and_not_for_another_text(hub: Node) -> None:
    draft = new(hub, summary=PHONE)
    [found] = reading_of(hub, draft).private
    reasons = {found.key: "Nomor layanan kantor"}
    answered = at(hub, lambda conn, _: drafting.answer(conn, hub, draft, reasons))
    published(hub, answered)
    again = draft_of(hub, draft.id)
    assert reading_of(hub, again).unanswered == ()
    other = written(hub, again, objective="Hubungi 0813 9999 8888.")
    assert len(reading_of(hub, other).unanswered) == 1


def test_whoever_writes_a_handed_draft_takes_it_back(hub: Node) -> None:
    begun = new(hub)
    draft = at(hub, lambda conn, _: drafting.hand_over(conn, hub, begun))
    assert written(hub, draft, short_name="ANDAL").state is DraftState.WRITING


def test_what_was_written_meanwhile_is_not_written_over(hub: Node) -> None:
    begun = new(hub)
    written(hub, begun, summary="Yang baru.")
    with pytest.raises(DraftChanged):
        written(hub, begun, summary="Dari tab yang lama.")
    stored = hub.db.read_sync(lambda conn: drafts.get(conn, begun.id))
    assert stored is not None
    assert stored.fields["summary"] == "Yang baru."


def test_a_draft_that_was_published_meanwhile_does_not_come_back(hub: Node) -> None:
    begun = new(hub)
    published(hub, begun)
    with pytest.raises(DraftChanged):
        written(hub, begun, summary="Terlambat.")
    with pytest.raises(DraftChanged):
        published(hub, begun)
    assert hub.db.read_sync(drafts.every) == []


def test_what_was_written_since_it_was_read_is_not_signed_without_it(hub: Node) -> None:
    begun = new(hub)
    written(hub, begun, summary="Ditulis sesudah dibaca.")
    with pytest.raises(DraftChanged):
        published(hub, begun)
    assert hub.db.read_sync(outbox.count) == 0
