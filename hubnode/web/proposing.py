"""Usulkan perubahan: an amendment of another hub's record, field by field, from its page."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from hubnode.authoring import Desk
from hubnode.showing import foreign_record
from hubnode.store import identity
from hubnode.web.refusals import refusal_sentence
from hubnode.web.visit import Visit
from protocol.canonical import Json
from protocol.errors import ProtocolError
from protocol.innovation.fields import Field
from runtime.pages.field_values import form_of
from runtime.pages.written_values import fields_in_one_box, is_in_one_box, text_of, typed_value


async def ask_proposal(visit: Visit) -> web.Response:
    """The form: which field, and what it shall say."""
    return await _page(visit)


async def propose(visit: Visit) -> web.Response:
    """Saves a proposal; it is signed and sent with the next run."""
    field = _field(visit)
    if field is None:
        raise web.HTTPNotFound
    record, value = visit.request.match_info["record"], typed_value(field, visit.text("value"))

    def work(conn: Connection) -> int:
        who = identity.get(conn)
        if who is None:
            raise web.HTTPNotFound
        _, shown = foreign_record(conn, visit.node, record, hub=who.hub)
        if value == shown.get(field.name):
            return 0
        written: dict[str, Json] = {} if value is None else {field.name: value}
        desk = Desk.open(conn, visit.node, who, by=visit.account)
        desk.propose(record, shown, written, () if written else (field.name,))
        return desk.save(conn)

    try:
        saved = await visit.node.db.run(work)
    except ProtocolError as error:
        return await _page(visit, fault=refusal_sentence(visit, error))
    if not saved:
        return await _page(visit, fault=visit.say("Isinya sama dengan yang sekarang."))
    return visit.go(f"/katalog/{record}", told="proposed")


async def _page(visit: Visit, *, fault: str = "") -> web.Response:
    record, field = visit.request.match_info["record"], _field(visit)

    def read(conn: Connection) -> dict[str, Any]:
        who = identity.get(conn)
        if who is None:
            raise web.HTTPNotFound
        owner, shown = foreign_record(conn, visit.node, record, hub=who.hub)
        return {"owner": owner, "shown": shown}

    found = await visit.node.db.read(read)
    now = text_of(field, found["shown"].get(field.name)) if field else ""
    return await visit.hub_page(
        "propose.html",
        here="catalogue",
        status=422 if fault else 200,
        record=record,
        title=found["shown"].get("title", record),
        owner=found["owner"],
        fields=fields_in_one_box(),
        field=field,
        form=form_of(field.name) if field else {},
        now=now,
        value=visit.text("value") if fault else now,
        fault=fault,
        reader=visit.reader,
    )


def _field(visit: Visit) -> Field | None:
    named = visit.text("field")
    known = (it for it in fields_in_one_box() if it.name == named and is_in_one_box(it))
    return next(known, None)
