"""How Jinja makes pages: where templates are, how they translate, and how they write values.

In a file of its own, because a service at whose pages nobody looks needs no Jinja.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    PackageLoader,
    StrictUndefined,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context

from runtime.pages import assets
from runtime.pages.formats import (
    format_bytes,
    format_day,
    format_day_of,
    format_duration,
    format_number,
    format_time,
)
from runtime.pages.translating import SHARED, translations


@cache
def environment_of(package: str, language: str, zone: str) -> Environment:
    """What makes that package's pages in a language, with times of WIB, WITA or WIT."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader(SHARED)]),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(translations(package, language), newstyle=True)  # type: ignore[attr-defined]
    counted: Any = environment.globals["ngettext"]
    environment.globals["ngettext"] = _with_separators(counted, language)
    environment.filters["time"] = partial(_time, zone=zone, language=language)
    environment.filters["day"] = partial(format_day, language=language)
    environment.filters["day_of"] = partial(format_day_of, zone=zone, language=language)
    environment.filters["number"] = partial(format_number, language=language)
    environment.filters["duration"] = partial(format_duration, language=language)
    environment.filters["bytes"] = partial(format_bytes, language=language)
    environment.globals["asset"] = assets.address_of
    return environment


def _with_separators(ngettext: Callable[..., str], language: str) -> Callable[..., str]:
    """Jinja's ngettext, whose `num` is written as every other number is."""

    @pass_context
    def counted(context: Context, one: str, many: str, count: int, **words: object) -> str:
        number = format_number(count, language=language)
        return ngettext(context, one, many, count, **{"num": number, **words})

    return counted


def _time(moment: datetime | None, *, zone: str, language: str) -> str:
    return "-" if moment is None else format_time(moment, zone=zone, language=language)
