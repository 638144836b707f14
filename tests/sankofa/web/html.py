"""Read a page the way a careful reviewer would: what it loads, where it leads, what is inline, what has no label."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_LOADING = {"src", "srcset", "poster", "data", "background", "xlink:href"}
_LOADING_LINKS = {"stylesheet", "icon", "preload", "prefetch", "preconnect"}
_FIELDS = {"input", "select", "textarea"}


@dataclass
class Page:
    """What a page holds."""

    root: dict[str, str] = field(default_factory=dict)
    loaded: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    fields: list[dict[str, str]] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)

    @property
    def unlabelled(self) -> list[dict[str, str]]:
        """Fields that a screen reader could not name."""
        return [each for each in self.fields if each.get("id") not in self.labels and "labelled" not in each]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._in_label = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        page = self.page
        page.inline.extend(f"{tag} {name}" for name in given if name == "style" or name.startswith("on"))
        page.loaded.extend(value for name, value in given.items() if name in _LOADING)
        if tag in ("style", "iframe", "object", "embed") or (tag == "script" and "src" not in given):
            page.inline.append(tag)
        if tag in ("link", "image", "use"):
            if tag != "link" or given.get("rel") in _LOADING_LINKS:
                page.loaded.append(given.get("href", ""))
        elif "href" in given:
            page.links.append(given["href"])
        if tag == "html":
            page.root = given
        self._read_form(tag, given)

    def _read_form(self, tag: str, given: dict[str, str]) -> None:
        if tag in ("h1", "h2", "h3", "h4"):
            self.page.headings.append(tag)
        if tag == "label":
            self._in_label += 1
            self.page.labels.add(given.get("for", ""))
        if tag in _FIELDS and given.get("type") != "hidden":
            self.page.fields.append({**given, **({"labelled": "inside"} if self._in_label else {})})

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._in_label -= 1


def read_page(text: str) -> Page:
    """Read a page."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.page
