"""Benturan by rule: many conflicts ended by one word, after a look at what would stay."""

from collections.abc import Collection, Mapping, Sequence

from aiohttp import web
from sqlalchemy import Connection

from central.casework import conflict_queue, rules
from central.casework.conflicts import Conflict, Head
from central.casework.rules import Rule
from central.casework.scanning import parts
from central.store import hubs
from central.web.conflict_list import CONFLICTS
from central.web.field_labels import field_labels
from central.web.many import in_parts
from central.web.refusals import refusal_sentence
from central.web.stamps import CHANGED, SeenIsOld, stamp_of
from central.web.visit import Visit
from protocol.canonical import Json
from protocol.catalogue import SET_FIELDS, STATE
from protocol.errors import ProtocolError
from runtime.pages.case_values import comparison
from runtime.pages.translating import msg

RULES = f"{CONFLICTS}/aturan"
PREVIEWED = 20
"""Conflicts that the preview shows with what becomes of them."""

RECORDS_AT_ONCE = 2_000
"""Records that one press of the button decides about, so that its answer does not take minutes."""

RULE_WORDS: Mapping[Rule, tuple[str, str]] = {
    Rule.OWNER: (msg("Hub pemilik"), msg("nilai yang ditulis hub pemilik inovasi")),
    Rule.CENTRE: (msg("Pusat"), msg("nilai yang ditulis kurator pusat")),
    Rule.LATEST: (msg("Yang terakhir"), msg("nilai yang paling akhir masuk log nasional")),
}

NO_FIELD = msg("Pilih sedikitnya satu isian.")

Covered = list[tuple[Conflict, Head]]


async def rules_page(visit: Visit, *, fault: str = "", status: int = 200) -> web.Response:
    """A form for the rule, and what it would end."""
    rule, fields, hub = _asked(visit)
    covered = await _covered(visit, rule, fields, hub)
    labels, centre = field_labels(visit), visit.centre
    names = await centre.db.read(hubs.names)
    counts = await centre.db.read(lambda conn: conflict_queue.field_counts(conn, centre))
    if rule is not None and not fields and not fault:
        fault, status = visit.say(NO_FIELD), 422
    return await visit.desk_page(
        "conflict_rules.html",
        here="conflicts",
        status=status,
        fault=fault,
        rule=rule,
        rules=RULE_WORDS,
        fields=fields,
        hub=hub,
        hubs=names,
        labels=labels,
        offered={it: counts[it] for it in labels if counts[it] and _can_be_ruled_on(it)},
        count=len(covered),
        record_count=len({it.record for it, _ in covered}),
        at_once=RECORDS_AT_ONCE,
        done=visit.number("selesai"),
        stopped=visit.number("berubah"),
        previewed=[(it, _change(visit, it, head), head) for it, head in covered[:PREVIEWED]],
        stamp=_stamp(covered),
    )


async def resolve_by_rule(visit: Visit) -> web.Response:
    """Ends what the preview showed, of so many records as one answer can wait for."""
    rule, fields, hub = _asked(visit)
    covered = await _covered(visit, rule, fields, hub)
    if rule is None or not covered:
        return visit.go(CONFLICTS, told="decided")
    records = sorted({it.record for it, _ in covered})[:RECORDS_AT_ONCE]

    async def resolve(part: Sequence[str]) -> int:
        return await _resolved(visit, rule, fields, _of(covered, part))

    try:
        visit.require_seen(_stamp(covered))
        done = await in_parts(parts(records), resolve)
    except SeenIsOld:
        return await rules_page(visit, fault=visit.say(CHANGED), status=409)
    except ProtocolError as error:
        return await rules_page(visit, fault=refusal_sentence(visit, error), status=422)
    query = "&".join([f"aturan={rule}", f"hub={hub}", *(f"isian={name}" for name in fields)])
    return visit.go(f"{RULES}?{query}&{done.query}")


async def _resolved(visit: Visit, rule: Rule, fields: list[str], shown: Covered) -> int:
    """Ends these conflicts, as long as they are what the page was made of.

    Raises:
        SeenIsOld: they have other values by now.
        CaseRefused: a value that stays is not valid any more.
        TextRefused: personal data in one.
    """
    centre, person = visit.centre, visit.person()
    records = sorted({it.record for it, _ in shown})

    def work(conn: Connection) -> int:
        if rules.covered_of(conn, centre, rule, fields, records) != shown:
            raise SeenIsOld
        return rules.resolve_many(
            conn,
            centre,
            rule,
            fields,
            records,
            by=person.by,
            agency=person.agency,
        )

    return await centre.db.run(work)


def _asked(visit: Visit) -> tuple[Rule | None, list[str], str]:
    """The rule, the fields and the hub that are asked for; what is none of them is left out."""
    asked, hub = visit.text("aturan"), visit.text("hub")
    rule = Rule(asked) if asked in set(Rule) else None
    known = field_labels(visit)
    fields = [name for name in visit.texts("isian") if name in known and _can_be_ruled_on(name)]
    return rule, fields, hub


async def _covered(visit: Visit, rule: Rule | None, fields: list[str], hub: str) -> Covered:
    if rule is None or not fields:
        return []
    centre = visit.centre
    return await centre.db.read(lambda conn: rules.covered_by(conn, centre, rule, fields, hub))


def _can_be_ruled_on(name: str) -> bool:
    return name != STATE and name not in SET_FIELDS


def _change(visit: Visit, it: Conflict, stays: Head) -> object:
    """What stays beside the first of the values that go."""
    gone: Json = next((head.value for head in it.heads if head.place != stays.place), None)
    return comparison(it.field, gone, stays.value, visit.reader)


def _of(covered: Covered, records: Collection[str]) -> Covered:
    named = set(records)
    return sorted((it for it in covered if it[0].record in named), key=lambda it: it[0].record)


def _stamp(covered: Covered) -> str:
    """Of every value: also of those that go, because whoever decides has seen them."""
    shown: list[Json] = [
        [it.record, it.field, head.place, *(other.place for other in it.heads)]
        for it, head in covered
    ]
    return stamp_of(shown)
