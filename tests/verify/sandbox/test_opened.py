import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.sandbox.opened import OpenedFile

CONTENT = bytes(range(200))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedFile]:
    path = tmp_path_factory.mktemp("opened") / "a"
    path.write_bytes(CONTENT)
    descriptor = os.open(path, os.O_RDONLY)
    path.unlink()
    yield OpenedFile.at(descriptor)
    os.close(descriptor)


def test_it_reads_what_has_no_name_any_more(opened: OpenedFile) -> None:
    assert opened.read_bytes() == CONTENT
    assert (opened.is_file(), opened.exists(), opened.stat().st_size) == (True, True, 200)


def test_two_readers_do_not_meet(opened: OpenedFile) -> None:
    with opened.open("rb") as one, opened.open("rb") as other:
        assert (one.read(10), other.read(20), one.read(10)) == (CONTENT[:10], CONTENT[:20], CONTENT[10:20])


def test_it_is_not_written_to(opened: OpenedFile) -> None:
    with pytest.raises(ValueError, match="read as bytes"):
        opened.open("wb")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    assert not OpenedFile.at(descriptor).is_file()
    os.close(descriptor)


@given(st.lists(st.tuples(st.integers(-250, 250), st.sampled_from((0, 1, 2)), st.integers(0, 60)), max_size=12))
def test_it_seeks_as_any_file_does(opened: OpenedFile, steps: list[tuple[int, int, int]]) -> None:
    model = 0
    with opened.open("rb") as file:
        for offset, whence, size in steps:
            target = {0: 0, 1: model, 2: len(CONTENT)}[whence] + offset
            if target < 0:
                with pytest.raises(OSError, match="before the first byte"):
                    file.seek(offset, whence)
                return
            assert file.seek(offset, whence) == target
            assert file.read(size) == CONTENT[target : target + size]
            model = file.tell()
            assert model == target + len(CONTENT[target : target + size])
