"""The feed of the replayed fact-check site, as DE FACTO exchanges checks: RSS whose items carry the check as JSON-LD.

Source: https://github.com/AFP-Medialab/defacto-rss
"""

import json
from collections.abc import Iterable
from xml.sax.saxutils import escape

from sankofa.demo.pages import Article, build_claim_review
from sankofa.demo.record import Case

FEED_PATH = "/flux/de-facto.xml"
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:schema="https://schema.org"><channel>
<title>[demo] Vérifications</title><link>{url}/</link><description>[demo]</description>
"""


def render_feed(articles: Iterable[Article], case: Case, base_url: str) -> str:
    """Render the feed of *articles*; media addresses are below *base_url*."""
    items = "".join(_render_item(article, case, base_url) for article in articles)
    return f"{_HEAD.format(url=escape(base_url))}{items}</channel></rss>\n"


def _render_item(article: Article, case: Case, base_url: str) -> str:
    check = article.check
    markup = {"@context": "https://schema.org", **build_claim_review(article, case, base_url)}
    date = f"<pubDate>{check.review_date}T00:00:00+00:00</pubDate>" if check.review_date else ""
    countries = "".join(
        f'<category domain="https://www.iso.org/iso-3166-2">{country}</category>' for country in article.claim.countries
    )
    return (
        f'<item><guid isPermaLink="false">{escape(article.path)}</guid><title>{escape(check.title)}</title>'
        f"<link>{escape(check.url)}</link>{date}{countries}\n"
        '<schema:review encodingFormat="application/ld+json"><![CDATA['
        f"{json.dumps(markup, ensure_ascii=False)}]]></schema:review></item>\n"
    )
