import numpy as np
import pytest

from verify.agreement.alignment import Alignment, box_corners, clip_polygon, measure_area


def test_pixels_go_through_fractions_unchanged() -> None:
    matrix = np.array([[0.5, 0.1, 20.0], [-0.1, 0.6, 5.0], [0.0, 0.0, 1.0]])
    alignment = Alignment.from_pixels(matrix, query_size=(640, 480), known_size=(448, 300))
    again = alignment.to_pixels(query_size=(640, 480), known_size=(448, 300))
    assert np.allclose(again, matrix)


def test_the_same_frame_at_another_size_is_the_identity_in_fractions() -> None:
    halved = np.array([[0.5, 0.0, -0.25], [0.0, 0.5, -0.25], [0.0, 0.0, 1.0]])
    alignment = Alignment.from_pixels(halved, query_size=(640, 480), known_size=(320, 240))
    assert np.allclose(np.array(alignment.matrix), np.eye(3))


@pytest.mark.parametrize(("affine", "mirrored"), [(((1, 0, 0), (0, 1, 0)), False), (((-1, 0, 1), (0, 1, 0)), True)])
def test_a_turned_sign_is_a_mirror(affine: tuple[tuple[float, ...], ...], mirrored: bool) -> None:
    assert Alignment.from_affine(affine).mirrored is mirrored


def test_points_come_back_from_the_query() -> None:
    alignment = Alignment.from_affine(((0.5, 0.0, 0.25), (0.0, 0.5, 0.1)))
    outline = alignment.outline_in_known()
    assert np.allclose(outline, [[0.25, 0.1], [0.75, 0.1], [0.75, 0.6], [0.25, 0.6]])
    assert np.allclose(alignment.to_query(outline), [[0, 0], [1, 0], [1, 1], [0, 1]])


def test_a_polygon_is_clipped_to_a_box() -> None:
    diamond = np.array([[0.5, -0.5], [1.5, 0.5], [0.5, 1.5], [-0.5, 0.5]])
    assert measure_area(diamond) == pytest.approx(2.0)
    assert measure_area(clip_polygon(diamond, (0.0, 0.0, 1.0, 1.0))) == pytest.approx(1.0)
    assert measure_area(clip_polygon(box_corners(0.5, 0.5, 1, 1), (0.0, 0.0, 1.0, 1.0))) == pytest.approx(0.25)


def test_nothing_is_left_of_a_polygon_outside_the_box() -> None:
    outside = clip_polygon(box_corners(2, 2, 1, 1), (0.0, 0.0, 1.0, 1.0))
    assert outside.shape == (0, 2)
    assert measure_area(outside) == 0.0
