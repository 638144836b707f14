"""Whose certificate is trusted: that of an authority in a file, or one with a fingerprint.

The driver's own ``ssl_assert_fingerprint`` is not used: it looks for the fingerprint anywhere in the chain that a server shows,
and so believes whoever puts the right certificate behind a forged one. Here the certificate with the fingerprint is the only
one that OpenSSL trusts when it verifies the chain. A file of authorities, too, is trusted instead of the system's, not beside.
"""

import hashlib
import socket
import ssl
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index.errors import StoreAccessError, StoreUnavailableError

_SECONDS = 15


class OnlyContext(ssl.SSLContext):
    """Trusts what :meth:`trust` was given and nothing else, for the driver would add the authorities of the world."""

    def trust(self, *, cafile: Path | None = None, cadata: bytes | None = None) -> None:
        """Trust certificates of a file (PEM) or of bytes (DER)."""
        super().load_verify_locations(cafile=cafile, cadata=cadata)

    def load_verify_locations(self, *_: Any, **__: Any) -> None:
        """Do nothing."""


def trust_file(file: Path) -> ssl.SSLContext:
    """Trust the authorities in *file*. Raises StoreAccessError."""
    context = OnlyContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.trust(cafile=file)
    except OSError as error:
        raise StoreAccessError(f"{file} is no file of certificates (PEM) that can be read: {error.strerror}") from error
    return context


def trust_fingerprint(nodes: Sequence[tuple[str, int]], fingerprint: str) -> ssl.SSLContext:
    """Trust the certificate with this SHA-256 (hex) if the first of the nodes that answers shows it: its own, or its authority's.

    *nodes* are host and port of each. Give the fingerprint of the authority where every node has a certificate of its own.

    Raises:
        StoreUnavailableError: It shows others, or none answers; nothing was sent.
    """
    for place, (host, port) in enumerate(nodes):
        try:
            shown = {hashlib.sha256(der).hexdigest(): der for der in _iter_shown(host, port)}
        except StoreUnavailableError:
            if place == len(nodes) - 1:
                raise
            continue
        break
    if fingerprint not in shown:
        raise StoreUnavailableError(
            f"{host}:{port} shows another certificate than elasticsearch_fingerprint says; nothing was sent. Find out why"
            f" before you trust one of these: {', '.join(shown)}"
        )
    context = OnlyContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.trust(cadata=shown[fingerprint])
    return context


def _iter_shown(host: str, port: int) -> Iterator[bytes]:
    """Yield the certificates (DER) that a server shows to whoever asks. Nothing is verified yet, and nothing sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), timeout=_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secured,
        ):
            if sys.version_info >= (3, 13):
                yield from secured.get_unverified_chain()
            else:
                for certificate in secured._sslobj.get_unverified_chain():  # type: ignore[attr-defined]  # public from 3.13 on
                    yield ssl.PEM_cert_to_DER_cert(certificate.public_bytes())
    except ssl.SSLError as error:
        raise StoreUnavailableError(f"{host}:{port} does not speak TLS as it should: {error.reason}") from error
    except OSError as error:
        raise StoreUnavailableError(
            f"nobody answers at {host}:{port}: is the address right, and does it run?"
        ) from error
