"""Whether a record is valid, and if not, why, in sentences for the person who must mend it.

`is_valid` is the hot path (jsonschema-rs); `findings` explains (jsonschema). What the schema cannot
say is in `RULES`, a table that both use, so that they agree.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, cast

from protocol.canonical import Json, canonicalise
from protocol.innovation import reference
from protocol.innovation.explaining import Finding, explained
from protocol.innovation.fields import fields
from protocol.innovation.regions import former_code, is_region
from protocol.innovation.signs import texts_at_fault

if TYPE_CHECKING:
    import jsonschema
    import jsonschema_rs

SCHEMA_VERSION = reference.SCHEMA_VERSION
SCHEMA_VERSIONS = reference.SCHEMA_VERSIONS
YEAR_MIN = 1990
FINDINGS_MAX = 50

_DATES = ("trial_started", "started")
_WITHOUT_REGION = ("kementerian", "lembaga", "bumn")
_SIGNS = {
    True: "Tulis dalam satu baris, tanpa tab dan tanpa karakter kendali yang tak tampak.",
    False: "Ada karakter kendali yang tak tampak di dalamnya; hapus, lalu simpan lagi.",
}
"""By whether the text is to be one line."""

_PLACEHOLDER = re.compile(r"\W*(?:n/?a|tes(?:t|ting)?|judul|null|none|nihil|-)\W*\Z", re.IGNORECASE)


def schema(version: str = SCHEMA_VERSION) -> Mapping[str, Any]:
    """The JSON Schema of the record."""
    return reference.schema(version)


def is_valid(record: Mapping[str, Json]) -> bool:
    """Whether a record, with `id` and `hub`, meets the schema and the rules."""
    return _fast().is_valid(record) and next(_rule_findings(record), None) is None


def is_placeholder(text: str) -> bool:
    """Whether a text only stands where one is missing, such as "-", "n/a" or "test"."""
    return bool(_PLACEHOLDER.match(text))


def findings(
    record: Mapping[str, Json], *, today: str | None = None, at_fault: Collection[str] = ()
) -> tuple[Finding, ...]:
    """All that is wrong with a record, at most 50; empty where it is valid.

    Args:
        record: with `id` and `hub`.
        today: ISO date; dates after it are findings. Left out where no clock may decide.
        at_fault: fields of which the person was told already; nothing is said about them.
    """
    errors = map(explained, _slow().iter_errors(record))
    found = list(islice((it for it in errors if _field_of(it) not in at_fault), FINDINGS_MAX))
    if len(found) < FINDINGS_MAX:  # else fields may be at fault that no finding names
        faulty = frozenset(at_fault).union(map(_field_of, found))
        late = () if today is None else _future(_without(record, faulty), today)
        rest = chain(_rule_findings(record, faulty), late)
        found += islice(rest, FINDINGS_MAX - len(found))
    return tuple(sorted(found, key=lambda f: f.pointer))


def _field_of(finding: Finding) -> str:
    return finding.pointer.removeprefix("/").partition("/")[0]


def _title(record: Mapping[str, Any]) -> Iterator[Finding]:
    if is_placeholder(record["title"]) or not record["title"].strip():
        yield Finding(pointer="/title", code="placeholder", message="Tulis judul yang sebenarnya.")


def _words(record: Mapping[str, Any]) -> Iterator[Finding]:
    for name, words_max in _worded():
        text = record.get(name)
        if text and len(text) > 2 * words_max and len(text.split()) > words_max:
            yield Finding(
                pointer=f"/{name}",
                code="too_many_words",
                message=f"Terlalu panjang: {len(text.split())} kata, paling banyak {words_max}.",
            )


def _region_needed(record: Mapping[str, Any]) -> Iterator[Finding]:
    if record.get("region") is None and record["agency"]["kind"] not in _WITHOUT_REGION:
        yield Finding(
            pointer="/region", code="required", message="Wilayah wajib diisi untuk instansi ini."
        )


def _regions_known(record: Mapping[str, Any]) -> Iterator[Finding]:
    region = record.get("region")
    places = [("/region", region)] if region else []
    for index, place in enumerate(record.get("locations", ())):
        places.append((f"/locations/{index}/region", place["region"]))
    for pointer, code in places:
        if not is_region(code):
            yield Finding(
                pointer=pointer,
                code="unknown_region",
                message=_unknown_region(code),
            )


def _years(record: Mapping[str, Any]) -> Iterator[Finding]:
    for name in _DATES:
        value = record.get(name)
        if value and int(value[:4]) < YEAR_MIN:
            sentence = f"Terlalu awal: isi tahun atau tanggal dari {YEAR_MIN} sampai hari ini."
            yield Finding(pointer=f"/{name}", code="date_range", message=sentence)


def _unknown_region(code: str) -> str:
    former = former_code(code)
    if former is None:
        return f"Kode wilayah {code} tidak ada dalam daftar Kemendagri."
    return f"Kode wilayah {code} tidak berlaku lagi; sekarang {former.now} ({former.decree})."


def _start(record: Mapping[str, Any]) -> Iterator[Finding]:
    trial, started = record.get("trial_started"), record.get("started")
    if trial is None and started is None:
        yield Finding(
            pointer="/started", code="required", message="Isi tahun mulai uji coba atau penerapan."
        )
    if trial and started and trial[: len(started)] > started[: len(trial)]:
        yield Finding(
            pointer="/started",
            code="date_order",
            message="Mulai penerapan tidak boleh sebelum mulai uji coba.",
        )


def _signs(record: Mapping[str, Any]) -> Iterator[Finding]:
    for pointer, is_line in texts_at_fault(record, schema()["properties"]):
        yield Finding(pointer=pointer, code="bad_format", message=_SIGNS[is_line])


RULES: tuple[tuple[tuple[str, ...], Callable[[Mapping[str, Any]], Iterator[Finding]]], ...] = (
    (("title",), _title),
    ((), _words),
    (("agency", "region"), _region_needed),
    ((), _regions_known),
    (_DATES, _start),
    ((), _years),
    ((), _signs),
)
"""What JSON Schema cannot say, after the fields that a rule needs whole.

Where one of them is at fault the rule is left out. Other fields it takes as it finds them: those at
fault are absent, and what is there meets the schema.
"""


def _rule_findings(
    record: Mapping[str, Any], at_fault: AbstractSet[str] = frozenset()
) -> Iterator[Finding]:
    sound = _without(record, at_fault)
    for needed, rule in RULES:
        if at_fault.isdisjoint(needed):
            yield from rule(sound)


def _without(record: Mapping[str, Any], names: AbstractSet[str]) -> Mapping[str, Any]:
    return {n: v for n, v in record.items() if n not in names} if names else record


def _future(record: Mapping[str, Any], today: str) -> Iterator[Finding]:
    for name in _DATES:
        value = record.get(name)
        if value and value > today[: len(value)]:
            sentence = f"Belum terjadi: isi tahun atau tanggal dari {YEAR_MIN} sampai {today}."
            yield Finding(pointer=f"/{name}", code="date_range", message=sentence)


@cache
def _worded() -> tuple[tuple[str, int], ...]:
    return tuple((field.name, field.words_max) for field in fields() if field.words_max)


@cache
def _fast() -> "jsonschema_rs.Draft202012Validator":
    import jsonschema_rs  # noqa: PLC0415  # a node at rest needs none

    return jsonschema_rs.Draft202012Validator(dict(schema()))


@cache
def _slow() -> "jsonschema.Draft202012Validator":
    import jsonschema  # noqa: PLC0415  # slow to load, and most processes meet no finding

    def repeated(
        _validator: object, wanted: object, items: Any, _schema: object
    ) -> Iterator[jsonschema.ValidationError]:
        """`uniqueItems` in linear time; the library compares every pair of an unsortable list."""
        is_list = wanted and isinstance(items, list)
        if is_list and len({canonicalise(item) for item in items}) < len(items):
            yield jsonschema.ValidationError("has repeated items")

    explaining = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
        jsonschema.Draft202012Validator, {"uniqueItems": repeated}
    )
    return cast("jsonschema.Draft202012Validator", explaining(dict(schema())))
