"""Where original bytes lie: a local folder, or any S3-compatible store. Both pass ``tests.contracts.vault``."""

import re
from pathlib import Path

from index.errors import VaultUnavailableError
from index.vault import Vault
from index.vaults.folder import FolderVault

__all__ = ["open_vault"]

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


def open_vault(
    url: str | Path, *, endpoint: str = "", region: str = "us-east-1", access_key: str = "", secret_key: str = ""
) -> Vault:
    """Open the vault at a folder's path or at ``s3://bucket/prefix``; a folder is made when something is first kept.

    The keyword arguments are for S3 alone; without *endpoint* it is Amazon's, in *region*.

    Raises:
        VaultUnavailableError: The address cannot be used; the message says what one looks like.
    """
    scheme = _SCHEME.match(str(url))
    if isinstance(url, Path) or not scheme:
        return FolderVault(Path(url))
    if scheme.group(1).lower() != "s3":
        raise VaultUnavailableError(f"a vault is a folder or s3://bucket/prefix, not {scheme.group(1)}://")
    from index.vaults.objects import ObjectVault

    return ObjectVault(url, endpoint=endpoint, region=region, access_key=access_key, secret_key=secret_key)
