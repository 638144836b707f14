"""What every source promises; each implementation's tests inherit this class.

The small world that a subclass serves has :data:`POST_COUNT` posts on consecutive days from :data:`FIRST_DAY`, numbered from 0,
at noon UTC. Each post's text holds ``number N``; number 2 has one picture with the bytes :data:`PICTURE`.
"""

import re
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta

import pytest

from crawlers.source import Batch, Collected, CollectRequest, Source

POST_COUNT = 7
FIRST_DAY = datetime(2023, 11, 10, 12, tzinfo=UTC)
PICTURE = b"\xff\xd8\xff\xe0 the picture of number 2"


def day(number: int) -> datetime:
    """Return when post *number* of the world was published."""
    return FIRST_DAY + timedelta(days=number)


def read_number(item: Collected) -> int:
    """Return the number that the text of a post of the world holds."""
    match = re.search(r"number (\d+)", item.post.text)
    assert match is not None
    return int(match[1])


def read_numbers(batches: list[Batch]) -> list[int]:
    """Return the numbers of all posts of *batches*, in their order."""
    return [read_number(item) for batch in batches for item in batch.items]


def describe(item: Collected) -> tuple[object, ...]:
    """Return all of an item that two runs must agree on: everything but the moment, with bytes for paths."""
    media = tuple(
        (medium.attachment, medium.path and medium.path.read_bytes(), medium.failure, medium.bank, medium.caption)
        for medium in item.media
    )
    return (item.post, item.capture_url, media, item.claim_reviews, dict(item.metrics))


class SourceContract(ABC):
    """Inherit, and give a source that reads the small world."""

    request = CollectRequest(words=("number",))

    @pytest.fixture
    @abstractmethod
    def source(self) -> Source:
        """Return a source on the small world."""

    @abstractmethod
    def add_post(self, number: int) -> None:
        """Publish one more post, of a later day than all others."""

    def collect(self, source: Source, position: str = "", **changes: object) -> list[Batch]:
        """Read everything behind *position*, with the contract's request changed by *changes*."""
        request = CollectRequest(**{**self.request.__dict__, **changes})
        return list(source.iter_batches(request, position))

    def test_every_post_is_read_once(self, source: Source) -> None:
        assert sorted(read_numbers(self.collect(source))) == list(range(POST_COUNT))

    def test_identifiers_are_distinct_and_named_after_content(self, source: Source) -> None:
        posts = [item.post for batch in self.collect(source) for item in batch.items]
        assert len({post.id for post in posts}) == POST_COUNT
        assert all(re.fullmatch(r"P(-[0-9A-Z]{4}){4}", post.id) for post in posts)

    def test_the_day_of_publication_is_aware_utc(self, source: Source) -> None:
        for batch in self.collect(source):
            for item in batch.items:
                assert item.post.published_at == day(read_number(item))
                assert item.post.published_at.tzinfo is UTC
                assert item.retrieved_at.tzinfo is UTC

    def test_original_bytes_are_there_until_the_next_batch_is_asked_for(self, source: Source) -> None:
        found = []
        for batch in source.iter_batches(self.request, ""):
            for item in batch.items:
                found += [(read_number(item), medium.path.read_bytes()) for medium in item.media if medium.path]
        assert found == [(2, PICTURE)]

    def test_the_same_world_and_position_give_the_same_batches(self, source: Source) -> None:
        def run() -> list[tuple[object, ...]]:
            batches = source.iter_batches(self.request, "")
            return [(batch.position, batch.refused, [describe(item) for item in batch.items]) for batch in batches]

        assert run() == run()

    def test_a_run_that_is_cut_behind_any_batch_is_continued_without_loss_or_double(self, source: Source) -> None:
        whole = self.collect(source)
        assert len(whole) > 1
        for cut in range(1, len(whole) + 1):
            rest = self.collect(source, whole[cut - 1].position)
            assert read_numbers(whole[:cut]) + read_numbers(rest) == read_numbers(whole)

    def test_a_run_that_is_cut_behind_every_batch_ends_as_one_that_is_not(self, source: Source) -> None:
        numbers, position = [], ""
        for _ in range(20 * POST_COUNT):
            batch = next(iter(source.iter_batches(self.request, position)), None)
            if batch is None:
                break
            numbers += read_numbers([batch])
            position = batch.position
        assert sorted(numbers) == list(range(POST_COUNT))
        assert position == self.collect(source)[-1].position

    def test_a_run_that_is_cut_within_a_batch_reads_that_batch_again(self, source: Source) -> None:
        running = iter(source.iter_batches(self.request, ""))
        first, second = next(running), next(running)
        running.close()  # type: ignore[attr-defined]  # a generator in every implementation
        again = [item.post for batch in self.collect(source, first.position) for item in batch.items]
        assert again[: len(second.items)] == [item.post for item in second.items]

    def test_nothing_is_read_twice(self, source: Source) -> None:
        position = self.collect(source)[-1].position
        assert self.collect(source, position) == []

    def test_what_is_published_later_is_read_alone(self, source: Source) -> None:
        position = self.collect(source)[-1].position
        self.add_post(POST_COUNT)
        batches = self.collect(source, position)
        assert read_numbers(batches) == [POST_COUNT]
        assert self.collect(source, batches[-1].position) == []

    @pytest.mark.parametrize("limit", [1, 3, 50])
    def test_a_limit_is_kept_and_the_next_run_goes_on_behind_it(self, source: Source, limit: int) -> None:
        numbers: list[int] = []
        position = ""
        while (batches := self.collect(source, position, limit=limit)) and len(numbers) <= POST_COUNT:
            assert len(read_numbers(batches)) <= limit
            numbers += read_numbers(batches)
            position = batches[-1].position
        assert sorted(numbers) == list(range(POST_COUNT))

    def test_both_bounds_of_the_period_are_inclusive(self, source: Source) -> None:
        assert sorted(read_numbers(self.collect(source, since=day(2), until=day(4)))) == [2, 3, 4]
        assert sorted(read_numbers(self.collect(source, since=day(6)))) == [6]
        assert sorted(read_numbers(self.collect(source, until=day(0)))) == [0]

    def test_a_period_without_posts_gives_none(self, source: Source) -> None:
        assert read_numbers(self.collect(source, since=day(100))) == []

    def test_name_and_tool_say_who_fetches(self, source: Source) -> None:
        assert source.name
        assert re.search(r"\d", source.tool)
