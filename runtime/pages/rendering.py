"""Pages: Jinja templates made into answers, with the headers that every page has.

Nothing inline and nothing from elsewhere: the policy allows this origin's own files and no other.
"""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from runtime.pages.translating import LANGUAGES, chosen_language

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
        from runtime.pages.environment import environment_of  # noqa: PLC0415  # megabytes

        language = language_of(request)
        environment = environment_of(self.package, language, zone)
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
