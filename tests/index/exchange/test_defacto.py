"""The pivot format of DE FACTO."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.errors import RecordFormatError
from index.exchange.checks import Check
from index.exchange.defacto import read_feed, render_feed
from index.exchange.rows import RowProblem
from index.model import ClaimReview
from tests.index.exchange.test_checks import GOOD, good_items, problems
from tests.index.exchange.test_claimreview import claim_reviews, said

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:schema="https://schema.org"><channel><language>fr</language>'
TAIL = "</channel></rss>"


def item(markup: Any = GOOD, more: str = "") -> str:
    text = markup if isinstance(markup, str) else json.dumps(markup)
    script = f'<schema:review encodingFormat="application/ld+json"><![CDATA[{text}]]></schema:review>' if text else ""
    return f"<item><title>Faux</title><link>https://checks.example/1 </link>{script}{more}</item>"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "feed.xml"


def read(file: Path, *items: str, text: str = "") -> list[Check | RowProblem]:
    file.write_text(text or HEAD + "".join(items) + TAIL, "utf-8")
    return list(read_feed(file))


def test_an_item_is_a_check_with_what_the_feed_says_of_it(file: Path) -> None:
    country = '<category domain="https://www.iso.org/iso-3166-2">ML</category><category>Location/Mali</category>'
    (check,) = read(file, item(GOOD | {"url": ""}, country))
    assert isinstance(check, Check)
    assert (check.review.url, check.review.title, check.review.language) == ("https://checks.example/1", "Faux", "fr")
    assert (check.countries, check.item) == (("ML",), 1)


def test_a_check_on_another_host_keeps_its_address_with_a_remark(file: Path) -> None:
    found = read(file, item(GOOD | {"url": "https://other.example/1", "author": {"name": "A"}}))
    assert problems(found) == [(1, "url", False)]
    assert isinstance(found[0], Check)
    assert found[0].review.url == "https://other.example/1"


@pytest.mark.parametrize(
    ("bad", "refused"),
    [
        ('{"@type": "ClaimReview", "a": 1, "a": 2}', True),
        ("[" * 10_000, True),
        ("", False),
        (json.dumps(GOOD | {"claimReviewed": ""}), True),
        (json.dumps({"@type": "NewsArticle"}), False),
    ],
)
def test_a_bad_item_costs_only_itself(file: Path, bad: str, refused: bool) -> None:
    found = read(file, item(), item(bad), item())
    assert good_items(found) == [1, 3]
    assert [(line, cost) for line, _, cost in problems(found)] == [(2, refused)]


def test_an_unknown_country_is_a_remark(file: Path) -> None:
    found = read(file, item(more='<category domain="https://www.iso.org/iso-3166-2">Mali</category>'))
    assert problems(found) == [(1, "category", False)]


def test_a_feed_that_breaks_off_keeps_what_came_before(file: Path) -> None:
    found = read(file, text=HEAD + item() + "<item><title>&eacute;")
    assert (good_items(found), problems(found)) == ([1], [(2, "", True)])


BOMB = '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
OUTSIDE = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("text", ["", "no xml", "<html></html>", BOMB + "<rss>&b;</rss>", OUTSIDE + "<rss>&a;</rss>"])
def test_what_is_no_feed_is_refused(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")
    with pytest.raises(RecordFormatError):
        list(read_feed(file))


def test_a_file_that_is_not_there_is_an_error(file: Path) -> None:
    with pytest.raises(RecordFormatError):
        list(read_feed(file))


HOSTILE = ClaimReview(
    id="", publisher="P\x01", publisher_site="a.example", url="https://a.example/", claim_reviewed="]]> \ufffe </rss> &amp;",
    textual_rating="<b>\uffff", title="\x00]]>",
)  # fmt: skip


@given(reviews=st.lists(claim_reviews(), min_size=1, max_size=3))
@example(reviews=[HOSTILE])
def test_a_feed_that_was_given_out_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, reviews: list[ClaimReview]
) -> None:
    file = tmp_path_factory.getbasetemp() / "feed.xml"
    checks = [
        Check(review=replace(one, id=f"CR-{number}"), countries=("ML", "NE")) for number, one in enumerate(reviews)
    ]
    text = "".join(render_feed(checks, title="Des & vérifications", link="https://desk.example"))
    found = read(file, text=text)

    assert [said(one.review) for one in found if isinstance(one, Check)] == reviews
    assert all(one.countries == ("ML", "NE") for one in found if isinstance(one, Check))
