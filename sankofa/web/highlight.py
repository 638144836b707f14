"""Show in a found claim which words were found."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain

from markupsafe import Markup, escape

from index.analysis import analyse, list_word_terms, show_term
from index.matching.tags import list_hidden, part
from index.model import Claim, Wording
from index.names.gazetteer import load_gazetteer
from reports.bidi import remove_controls

_WORD = re.compile(r"[#@]?[\w\u0300-\u036f\u064b-\u0652]+(?:['’][\w]+)*")
_SNIPPET_CHARACTERS = 320
_BEFORE_CHARACTERS = 80


@dataclass(frozen=True)
class Snippet:
    """A wording, or the part of it that was found, with the found words in ``<mark>``."""

    language: str
    html: Markup
    hits: int


def find_snippet(claim: Claim, terms: Collection[str], language: str) -> Snippet:
    """Choose the wording that holds most of *terms*; among equals the reader's language, then the first."""
    marked = [mark_terms(wording, terms) for wording in claim.wordings]
    order = range(len(marked))
    best = max(order, key=lambda place: (marked[place].hits, marked[place].language == language, -place))
    return marked[best]


def mark_terms(wording: Wording, terms: Collection[str]) -> Snippet:
    """Mark the words of a wording whose terms are among *terms*; a long text is cut around the first."""
    text = remove_controls(wording.text)
    named = [(name.start, name.end) for name in load_gazetteer().find_mentions(text) if f"@{name.name_id}" in terms]
    words = _WORD.finditer(text)
    found = [word for word in words if _meets(word, named) or _holds(word.group(), wording.language, terms)]
    first = found[0].start() if found else 0
    start, end = _cut(text, first)
    html, at = Markup() + ("… " if start else ""), start
    for match in found:
        if match.end() <= end:
            html += escape(text[at : match.start()]) + Markup("<mark>{0}</mark>").format(match.group())
            at = match.end()
    html += escape(text[at:end]) + (" …" if end < len(text) else "")
    return Snippet(language=wording.language, html=html, hits=len(found))


def _cut(text: str, first: int) -> tuple[int, int]:
    """Return where the part around *first* begins and ends, between words, so that no letter loses the form it has in one."""
    if len(text) <= _SNIPPET_CHARACTERS:
        return 0, len(text)
    start = max(0, first - _BEFORE_CHARACTERS)
    start = text.find(" ", start, first) + 1 or start if start else 0
    end = start + _SNIPPET_CHARACTERS
    if end >= len(text):
        return start, len(text)
    blank = text.rfind(" ", first + 1, end)
    return start, blank if blank > 0 else end


def _meets(word: re.Match[str], spans: Iterable[tuple[int, int]]) -> bool:
    return any(word.start() < end and start < word.end() for start, end in spans)


def _holds(word: str, language: str, terms: Collection[str]) -> bool:
    """Whether one of the terms is in a word or a tag; they may be without whose they are, as people read them."""
    hidden = (found for tag in list_hidden(word) for found in part(tag, dict.fromkeys(terms, 1), claims=1))
    said = (term for found in hidden for term in list_word_terms(found))
    return any(term in terms or show_term(term) in terms for term in chain(analyse(word, language), said))
