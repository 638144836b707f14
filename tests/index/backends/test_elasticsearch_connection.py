"""What cannot be reached is said in words; no node is needed for that."""

import socket

import pytest

from index.backends.elasticsearch import Access, open_elasticsearch
from index.errors import StoreUnavailableError


@pytest.mark.parametrize("url", ["http://192.0.2.1:9200", "http://example.org:9200"])
def test_plain_http_is_only_for_this_machine(url: str) -> None:
    with pytest.raises(StoreUnavailableError, match="https://"):
        open_elasticsearch(Access(url=url))


def test_where_nobody_listens_the_address_is_named_without_secrets() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(StoreUnavailableError) as refusal:
        open_elasticsearch(Access(url=f"http://elastic:canary@127.0.0.1:{port}", user="elastic", password="canary"))

    assert f"127.0.0.1:{port}" in str(refusal.value)
    assert "canary" not in str(refusal.value)
