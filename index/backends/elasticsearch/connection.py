"""The one door to Elasticsearch: how it is reached, and what its driver's errors mean here."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError
from elasticsearch.helpers import streaming_bulk

from index.errors import StoreError, StoreFormatError, StoreFullError, StoreUnavailableError

Body = dict[str, Any]

_LEAST_VERSION = 9
_TIMEOUT_SECONDS = 60
_RETRIES = 5
_BUSY = (429, 502, 503, 504)
_EXISTS, _REFUSED = 409, 400
_FULL = ("flood-stage", "read-only", "read_only")
_WAIT_SECONDS, _MOST_WAIT_SECONDS = 0.1, 5.0
_CHUNK_BYTES = 8 * 1024 * 1024
_LOCAL_NAMES = frozenset({"localhost"})


@dataclass(frozen=True, kw_only=True)
class Access:
    """How a cluster is reached. `api_key` wins over user and password; `ca_file` is whose certificates are trusted."""

    url: str
    api_key: str = ""
    user: str = ""
    password: str = ""
    ca_file: Path | None = None
    fingerprint: str = ""

    def describe(self) -> str:
        """The address without secrets."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}:{parts.port or 9200}"


def connect(access: Access) -> Elasticsearch:
    """Reach a cluster and make sure that it is one that we know.

    Raises:
        StoreUnavailableError: Nobody answers, or not to us; the message says what to do.
        StoreFormatError: What answers is no Elasticsearch of version 9 or newer.
    """
    parts = urlsplit(access.url)
    if parts.scheme == "http" and not _is_local(parts.hostname or ""):
        raise StoreUnavailableError(
            f"{access.describe()} is not on this machine: only https:// is used across a network"
        )
    client = Elasticsearch(access.describe(), **_build_options(access))
    with translated(access.describe()):
        version = str(client.info()["version"]["number"])
    if int(version.split(".")[0]) < _LEAST_VERSION:
        client.close()
        raise StoreFormatError(
            f"{access.describe()} is Elasticsearch {version}: version {_LEAST_VERSION} or newer is needed"
        )
    return client


def _build_options(access: Access) -> Body:
    options: Body = {
        "request_timeout": _TIMEOUT_SECONDS,
        "max_retries": _RETRIES,
        "retry_on_timeout": True,
        "retry_backoff_base": _WAIT_SECONDS,
        "retry_backoff_cap": _MOST_WAIT_SECONDS,
    }
    if access.api_key:
        options["api_key"] = access.api_key
    elif access.user:
        options["basic_auth"] = (access.user, access.password)
    if access.ca_file is not None:
        options["ca_certs"] = str(access.ca_file)
    if access.fingerprint:
        options["ssl_assert_fingerprint"] = access.fingerprint
    return options


def _is_local(host: str) -> bool:
    try:
        return host in _LOCAL_NAMES or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn the driver's errors into ours."""
    try:
        yield
    except UnsupportedProductError as error:
        raise StoreFormatError(f"{where} is no Elasticsearch: give the address of one, or a file") from error
    except ApiError as error:
        raise _translate(where, error.status_code, _find_reason(error.body)) from error
    except TlsError as error:
        message = f"the certificate of {where} is not trusted: name its authority (ca_file) or its fingerprint. {error}"
        raise StoreUnavailableError(message) from error
    except ConnectionTimeout as error:
        raise StoreUnavailableError(f"{where} did not answer in time: look at its health, and do this again") from error
    except (NoConnection, TransportError) as error:
        raise StoreUnavailableError(f"nobody answers at {where}: is the address right, and does it run?") from error


def _translate(where: str, status: int, reason: str) -> StoreError:
    if any(sign in reason for sign in _FULL):
        return StoreFullError(f"{where} lets nothing be written ({reason}): free some disk, and do it again")
    if status == 401:
        return StoreUnavailableError(f"{where} does not know this user or key: check the secret")
    if status == 403:
        return StoreUnavailableError(f"{where} does not allow this: the key lacks a privilege. {reason}")
    if status in _BUSY:
        return StoreUnavailableError(f"{where} is too busy or not healthy now ({reason}): do this again in a while")
    return StoreError(f"{where} refused this ({status}): {reason}")


def _find_reason(body: Any) -> str:
    error = body.get("error", body) if isinstance(body, Mapping) else body
    return str(error.get("reason", error) if isinstance(error, Mapping) else error)[:500]


def create_all(client: Elasticsearch, where: str, documents: Iterable[tuple[str, str, Body]]) -> set[tuple[str, str]]:
    """Create many documents, each as (alias, ``_id``, source), and return the (alias, ``_id``) of those that existed.

    The outcome of every single one is looked at; what was too busy to be taken is tried again.

    Raises:
        StoreFullError: There is no space.
        StoreError: One was refused, or could still not be taken; what was taken stays.
    """
    actions = (
        {"_op_type": "create", "_index": alias, "_id": name, "_source": source} for alias, name, source in documents
    )
    existed: set[tuple[str, str]] = set()
    with translated(where):
        for _, item in streaming_bulk(
            client,
            actions,
            max_chunk_bytes=_CHUNK_BYTES,
            raise_on_error=False,
            max_retries=_RETRIES,
            initial_backoff=_WAIT_SECONDS,
            max_backoff=_MOST_WAIT_SECONDS,
            retry_on_status=_BUSY,
        ):
            result = item["create"]
            if result["status"] == _EXISTS:
                existed.add((result["_index"].rpartition("-v")[0], result["_id"]))
            elif result["status"] >= _REFUSED:
                raise _translate(where, result["status"], _find_reason(result))
    return existed
