"""One request to one page: what both services' visits know of the reader and of what was sent."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from aiohttp import web

from runtime.accounts import Session
from runtime.pages.cookies import TOLD_COOKIE, TOLD_S, browser_cookie, set_cookie
from runtime.pages.entrance import Entrance
from runtime.pages.field_words import Reader
from runtime.pages.forms import Form, no_form, text_of
from runtime.pages.rendering import Pages, language_of, see_other
from runtime.pages.translating import INDONESIAN, translations
from runtime.sentences import Sentence

SIGN_IN = "/masuk"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVisit(ABC):
    """Who asks for a page, and what they sent; each service adds what its pages are about.

    Attributes:
        session: None on pages that are open to all.
        form: what was sent; empty for a GET.
    """

    request: web.Request
    session: Session | None = None
    form: Form = field(default_factory=no_form)

    @property
    @abstractmethod
    def pages(self) -> Pages:
        """The templates and words of the service."""

    @property
    @abstractmethod
    def entrance(self) -> Entrance:
        """Where people sign in."""

    @property
    def language(self) -> str:
        """The reader's language."""
        return language_of(self.request)

    @property
    def reader(self) -> Reader:
        """The reader, for the words of fields."""
        return Reader(self.language, self.say)

    @property
    def account(self) -> str:
        """The name that what is signed or decided bears."""
        return self.session.account if self.session else ""

    @property
    def browser(self) -> str:
        """What this browser got when somebody last signed in with it; "" where nobody did."""
        return self.request.cookies.get(browser_cookie(self.request.url), "")

    def text(self, name: str) -> str:
        """A text of the form or of the address, without blanks around it."""
        return text_of(self.request, self.form, name)

    def say(self, sentence: str) -> str:
        """A sentence of the pages in the reader's language."""
        return translations(self.pages.package, self.language).gettext(sentence)

    def said(self, sentence: Sentence) -> str:
        """A sentence of the program in the reader's language."""
        return sentence.id if self.language == INDONESIAN else sentence.en

    def go(self, place: str, *, told: str = "") -> web.Response:
        """The answer that leads to another page, which then says what was done."""
        response = see_other(place)
        if told:
            set_cookie(self.request, response, TOLD_COOKIE, told, max_age_s=TOLD_S)
        return response
