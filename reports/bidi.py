"""Keep names and addresses from elsewhere from disturbing the direction of the text around them.

In plain text a foreign name stands between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE; in HTML that is ``<bdi>``.
Embeddings, overrides and isolates inside the name itself are dropped, since they serve to disguise it.

Source: Unicode Standard Annex 9, https://www.unicode.org/reports/tr9/
"""

import re

from markupsafe import Markup, escape

ISOLATE_START, ISOLATE_END = "\u2068", "\u2069"
_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def remove_controls(text: str) -> str:
    """Return *text* without embeddings, overrides and isolates."""
    return _CONTROLS.sub("", text)


def isolate(text: str) -> str:
    """Put *text* between isolates, for use inside a sentence of ours."""
    return f"{ISOLATE_START}{remove_controls(text)}{ISOLATE_END}"


def remove_isolates(text: str) -> str:
    """Return a sentence of ours without its isolates."""
    return text.replace(ISOLATE_START, "").replace(ISOLATE_END, "")


def render_isolates(text: str) -> Markup:
    """Render a sentence of ours as HTML, its isolates as ``<bdi>``."""
    escaped = str(escape(text))
    return Markup(escaped.replace(ISOLATE_START, "<bdi>").replace(ISOLATE_END, "</bdi>"))  # noqa: S704 - escaped
