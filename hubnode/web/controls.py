"""The form of a record, made from the schema file: a field that is added there appears here.

A control's id is `f-` and the path of its value joined by `-`, such as `f-agency-name`, so that
other pages lead to it. Its name in the form is the path joined by dots.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from protocol.canonical import Json
from protocol.innovation.awards import every_scheme
from protocol.innovation.fields import FILLED_BY_HUB
from protocol.innovation.reference import schema, table
from protocol.innovation.signs import LINE_CHARACTERS_MAX
from runtime.pages.field_words import Form, choice_of, hint_of, label_of

Choice = tuple[str, str]

SPARE_ROWS = 1
"""Empty rows behind the items of a list, so that another is written without a script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One field, member or item of the form.

    Attributes:
        id: DOM id.
        name: in the form.
        kind: line, prose, number, choice, regions, ticks, lines, group or rows.
        label: in the reader's language.
        hint: what to write, or "".
        value: as text; of ticks the ticked values, of lines a line each.
        choices: (value, label) of a choice or of ticks; of regions by province.
        suggestions: id of the list of values that the page offers, or "".
        is_required: whether it must be filled for the record to be published.
        counts_for: completeness group, or "".
        is_missing: whether it counts and is empty.
        children: of a group; of rows one group an item.
        faults: what is wrong with it.
    """

    id: str
    name: str
    kind: str
    label: str
    hint: str = ""
    value: Any = ""
    choices: tuple[Any, ...] = ()
    suggestions: str = ""
    is_required: bool = False
    counts_for: str = ""
    is_missing: bool = False
    children: tuple["Control", ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether it, or a part of it, is filled."""
        return bool(self.value) or any(it.says_something for it in self.children)

    @property
    def is_faulty(self) -> bool:
        """Whether something is wrong in it."""
        return bool(self.faults) or any(it.is_faulty for it in self.children)

    @property
    def is_folded(self) -> bool:
        """Whether a telephone shows it folded: long, empty, and nobody asked for a row of it."""
        is_long = self.kind == "ticks" or (self.kind == "rows" and len(self.children) <= SPARE_ROWS)
        return is_long and not (self.is_required or self.says_something or self.is_faulty)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Fields that stand together: what the schema calls a group."""

    key: str
    controls: tuple[Control, ...]

    @property
    def filled_count(self) -> int:
        """How many of its fields say something."""
        return sum(it.says_something for it in self.controls)

    @property
    def fault_count(self) -> int:
        """How many of its fields have something wrong."""
        return sum(it.is_faulty for it in self.controls)

    @property
    def is_required(self) -> bool:
        """Whether one of its fields has to be filled."""
        return any(it.is_required for it in self.controls)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where in the record a control is made, and in which language."""

    path: tuple[str, ...]
    language: str
    faults: Mapping[str, tuple[str, ...]]
    more: str

    def below(self, part: str) -> "_Place":
        return _Place(
            path=(*self.path, part), language=self.language, faults=self.faults, more=self.more
        )

    @property
    def name(self) -> str:
        return ".".join(self.path)


def sections(
    fields: Mapping[str, Json],
    *,
    language: str,
    faults: Mapping[str, tuple[str, ...]] | None = None,
    more: str = "",
) -> tuple[Section, ...]:
    """The whole form, in the order of the schema.

    Args:
        fields: the record as it is written so far.
        language: of the labels.
        faults: sentences by JSON pointer.
        more: name of a list that gets one more empty row.
    """
    by_group: dict[str, list[Control]] = {}
    for name, form in schema()["properties"].items():
        if name not in FILLED_BY_HUB:
            place = _Place(path=(name,), language=language, faults=faults or {}, more=more)
            control = _control(place, form, fields.get(name))
            by_group.setdefault(form["x-group"], []).append(control)
    return tuple(Section(key=key, controls=tuple(found)) for key, found in by_group.items())


def control_id(pointer: str, known: frozenset[str] | None = None) -> str:
    """The id of the control at a JSON pointer, or of the nearest above it that is known."""
    path = [part for part in pointer.split("/") if part]
    while known is not None and path and f"f-{'-'.join(path)}" not in known:
        path.pop()
    return f"f-{'-'.join(path)}"


def every_id(controls: Sequence[Control]) -> Iterator[str]:
    """The ids of controls and of all that is in them."""
    for control in controls:
        yield control.id
        yield from every_id(control.children)


def suggestions() -> dict[str, tuple[Choice, ...]]:
    """Values that the reference tables offer where others may be written too, by list."""
    regions = table("regions")
    named = {**regions["provinces"], **regions["districts"]}
    return {
        "regions": tuple(named.items()),
        "awards": tuple((scheme, "") for scheme in every_scheme()),
    }


def _control(place: _Place, form: Form, value: Json, *, is_required: bool = False) -> Control:
    is_top = len(place.path) == 1
    is_needed = is_required or (is_top and place.name in schema()["required"])
    kind = _kind_of(form, is_top=is_top)
    counts_for = str(form.get("x-counts-for", ""))
    return Control(
        id=f"f-{'-'.join(place.path)}",
        name=place.name,
        kind=kind,
        label=label_of(form, place.path[-1], place.language),
        hint=hint_of(form, place.language),
        is_required=is_needed,
        counts_for=counts_for,
        is_missing=bool(counts_for) and not value,
        faults=place.faults.get("/" + "/".join(place.path), ()),
        **_content(kind, place, form, value, is_needed=is_needed),
    )


def _kind_of(form: Form, *, is_top: bool) -> str:
    """How a field is asked."""
    if not is_top and form.get("x-table") == "regions":
        return "line"  # a list of 552 options in every row would weigh more than all the rest
    return next(kind for kind, is_it in _KINDS if is_it(form))


def _is_long(form: Form) -> bool:
    return form.get("maxLength", 0) > LINE_CHARACTERS_MAX and "pattern" not in form


_KINDS: tuple[tuple[str, Callable[[Form], bool]], ...] = (
    ("group", lambda form: "properties" in form),
    ("rows", lambda form: "properties" in form.get("items", {})),
    ("ticks", lambda form: form.get("type") == "array" and "x-table" in form),
    ("lines", lambda form: form.get("type") == "array"),
    ("choice", lambda form: "enum" in form or form.get("type") == "boolean"),
    ("regions", lambda form: form.get("x-table") == "regions"),
    ("number", lambda form: form.get("type") == "integer"),
    ("prose", _is_long),
    ("line", lambda _form: True),
)
"""The first that holds."""


def _content(
    kind: str, place: _Place, form: Form, value: Json, *, is_needed: bool
) -> dict[str, Any]:
    """What a control of that kind shows."""
    if kind == "group":
        return {"children": _members(place, form, value, is_needed=is_needed or bool(value))}
    if kind == "rows":
        return {"children": _rows(place, form, value)}
    if kind in ("ticks", "lines"):
        items = tuple(_as_text(it) for it in value) if isinstance(value, list) else ()
        if kind == "lines":
            return {"value": "\n".join(items)}
        return {"value": items, "choices": _numbered(form["x-table"], place.language)}
    shown: dict[str, Any] = {"value": _as_text(value)}
    if kind in ("choice", "regions"):
        choices = _provinces() if kind == "regions" else _choices(form, place.language)
        return {**shown, "choices": choices}
    return {**shown, "suggestions": str(form.get("x-table", ""))}


def _choices(form: Form, language: str) -> tuple[Choice, ...]:
    values = form.get("enum")
    if values is None:
        yes, no = ("Yes", "No") if language == "en" else ("Ya", "Tidak")
        return (("true", yes), ("false", no))
    return tuple((it, choice_of(form, it, language)) for it in values)


def _members(place: _Place, form: Form, value: Json, *, is_needed: bool) -> tuple[Control, ...]:
    """Members are required only where there is something of the whole."""
    given = value if isinstance(value, dict) else {}
    required = form.get("required", ()) if is_needed else ()
    return tuple(
        _control(place.below(name), member, given.get(name), is_required=name in required)
        for name, member in form["properties"].items()
    )


def _rows(place: _Place, form: Form, value: Json) -> tuple[Control, ...]:
    items: list[Json] = list(value) if isinstance(value, list) else []
    spare = SPARE_ROWS + (place.more == place.name)
    room = min(spare, form.get("maxItems", len(items) + spare) - len(items))
    items += [None] * max(0, room)
    return tuple(
        _control(place.below(str(index)), {**form["items"], "title": str(index + 1)}, item)
        for index, item in enumerate(items)
    )


def _numbered(name: str, language: str) -> tuple[Choice, ...]:
    goals = table(name)["goals"]
    return tuple((number, f"{number}. {said[language]}") for number, said in goals.items())


@cache
def _provinces() -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """(province, its own code and those of its kabupaten and kota)."""
    regions = table("regions")
    return tuple(
        (
            name,
            (
                (code, name),
                *(it for it in regions["districts"].items() if it[0].startswith(f"{code}.")),
            ),
        )
        for code, name in regions["provinces"].items()
    )


def _as_text(value: Json) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
