"""What every vault promises; each implementation's tests inherit this class."""

import hashlib
import io
import os
from abc import ABC, abstractmethod
from pathlib import Path

import pytest

from index.errors import IndexingError, OriginalAlteredError, OriginalMissingError
from index.vault import Original, Vault

LARGE = b"0123456789abcdef" * 200_000  # 3.2 MB, more than one piece of every implementation
NOT_KEPT = hashlib.sha256(b"not kept").hexdigest()


class VaultContract(ABC):
    """Inherit, and give a fresh vault and a way to spoil what it keeps."""

    @pytest.fixture
    @abstractmethod
    def vault(self) -> Vault:
        """Return an empty vault."""

    @abstractmethod
    def reopen(self, vault: Vault) -> Vault:
        """Open the same vault once more, as another process would."""

    @abstractmethod
    def spoil(self, vault: Vault, sha256: str, content: bytes) -> None:
        """Replace the kept bytes behind the vault's back."""

    def test_what_was_kept_is_read_again(self, vault: Vault) -> None:
        original = vault.keep(b"original bytes")
        assert original == Original(hashlib.sha256(b"original bytes").hexdigest(), 14)
        assert vault.read(original.sha256) == b"original bytes"

    def test_what_was_erased_is_gone_and_the_others_stay(self, vault: Vault) -> None:
        gone, stays = vault.keep(b"to be erased"), vault.keep(b"stays")

        assert (vault.erase(gone.sha256), vault.erase(gone.sha256), vault.erase(NOT_KEPT)) == (True, False, False)

        assert list(self.reopen(vault).iter_originals()) == [stays]
        with pytest.raises(OriginalMissingError):
            vault.read(gone.sha256)
        assert not vault.erase("no hash")

    def test_it_is_there_for_the_next_process(self, vault: Vault) -> None:
        sha256 = vault.keep(b"original bytes").sha256
        assert self.reopen(vault).read(sha256) == b"original bytes"

    def test_bytes_files_and_open_files_are_the_same_original(self, vault: Vault, tmp_path: Path) -> None:
        path = tmp_path / "clip.mp4"
        path.write_bytes(LARGE)
        kept = [vault.keep(LARGE), vault.keep(path), vault.keep(io.BytesIO(LARGE))]
        assert kept == [Original(hashlib.sha256(LARGE).hexdigest(), len(LARGE))] * 3
        assert vault.read(kept[0].sha256) == LARGE
        assert list(vault.iter_originals()) == kept[:1]

    def test_an_open_file_is_read_from_where_it_stands(self, vault: Vault) -> None:
        file = io.BytesIO(b"head and body")
        file.seek(9)
        assert vault.read(vault.keep(file).sha256) == b"body"

    def test_the_source_file_is_left_as_it_is(self, vault: Vault, tmp_path: Path) -> None:
        path = tmp_path / "photo.jpg"
        path.write_bytes(b"picture")
        path.chmod(0o640)
        vault.keep(path)
        assert path.read_bytes() == b"picture"
        assert path.stat().st_mode & 0o777 == 0o640
        assert path.stat().st_nlink == 1

    def test_an_empty_original_is_an_original(self, vault: Vault) -> None:
        assert vault.read(vault.keep(b"").sha256) == b""

    def test_has_tells_what_is_kept(self, vault: Vault) -> None:
        assert vault.has(vault.keep(b"kept").sha256)
        assert not vault.has(NOT_KEPT)

    @pytest.mark.parametrize("name", [NOT_KEPT, "", "../../etc/passwd", NOT_KEPT.upper(), "é" * 64, NOT_KEPT + "\n"])
    def test_what_is_not_kept_is_missing(self, vault: Vault, name: str) -> None:
        vault.keep(b"something else")
        assert not vault.has(name)
        with pytest.raises(OriginalMissingError):
            vault.read(name)
        with pytest.raises(LookupError), vault.open_local(name):
            pass

    def test_a_local_file_holds_the_bytes_and_is_read_only(self, vault: Vault) -> None:
        with vault.open_local(vault.keep(LARGE).sha256) as path:
            assert path.read_bytes() == LARGE
            assert path.stat().st_mode & 0o222 == 0

    def test_an_altered_byte_is_found_when_it_is_read(self, vault: Vault) -> None:
        sha256 = vault.keep(b"original bytes").sha256
        self.spoil(vault, sha256, b"original bytez")
        with pytest.raises(OriginalAlteredError, match=sha256):
            vault.read(sha256)
        with pytest.raises(OriginalAlteredError, match=sha256), vault.open_local(sha256):
            pass

    def test_a_shortened_original_is_found_when_it_is_kept_again_and_is_not_replaced(self, vault: Vault) -> None:
        sha256 = vault.keep(b"original bytes").sha256
        self.spoil(vault, sha256, b"original")
        with pytest.raises(OriginalAlteredError):
            vault.keep(b"original bytes")
        with pytest.raises(OriginalAlteredError):
            vault.read(sha256)

    def test_everything_kept_is_listed_by_sha256(self, vault: Vault) -> None:
        kept = {vault.keep(os.urandom(size)) for size in range(20, 40)}
        listed = list(vault.iter_originals())
        assert set(listed) == kept
        assert [original.sha256 for original in listed] == sorted(original.sha256 for original in kept)

    def test_an_empty_vault_lists_nothing(self, vault: Vault) -> None:
        assert list(vault.iter_originals()) == []

    def test_a_source_that_fails_keeps_nothing(self, vault: Vault) -> None:
        with pytest.raises(OSError, match="cable pulled") as raised:
            vault.keep(_TornFile())
        assert not isinstance(raised.value, IndexingError)
        assert list(vault.iter_originals()) == []

    def test_a_source_file_that_does_not_exist_is_the_callers_error(self, vault: Vault, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            vault.keep(tmp_path / "nothing.jpg")
        assert list(vault.iter_originals()) == []


class _TornFile(io.BytesIO):
    """Gives some bytes, and then the disk that it was on is gone."""

    def __init__(self) -> None:
        super().__init__(b"x" * 3_000_000)

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 1_000_000:
            raise OSError("cable pulled")
        return super().read(size)
