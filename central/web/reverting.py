"""A hub's records given back as they were before a moment: looked at first, then done in parts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web
from sqlalchemy import Connection

from central import national, past
from central.casework import revert
from central.casework.revert import Plan, Reversal
from central.store import hubs
from central.web.field_labels import field_labels
from central.web.many import in_parts
from central.web.refusals import REASON_MISSING, refusal_sentence
from central.web.serving import DESK
from central.web.stamps import CHANGED, SeenIsOld, stamp_of
from central.web.visit import Visit
from protocol.canonical import Json
from protocol.catalogue import shown_record
from protocol.errors import ProtocolError
from runtime.pages.formats import WIB, ZONES
from runtime.pages.translating import msg

REVERT = f"{DESK}/kembalikan"
RECORDS_MAX = 2_000
"""Records that the page looks at; for more there is `central hub revert`, which shows a bar."""

SHOWN = 50
RECORDS_AT_ONCE = 100
"""In one transaction."""

MALFORMED = msg("Tulis tempat di log nasional, atau pilih tanggal dan jam (WIB).")
TOO_MANY = msg("Terlalu banyak inovasi untuk halaman ini. Pakai perintah central hub revert.")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}", re.ASCII)


class NothingToPreview(Exception):
    """A form that does not say enough, or asks for too much.

    Attributes:
        sentence: for its reader.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What it would come to.

    Attributes:
        hub: hub id.
        place: from which on the hub's writes are taken back.
        plan: what has to be written.
        titles: of the records that are shown.
    """

    hub: str
    place: int
    plan: Plan
    titles: Mapping[str, str]

    @property
    def stamp(self) -> str:
        """Of what is shown, and of all that would be written over."""
        planned: list[Json] = [
            [it.record, it.as_of, it.set, [*it.unset], it.state, [*it.unlinked]]
            for it in self.plan.reversals
        ]
        return stamp_of(self.hub, self.place, planned)


async def revert_page(visit: Visit, *, fault: str = "", status: int = 200) -> web.Response:
    """A form for the hub and the moment, and what would change."""
    preview: Preview | None = None
    if visit.text("hub"):
        try:
            preview = await _preview(visit)
        except ProtocolError as error:
            fault, status = fault or refusal_sentence(visit, error), 422
        except NothingToPreview as error:
            fault, status = fault or visit.say(error.sentence), 422
    return await visit.desk_page(
        "revert.html",
        here="held",
        status=status,
        preview=preview,
        titles=preview.titles if preview else {},
        shown=SHOWN,
        fault=fault,
        hub=visit.text("hub"),
        from_place=visit.text("tempat"),
        moment=visit.text("saat"),
        reason=visit.text("reason"),
        done=visit.number("selesai"),
        stopped=visit.number("berubah"),
        hubs=await visit.centre.db.read(hubs.names),
        labels=field_labels(visit),
    )


async def give_back(visit: Visit) -> web.Response:
    """Does what the page before showed."""
    try:
        preview = await _preview(visit)
    except NothingToPreview as error:
        return await revert_page(visit, fault=visit.say(error.sentence), status=422)
    if not visit.text("reason"):
        return await revert_page(visit, fault=visit.say(REASON_MISSING), status=422)

    async def write(part: Sequence[Reversal]) -> int:
        return await _given_back(visit, preview, part)

    try:
        visit.require_seen(preview.stamp)
        done = await in_parts(_parts(preview.plan.reversals), write)
    except SeenIsOld:
        return await revert_page(visit, fault=visit.say(CHANGED), status=409)
    except ProtocolError as error:
        return await revert_page(visit, fault=refusal_sentence(visit, error), status=422)
    return visit.go(f"{REVERT}?hub={preview.hub}&tempat={preview.place}&{done.query}")


async def _given_back(visit: Visit, preview: Preview, shown: Sequence[Reversal]) -> int:
    """Writes these reversals, as long as they are what the page was made of; how many.

    Raises:
        SeenIsOld: somebody has written on one of the records meanwhile.
        TextRefused: personal data in the reason.
    """
    centre, person = visit.centre, visit.person(visit.text("reason"))
    hub, place, records = preview.hub, preview.place, [it.record for it in shown]

    def work(conn: Connection) -> int:
        planned = revert.plan(conn, centre, hub, place, records).reversals
        if planned != tuple(shown):
            raise SeenIsOld
        revert.give_back(conn, centre, hub, place, planned, person=person)
        return len(planned)

    return await centre.db.run(work)


def _parts(reversals: Sequence[Reversal]) -> Iterator[Sequence[Reversal]]:
    for start in range(0, len(reversals), RECORDS_AT_ONCE):
        yield reversals[start : start + RECORDS_AT_ONCE]


async def _preview(visit: Visit) -> Preview:
    """What the form asks for.

    Raises:
        NothingToPreview: it cannot be asked for here.
        UnknownHub: there is no such hub.
        MomentUnclear: times do not say which place the moment is.
    """
    hub, place, moment = visit.text("hub"), visit.number("tempat"), visit.text("saat")
    if place is None and not _MOMENT.fullmatch(moment):
        raise NothingToPreview(MALFORMED)
    utc = "" if place is not None else _utc(moment)
    centre = visit.centre

    def read(conn: Connection) -> Preview:
        since = past.place_at(conn, centre, utc) if place is None else place
        records = revert.written_since(conn, hub, since)
        if len(records) > RECORDS_MAX:
            raise NothingToPreview(TOO_MANY)
        plan = revert.plan(conn, centre, hub, since, records)
        shown = [it.record for it in plan.reversals[:SHOWN]]
        shown += [it.record for it in plan.left[:SHOWN]]
        states = national.load_states(conn, centre, shown)
        titles = {record: str(shown_record(it).get("title", "")) for record, it in states.items()}
        return Preview(hub=hub, place=since, plan=plan, titles=titles)

    return await centre.db.read(read)


def _utc(moment: str) -> str:
    """A moment in Jakarta as the national log writes it.

    Raises:
        NothingToPreview: there is no such day or hour.
    """
    try:
        local = datetime.fromisoformat(moment).replace(tzinfo=ZONES[WIB])
    except ValueError:
        raise NothingToPreview(MALFORMED) from None
    return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
