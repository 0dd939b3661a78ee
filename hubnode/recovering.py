"""`hubnode recover`: looks what is wrong, says what it would do, and does it once a person agrees.

A sync run mends by itself what needs no decision (cases A, B and D of the recovery table). What
froze the hub (C and H) is mended here, and so is damage on the disk (I); another run then shows
that it is. On a healthy hub all this is a verification and a run, so it can be said twice.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hubnode.damage import Damage, examine_disk
from hubnode.instance import own_instance
from hubnode.keys import OwnKeys, load_own_keys
from hubnode.mending import mend_disk
from hubnode.node import SYNC_LOCK, Node
from hubnode.rejoining import STUCK, Finding, examine, mend
from hubnode.store import identity, verifications
from hubnode.store.identity import Identity
from hubnode.store.verifications import Verification
from hubnode.sync.answers import Refused
from hubnode.sync.endings import RunReport
from hubnode.sync.run import Progress, silent, sync
from hubnode.sync.session import link_of
from protocol.canonical import Json
from runtime.durable import FolderLock
from runtime.ports import Unreachable
from runtime.software import SOFTWARE

ROUNDS_MAX = 3
"""A hub may be frozen, or found damaged, once more behind what came from the centre; more often is
no progress, and its status goes on saying so."""

Agreed = Callable[[Finding | Damage], bool]
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

    findings: tuple[Finding | Damage, ...]
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
    state = _Recovery(node=node, agreed=agreed, progress=progress, passphrase=passphrase)
    await state.mend_disk()
    report = await state.sync()
    for _ in range(ROUNDS_MAX):
        if not await state.mend_freeze():
            break
        report = await state.sync()
    for _ in range(ROUNDS_MAX):  # what a run that was only interrupted had hidden
        if not await state.mend_disk():
            break
        report = await state.sync()
    return Recovered(findings=tuple(state.findings), evidence=tuple(state.evidence), report=report)


@dataclass(slots=True, kw_only=True)
class _Recovery:
    """One recovery as it goes on."""

    node: Node
    agreed: Agreed
    progress: Progress
    passphrase: str | None
    findings: list[Finding | Damage] = field(default_factory=list)
    evidence: list[Path] = field(default_factory=list)

    async def sync(self) -> RunReport:
        return await sync(self.node, progress=self.progress, passphrase=self.passphrase)

    async def mend_disk(self) -> bool:
        """Puts damage right; whether there was any."""
        who = await self.node.db.read(identity.get)
        if who is None:
            return False
        with FolderLock(self.node.folder, SYNC_LOCK):
            keys = load_own_keys(self.node.folder, who, passphrase=self.passphrase)
            damage = await examine_disk(self.node, who, keys)
            found = Verification(
                at=self.node.clock.now(), message="" if damage is None else damage.message
            )
            await self.node.db.run(lambda conn: verifications.keep(conn, found))
            if damage is None:
                return False
            self._ask(damage)
            self._keep(await mend_disk(self.node, who, keys, damage))
            await self._tell(who, keys, damage.code)
        return True

    async def mend_freeze(self) -> bool:
        """Lets a frozen hub go on; whether it was frozen and does."""
        who = await self.node.db.read(identity.get)
        if who is None or not who.frozen:
            return False
        with FolderLock(self.node.folder, SYNC_LOCK):
            keys = load_own_keys(self.node.folder, who, passphrase=self.passphrase)
            finding = await examine(self.node, who, keys)
            if finding.code == STUCK:
                self.findings.append(finding)
                await self._tell(who, keys, finding.code)
                return False
            self._ask(finding)
            self._keep(await mend(self.node, who, finding))
            await self._tell(who, keys, finding.code)
        return True

    async def _tell(self, who: Identity, keys: OwnKeys, code: str) -> None:
        """Lets the centre's admin read of it too. Best effort: what was done here is done."""
        instance = await self.node.db.read(lambda conn: own_instance(conn, self.node.folder))
        said: dict[str, Json] = {"software": SOFTWARE, "instance": instance, "code": code}
        with suppress(Unreachable, Refused):
            await link_of(self.node, who, keys.current.log).report(said)

    def _ask(self, found: Finding | Damage) -> None:
        if not self.agreed(found):
            raise RecoveryCancelled
        self.findings.append(found)

    def _keep(self, path: Path | None) -> None:
        if path is not None:
            self.evidence.append(path)
