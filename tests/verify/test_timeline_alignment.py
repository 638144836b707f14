import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.cuts import Cuts
from verify.timeline_alignment import TOLERANCE_SECONDS, align_timelines

Meeting = tuple[float | None, float | None]


def test_no_meeting_has_no_segment() -> None:
    assert align_timelines([]) == ()
    assert align_timelines([(None, 3.0), (2.0, None)]) == ()


def test_a_single_meeting_says_nothing_of_the_speed() -> None:
    (segment,) = align_timelines([(4.0, 31.0)])
    assert (segment.query_start, segment.known_start, segment.speed, segment.meetings) == (4.0, 31.0, None, 1)


def test_a_cut_is_found_with_its_offset() -> None:
    (segment,) = align_timelines([(t, t + 40.0) for t in (0.0, 2.0, 4.0, 6.5)])
    assert (segment.query_start, segment.query_end) == (0.0, 6.5)
    assert (segment.known_start, segment.known_end, segment.speed) == (40.0, 46.5, 1.0)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 1.5, 2.0])
def test_another_speed_is_found(speed: float) -> None:
    (segment,) = align_timelines([(t, 10 + speed * t) for t in (0.0, 3.0, 6.0, 9.0, 12.0)])
    assert segment.speed == pytest.approx(speed, abs=0.01)
    assert segment.known_end == pytest.approx(10 + speed * 12, abs=0.1)


def test_chance_meetings_are_left_out() -> None:
    true: list[Meeting] = [(float(t), t + 20.0) for t in range(8)]
    chance: list[Meeting] = [(2.5, 90.0), (5.5, 3.0)]
    (segment,) = align_timelines([*true, *chance])
    assert (segment.meetings, segment.known_start, segment.known_end) == (8, 20.0, 27.0)


def test_pieces_in_another_order_are_segments_of_their_own() -> None:
    late: list[Meeting] = [(float(t), t + 50.0) for t in range(5)]
    early: list[Meeting] = [(t + 5.0, t + 10.0) for t in range(5)]
    segments = align_timelines([*late, *early])
    assert [(s.query_start, s.query_end, s.known_start) for s in segments] == [(0.0, 4.0, 50.0), (5.0, 9.0, 10.0)]


def test_time_codes_that_are_rounded_do_not_make_another_speed() -> None:
    jitter = [0.3, -0.2, 0.25, -0.3, 0.1, 0.0, -0.25]
    (segment,) = align_timelines([(float(t), t + 5 + jitter[t]) for t in range(7)])
    assert segment.speed == 1.0
    assert segment.known_start == pytest.approx(5.0, abs=0.2)


def test_a_video_that_stands_still_against_the_other_is_no_line() -> None:
    (segment,) = align_timelines([(float(t), 7.0) for t in range(6)])
    assert (segment.query_start, segment.query_end, segment.meetings) == (0.0, 5.0, 6)
    assert (segment.known_start, segment.known_end, segment.speed) == (7.0, 7.0, None)


@given(
    st.lists(st.integers(0, 6000).map(lambda tenths: tenths / 10), min_size=3, max_size=20, unique=True),
    st.floats(0, 300),
    st.sampled_from([0.5, 1.0, 2.0]),
)
@settings(max_examples=40, deadline=None)
def test_a_line_is_found_whatever_its_moments(moments: list[float], offset: float, speed: float) -> None:
    segments = align_timelines([(t, offset + speed * t) for t in moments])
    assert sum(s.meetings for s in segments) == len(moments)
    for segment in segments:
        for t in moments:
            if segment.query_start <= t <= segment.query_end and segment.query_end > segment.query_start:
                share = (t - segment.query_start) / (segment.query_end - segment.query_start)
                shown = segment.known_start + share * (segment.known_end - segment.known_start)
                assert abs(shown - offset - speed * t) <= 2 * TOLERANCE_SECONDS


@given(st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 1e4)), max_size=40))
@settings(max_examples=40, deadline=None)
def test_any_meetings_give_segments_in_order(meetings: list[tuple[float, float]]) -> None:
    segments = align_timelines(meetings)
    assert list(segments) == sorted(segments, key=lambda s: (s.query_start, s.known_start))
    assert sum(s.meetings for s in segments) <= len(meetings)


def test_a_frame_that_stands_for_its_whole_scene_belongs_to_the_stretch_and_does_not_move_it() -> None:
    """Scenes of six seconds, known by their first frames; the suspect has a frame every two seconds, and begins at four."""
    known = [0.0, 6.0, 12.0]
    meetings = [(t, 6.0 * ((t + 4.0) // 6.0)) for t in (0.0, 2.0, 4.0, 6.0, 8.0, 10.0)]
    (segment,) = align_timelines(meetings, known)
    assert (segment.query_start, segment.query_end, segment.speed) == (0.0, 10.0, 1.0)
    assert (segment.known_start, segment.known_end, segment.meetings) == (4.0, 14.0, 6)


def test_a_meeting_far_from_the_line_stays_out_though_its_frame_is_the_next_that_is_known() -> None:
    meetings = [(t, t + 20.0) for t in (0.0, 2.0, 4.0)] + [(90.0, 24.0)]
    (segment,) = align_timelines(meetings, [20.0, 22.0, 24.0])
    assert (segment.query_end, segment.meetings) == (4.0, 3)


KNOWN_CUTS = Cuts(0.0, 20.0, (3.9, 6.7, 8.8, 14.0))


def cut_like_known(start: float, end: float, speed: float = 1.0) -> Cuts:
    """The cuts of a suspect that shows this part of the known video."""
    times = tuple((at - start) / speed for at in KNOWN_CUTS.times if start < at < end)
    return Cuts(0.0, (end - start) / speed, times)


@pytest.mark.parametrize("speed", [0.8, 1.0, 1.25, 1.5])
def test_shared_cuts_say_where_and_how_fast_though_meetings_are_seconds_off(speed: float) -> None:
    """Frames of the suspect meet the first frame of the known scene that they lie in."""
    start, end = 2.0, 18.0
    moments = [0.0, 3.0 / speed, 6.0 / speed, 15.5 / speed]
    meetings = [(t, max(at for at in (0.0, *KNOWN_CUTS.times) if at <= start + speed * t)) for t in moments]

    (segment,) = align_timelines(meetings, (0.0, *KNOWN_CUTS.times), (cut_like_known(start, end, speed), KNOWN_CUTS))

    assert segment.speed == pytest.approx(speed, abs=0.01)
    assert segment.known_start == pytest.approx(start + speed * segment.query_start, abs=0.1)
    assert segment.known_end == pytest.approx(start + speed * segment.query_end, abs=0.1)
    assert segment.meetings == len(meetings)


def test_one_shared_cut_is_enough_beside_two_meetings() -> None:
    (segment,) = align_timelines([(0.0, 0.0), (4.0, 3.9)], (0.0, 3.9, 6.7), (Cuts(0.0, 6.0, (2.0,)), KNOWN_CUTS))
    assert (segment.query_start, segment.known_start, segment.speed) == (0.0, 1.9, 1.0)


def test_cuts_that_only_one_of_the_two_has_change_nothing() -> None:
    meetings = [(t, t + 40.0) for t in (0.0, 2.0, 4.0, 6.5)]
    foreign = Cuts(0.0, 7.0, (1.1, 2.9, 5.3))
    assert align_timelines(meetings, (), (foreign, KNOWN_CUTS)) == align_timelines(meetings)


def test_pieces_of_two_places_each_lie_on_their_own_cuts() -> None:
    """Known seconds 12 to 16, then 2 to 8; the splice is a cut that the known video does not have."""
    suspect = Cuts(0.0, 10.0, (2.0, 4.0, 5.9, 8.7))
    meetings = [(0.0, 8.8), (3.0, 14.0), (4.5, 0.0), (7.0, 3.9), (9.5, 6.7)]
    segments = align_timelines(meetings, (0.0, *KNOWN_CUTS.times), (suspect, KNOWN_CUTS))
    assert [(s.query_start, s.query_end, s.known_start) for s in segments] == [(0.0, 3.0, 12.0), (4.5, 9.5, 2.5)]


def test_meetings_that_are_exact_decide_and_the_others_belong_to_them() -> None:
    meetings = [(0.0, 0.0), (3.0, 0.0), (6.0, 10.0)]
    (segment,) = align_timelines(meetings, (0.0, 10.0), exact={0.0: 4.0, 6.0: 11.5})
    assert (segment.known_start, segment.known_end, segment.speed) == (4.0, 11.5, 1.25)
