"""The crawlers of production read the replay whole: every post once, every medium as it was made."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from crawlers.guard import GuardedFetcher
from crawlers.source import Collected, CollectRequest, Source
from crawlers.sources.files import FileSource
from crawlers.sources.x import XSource
from sankofa.demo.case import load_case
from sankofa.demo.replay import ALLOWED_NETWORKS, Replay

POSTS = {(post.platform == "x", post.text): post for post in load_case().posts}
NOVEMBER = CollectRequest(
    since=datetime(2023, 11, 1, tzinfo=UTC), until=datetime(2023, 11, 30, 23, 59, 59, tzinfo=UTC), words=("Kidal",)
)


def _open_x(replay: Replay) -> Source:
    fetcher = GuardedFetcher(allowed_networks=tuple(map(ip_network, ALLOWED_NETWORKS)))
    return XSource(
        "demo-x",
        bearer_token=replay.x_bearer_token,
        fetcher=fetcher,
        api_url=replay.x_base_url,
        search="all",
        words=("Kidal", "Aguelhoc", "كيدال", "Djibo", "Niamey", "russes", "tissu", "Niger"),
    )


def _open_posts(replay: Replay) -> Source:
    return FileSource(replay.posts_file)


@pytest.mark.parametrize(("open_source", "on_x"), [(_open_x, True), (_open_posts, False)])
def test_every_post_comes_once_with_its_media(
    shared_replay: Replay, open_source: Callable[[Replay], Source], on_x: bool
) -> None:
    seen = []
    for batch in open_source(shared_replay).iter_batches(CollectRequest(), ""):
        assert batch.refused == ()
        for item in batch.items:
            told = POSTS[on_x, item.post.text]
            seen.append(told.key)
            assert _digest_media(item) == [_digest(shared_replay.files[key]) for key in told.media]
            assert item.post.published_at == told.published_at
    assert sorted(seen) == sorted(post.key for (where, _), post in POSTS.items() if where is on_x)


def test_the_month_of_kidal_on_x_needs_several_pages(shared_replay: Replay) -> None:
    before = shared_replay.request_counts["/2/tweets/search/all"]
    items = [item for batch in _open_x(shared_replay).iter_batches(NOVEMBER, "") for item in batch.items]
    assert shared_replay.request_counts["/2/tweets/search/all"] - before > 1
    assert {item.post.author for item in items} >= {"@compte-demo-1", "@compte-demo-9"}
    assert all(item.post.published_at and item.post.published_at.month == 11 for item in items)


def test_a_second_run_from_the_last_position_brings_nothing(shared_replay: Replay) -> None:
    for source in (_open_x(shared_replay), _open_posts(shared_replay)):
        position = [batch.position for batch in source.iter_batches(CollectRequest(), "")][-1]
        assert not [item for batch in source.iter_batches(CollectRequest(), position) for item in batch.items]


def _digest_media(item: Collected) -> list[str]:
    return [_digest(medium.path) for medium in item.media if medium.path]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
