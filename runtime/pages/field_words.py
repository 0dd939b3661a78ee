"""Words for what an innovation says in code: fields, members and choices, as the schema has them.

A member or choice without a word reads as the schema writes it, without underlines.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from protocol.innovation.fields import Field
from protocol.innovation.reference import schema
from runtime.pages.translating import INDONESIAN, Say, msg

Form = Mapping[str, Any]
"""What the schema says of a field, a member or an item."""

GROUPS = {
    "identitas": msg("Identitas"),
    "inovasi": msg("A. Data inovasi"),
    "capaian": msg("B. Data capaian"),
    "sebaran": msg("C. Data sebaran"),
    "pembandingan": msg("D. Pembandingan data"),
    "peta_jalan": msg("E. Peta jalan"),
    "lampiran": msg("Lampiran"),
}

COMPLETENESS = {
    "A": msg("Data inovasi"),
    "B": msg("Data capaian"),
    "C": msg("Data sebaran"),
    "D": msg("Pembandingan data"),
    "E": msg("Peta jalan"),
}
"""The groups that count for completeness, by their letters."""

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
        titles: of innovations that are named by their ids, as far as they are known.
    """

    language: str
    say: Say
    titles: Mapping[str, str] = field(default_factory=dict, compare=False)

    def label(self, field: Field) -> str:
        """A field's label."""
        return field.title if self.language == "id" else field.label_en

    def label_of(self, form: Form, name: str) -> str:
        """What a field or a member is called."""
        return label_of(form, name, self.language)

    def choice(self, form: Form, value: str) -> str:
        """A value of a closed list."""
        return choice_of(form, value, self.language)

    def field(self, path: str, *, first: int = 1) -> str:
        """What a field, a part of it, or an item is called: `Instansi: Nama instansi`.

        Args:
            path: names joined by dots, a number for an item: `documents.2.title`.
            first: number of the first item of a list in the path; people count from 1.
        """
        head, *parts = path.split(".")
        form: Form = schema()["properties"].get(head, {})
        word = self.label_of(form, head)
        if parts and parts[0].isdigit():
            word = f"{word} {int(parts.pop(0)) + 1 - first}"
        named: list[str] = []
        for part in parts:
            form = members_of(form).get(part, {})
            named.append(self.label_of(form, part))
        return f"{word}: {', '.join(named)}" if named else word

    def hint(self, path: str) -> str:
        """What to write in a field or a part of it, named as for `field`; "" where it is plain."""
        return hint_of(self._form(path), self.language)

    def _form(self, path: str) -> Form:
        head, *parts = path.split(".")
        form: Form = schema()["properties"].get(head, {})
        for part in parts:
            form = form if part.isdigit() else members_of(form).get(part, {})
        return form

    def group(self, name: str) -> str:
        """A group of fields."""
        word = GROUPS.get(name, "")
        return self.say(word) if word else _plain(name)

    def standing(self, name: str) -> str:
        """How readers see a record, or what the centre says of an award."""
        word = STANDINGS.get(name, "")
        return self.say(word) if word else _plain(name)


def label_of(form: Form, name: str, language: str) -> str:
    """What a field or a member is called; by its name where the schema knows none."""
    title = str(form.get("title", _plain(name)))
    return title if language == INDONESIAN else str(form.get("x-label-en", title))


def choice_of(form: Form, value: str, language: str) -> str:
    """How a value of a closed list is said."""
    said = form.get("x-choices", {}).get(value)
    return str(said[language]) if said else _plain(value)


def hint_of(form: Form, language: str) -> str:
    """What to write in a field; "" where the schema says nothing of it."""
    if language == INDONESIAN:
        return str(form.get("description", form.get("x-shape", "")))
    return str(form.get("x-description-en", form.get("x-shape-en", "")))


def members_of(form: Form) -> Mapping[str, Form]:
    """The members of a field, or of the items of a list."""
    members: Mapping[str, Form] = form.get("properties") or form.get("items", {}).get(
        "properties", {}
    )
    return members


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()
