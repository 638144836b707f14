"""The pivot format of DE FACTO: RSS 2.0 whose items carry a ClaimReview and its MediaReviews as JSON-LD.

Read item by item; XML that declares entities is refused, and nothing that it names is fetched. Of an item the checks, the title,
the address and the countries are kept; the article's text and pictures are the page's, which ``collect`` reads.

Source: DE FACTO, "RSS pivot format", https://github.com/AFP-Medialab/defacto-rss
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # has no types
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]  # has no types

from index.analysis import UNKNOWN
from index.countries import check_country
from index.errors import RecordFormatError
from index.exchange.checks import Check, explain
from index.exchange.claimreview import CONTEXT, build_claim_review
from index.exchange.jsonld import parse_checks
from index.exchange.jsonld_values import read_language, read_text, read_urls
from index.exchange.rows import RowProblem
from index.exchange.xml_text import NOT_XML, escape_xml

_COUNTRY_CODES = "https://www.iso.org/iso-3166-2"
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:schema="https://schema.org">
<channel>
<title>{title}</title>
<link>{link}</link>
<description>{title}</description>
"""


def read_feed(path: Path) -> Iterator[Check | RowProblem]:
    """Read the checks of a feed in its order; where it stops being XML, what came before is kept and the place told.

    Raises:
        RecordFormatError: The file cannot be read, or holds no item that can.
    """
    number = 0
    language = UNKNOWN
    try:
        for _, node in iterparse(path, forbid_dtd=False, forbid_entities=True, forbid_external=True):
            name = _local_name(node)
            if name == "language" and not number:
                language = read_language(node.text) or UNKNOWN
            elif name == "item":
                number += 1
                yield from _read_item(node, number, language)
                node.clear()
    except (ParseError, DefusedXmlException) as error:
        why = f"XML that declares entities: {error}" if isinstance(error, DefusedXmlException) else f"no XML: {error}"
        if not number:
            raise RecordFormatError(f"{path.name} is {why}") from error
        yield RowProblem(line=number + 1, unit="item", message=f"from here on the file is {why}; nothing more was read")
    except OSError as error:
        raise RecordFormatError(f"{path.name} cannot be read: {error.strerror or error}") from error
    if not number:
        raise RecordFormatError(f"{path.name} holds no <item>: it is no RSS feed of checks")


def render_feed(checks: Iterable[Check], *, title: str, link: str) -> Iterator[str]:
    """Yield the pieces of a feed: an item for each check, under its own address."""
    yield _HEAD.format(title=escape_xml(title), link=escape_xml(link))
    for check in checks:
        yield _render_item(check)
    yield "</channel>\n</rss>\n"


def _read_item(node: Element, number: int, language: str) -> Iterator[Check | RowProblem]:
    scripts = [child.text or "" for child in node if _local_name(child) == "review" and "schema.org" in str(child.tag)]
    if not scripts:
        yield RowProblem(line=number, unit="item", column="schema:review", message="it carries no check", refused=False)
        return
    link = next(iter(read_urls(_find_text(node, "link"))), "")
    title = read_text(_find_text(node, "title"))
    checks = parse_checks(scripts, page_url=link, title=title, language=language, is_origin=False)
    countries, unknown = _read_countries(node)
    yield from explain(number, checks, countries)
    for code in unknown:
        yield RowProblem(line=number, unit="item", column="category", message=f"{code!r} is no country", refused=False)


def _read_countries(node: Element) -> tuple[tuple[str, ...], list[str]]:
    found: dict[str, None] = {}
    unknown: list[str] = []
    for child in node:
        if _local_name(child) == "category" and child.get("domain") == _COUNTRY_CODES:
            code = (child.text or "").strip()
            try:
                found[check_country(code)] = None
            except ValueError:
                unknown.append(code[:20])
    return tuple(found), unknown


def _render_item(check: Check) -> str:
    review = check.review
    markup = json.dumps({"@context": CONTEXT, **build_claim_review(review, check.body)}, ensure_ascii=False)
    published = f"{review.review_date}T00:00:00+00:00" if review.review_date else ""
    summary = f"{review.claim_reviewed} — {review.textual_rating or review.rating_value}"
    elements = [
        f'<guid isPermaLink="false">{escape_xml(review.id)}</guid>',
        *_element("title", review.title),
        *_element("link", review.url),
        *_element("pubDate", published),
        *_element("author", review.publisher),
        *_element("description", summary),
        *(f'<category domain="{_COUNTRY_CODES}">{escape_xml(country)}</category>' for country in check.countries),
        f'<schema:review encodingFormat="application/ld+json"><![CDATA[{_guard(markup)}]]></schema:review>',
    ]
    return "<item>\n" + "\n".join(elements) + "\n</item>\n"


def _element(name: str, text: str) -> Iterator[str]:
    if text:
        yield f"<{name}>{escape_xml(text)}</{name}>"


def _guard(markup: str) -> str:
    """Write what ends a CDATA section, and what no XML may hold, as JSON can."""
    guarded = markup.replace("]]>", "]]\\u003e")
    return NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", guarded)


def _find_text(node: Element, name: str) -> str:
    return next((child.text or "" for child in node if _local_name(child) == name and "}" not in str(child.tag)), "")


def _local_name(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]
