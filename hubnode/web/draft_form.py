"""Formulir: a record as it is being written. Saved at any moment, whether it is valid or not."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from hubnode.authoring import Desk
from hubnode.drafting import Reading, begin, draft_of, read, write
from hubnode.private_texts import PrivateText, private_texts
from hubnode.store import contacts, drafts
from hubnode.store.drafts import Draft, DraftChanged, DraftState
from hubnode.store.identity import Identity
from hubnode.web.controls import Section, control_id, every_id, sections, suggestions
from hubnode.web.form_values import fields_of
from hubnode.web.visit import Visit
from protocol.canonical import Json
from protocol.innovation.completeness import completeness
from protocol.innovation.explaining import Finding
from runtime.pages.field_words import COMPLETENESS
from runtime.pages.finding_words import PRIVATE_KINDS, finding_sentence
from runtime.pages.formats import format_time, zone_of

DRAFTS = "/inovasi/draf"
VERSION_HEADER = "JIPP-Version"
"""Tells the script which version an open form has become, so that its next save is none too old."""

PLACE = re.compile(r"\w{1,60}(?:\.\w{1,60}){0,5}", re.ASCII)
"""A field, a list in it, or one of a list's items."""

ALWAYS_OPEN = frozenset(["inovasi"])
"""The group that tells what the innovation is; the other groups without content are folded."""

NUMBER = re.compile("[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong, where its control is, and what people call the field."""

    id: str
    label: str
    message: str


async def new_draft(visit: Visit, _who: Identity) -> web.Response:
    """An empty form: the one that this account has left empty, or a fresh one."""
    node, account = visit.node, visit.account
    draft = await node.db.run(
        lambda conn: (
            next((it for it in drafts.every(conn) if _is_empty(it, account)), None)
            or begin(conn, node, account=account)
        )
    )
    return visit.go(f"{DRAFTS}/{draft.id}")


def _is_empty(draft: Draft, account: str) -> bool:
    return draft.record is None and not draft.fields and draft.account == account


async def edit_record(visit: Visit, who: Identity) -> web.Response:
    """The form of an own record: its draft, begun where there is none."""
    record, node = visit.request.match_info["record"], visit.node
    draft = await node.db.run(lambda conn: draft_of(conn, node, who, record, account=visit.account))
    return visit.go(f"{DRAFTS}/{draft.id}")


async def form_page(visit: Visit, who: Identity) -> web.Response:
    """The form."""
    draft = await draft_asked_for(visit)
    return await _form(visit, who, draft, more=visit.text("more"))


async def save_form(visit: Visit, _who: Identity) -> web.Response:
    """Saves it, and goes where the button leads."""
    draft = await _kept(visit, await draft_asked_for(visit))
    here = f"{DRAFTS}/{draft.id}"
    if (name := visit.text("add")) and PLACE.fullmatch(name):
        return visit.go(f"{here}?more={name}#f-{name}")
    if (name := visit.text("drop")) and PLACE.fullmatch(name):
        await _drop_row(visit, draft, name)
        return visit.go(f"{here}#f-{name.partition('.')[0]}")
    if visit.text("do") == "publish":
        return visit.go(f"{here}/terbit")
    return visit.go(here, told="draft")


async def autosave(visit: Visit, who: Identity) -> web.Response:
    """Saves it while somebody writes, and says when."""
    draft = await _kept(visit, await draft_asked_for(visit))
    at = format_time(draft.updated_at, zone=zone_of(who.hub), language=visit.language)
    said = visit.say("Draf disimpan {0}.").format(at)
    return web.Response(text=said, headers={VERSION_HEADER: str(draft.version)})


async def check_form(visit: Visit, who: Identity) -> web.Response:
    """What is wrong with what is written so far, by the id of the control; nothing is saved."""
    draft = await draft_asked_for(visit)
    fields, node = fields_of(visit.form, draft.fields), visit.node
    private = private_texts(fields)

    def work_with(desk: Desk) -> tuple[Finding, ...]:
        answered = {it.key for it in private}
        return desk.check(draft.record or draft.id, fields, answered=answered)

    found = await node.db.read(lambda conn: work_with(Desk.open(conn, node, who, by=visit.account)))
    known = _ids(fields, visit.language)
    faults = faults_of(visit, (it for it in found if it.code != "required"), private, known)
    return web.json_response({it.id: it.message for it in reversed(faults)})


async def ask_discard(visit: Visit, _who: Identity) -> web.Response:
    """Whether the draft is really to be thrown away."""
    draft = await draft_asked_for(visit)
    title = str(draft.fields.get("title", ""))
    return await visit.hub_page("draft_discard.html", here="innovations", draft=draft, title=title)


async def discard(visit: Visit, _who: Identity) -> web.Response:
    """Throws it away; the record that it amends stays as it is."""
    draft = await draft_asked_for(visit)
    await visit.node.db.run(lambda conn: drafts.discard(conn, draft.id))
    place = f"/inovasi/{draft.record}" if draft.record else "/inovasi"
    return visit.go(place, told="discarded")


async def draft_asked_for(visit: Visit) -> Draft:
    """The draft of the address.

    Raises:
        HTTPNotFound: there is none; it was published or thrown away.
    """
    id_ = visit.request.match_info["draft"]
    found = await visit.node.db.read(lambda conn: drafts.get(conn, id_))
    if found is None:
        raise web.HTTPNotFound
    return found


def faults_of(
    visit: Visit,
    findings: Iterable[Finding],
    private: Sequence[PrivateText],
    known: frozenset[str],
) -> list[Fault]:
    """What is wrong with a record, in the order of the schema's fields, and its private texts."""
    said = [(it.pointer, finding_sentence(visit.reader, it)) for it in findings]
    sentence = visit.say("Tampak seperti {0} ({1}). Hapus, atau jelaskan sebelum menandatangani.")
    for it in private:
        kind = PRIVATE_KINDS[it.found.kind]
        said.append((it.found.pointer, sentence.format(visit.say(kind), it.found.excerpt)))
    return [
        Fault(
            id=control_id(pointer, known),
            label=visit.reader.field(pointer.split("/")[1]) if pointer else "",
            message=message,
        )
        for pointer, message in said
    ]


async def _kept(visit: Visit, draft: Draft) -> Draft:
    """The draft with what the form says.

    Raises:
        DraftChanged: it says something else since this page was opened.
    """
    fields, node = fields_of(visit.form, draft.fields), visit.node
    if fields != draft.fields and visit.text("version") != str(draft.version):
        raise DraftChanged(draft.id)
    return await node.db.run(lambda conn: write(conn, node, draft, fields, account=visit.account))


async def _drop_row(visit: Visit, draft: Draft, place: str) -> None:
    """Takes an item out of a list, such as `outputs.1`."""
    name, _, number = place.partition(".")
    items = draft.fields.get(name)
    if not isinstance(items, list) or not NUMBER.fullmatch(number) or int(number) >= len(items):
        return
    kept = [it for index, it in enumerate(items) if index != int(number)]
    fields = {**draft.fields, name: kept} if kept else _without(draft.fields, name)
    node, account = visit.node, visit.account
    await node.db.run(lambda conn: write(conn, node, draft, fields, account=account))


def _without(fields: Mapping[str, Json], name: str) -> dict[str, Json]:
    return {key: value for key, value in fields.items() if key != name}


async def _form(visit: Visit, who: Identity, draft: Draft, *, more: str) -> web.Response:
    node, language = visit.node, visit.language
    reading: Reading = await node.db.read(
        lambda conn: read(conn, node, who, draft, by=visit.account)
    )
    asked_about = draft.record or draft.id
    people = await node.db.read(lambda conn: contacts.of_record(conn, asked_about))
    is_fresh = draft.record is None and not draft.fields
    known = _ids(draft.fields, language)
    private = [it for it in reading.unanswered if not is_fresh]
    faults = [] if is_fresh else faults_of(visit, reading.findings, private, known)
    by_pointer: dict[str, tuple[str, ...]] = {}
    for it in faults:
        pointer = "/" + it.id.removeprefix("f-").replace("-", "/")
        by_pointer[pointer] = (*by_pointer.get(pointer, ()), it.message)
    made = sections(draft.fields, language=language, faults=by_pointer, more=more)
    return await visit.hub_page(
        "draft_form.html",
        here="innovations",
        draft=draft,
        own=reading.own,
        is_handed=draft.state is DraftState.HANDED,
        is_sample=draft.state is DraftState.SAMPLE,
        is_returned=draft.state is DraftState.RETURNED,
        sections=made,
        open_keys=_open_keys(made, more),
        reader=visit.reader,
        suggestions=suggestions(),
        faults=faults,
        groups=completeness(draft.fields).groups,
        group_names=COMPLETENESS,
        missing=_missing(made),
        people=people,
        contacts_of=asked_about,
        needs_second=visit.site.settings.second_person_approves,
    )


def _open_keys(made: Sequence[Section], more: str) -> frozenset[str]:
    """The groups that stand open: what must be filled, what says something, what is wrong."""
    return frozenset(
        it.key
        for it in made
        if it.key in ALWAYS_OPEN
        or it.is_required
        or it.filled_count
        or it.fault_count
        or any(control.name == more for control in it.controls)
    )


def _missing(made: Sequence[Section]) -> dict[str, list[tuple[str, str]]]:
    """Id and label of the fields that count and are empty, by completeness group."""
    found: dict[str, list[tuple[str, str]]] = {}
    for control in (control for section in made for control in section.controls):
        if control.is_missing:
            found.setdefault(control.counts_for, []).append((control.id, control.label))
    return found


def _ids(fields: Mapping[str, Json], language: str) -> frozenset[str]:
    made = sections(fields, language=language)
    return frozenset(id_ for section in made for id_ in every_id(section.controls))
