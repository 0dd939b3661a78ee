"""How an entry's JSON becomes a frozen value and back: forms, one table row a member.

A form names the entry's type, its class and what each member must be. Decoding is total: a value,
or `VoidEntry` with one of the codes below. Encoding a decoded value gives the same bytes, and what
decoding would refuse, encoding refuses too.

Nearly every entry is settled by one look at the form's schema; the others are gone through member
by member, to say why they are refused (docs/decisions/0006).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from protocol.canonical import Json, decode_judged, encode_entry
from protocol.entries.members import Member
from protocol.entry_domain import JsonSchema, Judge, make_judge
from protocol.errors import MalformedJson, NotCanonical, VoidEntry

VERSION = 1


@dataclass(frozen=True, slots=True)
class Form:
    """One type of entry.

    Attributes:
        name: the entry's `type`.
        cls: makes the value out of its members.
        members: what each of them must be.
        judge: whether an object looks like this form, by the schemas.
        made: the members whose Python value is not the JSON value.
    """

    name: str
    cls: Callable[..., Any]
    members: Mapping[str, Member]
    judge: Judge = field(init=False, repr=False)
    made: Mapping[str, Member] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        schemas: dict[str, JsonSchema] = {
            "v": {"type": "integer", "enum": [VERSION]},
            "type": {"enum": [self.name]},
        }
        schemas |= {name: member.schema for name, member in self.members.items()}
        optional = {name for name, member in self.members.items() if member.is_optional}
        judge = make_judge(members=schemas, required=schemas.keys() - optional)
        object.__setattr__(self, "judge", judge)
        made = {name: member for name, member in self.members.items() if not member.is_plain}
        object.__setattr__(self, "made", made)


def encode(form: Form, value: object, *, judged: Mapping[str, Json] | None = None) -> bytes:
    """The entry's bytes.

    Args:
        form: of the value.
        value: what `form.cls` made.
        judged: the `set` of an entry that `decode` has read. Where the value has the very same one,
            it is not judged again: that is half the price of a decision.

    Raises:
        NotCanonical: a member is not what it must be, lies outside the domain of entries, or the
            entry is too large.
    """
    document: dict[str, Json] = {"v": VERSION, "type": form.name}
    for name, member in form.members.items():
        content = getattr(value, name)
        if content is not None or not member.is_optional:
            document[name] = member.encode(content)
    is_repeated = judged is not None and getattr(value, "set", None) is judged
    is_of_form = form.judge({**document, "set": {}} if is_repeated else document)
    if document.get("unset") or not is_of_form:  # whose order and names no schema can say
        _check(form, document)
    return encode_entry(document, is_judged=is_of_form)


def decode(forms: Mapping[str, Form], data: bytes) -> Any:
    """The value that an entry's bytes stand for.

    Raises:
        VoidEntry: `entry_not_canonical`, `entry_unknown_type`, `entry_member_missing`,
            `entry_member_invalid` or `entry_unknown_member`.
    """

    def judge(document: dict[str, Json]) -> bool:
        form = _form_of(forms, document)
        return form is not None and form.judge(document)

    try:
        document, is_of_form = decode_judged(data, judge)
    except (MalformedJson, NotCanonical) as error:
        raise VoidEntry(error.message, code="entry_not_canonical") from error
    form = _form_of(forms, document)
    if form is None:
        raise VoidEntry("a type or version that is not known", code="entry_unknown_type")
    values = _values(form, document, is_of_form=is_of_form)
    foreign = () if is_of_form else document.keys() - form.members.keys() - {"v", "type"}
    if foreign:
        name = min(foreign)
        raise VoidEntry(
            f"{name} does not belong here", code="entry_unknown_member", pointer=f"/{name}"
        )
    return form.cls(**values)


def _check(form: Form, document: Mapping[str, Json]) -> None:
    try:
        _values(form, document, is_of_form=False)
    except VoidEntry as error:
        raise NotCanonical(error.message, pointer=error.pointer) from error


def _form_of(forms: Mapping[str, Form], document: Mapping[str, Json]) -> Form | None:
    kind, version = document.get("type"), document.get("v")
    is_known = isinstance(kind, str) and type(version) is int and version == VERSION
    return forms.get(kind) if is_known else None  # type: ignore[arg-type]


def _values(form: Form, document: Mapping[str, Json], *, is_of_form: bool) -> dict[str, Any]:
    """The members' Python values; each is looked at only as far as the schemas left it open."""
    if is_of_form:
        values: dict[str, Any] = {name: document.get(name) for name in form.members}
        values |= {name: _decode_member(document, name, m) for name, m in form.made.items()}
    else:
        values = {name: _decode_member(document, name, m) for name, m in form.members.items()}
    written, emptied = values.get("set"), values.get("unset")
    if written and emptied and not written.keys().isdisjoint(emptied):
        raise VoidEntry("a field both set and unset", code="entry_member_invalid", pointer="/unset")
    return values


def _decode_member(document: Mapping[str, Json], name: str, member: Member) -> Any:
    if name not in document:
        if member.is_optional:
            return None
        raise VoidEntry(f"{name} is missing", code="entry_member_missing", pointer=f"/{name}")
    try:
        return member.decode(document[name])
    except (ValueError, TypeError, KeyError) as error:
        raise VoidEntry(
            f"{name} is not what it must be", code="entry_member_invalid", pointer=f"/{name}"
        ) from error
