"""Invitations, enrolment, revocation: who may take part, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, select

from central import registry
from central.centre import Centre
from central.public_text import TextRefused
from central.registry import UnknownHub
from central.store.audit import AUDIT
from central.store.invitations import INVITATION
from protocol.enrolment import parse_invitation
from protocol.entries.decisions import ChangeHeld
from protocol.entries.hub_decisions import HubEnrolled, HubRevoked
from protocol.errors import EnrolmentRefused
from protocol.limits import INVITATION_HOURS_MAX
from tests.support.author import Author
from tests.support.rooms import VALID, Room

HOUR_S = 3_600


def refusal(room: Room, author: Author, invitation: str) -> str:
    """The code with which an enrolment is refused."""
    with pytest.raises(EnrolmentRefused) as caught:
        room.enrol(author, invitation)
    return caught.value.code


def audited(conn: Connection, _: Centre) -> list[str]:
    return list(conn.execute(select(AUDIT.c.what).order_by(AUDIT.c.id)).scalars())


def revoke(room: Room, hub: str, reason: str = "hilang") -> None:
    room.write(lambda conn, centre: registry.revoke(conn, centre, hub, reason, by="rina"))


def test_an_invitation_names_the_centre_by_its_fingerprint(room: Room) -> None:
    invitation = parse_invitation(room.invite("51"))
    assert (invitation.hub, invitation.authority) == ("51", "jippnas.test")
    assert invitation.fingerprint == room.centre.fingerprint


def test_the_secret_of_an_invitation_is_not_stored(room: Room) -> None:
    secret = parse_invitation(room.invite("51")).secret
    rows = room.read(lambda conn, _: [tuple(row) for row in conn.execute(select(INVITATION))])
    assert len(rows) == 1
    assert all(secret not in cell for cell in rows[0] if isinstance(cell, bytes))


def test_two_invitations_for_one_hub_have_two_secrets(room: Room) -> None:
    assert parse_invitation(room.invite("51")).secret != parse_invitation(room.invite("51")).secret


@pytest.mark.parametrize("hub", ["", "-", "Bali", "a b", "../51", "a" * 64, "51\n"])
def test_only_a_hub_id_can_be_invited(room: Room, hub: str) -> None:
    with pytest.raises(EnrolmentRefused, match="hub id"):
        room.invite(hub)


@pytest.mark.parametrize("hub", ["centre", "hub", "mirror", "national", "witness"])
def test_no_hub_is_invited_under_the_name_of_a_party_that_every_federation_has(
    room: Room, hub: str
) -> None:
    with pytest.raises(EnrolmentRefused, match=f"{hub} names a party of every federation"):
        room.invite(hub)


@pytest.mark.parametrize("hours", [-1, 0, INVITATION_HOURS_MAX + 1])
def test_an_invitation_lives_within_the_limit(room: Room, hours: int) -> None:
    with pytest.raises(EnrolmentRefused, match="hours"):
        room.invite("51", hours=hours)


def test_a_hub_that_is_enrolled_is_not_invited_again(room: Room, hub: Author) -> None:
    with pytest.raises(EnrolmentRefused) as caught:
        room.invite(hub.hub)
    assert caught.value.code == "hub_enrolled"


def test_an_invitation_is_open_until_it_expires(room: Room) -> None:
    room.invite("51", hours=1)
    assert [it.hub for it in room.read(registry.open_invitations)] == ["51"]
    room.clock.advance(HOUR_S + 1)
    assert room.read(registry.open_invitations) == []


def test_an_invitation_of_a_hub_that_has_enrolled_is_open_no_more(room: Room) -> None:
    room.invite("51")
    room.enrol(Author(hub="51"), room.invite("51"))
    assert room.read(registry.open_invitations) == []


def test_enrolment_is_a_decision_with_the_keys_of_the_hub(room: Room, hub: Author) -> None:
    [decision] = room.decisions()
    assert isinstance(decision, HubEnrolled)
    assert (decision.hub, decision.name, decision.origin) == ("51", "Hub 51", hub.origin)
    assert decision.log_key == hub.log_key.verifier_key.text
    assert decision.witness_key == hub.witness_key.verifier_key.text


def test_the_answer_brings_the_keys_that_the_invitation_vouched_for(room: Room) -> None:
    answer = room.enrol(Author(hub="51"))
    keys = room.centre.keys
    assert answer.national_key == keys.national.verifier_key
    assert answer.mirror_key == keys.mirror.verifier_key
    assert (answer.hub, answer.name, answer.state) == ("51", "Hub 51", "active")


def test_an_invitation_is_used_up(room: Room) -> None:
    room.enrol(Author(hub="51"))
    assert room.read(registry.open_invitations) == []


def test_the_same_request_again_gets_the_same_answer_and_no_second_decision(room: Room) -> None:
    author, invitation = Author(hub="51"), room.invite("51")
    assert room.enrol(author, invitation) == room.enrol(author, invitation)
    assert room.national.size == 1


def test_a_lost_answer_is_given_again_after_the_invitation_expired(room: Room) -> None:
    author, invitation = Author(hub="51"), room.invite("51", hours=1)
    answer = room.enrol(author, invitation)
    room.clock.advance(2 * HOUR_S)
    assert room.enrol(author, invitation) == answer


def test_an_invitation_enrols_one_set_of_keys(room: Room) -> None:
    invitation = room.invite("51")
    room.enrol(Author(hub="51"), invitation)
    assert refusal(room, Author(hub="51", seed=2), invitation) == "invitation_used"


def test_an_invitation_is_good_to_its_last_second(room: Room) -> None:
    invitation = room.invite("51", hours=1)
    room.clock.advance(HOUR_S)
    assert room.enrol(Author(hub="51"), invitation).hub == "51"


def test_an_expired_invitation_enrols_nobody(room: Room) -> None:
    invitation = room.invite("51", hours=1)
    room.clock.advance(HOUR_S + 1)
    assert refusal(room, Author(hub="51"), invitation) == "invitation_expired"
    assert room.national.size == 0


def test_another_invitation_of_a_hub_ends_the_one_before(room: Room) -> None:
    before, after = room.invite("51"), room.invite("51")
    assert refusal(room, Author(hub="51"), before) == "invitation_expired"
    assert room.enrol(Author(hub="51"), after).hub == "51"


def test_a_hub_that_lost_its_database_is_invited_for_its_keys_alone(room: Room) -> None:
    author = Author(hub="51")
    room.enrol(author)
    invitation = room.write(
        lambda conn, it: registry.invite_same_keys(
            conn, it, "51", hours=1, url="https://pusat.test", by="rina"
        )
    )
    assert refusal(room, Author(hub="51", seed=2), invitation) == "invitation_used"
    assert room.enrol(author, invitation).hub == "51"
    assert room.national.size == 1


def test_a_revoked_hub_is_not_invited_for_its_keys(room: Room, hub: Author) -> None:
    room.write(lambda conn, it: registry.revoke(conn, it, hub.hub, "Dicuri", by="rina"))
    with pytest.raises(EnrolmentRefused) as refused:
        room.write(
            lambda conn, it: registry.invite_same_keys(
                conn, it, hub.hub, hours=1, url="https://x", by="rina"
            )
        )
    assert refused.value.code == "key_revoked"


def test_an_invitation_of_nobody_is_unknown(room: Room) -> None:
    other = Author(hub="51").enrol_request(room.invite("51"))
    stranger = replace(other, secret=bytes(16))
    with pytest.raises(EnrolmentRefused) as caught:
        room.write(lambda conn, centre: registry.enrol(conn, centre, stranger))
    assert caught.value.code == "invitation_unknown"


def test_an_invitation_is_for_one_hub_id(room: Room) -> None:
    request = replace(Author(hub="52").enrol_request(room.invite("51")), hub="52")
    with pytest.raises(EnrolmentRefused) as caught:
        room.write(lambda conn, centre: registry.enrol(conn, centre, request))
    assert caught.value.code == "invitation_unknown"


def test_a_key_without_its_owner_is_refused_and_the_invitation_stays_good(room: Room) -> None:
    author, thief = Author(hub="51"), Author(hub="51", seed=2)
    invitation = room.invite("51")
    mine, theirs = author.enrol_request(invitation), thief.enrol_request(invitation)
    with pytest.raises(EnrolmentRefused) as caught:
        room.write(
            lambda conn, centre: registry.enrol(conn, centre, replace(theirs, log_key=mine.log_key))
        )
    assert caught.value.code == "enrolment_refused"
    assert room.enrol(author, invitation).hub == "51"


def test_a_revoked_hub_does_not_enrol_again(room: Room) -> None:
    author, invitation = Author(hub="51"), room.invite("51")
    room.enrol(author, invitation)
    revoke(room, "51")
    with pytest.raises(EnrolmentRefused) as caught:
        room.enrol(author, invitation)
    assert caught.value.code == "key_revoked"


def test_a_revoked_hub_is_not_invited_again(room: Room, hub: Author) -> None:
    revoke(room, hub.hub)
    with pytest.raises(EnrolmentRefused, match="revoked") as caught:
        room.invite(hub.hub)
    assert caught.value.code == "key_revoked"


def test_revocation_is_a_decision_with_the_last_index_that_counts(room: Room, hub: Author) -> None:
    hub.put(1, VALID)
    room.submit(hub)
    revoke(room, "51", reason="laptop dicuri")
    decision = room.decisions()[-1]
    assert isinstance(decision, HubRevoked)
    assert (decision.last_good_index, decision.reason) == (1, "laptop dicuri")


async def test_what_a_thief_signed_after_the_last_good_entry_does_not_count(
    room: Room, hub: Author
) -> None:
    hub.put(1, VALID)
    hub.put(1, {"title": "Dirusak pencuri kunci"})
    room.submit(hub)
    room.write(
        lambda conn, it: registry.revoke(conn, it, "51", "dicuri", by="rina", last_good_index=1)
    )
    await room.decide()
    held = room.decisions()[-1]
    assert isinstance(held, ChangeHeld)
    assert held.code == "key_revoked"


@pytest.mark.parametrize("index", [-1, 1])
def test_the_last_good_entry_is_one_that_is_held(room: Room, hub: Author, index: int) -> None:
    room.submit(hub)
    with pytest.raises(EnrolmentRefused, match="holds 1 entries"):
        room.write(
            lambda conn, it: registry.revoke(conn, it, "51", "x", by="rina", last_good_index=index)
        )


def test_a_hub_is_revoked_once(room: Room, hub: Author) -> None:
    for _ in range(2):
        revoke(room, hub.hub)
    assert [type(decision) for decision in room.decisions()] == [HubEnrolled, HubRevoked]


def test_a_revoked_hub_keeps_the_entry_that_was_its_last(room: Room, hub: Author) -> None:
    hub.put(1, {"title": "Antrean"})
    room.submit(hub)
    revoke(room, hub.hub)
    with pytest.raises(EnrolmentRefused, match="revoked already, with entry 1"):
        room.write(
            lambda conn, it: registry.revoke(conn, it, "51", "x", by="rina", last_good_index=0)
        )


def test_a_reason_to_revoke_holds_no_personal_data(room: Room, hub: Author) -> None:
    with pytest.raises(TextRefused):
        revoke(room, hub.hub, reason="Tanya siti@contoh.go.id")
    assert HubRevoked not in map(type, room.decisions())


@pytest.mark.parametrize("reason", ["satu\ndua", "\x1b[2Jhilang", "\u2067hilang"])
def test_a_reason_to_revoke_is_one_line_without_signs_that_nobody_sees(
    room: Room, hub: Author, reason: str
) -> None:
    with pytest.raises(TextRefused) as refused:
        revoke(room, hub.hub, reason=reason)
    assert refused.value.code == "bad_format"
    assert HubRevoked not in map(type, room.decisions())


def test_a_hubs_name_holds_no_personal_data(room: Room) -> None:
    with pytest.raises(TextRefused):
        room.write(
            lambda conn, it: registry.create_invitation(
                conn,
                it,
                hub="35",
                name="Siti 0812-3456-7890",
                hours=1,
                url="http://127.0.0.1",
                by="rina",
            )
        )


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("name", ["52", "", "Bali", "51'; DROP TABLE hub; --"])
def test_only_a_hub_that_is_there_can_be_revoked(room: Room, name: str) -> None:
    with pytest.raises(UnknownHub) as caught:
        revoke(room, name)
    assert caught.value.code == "unknown_hub"


def test_hubs_are_listed_by_id(room: Room) -> None:
    for number, name in enumerate(("lan", "51", "kemenkes"), 1):
        room.enrol(Author(hub=name, seed=number))
    listed = room.read(lambda conn, _: registry.list_hubs(conn))
    assert [row.hub for row in listed] == ["51", "kemenkes", "lan"]


def test_a_log_leads_to_its_hub(room: Room, hub: Author) -> None:
    found = room.read(lambda conn, _: registry.hub_of_origin(conn, hub.origin))
    assert found is not None
    assert found.hub == "51"
    assert room.read(lambda conn, _: registry.hub_of_origin(conn, "elsewhere")) is None


def test_what_people_did_is_audited(room: Room) -> None:
    room.enrol(Author(hub="51"))
    revoke(room, "51")
    assert room.read(audited) == ["hub.invited", "hub.enrolled", "hub.revoked"]


def test_a_refusal_leaves_no_row(room: Room) -> None:
    invitation = room.invite("51", hours=1)
    room.clock.advance(HOUR_S + 1)
    before = room.read(audited)
    refusal(room, Author(hub="51"), invitation)
    assert room.read(audited) == before


def test_a_name_becomes_an_entry_in_its_composed_form(room: Room) -> None:
    room.enrol(Author(hub="51"), room.invite("51", name="Kafe\u0301 Bali"))
    assert [hub.name for hub in room.read(lambda conn, _: registry.list_hubs(conn))] == [
        "Kafé Bali"
    ]


@pytest.mark.parametrize("name", [" ", "a\nb", "\x1b[2J", "x" * 201])
def test_a_name_is_one_line(room: Room, name: str) -> None:
    with pytest.raises(EnrolmentRefused):
        room.invite("51", name=name)


def test_one_key_does_not_serve_as_log_and_witness_key(room: Room) -> None:
    author = Author(hub="51")
    author.witness_key = replace(author.witness_key, seed=author.log_key.seed)
    assert refusal(room, author, room.invite("51")) == "enrolment_refused"
