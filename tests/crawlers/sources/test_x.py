"""Posts from X, against a tiny X on loopback."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawlers import x_sweep
from crawlers.errors import (
    CredentialsMissingError,
    RateLimitedError,
    SourceFormatError,
    SourceUnavailableError,
)
from crawlers.guard import FetchLimits, GuardedFetcher
from crawlers.source import Batch, Collected, CollectRequest, Source
from crawlers.sources.x import XSource
from tests.contracts.source import FIRST_DAY, PICTURE, POST_COUNT, SourceContract, day, read_numbers
from tests.crawlers.servers import LOOPBACK, Answer, Server, serve
from tests.crawlers.x_world import World, build_json, build_tweet, number_of

NOW = FIRST_DAY + timedelta(days=POST_COUNT + 2)
REQUEST = CollectRequest(words=("number",))


@dataclass
class Desk:
    world: World
    server: Server

    def open(self, **changes: Any) -> XSource:
        settings: dict[str, Any] = {
            "bearer_token": "secret-token",
            "fetcher": GuardedFetcher(FetchLimits(10_000, 5), LOOPBACK),
            "api_url": self.server.url,
            "clock": lambda: NOW,
            **changes,
        }
        return XSource("x-test", **settings)

    def collect(self, request: CollectRequest = REQUEST, position: str = "", **changes: Any) -> list[Batch]:
        return list(self.open(**changes).iter_batches(request, position))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(x_sweep, "BATCH_POSTS", 2)
    world = World()
    with serve(world.respond) as server:
        yield Desk(world, server)


def fill(world: World, count: int = POST_COUNT) -> None:
    world.tweets = [build_tweet(day(number), f"number {number}") for number in range(count)]


def items_of(batches: list[Batch]) -> list[Collected]:
    return [item for batch in batches for item in batch.items]


def refused(batches: list[Batch]) -> list[tuple[str, str]]:
    return [refusal for batch in batches for refusal in batch.refused]


class TestRecent(SourceContract):
    search = "recent"
    world: World

    @pytest.fixture
    def source(self, desk: Desk) -> Source:
        self.world = desk.world
        fill(self.world)
        self.world.tweets[2]["attachments"] = {"media_keys": ["3_1"]}
        self.world.media = [{"media_key": "3_1", "type": "photo", "url": f"{desk.server.url}/media/a.jpg"}]
        return desk.open(search=self.search)

    @pytest.fixture(autouse=True)
    def picture(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the world serve the contract's picture."""
        search = World.respond

        def respond(world: World, handler: Any) -> Answer:
            if handler.path == "/media/a.jpg":
                return Answer(PICTURE, headers={"Content-Type": "image/jpeg"})
            return search(world, handler)

        monkeypatch.setattr(World, "respond", respond)

    def add_post(self, number: int) -> None:
        self.world.tweets.append(build_tweet(day(number), f"number {number}"))


class TestAll(TestRecent):
    search = "all"


def test_a_post_is_kept_with_author_media_and_counts(desk: Desk) -> None:
    moment = day(5)
    desk.world.tweets = [
        build_tweet(
            moment,
            "short &amp; cut…",
            note_tweet={"text": "the long text &lt;3 &amp; all of it"},
            lang="iw",
            attachments={"media_keys": ["3_1", "7_2", "16_3"]},
        )
    ]
    files = [
        {"content_type": "application/x-mpegURL", "url": "https://video.example/pl.m3u8"},
        {"content_type": "video/mp4", "bit_rate": 632000, "url": "https://video.example/low.mp4"},
        {"content_type": "video/mp4", "bit_rate": 2176000, "url": f"{desk.server.url}/media/high.mp4"},
    ]
    desk.world.media = [
        {"media_key": "3_1", "type": "photo", "url": f"{desk.server.url}/media/a.jpg", "alt_text": "a tunnel"},
        {"media_key": "7_2", "type": "video", "variants": files, "preview_image_url": "https://video.example/p.jpg"},
        {"media_key": "16_3", "type": "animated_gif", "variants": files[:2]},
    ]
    [item] = items_of(desk.collect())
    post = item.post
    number = desk.world.tweets[0]["id"]
    assert (post.platform, post.native_id, post.url) == ("x", number, f"https://x.com/compte_1/status/{number}")
    assert (post.author, post.author_name, post.language) == ("@compte_1", "Compte 1", "he")
    assert post.text == "the long text <3 & all of it"
    assert post.published_at == moment
    assert [(one.kind, one.url.rpartition("/")[2], one.alt_text) for one in post.attachments] == [
        ("image", "a.jpg", "a tunnel"), ("video", "high.mp4", ""), ("video", "low.mp4", ""),
    ]  # fmt: skip
    assert [bool(medium.path) for medium in item.media] == [True, True, False]
    assert item.media[2].failure
    assert item.metrics == {"retweet_count": 3, "like_count": 5, "impression_count": 100}
    assert item.capture_url == f"{desk.server.url}/2/tweets/{number}"


def test_counts_change_nothing_in_the_identifier_and_edits_do(desk: Desk) -> None:
    fill(desk.world, 1)
    [first] = items_of(desk.collect())
    desk.world.tweets[0]["public_metrics"] = {"like_count": 999}
    [liked] = items_of(desk.collect())
    desk.world.tweets[0]["text"] = "number 0, edited"
    [edited] = items_of(desk.collect())
    assert first.post == liked.post
    assert edited.post.id != first.post.id


def test_the_key_goes_to_the_api_and_nowhere_else(desk: Desk) -> None:
    fill(desk.world, 1)
    desk.world.tweets[0]["attachments"] = {"media_keys": ["3_1"]}
    desk.world.media = [{"media_key": "3_1", "type": "photo", "url": f"{desk.server.url}/media/a.jpg"}]
    desk.collect()
    keys = [headers.get("authorization") for headers in desk.server.headers]
    assert keys == ["Bearer secret-token", None]


def test_the_key_is_in_no_log_message(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fill(desk.world, 1)
    desk.collect()
    assert desk.world.authorizations == ["Bearer secret-token"]
    assert "secret-token" not in caplog.text


def test_everything_needed_is_asked_for_in_one_request(desk: Desk) -> None:
    desk.collect(CollectRequest(words=("tunnels de Kidal", "كيدال"), accounts=("@RFI",), languages=("fr", "ar")))
    [asked] = desk.world.asked
    assert asked["path"] == "/2/tweets/search/recent"
    assert asked["query"] == "((tunnels de Kidal) OR كيدال) from:RFI (lang:fr OR lang:ar) -is:retweet"
    assert asked["max_results"] == "100"
    assert set(asked["expansions"].split(",")) >= {"attachments.media_keys", "author_id"}
    assert set(asked["media.fields"].split(",")) >= {"url", "variants", "alt_text", "type"}
    assert set(asked["tweet.fields"].split(",")) >= {"created_at", "lang", "public_metrics", "note_tweet"}
    assert not {"start_time", "end_time", "since_id", "until_id", "next_token"} & set(asked)


def test_what_a_request_leaves_open_is_filled_from_the_catalogue(desk: Desk) -> None:
    desk.collect(CollectRequest(), words=("Kidal",), accounts=("RFI",), languages=("fr",), reposts=True)
    assert desk.world.asked[0]["query"] == "Kidal from:RFI lang:fr"


def test_a_limit_asks_for_small_pages(desk: Desk) -> None:
    fill(desk.world)
    desk.collect(CollectRequest(words=("number",), limit=12))
    assert [asked["max_results"] for asked in desk.world.asked] == ["12", "12", "12"]
    desk.collect(CollectRequest(words=("number",), limit=1))
    assert desk.world.asked[-1]["max_results"] == "10"


def test_full_archive_search_sends_the_whole_period(desk: Desk) -> None:
    request = CollectRequest(
        words=("a",), since=datetime(2020, 1, 1, tzinfo=UTC), until=datetime(2020, 2, 1, tzinfo=UTC)
    )
    desk.collect(request, search="all")
    [asked] = desk.world.asked
    assert asked["path"] == "/2/tweets/search/all"
    assert (asked["start_time"], asked["end_time"]) == ("2020-01-01T00:00:00Z", "2020-02-01T00:00:01Z")


def test_recent_search_never_sends_a_bound_that_x_would_refuse(desk: Desk) -> None:
    old, fresh = NOW - timedelta(days=7), NOW - timedelta(days=6)
    desk.collect(CollectRequest(words=("a",), since=old, until=NOW))
    desk.collect(CollectRequest(words=("a",), since=fresh, until=fresh + timedelta(hours=1)))
    desk.collect(CollectRequest(words=("a",), until=old))
    sent = [{name: asked[name] for name in ("start_time", "end_time") if name in asked} for asked in desk.world.asked]
    assert sent == [
        {},
        {
            "start_time": f"{fresh:%Y-%m-%dT%H:%M:%SZ}",
            "end_time": f"{fresh + timedelta(seconds=3601):%Y-%m-%dT%H:%M:%SZ}",
        },
        {},
    ]


def test_what_lies_before_the_period_is_not_paid_for(desk: Desk) -> None:
    fill(desk.world, 30)
    batches = desk.collect(CollectRequest(words=("a",), since=day(26), until=day(100)))
    assert read_numbers(batches) == [29, 28, 27, 26]
    assert len(desk.world.asked) == 2


def test_posts_behind_the_periods_end_are_still_new_for_a_later_period(desk: Desk) -> None:
    fill(desk.world)
    first = desk.collect(CollectRequest(words=("a",), until=day(3)))
    assert read_numbers(first) == [3, 2, 1, 0]
    later = desk.collect(CollectRequest(words=("a",)), first[-1].position)
    assert read_numbers(later) == [6, 5, 4]


def test_a_finished_run_asks_only_for_what_is_newer(desk: Desk) -> None:
    fill(desk.world)
    position = desk.collect()[-1].position
    desk.world.asked.clear()
    assert desk.collect(position=position) == []
    assert [asked["since_id"] for asked in desk.world.asked] == [desk.world.tweets[-1]["id"]]


def test_a_cut_run_goes_on_below_what_was_kept_and_then_looks_for_news(desk: Desk) -> None:
    fill(desk.world)
    position = desk.collect()[0].position  # 6 and 5 were kept
    desk.world.tweets.append(build_tweet(day(7), "number 7"))
    desk.world.asked.clear()
    batches = desk.collect(position=position)
    assert read_numbers(batches) == [4, 3, 2, 1, 0, 7]
    assert desk.world.asked[0]["until_id"] == desk.world.tweets[5]["id"]
    assert desk.world.asked[-1]["since_id"] == desk.world.tweets[6]["id"]
    assert desk.collect(position=batches[-1].position) == []


def test_other_words_begin_from_the_beginning(desk: Desk) -> None:
    fill(desk.world, 2)
    position = desk.collect()[-1].position
    assert read_numbers(desk.collect(CollectRequest(words=("other",)), position)) == [1, 0]


def test_numbers_that_recent_search_no_longer_knows_are_left_out(desk: Desk) -> None:
    fill(desk.world)
    ancient = number_of(NOW - timedelta(days=40))
    position = desk.collect()[-1].position.replace(desk.world.tweets[-1]["id"], str(ancient))
    desk.world.oldest_number = number_of(NOW - timedelta(days=7))
    desk.world.asked.clear()
    assert read_numbers(desk.collect(position=position)) == [6, 5, 4, 3, 2, 1, 0]
    assert ["since_id" in asked for asked in desk.world.asked] == [True, False, False, False]


def test_an_open_sweep_that_recent_search_no_longer_reaches_is_closed(desk: Desk) -> None:
    fill(desk.world)
    position = json.loads(desk.collect()[0].position)
    ancient = number_of(NOW - timedelta(days=40))
    desk.world.oldest_number = number_of(NOW - timedelta(days=7))
    batches = desk.collect(position=json.dumps({key: [0, ancient, ancient] for key in position}))
    assert read_numbers(batches) == [6, 5, 4, 3, 2, 1, 0]
    assert list(json.loads(batches[-1].position).values()) == [[int(desk.world.tweets[-1]["id"]), 0, 0]]


def test_a_rate_limit_says_when_to_come_back_and_is_not_tried_again(desk: Desk) -> None:
    desk.world.overrides = [build_json({"title": "Too Many Requests"}, 429, **{"x-rate-limit-reset": "1700000000"})]
    with pytest.raises(RateLimitedError) as caught:
        desk.collect()
    assert caught.value.retry_at == datetime.fromtimestamp(1700000000, UTC)
    assert len(desk.world.asked) == 1


def test_a_rate_limit_without_a_time_is_not_tried_again_either(desk: Desk) -> None:
    desk.world.overrides = [build_json({"title": "UsageCapExceeded"}, 429)]
    with pytest.raises(RateLimitedError) as caught:
        desk.collect()
    assert caught.value.retry_at is None
    assert len(desk.world.asked) == 1


def test_a_rate_limit_in_the_middle_keeps_what_was_read(desk: Desk) -> None:
    fill(desk.world)
    running = iter(desk.open().iter_batches(REQUEST, ""))
    batches = [next(running), next(running)]
    desk.world.overrides = [build_json({}, 429)]
    with pytest.raises(RateLimitedError):
        next(running)
    assert read_numbers(batches) == [6, 5, 4]
    assert read_numbers(desk.collect(position=batches[-1].position)) == [3, 2, 1, 0]


@pytest.mark.parametrize("status", [401, 403, 404, 500, 502, 503])
def test_a_refusal_or_failure_of_x_is_unavailable(desk: Desk, status: int) -> None:
    desk.world.overrides = [build_json({"title": "no", "detail": "not now"}, status)]
    with pytest.raises(SourceUnavailableError, match="not now"):
        desk.collect()
    assert len(desk.world.asked) == 1


def test_a_question_that_x_refuses_is_named(desk: Desk) -> None:
    desk.world.overrides = [build_json({"errors": [{"message": "query too clever"}]}, 400)]
    with pytest.raises(SourceUnavailableError, match="query too clever"):
        desk.collect()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>maintenance</html>"), Answer(b"[1]"), Answer(b'"text"'), Answer(b'{"data": "posts"}'),
        Answer(b'{"data": [], "includes": {"users": [{"name": 3}]}}'), Answer(b"[]", 503), Answer(b'{"errors": 5}', 500),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_what_x_documents_is_a_format_error(desk: Desk, answer: Answer) -> None:
    desk.world.overrides = [answer]
    with pytest.raises((SourceFormatError, SourceUnavailableError)):
        desk.collect()


def test_redirects_are_not_followed_with_the_key(desk: Desk) -> None:
    desk.world.overrides = [Answer(status=302, headers={"Location": f"{desk.server.url}/elsewhere"})]
    with pytest.raises(SourceUnavailableError):
        desk.collect()
    assert len(desk.server.requests) == 1


def test_an_unreachable_x_is_unavailable(desk: Desk, closed_port: int) -> None:
    with pytest.raises(SourceUnavailableError):
        desk.collect(api_url=f"http://127.0.0.1:{closed_port}")


def test_a_base_address_may_have_a_path(desk: Desk) -> None:
    desk.collect(api_url=f"{desk.server.url}/proxy/")
    assert desk.server.requests[0].startswith("/proxy/2/tweets/search/recent?")


def test_without_a_key_nothing_is_sent(desk: Desk) -> None:
    with pytest.raises(CredentialsMissingError, match="SANKOFA_X_BEARER_TOKEN"):
        desk.collect(bearer_token="")
    assert desk.server.requests == []


def test_without_words_or_accounts_nothing_is_sent(desk: Desk) -> None:
    with pytest.raises(SourceFormatError, match="words or accounts"):
        desk.collect(CollectRequest(languages=("fr",)))
    assert desk.server.requests == []


def test_a_foreign_position_is_an_error(desk: Desk) -> None:
    for position in ("{", "[]", '{"a": ["b"]}', '{"a": 3}', '{"a": [1, 2, 3, 4]}'):
        with pytest.raises(SourceFormatError, match="no position"):
            desk.collect(position=position)


def test_partial_errors_are_said_and_the_rest_is_kept(desk: Desk) -> None:
    fill(desk.world, 2)
    desk.world.tweets[0]["attachments"] = {"media_keys": ["3_gone"]}
    desk.world.users = []
    desk.world.errors = [
        {"resource_type": "user", "resource_id": "42", "title": "Not Found", "detail": "User has been suspended"}
    ]
    batches = desk.collect()
    assert [item.post.author for item in items_of(batches)] == ["42", "42"]
    assert ("x user 42", "User has been suspended") in refused(batches)
    assert any("3_gone" in why for _, why in refused(batches))


@pytest.mark.parametrize(
    "broken", [{"id": "5"}, {"text": "no number"}, {"id": "abc", "text": "a"}, {"id": "-4", "text": "a"}]
)
def test_a_post_that_cannot_be_read_is_refused_alone(desk: Desk, broken: dict[str, str]) -> None:
    fill(desk.world, 2)
    page = {"data": [*desk.world.tweets, broken], "meta": {}}
    desk.world.overrides = [build_json(page)]
    batches = desk.collect()
    assert read_numbers(batches) == [1, 0]
    [(where, _)] = refused(batches)
    assert where == f"x post {broken.get('id', '?')}"


def test_an_empty_page_in_the_middle_does_not_end_the_run(desk: Desk) -> None:
    fill(desk.world, 2)
    desk.world.overrides = [build_json({"meta": {"result_count": 0, "next_token": "t0"}})]
    assert read_numbers(desk.collect()) == [1, 0]


def test_posts_that_x_repeats_on_the_next_page_come_once(desk: Desk) -> None:
    fill(desk.world, 3)
    newest_first = desk.world.tweets[::-1]
    desk.world.overrides = [
        build_json({"data": newest_first[:2], "meta": {"next_token": "t9"}}),
        build_json({"data": newest_first[1:], "meta": {}}),
    ]
    assert read_numbers(desk.collect()) == [2, 1, 0]
