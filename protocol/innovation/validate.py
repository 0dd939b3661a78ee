"""Whether a record is valid, and if not, why, in sentences for the person who must mend it.

`is_valid` is the hot path (jsonschema-rs); `findings` explains (jsonschema). What the schema cannot
say is in `RULES`, a table that both use, so that they agree.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import jsonschema_rs

from protocol.canonical import Json, canonicalise
from protocol.innovation import reference
from protocol.innovation.fields import fields
from protocol.innovation.regions import former_code, is_region

if TYPE_CHECKING:
    import jsonschema

SCHEMA_VERSION = reference.SCHEMA_VERSION
YEAR_MIN = 1990
FINDINGS_MAX = 50

_WITHOUT_REGION = ("kementerian", "lembaga", "bumn")
_PLACEHOLDER = re.compile(r"\W*(?:n/?a|tes(?:t|ting)?|judul|null|none|nihil|-)\W*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        pointer: JSON pointer to the field.
        code: stable: required, too_short, too_long, too_many_words, not_allowed, bad_format,
            unknown_field, unknown_region, placeholder, date_order, date_range.
        message: one Indonesian sentence that says what to do.
    """

    pointer: str
    code: str
    message: str


_CODES: Mapping[str, tuple[str, str]] = {
    "required": ("required", "Wajib diisi."),
    "minLength": ("too_short", "Terlalu pendek: isi sedikitnya {0} karakter."),
    "maxLength": ("too_long", "Terlalu panjang: paling banyak {0} karakter."),
    "maxItems": ("too_long", "Terlalu banyak: paling banyak {0} butir."),
    "minItems": ("too_short", "Isi sedikitnya {0} butir."),
    "enum": ("not_allowed", "Pilih salah satu: {0}."),
    "minimum": ("out_of_range", "Terlalu kecil: sedikitnya {0}."),
    "maximum": ("out_of_range", "Terlalu besar: paling banyak {0}."),
    "pattern": ("bad_format", "Bentuknya tidak sesuai ketentuan isian ini."),
    "type": ("bad_format", "Jenis isiannya harus {0}."),
    "uniqueItems": ("not_allowed", "Tidak boleh ada butir yang berulang."),
    "additionalProperties": ("unknown_field", "Isian ini tidak dikenal dalam skema."),
}


def schema(version: str = SCHEMA_VERSION) -> Mapping[str, Any]:
    """The JSON Schema of the record."""
    return reference.schema(version)


def is_valid(record: Mapping[str, Json]) -> bool:
    """Whether a record, with `id` and `hub`, meets the schema and the rules."""
    return _fast().is_valid(record) and next(_rule_findings(record), None) is None


def findings(record: Mapping[str, Json], *, today: str | None = None) -> tuple[Finding, ...]:
    """All that is wrong with a record, at most 50; empty where it is valid.

    Args:
        record: with `id` and `hub`.
        today: ISO date; dates after it are findings. Left out where no clock may decide.
    """
    found = [_explained(error) for error in islice(_slow().iter_errors(record), FINDINGS_MAX)]
    if not found:
        found = list(islice(_rule_findings(record), FINDINGS_MAX))
    if today is not None and not found:
        found = list(_future(record, today))
    return tuple(sorted(found, key=lambda f: f.pointer))


def _title(record: Mapping[str, Any]) -> Iterator[Finding]:
    if _PLACEHOLDER.match(record["title"]) or not record["title"].strip():
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


def _region(record: Mapping[str, Any]) -> Iterator[Finding]:
    region = record.get("region")
    if region is None and record["agency"]["kind"] not in _WITHOUT_REGION:
        yield Finding(
            pointer="/region", code="required", message="Wilayah wajib diisi untuk instansi ini."
        )
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


def _unknown_region(code: str) -> str:
    former = former_code(code)
    if former is None:
        return f"Kode wilayah {code} tidak ada dalam daftar Kemendagri."
    return f"Kode wilayah {code} tidak berlaku lagi; sekarang {former.now} ({former.decree})."


def _dates(record: Mapping[str, Any]) -> Iterator[Finding]:
    trial, started = record.get("trial_started"), record.get("started")
    if trial is None and started is None:
        yield Finding(
            pointer="/started", code="required", message="Isi tahun mulai uji coba atau penerapan."
        )
    for name, value in (("trial_started", trial), ("started", started)):
        if value and int(value[:4]) < YEAR_MIN:
            yield Finding(
                pointer=f"/{name}", code="date_range", message=f"Tahun paling awal {YEAR_MIN}."
            )
    if trial and started and trial[: len(started)] > started[: len(trial)]:
        yield Finding(
            pointer="/started",
            code="date_order",
            message="Mulai penerapan tidak boleh sebelum mulai uji coba.",
        )


RULES: tuple[Callable[[Mapping[str, Any]], Iterator[Finding]], ...] = (
    _title,
    _words,
    _region,
    _dates,
)
"""What JSON Schema cannot say; each rule may rely on the schema being met."""


def _rule_findings(record: Mapping[str, Any]) -> Iterator[Finding]:
    for rule in RULES:
        yield from rule(record)


def _future(record: Mapping[str, Any], today: str) -> Iterator[Finding]:
    for name in ("trial_started", "started"):
        value = record.get(name)
        if value and value > today[: len(value)]:
            yield Finding(
                pointer=f"/{name}", code="date_range", message="Tanggal ini belum terjadi."
            )


def _explained(error: "jsonschema.ValidationError") -> Finding:
    rule = str(error.validator)
    code, sentence = _CODES[rule]
    pointer = "".join(f"/{part}" for part in error.absolute_path)
    limit = error.validator_value
    if rule == "required":
        missing = error.message.split("'")[1]  # the sentence begins with the quoted name
        pointer += f"/{missing}"
    if isinstance(limit, list):
        limit = ", ".join(map(str, limit))
    return Finding(pointer=pointer, code=code, message=sentence.format(limit))


@cache
def _worded() -> tuple[tuple[str, int], ...]:
    return tuple((field.name, field.words_max) for field in fields() if field.words_max)


@cache
def _fast() -> jsonschema_rs.Draft202012Validator:
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
