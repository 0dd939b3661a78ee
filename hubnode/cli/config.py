"""`hubnode config`: the settings, with where each one stands and what it is for."""

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, node_of, settings_of
from runtime.command_line import JsonOption, group, helped
from runtime.console import emit_json, out, table


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    config = group("config", "Show and check the settings.", "hubnode config show")
    sentence = "Print every setting with its value and what it is for."
    config.command("show", help=helped("hubnode config show", sentence), short_help=sentence)(show)
    sentence = "Say whether the settings can be used."
    config.command("check", help=helped("hubnode config check", sentence), short_help=sentence)(
        check
    )
    app.add_typer(config)


def show(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Prints the settings."""
    from runtime.setting_values import document_of  # noqa: PLC0415
    from runtime.settings import rows_of  # noqa: PLC0415

    settings = settings_of(data)
    if json:
        emit_json(document_of(settings))
        return
    rows = [[row.name, row.value, row.default, row.sentence] for row in rows_of(settings)]
    table(("setting", "value", "default", "what it is for"), rows)


def check(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Reads the settings and opens what they lead to; a fault ends with its sentence."""
    settings_of(data)
    with node_of(data):
        if json:
            emit_json({"ok": True})
        else:
            out("The settings can be used.")
