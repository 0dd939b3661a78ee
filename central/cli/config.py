"""`central config`: the settings, with where each one stands and what it is for."""

import typer

from central.cli.common import DATA_DEFAULT, DataOption, centre_of, settings_of
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, emit_json, out, table


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    config = group("config", "Show and check the settings.", "central config show")
    sentence = "Print every setting with its value and what it is for."
    config.command("show", help=helped("central config show", sentence), short_help=sentence)(show)
    sentence = "Say whether the settings can be used."
    config.command("check", help=helped("central config check", sentence), short_help=sentence)(
        check
    )
    app.add_typer(config)


def show(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Prints the settings; a password in the database's address is masked."""
    from runtime.setting_values import document_of, shown  # noqa: PLC0415
    from runtime.settings import rows_of  # noqa: PLC0415

    settings = settings_of(data)
    values = document_of(settings)
    values["database_url"] = shown(settings.database_in(data))
    if json:
        emit_json(values)
        return
    rows = [[row.name, values[row.name], row.default, row.sentence] for row in rows_of(settings)]
    table(("setting", "value", "default", "what it is for"), rows)


def check(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Reads the settings and opens what they lead to; a fault ends with its sentence."""
    from central.national import is_of_another_epoch  # noqa: PLC0415

    settings = settings_of(data)
    with centre_of(data) as centre:
        is_other = centre.db.read_sync(lambda conn: is_of_another_epoch(conn, centre))
    if is_other:
        sentence = f"epoch: the database holds a national log, and none of epoch {settings.epoch}"
        raise CommandFailed(f"{sentence}; set it as it was.", exit_code=ExitCode.USAGE)
    if json:
        emit_json({"ok": True, "authority": settings.authority})
    else:
        out(f"The settings of {settings.authority} can be used.")
