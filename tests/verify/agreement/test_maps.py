import numpy as np

from tests.verify.agreement.pairs import draw_photo, grey
from verify.agreement.maps import average_cells, find_shifts, measure_ground, measure_paper


def test_the_shift_of_every_cell_is_found() -> None:
    known = grey(draw_photo(3)).astype(np.float32)
    query = np.roll(known, (2, -1), axis=(0, 1))
    shifts = find_shifts(known, query, 16, 3)
    inner = (slice(1, -1), slice(1, -1))
    assert (shifts.down[inner] == 2).mean() > 0.99
    assert (shifts.across[inner] == -1).mean() > 0.99
    assert float(shifts.correlation[inner].min()) > 0.95


def test_cells_of_different_photographs_do_not_correlate() -> None:
    one, other = (grey(draw_photo(seed)).astype(np.float32) for seed in (3, 4))
    assert float(np.median(find_shifts(one, other, 16, 2).correlation)) < 0.6


def test_a_plain_cell_correlates_with_nothing() -> None:
    plain = np.full((64, 64), 200, np.float32)
    assert float(np.abs(find_shifts(plain, plain, 16, 0).correlation).max()) < 0.01


def test_cells_are_averaged_and_the_rest_is_left_out() -> None:
    plane = np.zeros((37, 50), np.float32)
    plane[:16, 16:32] = 8
    assert average_cells(plane, 16).tolist() == [[0, 8, 0], [0, 0, 0]]


def test_paper_is_told_from_a_photograph() -> None:
    page = np.full((160, 160), 255, np.uint8)
    page[:, 80:] = grey(draw_photo(5))[:160, :80]
    paper = measure_paper(page)
    assert float(paper[:, :5].min()) == 1.0
    assert float(paper[:, 5:].mean()) < 0.35


def test_the_ground_is_what_lies_around_the_words() -> None:
    page = np.full((160, 160), 230, np.float32)
    page[60:64] = 20
    assert float(measure_ground(page).min()) > 0.85
    assert float(measure_ground(grey(draw_photo(5)).astype(np.float32)).mean()) < 0.5
