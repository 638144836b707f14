"""Read an article out of HTML: its words, its date, its pictures, its JSON-LD.

Rules are few and the same for every site; what a site needs beyond them belongs in its structured data.
"""

from collections.abc import Iterator
from typing import Literal

from parsel import Selector, SelectorList

from crawlers.pages import PageContent, Picture
from crawlers.rows import guess_kind
from index.addresses import join_address, parse_address
from index.exchange.jsonld_values import read_language

MAX_TEXT_CHARACTERS = 100_000
MAX_SCRIPTS = 30

# Where an article's own words and pictures stand, best first.
_ARTICLES = ("//article", "//*[@itemprop='articleBody']", "//main", "//body")
_OUTSIDE = "ancestor::nav or ancestor::aside or ancestor::footer"
_NESTED = "ancestor::li or ancestor::blockquote or ancestor::figcaption"  # read once, with the outer block
_BLOCK = "self::p or self::h1 or self::h2 or self::h3 or self::h4 or self::li or self::blockquote or self::figcaption"
_BLOCKS = f".//*[{_BLOCK}][not({_OUTSIDE} or {_NESTED})]"
_WORDS = ".//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]"
_PICTURES = f".//*[self::img or self::video or self::source][not({_OUTSIDE})]"
_DATES = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[translate(@name, 'DC', 'dc')='dc.date' or @name='date' or @name='pubdate']/@content",
    "(//article//time/@datetime)[1]",
)


def parse_page(html: str, url: str) -> PageContent:
    """Read the page at *url*; what it does not say is empty."""
    page = Selector(text=html.replace("\0", ""), base_url=url)
    base = _join(url, page.xpath("//base/@href").get(default="")) or url
    article = next((found for path in _ARTICLES if (found := page.xpath(path))), page.xpath("/*"))[:1]
    return PageContent(
        url=url,
        title=_first(page, "//meta[@property='og:title']/@content", "string(//h1)", "string(//title)"),
        author=_first(page, "//meta[@name='author']/@content"),
        site_name=_first(page, "//meta[@property='og:site_name']/@content"),
        text=_read_text(article),
        language=read_language(
            _first(page, "/html/@lang", "/html/@xml:lang", "//meta[@property='og:locale']/@content")
        ),
        published=_first(page, *_DATES),
        canonical_url=_check(_join(base, _first(page, "//link[@rel='canonical']/@href"))),
        pictures=tuple(_iter_pictures(page, article, base)),
        scripts=tuple(page.xpath("//script[contains(@type, 'ld+json')]/text()").getall()[:MAX_SCRIPTS]),
        feeds=tuple(_iter_feeds(page, base)),
    )


def _first(page: Selector, *paths: str) -> str:
    return next((text for path in paths if (text := " ".join(page.xpath(path).get(default="").split()))), "")


def _read_text(article: SelectorList[Selector]) -> str:
    """Join the paragraphs, headings and list items; an article without any is taken as one."""
    texts = [" ".join("".join(block.xpath(_WORDS).getall()).split()) for block in article.xpath(_BLOCKS) or article]
    return "\n".join(filter(None, texts))[:MAX_TEXT_CHARACTERS]


def _iter_pictures(page: Selector, article: SelectorList[Selector], base: str) -> Iterator[Picture]:
    """Yield the article's pictures and videos in their order, then the page's preview picture if it is another."""
    seen: set[str] = set()
    for node in article.xpath(_PICTURES):
        for picture in _read_picture(node, base):
            if _identify(picture.url) not in seen:
                seen.add(_identify(picture.url))
                yield picture
    preview = _check(_join(base, _first(page, "//meta[@property='og:image' or @property='og:image:url']/@content")))
    if preview and _identify(preview) not in seen:
        yield Picture(url=preview)


def _read_picture(node: Selector, base: str) -> Iterator[Picture]:
    tag = node.root.tag
    if tag == "source" and not node.xpath("parent::video"):
        return  # a smaller or re-encoded copy of the picture beside it
    kind: Literal["image", "video"] = "image" if tag == "img" else "video"
    for name in ("data-src", "data-lazy-src", "src"):
        url = _check(_join(base, node.attrib.get(name, "")))
        if url and (kind == "image" or guess_kind(url) == "video"):
            yield Picture(url=url, kind=kind, alt_text=" ".join(node.attrib.get("alt", "").split()))
            return


def _iter_feeds(page: Selector, base: str) -> Iterator[str]:
    for href in page.xpath(
        "//link[@rel='alternate'][contains(@type, 'rss+xml') or contains(@type, 'atom+xml')]/@href"
    ).getall():
        if url := _check(_join(base, href)):
            yield url


def _join(base: str, reference: str) -> str:
    try:
        return join_address(base, reference) if reference.strip() else ""
    except ValueError:
        return ""


def _check(url: str) -> str:
    """Return *url* without a fragment if it is an http or https address, and nothing otherwise."""
    try:
        parse_address(url)
    except ValueError:
        return ""
    return url.partition("#")[0]


def _identify(url: str) -> str:
    return url.partition("?")[0]
