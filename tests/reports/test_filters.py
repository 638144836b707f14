from datetime import UTC, datetime

import pytest

from index.model import Wording
from reports.filters import is_web_address, render_date, render_link, render_wording
from reports.i18n import Translator


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JAVASCRIPT:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "//x.example",
        "http://[",
        "",
    ],
)
def test_only_web_addresses_can_be_followed(url: str) -> None:
    assert not is_web_address(url)
    assert "href" not in render_link(url)


def test_a_web_address_is_a_link_that_tells_nothing() -> None:
    link = render_link("https://x.example/?a=1&b=2")
    assert 'href="https://x.example/?a=1&amp;b=2"' in link
    assert "noreferrer" in link


def test_quotes_in_an_address_do_not_leave_the_attribute() -> None:
    assert 'onclick="' not in render_link('https://x.example/" onclick="alert(1)')


def test_a_moment_shows_utc_in_its_title() -> None:
    shown = render_date(Translator("fr", zone="Africa/Ndjamena"), datetime(2023, 11, 30, 23, 30, tzinfo=UTC))
    assert 'datetime="2023-11-30T23:30:00Z" title="2023-11-30 23:30:00 UTC"' in shown
    assert "1er décembre 2023" in shown


def test_a_partial_date_keeps_its_precision_in_the_markup() -> None:
    assert render_date(Translator("en"), "2016-12") == '<time datetime="2016-12">December 2016</time>'


def test_a_wording_carries_its_language() -> None:
    assert render_wording(Wording("ar", "نفق")) == '<bdi lang="ar">نفق</bdi>'
    assert render_wording(Wording("und", "x")) == "<bdi>x</bdi>"


def test_a_hostile_language_tag_stays_inside_its_attribute() -> None:
    assert "<script>" not in render_wording(Wording('"><script>', "x"))
