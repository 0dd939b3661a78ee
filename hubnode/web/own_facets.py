"""The facets of the catalogue that only a hub counts, in words."""

from hubnode.store.catalogue_facets import FULL, GOAL
from protocol.innovation.reference import table
from runtime.pages.field_words import COMPLETENESS, Reader
from runtime.pages.translating import msg


def _goal_word(reader: Reader, value: str) -> str:
    goal = table("sdgs")["goals"].get(value)
    return f"{value}. {goal[reader.language]}" if goal else value


def _full_word(reader: Reader, value: str) -> str:
    group = COMPLETENESS.get(value)
    return f"{value}. {reader.say(group)}" if group else value


OWN_LABELS = {GOAL: msg("TPB/SDGs"), FULL: msg("Kelompok yang penuh")}
OWN_WORDS = {GOAL: _goal_word, FULL: _full_word}
