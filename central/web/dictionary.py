"""Kamus data: every field of the catalogue for people, as Satu Data Indonesia asks for it."""

from collections.abc import Mapping

from aiohttp import web

from central.outlets.dictionary import (
    ALWAYS,
    NEVER,
    SOMETIMES,
    STANDARDS,
    WITHIN,
    Variable,
    tables,
    variables,
)
from central.web.visit import Visit
from protocol.innovation.reference import SCHEMA_VERSION
from runtime.pages.translating import msg

TYPES: Mapping[str, str] = {
    "text": msg("Teks"),
    "choice": msg("Pilihan"),
    "integer": msg("Bilangan bulat"),
    "boolean": msg("Ya atau tidak"),
    "list": msg("Daftar"),
    "object": msg("Kelompok isian"),
}
NEEDS: Mapping[str, str] = {
    ALWAYS: msg("Wajib"),
    SOMETIMES: msg("Bersyarat"),
    WITHIN: msg("Wajib bila kelompoknya diisi"),
    NEVER: "",
}


async def dictionary_page(visit: Visit) -> web.Response:
    """Fields by group, and the reference tables with their decrees."""
    groups: dict[str, list[Variable]] = {}
    for variable in variables():
        groups.setdefault(visit.reader.group(variable.group), []).append(variable)
    return await visit.public_page(
        "dictionary.html",
        here="data",
        groups=groups,
        tables=tables(),
        types={name: visit.say(word) for name, word in TYPES.items()},
        needs={name: visit.say(word) if word else "" for name, word in NEEDS.items()},
        standards=" · ".join(STANDARDS),
        version=SCHEMA_VERSION,
    )
