"""Who takes part: the hubs, their keys and whether they count, as the national log says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from protocol.confirmations import witness_of
from protocol.entries.hub_decisions import HubDecision, HubEnrolled, HubKeyRotated, HubResumed
from protocol.keys import VerifierKey, parse_verifier_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A hub that was enrolled.

    Attributes:
        hub: its id.
        origin: of its change log.
        log_key, witness_key: verifier keys as text, those in use.
        is_active: it is neither suspended nor retired, and its key was not revoked.
    """

    hub: str
    origin: str
    log_key: str
    witness_key: str
    is_active: bool

    @property
    def witness_verifier(self) -> VerifierKey | None:
        """Its key as a witness of the national log, where that names one."""
        return witness_of(self.witness_key)


def member_after(members: Mapping[str, Member], decision: HubDecision) -> dict[str, Member]:
    """The member that a decision changes, by hub id; empty where it is about nobody."""
    if isinstance(decision, HubEnrolled):
        return {decision.hub: _enrolled(decision)}
    before = members.get(decision.hub)
    if before is None:
        return {}
    if not isinstance(decision, HubKeyRotated):
        return {before.hub: replace(before, is_active=isinstance(decision, HubResumed))}
    if decision.source.origin != before.origin:
        return {}
    after = replace(before, log_key=decision.log_key, witness_key=decision.witness_key)
    return {before.hub: after}


def names_key_of(decision: object, origin: str) -> bool:
    """Whether a decision names a key that signs the hub's log of that origin."""
    if isinstance(decision, HubKeyRotated):
        return decision.source.origin == origin
    return isinstance(decision, HubEnrolled) and decision.origin == origin


def signer(decisions: Iterable[object], origin: str, size: int) -> VerifierKey | None:
    """The key that signs a hub's checkpoints of that size: that of its last entry.

    Args:
        decisions: of the national log, in order of their places.
        origin: of the hub's log.
        size: of the checkpoint.

    Returns:
        None where none of the decisions enrols that log.

    Raises:
        KeyRefused: the text of the key stands for none.
    """
    found = None
    for it in decisions:
        if isinstance(it, HubEnrolled) and it.origin == origin:
            found = it.log_key
        elif isinstance(it, HubKeyRotated) and it.source.origin == origin:
            found = it.log_key if it.source.index + 1 < size else found
    return None if found is None else parse_verifier_key(found)


def _enrolled(decision: HubEnrolled) -> Member:
    return Member(
        hub=decision.hub,
        origin=decision.origin,
        log_key=decision.log_key,
        witness_key=decision.witness_key,
        is_active=True,
    )
