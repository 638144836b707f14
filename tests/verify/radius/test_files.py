from pathlib import Path

import numpy as np
import pytest

from tests.verify.radius.drawing import draw_words
from verify.radius import RadiusFileError, RadiusIndex
from verify.radius.files import FILE_NAME

WORDS = draw_words(np.random.default_rng(1), 40_000, 32)
CODES = WORDS.view(np.uint8)


def build(count: int = len(CODES)) -> RadiusIndex[int]:
    index: RadiusIndex[int] = RadiusIndex(table_bytes_per_code=1000.0)
    index.add(range(count), CODES[:count])
    return index


def test_what_was_saved_answers_the_same_from_the_file(tmp_path: Path) -> None:
    index = build()
    index.save(tmp_path / "pdq", "row 40000")

    opened: RadiusIndex[int] = RadiusIndex.open(tmp_path / "pdq")

    assert (len(opened), opened.stamp, opened.layouts) == (40_000, "row 40000", index.layouts)
    assert opened.layouts[0] is not None
    assert opened.search(CODES[:50], 31) == index.search(CODES[:50], 31)
    assert [path.name for path in (tmp_path / "pdq").iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("count", [0, 1, 500])
def test_small_indexes_and_empty_ones_are_saved_too(tmp_path: Path, count: int) -> None:
    build(count).save(tmp_path)

    opened: RadiusIndex[int] = RadiusIndex.open(tmp_path)

    assert len(opened) == count
    assert opened.search(CODES[:5], 31) == build(count).search(CODES[:5], 31)


def test_keys_of_text_survive(tmp_path: Path) -> None:
    index: RadiusIndex[str] = RadiusIndex()
    index.add(["é", 'a"\n', "é"], CODES[:3])
    index.save(tmp_path)
    opened: RadiusIndex[str] = RadiusIndex.open(tmp_path)

    assert opened.search(CODES[:3], 0) == index.search(CODES[:3], 0)


def test_keys_of_pairs_survive(tmp_path: Path) -> None:
    index: RadiusIndex[tuple[str, int]] = RadiusIndex()
    index.add([("v", 1), ("v", 2), ("w", 1)], CODES[:3])
    index.save(tmp_path)
    opened: RadiusIndex[tuple[str, int]] = RadiusIndex.open(tmp_path)

    assert opened.search(CODES[:3], 0) == index.search(CODES[:3], 0)


def test_an_opened_index_is_added_to_and_removed_from_without_touching_the_file(tmp_path: Path) -> None:
    build(30_000).save(tmp_path)
    before = (tmp_path / FILE_NAME).read_bytes()
    opened: RadiusIndex[int] = RadiusIndex.open(tmp_path)
    opened.remove(7)
    opened.add([40_000], CODES[7:8])
    expected = build(30_000)
    expected.remove(7)
    expected.add([40_000], CODES[7:8])

    assert opened.search(CODES[:20], 31) == expected.search(CODES[:20], 31)
    assert (tmp_path / FILE_NAME).read_bytes() == before
    opened.save(tmp_path, "later")
    again: RadiusIndex[int] = RadiusIndex.open(tmp_path)
    assert again.stamp == "later"
    assert again.search(CODES[:20], 31) == expected.search(CODES[:20], 31)


def test_an_absent_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(RadiusFileError, match="cannot be opened"):
        RadiusIndex.open(tmp_path / "nowhere")


@pytest.mark.parametrize("where", [0, 10, 20, 200, 5_000, -40, -1])
def test_one_changed_byte_is_noticed_wherever_it_lies(tmp_path: Path, where: int) -> None:
    build(500).save(tmp_path)
    content = bytearray((tmp_path / FILE_NAME).read_bytes())
    content[where] ^= 1
    (tmp_path / FILE_NAME).write_bytes(content)

    with pytest.raises(RadiusFileError, match="damaged"):
        RadiusIndex.open(tmp_path)


@pytest.mark.parametrize("length", [0, 1, 16, 40, 1_000])
def test_a_file_cut_short_is_noticed(tmp_path: Path, length: int) -> None:
    build(500).save(tmp_path)
    content = (tmp_path / FILE_NAME).read_bytes()
    (tmp_path / FILE_NAME).write_bytes(content[:length])

    with pytest.raises(RadiusFileError):
        RadiusIndex.open(tmp_path)


def test_an_index_of_another_width_is_refused(tmp_path: Path) -> None:
    build(500).save(tmp_path)

    with pytest.raises(RadiusFileError, match="not an index of codes of 8 bytes"):
        RadiusIndex.open(tmp_path, 8)


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(500).save(tmp_path, "old")

    def fail(_: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("verify.arrays.os.fsync", fail)
    with pytest.raises(OSError, match="the disk is full"):
        build(600).save(tmp_path, "new")

    opened: RadiusIndex[int] = RadiusIndex.open(tmp_path)
    assert (opened.stamp, len(opened)) == ("old", 500)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
