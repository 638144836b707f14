"""The messages that code and templates use, read by Babel."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).parents[2]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "tell": None,
    "mark": None,
}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"**/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
FOLDERS = ("reports", "sankofa/web")


def iter_messages() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (where, message), a message being its one form in English or its two."""
    for folder in FOLDERS:
        found = extract_from_dir(ROOT / folder, METHODS, OPTIONS, keywords=KEYWORDS)
        for file, line, message, _, _ in found:
            forms = (message,) if isinstance(message, str) else tuple(str(form) for form in message)
            yield f"{folder}/{file}:{line}", forms
