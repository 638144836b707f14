"""A tiny X: recent and full-archive search on 127.0.0.1, in the shapes that X documents."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.crawlers.servers import Answer

_EPOCH_MS = 1288834974657


def number_of(moment: datetime, salt: int = 0) -> int:
    """Return the number that X would give a post of *moment*."""
    return ((int(moment.timestamp() * 1000) - _EPOCH_MS) << 22) + salt


def build_tweet(moment: datetime, text: str, **more: Any) -> dict[str, Any]:
    """Return a post as X describes it."""
    return {
        "id": str(number_of(moment, len(text))),
        "text": text,
        "created_at": moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "lang": "fr",
        "author_id": "42",
        "edit_history_tweet_ids": [str(number_of(moment))],
        "public_metrics": {"retweet_count": 3, "like_count": 5, "impression_count": 100},
        **more,
    }


@dataclass
class World:
    """The posts, and what the server was asked; ``overrides`` are answers to give first, in their order."""

    tweets: list[dict[str, Any]] = field(default_factory=list)
    media: list[dict[str, Any]] = field(default_factory=list)
    users: list[dict[str, Any]] = field(
        default_factory=lambda: [{"id": "42", "username": "compte_1", "name": "Compte 1"}]
    )
    errors: list[dict[str, Any]] = field(default_factory=list)
    page_size: int = 3
    oldest_number: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)
    overrides: list[Answer] = field(default_factory=list)

    def respond(self, handler: BaseHTTPRequestHandler) -> Answer:
        """Answer a search, or serve the bytes of a picture."""
        parts = urlsplit(handler.path)
        if parts.path.startswith("/media/"):
            return Answer(parts.path.encode(), headers={"Content-Type": "image/jpeg"})
        query = {name: values[0] for name, values in parse_qs(parts.query).items()} | {"path": parts.path}
        self.asked.append(query)
        self.authorizations.append(handler.headers.get("Authorization", ""))
        if self.overrides:
            return self.overrides.pop(0)
        return self._search(query)

    def _search(self, query: dict[str, str]) -> Answer:
        since, until = int(query.get("since_id", 0)), int(query.get("until_id", 2**63))
        if self.oldest_number and (0 < since < self.oldest_number or until < self.oldest_number):
            return build_json({"errors": [{"message": "'since_id' must be larger"}], "title": "Invalid Request"}, 400)
        found = sorted(
            (tweet for tweet in self.tweets if since < int(tweet["id"]) < until and _is_between(tweet, query)),
            key=lambda tweet: int(tweet["id"]),
            reverse=True,
        )
        start = int(query.get("next_token", "t0")[1:])
        size = min(self.page_size, int(query["max_results"]))
        page = found[start : start + size]
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if start + size < len(found):
            meta["next_token"] = f"t{start + size}"
        answer: dict[str, Any] = {"meta": meta, "includes": {"users": self.users, "media": self.media}}
        if page:
            answer["data"] = page
        if self.errors:
            answer["errors"] = self.errors
        return build_json(answer)


def build_json(value: object, status: int = 200, **headers: str) -> Answer:
    """Return an answer in JSON."""
    content = json.dumps(value).encode()
    return Answer(content, status, {"Content-Type": "application/json; charset=utf-8", **headers})


def _is_between(tweet: dict[str, Any], query: dict[str, str]) -> bool:
    if "created_at" not in tweet:
        return True
    moment = datetime.fromisoformat(tweet["created_at"]).astimezone(UTC)
    start = datetime.fromisoformat(query.get("start_time", "2006-01-01T00:00:00Z"))
    end = datetime.fromisoformat(query.get("end_time", "2106-01-01T00:00:00Z"))
    return start <= moment < end
