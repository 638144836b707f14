"""A tiny fact-check site on 127.0.0.1: robots.txt, sitemap, articles with JSON-LD, pictures."""

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from tests.crawlers.servers import Answer


def build_article(text: str, *, published: str = "", head: str = "", body: str = "", language: str = "fr") -> bytes:
    """Return an article in HTML."""
    meta = f'<meta property="article:published_time" content="{published}">' if published else ""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Title of {text}</title>{meta}{head}</head>'
        f"<body><nav><p>Menu</p></nav><article><h1>Title of {text}</h1><p>{text}</p>{body}</article>"
        f"<footer><p>Imprint</p></footer></body></html>"
    ).encode()


def build_script(node: Any) -> str:
    """Return a JSON-LD script."""
    return f'<script type="application/ld+json">{json.dumps(node, ensure_ascii=False)}</script>'


@dataclass
class Site:
    """The answers by path, and the listed pages as (path, lastmod)."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    listed: list[tuple[str, str]] = field(default_factory=list)
    robots: Answer | None = None
    asked: list[str] = field(default_factory=list)

    def add(self, path: str, body: bytes, lastmod: str = "", media_type: str = "text/html; charset=utf-8") -> None:
        """Publish something; with *lastmod* (or a page) it is listed."""
        self.answers[path] = Answer(body, headers={"Content-Type": media_type})
        if media_type.startswith("text/html"):
            self.listed = [entry for entry in self.listed if entry[0] != path] + [(path, lastmod)]

    def respond(self, handler: BaseHTTPRequestHandler) -> Answer:
        """Answer one request."""
        path = urlsplit(handler.path).path
        self.asked.append(path)
        if path == "/robots.txt":
            return self.robots or Answer(b"", 404)
        if path == "/sitemap.xml" and path not in self.answers:
            return Answer(self.render_sitemap(), headers={"Content-Type": "application/xml"})
        return self.answers.get(path, Answer(b"nothing here", 404))

    def render_sitemap(self) -> bytes:
        """Write the sitemap."""
        rows = "".join(
            f"<url><loc>{path if '://' in path else self.url + path}</loc>"
            + (f"<lastmod>{lastmod}</lastmod>" if lastmod else "")
            + "</url>"
            for path, lastmod in self.listed
        )
        xml = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
        return xml.encode()

    @property
    def pages_asked(self) -> list[str]:
        """What was asked for besides robots.txt and the sitemap."""
        return [path for path in self.asked if path not in ("/robots.txt", "/sitemap.xml")]
