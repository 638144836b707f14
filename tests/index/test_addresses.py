"""Reading an address once, strictly."""

import pytest

from index.addresses import join_address, parse_address

READ = [
    ("http://example.org", "http://example.org/"),
    ("  https://example.org/a\n", "https://example.org/a"),
    ("HTTPS://EXAMPLE.ORG:443/A", "https://example.org/A"),
    ("http://example.org:8080/a?b=c&d", "http://example.org:8080/a?b=c&d"),
    ("http://example.org.", "http://example.org/"),
    ("http://example.org?x", "http://example.org/?x"),
    ("http://example.org/a#b", "http://example.org/a"),
    ("http://example.org:/", "http://example.org/"),
    ("https://a.example/é/tunnel%20à%20Kidal.jpg", "https://a.example/%C3%A9/tunnel%20%C3%A0%20Kidal.jpg"),
    ("https://example.org/%2e%2e/a", "https://example.org/%2e%2e/a"),
    ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ("https://أنفاق.example/", "https://xn--igbi1ffr.example/"),
    ("http://8.8.8.8/", "http://8.8.8.8/"),
    ("http://[2001:4860:4860:0:0:0:0:8888]:80/", "http://[2001:4860:4860::8888]/"),
    ("http://1.example/", "http://1.example/"),
    ("http://my_cdn.example/", "http://my_cdn.example/"),
]

REFUSED = [
    "", "example.org", "//example.org/", "/etc/passwd", "file:///etc/passwd", "ftp://example.org/", "data:text/plain,a",
    "javascript:alert(1)", "gopher://127.0.0.1:6379/_INFO", "unix:///var/run/docker.sock", "http:example.org",
    "http:/example.org", "http:///example.org", "http://", "https://?x", "http://#", "http+unix://a/b", "hxxp://a/",
    "http://user@example.org/", "http://user:secret@example.org/", "http://example.org@127.0.0.1/",
    "http://127.0.0.1\\@example.org/", "http://example.org\\.evil.example/", "http:\\\\example.org\\", "http://a\\b/",
    "http://exa mple.org/", "http://example.org/a b", "http://example.org/\r\nHost: evil", "http://example.org/\x00",
    "http://example\t.org/", "http://ex\nample.org/", "http://example.org:99999/", "http://example.org:0/",
    "http://example.org:80:80/", "http://example.org:8a/", "http://example.org:-1/", "http://example.org:٨٠/",
    # other spellings of 127.0.0.1 and 169.254.169.254
    "http://2130706433/", "http://0x7f000001/", "http://017700000001/", "http://0177.0.0.1/", "http://0x7f.0.0.1/",
    "http://127.1/", "http://127.0.1/", "http://127.0.0.01/", "http://127.0.0.1./", "http://0/", "http://0x/",
    "http://00000177.0.0.1/", "http://127.0.0.0x1/", "http://1.2.3.4.5/", "http://256.1.1.1/", "http://2852039166/",
    "http://0xa9.0xfe.0xa9.0xfe/", "http://0251.0376.0251.0376/", "http://a.1/", "http://example.0x7f/",
    "http://１２７.0.0.1/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://127．0．0．1/", "http://१२७.0.0.1/",
    "http://%31%32%37.0.0.1/", "http://127.0.0.1%00.example.org/", "http://127%2e0%2e0%2e1/", "http://localhost%2f/",
    "http://[::1", "http://::1/", "http://[::1]a/", "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/",
    "http://[::ffff:127.0.0.1.]/", "http://[127.0.0.1]/", "http://[]/", "http://[v1.a]/", "http://[::1]:x/",
    "http://.example.org/", "http://example..org/", "http://-a.example/", "http://a-.example/", "http://*/",
    "http://exa$mple.org/", "http://a,b.example/", "http://(a).example/", "http://a'b.example/",
    "http://" + "a" * 64 + ".example/", "http://" + "a." * 130 + "example/", "http://a.example/" + "b" * 9000,
    "http://\ud800.example/", "http://a\u202eb.example/", "http://\u200b.example/",
]  # fmt: skip


@pytest.mark.parametrize(("url", "canonical"), READ)
def test_an_address_is_read_in_one_way(url: str, canonical: str) -> None:
    assert parse_address(url).url == canonical


def test_reading_the_canonical_form_again_changes_nothing() -> None:
    for _, canonical in READ:
        assert parse_address(canonical).url == canonical


@pytest.mark.parametrize("url", REFUSED)
def test_what_could_be_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        parse_address(url)


def test_enclosed_letters_are_read_as_the_name_that_they_spell() -> None:
    assert parse_address("http://ⓛocalhost/").host == "localhost"
    assert parse_address("http://LOCALHOST./").host == "localhost"


def test_a_reference_is_resolved_against_its_page() -> None:
    assert join_address("https://a.example/b/c.html", " ../d.jpg ") == "https://a.example/d.jpg"
    assert join_address("https://a.example/b", "//c.example/d") == "https://c.example/d"
