from collections.abc import Iterator

import obstore
import pytest
from obstore.store import S3Store

from index.errors import VaultUnavailableError
from index.vault import Vault
from index.vaults.objects import SINGLE_PUT_BYTES, ObjectVault
from tests.contracts.vault import LARGE, VaultContract
from tests.s3 import make_bucket, run_s3


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with run_s3() as url:
        yield url


@pytest.fixture
def bucket(endpoint: str) -> str:
    return make_bucket(endpoint)


def connect(url: str, endpoint: str = "", single_put_bytes: int = SINGLE_PUT_BYTES) -> ObjectVault:
    return ObjectVault(
        url, endpoint=endpoint, access_key="who", secret_key="very-secret", single_put_bytes=single_put_bytes
    )


class TestObjectVault(VaultContract):
    @pytest.fixture(autouse=True)
    def _connect(self, endpoint: str, bucket: str) -> None:
        self.url, self.endpoint = f"s3://{bucket}/desk/originals", endpoint
        self.raw = S3Store(
            bucket,
            config={"endpoint": endpoint, "region": "us-east-1", "access_key_id": "x", "secret_access_key": "y"},
            client_options={"allow_http": True},
        )

    @pytest.fixture
    def vault(self, _connect: None) -> ObjectVault:
        return connect(self.url, self.endpoint)

    def reopen(self, vault: Vault) -> Vault:
        return connect(self.url, self.endpoint)

    def spoil(self, vault: Vault, sha256: str, content: bytes) -> None:
        obstore.put(self.raw, self.key(sha256), content)

    def fetch(self, key: str) -> bytes:
        return bytes(obstore.get(self.raw, key).bytes())

    def key(self, sha256: str) -> str:
        return f"desk/originals/{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def test_originals_lie_under_their_sha256_below_the_prefix(self, vault: Vault) -> None:
        sha256 = vault.keep(b"original").sha256
        assert self.fetch(self.key(sha256)) == b"original"

    def test_an_object_is_written_once(self, vault: Vault) -> None:
        sha256 = vault.keep(b"original").sha256
        self.spoil(vault, sha256, b"0riginal")
        vault.keep(b"original")
        assert self.fetch(self.key(sha256)) == b"0riginal"

    def test_a_large_original_goes_up_in_parts_once(self, vault: Vault) -> None:
        in_parts = connect(self.url, self.endpoint, single_put_bytes=1_000_000)
        original = in_parts.keep(LARGE * 3)
        before = obstore.head(self.raw, self.key(original.sha256))["e_tag"]
        assert in_parts.keep(LARGE * 3) == original
        assert obstore.head(self.raw, self.key(original.sha256))["e_tag"] == before
        assert before is not None
        assert before.endswith('-2"')  # how S3 marks an object of two parts
        assert vault.read(original.sha256) == LARGE * 3

    def test_foreign_objects_are_not_listed(self, vault: Vault) -> None:
        original = vault.keep(b"original")
        obstore.put(self.raw, "desk/originals/README", b"foreign")
        obstore.put(self.raw, original.sha256, b"outside of the prefix")
        assert list(vault.iter_originals()) == [original]


def test_a_bucket_that_does_not_exist_is_not_an_empty_vault(endpoint: str) -> None:
    vault = connect("s3://nothing-here", endpoint)
    sha256 = "0" * 64
    with pytest.raises(VaultUnavailableError, match="nothing-here"):
        vault.keep(b"original")
    with pytest.raises(VaultUnavailableError):
        vault.has(sha256)
    with pytest.raises(VaultUnavailableError):
        vault.read(sha256)
    with pytest.raises(VaultUnavailableError):
        list(vault.iter_originals())


def test_a_store_that_does_not_answer_is_unavailable_and_no_secret_is_told(closed_port: int) -> None:
    vault = connect("s3://originals", f"http://127.0.0.1:{closed_port}")
    with pytest.raises(VaultUnavailableError) as raised:
        vault.keep(b"original")
    assert "very-secret" not in str(raised.value)
    assert vault.url == "s3://originals"


@pytest.mark.parametrize("url", ["s3://", "s3:///prefix", "s3://key:secret@bucket", "s3://bucket?x=1", "http://bucket"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(VaultUnavailableError, match="s3://bucket/prefix"):
        connect(url)


def test_missing_keys_are_said() -> None:
    with pytest.raises(VaultUnavailableError, match="access key"):
        ObjectVault("s3://bucket", access_key="", secret_key="")
