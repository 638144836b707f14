"""Ask the Google Fact Check Tools API for published checks; an answer comes in pages, kept as they are in one file.

The key goes in a header, never in an address, and redirects are not followed, so that nobody else gets it.
Source: https://developers.google.com/fact-check/tools/api/reference/rest/v1alpha1/claims/search, and for the header
https://cloud.google.com/docs/authentication/api-keys-use
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from crawlers.errors import CredentialsMissingError, RateLimitedError, SourceFormatError, SourceUnavailableError
from crawlers.guard import Fetched, GuardedFetcher, raise_for_status
from index.strict_json import parse_object

API_URL = "https://factchecktools.googleapis.com"
MAX_PAGES = 20
PAGE_SIZE = 50
_PATH = "/v1alpha1/claims:search"
_KEY = re.compile(r"[\x21-\x7e]+")
_AGAIN = "nothing was kept; run the same command again later"
_CHECK_KEY = "check SANKOFA_GOOGLE_API_KEY, and that the Fact Check Tools API is switched on for its project"


@dataclass(frozen=True, kw_only=True)
class ClaimsAsked:
    """What to ask for; an empty language and no age restrict nothing."""

    query: str
    language: str = ""
    max_age_days: int | None = None


@dataclass(frozen=True)
class SavedAnswers:
    """A file with the answers, one after the other; ``is_cut`` where there would have been more pages than we read."""

    path: Path
    is_cut: bool


class FactCheckSearch:
    """Asks at *api_url* with *key*; nothing is asked before somebody wants an answer."""

    def __init__(self, key: str, *, fetcher: GuardedFetcher, api_url: str = API_URL) -> None:
        self._key = key.strip()
        self._fetcher = fetcher
        self._api_url = api_url.rstrip("/")

    def fetch_answers(self, asked: ClaimsAsked, folder: Path) -> SavedAnswers:
        """Fetch at most :data:`MAX_PAGES` pages into a new file in *folder*; all of them, or none.

        Raises:
            CredentialsMissingError: There is no key.
            RateLimitedError, SourceUnavailableError, SourceFormatError, FetchRefusedError: as the message says.
        """
        if not _KEY.fullmatch(self._key):
            what = "holds what no key holds" if self._key else "is needed"
            raise CredentialsMissingError(f"a key of Google's {what}: set SANKOFA_GOOGLE_API_KEY, see the settings")
        path, token = folder / "answers.json", ""
        with path.open("w", encoding="utf-8") as file:
            for text, following in self._iter_pages(asked):
                file.write(f"{text}\n")
                token = following
        return SavedAnswers(path, is_cut=bool(token))

    def _iter_pages(self, asked: ClaimsAsked) -> Iterator[tuple[str, str]]:
        """Yield each page's text with the token of the next."""
        token = ""
        for _ in range(MAX_PAGES):
            text = self._ask(asked, token)
            token = _read_token(text)
            yield text, token
            if not token:
                return

    def _ask(self, asked: ClaimsAsked, token: str) -> str:
        said: dict[str, Any] = {
            "query": asked.query,
            "languageCode": asked.language,
            "maxAgeDays": asked.max_age_days,
            "pageSize": PAGE_SIZE,
            "pageToken": token,
        }
        query = urlencode({name: value for name, value in said.items() if value})
        headers = {"X-Goog-Api-Key": self._key, "Accept": "application/json"}
        answer = self._fetcher.fetch(f"{self._api_url}{_PATH}?{query}", headers=headers, follow_redirects=False)
        self._judge(answer)
        return answer.content.decode("utf-8", "replace")

    def _judge(self, answer: Fetched) -> None:
        """Let a good answer pass; otherwise say what to do."""
        where = f"Google at {self._api_url}"
        try:
            raise_for_status(where, answer.status, answer.headers)
        except RateLimitedError as error:
            when = f"at {error.retry_at:%H:%M:%S} UTC" if error.retry_at else "later: a key has a quota for each day"
            message = (
                f"{where} asks us to wait (status {answer.status}): nothing was kept; run the same command again {when}"
            )
            raise RateLimitedError(message, retry_at=error.retry_at) from error
        except SourceUnavailableError as error:
            said = self._find_message(answer)
            step = _AGAIN if answer.status >= 500 else f"nothing was kept; {_CHECK_KEY}"
            raise SourceUnavailableError(f"{where} answers with status {answer.status}{said}: {step}") from error

    def _find_message(self, answer: Fetched) -> str:
        """Find what Google says of an error; our key is taken out of it, should it be repeated there."""
        try:
            said = parse_object(answer.content.decode("utf-8", "replace"))["error"]["message"]
        except (ValueError, KeyError, TypeError):
            return ""
        text = " ".join(str(said).replace(self._key, "…").split())
        return f" ({text[:300]})"


def _read_token(text: str) -> str:
    try:
        found = parse_object(text).get("nextPageToken", "")
    except ValueError as error:
        raise SourceFormatError(f"Google's answer cannot be read: {error}; {_AGAIN}") from error
    return found if isinstance(found, str) else ""
