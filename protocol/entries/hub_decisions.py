"""Decisions about hubs: who takes part, and with which keys (protocol.md, "Decisions")."""

from dataclasses import dataclass

from protocol.entries.envelope import Form
from protocol.entries.members import BY_A_PERSON, COMMON, COUNT, SOURCE, TEXT, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class HubEnrolled:
    """A hub's log and witness keys are known from here on."""

    salt: str
    at: str
    hub: str
    name: str
    origin: str
    generation: int
    log_key: str
    witness_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HubKeyRotated:
    """A hub's log is signed by `log_key` from the entry after `source` on.

    Attributes:
        salt: 32 hex digits.
        at: the centre's clock.
        source: the `key.rotate` entry, signed by the old key.
        hub: hub id.
        log_key, witness_key: verifier keys as text.
    """

    salt: str
    at: str
    source: Source
    hub: str
    log_key: str
    witness_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRevoked:
    """A hub's key no longer counts past `last_good_index`."""

    salt: str
    at: str
    hub: str
    origin: str
    last_good_index: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HubReinvited:
    """A hub lost its keys: two admins let it open a log that continues the closed one.

    Attributes:
        salt: 32 hex digits.
        at: the centre's clock.
        hub: hub id.
        origin: of the closed log; its `hub.key_revoked` stands before this decision.
        generation: of the log that may be opened.
        reason: why.
        by, second_by: two accounts; no personal data.
        agency: for which agency.
    """

    salt: str
    at: str
    hub: str
    origin: str
    generation: int
    reason: str
    by: str
    second_by: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSuspended:
    """The centre takes nothing of a hub for now; what it has counts."""

    salt: str
    at: str
    hub: str
    reason: str
    by: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HubResumed(HubSuspended):
    """The centre takes what a suspended hub sends again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRetired(HubSuspended):
    """A hub exists no longer; its records belong to others by decisions before this one."""


HubDecision = (
    HubEnrolled | HubKeyRotated | HubRevoked | HubReinvited | HubSuspended | HubResumed | HubRetired
)

_BY_A_PERSON = {**COMMON, "hub": TEXT, "reason": TEXT, **BY_A_PERSON}
_KEYS = {"log_key": TEXT, "witness_key": TEXT}

FORMS = (
    Form(
        "hub.enrolled",
        HubEnrolled,
        {**COMMON, "hub": TEXT, "name": TEXT, "origin": TEXT, "generation": COUNT, **_KEYS},
    ),
    Form("hub.key_rotated", HubKeyRotated, {**COMMON, "source": SOURCE, "hub": TEXT, **_KEYS}),
    Form(
        "hub.key_revoked",
        HubRevoked,
        {**COMMON, "hub": TEXT, "origin": TEXT, "last_good_index": COUNT, "reason": TEXT},
    ),
    Form(
        "hub.reinvited",
        HubReinvited,
        {**_BY_A_PERSON, "origin": TEXT, "generation": COUNT, "second_by": TEXT},
    ),
    Form("hub.suspended", HubSuspended, _BY_A_PERSON),
    Form("hub.resumed", HubResumed, _BY_A_PERSON),
    Form("hub.retired", HubRetired, _BY_A_PERSON),
)
