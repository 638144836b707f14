"""What was read on a page, and the post and media that come of it. Nothing here parses HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from crawlers.rows import guess_kind
from index.dates import parse_moment
from index.exchange.jsonld import PageChecks, parse_checks, read_publication
from index.model import Attachment, Bank, Post
from index.naming import name_post

MAX_MEDIA = 30


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture or video of the article, as the page names it."""

    url: str
    kind: Literal["image", "video"] = "image"
    alt_text: str = ""


@dataclass(frozen=True, kw_only=True)
class PageContent:
    """A page as it was read: ``scripts`` are its JSON-LD, ``feeds`` what it offers to subscribe to."""

    url: str
    title: str = ""
    author: str = ""
    site_name: str = ""
    text: str = ""
    language: str = ""
    published: str = ""
    canonical_url: str = ""
    pictures: tuple[Picture, ...] = ()
    scripts: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WantedMedia:
    """A medium to fetch, and the bank that it belongs to."""

    attachment: Attachment
    bank: Bank
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class ReadPage:
    """The post that a page is, its media and its checks."""

    post: Post
    media: tuple[WantedMedia, ...]
    checks: PageChecks


def read_page(
    content: PageContent, *, language: str = "und", country: str | None = None, speaks_for: Sequence[str] = ()
) -> ReadPage:
    """Make a post of *content*; *language* and *country* are the site's, for what the page itself leaves open.

    The page's own canonical address is kept where it lies on its host, or on one that the site speaks for.
    """
    said = read_publication(content.scripts)
    url = _choose_url(content, speaks_for)
    spoken = content.language or said.get("language", "") or language
    checks = parse_checks(content.scripts, page_url=url, title=content.title, language=spoken, speaks_for=speaks_for)
    media = _choose_media(content, checks)
    post = Post(
        id="",
        platform="web",
        native_id=url,
        url=url,
        author=_strip_www(urlsplit(url).netloc),
        author_name=content.author or said.get("author", "") or content.site_name,
        title=content.title,
        text=content.text,
        language=spoken,
        country=country,
        published_at=_parse_moment(content.published) or _parse_moment(said.get("published", "")),
        attachments=tuple(medium.attachment for medium in media),
    )
    return ReadPage(post=name_post(post), media=media, checks=checks)


def _choose_url(content: PageContent, speaks_for: Sequence[str]) -> str:
    hosts = {_strip_www(urlsplit(content.url).netloc), *map(_strip_www, speaks_for)}
    canonical = content.canonical_url
    return canonical if canonical and _strip_www(urlsplit(canonical).netloc) in hosts else content.url


def _choose_media(content: PageContent, checks: PageChecks) -> tuple[WantedMedia, ...]:
    """Take the originals that media reviews name as known, then what the article and the reviews show as seen, each once."""
    shown = {picture.url: picture for picture in content.pictures}
    wanted: dict[str, WantedMedia] = {}
    for review in checks.media_reviews:
        if review.original_url:
            picture = shown.get(
                review.original_url, Picture(url=review.original_url, kind=guess_kind(review.original_url))
            )
            wanted.setdefault(
                picture.url, WantedMedia(attachment=_build(picture), bank="known", caption=review.original_context)
            )
    reviewed = (Picture(url=url, kind=guess_kind(url)) for review in checks.media_reviews for url in review.media_urls)
    for picture in (*content.pictures, *reviewed):
        wanted.setdefault(picture.url, WantedMedia(attachment=_build(picture), bank="seen"))
    return tuple(wanted.values())[:MAX_MEDIA]


def _build(picture: Picture) -> Attachment:
    return Attachment(url=picture.url, kind=picture.kind, alt_text=picture.alt_text)


def _parse_moment(text: str) -> datetime | None:
    try:
        return parse_moment(text) if text else None
    except (ValueError, OverflowError):
        return None


def _strip_www(host: str) -> str:
    return host.lower().removeprefix("www.")
