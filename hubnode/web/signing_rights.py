"""Who may sign: the one rule for drafts, imports, cases, replications and undoing.

See docs/decisions/0034-who-signs.md.
"""

from dataclasses import dataclass

from hubnode.store.drafts import Draft, DraftState
from hubnode.web.site import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Somebody who would sign.

    Attributes:
        account: their name.
        needs_second: whether this hub wants a second person for what an editor makes.
    """

    account: str
    role: Role
    needs_second: bool


def may_sign(signer: Signer, draft: Draft | None = None) -> bool:
    """Whether somebody may sign.

    Args:
        signer: who would.
        draft: what would be published, or None for a change without a draft: to attest, withdraw
            or restore, to import or undo, to end a conflict, to answer or make a proposal, to take
            a step of a replication.
    """
    if draft is not None and draft.state is DraftState.SAMPLE:
        return False
    if not signer.needs_second:
        return True
    if signer.role < Role.APPROVER:
        return False
    return draft is None or _is_handed_by_another(draft, signer.account)


def may_return(signer: Signer, draft: Draft) -> bool:
    """Whether somebody may give a draft back to its author: whoever else might have signed it."""
    may = signer.needs_second and signer.role >= Role.APPROVER
    return may and _is_handed_by_another(draft, signer.account)


def _is_handed_by_another(draft: Draft, account: str) -> bool:
    return draft.state is DraftState.HANDED and draft.account != account
