"""Becoming a hub's node: its keys and id, and its enrolment at a centre by invitation.

Keys are made once, by `create_node`, and never silently again: a lost key is a new generation of
the log, which two admins have to invite (`hubnode.next_log`). The same key may enrol again after
its database was lost (protocol.md, "Recovery", D); the log then comes back from the centre.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from hubnode.instance import fresh_installation, instance_of
from hubnode.keys import KEY_FILE, KEY_NAMES
from hubnode.next_log import carry_over, renew_keys
from hubnode.node import Node
from hubnode.store import identity
from hubnode.store.identity import Identity
from hubnode.sync import link
from hubnode.sync.answers import Refused
from hubnode.sync.session import MARK_FILE, link_of
from protocol.enrolment import EnrolAnswer, Invitation, make_enrol_request, parse_invitation
from protocol.errors import EnrolmentRefused
from protocol.fingerprints import fingerprint, words
from protocol.keys import SEED_BYTES, SignatureType, SigningKey
from protocol.merkle import EMPTY_ROOT
from protocol.names import hub_origin, witness_name
from runtime.durable import IssuedMark
from runtime.keyfile import load_keys, save_keys
from runtime.ports import Entropy, Unreachable
from runtime.software import SOFTWARE

Yes = Callable[[Invitation, tuple[str, ...]], bool]
"""Shown the invitation and the words of the centre's fingerprint in it; says whether to go on."""


class EnrolmentCancelled(Exception):
    """The operator did not confirm; nothing was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What an enrolment came to.

    Attributes:
        identity: as stored.
        words: of the fingerprint of this node's own keys, to be compared with the admin by
            telephone.
        centre_words: of the centre's keys, which were the ones that the invitation named.
    """

    identity: Identity
    words: tuple[str, ...]
    centre_words: tuple[str, ...]


def create_node(folder: Path, *, entropy: Entropy, passphrase: str | None = None) -> None:
    """Makes the folder and the key file of a new node.

    Raises:
        KeyFileRefused: there is a key file already; it is left as it is.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    seeds = {name: entropy.bytes(SEED_BYTES) for name in KEY_NAMES}
    save_keys(folder / KEY_FILE, seeds, passphrase=passphrase)


async def enrol(
    node: Node, invitation_text: str, *, yes: Yes, passphrase: str | None = None
) -> Enrolled:
    """Enrols this node by an invitation and keeps the enrolment.

    Raises:
        InvitationRefused: the text was mistyped or cut.
        EnrolmentCancelled: the operator said no.
        EnrolmentRefused: the answer is not of the centre that the invitation names; or this node is
            enrolled elsewhere (`already_enrolled`), or at a centre that had other keys
            (`centre_keys_changed`).
        KeyFileRefused: there are no keys to enrol.
        Unreachable, Refused: as `hubnode.sync.link` says.
    """
    invitation = parse_invitation(invitation_text)
    known = await node.db.read(identity.get)
    _refuse_another_place(known, invitation)
    if not yes(invitation, words(invitation.fingerprint)):
        raise EnrolmentCancelled
    # 1 is of a node that has just been made; without its database nobody knows what its keys are
    if (known.generation if known else 1) < invitation.generation:
        renew_keys(
            node.folder, node.entropy, generation=invitation.generation, passphrase=passphrase
        )
    log_key, witness_key = _keys(node.folder, invitation, passphrase)
    instance = instance_of(node.folder, await _installation(node))
    request = make_enrol_request(
        invitation,
        log_key=log_key,
        witness_key=witness_key,
        instance=instance,
        software=SOFTWARE,
    )
    answer = await link.enrol(node.transport, invitation.url.rstrip("/"), request)
    check_answer(invitation, answer)
    enrolled = await node.db.run(
        lambda conn: _keep(conn, node, invitation, _identity(invitation, answer, log_key))
    )
    await _mark_unsigned(node, enrolled, log_key)
    own = fingerprint([log_key.verifier_key, witness_key.verifier_key])
    return Enrolled(identity=enrolled, words=words(own), centre_words=words(invitation.fingerprint))


def _refuse_another_place(known: Identity | None, invitation: Invitation) -> None:
    """Its records, marks and replica belong to one hub at one centre with one pair of keys."""
    if known is None:
        return
    if (known.authority, known.hub) != (invitation.authority, invitation.hub):
        raise EnrolmentRefused(
            f"this node is hub {known.hub} of {known.authority}; "
            f"for hub {invitation.hub} of {invitation.authority} make another with hubnode init",
            code="already_enrolled",
        )
    theirs = fingerprint([known.national_verifier, known.mirror_verifier])
    if theirs != invitation.fingerprint:
        until_now = f"the centre's keys read {' '.join(words(theirs))} until now"
        raise EnrolmentRefused(until_now, code="centre_keys_changed")


def _keep(conn: Connection, node: Node, invitation: Invitation, fresh: Identity) -> Identity:
    """Keeps the enrolment; what a run has found out since the last one is not forgotten by it."""
    known = identity.get(conn)
    _refuse_another_place(known, invitation)
    kept = fresh
    if known is not None and known.generation < fresh.generation:
        carry_over(conn, node, known)
    elif known is not None and known.epoch == fresh.epoch:
        kept = replace(fresh, frozen=known.frozen, national_etag=known.national_etag)
    identity.save(conn, kept)
    return kept


async def _mark_unsigned(node: Node, who: Identity, log_key: SigningKey) -> None:
    """Writes the issued mark of a log of which nothing is signed, where the centre says so too.

    Without a mark nobody here knows what these keys have signed, and a courier export, which cannot
    ask, signs nothing. Best effort: a sync run asks for itself.
    """
    path = node.folder / MARK_FILE
    size = await node.db.read(lambda conn: node.logs.open(conn, who.origin).tree.size)
    mark = IssuedMark.read(path)
    if size or (mark is not None and mark.origin == who.origin):
        return
    with suppress(Unreachable, Refused):
        view = await link_of(node, who, log_key).hub_view()
        if view.size == view.next_entry == 0:
            IssuedMark(origin=who.origin, size=0, root=EMPTY_ROOT).write(path)


def check_answer(invitation: Invitation, answer: EnrolAnswer) -> None:
    """Accepts an answer whose keys are the ones that the invitation vouches for.

    Raises:
        EnrolmentRefused: other keys, another hub, authority or generation.
    """
    theirs = fingerprint([answer.national_key, answer.mirror_key])
    if theirs != invitation.fingerprint:
        raise EnrolmentRefused("the centre's keys are not the ones of the invitation")
    named = (answer.authority, answer.hub, answer.generation)
    if named != (invitation.authority, invitation.hub, invitation.generation):
        raise EnrolmentRefused(f"the answer is about {named}")


def _keys(
    folder: Path, invitation: Invitation, passphrase: str | None
) -> tuple[SigningKey, SigningKey]:
    seeds = load_keys(folder / KEY_FILE, KEY_NAMES, passphrase=passphrase)
    origin = hub_origin(invitation.authority, invitation.hub, invitation.generation)
    witness = witness_name(invitation.authority, invitation.hub)
    return (
        SigningKey(name=origin, type=SignatureType.ED25519, seed=seeds["log"]),
        SigningKey(name=witness, type=SignatureType.COSIGNATURE, seed=seeds["witness"]),
    )


async def _installation(node: Node) -> str:
    """The id of this installation, made at the first enrolment."""
    fresh = fresh_installation(node.entropy)

    def work(conn: Connection) -> str:
        known = identity.installation(conn)
        if known is None:
            identity.save_installation(conn, fresh)
        return known or fresh

    return await node.db.run(work)


def _identity(invitation: Invitation, answer: EnrolAnswer, log_key: SigningKey) -> Identity:
    return Identity(
        authority=answer.authority,
        hub=answer.hub,
        name=answer.name,
        url=invitation.url.rstrip("/"),
        generation=answer.generation,
        epoch=answer.epoch,
        national_key=answer.national_key.text,
        mirror_key=answer.mirror_key.text,
        enrolled_key=log_key.verifier_key.text,
        state=answer.state,
    )
