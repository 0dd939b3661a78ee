"""What an alert of the centre says: what is new, what lasts, what is over. No personal data.

However many hubs fall silent at once, they are lines of one message.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from central.monitoring.cause_words import WORDS, sentence_of
from central.monitoring.causes import Matter, matter_of
from protocol.canonical import Json
from runtime.alerts.message import FORMAT, PROBLEM, RESOLVED, TEST, Message, in_both
from runtime.alerts.news import Cause, News
from runtime.pages.formats import WIB, format_time
from runtime.sentences import Sentence

Say = Callable[[Sentence], str]

_FRESH, _LASTING = Sentence("Baru", "New"), Sentence("Masih berlangsung", "Not over yet")
_OVER, _ADVICE = Sentence("Selesai", "Over"), Sentence("Yang perlu dilakukan", "What to do")
_SINCE = Sentence("sejak", "since")
_TEST = Sentence(
    "Ini pesan uji. Pemberitahuan dari pusat sampai ke sini; tidak ada yang salah.",
    "This is a test. Alerts of the centre arrive here; nothing is wrong.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose alerts these are.

    Attributes:
        name: of the centre.
        hubs: the names of its hubs by their ids.
    """

    name: str
    authority: str
    hubs: Mapping[str, str]

    def called(self, whose: str) -> str:
        """A hub by id and name; a witness by its key's name; the centre where it is nobody's."""
        if not whose:
            return self.name
        return " ".join(f"{whose} {self.hubs.get(whose, '')}".split())


def message_of(news: News, sender: Sender, now: datetime) -> Message:
    """The message that tells news; of none it is a test."""
    event = PROBLEM if news.wrong else RESOLVED if news.over else TEST
    body: dict[str, Json] = {
        "format": FORMAT,
        "event": event,
        "authority": sender.authority,
        "name": sender.name,
        "at": now.isoformat(),
        "causes": [_document(it, news, sender) for it in news.wrong],
        "over": list(news.over),
    }
    text = in_both(_text(news, sender, now, "id"), _text(news, sender, now, "en"))
    subject = f"[{' '.join(sender.name.split())}] {_headline(news, sender)}"
    return Message(event=event, subject=subject, text=text, body={**body, "text": text})


def _headline(news: News, sender: Sender) -> str:
    """The first of what is new, and how many more there are of it and beside it."""
    fresh = [it for it in news.wrong if it.key in news.fresh]
    if fresh:
        matter, whose = matter_of(fresh[0].kind)
        same = sum(matter_of(it.kind)[0] is matter for it in fresh)
        who = f" ({sender.called(whose)})" if same == 1 and whose else ""
        count = f"{same} x " if same > 1 else ""
        others = f" (+{len(fresh) - same})" if len(fresh) > same else ""
        return f"{count}{WORDS[matter].title.id}{who}{others}"
    if news.over:
        matter, whose = matter_of(news.over[0])
        others = f" (+{len(news.over) - 1})" if len(news.over) > 1 else ""
        who = f" ({sender.called(whose)})" if whose else ""
        return f"{_OVER.id}: {WORDS[matter].title.id}{who}{others}"
    return "Uji pemberitahuan"


def _document(cause: Cause, news: News, sender: Sender) -> Json:
    matter, whose = matter_of(cause.kind)
    words, sentence = WORDS[matter], sentence_of(cause.code)
    named = {"title": words.title, "sentence": sentence, "advice": words.advice}
    both: dict[str, Json] = {name: {"id": it.id, "en": it.en} for name, it in named.items()}
    return {
        "kind": cause.kind,
        "code": cause.code,
        "hub": whose if whose in sender.hubs else None,
        "since": cause.since.isoformat() if cause.since else None,
        "new": cause.key in news.fresh,
        **both,
    }


def _text(news: News, sender: Sender, now: datetime, language: str) -> str:
    def say(sentence: Sentence) -> str:
        return sentence.id if language == "id" else sentence.en

    def moment(when: datetime) -> str:
        return format_time(when, zone=WIB, language=language)

    fresh = [it for it in news.wrong if it.key in news.fresh]
    lasting = [it for it in news.wrong if it.key not in news.fresh]
    parts = [
        f"{sender.name}, {sender.authority}\n{moment(now)}",
        *_sections(_FRESH, fresh, sender, say, moment, is_advised=True),
        *_sections(_LASTING, lasting, sender, say, moment, is_advised=False),
        *_over(news.over, sender, say),
    ]
    return "\n\n".join(parts if news else [*parts, say(_TEST)])


def _sections(
    heading: Sentence,
    found: Sequence[Cause],
    sender: Sender,
    say: Say,
    moment: Callable[[datetime], str],
    *,
    is_advised: bool,
) -> Iterator[str]:
    """One part a matter: its title with how many, a line each, and what to do."""
    for matter in Matter:
        causes = [it for it in found if matter_of(it.kind)[0] is matter]
        if not causes:
            continue
        title = f"{say(heading).upper()}: {say(WORDS[matter].title)} ({len(causes)})"
        lines = [_line(it, sender, say, moment) for it in causes]
        advice = [f"{say(_ADVICE)}: {say(WORDS[matter].advice)}"] if is_advised else []
        yield "\n".join([title, *lines, *advice])


def _line(cause: Cause, sender: Sender, say: Say, moment: Callable[[datetime], str]) -> str:
    since = f", {say(_SINCE)} {moment(cause.since)}" if cause.since else ""
    whose = sender.called(matter_of(cause.kind)[1])
    return f"- {whose}: {say(sentence_of(cause.code))}{since} ({cause.code})"


def _over(over: Iterable[str], sender: Sender, say: Say) -> Iterator[str]:
    found = [(WORDS[matter].title, whose) for matter, whose in map(matter_of, over)]
    if found:
        lines = [f"- {sender.called(whose)}: {say(title)}" for title, whose in found]
        yield "\n".join([say(_OVER).upper(), *lines])
