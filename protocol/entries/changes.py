"""Changes: the entries of a hub's log (protocol.md, "Entries of a hub's log")."""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.canonical import Json
from protocol.entries.envelope import Form, decode, encode
from protocol.entries.members import (
    FIELDS,
    NAMES,
    PROOFS,
    RECORD,
    SALT,
    SEEN,
    TEXT,
    TEXTS,
    TIME,
    Member,
    Seen,
    one_of,
    optional,
)
from protocol.errors import VoidEntry

INTEREST, AGREEMENT, APPROVAL = "interest", "agreement", "approval"
IMPLEMENTATION, REFUSAL, WITHDRAWAL = "implementation", "refusal", "withdrawal"
STEPS = (INTEREST, AGREEMENT, APPROVAL, IMPLEMENTATION, REFUSAL, WITHDRAWAL)
"""Steps of a replication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubOpened:
    """Index 0 of every hub log: binds it to its centre, and to the log that it continues.

    Attributes:
        salt: 32 hex digits.
        at: claimed time, RFC 3339 in UTC.
        by: local account name.
        authority: the centre's namespace.
        hub: hub id.
        software: name and version.
        schemas: record schema versions that the hub writes.
        continues: origin of the hub's earlier log, after a loss.
    """

    salt: str
    at: str
    by: str
    authority: str
    hub: str
    software: str
    schemas: tuple[str, ...]
    continues: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRotate:
    """The last entry under the old key: from the next one on the log has another.

    Attributes:
        salt, at, by: as of `HubOpened`.
        log_key: the new verifier key of the log, as text.
        witness_key: the new one of the hub as witness, as text.
        proofs: of possession of both, in that order (`protocol.rotation`): 128 hex digits each.
    """

    salt: str
    at: str
    by: str
    log_key: str
    witness_key: str
    proofs: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPut:
    """Creates or amends a record.

    Attributes:
        salt, at, by: as of `HubOpened`.
        seen: what the author had on screen.
        record: UUIDv7.
        schema: version of the record schema.
        set: whole new values of top-level fields, none of them null.
        unset: fields that are emptied, sorted.
    """

    salt: str
    at: str
    by: str
    seen: Seen
    record: str
    schema: str
    set: Mapping[str, Json]
    unset: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAttest:
    """States that a record is still true as it stands."""

    salt: str
    at: str
    by: str
    seen: Seen
    record: str
    campaign: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWithdraw:
    """Hides a record, with the reason."""

    salt: str
    at: str
    by: str
    seen: Seen
    record: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRestore:
    """Undoes a withdrawal, with the reason."""

    salt: str
    at: str
    by: str
    seen: Seen
    record: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicationStep:
    """A step on the way from one hub's record to another hub's (`protocol.replication`).

    Attributes:
        salt, at, by: as of `HubOpened`.
        seen: what the author had on screen.
        record: the original.
        replication: UUIDv7 that all its steps share.
        step: one of `STEPS`.
        details: in the author's words; no personal data.
        result: the author's record that came of it; only with the implementation.
    """

    salt: str
    at: str
    by: str
    seen: Seen
    record: str
    replication: str
    step: str
    details: str
    result: str | None = None


RecordChange = RecordPut | RecordAttest | RecordWithdraw | RecordRestore | ReplicationStep
LogChange = HubOpened | KeyRotate
"""What is about the log itself, and about no record."""

Change = LogChange | RecordChange

_COMMON: dict[str, Member] = {"salt": SALT, "at": TIME, "by": TEXT}
_EDIT = {**_COMMON, "seen": SEEN, "record": RECORD}

FORMS = {
    form.name: form
    for form in (
        Form(
            "hub.opened",
            HubOpened,
            {
                **_COMMON,
                "authority": TEXT,
                "hub": TEXT,
                "software": TEXT,
                "schemas": TEXTS,
                "continues": optional(TEXT),
            },
        ),
        Form(
            "key.rotate",
            KeyRotate,
            {**_COMMON, "log_key": TEXT, "witness_key": TEXT, "proofs": PROOFS},
        ),
        Form("record.put", RecordPut, {**_EDIT, "schema": TEXT, "set": FIELDS, "unset": NAMES}),
        Form("record.attest", RecordAttest, {**_EDIT, "campaign": optional(TEXT)}),
        Form("record.withdraw", RecordWithdraw, {**_EDIT, "reason": TEXT}),
        Form("record.restore", RecordRestore, {**_EDIT, "reason": TEXT}),
        Form(
            "replication.step",
            ReplicationStep,
            {
                **_EDIT,
                "replication": RECORD,
                "step": one_of(*STEPS),
                "details": TEXT,
                "result": optional(RECORD),
            },
        ),
    )
}
_TYPES: dict[object, Form] = {form.cls: form for form in FORMS.values()}


def type_of(change: Change) -> str:
    """The entry type of a change, such as `record.put`."""
    return _TYPES[type(change)].name


def encode_change(change: Change) -> bytes:
    """The change's bytes.

    Raises:
        NotCanonical: outside the domain of entries, or too large.
    """
    return encode(_TYPES[type(change)], change)


def decode_change(data: bytes) -> Change:
    """The change that an entry's bytes stand for.

    Raises:
        VoidEntry: they stand for none; the code says why.
    """
    change: Change = decode(FORMS, data)
    return change


def record_change_in(data: bytes) -> RecordChange | None:
    """The change of a record that an entry stands for; None where it is void, or of the log."""
    try:
        change = decode_change(data)
    except VoidEntry:
        return None
    return None if isinstance(change, LogChange) else change
