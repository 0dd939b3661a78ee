"""The closed lists of the schema: what people call each value, and the code that entries hold."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from protocol.innovation.validate import schema
from runtime.pages.field_words import choice_of, members_of
from runtime.pages.translating import INDONESIAN


@cache
def choices_of(path: str) -> Mapping[str, str]:
    """By code, the Indonesian word for each value of a field; none where it has no closed list.

    Args:
        path: of a field, a member or an item's member; the numbers of items do not matter.
    """
    form = form_at(path)
    codes = form.get("enum", ())
    return {str(code): choice_of(form, str(code), INDONESIAN) for code in codes}


def form_at(path: str) -> Mapping[str, Any]:
    """What the schema says of a field or a part of it; nothing where there is none."""
    head, *parts = path.split(".")
    form: Mapping[str, Any] = schema()["properties"].get(head, {})
    for part in parts:
        if not part.isdigit():
            form = members_of(form).get(part, {})
    return form


def code_of(path: str, text: str) -> str | None:
    """The code of a value that was written as its code or its word, else None."""
    return _codes(path).get(" ".join(text.casefold().split()))


@cache
def _codes(path: str) -> Mapping[str, str]:
    every = choices_of(path)
    return {word.casefold(): code for code, word in every.items()} | {it: it for it in every}
