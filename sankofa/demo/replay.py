"""The outside world of the case on 127.0.0.1: X's API, a fact-check site, a file of posts, and the stand-in media.

Production code reaches it through settings only: ``SANKOFA_X_API_BASE``, ``SANKOFA_X_BEARER_TOKEN``,
``SANKOFA_ALLOWED_NETWORKS`` and catalogue entries in the demonstration's home.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sankofa.demo.case import load_case
from sankofa.demo.loopback import LoopbackServer
from sankofa.demo.posts_file import write_posts_file
from sankofa.demo.record import Case
from sankofa.demo.site import SITEMAP_PATH, FactCheckSite
from sankofa.demo.standins import make_stand_ins
from sankofa.demo.x_api import XApi

BEARER_TOKEN = "demo-token"  # noqa: S105  (opens nothing but the replay)
ALLOWED_NETWORKS = ("127.0.0.0/8",)
STAND_INS_FOLDER = "media"


@dataclass(frozen=True)
class Replay:
    """What production code needs to know of the replayed world, and what it asked so far.

    ``stand_ins`` is the folder of all stand-in media, ``files`` the same by key.
    """

    case: Case
    x_base_url: str
    x_bearer_token: str
    site_url: str
    posts_file: Path
    stand_ins: Path
    files: Mapping[str, Path]
    x_counts: Counter[str]
    site_counts: Counter[str]

    @property
    def sitemap_url(self) -> str:
        """The address of the site's sitemap."""
        return self.site_url + SITEMAP_PATH

    @property
    def request_counts(self) -> Counter[str]:
        """How often each path was asked, of both servers together."""
        return self.x_counts + self.site_counts


@contextmanager
def open_replay(folder: Path, *, case: Case | None = None, x_refusals: int = 0, site_port: int = 0) -> Iterator[Replay]:
    """Make the stand-ins and the file of posts in *folder*, and serve the rest until the context is left.

    The first *x_refusals* searches of X are answered with 429. The site takes *site_port* if it is free: a page is known by
    its address, so a replay on the same port is the same world.

    Raises:
        DemoPicturesMissingError: The photographs are not installed; says what to install.
    """
    case = case or load_case()
    stand_ins = folder / STAND_INS_FOLDER
    files = make_stand_ins(case.media, stand_ins)
    posts_file = write_posts_file(case, files, folder)
    with ExitStack() as stack:
        x = _start_x(stack, case, stand_ins, x_refusals)
        site = _start_site(stack, case, stand_ins, site_port)
        yield Replay(case, x.url, BEARER_TOKEN, site.url, posts_file, stand_ins, files, x.counts, site.counts)


def _start_x(stack: ExitStack, case: Case, stand_ins: Path, refusals: int) -> LoopbackServer:
    api = XApi(case, stand_ins, token=BEARER_TOKEN, base_url=lambda: server.url, refusals=refusals)
    server = LoopbackServer(api.answer)
    return stack.enter_context(server)


def _start_site(stack: ExitStack, case: Case, stand_ins: Path, port: int) -> LoopbackServer:
    site = FactCheckSite(case, stand_ins, base_url=lambda: server.url)
    server = LoopbackServer(site.answer, port)
    return stack.enter_context(server)
