import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
import requests
import tweepy
from requests.adapters import HTTPAdapter

from sankofa.demo.case import load_case
from sankofa.demo.replay import Replay, open_replay
from sankofa.demo.x_api import PAGE_SIZE

ON_X = [post for post in load_case().posts if post.platform == "x"]
RECENT = "/2/tweets/search/recent"
WIDE = "has:media OR -has:media"


@pytest.fixture
def api(shared_replay: Replay) -> Iterator[httpx2.Client]:
    headers = {"Authorization": f"Bearer {shared_replay.x_bearer_token}"}
    with httpx2.Client(base_url=shared_replay.x_base_url, headers=headers) as client:
        yield client


@pytest.fixture
def client(shared_replay: Replay) -> Iterator[tweepy.Client]:
    client = tweepy.Client(shared_replay.x_bearer_token)
    client.session.mount("https://api.twitter.com/", _Redirect(shared_replay.x_base_url))
    yield client
    client.session.close()


class _Redirect(HTTPAdapter):
    """Sends what tweepy means for X to the replay."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = str(request.url).replace("https://api.twitter.com", self._base)
        return super().send(request, *args, **kwargs)


def test_paging_brings_every_post_once_newest_first(api: httpx2.Client) -> None:
    pages = _read_all(api, query=WIDE, max_results="100")
    numbers = [int(post["id"]) for page in pages for post in page["data"]]
    assert len(pages) == -(-len(ON_X) // PAGE_SIZE) > 2
    assert len(set(numbers)) == len(ON_X)
    assert numbers == sorted(numbers, reverse=True)


def test_meta_counts_and_names_the_ends_of_a_page(api: httpx2.Client) -> None:
    page = _get(api, query=WIDE)
    numbers = [post["id"] for post in page["data"]]
    assert page["meta"]["result_count"] == len(numbers) == PAGE_SIZE
    assert (page["meta"]["newest_id"], page["meta"]["oldest_id"]) == (numbers[0], numbers[-1])


def test_no_result_has_a_count_and_no_data(api: httpx2.Client) -> None:
    assert _get(api, query="introuvable") == {"meta": {"result_count": 0}}


def test_identifiers_hold_the_moment_of_the_post(api: httpx2.Client) -> None:
    (post,) = _get(api, query="from:compte-demo-9", **{"tweet.fields": "created_at"})["data"]
    milliseconds = (int(post["id"]) >> 22) + 1_288_834_974_657
    assert post["created_at"] == "2023-11-22T15:00:00.000Z"
    assert milliseconds == 1_700_665_200_000


def test_only_the_fields_that_were_asked_for_are_given(api: httpx2.Client) -> None:
    (bare,) = _get(api, query="from:compte-demo-9")["data"]
    assert set(bare) == {"id", "text", "edit_history_tweet_ids"}
    (full,) = _get(api, query="from:compte-demo-9", **{"tweet.fields": "lang,public_metrics"})["data"]
    assert full["lang"] == "fr"
    assert full["public_metrics"] == {"like_count": 1100, "retweet_count": 640, "reply_count": 402, "quote_count": 71}


def test_expansions_bring_authors_and_media_with_addresses_that_answer(api: httpx2.Client) -> None:
    page = _get(
        api,
        query="from:compte-demo-2",
        expansions="author_id,attachments.media_keys",
        **{"media.fields": "url,alt_text", "user.fields": "verified"},
    )
    (post,) = page["data"]
    (user,) = page["includes"]["users"]
    assert (post["author_id"], user["username"]) == (user["id"], "compte-demo-2")
    media = page["includes"]["media"]
    assert post["attachments"]["media_keys"] == [medium["media_key"] for medium in media]
    assert [medium["type"] for medium in media] == ["photo"] * 3
    for medium in media:
        answer = api.get(medium["url"])
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.content.startswith(b"\xff\xd8\xff")


def test_films_have_variants_instead_of_an_address(api: httpx2.Client) -> None:
    fields = "url,variants,duration_ms"
    page = _get(api, query="from:compte-demo-8", expansions="attachments.media_keys", **{"media.fields": fields})
    (medium,) = page["includes"]["media"]
    assert medium["type"] == "video"
    assert "url" not in medium
    assert medium["duration_ms"] == 2000
    (variant,) = medium["variants"]
    assert variant["content_type"] == "video/mp4"
    assert api.get(variant["url"]).content[4:8] == b"ftyp"


def test_without_the_token_the_answer_is_401(shared_replay: Replay) -> None:
    answer = httpx2.get(shared_replay.x_base_url + RECENT, params={"query": "Kidal"})
    assert answer.status_code == 401
    assert answer.json()["title"] == "Unauthorized"


def test_rate_limit_headers_count_down(api: httpx2.Client) -> None:
    first, second = (api.get(RECENT, params={"query": "Kidal"}).headers for _ in range(2))
    assert int(second["x-rate-limit-remaining"]) < int(first["x-rate-limit-remaining"])
    assert int(first["x-rate-limit-reset"]) > 0


def test_a_refused_search_says_when_to_come_back_and_then_works(tmp_path: Path) -> None:
    with open_replay(tmp_path, case=replace(load_case(), media=(), posts=()), x_refusals=1) as replay:
        headers = {"Authorization": f"Bearer {replay.x_bearer_token}"}
        with httpx2.Client(base_url=replay.x_base_url, headers=headers) as api:
            refused, answered = (api.get(RECENT, params={"query": "Kidal"}) for _ in range(2))
    assert (refused.status_code, answered.status_code) == (429, 200)
    assert refused.headers["x-rate-limit-remaining"] == "0"
    assert refused.json()["title"] == "Too Many Requests"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("query", "place:ML"),
        ("query", "x" * 513),
        ("max_results", "9"),
        ("max_results", "101"),
        ("next_token", "elsewhere"),
        ("since_id", "newest"),
        ("start_time", "yesterday"),
    ],
)
def test_a_wrong_parameter_is_named_in_an_error(api: httpx2.Client, name: str, value: str) -> None:
    answer = api.get(RECENT, params={"query": "Kidal", name: value})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["parameters"] == {name: [value]}


def test_the_period_starts_inclusive_and_ends_exclusive(api: httpx2.Client) -> None:
    moment = "2023-11-22T15:00:00Z"
    from_then = _read_all(api, query=WIDE, start_time=moment)
    until_then = _read_all(api, query=WIDE, end_time=moment)
    assert from_then[-1]["meta"]["oldest_id"] > until_then[0]["meta"]["newest_id"]
    assert sum(page["meta"]["result_count"] for page in [*from_then, *until_then]) == len(ON_X)
    assert re.search("FAKE NEWS", from_then[-1]["data"][-1]["text"])


def test_since_and_until_leave_out_the_post_itself(api: httpx2.Client) -> None:
    number = _get(api, query="from:compte-demo-9")["data"][0]["id"]
    newer = _read_all(api, query=WIDE, since_id=number)
    older = _read_all(api, query=WIDE, until_id=number)
    assert sum(page["meta"]["result_count"] for page in [*newer, *older]) == len(ON_X) - 1


def test_the_whole_archive_takes_larger_pages_and_longer_queries(api: httpx2.Client) -> None:
    query = " OR ".join(["Kidal"] * 70)
    assert len(query) > 512
    answer = api.get("/2/tweets/search/all", params={"query": query, "max_results": "500"})
    assert answer.status_code == 200


def test_tweepy_reads_it_page_by_page(client: tweepy.Client) -> None:
    pages = list(
        tweepy.Paginator(
            client.search_recent_tweets,
            "Kidal -is:retweet",
            max_results=100,
            expansions=["author_id", "attachments.media_keys"],
            tweet_fields=["created_at", "lang", "public_metrics"],
            media_fields=["url", "variants", "alt_text"],
        )
    )
    assert len(pages) > 1
    tweets = [tweet for page in pages for tweet in page.data]
    assert all(tweet.created_at.tzinfo and tweet.lang and tweet.public_metrics for tweet in tweets)
    media = {medium.media_key: medium for page in pages for medium in page.includes.get("media", [])}
    for tweet in tweets:
        for key in (tweet.attachments or {}).get("media_keys", []):
            assert media[key].url or media[key].variants


def test_tweepy_recognises_a_wrong_token(shared_replay: Replay) -> None:
    client = tweepy.Client("wrong")
    client.session.mount("https://api.twitter.com/", _Redirect(shared_replay.x_base_url))
    with pytest.raises(tweepy.Unauthorized):
        client.search_recent_tweets("Kidal")
    client.session.close()


def test_nothing_outside_the_media_folder_can_be_fetched(api: httpx2.Client) -> None:
    for path in ("/media/../posts.csv", "/media/%2e%2e%2fposts.csv", "/media/", "/media/none.jpg"):
        assert api.get(path).status_code == 404


def _get(api: httpx2.Client, **params: str) -> dict[str, Any]:
    answer = api.get(RECENT, params=params)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def _read_all(api: httpx2.Client, **params: str) -> list[dict[str, Any]]:
    pages = [_get(api, **params)]
    while "next_token" in pages[-1]["meta"]:
        pages.append(_get(api, **params, next_token=pages[-1]["meta"]["next_token"]))
    return pages
