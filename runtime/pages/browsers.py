"""What a browser calls itself, as people say it: `Chrome di Linux`."""

from runtime.pages.translating import Say, msg

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Safari/", "Safari"),
)
"""The first that is in the text: most of them name those of before too."""

_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
_BOTH = msg("%(browser)s di %(system)s")
_PROGRAM = msg("Program %(name)s")
_UNKNOWN = msg("Tidak dikenal")
NAME_CHARACTERS_MAX = 30


def browser_words(agent: str, say: Say) -> str:
    """A browser and its system in the reader's language; of a program its name alone."""
    browser = next((word for mark, word in _BROWSERS if mark in agent), "")
    system = next((word for mark, word in _SYSTEMS if mark in agent), "")
    if browser and system:
        return say(_BOTH) % {"browser": browser, "system": system}
    if browser or system:
        return browser or system
    name = agent.partition("/")[0].strip()[:NAME_CHARACTERS_MAX]
    return say(_PROGRAM) % {"name": name} if name else say(_UNKNOWN)
