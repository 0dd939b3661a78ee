"""Changes and decisions for tests: what a hub called 51 and its centre might write."""

from collections.abc import Mapping

from protocol.canonical import Json
from protocol.entries.changes import (
    HubOpened,
    KeyRotate,
    RecordAttest,
    RecordPut,
    RecordRestore,
    RecordWithdraw,
)
from protocol.entries.decisions import ChangeApplied, ChangeHeld
from protocol.entries.hub_decisions import HubEnrolled
from protocol.entries.members import Seen, Source
from protocol.entries.record_decisions import RecordCurated
from protocol.keys import SignatureType, SigningKey
from protocol.names import witness_name
from protocol.rotation import Place, make_rotation

AUTHORITY = "jippnas.test"
HUB = "51"
ORIGIN = "jippnas.test/hub/51/1"
NATIONAL = "jippnas.test/national/1"
AT = "2026-03-01T08:00:00Z"
SALT = "00112233445566778899aabbccddeeff"

MINIMAL: dict[str, Json] = {
    "title": "Layanan Jemput Bola Administrasi Kependudukan",
    "agency": {"name": "Dinas Kependudukan Bali", "kind": "provinsi"},
    "region": "51",
    "started": "2021",
}
"""The fields that a valid record needs."""


def record_id(number: int = 1) -> str:
    return f"01900000-0000-7000-8000-{number:012x}"


def seen(national: int = 0, own: int = 1) -> Seen:
    return Seen(national=national, own=own)


def opened(*, authority: str = AUTHORITY, hub: str = HUB) -> HubOpened:
    return HubOpened(
        salt=SALT,
        at=AT,
        by="system",
        authority=authority,
        hub=hub,
        software="jipp-federation/0",
        schemas=("1.0.0",),
    )


def signing_keys(
    seed: int, *, origin: str = ORIGIN, hub: str = HUB
) -> tuple[SigningKey, SigningKey]:
    """A log key and a witness key, of a seed below 128."""
    return (
        SigningKey(name=origin, type=SignatureType.ED25519, seed=bytes([seed]) * 32),
        SigningKey(
            name=witness_name(AUTHORITY, hub),
            type=SignatureType.COSIGNATURE,
            seed=bytes([seed + 128]) * 32,
        ),
    )


def place(index: int = 2) -> Place:
    return Place(authority=AUTHORITY, hub=HUB, origin=ORIGIN, index=index)


def rotation(index: int = 2, *, seed: int = 9) -> KeyRotate:
    """An entry of hub 51 that signs in the keys of that seed."""
    log_key, witness_key = signing_keys(seed)
    return make_rotation(
        place(index), log_key=log_key, witness_key=witness_key, salt=SALT, at=AT, by="operator"
    )


def put(
    set_: Mapping[str, Json] | None = None,
    *,
    unset: tuple[str, ...] = (),
    seen: Seen = Seen(national=0, own=1),  # noqa: B008  # frozen
    record: str = record_id(),  # a text
    schema: str = "1.0.0",
) -> RecordPut:
    return RecordPut(
        salt=SALT,
        at=AT,
        by="operator",
        seen=seen,
        record=record,
        schema=schema,
        set=MINIMAL if set_ is None else set_,
        unset=unset,
    )


def attest(*, seen: Seen = Seen(national=0, own=1), at: str = AT) -> RecordAttest:  # noqa: B008
    return RecordAttest(
        salt=SALT, at=at, by="operator", seen=seen, record=record_id(), campaign="2026"
    )


def withdraw(*, seen: Seen = Seen(national=0, own=1), reason: str = "Ganda") -> RecordWithdraw:  # noqa: B008
    return RecordWithdraw(
        salt=SALT, at=AT, by="operator", seen=seen, record=record_id(), reason=reason
    )


def restore(*, seen: Seen = Seen(national=0, own=1)) -> RecordRestore:  # noqa: B008
    return RecordRestore(
        salt=SALT, at=AT, by="operator", seen=seen, record=record_id(), reason="Keliru"
    )


def enrolled() -> HubEnrolled:
    return HubEnrolled(
        salt=SALT,
        at=AT,
        hub=HUB,
        name="Provinsi Bali",
        origin=ORIGIN,
        generation=1,
        log_key="log+0+k",
        witness_key="witness+0+k",
    )


def held() -> ChangeHeld:
    return ChangeHeld(
        salt=SALT,
        at=AT,
        source=Source(origin=ORIGIN, index=4),
        author=HUB,
        code="schema_invalid",
        errors=({"pointer": "/title", "code": "required", "message": "Wajib diisi."},),
        record=record_id(),
    )


def applied(
    set_: Mapping[str, Json] | None = None,
    *,
    index: int = 1,
    hub: str = HUB,
    change: str = "record.put",
    outcome: str = "applied",
    unset: tuple[str, ...] = (),
    seen: Seen | None = Seen(national=0, own=1),  # noqa: B008
    record: str | None = record_id(),
    claimed_at: str = AT,
    reason: str | None = None,
) -> ChangeApplied:
    is_put = change == "record.put"
    return ChangeApplied(
        salt=SALT,
        at=AT,
        source=Source(origin=f"{AUTHORITY}/hub/{hub}/1", index=index),
        change=change,
        author=hub,
        claimed_at=claimed_at,
        outcome=outcome,
        record=record,
        schema="1.0.0" if is_put else None,
        set=(MINIMAL if set_ is None else set_) if is_put else None,
        unset=unset if is_put else None,
        seen=seen,
        reason=reason,
    )


def curated(
    set_: Mapping[str, Json],
    *,
    unset: tuple[str, ...] = (),
    seen: Seen = Seen(national=0, own=0),  # noqa: B008
    record: str = record_id(),
) -> RecordCurated:
    return RecordCurated(
        salt=SALT,
        at=AT,
        record=record,
        set=set_,
        unset=unset,
        seen=seen,
        by="kurator",
        agency="JIPPNas",
    )
