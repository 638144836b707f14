"""A vault in an S3-compatible object store, with the same layout as a folder: ``prefix/ab/cd/<SHA-256>``.

An object appears whole or not at all, and is created only where none is: the store refuses a second one
(``If-None-Match``).
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from index.errors import OriginalAlteredError, VaultUnavailableError
from index.vault import Original
from index.vaults.content import altered, is_location, iter_chunks, locate, missing, verify

# Up to here one conditional request writes an original, held in memory; a larger one goes up in parts, after a look
# whether it is there (who looks at the same time sends the same bytes). S3 takes at most 5 GiB in one request. Source:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html
SINGLE_PUT_BYTES = 64 * 1024 * 1024
_CONNECT_TIMEOUT = timedelta(seconds=10)
_READ_TIMEOUT = timedelta(seconds=60)
_RETRY_TIMEOUT = timedelta(seconds=30)
_MAX_RETRIES = 3


class ObjectVault:
    """Keeps originals at ``s3://bucket/prefix``; the bucket must exist.

    The store checks each upload against its SHA-256 before it accepts it. A repeated original is compared by size
    only, its bytes are verified when they are read.

    Raises:
        VaultUnavailableError: The address is no S3 address, or keys are missing.
    """

    def __init__(
        self,
        url: str,
        *,
        endpoint: str = "",
        region: str = "us-east-1",
        access_key: str,
        secret_key: str,
        single_put_bytes: int = SINGLE_PUT_BYTES,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme.lower() != "s3" or not parts.netloc or "@" in parts.netloc or parts.query or parts.fragment:
            raise VaultUnavailableError("an S3 vault is written s3://bucket/prefix; keys and endpoint are settings")
        if not access_key or not secret_key:
            raise VaultUnavailableError("an S3 vault needs an access key and a secret key")
        self._url = f"s3://{parts.netloc}{parts.path.rstrip('/')}"
        self._single_put_bytes = single_put_bytes
        self._bucket_answered = False
        with self._translated():
            self._store = _open_store(parts.netloc, parts.path.strip("/"), endpoint, region, access_key, secret_key)

    @property
    def url(self) -> str:
        return self._url

    def keep(self, content: bytes | Path | BinaryIO) -> Original:
        if isinstance(content, bytes):
            original = Original(hashlib.sha256(content).hexdigest(), len(content))
            self._put(original, content)
            return original
        with NamedTemporaryFile(prefix="sankofa-vault-") as copy:
            original = self._copy(iter_chunks(content), copy)
            self._put(original, Path(copy.name))
        return original

    def has(self, sha256: str) -> bool:
        try:
            return self._size(sha256) is not None
        except LookupError:
            return False

    def read(self, sha256: str) -> bytes:
        content = b"".join(self._stream(sha256))
        verify([content], sha256, self.url)
        return content

    def erase(self, sha256: str) -> bool:
        is_there = self.has(sha256)
        if is_there:
            with self._translated():
                obstore.delete(self._store, locate(sha256))
        return is_there

    @contextmanager
    def open_local(self, sha256: str) -> Iterator[Path]:
        with NamedTemporaryFile(prefix="sankofa-vault-") as copy:
            found = self._copy(self._stream(sha256), copy)
            if found.sha256 != sha256:
                raise altered(sha256, found.sha256, self.url)
            os.fchmod(copy.fileno(), 0o444)
            yield Path(copy.name)

    def iter_originals(self) -> Iterator[Original]:
        """Yield what is kept; S3 lists by name, and the names are the SHA-256."""
        with self._translated():
            for page in obstore.list(self._store):
                for item in page:
                    if is_location(item["path"]):
                        yield Original(item["path"].rpartition("/")[2], item["size"])

    def _put(self, original: Original, content: bytes | Path) -> None:
        place = locate(original.sha256)
        is_large = original.size_bytes > self._single_put_bytes
        size_bytes = self._size(original.sha256) if is_large else None
        if size_bytes is None:
            try:
                self._send(place, content, in_parts=is_large)
            except AlreadyExistsError:
                size_bytes = self._size(original.sha256)
        if size_bytes not in (None, original.size_bytes):
            raise OriginalAlteredError(
                f"{original.sha256} in {self.url} has {size_bytes} bytes, not {original.size_bytes}"
            )

    def _send(self, place: str, content: bytes | Path, *, in_parts: bool) -> None:
        with self._translated():
            if in_parts:
                obstore.put(self._store, place, content, use_multipart=True)
            else:
                obstore.put(self._store, place, content, mode="create")

    def _size(self, sha256: str) -> int | None:
        """Return the size of an original, or ``None`` where it is not kept."""
        place = locate(sha256)
        with self._translated():
            try:
                return obstore.head(self._store, place)["size"]
            except FileNotFoundError:
                self._check_bucket()
                return None

    def _stream(self, sha256: str) -> Iterator[bytes]:
        place = locate(sha256)
        with self._translated():
            try:
                answer = obstore.get(self._store, place)
            except FileNotFoundError as error:
                self._check_bucket()
                raise missing(sha256, self.url) from error
            for chunk in answer.stream():
                yield bytes(chunk)

    def _check_bucket(self) -> None:
        """Ask once for a list: a bucket that does not exist must not look like one that is empty."""
        if not self._bucket_answered:
            next(iter(obstore.list(self._store, chunk_size=1)), None)
            self._bucket_answered = True

    def _copy(self, chunks: Iterable[bytes], file: IO[bytes]) -> Original:
        digest = hashlib.sha256()
        size_bytes = 0
        for chunk in chunks:
            digest.update(chunk)
            size_bytes += len(chunk)
            with self._translated():
                file.write(chunk)
        with self._translated():
            file.flush()
        return Original(digest.hexdigest(), size_bytes)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except AlreadyExistsError:
            raise
        except (BaseError, OSError, ValueError) as error:
            cause = str(error).partition("\n")[0]
            raise VaultUnavailableError(f"the vault {self.url} cannot be used: {cause}") from error


def _open_store(bucket: str, prefix: str, endpoint: str, region: str, access_key: str, secret_key: str) -> S3Store:
    return S3Store(
        bucket,
        prefix=prefix or None,
        config={
            **({"endpoint": endpoint} if endpoint else {}),
            "region": region,
            "access_key_id": access_key,
            "secret_access_key": secret_key,
            "checksum_algorithm": "SHA256",
        },
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "connect_timeout": _CONNECT_TIMEOUT,
            "read_timeout": _READ_TIMEOUT,
        },
        retry_config={"max_retries": _MAX_RETRIES, "retry_timeout": _RETRY_TIMEOUT},
    )
