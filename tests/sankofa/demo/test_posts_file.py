import csv
import hashlib
from pathlib import Path

from crawlers.rows import COLUMNS as READ_COLUMNS
from crawlers.rows import parse_row
from sankofa.demo.case import load_case
from sankofa.demo.posts_file import COLUMNS
from sankofa.demo.replay import Replay

OFF_X = [post for post in load_case().posts if post.platform != "x"]


def test_every_post_that_is_not_on_x_is_a_row(shared_replay: Replay) -> None:
    rows = _read(shared_replay.posts_file)
    assert {row["id"] for row in rows} == {post.key for post in OFF_X}
    assert {row["platform"] for row in rows} == {"facebook", "tiktok", "whatsapp", "telegram", "youtube"}


def test_the_columns_are_those_that_the_crawlers_read(shared_replay: Replay) -> None:
    assert set(COLUMNS) == set(READ_COLUMNS)
    assert list(_read(shared_replay.posts_file)[0]) == list(COLUMNS)


def test_every_row_is_read_as_the_post_that_it_was(shared_replay: Replay) -> None:
    posts = {post.key: post for post in OFF_X}
    for row in _read(shared_replay.posts_file):
        read, media = parse_row(row, shared_replay.posts_file.parent)
        told = posts[row["id"]]
        assert (read.text, read.language, read.country) == (told.text, told.language, told.country)
        assert read.published_at == told.published_at
        assert len(media) == len(told.media)


def test_media_lie_beside_the_file_unchanged(shared_replay: Replay) -> None:
    folder = shared_replay.posts_file.parent
    posts = {post.key: post for post in OFF_X}
    for row in _read(shared_replay.posts_file):
        names = [name for name in row["media"].split(";") if name]
        originals = [shared_replay.files[key] for key in posts[row["id"]].media]
        assert [_digest(folder / name) for name in names] == [_digest(path) for path in originals]


def test_addresses_lead_to_no_real_page(shared_replay: Replay) -> None:
    for row in _read(shared_replay.posts_file):
        assert row["url"].split("/")[2] == f"{row['platform']}.example"


def test_rows_are_in_the_order_of_time(shared_replay: Replay) -> None:
    moments = [row["published_at"] for row in _read(shared_replay.posts_file)]
    assert moments == sorted(moments)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
