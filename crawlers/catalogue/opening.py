"""Open a source by its name in the catalogue, or a file of posts."""

from dataclasses import dataclass, field
from pathlib import Path

from crawlers.catalogue.entries import FilesEntry, WebEntry, XEntry
from crawlers.catalogue.loading import Catalogue
from crawlers.errors import SourceUnknownError
from crawlers.guard import GuardedFetcher
from crawlers.source import Source
from crawlers.sources.files import ENDINGS, FileSource
from crawlers.sources.web import WebSource
from crawlers.sources.x import API_URL, XSource


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Keys of the platforms, and where their interfaces lie; a missing key is an error only when it is needed."""

    x_bearer_token: str = field(default="", repr=False)
    x_api_base: str = API_URL


def open_source(
    name_or_file: str, *, catalogue: Catalogue, fetcher: GuardedFetcher, credentials: Credentials = Credentials()
) -> Source:
    """Open a source; nothing is fetched yet. The fetcher's limits, networks and name hold for everything that it fetches.

    Raises:
        SourceUnknownError: Neither a name in the catalogue nor a file of posts.
    """
    if name_or_file not in catalogue.sources and (path := Path(name_or_file)).is_file():
        if path.suffix.lower() not in ENDINGS:
            raise SourceUnknownError(f"{name_or_file}: a file of posts ends in {', '.join(ENDINGS)}")
        return FileSource(path, fetcher=fetcher)
    entry = catalogue.get_source(name_or_file)
    match entry:
        case XEntry():
            return _open_x(entry, fetcher, credentials)
        case WebEntry():
            return _open_web(entry, fetcher)
        case FilesEntry():
            return FileSource(Path(entry.address), name=entry.name, fetcher=fetcher)


def _open_x(entry: XEntry, fetcher: GuardedFetcher, credentials: Credentials) -> Source:
    return XSource(
        entry.name,
        bearer_token=credentials.x_bearer_token,
        fetcher=fetcher,
        api_url=credentials.x_api_base,
        search=entry.options.search,
        words=entry.options.words,
        accounts=entry.options.accounts,
        languages=entry.languages,
        reposts=entry.options.reposts,
    )


def _open_web(entry: WebEntry, fetcher: GuardedFetcher) -> Source:
    return WebSource(
        entry.name,
        entry.address,
        fetcher=fetcher,
        listing=entry.options.listing,
        path=entry.options.path,
        languages=entry.languages,
        country=entry.country,
        speaks_for=entry.options.speaks_for,
        delay_seconds=entry.options.delay_seconds,
        time_limit_seconds=entry.options.time_limit_seconds,
    )
