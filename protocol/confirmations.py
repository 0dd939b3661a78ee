"""Which hubs confirm the newest checkpoint of the national log: counts that add up.

A hub cosigns what it has checked (C2SP tlog-cosignature), so its newest cosignature says up to
which size the catalogue is the one that it has too. Only the hubs that are handed in count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from protocol.canonical import Json
from protocol.checkpoints import Checkpoint, open_cosignature
from protocol.errors import KeyRefused, NoteRefused
from protocol.keys import VerifierKey, parse_verifier_key
from protocol.notes import parse_note

Witnesses = Mapping[str, VerifierKey | None]
"""By active hub, its key as a witness (type 0x04); None where the national log names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmations:
    """Who has cosigned what; every active hub is in exactly one of the three groups.

    Attributes:
        size: of the newest checkpoint.
        sizes: by active hub, the size of the largest checkpoint that it cosigned; 0 for none.
    """

    size: int
    sizes: Mapping[str, int]

    @property
    def newest(self) -> tuple[str, ...]:
        """The hubs that cosigned the newest checkpoint."""
        return tuple(sorted(hub for hub, size in self.sizes.items() if size == self.size))

    @property
    def older(self) -> dict[str, int]:
        """The hubs whose newest cosignature is on an older checkpoint, with its size."""
        return {hub: size for hub, size in sorted(self.sizes.items()) if 0 < size < self.size}

    @property
    def never(self) -> tuple[str, ...]:
        """The hubs of which no cosignature is known."""
        return tuple(sorted(hub for hub, size in self.sizes.items() if not size))

    @property
    def sentence(self) -> str:
        """For instance "36 dari 38 hub mengonfirmasi katalog ini; 2 yang lebih lama"."""
        rest = ("yang lebih lama", "belum pernah")
        return self._in_words("{} dari {} hub mengonfirmasi katalog ini", rest)

    @property
    def sentence_en(self) -> str:
        """For instance "36 of 38 hubs confirm this catalogue; 2 an older one"."""
        return self._in_words("{} of {} hubs confirm this catalogue", ("an older one", "never yet"))

    def document(self) -> dict[str, Json]:
        """The counts and the hubs behind them, as the API and both `--json` show them."""
        return {
            "size": self.size,
            "active": len(self.sizes),
            "confirmed": len(self.newest),
            "newest": list(self.newest),
            "older": dict(self.older),
            "never": list(self.never),
            "text_id": self.sentence,
            "text_en": self.sentence_en,
        }

    def _in_words(self, form: str, rest: tuple[str, str]) -> str:
        counted = zip((len(self.older), len(self.never)), rest, strict=True)
        parts = [f"{count} {words}" for count, words in counted if count]
        return "; ".join([form.format(len(self.newest), len(self.sizes)), *parts])


def witness_of(text: str) -> VerifierKey | None:
    """The witness key that an enrolment names; None where its text stands for no key."""
    try:
        return parse_verifier_key(text)
    except KeyRefused:
        return None


def confirmations_of(checkpoints: Sequence[Checkpoint], witnesses: Witnesses) -> Confirmations:
    """Who confirms, from checkpoints with the cosignatures that are known.

    Args:
        checkpoints: opened, of one log; the largest one is the newest.
        witnesses: of the hubs that count. A line that does not verify under its key is none.
    """
    sizes = dict.fromkeys(witnesses, 0)
    for checkpoint in checkpoints:
        for hub in cosigners(checkpoint, witnesses):
            sizes[hub] = max(sizes[hub], checkpoint.tree.size)
    newest = max((it.tree.size for it in checkpoints), default=0)
    return Confirmations(size=newest, sizes=sizes)


def cosigners(checkpoint: Checkpoint, witnesses: Witnesses) -> Iterable[str]:
    """The hubs of `witnesses` with a valid cosignature on a checkpoint."""
    hubs = {(key.name, key.key_id): (hub, key) for hub, key in witnesses.items() if key}
    for line in parse_note(checkpoint.note).signatures:
        if (line.name, line.key_id) not in hubs:
            continue
        hub, key = hubs[line.name, line.key_id]
        try:
            open_cosignature(line, checkpoint, key)
        except NoteRefused:
            continue
        yield hub
