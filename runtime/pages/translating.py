"""Words of the pages in Indonesian and English.

The templates and the code hold the Indonesian sentences; `languages/en/*.po` beside them have the
English ones, a file for each part of the pages. A test fails where one is missing.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

INDONESIAN, ENGLISH = "id", "en"
LANGUAGES = (INDONESIAN, ENGLISH)
SHARED = "runtime.pages"
"""The package whose pages every service shares."""

Say = Callable[[str], str]


def msg(sentence: str) -> str:
    """Marks a sentence that is said in the reader's language where it is shown."""
    return sentence


@cache
def translations(package: str, language: str) -> NullTranslations:
    """What turns an Indonesian sentence of that package's pages into the same in that language."""
    if language == INDONESIAN:
        return NullTranslations()
    said = Translations()
    for place in (SHARED, package):
        for source in catalogue_files(place, language):
            compiled = BytesIO()
            write_mo(compiled, read_po(BytesIO(source.read_bytes()), locale=language))
            compiled.seek(0)
            said.merge(Translations(compiled))
    return said


def catalogue_files(package: str, language: str) -> Sequence[Traversable]:
    """The files with a package's sentences in that language."""
    folder = files(package).joinpath("languages", language)
    return sorted(
        (it for it in folder.iterdir() if it.name.endswith(".po")), key=lambda it: it.name
    )


def chosen_language(cookie: str | None, accepted: str) -> str:
    """The language that a reader chose, else English where the browser prefers it."""
    if cookie in LANGUAGES:
        return cookie
    first = accepted.split(",", 1)[0].strip().lower()
    return ENGLISH if first.startswith(ENGLISH) else INDONESIAN
