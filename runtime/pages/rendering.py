"""Pages: Jinja templates made into answers, with the headers that every page has.

Nothing inline and nothing from elsewhere: the policy allows this origin's own files and no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from aiohttp import web
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
from runtime.pages.translating import LANGUAGES, SHARED, chosen_language, translations

LANGUAGE_COOKIE = "jipp_language"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Pages:
    """The templates of one service, over those that both share.

    Attributes:
        package: holds the service's own `templates` and `languages`.
    """

    package: str

    def render(
        self, request: web.Request, template: str, *, zone: str, status: int = 200, **context: Any
    ) -> web.Response:
        """The answer with that page, which nobody keeps."""
        text = self.text(request, template, zone=zone, **context)
        return web.Response(
            text=text, status=status, content_type="text/html", charset="utf-8", headers=HEADERS
        )

    def text(self, request: web.Request, template: str, *, zone: str, **context: Any) -> str:
        """That page in the reader's language, with times of WIB, WITA or WIT."""
        language = language_of(request)
        environment = _environment(self.package, language, zone)
        return environment.get_template(template).render(
            **context, zone=zone, language=language, languages=LANGUAGES, path=request.path_qs
        )


def language_of(request: web.Request) -> str:
    """The reader's language."""
    accepted = request.headers.get("Accept-Language", "")
    return chosen_language(request.cookies.get(LANGUAGE_COOKIE), accepted)


def see_other(place: str) -> web.Response:
    """Where to go after a form was taken: a reload then sends nothing twice."""
    return web.Response(status=303, headers={**HEADERS, "Location": place})


@cache
def _environment(package: str, language: str, zone: str) -> Environment:
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
