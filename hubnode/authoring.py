"""Authoring: the operator's edits become pending changes, checked before they look saved."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from hubnode import replica
from hubnode.node import Node
from hubnode.private_texts import private_findings
from hubnode.store import outbox, records, rulings
from hubnode.store.identity import Identity
from hubnode.store.records import OwnRecord
from hubnode.store.rulings import Subject
from protocol.canonical import Json
from protocol.entries.changes import (
    RecordAttest,
    RecordChange,
    RecordPut,
    RecordRestore,
    RecordWithdraw,
    ReplicationStep,
    encode_change,
)
from protocol.entries.members import Seen
from protocol.errors import NotCanonical, ProtocolError
from protocol.innovation.explaining import Finding, in_one_line
from protocol.innovation.identifiers import UUID_RANDOM_BYTES, make_uuid7
from protocol.innovation.reference import needed_version, schema
from protocol.innovation.signs import is_one_line
from protocol.innovation.validate import findings, is_valid
from protocol.limits import CHANGE_BYTES_MAX, SALT_BYTES

FIRST_OWN = 1
"""Number of a hub's first change; 0 is the opening entry, written at the first sync."""

_ONE_LINE_SENTENCE = "Tulis dalam satu baris, tanpa tab dan karakter kendali yang tak tampak."


class EditRefused(ProtocolError):
    """An edit that was not saved.

    Attributes:
        findings: what is wrong with it, for the person who must mend it.
    """

    default_code = "schema_invalid"

    def __init__(self, found: tuple[Finding, ...]) -> None:
        super().__init__(in_one_line(found))
        self.findings = found


class UnknownRecord(ProtocolError):
    """This hub has no such record."""

    default_code = "unknown_record"


class RecordGiven(ProtocolError):
    """It was this hub's, and the centre has given it to another one."""

    default_code = "record_given"


@dataclass(slots=True)
class Desk:
    """Edits of one transaction. Nothing is stored before `save`.

    Attributes:
        node: whose clock and entropy are used.
        hub: hub id.
        by: local account name; no personal data.
        national: size of the national log that the author has on screen.
        own: number of the next own change.
        uncounted: own records that the catalogue does not have, because what made them was held,
            refused or void. Of these the whole is written, for there is nothing to amend.
    """

    node: Node
    hub: str
    by: str
    national: int
    own: int
    now: datetime
    uncounted: frozenset[str]
    _changes: list[tuple[str, bytes]] = field(default_factory=list)
    _records: dict[str, OwnRecord] = field(default_factory=dict)

    @classmethod
    def open(cls, conn: Connection, node: Node, identity: Identity, *, by: str) -> "Desk":
        """A desk on which everything that this node knows lies open.

        Raises:
            EditRefused: the account's name, which every change carries, looks like personal data,
                or is no line of text.
        """
        _refuse_unfit("by", by)
        log = node.logs.open(conn, identity.origin)
        return cls(
            node=node,
            hub=identity.hub,
            by=by,
            national=replica.applied_size(conn, node, identity),
            own=max(FIRST_OWN, log.tree.size) + outbox.count(conn),
            now=node.clock.now(),
            uncounted=replica.uncounted(conn, node),
        )

    def new_id(self) -> str:
        """A fresh record id."""
        unix_ms = int(self.now.timestamp() * 1000)
        return make_uuid7(unix_ms=unix_ms, random=self.node.entropy.bytes(UUID_RANDOM_BYTES))

    def check(
        self,
        record: str,
        fields: dict[str, Json],
        *,
        at_fault: Collection[str] = (),
        answered: Collection[str] = (),
    ) -> tuple[Finding, ...]:
        """All that stands between these fields and being published, all at once.

        Args:
            record: its id.
            fields: the whole record as it shall be.
            at_fault: fields of which the person was told already.
            answered: keys of private texts of which a person said why they stay.
        """
        whole: dict[str, Json] = {"id": record, "hub": self.hub, **fields}
        today = self.now.date().isoformat()
        is_good = is_valid(whole) and not (at_fault or _has_dates_of(fields, today))
        found = () if is_good else findings(whole, today=today, at_fault=at_fault)
        return found + private_findings(fields, answered)

    def put(
        self,
        before: OwnRecord | None,
        record: str,
        fields: dict[str, Json],
        *,
        national: int | None = None,
        settled: Collection[str] = (),
        answered: Collection[str] = (),
    ) -> None:
        """Publishes a record as `fields` say it: only what differs from `before` is written.

        Args:
            before: the record as it is here, or None for a new one.
            record: its id.
            fields: the whole record as it shall be.
            national: how much of the national log its author had seen; None where it is all that
                lies open here.
            settled: fields that are written also where they do not differ: several values stand
                there, and one is written by somebody who has seen them all.
            answered: keys of private texts of which a person said why they stay.

        Raises:
            EditRefused: invalid, with personal data, or too large.
        """
        old = before.fields if before and record not in self.uncounted else {}
        if found := self.check(record, judged(fields, old), answered=answered):
            raise EditRefused(found)
        written = {
            name: value
            for name, value in fields.items()
            if name in settled or old.get(name) != value
        }
        change = RecordPut(
            salt=self._salt(),
            at=self._at(),
            by=self.by,
            seen=Seen(national=self.national if national is None else national, own=self.own),
            record=record,
            schema=needed_version(written),
            set=written,
            unset=tuple(sorted({*old, *settled}.difference(fields))),
        )
        self._add(change, fields, before)

    def propose(
        self, record: str, shown: dict[str, Json], written: dict[str, Json], emptied: Sequence[str]
    ) -> None:
        """Proposes an amendment of another hub's record; it waits there until a person rules.

        Args:
            record: its id.
            shown: the record as readers see it, without `id` and `hub`.
            written: new values of fields.
            emptied: fields without a value from then on.

        Raises:
            EditRefused: the record would be invalid, personal data, or too large.
        """
        kept = {name: value for name, value in shown.items() if name not in emptied}
        if found := self.check(record, judged({**kept, **written}, shown)):
            raise EditRefused(found)
        change = RecordPut(
            salt=self._salt(),
            at=self._at(),
            by=self.by,
            seen=self._seen(),
            record=record,
            schema=needed_version(written),
            set=written,
            unset=tuple(sorted(emptied)),
        )
        self._changes.append((record, _encoded(change)))
        self.own += 1

    def withdraw(self, record: OwnRecord, reason: str) -> None:
        """Hides a record.

        Raises:
            EditRefused: the reason holds personal data, or is no line of text.
        """
        _refuse_unfit("reason", reason)
        change = RecordWithdraw(
            salt=self._salt(),
            at=self._at(),
            by=self.by,
            seen=self._seen(),
            record=record.id,
            reason=reason,
        )
        self._add(change, record.fields, replace(record, withdrawn=True, withdrawn_own=self.own))

    def restore(self, record: OwnRecord, reason: str) -> None:
        """Shows a withdrawn record again.

        Raises:
            EditRefused: the reason holds personal data, or is no line of text.
        """
        _refuse_unfit("reason", reason)
        change = RecordRestore(
            salt=self._salt(),
            at=self._at(),
            by=self.by,
            seen=self._seen(),
            record=record.id,
            reason=reason,
        )
        self._add(change, record.fields, replace(record, withdrawn=False, withdrawn_own=None))

    def attest(self, record: OwnRecord, campaign: str | None = None) -> None:
        """States that a record is still true.

        Raises:
            EditRefused: the campaign's name holds personal data, or is no line of text.
        """
        _refuse_unfit("campaign", campaign or "")
        change = RecordAttest(
            salt=self._salt(),
            at=self._at(),
            by=self.by,
            seen=self._seen(),
            record=record.id,
            campaign=campaign,
        )
        self._add(change, record.fields, record)

    def take_step(
        self, record: str, replication: str, step: str, details: str, *, result: str | None = None
    ) -> None:
        """Takes a step of a replication; whether it is this hub's is for the caller to ask.

        Args:
            record: id of the original, whoever owns it.
            replication: id that all its steps share.
            step: of `protocol.entries.changes.STEPS`.
            details: in the author's words.
            result: id of the own record that came of it; only with the implementation.

        Raises:
            EditRefused: the details hold personal data, or are too large.
        """
        _refuse_unfit("details", details)
        change = ReplicationStep(
            salt=self._salt(),
            at=self._at(),
            by=self.by,
            seen=self._seen(),
            record=record,
            replication=replication,
            step=step,
            details=details,
            result=result,
        )
        self._append(change)

    def edited(self, record: str) -> OwnRecord | None:
        """The record of that id as the edits on this desk leave it; None where there are none."""
        return self._records.get(record)

    def current(self, record: OwnRecord) -> OwnRecord:
        """The record with the edits on this desk."""
        return self._records.get(record.id, record)

    def save(self, conn: Connection) -> int:
        """Stores every edit in order and clears the desk; returns how many there were."""
        outbox.add_many(conn, self._changes, created_at=self.now)
        records.save_many(conn, self._records.values())
        count = len(self._changes)
        self._changes.clear()
        self._records.clear()
        return count

    def _add(
        self, change: RecordChange, fields: dict[str, Json], shown_as: OwnRecord | None
    ) -> None:
        """Puts an edit on the desk; `shown_as` says whether the record is withdrawn after it."""
        number = self._append(change)
        self._records[change.record] = OwnRecord(
            id=change.record,
            fields=fields,
            withdrawn=shown_as.withdrawn if shown_as else False,
            withdrawn_own=shown_as.withdrawn_own if shown_as else None,
            last_own=number,
            updated_at=self.now,
        )

    def _append(self, change: RecordChange) -> int:
        """Puts a change on the desk; returns the number that it will have in the own log."""
        self._changes.append((change.record, _encoded(change)))
        self.own += 1
        return self.own - 1

    def _seen(self) -> Seen:
        return Seen(national=self.national, own=self.own)

    def _salt(self) -> str:
        return self.node.entropy.bytes(SALT_BYTES).hex()

    def _at(self) -> str:
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")


def judged(fields: dict[str, Json], old: dict[str, Json]) -> dict[str, Json]:
    """What this program can judge: all but untouched fields that only a newer one knows."""
    known = schema()["properties"]
    return {
        name: value
        for name, value in fields.items()
        if name in known or name not in old or old[name] != value
    }


def _refuse_unfit(name: str, text: str) -> None:
    """Refuses what a log shall not keep of an account's name, a reason, a campaign."""
    if not is_one_line(text):
        fault = Finding(pointer=f"/{name}", code="bad_format", message=_ONE_LINE_SENTENCE)
        raise EditRefused((fault,))
    if found := private_findings({name: text}):
        raise EditRefused(found)


def own_record(conn: Connection, record: str) -> OwnRecord:
    """The record of that id.

    Raises:
        RecordGiven: another hub has it now.
        UnknownRecord: this hub has none, and never had.
    """
    found = records.get(conn, record)
    if found is not None:
        return found
    last = rulings.get(conn, record, Subject.OWNER)
    if last is None:
        another = "amend another hub's with `hubnode record propose`"
        raise UnknownRecord(f"this hub has no record {record}; {another}")
    raise RecordGiven(f"{record} went to hub {last.value} on {last.at}: {last.reason}")


def _has_dates_of(fields: dict[str, Json], today: str) -> bool:
    """Whether a date reaches into this year or beyond: only then can it lie in the future."""
    return any(str(fields.get(n, "")) >= today[:4] for n in ("started", "trial_started"))


def _encoded(change: RecordChange) -> bytes:
    try:
        entry = encode_change(change)
    except NotCanonical as error:
        code = "change_too_large" if error.code == "entry_too_large" else "bad_format"
        raise EditRefused((_too_large_or_bad(code, error.message),)) from error
    if len(entry) > CHANGE_BYTES_MAX:
        sentence = (
            f"{len(entry)} bita, paling banyak {CHANGE_BYTES_MAX}: pendekkan isian terpanjang."
        )
        raise EditRefused((_too_large_or_bad("change_too_large", sentence),))
    return entry


def _too_large_or_bad(code: str, sentence: str) -> Finding:
    return Finding(pointer="", code=code, message=sentence)
