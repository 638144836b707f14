"""The one door to Elasticsearch: how it is reached, and what its driver's errors mean here."""

import ipaddress
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from index.errors import StoreError, StoreFormatError, StoreFullError, StoreUnavailableError

Body = dict[str, Any]
Answer = TypeVar("Answer")

_LEAST_VERSION = 9
_TIMEOUT_SECONDS = 60
_RETRIES = 5
_BUSY = frozenset({429, 502, 503, 504})
_WAIT_SECONDS, _MOST_WAIT_SECONDS = 0.1, 5.0
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
    options: Body = {"request_timeout": _TIMEOUT_SECONDS, "max_retries": _RETRIES, "retry_on_timeout": True}
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
        raise _translate(where, error) from error
    except TlsError as error:
        message = f"the certificate of {where} is not trusted: name its authority (ca_file) or its fingerprint. {error}"
        raise StoreUnavailableError(message) from error
    except ConnectionTimeout as error:
        raise StoreUnavailableError(f"{where} did not answer in time: look at its health, and do this again") from error
    except (NoConnection, TransportError) as error:
        raise StoreUnavailableError(f"nobody answers at {where}: is the address right, and does it run?") from error


def _translate(where: str, error: ApiError) -> StoreError:
    reason = _find_reason(error.body)
    match error.status_code:
        case 401:
            return StoreUnavailableError(f"{where} does not know this user or key: check the secret")
        case 403 if "read-only" in reason or "read_only" in reason:
            return StoreFullError(f"{where} lets nothing be written ({reason}): free some disk, then lift the block")
        case 403:
            return StoreUnavailableError(f"{where} does not allow this: the key lacks a privilege. {reason}")
        case 429 if "flood-stage" in reason or "read-only" in reason:
            return StoreFullError(f"the disk of {where} is nearly full ({reason}): free some, and do it again")
        case status if status in _BUSY:
            return StoreUnavailableError(f"{where} is too busy or not healthy now ({reason}): do this again in a while")
    return StoreError(f"{where} refused this ({error.status_code}): {reason}")


def _find_reason(body: Any) -> str:
    error = body.get("error", body) if isinstance(body, Mapping) else body
    return str(error.get("reason", error) if isinstance(error, Mapping) else error)[:500]


def ask(where: str, question: Callable[[], Answer]) -> Answer:
    """Ask, and again after a while where the cluster is busy or a shard is just being moved.

    Raises:
        StoreError: As :func:`translated` says.
    """
    for attempt in range(_RETRIES):
        with translated(where):
            try:
                return question()
            except ApiError as error:
                if error.status_code not in _BUSY:
                    raise
        time.sleep(min(_WAIT_SECONDS * 2**attempt, _MOST_WAIT_SECONDS))
    with translated(where):
        return question()


@dataclass(frozen=True)
class Outcome:
    """What became of one operation of a bulk call."""

    status: int
    reason: str


def write_bulk(client: Elasticsearch, where: str, operations: Sequence[tuple[Body, Body]]) -> list[Outcome]:
    """Write many documents, each as (action, source), and say of every one what became of it; busy ones are tried again.

    Raises:
        StoreUnavailableError: Some could still not be written when the patience was over.
        StoreFullError: There is no space.
    """
    outcomes: list[Outcome | None] = [None] * len(operations)
    waiting = list(range(len(operations)))
    for attempt in range(_RETRIES + 1):
        body = [part for number in waiting for part in operations[number]]
        with translated(where):
            answer = client.bulk(operations=body)
        for number, item in zip(waiting, answer["items"], strict=True):
            ((_, result),) = item.items()
            outcomes[number] = Outcome(int(result["status"]), _find_reason(result.get("error", "")))
        waiting = [number for number in waiting if (outcomes[number] or Outcome(0, "")).status in _BUSY]
        if not waiting:
            break
        time.sleep(min(_WAIT_SECONDS * 2**attempt, _MOST_WAIT_SECONDS))
    done = [outcome for outcome in outcomes if outcome is not None]
    _check_written(where, done)
    return done


def _check_written(where: str, outcomes: Iterable[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.status in _BUSY:
            kind = StoreFullError if "flood-stage" in outcome.reason else StoreUnavailableError
            raise kind(f"{where} did not take everything ({outcome.reason}): what was taken stays; do this again")
        if outcome.status >= 400 and outcome.status != 409:
            raise StoreError(f"{where} refused a document ({outcome.status}): {outcome.reason}")
