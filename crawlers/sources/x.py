"""Posts from X by tweepy: recent search (seven days) or full-archive search.

X gives the newest posts first, page by page, and charges for each. So a run goes down from the newest post to where the last
complete run began (its *floor*), and keeps after every few posts how far down it came: the position holds, per query,
``[floor, top, below]``. A run that is cut goes on below the last post that was kept; when it reaches the floor, the top
becomes the next floor. Nothing that was kept is asked for again, and nothing between floor and top is left out.
Batches therefore come newest first.

Posts of X that are indexed late, with a number below a floor, are not seen; X gives no way to ask for them.
Source: https://docs.x.com/x-api/posts/search/introduction
"""

import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

import requests
import tweepy
from requests.adapters import HTTPAdapter

from crawlers.errors import (
    CredentialsMissingError,
    RateLimitedError,
    SourceFormatError,
    SourceUnavailableError,
)
from crawlers.guard import GuardedFetcher, parse_retry_after
from crawlers.media import fetch_media
from crawlers.posts import is_in_period
from crawlers.source import Batch, Collected, CollectRequest
from crawlers.x_posts import EXPANSIONS, MEDIA_FIELDS, TWEET_FIELDS, USER_FIELDS, XPage, XPost, parse_page
from crawlers.x_query import build_queries
from crawlers.x_sweep import (
    Sweep,
    count_wanted,
    cut_posts,
    descend,
    is_below,
    name_query,
    parse_position,
    reaches,
    read_moment,
    render_moment,
    render_position,
)

API_URL = "https://api.x.com"
_TWEEPY_HOST = "https://api.twitter.com/"  # written into tweepy.Client.request (tweepy 4.17)
_PAGE_POSTS = (10, 100)  # what X accepts as max_results
_RECENT = timedelta(days=7) - timedelta(minutes=5)  # X refuses start times that are older than seven days
_FRESH = timedelta(seconds=60)  # X refuses end times less than ten seconds ago


class XSource:
    """Searches X for words and accounts; what a request leaves open is filled from the catalogue's entry."""

    def __init__(
        self,
        name: str,
        *,
        bearer_token: str,
        fetcher: GuardedFetcher,
        api_url: str = API_URL,
        search: Literal["recent", "all"] = "recent",
        words: Sequence[str] = (),
        accounts: Sequence[str] = (),
        languages: Sequence[str] = (),
        reposts: bool = False,
        timeout_seconds: float = 30,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._name = name
        self._bearer_token = bearer_token
        self._fetcher = fetcher
        self._api_url = api_url
        self._search = search
        self._defaults = CollectRequest(words=tuple(words), accounts=tuple(accounts), languages=tuple(languages))
        self._reposts = reposts
        self._timeout_seconds = timeout_seconds
        self._clock = clock

    @property
    def name(self) -> str:
        """The name in the catalogue."""
        return self._name

    @property
    def tool(self) -> str:
        """What fetches."""
        return f"tweepy {tweepy.__version__}"

    def iter_batches(self, request: CollectRequest, position: str) -> Iterator[Batch]:
        """Yield what is new, newest first; see the module for what a position means."""
        if not self._bearer_token:
            raise CredentialsMissingError("X needs a key: set SANKOFA_X_BEARER_TOKEN to an app's bearer token")
        queries = self._build_queries(request)
        sweeps = parse_position(position)
        left = request.limit
        with self._open_client() as client:
            for query in queries:
                key = name_query(query, request)
                for batch, sweep in self._read_query(client, query, request, sweeps.get(key, Sweep()), left):
                    sweeps = {**sweeps, key: sweep}
                    yield replace(batch, position=render_position(sweeps))
                    left = None if left is None else left - len(batch.items)

    def _build_queries(self, request: CollectRequest) -> tuple[str, ...]:
        return build_queries(
            request.words or self._defaults.words,
            request.accounts or self._defaults.accounts,
            request.languages or self._defaults.languages,
            reposts=self._reposts,
        )

    def _read_query(
        self, client: Any, query: str, request: CollectRequest, sweep: Sweep, left: int | None
    ) -> Iterator[tuple[Batch, Sweep]]:
        """Finish the sweep that a run before left open, then look for what is newer."""
        is_last = False
        while not is_last and left != 0:
            is_last = not sweep.below
            for batch, following in self._read_down(client, query, request, sweep, left):
                yield batch, following
                sweep = following
                left = None if left is None else left - len(batch.items)

    def _read_down(
        self, client: Any, query: str, request: CollectRequest, sweep: Sweep, left: int | None
    ) -> Iterator[tuple[Batch, Sweep]]:
        start = sweep
        refused: list[tuple[str, str]] = []
        for page in self._iter_pages(client, query, request, sweep, left):
            refused.extend(page.problems)
            posts = [post for post in page.posts if sweep.floor < post.number and is_below(sweep, post.number)]
            is_end = not page.next_token or reaches(page, request, sweep.floor)
            chunks = list(cut_posts(posts, request, left)) or [[]]
            left = None if left is None else left - sum(count_wanted(chunk, request) for chunk in chunks)
            for number, chunk in enumerate(chunks, 1):
                sweep = descend(sweep, chunk, request)
                if is_end and number == len(chunks) and (not posts or chunk[-1:] == posts[-1:]):
                    sweep = sweep.finish()
                if chunk or refused or (is_end and sweep != start):
                    yield from self._keep(chunk, request, refused, sweep)
                    refused = []
            if is_end or left == 0:
                return

    def _keep(
        self, chunk: Sequence[XPost], request: CollectRequest, refused: list[tuple[str, str]], sweep: Sweep
    ) -> Iterator[tuple[Batch, Sweep]]:
        wanted = [post for post in chunk if is_in_period(request, post.post)]
        problems = [problem for post in wanted for problem in post.problems]
        with tempfile.TemporaryDirectory(prefix="sankofa-x-") as folder:
            items = tuple(self._build_item(post, Path(folder)) for post in wanted)
            yield Batch(items=items, position="", refused=(*refused, *problems)), sweep

    def _build_item(self, post: XPost, folder: Path) -> Collected:
        return Collected(
            post=post.post,
            retrieved_at=self._clock(),
            capture_url=f"{self._api_url}/2/tweets/{post.number}",
            media=tuple(fetch_media(self._fetcher, medium, folder) for medium in post.post.attachments),
            metrics=post.metrics,
        )

    def _iter_pages(
        self, client: Any, query: str, request: CollectRequest, sweep: Sweep, left: int | None
    ) -> Iterator[XPage]:
        params = self._build_params(query, request, sweep, left)
        while True:
            try:
                page = parse_page(self._ask(client, params))
            except _QuestionRefusedError as error:
                if self._is_forgotten(params.pop("since_id", 0)):
                    continue  # what lies between that number and recent search's seven days is out of reach anyway
                if not self._is_forgotten(params.get("until_id", 0)):
                    raise SourceUnavailableError(f"X refuses the question {params['query']!r}: {error}") from error
                page = XPage((), (), "")  # nothing below that number can be had any more
            yield page
            params = {**params, "next_token": page.next_token}

    def _is_forgotten(self, number: int) -> bool:
        """Tell whether recent search no longer knows a post of this number (0: there is none)."""
        return self._search == "recent" and number > 0 and read_moment(number) < self._clock() - _RECENT

    def _build_params(self, query: str, request: CollectRequest, sweep: Sweep, left: int | None) -> dict[str, Any]:
        smallest, largest = _PAGE_POSTS
        params: dict[str, Any] = {
            "query": query,
            "max_results": largest if left is None else min(largest, max(smallest, left)),
            "sort_order": "recency",
            "tweet_fields": TWEET_FIELDS,
            "media_fields": MEDIA_FIELDS,
            "user_fields": USER_FIELDS,
            "expansions": EXPANSIONS,
        }
        if sweep.floor:
            params["since_id"] = sweep.floor
        if sweep.below:
            params["until_id"] = sweep.below
        return params | self._build_bounds(request, has_floor=bool(sweep.floor))

    def _build_bounds(self, request: CollectRequest, *, has_floor: bool) -> dict[str, str]:
        """Send the period's bounds as far as X accepts them; the whole period is applied to the answers in any case."""
        now = self._clock()
        oldest = now - _RECENT if self._search == "recent" else datetime(2006, 3, 22, tzinfo=UTC)  # X's first post
        bounds = {}
        if request.since and request.since > oldest and not has_floor:
            bounds["start_time"] = render_moment(request.since)
        until = request.until + timedelta(seconds=1) if request.until else None  # X excludes the end
        if until and oldest < until < now - _FRESH and not (request.since and until <= request.since):
            bounds["end_time"] = render_moment(until)
        return bounds

    def _ask(self, client: Any, params: dict[str, Any]) -> object:
        search = client.search_recent_tweets if self._search == "recent" else client.search_all_tweets
        try:
            return search(**params)
        except tweepy.TooManyRequests as error:
            raise _build_rate_limit(error) from error
        except tweepy.BadRequest as error:
            raise _QuestionRefusedError(str(error)) from error
        except (tweepy.Unauthorized, tweepy.Forbidden) as error:
            raise SourceUnavailableError(f"X refuses our key or what it may ask: {error}") from error
        except (tweepy.TweepyException, requests.ConnectionError, requests.Timeout) as error:
            raise SourceUnavailableError(f"X does not answer as it should: {error}") from error
        except (
            requests.JSONDecodeError,
            AttributeError,
            TypeError,
        ) as error:  # what tweepy meets in an answer without JSON
            raise SourceFormatError(f"X answers what tweepy does not understand: {error}") from error
        except requests.RequestException as error:
            raise SourceUnavailableError(f"X does not answer as it should: {error}") from error

    @contextmanager
    def _open_client(self) -> Iterator[Any]:
        client = tweepy.Client(self._bearer_token, return_type=dict, wait_on_rate_limit=False)
        logging.getLogger("tweepy.client").setLevel(logging.INFO)  # its debug messages hold our key
        client.session.trust_env = False  # or an entry in .netrc would replace our key
        client.session.max_redirects = 0
        client.session.mount(_TWEEPY_HOST, BaseUrlAdapter(self._api_url, self._timeout_seconds))
        try:
            yield client
        finally:
            client.session.close()


class _QuestionRefusedError(Exception):
    """X answers 400."""


class BaseUrlAdapter(HTTPAdapter):
    """Sends what is meant for one host to another, within a time limit, and never twice."""

    def __init__(self, base_url: str, timeout_seconds: float) -> None:
        super().__init__(max_retries=0)
        self._base = urlsplit(base_url)
        self._timeout_seconds = timeout_seconds

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send *request* to the same path below the base address."""
        asked = urlsplit(str(request.url))
        path = self._base.path.rstrip("/") + asked.path
        request.url = urlunsplit((self._base.scheme, self._base.netloc, path, asked.query, ""))
        return super().send(request, *args, **{**kwargs, "timeout": self._timeout_seconds})


def _build_rate_limit(error: Any) -> RateLimitedError:
    reset = getattr(error, "reset_time", None)
    retry_at = (
        datetime.fromtimestamp(reset, UTC)
        if reset
        else parse_retry_after(error.response.headers.get("retry-after", ""))
    )
    when = f"come back at {retry_at:%H:%M:%S} UTC" if retry_at else "it does not say until when"
    return RateLimitedError(f"X asks us to wait; {when}", retry_at=retry_at)
