"""The project's own spreadsheet template: made from the schema file, and its mapping with it.

One column a text, choice or number; an object's members each have a column (`agency.name`); lists
and remaining objects are JSON in one cell.
"""

from pathlib import Path

import xlsxwriter

from protocol.innovation.fields import FILLED_BY_HUB, Field, fields

KEY_COLUMN = "kode"
MEMBERS = {"agency": ("name", "kind")}

_FORMS = {"integer": "integer", "list": "json", "object": "json"}
_HEADER = {"bold": True, "bg_color": "#DCE6F1", "text_wrap": True}


def template_columns() -> list[str]:
    """The template's column names, the key first."""
    columns = [KEY_COLUMN]
    for field in _asked():
        members = MEMBERS.get(field.name)
        columns += [f"{field.name}.{m}" for m in members] if members else [field.name]
    return columns


def template_mapping() -> str:
    """The TOML text of the mapping `template`."""
    lines = [
        f'description = "Templat bawaan"\npartial = true\n\n[key]\ncolumns = ["{KEY_COLUMN}"]\n'
    ]
    for field in _asked():
        for member in MEMBERS.get(field.name, ("",)):
            target = f"{field.name}.{member}".rstrip(".")
            lines.append(f'[fields.{target}]\ncolumn = "{target}"{_form(field, member)}\n')
    return "\n".join(lines)


def write_template(path: Path) -> None:
    """Writes the empty template as XLSX, with explanations and drop-downs."""
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("Inovasi")
        header = workbook.add_format(_HEADER)
        explained = {field.name: field for field in _asked()}
        for column, name in enumerate(template_columns()):
            sheet.write_string(0, column, name, header)
            field = explained.get(name.split(".")[0])
            if field is None:
                sheet.write_comment(0, column, "Kode baris milik Anda; jangan diubah lagi.")
                continue
            sheet.write_comment(0, column, f"{field.title}: {field.description}")
            if field.choices:
                source = {"validate": "list", "source": list(field.choices)}
                sheet.data_validation(1, column, 5000, column, source)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(template_columns()), 24)


def _asked() -> list[Field]:
    return [field for field in fields() if field.name not in FILLED_BY_HUB]


def _form(field: Field, member: str) -> str:
    if member:
        return ""
    form = "integers" if field.is_set else _FORMS.get(field.kind, "text")
    if field.name in ("started", "trial_started"):
        form = "date"
    return "" if form == "text" else f'\nas = "{form}"'
