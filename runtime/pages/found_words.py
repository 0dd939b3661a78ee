"""The words that a search found, marked in what is shown of a record."""

import re
from collections.abc import Sequence

from markupsafe import Markup

from protocol.innovation.search_words import stem, words_of
from runtime.catalogue_search import BEGINNING_MIN

EXCERPT_CHARACTERS = 240
_LEAD_CHARACTERS = 60
"""What stands before the first word that was found, in an excerpt."""

_WORD = re.compile(r"[^\W_]+")


class FoundWords:
    """The words of a question, as they may stand in a text."""

    def __init__(self, query: str) -> None:
        words = words_of(query)
        self._roots = {stem(word) for word in words}
        self._beginnings = tuple(word for word in words[-1:] if len(word) >= BEGINNING_MIN)

    def marked(self, text: str) -> Markup:
        """The text with every word marked that was asked for, in whatever form."""
        parts, end = [], 0
        for start, stop in self._places(text):
            parts += [
                Markup.escape(text[end:start]),
                Markup("<mark>{}</mark>").format(text[start:stop]),
            ]
            end = stop
        return Markup("").join([*parts, Markup.escape(text[end:])])

    def are_in(self, text: str) -> bool:
        """Whether one of these words stands in a text."""
        return bool(self._places(text))

    def excerpt(self, text: str) -> str:
        """The part of a long text in which the first of these words stands."""
        if len(text) <= EXCERPT_CHARACTERS:
            return text
        first = next(iter(self._places(text)), (0, 0))[0]
        start = (
            0
            if first < EXCERPT_CHARACTERS // 2
            else text.rfind(" ", 0, first - _LEAD_CHARACTERS) + 1
        )
        end = text.rfind(" ", start, start + EXCERPT_CHARACTERS)
        cut = text[start : end if end > start else start + EXCERPT_CHARACTERS]
        is_end = start + len(cut) >= len(text)
        return f"{'… ' if start else ''}{cut}{'' if is_end else ' …'}"

    def _places(self, text: str) -> Sequence[tuple[int, int]]:
        return [it.span() for it in _WORD.finditer(text) if self._is_asked(it[0])]

    def _is_asked(self, written: str) -> bool:
        words = words_of(written)
        return any(stem(word) in self._roots or word.startswith(self._beginnings) for word in words)
