"""Whoever shows another certificate than the one that is trusted gets nothing to read, not even a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from index.backends.elasticsearch import Access
from index.backends.elasticsearch.connection import connect
from index.errors import StoreUnavailableError
from tests.index.backends.certificates import Pair, build_server_context, make_authority, make_leaf

AUTHORITY = make_authority()
NODE = make_leaf(AUTHORITY)


@contextmanager
def serve(folder: Path, *shown: Pair) -> Iterator[HTTPServer]:
    """Run what answers like Elasticsearch, and shows these certificates."""
    with HTTPServer(host="127.0.0.1", ssl_context=build_server_context(folder, *shown)) as server:
        answer = {"version": {"number": "9.4.3"}}
        server.expect_request("/").respond_with_json(answer, headers={"X-Elastic-Product": "Elasticsearch"})
        yield server


def ask(server: HTTPServer, **trust: Any) -> None:
    with connect(Access(url=f"https://127.0.0.1:{server.port}", api_key="Y2FuYXJ5", **trust)):
        pass


@pytest.mark.parametrize(
    ("shown", "trusted"),
    [((NODE,), NODE), ((NODE, AUTHORITY), NODE), ((NODE, AUTHORITY), AUTHORITY)],
    ids=["its own", "its own before others", "its authority's"],
)
def test_the_certificate_with_the_fingerprint_is_trusted(
    tmp_path: Path, shown: tuple[Pair, ...], trusted: Pair
) -> None:
    with serve(tmp_path, *shown) as server:
        ask(server, fingerprint=trusted.fingerprint)

        assert len(server.log) == 1


def test_the_authority_in_the_file_is_trusted(tmp_path: Path) -> None:
    with serve(tmp_path, NODE) as server:
        ask(server, ca_file=AUTHORITY.write(tmp_path / "ca.pem"))

        assert len(server.log) == 1


def test_a_forged_certificate_before_the_real_one_is_not_believed(tmp_path: Path) -> None:
    forged = make_leaf(make_authority())

    with serve(tmp_path, forged, AUTHORITY) as server:
        with pytest.raises(StoreUnavailableError, match="is not trusted"):
            ask(server, fingerprint=AUTHORITY.fingerprint)

        assert server.log == []


def test_another_fingerprint_is_refused_with_those_that_are_shown(tmp_path: Path) -> None:
    with serve(tmp_path, NODE) as server:
        with pytest.raises(StoreUnavailableError, match=f"another certificate .*{NODE.fingerprint}"):
            ask(server, fingerprint="ab" * 32)

        assert server.log == []


@pytest.mark.parametrize("node", [make_leaf(), make_leaf(make_authority())], ids=["by itself", "same name, other key"])
def test_a_certificate_that_the_authority_did_not_sign_is_refused(tmp_path: Path, node: Pair) -> None:
    with serve(tmp_path, node) as server:
        with pytest.raises(StoreUnavailableError, match=r"not trusted.*elasticsearch_ca_file"):
            ask(server, ca_file=AUTHORITY.write(tmp_path / "ca.pem"))

        assert server.log == []


@pytest.mark.parametrize("by", ["file", "fingerprint"])
def test_a_certificate_of_another_address_is_refused(tmp_path: Path, by: str) -> None:
    file = AUTHORITY.write(tmp_path / "ca.pem")
    trust: dict[str, Any] = {"ca_file": file} if by == "file" else {"fingerprint": AUTHORITY.fingerprint}

    with serve(tmp_path, make_leaf(AUTHORITY, "127.0.0.2"), AUTHORITY) as server:
        with pytest.raises(StoreUnavailableError, match="mismatch"):
            ask(server, **trust)

        assert server.log == []


def test_what_the_system_does_not_trust_is_refused_where_nothing_is_named(tmp_path: Path) -> None:
    with serve(tmp_path, NODE) as server:
        with pytest.raises(StoreUnavailableError, match="is not trusted"):
            ask(server)

        assert server.log == []


def test_a_file_of_authorities_is_trusted_instead_of_those_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(AUTHORITY.write(tmp_path / "system.pem")))

    with serve(tmp_path, make_leaf(AUTHORITY, names_key=True)) as server:
        ask(server)
        with pytest.raises(StoreUnavailableError, match="is not trusted"):
            ask(server, ca_file=make_authority().write(tmp_path / "other.pem"))
