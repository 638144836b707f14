"""How a cluster is reached is judged before anything is sent, and no secret is ever repeated."""

import base64
import traceback
from pathlib import Path

import pytest

from index.backends.elasticsearch import Access, split_address
from index.errors import StoreAccessError

CANARY = "canary-7f3a"


@pytest.mark.parametrize(
    ("url", "address", "prefix"),
    [
        ("https://es.example.org:9200", "https://es.example.org:9200", "sankofa"),
        ("https://es.example.org:9200/", "https://es.example.org:9200", "sankofa"),
        ("https://es.example.org/lyon-2", "https://es.example.org", "lyon-2"),
        ("https://a.example.org:9200,b.example.org/lyon", "https://a.example.org:9200,b.example.org", "lyon"),
        ("HTTP://[::1]:9200/a", "http://[::1]:9200", "a"),
    ],
)
def test_an_address_may_name_a_prefix(url: str, address: str, prefix: str) -> None:
    assert split_address(url) == (address, prefix)


@pytest.mark.parametrize(
    "url",
    [
        f"https://elastic:{CANARY}@es.example.org:9200",
        f"https://{CANARY}@es.example.org:9200",
        f"https://elastic:{CANARY}/x@es.example.org:9200",
        f"https:elastic:{CANARY}@es.example.org",
        f"https://es.example.org:9200?key={CANARY}",
        f"https://es.example.org:{CANARY}",
        f"https://[{CANARY}",
        "https://",
        "https://es.example.org/a/b",
        "https://es.example.org/Lyon",
        "https://es.example.org/a*",
        "https://es.example.org,",
        f"https://es.example.org,elastic:{CANARY}@other.example.org",
        "https://es.example.org/_all",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(StoreAccessError, match="https://host:9200/prefix") as refusal:
        split_address(url)

    assert CANARY not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "described"),
    [
        ("https://es.example.org", "https://es.example.org:9200"),
        ("http://[::1]:9201", "http://[::1]:9201"),
        ("https://a.example.org,b.example.org:9201", "https://a.example.org:9200,b.example.org:9201"),
    ],
)
def test_the_address_is_said_with_its_port(url: str, described: str) -> None:
    assert Access(url=url).describe() == described


def test_nothing_that_is_printed_holds_a_secret() -> None:
    access = Access(url="https://es.example.org", api_key=CANARY, user="ana", password=CANARY)

    assert CANARY not in repr(access)
    assert CANARY not in str(access)


@pytest.mark.parametrize("url", ["http://192.0.2.1:9200", "http://example.org:9200", "http://127.0.0.1.example.org"])
def test_plain_http_is_only_for_this_machine(url: str) -> None:
    with pytest.raises(StoreAccessError, match="only https://"):
        Access(url=url).build_options()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "[::1]", "localhost"])
def test_this_machine_may_be_asked_in_plain_http(host: str) -> None:
    assert Access(url=f"http://{host}:9200").build_options() == {}


def test_a_key_is_taken_in_both_forms_that_elasticsearch_gives() -> None:
    encoded = base64.b64encode(b"VuaCfGcB:ui2lp2ax").decode()

    for given in (encoded, f" {encoded}\n", "VuaCfGcB:ui2lp2ax"):
        assert Access(url="https://es.example.org", api_key=given).build_options() == {"api_key": encoded}


@pytest.mark.parametrize(
    "secrets",
    [
        {"api_key": f"{CANARY}\nX-Other"},
        {"api_key": f"{CANARY} 2"},
        {"api_key": f"{CANARY}é"},
        {"user": "ana", "password": f"{CANARY}\udcff"},
        {"user": "ana", "password": f"{CANARY}\n"},
        {"password": CANARY},
        {"user": "ana"},
    ],
)
def test_a_secret_that_cannot_be_sent_is_refused_and_not_repeated(secrets: dict[str, str]) -> None:
    with pytest.raises(StoreAccessError) as refusal:
        Access(url="https://es.example.org", **secrets).build_options()  # type: ignore[arg-type]  # only texts

    assert CANARY not in "".join(traceback.format_exception(refusal.value))


def test_what_is_no_fingerprint_is_refused_with_how_to_get_one() -> None:
    with pytest.raises(StoreAccessError, match="openssl x509"):
        Access(url="https://a", fingerprint="ab" * 20).build_options()


def test_a_file_that_holds_no_certificates_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    with pytest.raises(StoreAccessError, match=r"ca\.pem .*No such file"):
        Access(url="https://a", ca_file=file).build_options()

    file.write_text("my novel")
    with pytest.raises(StoreAccessError, match=r"ca\.pem"):
        Access(url="https://a", ca_file=file).build_options()
