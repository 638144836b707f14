"""How a cluster is reached: its address, who asks, and whose certificate is trusted."""

import base64
import ipaddress
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from index.backends.elasticsearch.certificates import trust_file, trust_fingerprint
from index.errors import StoreAccessError

DEFAULT_PREFIX = "sankofa"

_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_API_KEY = re.compile(r"[A-Za-z0-9+/=_-]+")
_PORT = 9200


@dataclass(frozen=True, kw_only=True)
class Access:
    """How a cluster is reached: by one of its nodes, or by several, with commas.

    `ca_file` holds the certificates that are trusted. `api_key` wins over user and password, `fingerprint` over `ca_file`. A
    key is taken as Elasticsearch gives it: encoded, or as ``id:api_key``.
    """

    url: str
    api_key: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    fingerprint: str = ""

    def describe(self) -> str:
        """The address without secrets."""
        scheme = urlsplit(self.url).scheme
        return f"{scheme}://{','.join(node.removeprefix(f'{scheme}://') for node in self.list_nodes())}"

    def list_nodes(self) -> list[str]:
        """The address of each node."""
        return [f"{parts.scheme}://{_name_host(parts)}:{parts.port or _PORT}" for parts in _split_nodes(self.url)]

    def build_options(self) -> dict[str, Any]:
        """What the driver is told.

        Raises:
            StoreAccessError: Something cannot be used as it is written.
            StoreUnavailableError: The certificate is not the one that was named.
        """
        nodes = _split_nodes(self.url)
        if any(parts.scheme == "http" and not _is_local(parts.hostname or "") for parts in nodes):
            raise StoreAccessError(f"{self.describe()} is not on this machine: only https:// is used across a network")
        options = self._build_credentials()
        context = self._build_context(nodes) if nodes[0].scheme == "https" else None
        return options | ({"ssl_context": context} if context else {})

    def _build_context(self, nodes: list[SplitResult]) -> ssl.SSLContext | None:
        if self.fingerprint:
            digits = _read_fingerprint(self.fingerprint)
            return trust_fingerprint([(parts.hostname or "", parts.port or _PORT) for parts in nodes], digits)
        return trust_file(self.ca_file) if self.ca_file is not None else None

    def _build_credentials(self) -> dict[str, Any]:
        if self.api_key:
            return {"api_key": _read_api_key(self.api_key.strip())}
        if not self.user and not self.password:
            return {}
        if not (self.user and self.password and self.password.isprintable() and self.user.isprintable()):
            raise StoreAccessError("user and password of Elasticsearch go together, in characters that can be printed")
        return {"basic_auth": (self.user, self.password)}


def split_address(url: str) -> tuple[str, str]:
    """Cut ``https://host:9200/PREFIX`` into the address and the prefix; without one it is ``sankofa``. Hosts may be several.

    Raises:
        StoreAccessError: It is no such address.
    """
    try:
        parts = urlsplit(url)
        is_good = all(_is_address(node) for node in _split_nodes(url))
    except ValueError:
        is_good = False
    if not is_good:
        raise StoreAccessError(
            "a store in Elasticsearch is written https://host:9200, several nodes of it https://host:9200,other:9200, and"
            f" another prefix than {DEFAULT_PREFIX} (small letters, digits, - and _) https://host:9200/prefix; user, password"
            " and key are settings"
        )
    return f"{parts.scheme}://{parts.netloc}", parts.path.strip("/") or DEFAULT_PREFIX


def _split_nodes(url: str) -> list[SplitResult]:
    """The address of each host. Raises ValueError where one is none."""
    parts = urlsplit(url)
    return [urlsplit(parts._replace(netloc=host).geturl()) for host in parts.netloc.split(",")]


def _is_address(parts: SplitResult) -> bool:
    has_more = bool(parts.query or parts.fragment or "@" in parts.netloc or parts.port == 0)
    prefix = parts.path.strip("/") or DEFAULT_PREFIX
    return bool(parts.hostname) and not has_more and bool(_PREFIX.fullmatch(prefix))


def _name_host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    return f"[{host}]" if ":" in host else host


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read_api_key(key: str) -> str:
    """The key as it is sent; never part of a message."""
    encoded = base64.b64encode(key.encode("utf-8", "replace")).decode("ascii") if ":" in key else key
    if not _API_KEY.fullmatch(encoded):
        raise StoreAccessError("the API key of Elasticsearch holds characters that no key has: copy it again, whole")
    return encoded


def _read_fingerprint(fingerprint: str) -> str:
    digits = fingerprint.replace(":", "").strip().lower()
    if not _FINGERPRINT.fullmatch(digits):
        raise StoreAccessError(
            f"{fingerprint} is no fingerprint of a certificate: 64 hexadecimal digits (SHA-256) are needed, as"
            " `openssl x509 -noout -fingerprint -sha256 -in CERTIFICATE` says them"
        )
    return digits
