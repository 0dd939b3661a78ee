"""Enrolment: the invitation, the request that proves possession of its keys, and the answer.

Ours alone (protocol.md, "Enrolment").
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import cast

from protocol.canonical import Json, canonicalise, parse
from protocol.errors import EnrolmentRefused, InvitationRefused, MalformedJson
from protocol.keys import SignatureType, SigningKey, VerifierKey, parse_verifier_key, verify
from protocol.limits import INSTANCE_CHARACTERS_MAX, SECRET_BYTES, SOFTWARE_CHARACTERS_MAX
from protocol.names import hub_origin, is_hub_id, witness_name

INVITATION_PREFIX = "jipp1-"
FINGERPRINT_BYTES = 32
_CHECKSUM_BYTES = 4
_TEXT_LENGTH_MAX = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What an admin hands to an operator.

    Attributes:
        url: the centre's address.
        authority: its namespace.
        hub: the hub id that may be enrolled with it.
        fingerprint: 32 bytes over the centre's national and mirror keys.
        secret: 16 bytes, single use; never shown again.
        generation: of the hub's log that is to be opened; above 1 after its keys were lost.
    """

    url: str
    authority: str
    hub: str
    fingerprint: bytes
    secret: bytes = field(repr=False)
    generation: int = 1


def format_invitation(invitation: Invitation) -> str:
    """The invitation as one line of text, with a checksum against typing errors."""
    document: dict[str, Json] = {
        "url": invitation.url,
        "authority": invitation.authority,
        "hub": invitation.hub,
        "fingerprint": invitation.fingerprint.hex(),
        "secret": invitation.secret.hex(),
    }
    if invitation.generation > 1:
        document["generation"] = invitation.generation
    body = canonicalise(document)
    checked = body + hashlib.sha256(body).digest()[:_CHECKSUM_BYTES]
    return INVITATION_PREFIX + base64.urlsafe_b64encode(checked).decode().rstrip("=")


def parse_invitation(text: str) -> Invitation:
    """The invitation that a pasted text stands for; white space in it does not matter.

    Raises:
        InvitationRefused: mistyped, cut, or of another version.
    """
    compact = "".join(text.split())
    if not compact.startswith(INVITATION_PREFIX) or len(compact) > _TEXT_LENGTH_MAX:
        raise InvitationRefused(f"an invitation begins with {INVITATION_PREFIX}")
    encoded = compact.removeprefix(INVITATION_PREFIX)
    try:
        data = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvitationRefused("a character that does not belong there") from error
    body, checksum = data[:-_CHECKSUM_BYTES], data[-_CHECKSUM_BYTES:]
    if hashlib.sha256(body).digest()[:_CHECKSUM_BYTES] != checksum:
        raise InvitationRefused("a letter is wrong or missing: copy the whole text again")
    try:
        return _invitation(_members(body))
    except (KeyError, ValueError, MalformedJson) as error:
        raise InvitationRefused("an invitation of another version") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolRequest:
    """What a node posts to be enrolled.

    Attributes:
        hub: hub id.
        secret: of the invitation, 16 bytes.
        log_key: of the hub's change log, type 0x01, named by its origin.
        witness_key: of the hub as witness, type 0x04.
        instance: id of this installation.
        software: name and version.
        possession: signatures by both keys over their `possession_message`.
    """

    hub: str
    secret: bytes = field(repr=False)
    log_key: VerifierKey
    witness_key: VerifierKey
    instance: str
    software: str
    possession: tuple[bytes, bytes]


def possession_message(*, authority: str, hub: str, secret: bytes, key: VerifierKey) -> bytes:
    """What a key signs to prove that whoever enrols it holds it."""
    digest = hashlib.sha256(secret).hexdigest()
    return f"jipp-enrol/v1\n{authority}\n{hub}\n{digest}\n{key.text}\n".encode()


def make_enrol_request(
    invitation: Invitation,
    *,
    log_key: SigningKey,
    witness_key: SigningKey,
    instance: str,
    software: str,
) -> EnrolRequest:
    """The request for an invitation, with both proofs of possession."""
    proofs = tuple(
        key.sign(
            possession_message(
                authority=invitation.authority,
                hub=invitation.hub,
                secret=invitation.secret,
                key=key.verifier_key,
            )
        )
        for key in (log_key, witness_key)
    )
    return EnrolRequest(
        hub=invitation.hub,
        secret=invitation.secret,
        log_key=log_key.verifier_key,
        witness_key=witness_key.verifier_key,
        instance=instance,
        software=software,
        possession=(proofs[0], proofs[1]),
    )


def check_possession(request: EnrolRequest, *, authority: str, generation: int = 1) -> None:
    """Accepts two keys of the right names and types, each of which signed its message.

    Args:
        request: as it came.
        authority: the centre's namespace.
        generation: of the log that the invitation is for.

    Raises:
        EnrolmentRefused: one does not.
    """
    expected = (
        (
            request.log_key,
            hub_origin(authority, request.hub, generation),
            SignatureType.ED25519,
        ),
        (request.witness_key, witness_name(authority, request.hub), SignatureType.COSIGNATURE),
    )
    if request.log_key.public_key == request.witness_key.public_key:
        raise EnrolmentRefused("one key for two purposes")
    for (key, name, kind), proof in zip(expected, request.possession, strict=True):
        message = possession_message(
            authority=authority, hub=request.hub, secret=request.secret, key=key
        )
        if key.name != name or key.type is not kind:
            raise EnrolmentRefused(f"a key named {key.name}, expected {name}")
        if not verify(key.public_key, message, proof):
            raise EnrolmentRefused(f"no proof of possession of {key.name}")


def encode_enrol_request(request: EnrolRequest) -> bytes:
    """The request as JSON."""
    return canonicalise(
        {
            "hub": request.hub,
            "secret": request.secret.hex(),
            "log_key": request.log_key.text,
            "witness_key": request.witness_key.text,
            "instance": request.instance,
            "software": request.software,
            "possession": [proof.hex() for proof in request.possession],
        }
    )


def decode_enrol_request(data: bytes) -> EnrolRequest:
    """The request in a body.

    Raises:
        EnrolmentRefused: a member is missing or of another form.
        MalformedJson, KeyRefused: as their names say.
    """
    try:
        members = _members(data)
        first, second = cast("list[str]", members["possession"])
        request = EnrolRequest(
            hub=_text(members, "hub"),
            secret=bytes.fromhex(_text(members, "secret")),
            log_key=parse_verifier_key(_text(members, "log_key")),
            witness_key=parse_verifier_key(_text(members, "witness_key")),
            instance=_line(members, "instance", INSTANCE_CHARACTERS_MAX),
            software=_line(members, "software", SOFTWARE_CHARACTERS_MAX),
            possession=(bytes.fromhex(first), bytes.fromhex(second)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise EnrolmentRefused(f"a member is missing or malformed: {error}") from error
    if not is_hub_id(request.hub) or len(request.secret) != SECRET_BYTES:
        raise EnrolmentRefused("a hub id or a secret of another form")
    return request


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolAnswer:
    """What the centre answers.

    Attributes:
        authority: its namespace.
        hub: the hub id, as enrolled.
        name: the hub's name.
        generation: of the hub's log.
        epoch: of the national log.
        state: `active`, or `suspended` where the hub is and the same keys enrol again.
        national_key: of the national log.
        mirror_key: of the centre as mirror.
    """

    authority: str
    hub: str
    name: str
    generation: int
    epoch: int
    state: str
    national_key: VerifierKey
    mirror_key: VerifierKey


def encode_enrol_answer(answer: EnrolAnswer) -> bytes:
    """The answer as JSON."""
    return canonicalise(
        {
            "authority": answer.authority,
            "hub": answer.hub,
            "name": answer.name,
            "generation": answer.generation,
            "epoch": answer.epoch,
            "state": answer.state,
            "national_key": answer.national_key.text,
            "mirror_key": answer.mirror_key.text,
        }
    )


def decode_enrol_answer(data: bytes) -> EnrolAnswer:
    """The answer in a body.

    Raises:
        EnrolmentRefused, MalformedJson, KeyRefused: not an answer of that form.
    """
    try:
        members = _members(data)
        return EnrolAnswer(
            authority=_text(members, "authority"),
            hub=_text(members, "hub"),
            name=_text(members, "name"),
            generation=_number(members, "generation"),
            epoch=_number(members, "epoch"),
            state=_text(members, "state"),
            national_key=parse_verifier_key(_text(members, "national_key")),
            mirror_key=parse_verifier_key(_text(members, "mirror_key")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise EnrolmentRefused(f"a member is missing or malformed: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """What a node posts to be the hub's only machine.

    Attributes:
        instance: of this machine.
        former: of the machine that it takes over from.
    """

    instance: str
    former: str


def encode_adoption(adoption: Adoption) -> bytes:
    """The adoption as JSON."""
    return canonicalise({"instance": adoption.instance, "former": adoption.former})


def decode_adoption(data: bytes) -> Adoption:
    """The adoption in a body.

    Raises:
        EnrolmentRefused: a member is missing or of another form.
        MalformedJson: as its name says.
    """
    try:
        members = _members(data)
        instance, former = (
            _line(members, name, INSTANCE_CHARACTERS_MAX) for name in ("instance", "former")
        )
    except (KeyError, ValueError) as error:
        raise EnrolmentRefused(f"a member is missing or malformed: {error}") from error
    if not instance:
        raise EnrolmentRefused("an instance without a name")
    return Adoption(instance=instance, former=former)


def _invitation(members: dict[str, Json]) -> Invitation:
    invitation = Invitation(
        url=_text(members, "url"),
        authority=_text(members, "authority"),
        hub=_text(members, "hub"),
        fingerprint=bytes.fromhex(_text(members, "fingerprint")),
        secret=bytes.fromhex(_text(members, "secret")),
        generation=_number(members, "generation") if "generation" in members else 1,
    )
    well_formed = (
        is_hub_id(invitation.hub)
        and len(invitation.fingerprint) == FINGERPRINT_BYTES
        and len(invitation.secret) == SECRET_BYTES
    )
    if not well_formed:
        raise ValueError("a member of another form")
    return invitation


def _members(data: bytes) -> dict[str, Json]:
    value = parse(data)
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004  # callers translate ValueError
    return value


def _text(members: dict[str, Json], name: str) -> str:
    value = members[name]
    if not isinstance(value, str):
        raise ValueError(f"{name} is not a string")  # noqa: TRY004
    return value


def _line(members: dict[str, Json], name: str, length_max: int) -> str:
    value = _text(members, name)
    if len(value) > length_max or not value.isprintable():
        raise ValueError(f"{name} is printable text of at most {length_max} characters")
    return value


def _number(members: dict[str, Json], name: str) -> int:
    value = members[name]
    if type(value) is not int or value < 1:
        raise ValueError(f"{name} is not a whole number from 1")
    return value
