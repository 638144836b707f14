"""The demonstration's exchange with other desks: a page and a feed of the replayed site in, the checks out again."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sankofa.demo.feed import FEED_PATH
from sankofa.demo.pages import list_articles
from sankofa.demo.replay import Replay
from sankofa.desk import Desk
from sankofa.workflows.export_checks import iter_checks, render_checks
from sankofa.workflows.import_checks import import_file

FOLDER = "exchange"
SITE = "http://127.0.0.1:8377"
"""Where ``sankofa serve`` shows the desk that the demonstration made."""


@dataclass(frozen=True, kw_only=True)
class Exchanged:
    """How many checks were read, how many the desk did not have before, and the files: two that came in, two given out."""

    read: int
    new: int
    files: tuple[Path, ...]


def exchange(desk: Desk, replay: Replay) -> Exchanged:
    """Bring in the page and the feed, which the desk has collected already, and give all checks out in both formats."""
    folder = desk.home / FOLDER
    folder.mkdir(exist_ok=True)
    incoming = tuple(_fetch(desk, replay, folder))
    done = [import_file(desk, file) for file in incoming]
    given = (folder / "checks.json", folder / "checks.xml")
    for file, form in zip(given, ("claimreview", "defacto"), strict=True):
        file.write_text("".join(render_checks(desk, form, iter_checks(desk, site=SITE), site=SITE)), "utf-8")
    return Exchanged(read=sum(one.rows for one in done), new=sum(one.new for one in done), files=(*incoming, *given))


def _fetch(desk: Desk, replay: Replay, folder: Path) -> Iterator[Path]:
    first = list_articles(replay.case)[0]
    for path, name in ((first.path, "page.html"), (FEED_PATH, "feed.xml")):
        with tempfile.TemporaryDirectory(dir=folder) as held:
            yield desk.outside.fetch_file(replay.site_url + path, Path(held)).replace(folder / name)
