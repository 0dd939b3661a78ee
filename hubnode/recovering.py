"""`hubnode recover`: looks what is wrong, says what it would do, and does it once a person agrees.

A sync run mends by itself what needs no decision (cases A, B and D of the recovery table). What
froze the hub (C and H) is mended here, and another run then shows that it is. On a healthy hub all
this is one sync run, so it can be said twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hubnode.keys import load_own_keys
from hubnode.node import SYNC_LOCK, Node
from hubnode.rejoining import STUCK, Finding, examine, mend
from hubnode.store import identity
from hubnode.store.identity import Identity
from hubnode.sync.endings import RunReport
from hubnode.sync.run import Progress, silent, sync
from runtime.durable import FolderLock

ROUNDS_MAX = 3
"""A hub may be frozen once more behind what came from the centre; more often is no progress."""

Agreed = Callable[[Finding], bool]
"""Shown what going on would do; says whether to."""


class RecoveryCancelled(Exception):
    """The operator did not agree; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What a recovery came to.

    Attributes:
        findings: what was in the way, in the order in which it was mended; the last one may be
            `own_log_stuck`, which stays.
        evidence: files that were kept of what was given up.
        report: of the last run.
    """

    findings: tuple[Finding, ...]
    evidence: tuple[Path, ...]
    report: RunReport

    @property
    def is_stuck(self) -> bool:
        """Whether another machine's database or a new invitation is needed."""
        return bool(self.findings) and self.findings[-1].code == STUCK


async def recover(
    node: Node,
    *,
    agreed: Agreed,
    progress: Progress = silent,
    passphrase: str | None = None,
) -> Recovered:
    """Recovers a hub that is frozen, and syncs.

    Raises:
        RecoveryCancelled: as its name says.
        AlreadyRunning: a sync run is under way.
        KeyFileRefused, MarkUnreadable: nothing can be compared.
        Unreachable, Refused: as `hubnode.sync.link` says.
    """
    findings: list[Finding] = []
    evidence: list[Path] = []
    report = await sync(node, progress=progress, passphrase=passphrase)
    for _ in range(ROUNDS_MAX):
        who = await node.db.read(identity.get)
        if who is None or not who.frozen:
            break
        with FolderLock(node.folder, SYNC_LOCK):
            finding, kept = await _mend(node, who, agreed, passphrase)
        findings.append(finding)
        evidence += [kept] if kept else []
        if finding.code == STUCK:
            break
        report = await sync(node, progress=progress, passphrase=passphrase)
    return Recovered(findings=tuple(findings), evidence=tuple(evidence), report=report)


async def _mend(
    node: Node, who: Identity, agreed: Agreed, passphrase: str | None
) -> tuple[Finding, Path | None]:
    keys = load_own_keys(node.folder, who, passphrase=passphrase)
    finding = await examine(node, who, keys)
    if finding.code == STUCK:
        return finding, None
    if not agreed(finding):
        raise RecoveryCancelled
    return finding, await mend(node, who, finding)
