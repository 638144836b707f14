"""What parent and child of a site's reading say to each other: one job, then one JSON object a line."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from ipaddress import ip_network
from typing import Any

from crawlers.guard import FetchLimits, GuardedFetcher
from crawlers.source import CollectRequest

KEY_CHARACTERS = 8  # 48 bits: two of ten thousand pages share one with a chance of 2 in ten million


@dataclass(frozen=True, kw_only=True)
class SiteJob:
    """What to read: the site, the keys of the pages that were read already, what is asked for, and within which limits."""

    address: str
    listing: str
    path: str
    folder: str
    done: frozenset[str]
    request: CollectRequest
    user_agent: str
    allowed_networks: tuple[str, ...]
    limits: FetchLimits
    delay_seconds: float
    language: str = "und"
    country: str | None = None
    speaks_for: tuple[str, ...] = ()

    def render(self) -> str:
        """Write the job as one line."""
        return json.dumps(asdict(self), default=_render_value)

    @classmethod
    def parse(cls, line: str) -> "SiteJob":
        """Read what :meth:`render` wrote."""
        values = json.loads(line)
        request = values["request"]
        for bound in ("since", "until"):
            request[bound] = datetime.fromisoformat(request[bound]) if request[bound] else None
        for name in ("words", "accounts", "languages"):
            request[name] = tuple(request[name])
        values["request"] = CollectRequest(**request)
        values["limits"] = FetchLimits(**values["limits"])
        values["done"] = frozenset(values["done"])
        for name in ("allowed_networks", "speaks_for"):
            values[name] = tuple(values[name])
        return cls(**values)

    def open_fetcher(self) -> GuardedFetcher:
        """Open the guard that the child fetches through."""
        return GuardedFetcher(self.limits, tuple(map(ip_network, self.allowed_networks)), self.user_agent)


def name_page(url: str, changed: str) -> str:
    """Name one state of a page, by its address and by when the site says that it changed last."""
    digest = sha256(f"{url}\n{changed}".encode()).digest()
    return urlsafe_b64encode(digest[:6]).decode()


def render_message(event: str, values: Mapping[str, Any]) -> bytes:
    """Write one message of the child."""
    return json.dumps({"event": event, **values}).encode() + b"\n"


def _render_value(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value.isoformat()
