"""The fact-check site of the replay: articles, media, robots.txt, a sitemap, and a folder that robots may not read."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from sankofa.demo.feed import FEED_PATH, render_feed
from sankofa.demo.loopback import Request, Response, not_found
from sankofa.demo.media_files import MEDIA_PATH, answer_cacheable, answer_media
from sankofa.demo.pages import Article, list_articles, render_article, render_front_page
from sankofa.demo.record import Case

SITEMAP_PATH = "/sitemap.xml"
ROBOTS_PATH = "/robots.txt"
FORBIDDEN_PATH = "/brouillons/"
"""What robots.txt disallows. The sitemap names a page below it all the same, as real ones do."""

_HTML = "text/html; charset=utf-8"
_ROBOTS = "User-agent: *\nDisallow: {forbidden}\nCrawl-delay: 0\n\nSitemap: {url}{sitemap}\n"


class FactCheckSite:
    """Answers for the checks of *case*; *base_url* is asked when a request comes."""

    def __init__(self, case: Case, stand_ins: Path, *, base_url: Callable[[], str]) -> None:
        self._case = case
        self._stand_ins = stand_ins
        self._base_url = base_url
        self._articles = {article.path: article for article in list_articles(case)}

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        if request.path.startswith(MEDIA_PATH):
            return answer_media(request, self._stand_ins)
        if request.path in self._articles:
            return self._answer_article(request, self._articles[request.path])
        return self._answer_rest(request)

    def _answer_article(self, request: Request, article: Article) -> Response:
        body = render_article(article, self._case, self._base_url()).encode()
        headers = {"Content-Type": _HTML}
        if article.check.review_date:
            moment = datetime.combine(article.check.review_date, time(), UTC)
            headers["Last-Modified"] = format_datetime(moment, usegmt=True)
        return answer_cacheable(request, body, headers)

    def _answer_rest(self, request: Request) -> Response:
        if request.path == "/":
            front = render_front_page(tuple(self._articles.values()))
            return answer_cacheable(request, front.encode(), {"Content-Type": _HTML})
        if request.path == ROBOTS_PATH:
            text = _ROBOTS.format(forbidden=FORBIDDEN_PATH, url=self._base_url(), sitemap=SITEMAP_PATH)
            return Response(200, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})
        if request.path == SITEMAP_PATH:
            return answer_cacheable(request, self._render_sitemap().encode(), {"Content-Type": "application/xml"})
        if request.path == FEED_PATH:
            feed = render_feed(self._articles.values(), self._case, self._base_url())
            return answer_cacheable(request, feed.encode(), {"Content-Type": "application/rss+xml; charset=utf-8"})
        if request.path.startswith(FORBIDDEN_PATH):
            return Response(200, b"<!DOCTYPE html><title>[demo] brouillon</title>\n", {"Content-Type": _HTML})
        return not_found()

    def _render_sitemap(self) -> str:
        url = self._base_url()
        entries = [
            _render_entry(url + path, str(article.check.review_date) if article.check.review_date else None)
            for path, article in self._articles.items()
        ]
        entries.append(_render_entry(f"{url}{FORBIDDEN_PATH}en-cours/", None))
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{space}">\n{"".join(entries)}</urlset>\n'


def _render_entry(url: str, modified_on: str | None) -> str:
    date = f"<lastmod>{modified_on}</lastmod>" if modified_on else ""
    return f"<url><loc>{escape(url)}</loc>{date}</url>\n"
