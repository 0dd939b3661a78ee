"""Keputusan, the forms: a conflict is ended, a proposal answered, an own change taken back."""

import re
from collections.abc import Callable

from aiohttp import web
from sqlalchemy import Connection

from hubnode.authoring import Desk
from hubnode.cases import waiting_cases
from hubnode.conflict_cases import WITHDRAWN, Conflict, read_conflict, resolve_field, resolve_state
from hubnode.proposals import ProposalCase, accept, read_proposal, refuse
from hubnode.store import outcomes
from hubnode.store.identity import Identity
from hubnode.undoing import take_back, undo_of
from hubnode.web.deciding import PLACE, change_page, conflict_page, enrolled, proposal_page
from hubnode.web.refusals import refusal_sentence
from hubnode.web.visit import Visit
from protocol.canonical import Json
from protocol.catalogue import STATE
from protocol.errors import ProtocolError
from protocol.innovation.fields import fields
from protocol.innovation.privacy import scan
from runtime.pages.translating import msg
from runtime.pages.written_values import is_in_one_box, typed_value

OTHER, BASE = "other", "base"
"""Choices of the form beside the place of a side."""


class NothingChosen(Exception):
    """A form that does not say enough.

    Attributes:
        sentence: what is missing.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class CaseGone(Exception):
    """Somebody else has ended it; nothing was signed."""


async def end_conflict(visit: Visit) -> web.Response:
    """Signs the value that was chosen or written."""
    record, field = visit.request.match_info["record"], visit.request.match_info["field"]

    def work(conn: Connection, desk: Desk, who: Identity) -> None:
        it = read_conflict(conn, visit.node, who, record=record, field=field)
        if it is None:
            raise CaseGone
        value = _chosen(visit, it)
        if field == STATE:
            is_withdrawn = isinstance(value, dict) and value.get("status") == WITHDRAWN
            reason = _reason(visit)
            resolve_state(conn, desk, record=record, is_withdrawn=is_withdrawn, reason=reason)
        else:
            seen = visit.text("seen")
            shown = int(seen) if re.fullmatch("[0-9]{1,15}", seen) else 0
            resolve_field(conn, desk, record=record, field=field, value=value, seen=shown)

    try:
        await at_desk(visit, work)
    except CaseGone:
        return await _to_next(visit, "decided")
    except (ProtocolError, NothingChosen) as error:
        return await conflict_page(visit, fault=_fault(visit, error))
    return await _to_next(visit, "resolved")


async def answer_proposal(visit: Visit) -> web.Response:
    """Accepts a proposal by signing it, or notes that it is refused and why."""
    place = int(visit.request.match_info["place"])

    def work(conn: Connection, desk: Desk, who: Identity) -> None:
        case = read_proposal(conn, visit.node, who, place)
        if case is None or case.answer is not None:
            raise CaseGone
        _answer(conn, desk, case, visit)

    try:
        await at_desk(visit, work)
    except CaseGone:
        return await _to_next(visit, "decided")
    except (ProtocolError, NothingChosen) as error:
        return await proposal_page(visit, fault=_fault(visit, error))
    told = "accepted" if visit.text("answer") == "accept" else "refused"
    return await _to_next(visit, told)


async def undo_change(visit: Visit) -> web.Response:
    """Signs again what stood there before an own change."""
    number = int(visit.request.match_info["number"])

    def work(conn: Connection, desk: Desk, who: Identity) -> None:
        outcome = outcomes.get(conn, number)
        undo = undo_of(conn, visit.node, who, outcome) if outcome else None
        if undo is None:
            raise web.HTTPNotFound
        take_back(conn, desk, undo)

    try:
        await at_desk(visit, work)
    except ProtocolError as error:
        return await change_page(visit, fault=_fault(visit, error))
    return visit.go(f"{PLACE}/perubahan/{number}", told="saved")


async def at_desk(visit: Visit, work: Callable[[Connection, Desk, Identity], None]) -> None:
    """Does work at a desk of this account and saves what lies on it, all or nothing."""

    def saved(conn: Connection) -> None:
        who = enrolled(conn)
        desk = Desk.open(conn, visit.node, who, by=visit.account)
        work(conn, desk, who)
        desk.save(conn)

    await visit.node.db.run(saved)


def _answer(conn: Connection, desk: Desk, case: ProposalCase, visit: Visit) -> None:
    if visit.text("answer") == "accept":
        accept(conn, desk, case)
    else:
        refuse(conn, desk, case, _reason(visit))


def _chosen(visit: Visit, it: Conflict) -> Json:
    """The value that the form asks for.

    Raises:
        NothingChosen: none, or one that is not there.
    """
    choice = visit.text("choice")
    if choice == BASE and it.base.is_known:
        return it.base.value
    field = next((f for f in fields() if f.name == it.field), None)
    if choice == OTHER and field is not None and is_in_one_box(field):
        return typed_value(field, visit.text("value"))
    for side in it.sides:
        if choice == str(side.place):
            return side.value
    raise NothingChosen(msg("Pilih salah satu nilai, atau tulis nilai lain."))


def _reason(visit: Visit) -> str:
    reason = visit.text("reason")
    if not reason:
        raise NothingChosen(msg("Tulis alasannya dalam satu kalimat."))
    if scan({"reason": reason}):
        raise NothingChosen(msg("Alasan memuat data pribadi; hapus dahulu."))
    return reason


def _fault(visit: Visit, error: ProtocolError | NothingChosen) -> str:
    if isinstance(error, ProtocolError):
        return refusal_sentence(visit, error)
    return visit.say(error.sentence)


async def _to_next(visit: Visit, told: str) -> web.Response:
    """To the case that waits next, so that a person works through them one by one."""
    key = visit.text("next")

    def is_waiting(conn: Connection) -> bool:
        return any(it.key == key for it in waiting_cases(conn, visit.node, enrolled(conn)))

    is_there = bool(key) and await visit.node.db.read(is_waiting)
    return visit.go(f"{PLACE}/{key}" if is_there else PLACE, told=told)
