"""The fields that `--set` takes, in the help of commands that have it."""

from typing import Any

from typer.core import TyperCommand


class CommandWithFields(TyperCommand):
    """A command whose help ends with every field of a record; only whoever asks pays for it."""

    def get_help(self, ctx: Any) -> str:
        """The help, and behind it a line for each field: name, label, and what it takes."""
        return f"{super().get_help(ctx).rstrip()}\n\nFields:\n{_lines()}"


def _lines() -> str:
    from protocol.innovation.fields import fields_to_fill  # noqa: PLC0415 - reads the schema

    found = fields_to_fill()
    width = max(len(field.name) for field in found)
    return "\n".join(f"  {it.name.ljust(width)}  {it.title} ({it.kind})" for it in found)
