"""What templates write with: ``{{ verdict.rating|rating_word }}``, ``{{ post.url|web_link }}``.

================== ====================================================================================================
``date``           a partial date or a ``date`` as ``<time>`` with its own precision; moments show UTC in the title
``date_text``      the same as plain text, for attributes
``moment``         an aware ``datetime`` as ``<time>``
``number``         a number as the language writes it
``country``        the name of an ISO 3166-1 code; ``countries`` several
``language_name``  the name of a BCP 47 tag
``rating_word``    a rating, also ``None``; ``tone`` is its family (``badge-…``), ``rating_badge`` its sign and word
``authenticity_word``, ``platform_word``, ``metric_word``, ``status_word``, ``stance_word``, ``point_word``, ``kind_word``
``worded``         a :class:`index.model.Wording` as ``<bdi lang>``
``unspoofed``      text from elsewhere without direction controls; stands in ``<bdi>``
``bdi``            text from elsewhere as ``<bdi>``
``own_words``      the same, quoted: the words of a publisher's own scale
``lines``          line breaks as ``<br>``
``isolated``       a sentence of ours whose names are isolated (:mod:`reports.bidi`)
``credential_word``, ``source_type_word`` of what a file says of itself
``web_link``       an address as a link if it is http or https, otherwise as text
``logged_words``   where the log names a revision (:class:`reports.content.LogProof`)
``timeline_words`` a :class:`reports.timeline.Timeline` in one sentence; ``timeline_text`` for attributes
================== ====================================================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from index.dates import parse_moment
from index.model import Wording
from reports.bidi import remove_controls, render_isolates
from reports.timeline import Timeline
from reports.words import TONES

if TYPE_CHECKING:
    from reports.i18n import Translator

_KEPT_DATES = 4096


def build_filters(translator: Translator) -> dict[str, Callable[..., Any]]:
    """Build the filters of one language."""
    date = lru_cache(_KEPT_DATES)(partial(render_date, translator))
    return {
        "date": date,
        "date_text": translator.date,
        "moment": date,
        "number": translator.number,
        "seconds": translator.seconds,
        "country": translator.country,
        "countries": lambda codes: ", ".join(map(translator.country, codes)),
        "language_name": translator.language_name,
        "rating_word": translator.rating,
        "tone": lambda rating: TONES.get(rating or "", "open"),
        "authenticity_word": translator.authenticity,
        "platform_word": lambda code: remove_controls(translator.platform(code)),
        "metric_word": translator.metric,
        "status_word": translator.status,
        "kind_word": translator.kind,
        "point_word": translator.check_point,
        "stance_word": translator.stance,
        "credential_word": translator.credentials,
        "source_type_word": translator.source_type,
        "worded": render_wording,
        "unspoofed": remove_controls,
        "bdi": render_name,
        "own_words": render_own_words,
        "lines": lambda text: Markup("<br>").join(text.split("\n")),
        "isolated": render_isolates,
        "web_link": render_link,
        "logged_words": lambda proof: render_isolates(translator.logged(proof.number, proof.digest, len(proof.path))),
        "timeline_words": lambda line: render_isolates(describe_timeline(translator, line)),
        "timeline_text": lambda line: describe_timeline(translator, line),
    }


def render_date(translator: Translator, when: str | date | datetime) -> Markup:
    """Render a date or a moment as ``<time>``."""
    if isinstance(when, datetime) or (isinstance(when, str) and len(when) > len("2003-12-13")):
        moment = parse_moment(when) if isinstance(when, str) else when.astimezone(UTC)
        stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        text = render_isolates(translator.moment(moment))
        seconds = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
        return _mark(f'<time datetime="{stamp}" title="{seconds}">{text}</time>')
    text = render_isolates(translator.date(when))
    return _mark(f'<time datetime="{escape(str(when))}">{text}</time>')


def render_wording(wording: Wording) -> Markup:
    """Render a text with its language; its direction is its own."""
    language = "" if wording.language == "und" else f' lang="{escape(wording.language)}"'
    return _mark(f"<bdi{language}>{_quote(wording.text)}</bdi>")


def render_name(text: str) -> Markup:
    """Render a name from elsewhere."""
    return _mark(f"<bdi>{_quote(text)}</bdi>")


def render_own_words(text: str | None) -> Markup:
    """Render the words of a publisher's own scale; nothing where there are none."""
    return _mark(f'<bdi class="own-words">{_quote(text)}</bdi>' if text else "")


def render_link(url: str) -> Markup:
    """Render an address; only http and https can be followed."""
    shown = _quote(url)
    if is_web_address(url):
        rel = "nofollow noopener noreferrer external"
        return _mark(f'<a class="address" dir="ltr" href="{shown}" rel="{rel}">{shown}</a>')
    return _mark(f'<bdi class="address">{shown}</bdi>')


def _quote(text: str) -> Markup:
    return escape(remove_controls(text))


def _mark(html: str) -> Markup:
    """Say that this is HTML. Whatever stands in it was escaped; ``Markup.format`` would do so too, in five times the time."""
    return Markup(html)  # noqa: S704 - as said


def is_web_address(url: str) -> bool:
    """Tell whether a page may link to this address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def describe_timeline(translator: Translator, line: Timeline) -> str:
    """Say in one sentence from when to when, and how often."""
    count = translator.ngettext("%(num)s appearance", "%(num)s appearances", len(line.appearances))
    undated = len(line.appearances) - len(line.points)
    parts = [count]
    if line.points:
        first, last = line.points[0].appeared_on, line.points[-1].appeared_on
        parts.append(translator.gettext("first %(date)s", date=translator.date(first)))
        if last != first:
            parts.append(translator.gettext("latest %(date)s", date=translator.date(last)))
    if undated:
        parts.append(translator.ngettext("%(num)s without a date", "%(num)s without a date", undated))
    return " · ".join(parts)
