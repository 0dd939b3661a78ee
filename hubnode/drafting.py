"""From a draft to a signed change: begun, written, handed to an approver, published.

What stands in the record meanwhile is not lost: a draft changes only the fields that its author
changed, and whoever signs it sees what it changes in the record as it is then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import orjson
from sqlalchemy import Connection

from hubnode import replica
from hubnode.authoring import Desk, EditRefused, judged, own_record
from hubnode.editing import amend
from hubnode.node import Node
from hubnode.private_texts import PrivateText, private_findings, private_texts
from hubnode.store import drafts, private_answers
from hubnode.store.drafts import Draft, DraftState
from hubnode.store.identity import Identity
from hubnode.store.records import NO_OWN, OwnRecord
from protocol.canonical import Json
from protocol.errors import ProtocolError
from protocol.innovation.explaining import Finding
from protocol.innovation.identifiers import UUID_RANDOM_BYTES, make_uuid7

REPLICATES = "replicates"


class SampleRefused(ProtocolError):
    """Sample data is never signed, nor handed to anybody who would sign it."""

    default_code = "sample_draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that a draft changes.

    Attributes:
        name: of the field.
        before: as the record has it now, or None.
        after: as it shall be, or None where it is emptied.
        is_overtaken: whether somebody else has changed it since the draft was begun.
    """

    name: str
    before: Json
    after: Json
    is_overtaken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A draft against the record as it is now.

    Attributes:
        draft: as it is stored.
        own: the record that it amends, or None.
        fields: the whole record as it would be.
        differences: by the order of the fields.
        findings: what stands between it and being published, personal data aside.
        private: what looks like personal data.
        national: how much of the national log the reader has before them.
    """

    draft: Draft
    own: OwnRecord | None
    fields: dict[str, Json]
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]
    private: tuple[PrivateText, ...]
    national: int

    @property
    def seen(self) -> str:
        """Of what the reader has before them; another one as soon as record or draft changes."""
        last_own, old = (self.own.last_own, self.own.fields) if self.own else (NO_OWN, {})
        shown = orjson.dumps([last_own, old, self.fields], option=orjson.OPT_SORT_KEYS)
        return sha256(shown).hexdigest()

    @property
    def unanswered(self) -> tuple[PrivateText, ...]:
        """What looks like personal data and of which nobody has said why it stays."""
        return tuple(it for it in self.private if it.key not in self.draft.answers)


def begin(
    conn: Connection,
    node: Node,
    *,
    account: str,
    fields: Mapping[str, Json] | None = None,
    replicates: str | None = None,
    state: DraftState = DraftState.WRITING,
) -> Draft:
    """A draft of a new record.

    Args:
        conn: an open transaction.
        node: this node.
        account: who begins it.
        fields: what is filled in already.
        replicates: id of the innovation that it replicates.
        state: SAMPLE where it is only to be looked at.
    """
    now = node.clock.now()
    origin: dict[str, Json] = {REPLICATES: {"innovation": replicates}} if replicates else {}
    draft = Draft(
        id=_new_id(node, now),
        record=None,
        fields={**origin, **(fields or {})},
        account=account,
        created_at=now,
        updated_at=now,
        replicates=replicates,
        state=state,
    )
    return drafts.save(conn, draft)


def draft_of(conn: Connection, node: Node, who: Identity, record: str, *, account: str) -> Draft:
    """The draft that amends an own record; begun where there is none.

    Raises:
        RecordGiven: another hub has the record now.
        UnknownRecord: this hub has none of that id.
    """
    own = own_record(conn, record)
    if (found := drafts.of_record(conn, record)) is not None:
        return found
    now = node.clock.now()
    draft = Draft(
        id=_new_id(node, now),
        record=record,
        fields=own.fields,
        base=own.fields,
        base_own=own.last_own,
        base_national=replica.applied_size(conn, node, who),
        account=account,
        created_at=now,
        updated_at=now,
        answers={it.key: it.reason for it in private_answers.of_record(conn, record)},
    )
    return drafts.save(conn, draft)


def write(
    conn: Connection, node: Node, draft: Draft, fields: Mapping[str, Json], *, account: str
) -> Draft:
    """Keeps what somebody has written, whether it can be published or not.

    Whoever writes it is its author, and takes it back from an approver.

    Raises:
        DraftChanged: it was saved, published or thrown away since it was read.
    """
    now, state = node.clock.now(), draft.state
    if fields == draft.fields:
        return draft
    if state is DraftState.HANDED:
        state = DraftState.WRITING
    written = replace(draft, fields=dict(fields), account=account, updated_at=now, state=state)
    return drafts.save(conn, written)


def read(conn: Connection, node: Node, who: Identity, draft: Draft, *, by: str) -> Reading:
    """The draft against the record as it is now.

    Raises:
        RecordGiven: another hub has the record now.
        UnknownRecord: this hub has none of that id.
    """
    own = own_record(conn, draft.record) if draft.record else None
    old = own.fields if own else {}
    fields = _as_it_would_be(draft, old)
    desk = Desk.open(conn, node, who, by=by)
    private = private_texts(fields)
    return Reading(
        draft=draft,
        own=own,
        fields=fields,
        differences=_differences(draft, old, fields),
        findings=desk.check(
            draft.record or draft.id, judged(fields, old), answered={it.key for it in private}
        ),
        private=private,
        national=desk.national,
    )


def answer(conn: Connection, node: Node, draft: Draft, answers: Mapping[str, str]) -> Draft:
    """Keeps why texts that look like personal data stay."""
    now = node.clock.now()
    return drafts.save(conn, replace(draft, answers=dict(answers), updated_at=now))


def hand_over(conn: Connection, node: Node, draft: Draft) -> Draft:
    """Gives it to an approver.

    Raises:
        SampleRefused: it is sample data.
    """
    _refuse_sample(draft)
    now = node.clock.now()
    handed = replace(draft, state=DraftState.HANDED, note="", updated_at=now)
    return drafts.save(conn, handed)


def send_back(conn: Connection, node: Node, draft: Draft, note: str) -> Draft:
    """Gives it back to its author, with what is to be changed.

    Raises:
        SampleRefused: it is sample data.
    """
    _refuse_sample(draft)
    now = node.clock.now()
    returned = replace(draft, state=DraftState.RETURNED, note=note, updated_at=now)
    return drafts.save(conn, returned)


def publish(conn: Connection, node: Node, who: Identity, reading: Reading, *, by: str) -> int:
    """Signs a draft that was read; it is no draft afterwards.

    Returns:
        How many changes were saved: none where the record says all of it already.

    Raises:
        DraftChanged: it was saved, published or thrown away since it was read.
        EditRefused: invalid, with personal data about which nobody has said why it stays, or too
            large.
        SampleRefused: it is sample data.
    """
    draft, own = reading.draft, reading.own
    drafts.require_unchanged(conn, draft)
    _refuse_sample(draft)
    if found := private_findings(reading.fields, draft.answers):
        raise EditRefused(found)
    desk, answered = Desk.open(conn, node, who, by=by), draft.answers.keys()
    if own is None:
        desk.put(None, draft.id, reading.fields, answered=answered)
    else:
        touched = {it.name for it in reading.differences} | _touched(draft)
        amend(
            conn,
            desk,
            own,
            reading.fields,
            touched=touched,
            national=reading.national,
            answered=answered,
        )
    saved = desk.save(conn)
    stays = {it.key: draft.answers[it.key] for it in reading.private}
    private_answers.save(conn, draft.record or draft.id, stays, account=by, at=desk.now)
    drafts.discard(conn, draft.id)
    return saved


def _refuse_sample(draft: Draft) -> None:
    if draft.state is DraftState.SAMPLE:
        raise SampleRefused(draft.id)


def _touched(draft: Draft) -> set[str]:
    names = {*draft.fields, *draft.base}
    return {name for name in names if draft.fields.get(name) != draft.base.get(name)}


def _as_it_would_be(draft: Draft, old: Mapping[str, Json]) -> dict[str, Json]:
    touched = _touched(draft)
    kept = {name: value for name, value in old.items() if name not in touched}
    written = {name: value for name, value in draft.fields.items() if name in touched}
    return {**kept, **written}


def _differences(
    draft: Draft, old: Mapping[str, Json], fields: Mapping[str, Json]
) -> tuple[Difference, ...]:
    names = [name for name in {**fields, **old} if fields.get(name) != old.get(name)]
    return tuple(
        Difference(
            name=name,
            before=old.get(name),
            after=fields.get(name),
            is_overtaken=draft.record is not None and old.get(name) != draft.base.get(name),
        )
        for name in names
    )


def _new_id(node: Node, now: datetime) -> str:
    unix_ms = int(now.timestamp() * 1000)
    return make_uuid7(unix_ms=unix_ms, random=node.entropy.bytes(UUID_RANDOM_BYTES))
