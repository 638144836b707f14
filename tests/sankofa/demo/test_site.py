import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import httpx2
import pytest
from parsel import Selector

from index.exchange.jsonld import parse_checks
from sankofa.demo.case import load_case
from sankofa.demo.entries import list_sites
from sankofa.demo.pages import list_articles
from sankofa.demo.replay import Replay
from sankofa.demo.site import FORBIDDEN_PATH

CASE = load_case()
ARTICLES = list_articles(CASE)
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def site(shared_replay: Replay) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=shared_replay.site_url) as client:
        yield client


def test_there_is_one_article_for_each_published_check() -> None:
    assert [article.check.url for article in ARTICLES] == [check.url for claim in CASE.claims for check in claim.checks]


def test_robots_disallow_one_folder_and_name_the_sitemap(site: httpx2.Client, shared_replay: Replay) -> None:
    robots = RobotFileParser()
    robots.parse(site.get("/robots.txt").text.splitlines())
    assert not robots.can_fetch("Sankofa", shared_replay.site_url + FORBIDDEN_PATH + "en-cours/")
    assert robots.can_fetch("Sankofa", shared_replay.site_url + ARTICLES[0].path)
    assert robots.site_maps() == [shared_replay.sitemap_url]


def test_the_sitemap_names_every_article_and_a_page_that_robots_forbid(
    site: httpx2.Client, shared_replay: Replay
) -> None:
    entries = _read_sitemap(site)
    paths = [urlsplit(url).path for url in entries]
    assert paths[:-1] == [article.path for article in ARTICLES]
    assert paths[-1].startswith(FORBIDDEN_PATH)
    assert all(url.startswith(shared_replay.site_url) for url in entries)


def test_last_modified_is_the_day_that_the_check_shows_or_is_left_out(site: httpx2.Client) -> None:
    entries = list(_read_sitemap(site).values())
    for article, modified in zip(ARTICLES, entries[:-1], strict=True):
        assert modified == (str(article.check.review_date) if article.check.review_date else None)
        assert ("Last-Modified" in site.head(article.path).headers) is (article.check.review_date is not None)


def test_every_article_says_that_it_is_a_demonstration_and_links_to_the_real_check(site: httpx2.Client) -> None:
    for article in ARTICLES:
        page = Selector(site.get(article.path).text)
        assert str(page.css("title::text").get()).startswith("[demo] ")
        assert article.check.url in page.css("a::attr(href)").getall()


def test_every_check_is_found_in_the_markup_with_the_real_publisher_and_address(site: httpx2.Client) -> None:
    for article in ARTICLES:
        review = _read_review(site, article.path)
        assert review["url"] == article.check.url
        assert review["author"]["name"] == article.check.publisher
        assert review["claimReviewed"] == article.claim.wordings.fr
        assert review["reviewRating"]["alternateName"] == article.check.textual_rating
        day = article.check.review_date
        assert review.get("datePublished") == (str(day) if day else None)


def test_the_crawlers_read_every_check_as_it_was_published(site: httpx2.Client, shared_replay: Replay) -> None:
    for article in ARTICLES:
        checks = parse_checks(
            _read_scripts(site, article.path),
            page_url=shared_replay.site_url + article.path,
            speaks_for=list_sites(CASE),
        )
        (review,) = checks.claim_reviews
        assert (review.url, review.publisher) == (article.check.url, article.check.publisher)
        assert review.review_date == article.check.review_date
        assert review.claim_date == article.claim.first_appeared_on
        assert [one.categories for one in review.media_reviews] == [one.categories for one in article.check.media]
        assert len(checks.problems) == (article.condition == "broken-neighbour")


def test_media_reviews_name_the_original_and_the_later_use_at_addresses_that_answer(site: httpx2.Client) -> None:
    for article in ARTICLES:
        reviews = _read_review(site, article.path)["associatedMediaReview"]
        assert len(reviews) == len(article.check.media)
        for review, finding in zip(reviews, article.check.media, strict=True):
            (appearance,) = review["itemReviewed"]["mediaItemAppearance"]
            assert appearance["contentUrl"].endswith(CASE.medium(finding.shown).file)
            assert site.head(appearance["contentUrl"]).status_code == 200
            assert site.head(review["originalMediaLink"]).status_code == 200
            assert review["mediaAuthenticityCategory"] == [category.value for category in finding.categories]


def test_pages_come_plain_with_a_broken_neighbour_and_as_a_graph(site: httpx2.Client) -> None:
    conditions = {article.condition: article for article in ARTICLES}
    assert set(conditions) == {"plain", "broken-neighbour", "graph"}
    first, second = _read_scripts(site, conditions["broken-neighbour"].path)
    assert json.loads(first)["@type"] == "ClaimReview"
    with pytest.raises(json.JSONDecodeError):
        json.loads(second)
    (graph,) = _read_scripts(site, conditions["graph"].path)
    assert [node["@type"] for node in json.loads(graph)["@graph"]] == ["WebPage", "ClaimReview"]


@pytest.mark.parametrize("path", ["/", "/sitemap.xml", ARTICLES[0].path, "/media/a2-hole-original.jpg"])
def test_a_known_page_costs_no_bytes_the_second_time(site: httpx2.Client, path: str) -> None:
    tag = site.get(path).headers["ETag"]
    again = site.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert site.get(path, headers={"If-None-Match": '"another"'}).status_code == 200


def test_an_unchanged_page_is_told_by_its_date_too(site: httpx2.Client) -> None:
    dated = next(article for article in ARTICLES if article.check.review_date)
    modified = site.get(dated.path).headers["Last-Modified"]
    assert site.get(dated.path, headers={"If-Modified-Since": modified}).status_code == 304


def test_the_front_page_links_to_every_article(site: httpx2.Client) -> None:
    links = Selector(site.get("/").text).css("li a::attr(href)").getall()
    assert links == [article.path for article in ARTICLES]


def test_an_unknown_page_is_404(site: httpx2.Client) -> None:
    assert site.get("/verifications/z9-1/").status_code == 404


def _read_sitemap(site: httpx2.Client) -> dict[str, str | None]:
    root = ElementTree.fromstring(site.get("/sitemap.xml").content)  # noqa: S314  (our own server)
    return {str(entry.findtext(f"{SPACE}loc")): entry.findtext(f"{SPACE}lastmod") for entry in root}


def _read_scripts(site: httpx2.Client, path: str) -> list[str]:
    return Selector(site.get(path).text).css('script[type="application/ld+json"]::text').getall()


def _read_review(site: httpx2.Client, path: str) -> dict[str, Any]:
    """The ClaimReview of a page, whatever its condition."""
    value: dict[str, Any] = json.loads(_read_scripts(site, path)[0])
    nodes: list[dict[str, Any]] = value.get("@graph", [value])
    return next(node for node in nodes if node["@type"] == "ClaimReview")
