"""Ditahan, one change: what it says, why it waits, and the ruling."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from central import national
from central.casework import holds, waiting_queue
from central.casework.conflicts import CaseRefused
from central.casework.holds import Case
from central.web.field_labels import field_labels
from central.web.held_beside import beside_look_alike, named_records
from central.web.held_list import HELD
from central.web.held_words import code_of, sentence_of, title_of, word_of
from central.web.refusals import REASON_MISSING, refusal_sentence
from central.web.stamps import CHANGED, SeenIsOld, stamp_of
from central.web.visit import Visit
from protocol.canonical import Json
from protocol.catalogue import shown_record
from protocol.errors import ProtocolError
from protocol.innovation.fields import fields_to_fill
from protocol.innovation.privacy import masked
from runtime.pages.case_values import comparison
from runtime.pages.change_words import CHANGES
from runtime.pages.finding_words import PRIVATE_KINDS, error_sentence
from runtime.pages.likeness_words import LIKENESSES
from runtime.pages.translating import msg

RELEASE, REFUSE = "release", "refuse"
NOTHING_CHOSEN = msg("Pilih salah satu putusan.")
_PRIVATE = msg("Mungkin %(kind)s: %(excerpt)s")


async def change_page(
    visit: Visit, *, fault: str = "", reason_fault: str = "", status: int = 200
) -> web.Response:
    """A change that waits, with what stands in the catalogue beside it.

    Args:
        visit: by whom.
        fault: why nothing was decided.
        reason_fault: the same, where it is the reason's.
        status: of HTTP.
    """
    place = visit.place
    try:
        found = await visit.centre.db.read(lambda conn: _read(conn, visit, place))
    except CaseRefused:
        return await _to_next(visit, place, told="decided")
    case: Case = found["case"]
    obstacle: str = found["obstacle"]
    return await visit.desk_page(
        "held_case.html",
        here="held",
        status=status,
        number=place,
        change=CHANGES.get(case.change, case.change),
        title_word=title_of(visit, case.waiting.code),
        sentence=sentence_of(visit, case.waiting.code),
        obstacle_sentence=sentence_of(visit, obstacle) if obstacle else "",
        errors=[
            _error(visit, it)
            for it in case.errors
            if it["code"] not in LIKENESSES or not found["look_alikes"]
        ],
        is_private=any(it["code"] in PRIVATE_KINDS for it in case.errors),
        query=_query(visit),
        fault=fault,
        reason_fault=reason_fault,
        reason=visit.text("reason"),
        answer=visit.text("answer"),
        **found,
    )


async def rule(visit: Visit) -> web.Response:
    """Lets the change count, or says that it will not, and why; having seen what is beside it."""
    place = visit.place
    try:
        await visit.centre.db.read(lambda conn: _require_seen(conn, visit))
        if visit.text("answer") not in {RELEASE, REFUSE}:
            return await change_page(visit, fault=visit.say(NOTHING_CHOSEN), status=422)
        if visit.text("answer") == REFUSE and not visit.text("reason"):
            return await change_page(visit, reason_fault=visit.say(REASON_MISSING), status=422)
        decided_at = await _write(visit)
    except SeenIsOld:
        return await change_page(visit, fault=visit.say(CHANGED), status=409)
    except ProtocolError as error:
        if error.code == "not_waiting":
            return await _to_next(visit, place, told="decided")
        return await change_page(visit, fault=refusal_sentence(visit, error), status=422)
    told = "released" if visit.text("answer") == RELEASE else "refused"
    return await _to_next(visit, place, told=told, just=decided_at)


async def _write(visit: Visit) -> int:
    """The place of the ruling.

    Raises:
        SeenIsOld: what stands beside the change is not what the page showed.
        CaseRefused: nothing waits there any more (`not_waiting`), or it cannot be released.
        TextRefused: personal data in the reason.
    """
    centre, place, reason = visit.centre, visit.place, visit.text("reason")
    person = visit.person(reason)
    who = {"by": person.by, "agency": person.agency}

    def work(conn: Connection) -> int:
        _require_seen(conn, visit)
        if visit.text("answer") == RELEASE:
            holds.release_change(conn, centre, place=place, **who)
        else:
            holds.refuse_change(conn, centre, place=place, reason=reason, **who)
        return centre.logs.open(conn, centre.national_origin).tree.size - 1

    return await centre.db.run(work)


def _require_seen(conn: Connection, visit: Visit) -> None:
    """Accepts a form whose page showed what stands beside the change now.

    Raises:
        SeenIsOld: it did not.
        CaseRefused: nothing waits there (`not_waiting`).
    """
    centre, place = visit.centre, visit.place
    case, obstacle = holds.look(conn, centre, place), holds.obstacle(conn, centre, place)
    visit.require_seen(_stamp(conn, visit, case, obstacle))


def _stamp(conn: Connection, visit: Visit, case: Case, obstacle: str) -> str:
    """Of what can become another while the change waits, which itself stays as it was signed.

    That is its record in the catalogue, the records that it is a near copy of, and whether it can
    be released at all.
    """
    named = {*named_records(visit, case.errors), case.waiting.record or ""}
    states = national.load_states(conn, visit.centre, sorted(named))
    places: list[Json] = [[record, states[record].last_place] for record in sorted(states)]
    return stamp_of(case.waiting.place, places, obstacle)


def _read(conn: Connection, visit: Visit, place: int) -> dict[str, Any]:
    """All that a person needs to rule on it; personal data is masked."""
    centre, reader = visit.centre, visit.reader
    case = holds.look(conn, centre, place)
    record = case.waiting.record
    state = national.load_states(conn, centre, [record]).get(record) if record else None
    shown: dict[str, Json] = masked(shown_record(state)) if state else {}
    content = masked(case.content)
    order = [it.name for it in fields_to_fill()]
    names = sorted(content, key=lambda it: order.index(it) if it in order else len(order))
    obstacle = holds.obstacle(conn, centre, place)
    return {
        "case": case,
        "is_new": state is None,
        "owner": state.owner if state else "",
        "title": str(shown.get("title") or content.get("title") or record or ""),
        "rows": [comparison(name, shown.get(name), content[name], reader) for name in names],
        "look_alikes": beside_look_alike(conn, visit, case.errors, content),
        "obstacle": obstacle,
        "stamp": _stamp(conn, visit, case, obstacle),
        "beside": waiting_queue.beside(_queue(conn, visit), place),
    }


def _queue(conn: Connection, visit: Visit) -> list[holds.Waiting]:
    """The changes among which somebody goes from one to the next."""
    hub, code = visit.text("hub"), code_of(visit.text("sebab"))
    return waiting_queue.chosen(holds.list_waiting(conn), hub=hub, code=code)


def _error(visit: Visit, error: dict[str, str]) -> tuple[str, str, str]:
    """A finding: the field, what is wrong with it, and its code."""
    code, message = error["code"], error["message"]
    name = error["pointer"].removeprefix("/").split("/")[0]
    label = field_labels(visit).get(name, name)
    if code in PRIVATE_KINDS:
        kind = PRIVATE_KINDS[code]
        words = {"kind": visit.say(kind), "excerpt": message}
        return label, visit.say(_PRIVATE) % words, code
    return label, error_sentence(visit.reader, code, message), code


def _query(visit: Visit) -> str:
    """What goes with whoever works through one group."""
    hub, code = visit.text("hub"), code_of(visit.text("sebab"))
    is_group = hub and code is not None and (hub + word_of(code)).replace("_", "").isalnum()
    return f"?hub={hub}&sebab={word_of(code or '')}" if is_group else ""


async def _to_next(visit: Visit, place: int, *, told: str, just: int | None = None) -> web.Response:
    """To the change that waits behind this one, or to the list."""
    beside = await visit.centre.db.read(
        lambda conn: waiting_queue.beside(_queue(conn, visit), place)
    )
    query = _query(visit)
    if just is not None:
        query += f"{'&' if query else '?'}tadi={just}"
    following = beside.following if beside.following is not None else beside.previous
    where = HELD if following is None else f"{HELD}/{following}"
    return visit.go(where + query, told=told)
