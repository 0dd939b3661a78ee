"""What the schema refuses, in sentences for the person who must mend it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import jsonschema


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
    "pattern": ("bad_format", "{0}"),
    "type": ("bad_format", "Isian ini harus berupa {0}."),
    "uniqueItems": ("not_allowed", "Tidak boleh ada butir yang berulang."),
    "additionalProperties": ("unknown_field", "Isian ini tidak dikenal dalam skema."),
}

_TYPES: Mapping[str, str] = {
    "string": "teks",
    "integer": "bilangan bulat, misalnya 16",
    "array": "daftar, misalnya [3, 16]",
    "object": 'kumpulan bagian bernama, misalnya {"name": "Dinas Kesehatan"}',
}


def in_one_line(findings: Iterable[Finding]) -> str:
    """Where each is and what to do about it, such as "/region: Wajib diisi."."""
    return " ".join(f"{found.pointer}: {found.message.rstrip('.')}." for found in findings)


def explained(error: "jsonschema.ValidationError") -> Finding:
    """The finding that an error of the schema stands for."""
    rule = str(error.validator)
    code, sentence = _CODES[rule]
    pointer = "".join(f"/{part}" for part in error.absolute_path)
    if rule == "required":
        missing = error.message.split("'")[1]  # the sentence begins with the quoted name
        pointer += f"/{missing}"
    return Finding(pointer=pointer, code=code, message=sentence.format(_limit(rule, error)))


def _limit(rule: str, error: "jsonschema.ValidationError") -> object:
    """What the rule asks for, as people say it: never a pattern."""
    form = cast("Mapping[str, Any]", error.schema)
    match rule:
        case "pattern":
            return form["x-shape"]
        case "type":
            return _TYPES[form["type"]]
        case "enum":
            return ", ".join(form["enum"])
        case _:
            return form[rule]
