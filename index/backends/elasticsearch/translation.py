"""What the driver's errors mean here: which of ours, and what to do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from elastic_transport import ConnectionTimeout, SerializationError, TlsError, TransportError
from elasticsearch import ApiError, UnsupportedProductError

from index.errors import IndexingError, RecordFormatError, StoreError, StoreFormatError, StoreFullError
from index.errors import StoreUnavailableError as Unavailable

BUSY = (429, 502, 503, 504)
OTHER_PRODUCT = "is no Elasticsearch of version 9 or newer: give the address of one, or a file as the store"

_TOO_LARGE = 413
_CONTENT = ("document_parsing_exception", "mapper_parsing_exception", "strict_dynamic_mapping_exception")
_LONG_TERM = "immense term"
_OTHER_PROTOCOL = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNEXPECTED_EOF")
_LONGEST = 500


class WriteBlockedError(Unavailable):
    """An index is not to be written now, by a setting of it: a migration's, or somebody's."""


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn the driver's errors into ours; *where* is the address without secrets."""
    try:
        yield
    except (UnsupportedProductError, SerializationError) as error:
        raise StoreFormatError(f"what answers at {where} {OTHER_PRODUCT}") from error
    except ApiError as error:
        raise translate(where, error.status_code, error.body) from error
    except TlsError as error:
        raise Unavailable(_explain_tls(where, str(error))) from error
    except ConnectionTimeout as error:
        raise Unavailable(f"{where} did not answer in time: look at its health, and do this again") from error
    except TransportError as error:
        message = f"nobody answers at {where}: is the address right, with https:// or http://, and does it run?"
        raise Unavailable(message) from error


def translate(where: str, status: int, body: Any) -> IndexingError:
    """The error that an answer means; *body* is the whole of it, or what it says of one document of many."""
    error = body.get("error", body) if isinstance(body, Mapping) else body
    kind = str(error.get("type", "")) if isinstance(error, Mapping) else ""
    reason = str((error.get("reason") or kind or error) if isinstance(error, Mapping) else error)[:_LONGEST]
    if kind == "cluster_block_exception" and status not in (502, 503, 504):
        return _explain_block(where, reason)
    if status in _ENTRANCE:
        return Unavailable(f"{where} {_ENTRANCE[status]} ({reason})")
    if status in BUSY:
        return Unavailable(f"{where} is too busy or not healthy now ({reason}): look at its health, and do this again")
    if status == 406 or kind == "media_type_header_exception":
        return StoreFormatError(f"what answers at {where} {OTHER_PRODUCT}")
    if kind in _CONTENT or status == _TOO_LARGE or _LONG_TERM in reason:
        return RecordFormatError(f"{where} cannot keep this record: {_find_cause(error, reason)}")
    if "require_alias" in reason:
        return StoreFormatError(
            f"{where} cannot be written by this process any more: a newer version brought it to its schema, so install that; its"
            " texts were read anew with other names (names_file), so start again; or a name of ours was lost, so bring the alias"
            f" back ({reason})"
        )
    return StoreError(f"{where} refused this ({status}): {reason}")


_ENTRANCE = {
    401: "does not let us in: check the API key, or user and password; `sankofa store setup` makes a key",
    403: "does not allow this to the key or user that asks: `sankofa store setup` makes a key that may do"
    " what a desk needs; a migration and a backup name an administrator with --admin",
}


def _explain_block(where: str, reason: str) -> IndexingError:
    if "flood-stage" in reason:
        return StoreFullError(f"{where} has no space left ({reason}): free some disk there, and do this again")
    return WriteBlockedError(
        f"{where} was made read-only ({reason}): whoever did so lifts it by setting index.blocks.* of the index to null"
    )


def _explain_tls(where: str, reason: str) -> str:
    if any(sign in reason.upper().replace(" ", "_") for sign in _OTHER_PROTOCOL):
        return f"{where} does not speak TLS as it should, nothing was sent: is it the port of Elasticsearch? ({reason})"
    return (
        f"the certificate of {where} is not trusted, nothing was sent: name the file of its authority in"
        f" elasticsearch_ca_file, or its fingerprint in elasticsearch_fingerprint ({reason})"
    )


def _find_cause(error: Any, reason: str) -> str:
    """The innermost reason: it names the field."""
    while isinstance(error, Mapping) and isinstance(error.get("caused_by"), Mapping):
        error = error["caused_by"]
        reason = str(error.get("reason") or reason)
    return reason[:_LONGEST]
