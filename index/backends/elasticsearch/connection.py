"""The one door to Elasticsearch: whoever answers is known before anything is asked, and every outcome is looked at."""

import re
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import streaming_bulk

from index.backends.elasticsearch.access import Access
from index.backends.elasticsearch.patience import MOST_WAIT_SECONDS, WAIT_SECONDS, PatientTransport
from index.backends.elasticsearch.translation import BUSY, OTHER_PRODUCT, WriteBlockedError, translate, translated
from index.errors import IndexingError, StoreError, StoreFormatError

Body = dict[str, Any]

_LEAST_VERSION = 9
_FIRST_SECONDS, _FIRST_RETRIES = 15, 2
_TIMEOUT_SECONDS = 60
_RETRIES = 7
"""Of one request, after 11 s in all: as long as a shard takes that is being made or moved, on a machine with much to do."""
_BULK_RETRIES = 5
"""Of the documents in it that were not taken, 3 s in all."""
_EXISTS, _REFUSED = 409, 400
_ANSWERS = (401, 403, *BUSY)
"""With these Elasticsearch answers whoever asks who it is; with others something else does."""


def connect(access: Access) -> Elasticsearch:
    """Reach a cluster and make sure that it is one that we know.

    Raises:
        StoreAccessError: The address, key or certificate cannot be used as it is written.
        StoreUnavailableError: Nobody answers, or not to us; the message says what to do.
        StoreFormatError: What answers is no Elasticsearch of version 9 or newer.
    """
    client = Elasticsearch(
        access.list_nodes(),
        request_timeout=_TIMEOUT_SECONDS,
        transport_class=PatientTransport,
        max_retries=_RETRIES,
        retry_on_status=(),
        retry_on_timeout=True,
        retry_backoff_base=WAIT_SECONDS,
        retry_backoff_cap=MOST_WAIT_SECONDS,
        **access.build_options(),
    )
    try:
        version = read_version(client, access.describe())
        if int(version.split(".")[0]) < _LEAST_VERSION:
            raise StoreFormatError(f"{access.describe()} is Elasticsearch {version}: version 9 or newer is needed")
    except BaseException:
        client.close()
        raise
    return client


def read_version(client: Elasticsearch, where: str) -> str:
    """Ask who answers. Raises StoreUnavailableError, StoreFormatError."""
    try:
        with translated(where):
            answer = client.options(request_timeout=_FIRST_SECONDS, max_retries=_FIRST_RETRIES).info().body
    except StoreError as error:
        cause = error.__cause__
        if isinstance(cause, ApiError) and cause.status_code not in _ANSWERS:
            raise StoreFormatError(f"what answers at {where} {OTHER_PRODUCT}") from cause
        raise
    version = answer.get("version", {}).get("number", "")
    if not re.match(r"\d+\.", version):
        raise StoreFormatError(f"what answers at {where} {OTHER_PRODUCT}")
    return str(version)


BULK: Body = {
    "max_chunk_bytes": 8 * 1024 * 1024,
    "max_retries": _BULK_RETRIES,
    "initial_backoff": WAIT_SECONDS,
    "max_backoff": MOST_WAIT_SECONDS,
    "retry_on_status": BUSY,
}
"""How many documents are sent at once, and what was too busy to be taken sent again."""


@dataclass
class Outcome:
    """What became of documents that were to be created: which were there, and which were refused and why, by ``_id``."""

    existed: set[str] = field(default_factory=set)
    refused: dict[str, IndexingError] = field(default_factory=dict)


def create_all(client: Elasticsearch, where: str, alias: str, documents: dict[str, Body], outcome: Outcome) -> None:
    """Create documents (source by ``_id``) through an alias, and put into *outcome* what was not made.

    The outcome of every single one is looked at; what was too busy to be taken is tried again. *documents* loses what is done
    or refused, so that a call that failed can be made again.

    Raises:
        WriteBlockedError: The index is not to be written now; what was taken stays.
        StoreError: The whole request was refused; what was taken stays.
    """
    actions = [
        {"_op_type": "create", "_index": alias, "_id": name, "_source": source} for name, source in documents.items()
    ]
    with translated(where):
        for _, item in streaming_bulk(client, actions, raise_on_error=False, require_alias=True, **BULK):
            result = item["create"]
            if result["status"] == _EXISTS:
                outcome.existed.add(result["_id"])
            elif result["status"] >= _REFUSED:
                error = translate(where, result["status"], result)
                if isinstance(error, WriteBlockedError):
                    raise error
                outcome.refused[result["_id"]] = error
            del documents[result["_id"]]
