"""The next step of a sync run, as a pure function of what is stored.

`hubnode.sync.run` reads a `Known`, asks `plan`, performs the one step in one transaction, and asks
again. Nothing about a run is remembered anywhere else, so a run that is killed after any step is
carried on by the next one.

Progress bars, the history page and the log line are made from the same steps.
"""

from dataclasses import dataclass
from typing import Literal

from hubnode.recovery import Act, Rule, Situation, diagnose
from protocol.limits import PACKAGE_ENTRIES
from protocol.merkle import EMPTY_TREE, Tree

FETCH_ENTRIES = PACKAGE_ENTRIES * 4
"""Entries fetched and kept in one step. More at once would only take more memory: every bundle is
asked for apart, and the tiles once a run."""

APPEND_ENTRIES = PACKAGE_ENTRIES * 8
"""Changes signed and sent at once. Of more than these, the centre decides about one batch while the
next is on its way: with 8,192 it stood idle for a third of an import (`make bench`)."""

FIRST_APPEND_ENTRIES = PACKAGE_ENTRIES * 2
"""The first batch of a run is small, so that the centre has something to decide soon."""

APPLY_ENTRIES = PACKAGE_ENTRIES * 2
"""Decisions folded in one transaction. A kill costs at most this much work again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that `plan` may look at. All of it is stored; most of it is sizes.

    Attributes:
        frozen: pushing was stopped by a recovery case that a person has to end.
        own: the hub's log in the database.
        mark: the last tree that was signed and let out, from outside the database.
        mark_met: see `hubnode.recovery.Situation`.
        pending_count: pending changes.
        rotation: how far a rotation of the own keys is: the next ones are made ("ready"), or the
            last own entry signs them in ("signed"); "" where there is none.
        rotation_decided: the decision about that entry was folded here: taken, or not.
        handed_over: this run has ended a rotation; what follows is signed by the next run.
        receipt_size: the largest size of the own log that the centre has cosigned.
        replica: the hub's verified copy of the national log.
        applied_size: how much of the replica the catalogue was folded from.
        cosigned_size: the largest national size that this hub has cosigned.
        target: the tree of the newest national checkpoint under the enrolled key.
        asked: this run has the centre's view of the own log.
        active: the centre takes entries of this hub.
        centre_size: entries of the own log that the centre holds, as far as this run knows: its
            next entry.
        common_size: leading entries that both copies share, once compared.
        roots_agree: whether both copies agree at the smaller size; None: not compared yet.
        offered_size: size of the checkpoint that the centre took in this run.
        receipt_waiting: the centre answered with a cosignature that is not kept yet.
        national_asked: this run has looked for a newer national checkpoint.
        audited: this run has counted the outcomes.
        cosignatures_count: cosignatures on the checkpoint of `target` that are kept here.
        centre_cosignatures_count: those that the centre had when the run began; 0 where its
            national log has grown since.
        confirmations_asked: this run has fetched them.
        sends: this run can send; False where it reads a courier file.
        reach: how much of the target this run can fetch; None: all of it.
    """

    frozen: bool = False
    own: Tree = EMPTY_TREE
    mark: Tree | None = None
    mark_met: bool = True
    pending_count: int = 0
    rotation: Literal["", "ready", "signed"] = ""
    rotation_decided: bool = False
    handed_over: bool = False
    receipt_size: int = 0
    replica: Tree = EMPTY_TREE
    applied_size: int = 0
    cosigned_size: int = 0
    target: Tree = EMPTY_TREE
    asked: bool = False
    active: bool = True
    centre_size: int = 0
    common_size: int | None = None
    roots_agree: bool | None = True
    offered_size: int | None = None
    receipt_waiting: bool = False
    national_asked: bool = False
    audited: bool = False
    cosignatures_count: int = 0
    centre_cosignatures_count: int = 0
    confirmations_asked: bool = False
    sends: bool = True
    reach: int | None = None

    @property
    def rule(self) -> Rule:
        """The row of the recovery table that this is."""
        return diagnose(
            Situation(
                own_size=self.own.size,
                centre_size=self.centre_size,
                roots_agree=self.roots_agree,
                mark_met=self.mark_met,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask the centre: how it sees this hub, or what the newest national checkpoint is."""

    subject: Literal["hub", "national"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """Find the last common entry of the own log here and at the centre."""

    centre_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Stop pushing, keep the evidence, and say why."""

    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """Move up to `count` pending changes into the own log and sign one checkpoint."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotate:
    """Append the entry that signs in the next keys: the last one under the present key."""

    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Learn whether the centre took the next keys, and put them in place of the present ones."""

    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Write the issued mark of the signed tree, before anybody else sees the signature."""

    tree: Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Send the own checkpoint (add-checkpoint)."""

    tree: Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Send own entries `[start, end)` or a prefix of them (add-entries)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepReceipt:
    """Check the centre's cosignature and keep it."""

    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """Fetch, verify and keep entries `[start, end)` of the national or of the own log."""

    log: Literal["national", "own"]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Apply:
    """Fold the decisions `[start, end)` into the catalogue."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Count outcomes against receipts, and write the anchor."""

    national_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosign:
    """Tell the centre that its national log was checked up to here."""

    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """Learn who else has cosigned the national log, and compare what they saw."""

    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Nothing is left to do."""


Step = (
    Ask
    | Compare
    | Freeze
    | Append
    | Rotate
    | HandOver
    | Mark
    | Offer
    | Send
    | KeepReceipt
    | Fetch
    | Apply
    | Audit
    | Cosign
    | Confirm
    | Rest
)


def plan(known: Known) -> Step:
    """The next step: first what the centre has, then push, then pull, then audit."""
    if not known.asked:
        return Ask(subject="hub")
    return _recovery(known) or _receipt(known) or _push(known) or _pull(known) or _close(known)


def _recovery(known: Known) -> Step | None:
    if known.frozen:
        return None
    rule = known.rule
    needs_evidence = rule.case == "C" and known.common_size is None
    if rule.act is Act.COMPARE or needs_evidence:
        return Compare(centre_size=known.centre_size)
    if rule.act is Act.STOP and (known.sends or rule.case == "C"):
        return Freeze(rule=rule)  # case H needs the centre's word of today; a file may be old
    if rule.act is Act.FETCH:
        return Fetch(
            log="own",
            start=known.own.size,
            end=_range_end(known.own.size, known.centre_size, FETCH_ENTRIES),
        )
    return None


def _receipt(known: Known) -> Step | None:
    if known.receipt_waiting and not known.frozen:
        return KeepReceipt(size=known.centre_size)
    return None


def _push(known: Known) -> Step | None:
    """One signed batch at a time: what is signed is sent and receipted before more is signed."""
    if known.frozen or not (known.active and known.sends):
        return None
    if known.own.size and (known.mark is None or known.mark.size < known.own.size):
        return Mark(tree=known.own)
    if min(known.centre_size, known.receipt_size) < known.own.size:
        return _deliver(known)
    return _grow(known)


def _grow(known: Known) -> Step | None:
    """What is signed next, now that all that was signed is at the centre.

    A rotation comes after the changes that wait: their authors counted on the numbers behind each
    other, and an entry between them would make them strangers to one another.
    """
    if known.handed_over:
        return None
    if known.rotation == "signed":
        return HandOver(size=known.own.size)
    if known.pending_count or not known.own.size:
        batch = FIRST_APPEND_ENTRIES if known.offered_size is None else APPEND_ENTRIES
        return Append(count=min(known.pending_count, batch))
    return Rotate(size=known.own.size) if known.rotation == "ready" else None


def _deliver(known: Known) -> Step:
    if known.offered_size != known.own.size:
        return Offer(tree=known.own)
    return Send(start=known.centre_size, end=known.own.size)


def _pull(known: Known) -> Step | None:
    if not known.national_asked:
        return Ask(subject="national")
    if known.applied_size < known.replica.size:
        end = _range_end(known.applied_size, known.replica.size, APPLY_ENTRIES)
        return Apply(start=known.applied_size, end=end)
    reach = known.target.size if known.reach is None else min(known.reach, known.target.size)
    if known.replica.size < reach:
        end = _range_end(known.replica.size, reach, FETCH_ENTRIES)
        return Fetch(log="national", start=known.replica.size, end=end)
    return None


def _close(known: Known) -> Step:
    if not known.audited:
        return Audit(national_size=known.applied_size)
    if _is_told_of_keys(known):
        return HandOver(size=known.own.size)
    is_asked = known.active and known.sends and not known.handed_over
    if is_asked and known.cosigned_size < known.target.size:
        return Cosign(size=known.target.size)
    if _has_news(known):
        return Confirm(size=known.target.size)
    return Rest()


def _is_told_of_keys(known: Known) -> bool:
    """Whether a run that cannot ask has read what became of the next keys."""
    is_open = known.rotation == "signed" and not (known.handed_over or known.frozen)
    return is_open and known.rotation_decided and not known.sends


def _has_news(known: Known) -> bool:
    """Whether the centre knows of cosigners that this node does not: else nothing is asked."""
    is_asked = known.sends and not known.confirmations_asked
    return is_asked and known.centre_cosignatures_count > known.cosignatures_count


def _range_end(start: int, size: int, count_max: int) -> int:
    """End of the next range: aligned to entry bundles, so that none is fetched twice."""
    aligned = start - start % PACKAGE_ENTRIES + count_max
    return min(size, aligned)
