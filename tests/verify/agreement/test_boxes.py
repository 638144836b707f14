import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from verify.agreement.boxes import Mask, drop_inner, fill_box, find_patches, find_rectangle, merge_boxes, to_region
from verify.hashing.base import Region


def search_rectangle(agrees: Mask, counts: Mask) -> int:
    """The most agreeing cells of any allowed rectangle, by looking at all."""
    best, (rows, columns) = 0, agrees.shape
    for top in range(rows):
        for bottom in range(top + 1, rows + 1):
            for left in range(columns):
                for right in range(left + 1, columns + 1):
                    number = int(agrees[top:bottom, left:right].sum())
                    if number >= 0.8 * counts[top:bottom, left:right].sum():
                        best = max(best, number)
    return best


@given(arrays(np.bool_, (5, 6)), arrays(np.bool_, (5, 6), elements=st.booleans()))
def test_the_best_rectangle_is_the_one_found_by_looking_at_all(agrees: Mask, others: Mask) -> None:
    counts = agrees | others
    number, (left, top, right, bottom) = find_rectangle(agrees, counts)
    assert number == search_rectangle(agrees, counts)
    assert int(agrees[top:bottom, left:right].sum()) == number


def test_patches_are_connected_at_corners_too() -> None:
    mask = np.zeros((6, 8), dtype=bool)
    mask[1, 1] = mask[2, 2] = mask[3, 3] = mask[5, 7] = True
    assert find_patches(mask, 2) == [((1, 1, 4, 4), 3)]
    assert len(find_patches(mask, 1)) == 2


def test_boxes_that_meet_are_one_unless_that_would_cover_much_else() -> None:
    assert merge_boxes([(0, 0, 4, 4), (2, 0, 6, 4), (5, 0, 8, 4)]) == [(0, 0, 8, 4)]
    assert merge_boxes([(0, 0, 4, 4), (4, 4, 8, 8)]) == [(0, 0, 4, 4), (4, 4, 8, 8)]
    assert merge_boxes([(0, 0, 2, 2), (6, 6, 8, 8), (0, 0, 2, 2)]) == [(6, 6, 8, 8), (0, 0, 2, 2)]


def test_one_box_is_drawn_around_all() -> None:
    filled = fill_box((6, 8), [(1, 1, 2, 2), (5, 3, 6, 5)])
    assert filled[1:5, 1:6].all()
    assert int(filled.sum()) == 20
    assert not fill_box((6, 8), []).any()


def test_a_box_of_cells_is_a_part_of_the_picture() -> None:
    assert to_region((1, 2, 3, 4), 16, 320, 160) == Region(0.05, 0.2, 0.1, 0.2)


def test_a_box_inside_another_says_nothing_more() -> None:
    assert drop_inner([(0, 0, 9, 9), (2, 2, 4, 4), (8, 8, 12, 10), (0, 0, 9, 9)]) == [(0, 0, 9, 9), (8, 8, 12, 10)]
