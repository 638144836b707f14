from pathlib import Path

import pytest

from tests.verify.agreement.pairs import draw_photo
from verify.jpeg import estimate_jpeg_quality


@pytest.mark.parametrize("quality", [5, 30, 49, 50, 75, 90, 95])
def test_the_quality_that_a_file_was_saved_with_is_read_off_it(tmp_path: Path, quality: int) -> None:
    path = tmp_path / "saved.jpg"
    draw_photo(1, 96, 96).save(path, quality=quality)
    assert estimate_jpeg_quality(path) == quality


def test_the_last_saving_counts(tmp_path: Path) -> None:
    path = tmp_path / "saved.jpg"
    draw_photo(1, 96, 96).save(path, quality=20)
    draw_photo(2, 96, 96).save(path, quality=80)
    assert estimate_jpeg_quality(path) == 80


def test_tables_of_another_rule_say_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.jpg"
    odd = [1 if index % 2 else 200 for index in range(64)]
    draw_photo(1, 96, 96).save(path, qtables=[odd, odd])
    assert estimate_jpeg_quality(path) is None


def test_other_files_have_no_quality(tmp_path: Path) -> None:
    png, text = tmp_path / "a.png", tmp_path / "a.jpg"
    draw_photo(1, 96, 96).save(png)
    text.write_bytes(b"\xff\xd8\xff no picture")
    assert (estimate_jpeg_quality(png), estimate_jpeg_quality(text)) == (None, None)
