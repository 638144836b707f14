"""The guard: nothing leaves for an address that is not public, and everything ends."""

import gzip
import socket
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from pathlib import Path

import pytest

from crawlers.errors import (
    AddressForbiddenError,
    FetchRefusedError,
    RateLimitedError,
    SourceUnavailableError,
    TooLargeError,
)
from crawlers.guard import FetchLimits, GuardedFetcher, _step, parse_retry_after
from index.addresses import parse_address
from tests.crawlers.servers import (
    LOOPBACK,
    Answer,
    build_bomb,
    list_names,
    serve,
    serve_answers,
)

LIMITS = FetchLimits(max_bytes=100_000, timeout_seconds=5, max_redirects=3)


def answer_with(*addresses: str) -> "Recorder":
    return Recorder([list(addresses)])


class Recorder:
    """A resolver that gives prepared answers, one after the other, and remembers what it was asked."""

    def __init__(self, answers: Sequence[Sequence[str]]) -> None:
        self.asked: list[str] = []
        self._answers = list(answers)

    def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        return self._answers[min(len(self.asked), len(self._answers)) - 1]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Whoever connects is caught; what was tried is in the list."""
    tried: list[object] = []

    def refuse(self: socket.socket, address: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return tried


DANGEROUS = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
    "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/",
    "http://[0:0:0:0:0:ffff:169.254.169.254]/", "http://[64:ff9b::169.254.169.254]/", "http://[2002:a9fe:a9fe::]/",
    "http://[fd00:ec2::254]/", "http://[fe80::1]/", "http://[ff02::1]/", "http://[::ffff:0:10.0.0.1]/",
    "http://169.254.169.254/latest/meta-data/", "http://169.254.169.254./", "http://2852039166/", "http://0/",
    "http://100.100.100.200/", "http://168.63.129.16/", "http://192.168.1.1/", "http://10.0.0.1:80/",
    "http://0.0.0.0/", "http://224.0.0.1/", "http://255.255.255.255/", "http://192.0.0.192/",
    "http://１２７.0.0.1/", "http://①②⑦.0.0.1/", "http://127。0。0。1/", "http://127.0.0.1%2eexample.org/",
    "file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "http://user:pass@example.org/",
    "http://example.org@127.0.0.1/", "http://127.0.0.1\\@example.org/", "http://8.8.8.8:22/", "https://8.8.8.8:6379/",
    "http://8.8.8.8:8080/", "not an address", "",
]  # fmt: skip


@pytest.mark.parametrize("url", DANGEROUS)
def test_dangerous_addresses_are_refused_before_anything_is_asked(url: str, no_network: list[object]) -> None:
    resolver = answer_with("8.8.8.8")
    with pytest.raises(AddressForbiddenError):
        GuardedFetcher(LIMITS, resolver=resolver).fetch(url)
    assert (no_network, resolver.asked) == ([], [])


NAMES = [
    ("http://localhost/", ["127.0.0.1"]),
    ("http://localhost./", ["127.0.0.1"]),
    ("http://LOCALHOST/", ["::1"]),
    ("http://ⓛocalhost/", ["127.0.0.1"]),
    ("http://127.0.0.1.nip.example/", ["127.0.0.1"]),
    ("http://metadata.google.internal/", ["169.254.169.254"]),
    ("http://mapped.example/", ["::ffff:10.1.1.1"]),
    ("http://nat64.example/", ["64:ff9b::7f00:1"]),
    ("http://mixed.example/", ["8.8.8.8", "10.0.0.1"]),
    ("http://mixed.example/", ["2001:4860:4860::8888", "8.8.8.8", "fd00::1"]),
    ("http://scoped.example/", ["fe80::1%eth0"]),
    ("http://nonsense.example/", ["8.8.8.8", "nowhere"]),
]


@pytest.mark.parametrize(("url", "answers"), NAMES)
def test_every_answer_of_the_resolver_is_checked(url: str, answers: list[str], no_network: list[object]) -> None:
    with pytest.raises(AddressForbiddenError):
        GuardedFetcher(LIMITS, resolver=answer_with(*answers)).fetch(url)
    assert no_network == []


def test_the_connection_is_made_to_the_checked_answer_and_the_name_is_asked_once(no_network: list[object]) -> None:
    resolver = Recorder([["8.8.8.8"], ["127.0.0.1"]])
    with pytest.raises(SourceUnavailableError):
        GuardedFetcher(LIMITS, resolver=resolver).fetch("http://flipping.example/")
    assert resolver.asked == ["flipping.example"]
    assert no_network == [("8.8.8.8", 80)]


def test_all_checked_answers_are_tried_in_their_order(no_network: list[object]) -> None:
    with pytest.raises(SourceUnavailableError, match="no connection"):
        GuardedFetcher(LIMITS, resolver=answer_with("8.8.8.8", "1.1.1.1")).fetch("https://two.example/")
    assert no_network == [("8.8.8.8", 443), ("1.1.1.1", 443)]


def test_a_port_can_be_allowed_for_public_addresses(no_network: list[object]) -> None:
    fetcher = GuardedFetcher(LIMITS, resolver=answer_with("8.8.8.8"), allowed_ports=frozenset({80, 8080}))
    with pytest.raises(SourceUnavailableError):
        fetcher.fetch("http://a.example:8080/")
    with pytest.raises(AddressForbiddenError, match="port 8081"):
        fetcher.fetch("http://a.example:8081/")
    assert no_network == [("8.8.8.8", 8080)]


def test_a_name_that_flips_between_two_fetches_is_refused_at_the_second() -> None:
    with serve_answers({"/": Answer(b"first")}) as server:
        resolver = Recorder([["127.0.0.1"], ["10.0.0.1"]])
        fetcher = GuardedFetcher(LIMITS, LOOPBACK, resolver=resolver)
        assert fetcher.fetch(f"http://flip.example:{server.port}/").content == b"first"
        with pytest.raises(AddressForbiddenError, match="private"):
            fetcher.fetch(f"http://flip.example:{server.port}/")


def test_loopback_is_open_where_a_setting_says_so_and_the_host_header_stays_the_name() -> None:
    with serve_answers({"/a": Answer(b"hello", headers={"Content-Type": "Text/Plain; charset=utf-8"})}) as server:
        fetcher = GuardedFetcher(LIMITS, LOOPBACK, "Desk/1", resolver=answer_with("127.0.0.1"))
        fetched = fetcher.fetch(f"http://name.example:{server.port}/a#part")
        assert (fetched.status, fetched.content, fetched.media_type) == (200, b"hello", "text/plain")
        assert server.headers[0]["host"] == f"name.example:{server.port}"
        assert server.headers[0]["user-agent"] == "Desk/1"
        assert server.headers[0]["accept-encoding"] == "gzip"
        assert not {"cookie", "authorization", "referer"} & set(server.headers[0])


def test_the_environment_is_not_asked_for_a_proxy(monkeypatch: pytest.MonkeyPatch, closed_port: int) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port}")
    with serve_answers({"/": Answer(b"direct")}) as server:
        assert GuardedFetcher(LIMITS, LOOPBACK).fetch(server.url).content == b"direct"


def test_a_status_that_is_no_success_is_given_back() -> None:
    with serve_answers({}) as server:
        fetched = GuardedFetcher(LIMITS, LOOPBACK).fetch(f"{server.url}/missing")
    assert (fetched.status, fetched.content) == (404, b"nothing here")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_by_hand(status: int) -> None:
    answers = {"/a/b": Answer(status=status, headers={"Location": "../c?d=é"}), "/c": Answer(b"there")}
    with serve_answers(answers) as server:
        fetched = GuardedFetcher(LIMITS, LOOPBACK).fetch(f"{server.url}/a/b")
        assert (fetched.content, fetched.final_url) == (b"there", f"{server.url}/c?d=%C3%A9")


def test_a_redirect_can_be_handed_back_instead() -> None:
    with serve_answers({"/": Answer(status=302, headers={"Location": "/b"})}) as server:
        fetched = GuardedFetcher(LIMITS, LOOPBACK).fetch(server.url, follow_redirects=False)
        assert (fetched.status, fetched.headers["location"]) == (302, "/b")
        assert server.requests == ["/"]


REDIRECT_TRAPS = [
    "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "//192.168.0.1/", "http://[::1]:1/", "file:///etc/passwd",
    "http://user:secret@127.0.0.1/", "http://2130706433/", "ftp://127.0.0.1/", "http://[::1", "javascript:1", "data:,a",
]  # fmt: skip


@pytest.mark.parametrize("location", REDIRECT_TRAPS)
def test_each_redirect_is_checked(location: str) -> None:
    with serve_answers({"/": Answer(status=302, headers={"Location": location})}) as server:
        with pytest.raises(AddressForbiddenError):
            GuardedFetcher(LIMITS, LOOPBACK).fetch(server.url)
        assert server.requests == ["/"]


def test_a_public_name_may_not_lead_into_a_closed_network() -> None:
    answers = {"/": Answer(status=302, headers={"Location": "http://inside.example/"})}
    with serve_answers(answers) as server:
        resolver = Recorder([["127.0.0.1"], ["127.0.0.2"]])
        fetcher = GuardedFetcher(LIMITS, (ip_network("127.0.0.1/32"),), resolver=resolver)
        with pytest.raises(AddressForbiddenError, match="loopback"):
            fetcher.fetch(f"http://outside.example:{server.port}/")
        assert resolver.asked == ["outside.example", "inside.example"]


def test_a_redirect_loop_ends() -> None:
    with serve_answers({"/": Answer(status=302, headers={"Location": "/"})}) as server:
        with pytest.raises(FetchRefusedError, match="more than 3 redirects"):
            GuardedFetcher(LIMITS, LOOPBACK).fetch(server.url)
        assert len(server.requests) == 4


def test_there_is_no_way_back_from_https_to_http() -> None:
    with pytest.raises(AddressForbiddenError, match="back to http"):
        _step(parse_address("https://a.example/"), "http://a.example/")
    assert _step(parse_address("http://a.example/"), "https://a.example/").scheme == "https"


def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")

    with serve(respond) as server, pytest.raises(TooLargeError, match="100,000 bytes"):
        GuardedFetcher(LIMITS, LOOPBACK).fetch(server.url)


def test_a_body_without_a_length_is_read_up_to_the_limit() -> None:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for _ in range(100):
            handler.wfile.write(bytes(10_000))

    with serve(respond) as server, pytest.raises(TooLargeError, match="bytes"):
        GuardedFetcher(LIMITS, LOOPBACK).fetch(server.url)


def test_a_body_of_exactly_the_limit_is_good() -> None:
    with serve_answers({"/": Answer(bytes(100_000))}) as server:
        assert len(GuardedFetcher(LIMITS, LOOPBACK).fetch(server.url).content) == 100_000


def test_packed_answers_are_unpacked() -> None:
    packed = Answer(gzip.compress("médias".encode()), headers={"Content-Encoding": "gzip"})
    with serve_answers({"/": packed}) as server:
        assert GuardedFetcher(LIMITS, LOOPBACK).fetch(server.url).content.decode() == "médias"


def test_a_gzip_bomb_stops_at_the_limit() -> None:
    bomb = Answer(build_bomb(50_000_000), headers={"Content-Encoding": "gzip"})
    with serve_answers({"/": bomb}) as server, pytest.raises(TooLargeError, match="100,000 bytes"):
        GuardedFetcher(LIMITS, LOOPBACK).fetch(server.url)


@pytest.mark.parametrize("packing", ["br", "gzip, gzip", "deflate", "zstd"])
def test_packings_that_we_did_not_ask_for_are_refused(packing: str) -> None:
    answer = Answer(b"a", headers={"Content-Encoding": packing})
    with serve_answers({"/": answer}) as server, pytest.raises(FetchRefusedError, match="did not ask for"):
        GuardedFetcher(LIMITS, LOOPBACK).fetch(server.url)


def test_damaged_packing_is_the_other_sides_fault() -> None:
    answer = Answer(b"no gzip", headers={"Content-Encoding": "gzip"})
    with serve_answers({"/": answer}) as server, pytest.raises(SourceUnavailableError, match="damaged"):
        GuardedFetcher(LIMITS, LOOPBACK).fetch(server.url)


@pytest.mark.parametrize("drip", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_an_answer_in_drops_ends_at_the_deadline(drip: bytes) -> None:
    finished = threading.Event()

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(drip)
        for _ in range(400):
            if finished.wait(0.02):
                return
            handler.wfile.write(b"a")

    with serve(respond) as server:
        with pytest.raises(TooLargeError, match=r"within 0\.5 s"):
            GuardedFetcher(FetchLimits(1_000_000, 0.5), LOOPBACK).fetch(server.url)
        finished.set()


def test_a_silent_server_ends_at_the_deadline() -> None:
    finished = threading.Event()

    def respond(handler: BaseHTTPRequestHandler) -> None:
        finished.wait(5)

    with serve(respond) as server:
        with pytest.raises(TooLargeError, match=r"within 0\.3 s"):
            GuardedFetcher(FetchLimits(1_000, 0.3), LOOPBACK).fetch(server.url)
        finished.set()


def test_the_deadline_holds_for_all_redirects_together() -> None:
    finished = threading.Event()

    def respond(handler: BaseHTTPRequestHandler) -> Answer:
        finished.wait(0.2)
        return Answer(status=302, headers={"Location": "/"})

    with serve(respond) as server:
        with pytest.raises(TooLargeError, match=r"within 0\.5 s"):
            GuardedFetcher(FetchLimits(1_000, 0.5, max_redirects=50), LOOPBACK).fetch(server.url)
        finished.set()


def test_a_resolver_that_does_not_answer_ends_at_the_deadline() -> None:
    finished = threading.Event()

    def resolver(host: str) -> list[str]:
        finished.wait(5)
        return ["8.8.8.8"]

    with pytest.raises(SourceUnavailableError, match="cannot be resolved"):
        GuardedFetcher(FetchLimits(1_000, 0.2), resolver=resolver).fetch("http://slow.example/")
    finished.set()


def test_unknown_names_and_closed_ports_are_unavailable(closed_port: int) -> None:
    def resolver(host: str) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(SourceUnavailableError, match="cannot be resolved"):
        GuardedFetcher(LIMITS, resolver=resolver).fetch("http://nowhere.example/")
    with pytest.raises(SourceUnavailableError, match="no address"):
        GuardedFetcher(LIMITS, resolver=answer_with()).fetch("http://nowhere.example/")
    with pytest.raises(SourceUnavailableError, match="no connection"):
        GuardedFetcher(LIMITS, LOOPBACK).fetch(f"http://127.0.0.1:{closed_port}/")


BROKEN = [
    b"",
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 300_000,
]


@pytest.mark.parametrize("broken", BROKEN)
def test_an_answer_that_breaks_off_is_unavailable(broken: bytes) -> None:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(broken)
        handler.close_connection = True

    with serve(respond) as server, pytest.raises(SourceUnavailableError, match="broke off"):
        GuardedFetcher(LIMITS, LOOPBACK).fetch(server.url)


def test_a_server_without_tls_is_unavailable_by_https() -> None:
    with serve_answers({"/": Answer(b"plain")}) as server, pytest.raises(SourceUnavailableError):
        GuardedFetcher(LIMITS, LOOPBACK).fetch(f"https://127.0.0.1:{server.port}/")


def test_a_file_is_written_as_it_came(tmp_path: Path) -> None:
    with serve_answers({"/a.jpg": Answer(b"\xff\xd8picture", headers={"Content-Type": "image/jpeg"})}) as server:
        fetched = GuardedFetcher(LIMITS, LOOPBACK).fetch_to(f"{server.url}/a.jpg", tmp_path)
    assert fetched.path.parent == tmp_path
    assert fetched.path.read_bytes() == b"\xff\xd8picture"
    assert (fetched.media_type, fetched.size_bytes) == ("image/jpeg", 9)


def test_a_file_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    answers = {
        "/gone": Answer(b"x", 404),
        "/large": Answer(bytes(200_000)),
        "/busy": Answer(status=429, headers={"Retry-After": "60"}),
        "/shut": Answer(status=503, headers={"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}),
    }
    with serve_answers(answers) as server:
        fetcher = GuardedFetcher(LIMITS, LOOPBACK)
        with pytest.raises(SourceUnavailableError, match="404"):
            fetcher.fetch_to(f"{server.url}/gone", tmp_path)
        with pytest.raises(TooLargeError):
            fetcher.fetch_to(f"{server.url}/large", tmp_path)
        with pytest.raises(RateLimitedError) as busy:
            fetcher.fetch_to(f"{server.url}/busy", tmp_path)
        with pytest.raises(RateLimitedError) as shut:
            fetcher.fetch_to(f"{server.url}/shut", tmp_path)
    assert busy.value.retry_at is not None
    assert shut.value.retry_at is not None
    assert shut.value.retry_at.year == 2099
    assert list_names(tmp_path) == []


def test_a_retry_time_that_nobody_understands_is_none() -> None:
    assert parse_retry_after("soon") is None
    assert parse_retry_after("") is None
    assert parse_retry_after("٣") is None


def test_a_closed_fetcher_fetches_nothing() -> None:
    fetcher = GuardedFetcher(LIMITS, LOOPBACK)
    fetcher.close()
    fetcher.close()
    with pytest.raises(RuntimeError, match="closed"):
        fetcher.fetch("http://127.0.0.1/")
