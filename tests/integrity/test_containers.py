"""Containers that a stranger may send: refused before anything is read of what they hold, and nothing is ever written."""

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sankofa.verifier import MANIFEST
from tests.integrity.world import World, build_world, judge, repack, unpack

DATE = (2023, 12, 5, 9, 30, 0)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build_world(tmp_path_factory.mktemp("newsroom"))


def build(*members: tuple[zipfile.ZipInfo | str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    opened = io.BytesIO()
    with zipfile.ZipFile(opened, "w", compression) as written:
        for name, content in members:
            written.writestr(name, content)
    return opened.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("report/link", DATE)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def overlap(content: bytes) -> bytes:
    """Let the second member of the directory lie where the first one does."""
    place = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", place + 1)
    return content[: second + 42] + content[place + 42 : place + 46] + content[second + 46 :]


HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "no ZIP": lambda: b"%PDF-1.7",
    "a ZIP of nothing": lambda: build(),
    "an absolute name": lambda: build(("/etc/passwd", b"x")),
    "a name that climbs": lambda: build(("../../x", b"x")),
    "a drive": lambda: build(("C:/x", b"x")),
    "a backslash": lambda: build(("a\\b", b"x")),
    "another alphabet": lambda: build(("аbout", b"x")),
    "a bomb": lambda: build(("pack.json", bytes(1 << 24)), compression=zipfile.ZIP_DEFLATED),
    "a link": lambda: build((link(), b"/etc/passwd")),
    "names that differ by case": lambda: repack({"A": b"1", "B": b"", "a": b"2", MANIFEST: b""}, (0, 0)),
    "members that overlap": lambda: overlap(build(("a", b"1"), ("b", b"2"))),
    "a size that lies": lambda: repack({"a": b"1" * 9, MANIFEST: b""}, (0, 0)).replace(
        b"\t\0\0\0", b"\xff\xff\xff\xff"
    ),
    "a note behind it": lambda: repack({"a": b"", MANIFEST: b""}, (0, 0))[:-2] + b"\x03\0abc",
}


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_container_that_is_not_as_we_write_one_is_refused(made: Callable[[], bytes]) -> None:
    found = judge(made())

    assert found.problems
    assert {one.code for one in found.problems} <= {
        "no_pack", "name_refused", "member_foreign", "container_foreign", "cut_off", "missing",
    }  # fmt: skip


def test_the_same_member_twice_is_refused(world: World) -> None:
    files, date = unpack(world.pack)
    one = repack({"README.txt": files["README.txt"]}, date)
    head = one[: one.index(b"PK\x01\x02")]

    assert {one.code for one in judge(head + world.pack).problems} == {"name_refused"}


def test_any_reader_of_zip_files_opens_a_pack(world: World, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(world.pack)) as opened:
        assert opened.testzip() is None
        assert {info.date_time for info in opened.infolist()} == {opened.infolist()[0].date_time}
        assert {info.external_attr >> 16 for info in opened.infolist()} == {stat.S_IFREG | 0o644}
        assert opened.namelist()[-1] == MANIFEST
