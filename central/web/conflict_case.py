"""Benturan, one of them: what stood there, what each wrote, and the form that ends it."""

import re
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from central.casework import conflict_case, conflict_queue, conflicts
from central.casework.conflict_case import ConflictCase
from central.web.conflict_list import CONFLICTS
from central.web.field_labels import field_labels
from central.web.refusals import refusal_sentence
from central.web.stamps import CHANGED, SeenIsOld, stamp_of
from central.web.visit import Visit
from protocol.canonical import Json
from protocol.catalogue import STATE
from protocol.errors import ProtocolError
from protocol.innovation.fields import Field, fields_to_fill
from protocol.merge import CENTRE
from runtime.pages.case_values import comparison, readable
from runtime.pages.field_values import form_of
from runtime.pages.translating import msg
from runtime.pages.written_values import is_in_one_box, text_of, typed_value

OTHER, BASE = "other", "base"
"""Choices of the form beside the place of a side."""

NOTHING_CHOSEN = msg("Pilih salah satu nilai, atau tulis nilai lain.")
_FIELD = re.compile("[a-z0-9_]{1,64}", re.ASCII)


async def record_page(visit: Visit) -> web.Response:
    """To the record's first field in conflict; to the list where there is none any more."""
    centre, record = visit.centre, visit.record
    found = await centre.db.read(lambda conn: conflicts.conflicts_of(conn, centre, [record]))
    where = f"/{record}/{found[0].field}" if found else ""
    query = visit.request.rel_url.raw_query_string
    return visit.go(f"{CONFLICTS}{where}" + (f"?{query}" if query else ""))


async def conflict_page(visit: Visit) -> web.Response:
    """A conflict, and the form to end it; whoever comes too late is led on."""
    found = await _asked_for(visit)
    return await _to_next(visit, told="decided") if found is None else await _page(visit, found)


async def end_conflict(visit: Visit) -> web.Response:
    """Writes the value that was chosen or typed, having seen all of them."""
    case = await _asked_for(visit)
    if case is None:
        return await _to_next(visit, told="decided")
    try:
        visit.require_seen(_stamp(case))
        choice = _chosen(visit, case)
        if choice is None:
            return await _page(visit, case, fault=visit.say(NOTHING_CHOSEN), status=422)
        place = await _write(visit, case, choice[0])
    except SeenIsOld:
        return await _changed(visit)
    except ProtocolError as error:
        return await _page(visit, case, fault=refusal_sentence(visit, error), status=422)
    return await _to_next(visit, told="resolved", place=place)


async def _write(visit: Visit, case: ConflictCase, value: Json) -> int:
    """The place of the decision that ends the conflict.

    Raises:
        SeenIsOld: another value has come, or the conflict is over.
        CaseRefused: the record would not be valid.
        TextRefused: personal data in the value.
    """
    centre, person = visit.centre, visit.person()

    def work(conn: Connection) -> int:
        now = conflict_case.look(conn, centre, case.record, case.field)
        visit.require_seen("" if now is None else _stamp(now))
        conflicts.resolve(
            conn,
            centre,
            record=case.record,
            field=case.field,
            value=value,
            by=person.by,
            agency=person.agency,
        )
        return centre.logs.open(conn, centre.national_origin).tree.size - 1

    return await centre.db.run(work)


async def _changed(visit: Visit) -> web.Response:
    """The conflict as it is now, for whoever saw it as it was; or on, where it is over."""
    case = await _asked_for(visit)
    if case is None:
        return await _to_next(visit, told="decided")
    return await _page(visit, case, fault=visit.say(CHANGED), status=409)


async def _asked_for(visit: Visit) -> ConflictCase | None:
    """The conflict that the address names, or None where it is over.

    Raises:
        HTTPNotFound: the address can name none.
    """
    centre, record, field = visit.centre, visit.record, visit.request.match_info["field"]
    if not _FIELD.fullmatch(field):
        raise web.HTTPNotFound
    return await centre.db.read(lambda conn: conflict_case.look(conn, centre, record, field))


async def _page(
    visit: Visit, case: ConflictCase, *, fault: str = "", status: int = 200
) -> web.Response:
    centre, hub = visit.centre, visit.text("hub")
    beside = await centre.db.read(
        lambda conn: conflict_queue.beside(conn, centre, case.record, hub=hub)
    )
    return await visit.desk_page(
        "conflict.html",
        here="conflicts",
        status=status,
        case=case,
        beside=beside,
        hub=hub,
        query=_query(visit),
        stamp=_stamp(case),
        fault=fault,
        chosen=visit.text("choice"),
        other=visit.text("value"),
        centre=CENTRE,
        **_values(visit, case),
    )


def _values(visit: Visit, case: ConflictCase) -> dict[str, Any]:
    """Each side as it is read, and as it differs from what stood there before."""
    reader, field = visit.reader, _written_in_one_box(case)
    first, second = case.sides[0], case.sides[-1]
    labels = field_labels(visit)
    return {
        "labels": labels,
        "label": labels.get(case.field, case.field),
        "base": readable(case.field, case.base.value, reader),
        "against_base": [
            comparison(case.field, case.base.value, side.value, reader) for side in case.sides
        ],
        "against_each_other": comparison(case.field, first.value, second.value, reader),
        "field": field,
        "form": form_of(case.field),
        "first_text": text_of(field, case.shown) if field else "",
        "is_state": case.field == STATE,
        "reader": reader,
    }


def _written_in_one_box(case: ConflictCase) -> Field | None:
    known = (it for it in fields_to_fill() if it.name == case.field)
    return next((it for it in known if is_in_one_box(it)), None)


def _stamp(case: ConflictCase) -> str:
    return stamp_of(case.record, case.field, [side.place for side in case.sides])


def _chosen(visit: Visit, case: ConflictCase) -> tuple[Json] | None:
    """The value that the form asks for, which may be None; nothing where it asks for none."""
    choice, field = visit.text("choice"), _written_in_one_box(case)
    if choice == BASE and case.base.is_known:
        return (case.base.value,)
    if choice == OTHER and field is not None:
        return (typed_value(field, visit.text("value")),)
    return next(((side.value,) for side in case.sides if choice == str(side.place)), None)


def _query(visit: Visit) -> str:
    """What goes with whoever works through the conflicts of one hub."""
    hub = visit.text("hub")
    return f"?hub={hub}" if re.fullmatch("[a-z0-9-]{1,63}", hub) else ""


async def _to_next(visit: Visit, *, told: str, place: int | None = None) -> web.Response:
    """To the conflict that waits next, so that a person works through them one by one."""
    centre, record, hub = visit.centre, visit.record, visit.text("hub")
    following = await centre.db.read(
        lambda conn: conflict_queue.next_record(conn, centre, record, hub=hub)
    )
    query = _query(visit)
    if place is not None:
        query += f"{'&' if query else '?'}tadi={place}"
    return visit.go(
        f"{CONFLICTS}/{following}{query}" if following else CONFLICTS + query, told=told
    )
