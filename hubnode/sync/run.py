"""A sync run: plan the next step from what is stored, perform it, and ask again until it rests.

Each step is one transaction (and at most a few requests before it), so a run that is killed after
any of them leaves a state from which the next run goes on. One run at a time in a folder.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from hubnode.node import SYNC_LOCK, Node
from hubnode.store import identity
from hubnode.store.runs import RunState
from hubnode.sync import audit, confirm, pull, push, restore, rotate
from hubnode.sync.answers import Refused
from hubnode.sync.endings import (
    Ending,
    RunReport,
    RunStopped,
    finish,
    idle_report,
    keep_blocked,
    tell_centre,
)
from hubnode.sync.epochs import EpochChanged, follow
from hubnode.sync.knowing import known_of
from hubnode.sync.plan import (
    Append,
    Apply,
    Ask,
    Audit,
    Compare,
    Confirm,
    Cosign,
    Fetch,
    Freeze,
    HandOver,
    KeepReceipt,
    Known,
    Mark,
    Offer,
    Rest,
    Rotate,
    Send,
    Step,
    plan,
)
from hubnode.sync.session import Alarm, Carried, Session, keep_evidence, open_session
from runtime.durable import AlreadyRunning, FolderLock, MarkUnreadable
from runtime.failpoints import failpoint
from runtime.keyfile import KeyFileRefused
from runtime.ports import Unreachable

Progress = Callable[[Step, Known], None]
"""Told of every step before it is performed, with the sizes to make a bar from.

Raises:
    RunStopped: the run shall end here.
"""


def silent(_step: Step, _known: Known) -> None:
    """Progress for nobody."""


async def sync(
    node: Node,
    *,
    progress: Progress = silent,
    passphrase: str | None = None,
    carried: Carried | None = None,
) -> RunReport:
    """Performs one sync run to its end. What went wrong is in the report, not raised.

    A fault of this program, or of its disk, is raised; the run is then found as interrupted.

    Args:
        node: whose transport answers; that of `hubnode.courier` reads a file.
        progress: told of every step.
        passphrase: of the key file.
        carried: what is known of answers out of a file; such a run sends nothing.
    """
    who = await node.db.read(identity.get)
    if who is None:
        return idle_report(RunState.BLOCKED, "not_enrolled")
    try:
        with FolderLock(node.folder, SYNC_LOCK):
            session = await open_session(node, who, passphrase=passphrase, carried=carried)
            return await _run(session, progress)
    except AlreadyRunning:
        return idle_report(RunState.RUNNING, "already_running")
    except KeyFileRefused as refused:
        detail = str(refused)
        return await node.db.run(lambda conn: keep_blocked(conn, node, "key_file_refused", detail))


async def _run(session: Session, progress: Progress) -> RunReport:
    ending = await _end_of(session, progress)
    report = await session.node.db.run(lambda conn: finish(session, conn, ending))
    await tell_centre(session, report)
    await session.node.db.scrub()
    return report


async def _end_of(session: Session, progress: Progress) -> Ending:
    """Runs to the end, and translates, once, what stopped it."""
    try:
        await _perform_in_epoch(session, progress)
    except Unreachable as error:
        return Ending(RunState.OFFLINE, "unreachable", str(error), error.retry_after_s)
    except RunStopped:
        return Ending(RunState.INTERRUPTED, "run_stopped")
    except Refused as refusal:
        state = RunState.BLOCKED if refusal.status else RunState.FAILED
        return Ending(state, refusal.code, refusal.detail, refusal.retry_after_s)
    except MarkUnreadable as error:
        return Ending(RunState.BLOCKED, "issued_mark_unreadable", str(error))
    except Alarm as alarm:
        keep_evidence(session.node.folder, alarm.code, alarm.evidence)
        return Ending(RunState.ALARM, alarm.code)
    return Ending(RunState.OK)


async def _perform_in_epoch(session: Session, progress: Progress) -> None:
    """Performs the steps; where the national log has gone on to a later epoch, in that one."""
    try:
        await perform_steps(session, progress)
    except EpochChanged as changed:
        await _perform_in_epoch(await follow(session, changed.view), progress)


async def perform_steps(session: Session, progress: Progress) -> None:
    """Performs steps until the plan rests.

    Raises:
        EpochChanged: the national log is of a later epoch; nothing was done yet.
        Unreachable, Refused, Alarm, MarkUnreadable: what stopped it. `Refused` with `no_progress`
            when a step left everything as it was: another try belongs to another run.
    """
    passed: set[Known] = set()
    while True:
        known = await known_of(session)
        step = plan(known)
        progress(step, known)
        if isinstance(step, Rest):
            return
        if known in passed:
            raise Refused("no_progress")
        passed.add(known)
        await PERFORMERS[type(step)](session, step)
        failpoint(f"sync-{type(step).__name__.lower()}")


async def _ask(session: Session, step: Ask) -> None:
    if step.subject == "hub":
        await push.ask_hub(session)
    else:
        await pull.ask_national(session)


async def _fetch(session: Session, step: Fetch) -> None:
    if step.log == "own":
        await restore.fetch(session, step)
    else:
        await pull.fetch(session, step)


PERFORMERS: Mapping[type[Step], Callable[[Session, Any], Awaitable[None]]] = {
    Ask: _ask,
    Compare: restore.compare,
    Freeze: restore.freeze,
    Append: push.append,
    Rotate: rotate.sign_in,
    HandOver: rotate.hand_over,
    Mark: push.mark,
    Offer: push.offer,
    Send: push.send,
    KeepReceipt: push.keep_receipt,
    Fetch: _fetch,
    Apply: pull.apply,
    Audit: audit.audit,
    Cosign: confirm.cosign_target,
    Confirm: confirm.confirm,
}
"""What performs each step. `Rest` has none: it is the end."""
