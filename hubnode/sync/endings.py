"""How a run ended: the row of the history, the report of the run, and what the centre is told.

The order of judgement: what stopped the run, then what keeps the hub from sending, then what the
run noticed on its way, then what waits for a person. Only what is none of these is ok.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection

from hubnode import exclusion, replica
from hubnode.node import Node
from hubnode.store import identity, runs
from hubnode.store.identity import Identity
from hubnode.store.outcomes import count_by_outcome
from hubnode.store.runs import Run, RunState
from hubnode.sync import audit
from hubnode.sync.answers import Refused
from hubnode.sync.audit import Counts
from hubnode.sync.epochs import FOLLOWED
from hubnode.sync.sentences import sentence_of
from hubnode.sync.session import Session
from runtime.ports import Unreachable
from runtime.software import SOFTWARE


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """How a run ended.

    Attributes:
        pushed: own entries that the centre took.
        pulled: decisions that were folded.
        pending: changes that wait to be sent.
        attention: cases that wait for a person.
        duration_s: how long it took, in whole seconds.
        outcomes: how many own changes had which outcome, so far.
        standings: how many stand where now, by `hubnode.store.outcomes.Standing`.
        national_size: decisions in the catalogue.
        catalogue_hash: what every replica of that size agrees on, in hex.
        state: of the run.
        code: why, where it is not ok; else "".
        sentence: what the operator reads, in Indonesian.
        sentence_en: the same in English.
        detail: what the centre or the layer below said of this occurrence, or "".
        retry_after_s: how long the centre asked to be left alone when it refused.
        call_again_s: how long it would like not to be called again.
    """

    pushed: int = 0
    pulled: int = 0
    pending: int = 0
    attention: int = 0
    duration_s: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    standings: Mapping[str, int] = field(default_factory=dict)
    national_size: int = 0
    catalogue_hash: str = ""
    state: RunState
    code: str
    sentence: str
    sentence_en: str
    detail: str = ""
    retry_after_s: int = 0
    call_again_s: int = 0


class RunStopped(Exception):
    """Somebody at this node asked the run to end; raised between two of its steps."""


class Ending(NamedTuple):
    """Why the steps ended; `detail` is for the log, `retry_after_s` what the centre asked for."""

    state: RunState
    code: str = ""
    detail: str = ""
    retry_after_s: int = 0


def idle_report(state: RunState, code: str) -> RunReport:
    """The report of a run that did not begin."""
    sentence = sentence_of(code)
    return RunReport(state=state, code=code, sentence=sentence.id, sentence_en=sentence.en)


def keep_blocked(conn: Connection, node: Node, code: str, detail: str) -> RunReport:
    """Keeps and reports a run that could not begin, so that the status and the history show it."""
    now = node.clock.now()
    sentence = sentence_of(code)
    shown = f"{sentence.id} — {detail}"
    values = {"ended_at": now, "state": RunState.BLOCKED.value, "code": code, "sentence": shown}
    runs.note(conn, runs.start(conn, now), values)
    return RunReport(
        state=RunState.BLOCKED,
        code=code,
        sentence=shown,
        sentence_en=f"{sentence.en} — {detail}",
    )


def finish(session: Session, conn: Connection, ending: Ending) -> RunReport:
    """Closes the run's row and says how it ended, from what is stored."""
    who = identity.get(conn) or session.identity
    run = runs.get(conn, session.run)
    counts = audit.count(conn, session.node, session.identity)
    state, code, *_ = _judged(ending, who, run, counts)
    sentence_id, sentence_en = counts.sentence, counts.sentence_en
    if code:
        sentences = (sentence_of(code).id, sentence_of(code).en)
        reason = exclusion.reason_of(conn, session.node, who, code)
        because = f" — {reason}" if reason else ""
        sentence_id, sentence_en = (f"{it}{because}" for it in sentences)
    now = session.node.clock.now()
    session.note(
        conn,
        ended_at=now,
        state=state.value,
        code=code,
        sentence=sentence_id,
        detail=ending.detail,
    )
    return RunReport(
        pushed=run.pushed_count,
        pulled=run.pulled_count,
        pending=counts.pending,
        attention=counts.need_attention,
        duration_s=max(0, round((now - run.started_at).total_seconds())),
        outcomes=count_by_outcome(conn),
        standings={standing.value: count for standing, count in counts.standings.items()},
        national_size=replica.applied_size(conn, session.node, who),
        catalogue_hash=run.catalogue_hash,
        state=state,
        code=code,
        sentence=sentence_id,
        sentence_en=sentence_en,
        detail=ending.detail,
        retry_after_s=ending.retry_after_s,
        call_again_s=run.call_again_s or 0,
    )


def _judged(ending: Ending, who: Identity, run: Run, counts: Counts) -> Ending:
    if ending.state is not RunState.OK:
        return ending
    if who.frozen:
        return Ending(RunState.BLOCKED, who.frozen)
    if who.state != "active":
        return Ending(RunState.BLOCKED, exclusion.code_of(who.state))
    if run.code == FOLLOWED:
        return Ending(RunState.ATTENTION, FOLLOWED)
    if run.code:
        return Ending(RunState.ALARM, run.code)
    return Ending(RunState.ATTENTION) if counts.need_attention else ending


async def tell_centre(session: Session, report: RunReport) -> None:
    """Reports a run in which something happened. Best effort: the run itself is over and kept.

    That the others went well, the next run says with its first question (`Session.ask`).
    """
    if not (report.pushed or report.pulled or report.code) or report.code == "unreachable":
        return
    with contextlib.suppress(Unreachable, Refused):
        await session.link.report(
            {
                "software": SOFTWARE,
                "instance": session.instance,
                "state": report.state.value,
                "code": report.code,
                "pushed": report.pushed,
                "pulled": report.pulled,
                "pending": report.pending,
                "attention": report.attention,
                "duration_s": report.duration_s,
                "national_size": report.national_size,
                "catalogue_hash": report.catalogue_hash,
            }
        )
