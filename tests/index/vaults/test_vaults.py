from pathlib import Path

import pytest

from index.errors import VaultUnavailableError
from index.vaults import open_vault
from index.vaults.folder import FolderVault
from index.vaults.objects import ObjectVault


def test_a_path_is_a_folder(tmp_path: Path) -> None:
    for address in (tmp_path, str(tmp_path)):
        vault = open_vault(address)
        assert isinstance(vault, FolderVault)
        assert vault.url == str(tmp_path)


def test_opening_makes_nothing(tmp_path: Path) -> None:
    vault = open_vault(tmp_path / "vault")
    assert list(vault.iter_originals()) == []
    assert not vault.has("0" * 64)
    assert not (tmp_path / "vault").exists()


def test_an_s3_address_is_an_object_store() -> None:
    vault = open_vault("s3://bucket/desk/", endpoint="https://s3.example.org", access_key="a", secret_key="b")
    assert isinstance(vault, ObjectVault)
    assert vault.url == "s3://bucket/desk"


@pytest.mark.parametrize("url", ["http://example.org/vault", "gs://bucket", "memory://"])
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(VaultUnavailableError, match="a folder or s3://"):
        open_vault(url)
