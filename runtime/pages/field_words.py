"""Words for what an innovation says in code: fields, members and choices, as the schema has them.

A member or choice without a word reads as the schema writes it, without underlines.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from protocol.innovation.fields import Field
from runtime.pages.translating import Say, msg

Form = Mapping[str, Any]
"""What the schema says of a field, a member or an item."""

GROUPS = {
    "identitas": msg("Identitas"),
    "inovasi": msg("Data inovasi"),
    "capaian": msg("Data capaian"),
    "sebaran": msg("Data sebaran"),
    "pembandingan": msg("Pembandingan data"),
    "peta_jalan": msg("Peta jalan"),
    "lampiran": msg("Lampiran"),
}

STANDINGS = {
    "active": msg("Tampil"),
    "withdrawn": msg("Ditarik"),
    "hidden": msg("Disembunyikan pusat"),
    "merged": msg("Digabung"),
    "confirmed": msg("Dikonfirmasi"),
    "open": msg("Belum diperiksa"),
    "rejected": msg("Tidak dikonfirmasi"),
}
"""What the centre, or the log, says of a record or of an award; the schema does not know it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads.

    Attributes:
        language: of the reader.
        say: turns Indonesian words into the reader's.
    """

    language: str
    say: Say

    def label(self, field: Field) -> str:
        """A field's label."""
        return field.title if self.language == "id" else field.label_en

    def label_of(self, form: Form, name: str) -> str:
        """What a member is called."""
        title = str(form.get("title", _plain(name)))
        return title if self.language == "id" else str(form.get("x-label-en", title))

    def choice(self, form: Form, value: str) -> str:
        """A value of a closed list."""
        said = form.get("x-choices", {}).get(value)
        return str(said[self.language]) if said else _plain(value)

    def group(self, name: str) -> str:
        """A group of fields."""
        word = GROUPS.get(name, "")
        return self.say(word) if word else _plain(name)

    def standing(self, name: str) -> str:
        """How readers see a record, or what the centre says of an award."""
        word = STANDINGS.get(name, "")
        return self.say(word) if word else _plain(name)


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()
