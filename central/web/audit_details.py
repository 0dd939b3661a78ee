"""The details of acts as people read them: rows are kept in short English, and stay as they are.

What has none of the shapes here is shown as it is kept: a reason, a name, an account.
"""

import re
from collections.abc import Callable, Mapping

from central.agency import Agency
from central.staff import COMMAND_LINE
from central.web.agencies import agency_called
from central.web.rights import ROLE_WORDS, Role
from central.web.webhook_words import DISABLED_BECAUSE
from runtime.http.problem_responses import problem_of
from runtime.pages.field_words import Reader
from runtime.pages.formats import format_number
from runtime.pages.translating import INDONESIAN, msg

SHAPES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "account.added": (
        (r"(?P<name>[^:]+): (?P<role>\w+), (?P<agency>\w+)", "{name}: {role}, {agency}"),
    ),
    "account.changed": (
        (
            r"(?P<name>[^:]+): (?P<role>\w+), (?P<agency>\w+), (?P<state>on|off)",
            "{name}: {role}, {agency}, {state}",
        ),
    ),
    "agency.moved": (
        (r"(?P<count>\d+) records of (?P<name>.+)", msg("{count} inovasi dari {name}")),
    ),
    "award.confirmed": (
        (
            r"(?P<record>\S{36}) (?P<name>.+ \d{4}) (?P<state>\w+): (?P<said>.*)",
            "{record}, {name}, {state}: {said}",
        ),
    ),
    "change.refused": ((r"place (?P<count>\d+)", msg("keputusan di tempat {count}")),),
    "change.released": ((r"place (?P<count>\d+)", msg("keputusan di tempat {count}")),),
    "courier.exported": ((r"file (?P<count>\d+)", msg("berkas ke-{count}")),),
    "courier.imported": ((r"(?P<count>\d+) entries", msg("{count} entri")),),
    "courier.refused": ((r"(?P<code>[a-z_]+): .*", "{code}"),),
    "equivocation": ((r"size (?P<count>\d+)", msg("pada ukuran {count}")),),
    "hub.identity_in_use": (
        (
            (
                r"This machine is (?P<name>\w*); the hub's is (?P<other>\w*)"
                r"(?:, last seen (?P<said>.*))?\."
            ),
            msg(
                "Mesin {name} menghubungi pusat; mesin hub ini {other} (terakhir terlihat: {said})"
            ),
        ),
        (
            (
                r"Two machines are (?P<name>\w*): this one knows (?P<count>\d+) entries; the other "
                r"began from a copy on (?P<said>.*) and made them (?P<more>\d+)\."
            ),
            msg(
                "Dua mesin bernama {name}: yang satu mengenal {count} entri; yang lain berangkat "
                "dari salinan pada {said} dan menjadikannya {more}"
            ),
        ),
    ),
    "hub.machine_changed": (
        (r"(?P<name>\w+) in place of (?P<other>\w+)", msg("{name} menggantikan {other}")),
    ),
    "hub.target": (
        (r"(?P<days>\d+) h", "{days}"),
        ("", msg("mengikuti pengaturan pusat")),
    ),
    "key.rotated": ((r"from entry (?P<count>\d+) on", msg("mulai entri {count}")),),
    "key.rotation_refused": (("a key that was used before", msg("kunci yang pernah dipakai")),),
    "number.assigned": (
        (r"(?P<count>\d+) from (?P<name>\S+) on", msg("{count} nomor, mulai {name}")),
    ),
    "publication.set": (
        (r"(?P<record>\S{36}) (?P<state>\w+): (?P<said>.*)", "{record}, {state}: {said}"),
    ),
    "record.transferred": (
        (
            r"(?P<count>\d+) records to (?P<name>\S+): (?P<said>.*)",
            msg("{count} inovasi kepada hub {name}: {said}"),
        ),
    ),
    "webhook.disabled": ((r"(?P<name>.+): (?P<because>\w+)", "{name}: {because}"),),
}
"""By act: what a detail looks like, and how it is said. `_READ` reads a group by its name."""

SIGNED = frozenset(
    [
        "account.added",
        "account.changed",
        "account.password",
        "second_factor.given_up",
        "token.created",
        "token.revoked",
        "webhook.added",
        "webhook.enabled",
        "webhook.removed",
    ]
)
"""Acts whose details end with who did it."""

STATES: Mapping[str, str] = {
    "on": msg("aktif"),
    "off": msg("nonaktif"),
    "public": msg("ditampilkan"),
    "hidden": msg("disembunyikan"),
    "confirmed": msg("dikukuhkan"),
    "rejected": msg("tidak dikukuhkan"),
    "open": msg("belum diperiksa"),
}
_BY = re.compile(r"(?P<rest>.*?)[;,]? by (?P<by>command line|\S+)", re.DOTALL)
_SAYS_BY, _COMMAND_LINE = msg("oleh {by}"), msg("baris perintah")
_HOURS, _DAYS = msg("{count} jam"), msg("{count} hari")
_DAY_HOURS = 24


def detail_words(what: str, detail: str, reader: Reader) -> str:
    """A detail in the reader's words.

    Args:
        what: the kind of the act.
        detail: as the row has it; it may begin with who acted and a colon.
        reader: who reads it.
    """
    signed = _BY.fullmatch(detail) if what in SIGNED else None
    if signed is None:
        return _headed(what, detail, reader)
    by = reader.say(_COMMAND_LINE) if signed["by"] == COMMAND_LINE else signed["by"]
    return f"{_shaped(what, signed['rest'], reader)}; {reader.say(_SAYS_BY).format(by=by)}"


def _headed(what: str, detail: str, reader: Reader) -> str:
    """A detail that may begin with who acted; people are named as they are."""
    rest = detail.removeprefix(f"{COMMAND_LINE}: ")
    if rest == detail:
        return _shaped(what, detail, reader)
    return f"{reader.say(_COMMAND_LINE)}: {_shaped(what, rest, reader)}"


def _shaped(what: str, detail: str, reader: Reader) -> str:
    head, colon, rest = detail.partition(": ")
    for before, text in (("", detail), (head + colon, rest)):
        for shape, words in SHAPES.get(what, ()):
            found = re.fullmatch(shape, text, re.DOTALL)
            if found is not None and (text or not before):
                return before + reader.say(words).format(**_read(found.groupdict(), reader))
    return detail


def _read(groups: Mapping[str, str | None], reader: Reader) -> dict[str, str]:
    return {
        name: _READ[name](value or "-", reader) if name in _READ else value or "-"
        for name, value in groups.items()
    }


def _role(name: str, reader: Reader) -> str:
    if name not in set(Role):
        return name
    word, _ = ROLE_WORDS[Role(name)]
    return reader.say(word)


def _span(hours: str, reader: Reader) -> str:
    """Hours as people say them: 6 jam, 30 hari."""
    days, rest = divmod(int(hours), _DAY_HOURS)
    if rest or days < 2:  # noqa: PLR2004 (one day is said in hours, as on the hub's page)
        return reader.say(_HOURS).format(count=_number(hours, reader))
    return reader.say(_DAYS).format(count=_number(str(days), reader))


def _number(text: str, reader: Reader) -> str:
    return format_number(int(text), language=reader.language)


def _state(name: str, reader: Reader) -> str:
    word = STATES.get(name)
    return reader.say(word) if word else name


def _because(code: str, reader: Reader) -> str:
    word = DISABLED_BECAUSE.get(code)
    return reader.say(word) if word else code


def _code(code: str, reader: Reader) -> str:
    problem = problem_of(code)
    sentence = problem.id if reader.language == INDONESIAN else problem.en
    return f"{sentence} ({code})"


def _agency(name: str, reader: Reader) -> str:
    return agency_called(name, reader.say) if name in set(Agency) else name


_READ: Mapping[str, Callable[[str, Reader], str]] = {
    "agency": _agency,
    "because": _because,
    "code": _code,
    "count": _number,
    "days": _span,
    "more": _number,
    "record": lambda record, _: f"…{record[-8:]}",
    "role": _role,
    "state": _state,
}
