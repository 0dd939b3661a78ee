"""What a file for a spreadsheet needs, whoever writes it."""

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\uff1d")

CSV_ENCODING = "utf-8-sig"
"""UTF-8 behind a mark, without which Excel takes it for Windows-1252."""

CSV_MARK = "\ufeff"
"""What `CSV_ENCODING` puts before a text, for one that others encode."""


def safe_cell(text: str) -> str:
    """A cell of CSV that no spreadsheet takes for a formula; an import takes the sign off again."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
