import numpy as np
import pytest

from verify.features.detection import Features, Floats
from verify.features.geometry import NOMINATING_SPREAD_INLIERS, count_spread, find_geometry, match_features


def draw_features(count: int = 60, seed: int = 0, width: int = 448, height: int = 336) -> Features:
    random = np.random.default_rng(seed)
    places = random.uniform((5, 5, 4, 0), (width - 5, height - 5, 20, 360), (count, 4)).astype(np.float32)
    rows = random.gamma(0.2, 1.0, (count, 128))
    return Features(places, np.sqrt(rows / rows.sum(axis=1, keepdims=True)).astype(np.float32), width, height)


def move(known: Features, scale: float, turn: float, shift: tuple[float, float]) -> Features:
    """The features of a query in which the known picture lies so."""
    angle = np.deg2rad(turn)
    rotation = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    places = known.places.copy()
    places[:, :2] = known.places[:, :2] @ rotation.T + shift
    places[:, 2] *= scale
    places[:, 3] = (places[:, 3] + turn) % 360
    return Features(places, known.descriptors, 720, 720)


def apply(affine: tuple[tuple[float, float, float], ...], x: float, y: float) -> Floats:
    return np.asarray(np.array(affine) @ (x, y, 1), dtype=np.float32)


@pytest.mark.parametrize(
    ("scale", "turn", "shift"),
    [
        (1.0, 0.0, (0, 0)),
        (0.5, 0.0, (200, 90)),
        (1.4, 5.0, (40, 10)),
        (0.8, 90.0, (500, 100)),
        (2.0, 200.0, (600, 700)),
    ],
)
def test_a_moved_picture_is_put_back(scale: float, turn: float, shift: tuple[float, float]) -> None:
    known = draw_features()

    found = find_geometry(move(known, scale, turn, shift), known, mirrored=False)

    assert found is not None
    assert found.spread_inliers >= 40
    for x, y, kept_x, kept_y in found.points:
        assert apply(found.affine, x, y) == pytest.approx((kept_x, kept_y), abs=0.004)


def test_the_affine_of_a_mirrored_query_contains_the_mirroring() -> None:
    known = draw_features()
    query = move(known, 1.0, 0.0, (100, 50))

    found = find_geometry(query, known, mirrored=True)

    assert found is not None
    assert found.mirrored
    assert np.linalg.det(np.array(found.affine)[:, :2]) < 0
    for x, y, kept_x, kept_y in found.points:
        assert apply(found.affine, x, y) == pytest.approx((kept_x, kept_y), abs=0.004)


def test_wrong_pairs_among_right_ones_are_left_out() -> None:
    known = draw_features()
    query = move(known, 1.0, 0.0, (0, 0))
    query.places[:20, :2] = np.random.default_rng(7).uniform(0, 700, (20, 2))

    found = find_geometry(query, known, mirrored=False)

    assert found is not None
    assert len(found.points) <= 42


def test_pictures_whose_features_lie_anyhow_have_no_geometry() -> None:
    known, other = draw_features(seed=1), draw_features(seed=2)

    assert find_geometry(Features(other.places, known.descriptors, 448, 336), known, mirrored=False) is None


def test_pictures_without_common_features_have_no_geometry() -> None:
    assert find_geometry(draw_features(seed=1), draw_features(seed=2), mirrored=False) is None


def test_a_small_logo_with_many_features_does_not_carry_a_match() -> None:
    known = draw_features()
    known.places[:, :2] = np.random.default_rng(3).uniform(60, 108, (60, 2))

    assert find_geometry(move(known, 1.0, 0.0, (0, 0)), known, mirrored=False) is None


def test_one_place_of_the_query_counts_once_however_often_it_matches() -> None:
    known = draw_features(12)
    repeated = Features(np.repeat(known.places, 5, axis=0), np.repeat(known.descriptors, 5, axis=0), 448, 336)

    found = find_geometry(repeated, repeated, mirrored=False)

    assert found is not None
    assert len(found.points) == 12


def test_fewer_inliers_are_enough_for_who_looks_again() -> None:
    known = draw_features(6)
    query = move(known, 1.0, 0.0, (0, 0))

    assert find_geometry(query, known, mirrored=False) is None
    assert find_geometry(query, known, mirrored=False, minimum=NOMINATING_SPREAD_INLIERS) is not None


def test_at_most_two_places_count_in_a_cell() -> None:
    places = np.array([(1, 1), (2, 2), (3, 3), (60, 1), (60, 60), (61, 61)], dtype=np.float32)

    assert count_spread(places) == 5


def test_no_features_match_nothing() -> None:
    empty = Features(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.float32), 448, 336)

    assert all(len(rows) == 0 for rows in match_features(empty, draw_features()))
    assert all(len(rows) == 0 for rows in match_features(draw_features(), empty))
    assert find_geometry(empty, draw_features(), mirrored=False) is None
