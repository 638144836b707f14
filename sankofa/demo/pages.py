"""The articles of the replayed fact-check site: our own few words in HTML, the check itself in JSON-LD.

The check names the real publisher and the real address; only media lie here. Pages come in the three conditions that
crawlers meet: a block of its own, a second block that is broken, everything in one ``@graph``.

Source: https://schema.org/ClaimReview, https://schema.org/MediaReview
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from sankofa.demo.media_files import MEDIA_PATH
from sankofa.demo.record import Case, ClaimCase, MediaFinding, PublishedCheck

_CONDITIONS = ("plain", "broken-neighbour", "graph")
_CONTEXT = "https://schema.org"
_BROKEN = '{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "[demo] guillemet oublié}'


@dataclass(frozen=True)
class Article:
    """One page: its path, which check it carries, and the condition of its markup."""

    path: str
    claim: ClaimCase
    check: PublishedCheck
    condition: str


def list_articles(case: Case) -> tuple[Article, ...]:
    """Return one article for each published check, in the order of the record."""
    articles: list[Article] = []
    for claim in case.claims:
        for number, check in enumerate(claim.checks, start=1):
            condition = _CONDITIONS[len(articles) % len(_CONDITIONS)]
            articles.append(Article(f"/verifications/{claim.id.lower()}-{number}/", claim, check, condition))
    return tuple(articles)


def render_article(article: Article, case: Case, base_url: str) -> str:
    """Render one page; media addresses are below *base_url*."""
    check = article.check
    review = build_claim_review(article, case, base_url)
    scripts = "\n".join(
        f'<script type="application/ld+json">{_guard(block)}</script>'
        for block in _build_blocks(article, review, base_url)
    )
    date = f'<p><time datetime="{check.review_date}">{check.review_date}</time></p>' if check.review_date else ""
    return f"""<!DOCTYPE html>
<html lang="{escape(check.language)}">
<head><meta charset="utf-8"><title>{escape(_title(check))}</title>
{scripts}
</head>
<body>
<p>Page de démonstration, écrite pour Sankofa. La vérification elle-même :
<a href="{escape(check.url)}">{escape(check.publisher)}</a>.</p>
<article><h1>{escape(_title(check))}</h1>{date}
<p>{escape(article.claim.wordings.fr)}</p>
<p><strong>{escape(check.textual_rating)}</strong> {escape(check.explanation.fr)}</p>
{_render_media(review)}
</article>
</body></html>
"""


def render_front_page(articles: tuple[Article, ...]) -> str:
    """Render the page that links to every article."""
    links = "\n".join(f'<li><a href="{article.path}">{escape(_title(article.check))}</a></li>' for article in articles)
    return f"""<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>[demo] Vérifications</title></head>
<body><h1>[demo] Vérifications</h1><ul>
{links}
</ul></body></html>
"""


def build_claim_review(article: Article, case: Case, base_url: str) -> dict[str, Any]:
    """Build the ClaimReview with its MediaReviews; a date that the check does not show is left out."""
    claim, check = article.claim, article.check
    item: dict[str, Any] = {"@type": "Claim", "author": {"@type": "Person", "name": claim.claimant}}
    if claim.first_appeared_on:
        item["datePublished"] = claim.first_appeared_on
    review: dict[str, Any] = {
        "@type": "ClaimReview",
        "url": check.url,
        "name": _title(check),
        "inLanguage": check.language,
        "claimReviewed": claim.wordings.fr,
        "author": {"@type": "Organization", "name": check.publisher, "url": f"https://{check.site}/"},
        "itemReviewed": item,
        "reviewRating": {"@type": "Rating", "alternateName": check.textual_rating},
        "associatedMediaReview": [_build_media_review(finding, article, case, base_url) for finding in check.media],
    }
    if check.review_date:
        review["datePublished"] = str(check.review_date)
    return review


def _build_media_review(finding: MediaFinding, article: Article, case: Case, base_url: str) -> dict[str, Any]:
    shown = case.medium(finding.shown)
    kind = "ImageObject" if shown.kind == "image" else "VideoObject"
    appearance = {"@type": kind, "contentUrl": f"{base_url}{MEDIA_PATH}{shown.file}"}
    review: dict[str, Any] = {
        "@type": "MediaReview",
        "url": article.check.url,
        "author": {"@type": "Organization", "name": article.check.publisher, "url": f"https://{article.check.site}/"},
        "mediaAuthenticityCategory": [category.value for category in finding.categories],
        "originalMediaContextDescription": finding.original_context,
        "itemReviewed": {"@type": "MediaReviewItem", "mediaItemAppearance": [appearance]},
    }
    if finding.original:
        review["originalMediaLink"] = f"{base_url}{MEDIA_PATH}{case.medium(finding.original).file}"
    return review


def _build_blocks(article: Article, review: Mapping[str, Any], base_url: str) -> list[str]:
    """The JSON-LD scripts of the page, in the condition that it has."""
    if article.condition == "graph":
        page = {"@type": "WebPage", "url": base_url + article.path, "name": review["name"]}
        return [_dump({"@context": _CONTEXT, "@graph": [page, review]})]
    block = _dump({"@context": _CONTEXT, **review})
    return [block, _BROKEN] if article.condition == "broken-neighbour" else [block]


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _render_media(review: Mapping[str, Any]) -> str:
    urls: list[str] = []
    for item in review["associatedMediaReview"]:
        urls += [appearance["contentUrl"] for appearance in item["itemReviewed"]["mediaItemAppearance"]]
        urls += [item["originalMediaLink"]] if "originalMediaLink" in item else []
    return "\n".join(_render_medium(url) for url in urls)


def _render_medium(url: str) -> str:
    if url.endswith(".mp4"):
        return f'<video src="{escape(url)}" controls></video>'
    return f'<img src="{escape(url)}" alt="[demo]">'


def _title(check: PublishedCheck) -> str:
    return f"[demo] {check.title}"


def _guard(block: str) -> str:
    """Keep ``</script`` out of a script."""
    return block.replace("</", "<\\/")
