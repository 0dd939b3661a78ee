"""Decisions: value to bytes and back, their outcomes and their sources."""

from dataclasses import replace

import orjson
import pytest

from protocol.canonical import Json
from protocol.entries.campaign_decisions import CampaignClosed, CampaignOpened
from protocol.entries.decisions import (
    OUTCOMES,
    ChangeProposed,
    ChangeRefused,
    ChangeReleased,
    ChangeVoid,
    Decision,
    decode_decision,
    encode_decision,
    kind_of,
    outcome_of,
    source_of,
)
from protocol.entries.epoch import EpochOpened
from protocol.entries.hub_decisions import (
    HubKeyRotated,
    HubReinvited,
    HubResumed,
    HubRetired,
    HubRevoked,
    HubSuspended,
)
from protocol.entries.members import Source
from protocol.errors import NotCanonical, VoidEntry
from tests.support.entries import (
    AT,
    HUB,
    ORIGIN,
    SALT,
    applied,
    curated,
    enrolled,
    held,
    record_id,
    seen,
)
from tests.support.verdicts import EVERY

SOURCE = Source(origin=ORIGIN, index=4)
ENROLLED = enrolled()
REVOKED = HubRevoked(
    salt=SALT, at=AT, hub=HUB, origin=ORIGIN, last_good_index=9, reason="Kunci hilang"
)
PROPOSED = ChangeProposed(
    salt=SALT,
    at=AT,
    source=SOURCE,
    change="record.put",
    author="52",
    claimed_at=AT,
    record=record_id(),
    schema="1.0.0",
    set={"title": "Usul"},
    unset=(),
    seen=seen(),
)
HELD = held()
RELEASED = ChangeReleased(
    salt=SALT,
    at=AT,
    source=SOURCE,
    change="record.put",
    author="52",
    claimed_at=AT,
    outcome="applied",
    record=record_id(),
    schema="1.0.0",
    set={"title": "Usul"},
    unset=(),
    seen=seen(),
    by="rina",
    agency="panrb",
)
REFUSED = ChangeRefused(
    salt=SALT, at=AT, source=SOURCE, author=HUB, by="rina", agency="panrb", reason="Ganda"
)
VOID = ChangeVoid(salt=SALT, at=AT, source=SOURCE, author=HUB, code="entry_unknown_type")
ROTATED = HubKeyRotated(salt=SALT, at=AT, source=SOURCE, hub=HUB, log_key="l", witness_key="w")
REINVITED = HubReinvited(
    salt=SALT,
    at=AT,
    hub=HUB,
    origin=ORIGIN,
    generation=2,
    reason="Kebakaran",
    by="rina",
    second_by="budi",
    agency="panrb",
)
EPOCH = EpochOpened(
    salt=SALT,
    at=AT,
    epoch=2,
    origin="jippnas.test/national/1",
    size=3,
    root="00" * 32,
    known_size=5,
    known_root="ff" * 32,
    reason="Disk rusak",
    by="rina",
    second_by="budi",
    agency="panrb",
)
HUB_MEMBERS = {"salt": SALT, "at": AT, "hub": HUB, "by": "rina", "agency": "panrb"}
SUSPENDED = HubSuspended(**HUB_MEMBERS, reason="Diaudit")
RESUMED = HubResumed(**HUB_MEMBERS, reason="Selesai")
RETIRED = HubRetired(**HUB_MEMBERS, reason="UU 14/2022")
OPENED = CampaignOpened(
    salt=SALT,
    at=AT,
    campaign="2026-top",
    title="Pemutakhiran 2026",
    due="2026-12-31",
    target={"year": ["2019"], "hub": ["51", "52"]},
    by="rina",
    agency="panrb",
)
CLOSED = CampaignClosed(
    salt=SALT, at=AT, campaign="2026-top", reason="Selesai", by="rina", agency="panrb"
)
DECISIONS: list[tuple[Decision, str | None]] = [
    (ENROLLED, None),
    (REVOKED, None),
    (applied(), "applied"),
    (applied(outcome="conflict"), "conflict"),
    (applied(change="hub.opened", record=None, seen=None, outcome="noop"), "noop"),
    (PROPOSED, "proposed"),
    (HELD, "held"),
    (VOID, "void"),
    (RELEASED, "applied"),
    (REFUSED, "refused"),
    (curated({"title": "Judul"}, unset=("credit",)), None),
    *((decision, None) for decision in EVERY),
    (ROTATED, None),
    (REINVITED, None),
    (EPOCH, None),
    (SUSPENDED, None),
    (RESUMED, None),
    (RETIRED, None),
    (OPENED, None),
    (CLOSED, None),
]


def refusal(decision: Decision, changed: dict[str, Json]) -> str:
    members = orjson.loads(encode_decision(decision)) | changed
    with pytest.raises(VoidEntry) as caught:
        decode_decision(orjson.dumps(members, option=orjson.OPT_SORT_KEYS))
    return caught.value.code


@pytest.mark.parametrize(("decision", "outcome"), DECISIONS)
def test_a_decision_survives_its_bytes(decision: Decision, outcome: str | None) -> None:
    again = decode_decision(encode_decision(decision))
    assert again == decision
    assert kind_of(again) == kind_of(decision)
    assert outcome_of(again) == outcome


@pytest.mark.parametrize(("decision", "outcome"), DECISIONS)
def test_a_decision_about_a_change_names_its_source(
    decision: Decision, outcome: str | None
) -> None:
    assert (source_of(decision) is None) == (outcome is None)


def test_the_outcomes_are_complete() -> None:
    assert {outcome for _, outcome in DECISIONS if outcome is not None} == set(OUTCOMES)


@pytest.mark.parametrize("outcome", ["held", "", 1, None, []])
def test_an_applied_change_has_one_of_three_outcomes(outcome: Json) -> None:
    assert refusal(applied(), {"outcome": outcome}) == "entry_member_invalid"


def test_a_change_of_an_unknown_type_is_not_applied() -> None:
    assert refusal(applied(), {"change": "record.burn"}) == "entry_member_invalid"


def test_an_opening_is_not_proposed() -> None:
    assert refusal(PROPOSED, {"change": "hub.opened"}) == "entry_member_invalid"


@pytest.mark.parametrize(
    "errors",
    [
        {},
        [["code", "message", "pointer"]],
        [{"code": "a", "pointer": ""}],
        [{"code": 1, "pointer": "", "message": ""}],
    ],
)
def test_errors_are_pointer_code_and_message(errors: Json) -> None:
    assert refusal(HELD, {"errors": errors}) == "entry_member_invalid"


@pytest.mark.parametrize(
    "source", [{"origin": "a"}, {"origin": "", "index": 1}, {"origin": "a", "index": -1}, "ab", 3]
)
def test_a_source_is_origin_and_index(source: Json) -> None:
    assert refusal(VOID, {"source": source}) == "entry_member_invalid"


def test_a_curation_writes_no_reserved_field() -> None:
    assert refusal(curated({"title": "x"}), {"set": {"hub": "52"}}) == "entry_member_invalid"


@pytest.mark.parametrize("fields", [{"Judul": "x"}, {"title": None}, {"id": "x"}, {"a": 1.5}])
def test_only_the_very_set_that_was_judged_is_not_judged_again(fields: dict[str, Json]) -> None:
    with pytest.raises(NotCanonical):
        encode_decision(applied(fields), judged={**fields})


def test_what_stands_beside_a_judged_set_is_judged() -> None:
    decision = applied({"title": "Antrean"})
    for wrong in (replace(decision, salt="x"), replace(decision, unset=("title",))):
        with pytest.raises(NotCanonical):
            encode_decision(wrong, judged=decision.set)


@pytest.mark.parametrize("target", [{"colour": ["red"]}, {"year": []}, {"year": "2019"}, [], None])
def test_a_campaign_chooses_by_facets_that_there_are(target: Json) -> None:
    assert refusal(OPENED, {"target": target}) == "entry_member_invalid"
