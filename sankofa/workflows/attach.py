"""What a verdict rests on: a page with its archived copy, a medium of the vault, a note. Named after its content."""

from index.addresses import is_address
from index.identifiers import name_by_content
from index.model import Evidence, MediaItem
from sankofa.desk import Desk
from sankofa.errors import InputError


def build_page(url: str, *, archived_url: str = "", title: str = "") -> Evidence:
    """Build the evidence of a page; *archived_url* is where it stays readable as it was.

    Raises:
        InputError: One of the addresses is none of the web.
    """
    for address in filter(None, (url, archived_url)):
        if not is_address(address):
            raise InputError(f"{address!r} is no web address: write it whole, beginning with https://")
    named = (url, title or url, archived_url) if archived_url else (url, title or url)
    return Evidence(id=name_by_content("E", *named), title=title or url, url=url, archived_url=archived_url)


def build_medium(desk: Desk, media_id: str, *, note: str = "") -> Evidence:
    """Build the evidence of an original in the vault. Raises RecordNotFoundError."""
    item = desk.get(MediaItem, media_id)
    return Evidence(id=name_by_content("E", item.sha256, note), title=media_id, sha256=item.sha256, note=note)


def build_note(text: str) -> Evidence:
    """Build a note, such as what somebody said on the telephone."""
    title = text.strip().splitlines()[0][:80] if text.strip() else ""
    if not title:
        raise InputError("a note holds words: say what was found out")
    return Evidence(id=name_by_content("E", "note", text.strip()), title=title, note=text.strip())
