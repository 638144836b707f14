"""The outside world of one run: the catalogue, and the one guarded way out."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from ipaddress import ip_network
from pathlib import Path

from crawlers.catalogue import Catalogue, Credentials, load_catalogue, open_source
from crawlers.fact_checks import ClaimsAsked, FactCheckSearch, SavedAnswers
from crawlers.guard import FetchLimits, GuardedFetcher, raise_for_status
from crawlers.source import Source
from index.model import Event
from sankofa.settings import Settings

CATALOGUE = "catalogue"
"""The folder of the home in which a newsroom keeps its own sources and events."""


@contextmanager
def open_outside(settings: Settings) -> Iterator["CataloguedWorld"]:
    """Open the way out; nothing is read or fetched before somebody asks."""
    fetcher = GuardedFetcher(
        FetchLimits(max_bytes=settings.fetch_max_bytes, timeout_seconds=settings.fetch_timeout_seconds),
        allowed_networks=tuple(ip_network(network) for network in settings.allowed_networks),
        user_agent=name_agent(settings.contact),
    )
    credentials = Credentials(x_bearer_token=settings.x_bearer_token.get_secret_value(), x_api_base=settings.x_api_base)
    key = settings.google_api_key.get_secret_value()
    fact_checks = FactCheckSearch(key, fetcher=fetcher, api_url=settings.google_api_base)
    try:
        yield CataloguedWorld(settings.home / CATALOGUE, fetcher, credentials, fact_checks)
    finally:
        fetcher.close()


def name_agent(contact: str) -> str:
    """Say honestly who fetches, and whom to write to."""
    return f"Sankofa/{version('sankofa')} (fact-checking desk{f'; {contact}' if contact else ''})"


class CataloguedWorld:
    """What the catalogue names, behind the address guard. Documented at :class:`sankofa.desk.OutsideWorld`."""

    def __init__(
        self, folder: Path, fetcher: GuardedFetcher, credentials: Credentials, fact_checks: FactCheckSearch
    ) -> None:
        self._folder = folder
        self._fetcher = fetcher
        self._credentials = credentials
        self._fact_checks = fact_checks
        self._loaded: Catalogue | None = None

    @contextmanager
    def open_source(self, name: str) -> Iterator[Source]:
        yield open_source(name, catalogue=self._catalogue(), fetcher=self._fetcher, credentials=self._credentials)

    def find_event(self, name: str) -> Event | None:
        return self._catalogue().find_event(name)

    def iter_names(self) -> Iterator[str]:
        return self._catalogue().iter_names()

    def fetch_file(self, url: str, folder: Path) -> Path:
        return self._fetcher.fetch_to(url, folder).path

    def send(self, url: str, content: bytes, media_type: str) -> bytes:
        answer = self._fetcher.send(url, content, headers={"Content-Type": media_type})
        raise_for_status(url, answer.status, answer.headers)
        return answer.content

    def fetch_answers(self, asked: ClaimsAsked, folder: Path) -> SavedAnswers:
        return self._fact_checks.fetch_answers(asked, folder)

    def _catalogue(self) -> Catalogue:
        if self._loaded is None:
            self._loaded = load_catalogue([self._folder] if self._folder.is_dir() else [])
        return self._loaded
