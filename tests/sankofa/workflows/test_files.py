import os
import socket
from contextlib import closing
from pathlib import Path

import pytest

from sankofa.workflows.files import GivenFile, iter_files, iter_given


def walk(folder: Path) -> dict[str, str]:
    """Why each file below is refused, by its name below, in the order of the walk."""
    files = list(iter_files(str(folder)))
    assert all(file.path == Path(file.name) for file in files)
    return {file.name.removeprefix(f"{folder}/"): file.refusal for file in files}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files, two folders below, and a file beside."""
    (tmp_path / "in" / "deep" / "deeper").mkdir(parents=True)
    for name in ("in/b.jpg", "in/a.jpg", "in/deep/c.txt", "in/deep/deeper/d.jpg", "beside.jpg"):
        (tmp_path / name).write_text(name)
    return tmp_path / "in"


def test_files_come_before_the_folders_beside_them_in_order_of_names(folder: Path) -> None:
    assert list(walk(folder)) == ["a.jpg", "b.jpg", "deep/c.txt", "deep/deeper/d.jpg"]
    assert not any(walk(folder).values())


def test_links_are_answered_and_not_followed(folder: Path) -> None:
    goals = {"file": folder.parent / "beside.jpg", "folder": folder / "deep", "loop": folder, "lost": Path("nowhere")}
    for name, goal in goals.items():
        (folder / "deep" / name).symlink_to(goal)

    found = walk(folder)

    below = [
        "a.jpg",
        "b.jpg",
        *(f"deep/{name}" for name in ("c.txt", "file", "folder", "loop", "lost", "deeper/d.jpg")),
    ]
    assert list(found) == below
    assert [name for name, why in found.items() if "links are not followed" in why] == below[3:7]


def test_pipes_and_sockets_are_answered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "pipe.jpg")
    monkeypatch.chdir(folder)  # the address of a socket is short
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind("socket.jpg")
        found = walk(folder)

    refused = [name for name, why in found.items() if why]
    assert refused == ["pipe.jpg", "socket.jpg"]
    assert "no regular file" in found["pipe.jpg"]


def test_a_folder_that_cannot_be_read_is_answered_and_the_rest_is_walked(folder: Path) -> None:
    name, inside = "n" * 250, os.open(folder, os.O_RDONLY)
    for _ in range(17):  # longer than a path may be
        os.mkdir(name, dir_fd=inside)
        outside, inside = inside, os.open(name, os.O_RDONLY, dir_fd=inside)
        os.close(outside)
    os.close(inside)

    *others, (deepest, why) = walk(folder).items()

    assert [name for name, _ in others] == ["a.jpg", "b.jpg", "deep/c.txt", "deep/deeper/d.jpg"]
    assert deepest.startswith(name)
    assert why == "cannot be read: File name too long"


def test_names_begin_as_they_were_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)

    assert [file.name for file in iter_files("./deep/")] == ["./deep/c.txt", "./deep/deeper/d.jpg"]
    assert list(iter_files("./none.jpg")) == [GivenFile(Path("none.jpg"), "./none.jpg")]


def test_a_link_that_a_person_names_is_followed(folder: Path) -> None:
    (folder.parent / "link").symlink_to(folder)

    assert [file.path.name for file in iter_files(f"{folder.parent}/link")] == ["a.jpg", "b.jpg", "c.txt", "d.jpg"]


def test_folders_without_any_file_are_told_in_their_turn(folder: Path) -> None:
    (folder.parent / "empty" / "er").mkdir(parents=True)
    told: list[str] = []

    found = iter_given([f"{folder}/deep", f"{folder.parent}/empty", f"{folder}/a.jpg"], told.append)

    assert [file.path.name for file in found] == ["c.txt", "d.jpg", "a.jpg"]
    assert told == [f"{folder.parent}/empty"]
