"""Files that become known together: what is the same stays one, and no match between two is lost."""

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from index.backends.embedded import open_embedded
from index.model import Appearance, BankEntry, Match, MediaFacts, MediaItem
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.check import check_file
from sankofa.workflows.files import GivenFile, iter_files
from sankofa.workflows.known import add_known, iter_added
from sankofa.workflows.media import KeptMedium, keep_medium
from tests.pictures import draw_picture, mirror, save_picture
from tests.sankofa.desks import open_test_desk
from verify.errors import MediaRefusedError
from verify.media import MediaLimits
from verify.reading import Reading
from verify.sandbox import InProcessDecoder

SIZE = (320, 240)
SEEN = Appearance(id="", subject_id="", role="seen", url="https://social.example/1")


@pytest.fixture(params=["memory", "embedded"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A desk with either store, in an interpreter that changes threads as often as it can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    opened = open_test_desk(tmp_path)
    if request.param == "embedded":
        opened = replace(opened, store=open_embedded(tmp_path / "sankofa.db"))
    with closing(opened.store):
        yield opened
    sys.setswitchinterval(before)


def run_together(*works: Callable[[], KeptMedium]) -> list[KeptMedium]:
    """Begin all of them at one moment."""
    start = threading.Barrier(len(works), timeout=30)

    def run(work: Callable[[], KeptMedium]) -> KeptMedium:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_of_files_with_the_same_bytes_the_first_is_new_and_all_are_one_medium(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    content = save_picture(tmp_path, "a.jpg", draw_picture(1, SIZE)).read_bytes()
    for number in range(6):
        (folder / f"{number}.jpg").write_bytes(content)

    kept = [answer.result() for _, answer in iter_added(desk, iter_files(str(folder)))]

    assert [one.is_new for one in kept] == [True] + [False] * 5
    assert {one.item.id for one in kept} == {item.id for item in desk.store.iter_records(MediaItem)}
    assert [desk.store.count(kind) for kind in (MediaFacts, BankEntry, Appearance)] == [1, 1, 6]


def test_the_same_file_from_several_sides_at_once_is_new_for_one_of_them(desk: Desk, tmp_path: Path) -> None:
    path = save_picture(tmp_path, "a.jpg", draw_picture(1, SIZE))

    kept = run_together(*[lambda: add_known(desk, path)] * 4)

    assert sorted(one.is_new for one in kept) == [False, False, False, True]
    assert [desk.store.count(kind) for kind in (MediaItem, MediaFacts, BankEntry, Appearance)] == [1, 1, 1, 1]
    assert add_known(desk, path).is_new is False


def test_what_is_seen_and_its_original_at_once_are_matched_by_one_of_the_two(desk: Desk, tmp_path: Path) -> None:
    pairs = []
    for seed in range(4):
        picture = draw_picture(seed, SIZE)
        known = save_picture(tmp_path, f"{seed}.jpg", picture)
        pairs.append((save_picture(tmp_path, f"{seed}-seen.jpg", mirror(picture), quality=60), known))

    for seen, known in pairs:
        one, other = run_together(
            lambda seen=seen: keep_medium(desk, seen, "seen", SEEN),  # type: ignore[misc]  # bound at once
            lambda known=known: add_known(desk, known),  # type: ignore[misc]
        )
        found = [(match.subject_id, match.target_id) for match in (*one.new_matches, *other.new_matches)]
        assert set(found) == {(one.item.id, other.item.id)}

    assert desk.store.count(Match) == len(pairs)


def test_a_file_that_is_not_opened_is_refused_in_its_place(desk: Desk, tmp_path: Path) -> None:
    files = [
        GivenFile(tmp_path, "link", "a link"),
        *iter_files(str(save_picture(tmp_path, "a.jpg", draw_picture(1, SIZE)))),
    ]

    (_, refused), (_, added) = iter_added(desk, files)

    with pytest.raises(InputError, match="a link"):
        refused.result()
    assert added.result().is_new


class _Slow(InProcessDecoder):
    """Gives up at every file."""

    def read(self, path: Path, media_limits: MediaLimits | None = None) -> Reading:
        raise MediaRefusedError("too-expensive", "needs more than 10 s")


def test_a_picture_that_is_refused_is_kept_with_the_reason(tmp_path: Path) -> None:
    desk = replace(open_test_desk(tmp_path), decoder=_Slow())
    path = save_picture(tmp_path, "a.jpg", draw_picture(1, SIZE))

    assert add_known(desk, path).refusal == "needs more than 10 s"
    assert [facts.refusal_reason for facts in desk.store.iter_records(MediaFacts)] == ["too-expensive"]
    assert check_file(desk, path, "a.jpg").error == "needs more than 10 s"


def test_what_was_refused_when_it_was_seen_and_is_read_later_is_found(tmp_path: Path) -> None:
    desk = open_test_desk(tmp_path)
    picture = draw_picture(1)
    path = save_picture(tmp_path, "a.jpg", picture)
    assert keep_medium(replace(desk, decoder=_Slow()), path, "seen", SEEN).refusal

    known = add_known(desk, path).item
    result = check_file(desk, save_picture(tmp_path, "b.jpg", mirror(picture), quality=60), "b.jpg")

    assert [match.item.id for match in result.matches] == [known.id]


@pytest.mark.skipif(sys.platform != "linux", reason="such a file is there on Linux only")
def test_a_file_that_breaks_off_while_it_is_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaRefusedError, match="Input/output error"):
        keep_medium(open_test_desk(tmp_path), Path("/proc/self/mem"), "known")
