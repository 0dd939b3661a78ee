"""Enrolment: an invitation survives pasting, a request proves its keys, an answer has a form."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.canonical import canonicalise, parse
from protocol.enrolment import (
    Adoption,
    EnrolAnswer,
    Invitation,
    check_possession,
    decode_adoption,
    decode_enrol_answer,
    decode_enrol_request,
    encode_adoption,
    encode_enrol_answer,
    encode_enrol_request,
    format_invitation,
    make_enrol_request,
    parse_invitation,
)
from protocol.errors import EnrolmentRefused, InvitationRefused, ProtocolError
from protocol.keys import SignatureType, SigningKey
from protocol.names import (
    continued_origin,
    hub_origin,
    is_hub_id,
    mirror_name,
    national_origin,
    witness_name,
)

AUTHORITY = "jippnas.test"
INVITATION = Invitation(
    url="https://pusat.example",
    authority=AUTHORITY,
    hub="51",
    fingerprint=bytes(range(32)),
    secret=b"s" * 16,
)
TEXT = format_invitation(INVITATION)


def key(name: str, kind: SignatureType, seed: bytes = b"k") -> SigningKey:
    return SigningKey(name=name, type=kind, seed=seed * 32)


LOG = key(hub_origin(AUTHORITY, "51", 1), SignatureType.ED25519)
WITNESS = key(witness_name(AUTHORITY, "51"), SignatureType.COSIGNATURE, b"w")
REQUEST = make_enrol_request(
    INVITATION, log_key=LOG, witness_key=WITNESS, instance="i", software="s/1"
)
ANSWER = EnrolAnswer(
    authority=AUTHORITY,
    hub="51",
    name="Bali",
    generation=1,
    epoch=1,
    state="active",
    national_key=key(national_origin(AUTHORITY, 1), SignatureType.ED25519).verifier_key,
    mirror_key=key(mirror_name(AUTHORITY), SignatureType.COSIGNATURE).verifier_key,
)


def test_an_invitation_is_its_text() -> None:
    assert parse_invitation(TEXT) == INVITATION
    assert "ssss" not in repr(INVITATION)


@given(places=st.lists(st.integers(0, len(TEXT)), max_size=5), blank=st.sampled_from(" \n\t\r"))
def test_blanks_that_a_mail_program_added_do_not_matter(places: list[int], blank: str) -> None:
    text = TEXT
    for place in places:
        text = text[:place] + blank + text[place:]
    assert parse_invitation(text) == INVITATION


@given(place=st.integers(0, len(TEXT) - 1), letter=st.sampled_from("abcXYZ019-_+/= é"))
def test_a_letter_that_was_mistyped_is_noticed(place: int, letter: str) -> None:
    text = TEXT[:place] + letter + TEXT[place + 1 :]
    try:
        found = parse_invitation(text)
    except InvitationRefused:
        return
    assert found == INVITATION
    assert text == TEXT or place == len(TEXT) - 1  # the last letter carries spare bits


@pytest.mark.parametrize("cut", [0, 5, 6, 20, 100])
def test_an_invitation_that_was_cut_is_refused(cut: int) -> None:
    with pytest.raises(InvitationRefused):
        parse_invitation(TEXT[:cut])


def test_an_invitation_that_is_endless_is_refused() -> None:
    with pytest.raises(InvitationRefused):
        parse_invitation("jipp1-" + "A" * 10_000)


@pytest.mark.parametrize(
    "changed",
    [{"hub": "Bali"}, {"hub": ""}, {"fingerprint": b"x"}, {"secret": b"x"}],
)
def test_an_invitation_with_a_member_of_another_form_is_refused(
    changed: dict[str, object],
) -> None:
    with pytest.raises(InvitationRefused):
        parse_invitation(format_invitation(replace(INVITATION, **changed)))  # type: ignore[arg-type]


def test_a_request_is_its_bytes_and_proves_possession() -> None:
    assert decode_enrol_request(encode_enrol_request(REQUEST)) == REQUEST
    check_possession(REQUEST, authority=AUTHORITY)


def test_a_request_for_another_centre_hub_or_secret_proves_nothing() -> None:
    other = key(LOG.name, SignatureType.ED25519, b"x").verifier_key
    for request, authority in (
        (REQUEST, "other.test"),
        (replace(REQUEST, hub="52"), AUTHORITY),
        (replace(REQUEST, secret=b"x" * 16), AUTHORITY),
        (replace(REQUEST, log_key=other), AUTHORITY),
        (replace(REQUEST, possession=REQUEST.possession[::-1]), AUTHORITY),
        (replace(REQUEST, log_key=REQUEST.witness_key), AUTHORITY),
    ):
        with pytest.raises(EnrolmentRefused):
            check_possession(request, authority=authority)


@pytest.mark.parametrize(
    "name", ["hub", "secret", "log_key", "witness_key", "instance", "software", "possession"]
)
@pytest.mark.parametrize("value", [None, 1, "x y", [], ["a", "b", "c"], {}])
def test_a_request_with_a_member_of_another_form_is_refused(name: str, value: object) -> None:
    document = parse(encode_enrol_request(REQUEST))
    assert isinstance(document, dict)
    if name in {"instance", "software"} and isinstance(value, str):
        return  # any text will do
    for changed in (
        {**document, name: value},
        {member: it for member, it in document.items() if member != name},
    ):
        with pytest.raises(ProtocolError):
            decode_enrol_request(canonicalise(changed))  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null", b"\xff"])
def test_what_is_no_object_is_no_request_and_no_answer(data: bytes) -> None:
    for decode in (decode_enrol_request, decode_enrol_answer):
        with pytest.raises(ProtocolError):
            decode(data)


def test_an_answer_is_its_bytes() -> None:
    assert decode_enrol_answer(encode_enrol_answer(ANSWER)) == ANSWER


@pytest.mark.parametrize(
    ("name", "value"),
    [("generation", 0), ("epoch", True), ("epoch", "1"), ("national_key", "x"), ("name", None)],
)
def test_an_answer_with_a_member_of_another_form_is_refused(name: str, value: object) -> None:
    document = parse(encode_enrol_answer(ANSWER))
    assert isinstance(document, dict)
    with pytest.raises(ProtocolError):
        decode_enrol_answer(canonicalise({**document, name: value}))  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("51", True), ("kemenkes", True), ("a-b", True), ("a" * 63, True), ("", False),
        ("a" * 64, False), ("-a", False), ("a-", False), ("A", False), ("a.b", False),
        ("a/b", False), ("51\n", False), ("é", False), ("centre", False), ("national", False),
        ("mirror-2", True),
    ],
)  # fmt: skip
def test_a_hub_id_is_short_lower_case_and_plain(text: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_hub_id(text) is is_one


def test_an_invitation_to_a_next_log_says_its_generation() -> None:
    again = replace(INVITATION, generation=2)
    assert parse_invitation(format_invitation(again)) == again
    assert parse_invitation(TEXT).generation == 1


def test_a_key_proves_the_log_of_its_generation_and_no_other() -> None:
    log_key = key(hub_origin(AUTHORITY, "51", 2), SignatureType.ED25519)
    request = make_enrol_request(
        replace(INVITATION, generation=2),
        log_key=log_key,
        witness_key=WITNESS,
        instance="i",
        software="s/1",
    )
    check_possession(request, authority=AUTHORITY, generation=2)
    for generation in (1, 3):
        with pytest.raises(EnrolmentRefused):
            check_possession(request, authority=AUTHORITY, generation=generation)


@pytest.mark.parametrize(
    ("generation", "before"),
    [(1, None), (2, "jippnas.test/hub/51/1"), (10, "jippnas.test/hub/51/9")],
)
def test_a_log_continues_the_one_of_the_generation_before(
    generation: int, before: str | None
) -> None:
    assert continued_origin(hub_origin(AUTHORITY, "51", generation)) == before


def test_an_adoption_survives_its_bytes() -> None:
    adoption = Adoption(instance="a", former="b")
    assert decode_adoption(encode_adoption(adoption)) == adoption
