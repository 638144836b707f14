from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.evidence import MediaEvidence, Transformation
from verify.footage import ASKED_FRAMES, Meeting, Questioning, merge_meetings, order_by_halving, put_times

PLAIN = MediaEvidence("local-features", None, (), "identity", None, None, (), Transformation(), ())


def ask_all(times: list[float | None], answer: dict[int, dict[str, float | None]]) -> list[int]:
    asked = []
    questioning = Questioning(times)
    for number in questioning:
        asked.append(number)
        questioning.put(number, answer.get(number, {}))
    return asked


@given(st.integers(0, 2 * ASKED_FRAMES))
def test_every_frame_comes_once_the_ends_first(count: int) -> None:
    order = order_by_halving(count)
    assert sorted(order) == list(range(count))
    assert order[:2] == [0, count - 1][: len(order)] or count == 1


def test_a_video_of_which_nothing_is_known_is_asked_frame_by_frame() -> None:
    assert sorted(ask_all([0.0, 2.0, 4.0, 6.0, 8.0], {})) == [0, 1, 2, 3, 4]


def test_what_lies_between_two_frames_of_one_stretch_is_not_asked() -> None:
    met: dict[int, dict[str, float | None]] = {n: {"M-1": 30.0 + 2 * n} for n in range(5)}
    assert ask_all([0.0, 2.0, 4.0, 6.0, 8.0], met) == [0, 4]


@pytest.mark.parametrize(
    ("times", "first", "last"),
    [
        ([0.0, 9.0, 18.0], {"M-1": 30.0}, {"M-1": 48.0}),  # too far apart
        ([0.0, 2.0, 4.0], {"M-1": 30.0}, {"M-2": 34.0}),  # two media
        ([0.0, 2.0, 4.0], {"M-1": 30.0}, {"M-1": 90.0}),  # two places of one
        ([0.0, 2.0, 4.0], {"M-1": 30.0}, {"M-1": None}),
    ],
)
def test_what_lies_between_two_frames_that_say_different_things_is_asked(
    times: list[float | None], first: dict[str, float | None], last: dict[str, float | None]
) -> None:
    assert ask_all(times, {0: first, 2: last}) == [0, 2, 1]


def test_a_known_still_that_stands_at_both_ends_stands_between() -> None:
    assert ask_all([0.0, 2.0, 4.0], {0: {"M-1": None}, 2: {"M-1": None}}) == [0, 2]


def test_the_best_meeting_decides_and_all_give_their_times() -> None:
    strong, weak = replace(PLAIN, aligned_points=40, symmetry="mirror"), replace(PLAIN, aligned_points=9)
    merged = merge_meetings([Meeting(4.0, 14.0, weak), Meeting(0.0, 10.0, strong), Meeting(8.0, 18.0, weak)])
    assert (merged.aligned_points, merged.symmetry) == (40, "mirror")
    assert merged.time_codes == ((0.0, 10.0), (4.0, 14.0), (8.0, 18.0))
    (segment,) = merged.segments
    assert (segment.query_start, segment.query_end, segment.known_start, segment.known_end) == (0.0, 8.0, 10.0, 18.0)


def test_the_first_that_is_said_of_a_moment_stands_and_stills_have_no_times() -> None:
    assert put_times(PLAIN, [(0.0, 3.0), (0.0, 7.0), (2.0, 5.0)]).time_codes == ((0.0, 3.0), (2.0, 5.0))
    assert put_times(PLAIN, [(None, None)]).time_codes == ()
    assert put_times(PLAIN, [(None, 5.0)]).segments == ()
