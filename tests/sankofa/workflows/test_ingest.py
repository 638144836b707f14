"""Collecting: what is kept, in which order, and that doing it again changes nothing."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from crawlers.errors import SourceUnavailableError
from crawlers.source import Batch, CollectRequest
from index.errors import LeaseTakenError
from index.leases import hold
from index.model import Appearance, Capture, Cursor, Match, MediaItem, Post, Record
from sankofa.desk import Desk
from sankofa.workflows import ingest
from sankofa.workflows.ingest import collect
from sankofa.workflows.known import add_known
from tests.pictures import draw_picture, mirror, save_picture
from tests.sankofa.desks import ListSource, collected, open_test_desk

REQUEST = CollectRequest(words=("tunnels",))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_test_desk(tmp_path)


def everything(desk: Desk) -> list[object]:
    kinds = (Post, Capture, MediaItem, Appearance, Match, Cursor)
    return [record for kind in kinds for record in desk.store.iter_records(kind)]


def test_a_post_is_kept_with_its_capture_its_media_and_where_they_appeared(desk: Desk, tmp_path: Path) -> None:
    picture = save_picture(tmp_path, "a.jpg", draw_picture(1))

    tally = collect(desk, ListSource([collected("p1", picture)]), REQUEST)

    (post,) = desk.store.iter_records(Post)
    (capture,) = desk.store.iter_records(Capture)
    (item,) = desk.store.iter_records(MediaItem)
    (appearance,) = desk.store.iter_records(Appearance)
    assert (tally.posts, tally.new_posts, tally.media, tally.new_media) == (1, 1, 1, 1)
    assert capture.subject_id == post.id
    assert capture.metrics == (("likes", 3),)
    assert (appearance.subject_id, appearance.post_id, appearance.role) == (item.id, post.id, "seen")
    assert appearance.appeared_on == "2023-11-15T10:00:00Z"
    assert desk.vault.read(item.sha256) == picture.read_bytes()


def test_a_mirrored_copy_of_known_media_is_suggested_when_it_is_collected(desk: Desk, tmp_path: Path) -> None:
    known = add_known(desk, save_picture(tmp_path, "old.jpg", draw_picture(1))).item
    copy = save_picture(tmp_path, "copy.jpg", mirror(draw_picture(1)), quality=40)

    tally = collect(desk, ListSource([collected("p1", copy)]), REQUEST)

    (match,) = desk.store.iter_records(Match)
    assert tally.matches == 1
    assert (match.target_id, match.status) == (known.id, "suggested")
    assert "mirrored" in match.evidence.alterations


def test_newly_known_media_are_matched_against_everything_collected_before(desk: Desk, tmp_path: Path) -> None:
    copy = save_picture(tmp_path, "copy.jpg", mirror(draw_picture(1)), quality=40)
    other = save_picture(tmp_path, "other.jpg", draw_picture(2))
    collect(desk, ListSource([collected("p1", copy), collected("p2", other)]), REQUEST)

    kept = add_known(desk, save_picture(tmp_path, "old.jpg", draw_picture(1)))

    (match,) = kept.new_matches
    assert match.target_id == kept.item.id
    assert [found.id for found in desk.store.iter_records(Match)] == [match.id]


def test_both_ways_give_the_same_evidence(tmp_path: Path) -> None:
    old = save_picture(tmp_path, "old.jpg", draw_picture(1))
    copy = save_picture(tmp_path, "copy.jpg", mirror(draw_picture(1)), quality=30)
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    known_first, seen_first = open_test_desk(tmp_path / "one"), open_test_desk(tmp_path / "two")

    add_known(known_first, old)
    collect(known_first, ListSource([collected("p1", copy)]), REQUEST)
    collect(seen_first, ListSource([collected("p1", copy)]), REQUEST)
    add_known(seen_first, old)

    assert list(known_first.store.iter_records(Match)) == list(seen_first.store.iter_records(Match))


def test_the_next_run_goes_on_behind_the_kept_position(desk: Desk, tmp_path: Path) -> None:
    source = ListSource([collected("p1"), collected("p2")])

    collect(desk, source, REQUEST)
    again = collect(desk, source, REQUEST)

    assert source.asked_from == ["", "2"]
    assert again.posts == 0


def test_another_request_has_a_position_of_its_own(desk: Desk) -> None:
    source = ListSource([collected("p1")])

    collect(desk, source, REQUEST)
    collect(desk, source, CollectRequest(words=("convoi",)))

    assert source.asked_from == ["", ""]


def test_reading_everything_again_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    picture = save_picture(tmp_path, "a.jpg", draw_picture(1))
    add_known(desk, save_picture(tmp_path, "old.jpg", draw_picture(1), quality=50))
    collect(desk, ListSource([collected("p1", picture)]), REQUEST)
    before = everything(desk)

    again = collect(desk, ListSource([collected("p1", picture)], name="list"), CollectRequest(words=("other",)))

    assert (again.new_posts, again.new_media, again.matches) == (0, 0, 0)
    assert [record for record in everything(desk) if not isinstance(record, Cursor)] == [
        record for record in before if not isinstance(record, Cursor)
    ]


def test_a_source_that_fails_leaves_what_came_before(desk: Desk) -> None:
    class Failing(ListSource):
        def iter_batches(self, request: CollectRequest, position: str) -> Iterator[Batch]:
            yield from super().iter_batches(request, position)
            raise SourceUnavailableError("gone")

    with pytest.raises(SourceUnavailableError):
        collect(desk, Failing([collected("p1")]), REQUEST)

    assert desk.store.count(Post) == 1
    (cursor,) = desk.store.iter_records(Cursor)
    assert cursor.position == "1"


def test_media_that_cannot_be_opened_are_kept_and_their_reason_told(desk: Desk, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture at all")

    tally = collect(desk, ListSource([collected("p1", broken)]), REQUEST)

    (item,) = desk.store.iter_records(MediaItem)
    assert item.kind == "other"
    assert desk.vault.read(item.sha256) == b"no picture at all"
    ((where, why),) = tally.refused
    assert where == "https://media.example/broken.jpg"
    assert why


def test_a_dry_run_keeps_nothing(desk: Desk, tmp_path: Path) -> None:
    picture = save_picture(tmp_path, "a.jpg", draw_picture(1))

    tally = collect(desk, ListSource([collected("p1", picture)]), REQUEST, dry_run=True)

    assert (tally.posts, tally.media) == (1, 1)
    assert everything(desk) == []


def test_a_second_run_of_the_same_request_is_refused_and_another_request_is_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Nested(ListSource):
        def iter_batches(self, request: CollectRequest, position: str) -> Iterator[Batch]:
            with pytest.raises(LeaseTakenError):
                collect(desk, ListSource([collected("p2")]), request)
            collect(desk, ListSource([collected("p3")]), CollectRequest(words=("other",)))
            yield from super().iter_batches(request, position)

    monkeypatch.setattr(ingest, "hold", partial(hold, seconds=2))
    collect(desk, Nested([collected("p1")]), REQUEST)

    kept = {post.id for post in desk.store.iter_records(Post)}
    assert kept == {collected("p1").post.id, collected("p3").post.id}


def test_a_run_that_was_taken_over_stops_at_its_next_batch(desk: Desk) -> None:
    class Overtaken(ListSource):
        def iter_batches(self, request: CollectRequest, position: str) -> Iterator[Batch]:
            (first,) = super().iter_batches(request, position)
            yield first
            (cursor,) = desk.store.iter_records(Cursor)
            desk.store.revise(replace(cursor, position="9"), expected_revision=cursor.revision)
            yield first
            pytest.fail("it went on")

    with pytest.raises(LeaseTakenError, match="went on"):
        collect(desk, Overtaken([collected("p1")]), REQUEST)

    (cursor,) = desk.store.iter_records(Cursor)
    assert cursor.position == "9"


def test_a_post_that_comes_twice_in_a_batch_is_one_post_with_its_first_capture(desk: Desk) -> None:
    first = collected("p1")
    batch = Batch(items=(first, replace(first, metrics={"likes": 9})), position="2")

    tally = ingest.keep_batch(desk, ListSource([]), batch, None)

    (capture,) = desk.store.iter_records(Capture)
    assert (tally.posts, tally.new_posts) == (2, 1)
    assert capture.metrics == (("likes", 3),)


def test_a_capture_that_another_desk_kept_a_moment_before_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    item, source = collected("p1"), ListSource([])
    add = desk.store.add

    def add_behind_another(records: list[Record]) -> frozenset[str]:
        if any(isinstance(record, Capture) for record in records):
            monkeypatch.undo()
            other = replace(item, metrics={"likes": 9})
            ingest.keep_batch(desk, source, Batch(items=(other,), position=""), None)
        return add(records)

    monkeypatch.setattr(desk.store, "add", add_behind_another)

    ingest.keep_batch(desk, source, Batch(items=(item, collected("p2")), position=""), None)

    assert {capture.metrics for capture in desk.store.iter_records(Capture)} == {(("likes", 9),), (("likes", 3),)}
