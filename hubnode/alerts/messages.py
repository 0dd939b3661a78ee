"""What an alert says: in Indonesian, then in English, as a mail and as JSON. No personal data.

Nothing of what the layers below said is in it, nor a reason that a person typed: only the hub, the
time, and sentences that stand in this program.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hubnode.alerts.causes import Kind
from hubnode.sync.sentences import sentence_of
from protocol.canonical import Json
from runtime.alerts.message import FORMAT, PROBLEM, RESOLVED, TEST, Message, in_both
from runtime.alerts.news import Cause, News
from runtime.pages.formats import format_time, zone_of
from runtime.sentences import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose node this is; no name of a person."""

    hub: str
    name: str
    authority: str


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a kind: its title, what is safe, and what to do."""

    title: Sentence
    safe: Sentence
    advice: Sentence


_SAFE = Sentence(
    "Semua data tersimpan di node ini dan tetap dapat disunting.",
    "All data is kept on this node and can still be edited.",
)
WORDS: Mapping[str, Words] = {
    Kind.SYNC: Words(
        Sentence("Sinkronisasi tidak berhasil", "Syncing does not succeed"),
        _SAFE,
        Sentence(
            "Buka halaman Sinkronisasi dan Kesehatan di node ini. Bila petunjuk di sana tidak "
            "menyelesaikannya, hubungi admin pusat dan sebutkan kodenya.",
            "Open the pages Sync and Health of this node. If what they say does not end it, call "
            "the centre's admin and name the code.",
        ),
    ),
    Kind.SILENCE: Words(
        Sentence("Sudah lama tidak tersinkron", "Not synced for long"),
        _SAFE,
        Sentence(
            "Periksa jaringan dan proksi mesin ini, lalu tekan Sinkronkan sekarang.",
            "Look at the network and the proxy of this machine, then press Sync now.",
        ),
    ),
    Kind.DAMAGE: Words(
        Sentence("Ada data yang rusak di disk", "Data on the disk is damaged"),
        Sentence(
            "Salinan di pusat tidak terpengaruh; tidak ada yang ditandatangani sebelum diperbaiki.",
            "The copy at the centre is not affected; nothing is signed before it is mended.",
        ),
        Sentence(
            "Jangan hapus apa pun. Jalankan hubnode recover, lalu periksa disk mesin ini.",
            "Delete nothing. Run hubnode recover, then have the disk of this machine checked.",
        ),
    ),
    Kind.BACKUP: Words(
        Sentence("Cadangan terjadwal gagal", "The scheduled backup failed"),
        _SAFE,
        Sentence(
            "Periksa ruang disk dan berkas kunci di halaman Kesehatan, lalu tekan Buat cadangan "
            "sekarang di halaman Cadangan.",
            "Look at the room on the disk and at the key file on the page Health, then press Back "
            "up now on the page Backups.",
        ),
    ),
}
_OVER = Sentence("Selesai", "Over")
_TEST = Sentence(
    "Ini pesan uji. Pemberitahuan dari node ini sampai ke sini; tidak ada yang salah.",
    "This is a test. Alerts of this node arrive here; nothing is wrong.",
)

Say = Callable[[Sentence], str]


def message_of(news: News, sender: Sender, now: datetime) -> Message:
    """The message that tells news; of none it is a test."""
    event = PROBLEM if news.wrong else RESOLVED if news.over else TEST
    subject = f"[JIPP] {sender.hub} {sender.name}: {_headline(news)}"
    text = in_both(_text(news, sender, now, "id"), _text(news, sender, now, "en"))
    body: dict[str, Json] = {
        "format": FORMAT,
        "event": event,
        "authority": sender.authority,
        "hub": sender.hub,
        "name": sender.name,
        "at": now.isoformat(),
        "causes": [_document(it) for it in news.wrong],
        "over": list(news.over),
        "text": text,
    }
    return Message(event=event, subject=subject, text=text, body=body)


def _headline(news: News) -> str:
    if news.wrong:
        first, *others = news.wrong
        more = f" (+{len(others)})" if others else ""
        return f"{WORDS[first.kind].title.id} ({first.code}){more}"
    if news.over:
        return f"{_OVER.id}: {WORDS[news.over[0]].title.id}"
    return "Uji pemberitahuan"


def _document(cause: Cause) -> Json:
    words, sentence = WORDS[cause.kind], sentence_of(cause.code)
    both: dict[str, Json] = {
        name: {"id": it.id, "en": it.en}
        for name, it in (
            ("title", words.title),
            ("sentence", sentence),
            ("safe", words.safe),
            ("advice", words.advice),
        )
    }
    since = cause.since.isoformat() if cause.since else None
    return {"kind": cause.kind, "code": cause.code, "since": since, **both}


def _text(news: News, sender: Sender, now: datetime, language: str) -> str:
    def say(sentence: Sentence) -> str:
        return sentence.id if language == "id" else sentence.en

    def moment(when: datetime) -> str:
        return format_time(when, zone=zone_of(sender.hub), language=language)

    head = [f"Hub: {sender.name} ({sender.hub}), {sender.authority}", moment(now)]
    parts = [_cause_text(it, say, moment) for it in news.wrong]
    parts += _over_text(news.over, say)
    return "\n\n".join(["\n".join(head), *(parts or [say(_TEST)])])


def _cause_text(cause: Cause, say: Say, moment: Callable[[datetime], str]) -> str:
    words = WORDS[cause.kind]
    lines: Iterable[tuple[Sentence, str]] = (
        (Sentence("Penyebab", "Cause"), say(sentence_of(cause.code))),
        (Sentence("Yang aman", "What is safe"), say(words.safe)),
        (Sentence("Yang perlu dilakukan", "What to do"), say(words.advice)),
        (Sentence("Sejak", "Since"), moment(cause.since) if cause.since else "-"),
        (Sentence("Kode", "Code"), cause.code),
    )
    return "\n".join([say(words.title).upper(), *(f"{say(name)}: {it}" for name, it in lines)])


def _over_text(over: Sequence[str], say: Say) -> list[str]:
    done = Sentence(
        "sudah tidak terjadi lagi. Tidak perlu tindakan.", "is the case no longer. Nothing to do."
    )
    return [f"{say(_OVER).upper()}\n{say(WORDS[it].title)}: {say(done)}" for it in over]
